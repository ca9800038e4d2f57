"""People in the data: pseudonyms in the rows, bytes in the WARC, no key in the archive."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.pseudonym import Pseudonyms
from archive.sightings import pack, place, unpack
from tests.conftest import Sagwan
from tests.maker import Maker, row
from tests.portal import Portal


def test_no_name_and_no_key_in_the_rows(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    p = portal(comments=150)
    assert sagwan.collect(p, topic(p)).code == 0
    key = Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"]))
    assert key.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        accounts = db.execute("SELECT key FROM accounts").fetchall()
        dump = "\n".join(db.iterdump()).encode()
    true = p.world.truth(p.world.articles[0])
    assert len(accounts) == len({one["account"] for one in true})
    assert all(len(account) == 16 for (account,) in accounts)
    names = {one["name"] for one in true}
    texts = " ".join(one["text"] for one in true)
    shown = [name for name in names if name not in texts and name.encode() in dump]
    assert shown == []
    for path in sagwan.archive.rglob("*"):
        assert path.is_dir() or key.read_bytes() not in path.read_bytes()


def test_an_account_is_known_by_its_comments(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    rows = [row(1, userId=-7), row(2, userId=-7), row(3, userId=-8)]
    for one in rows:
        one["user"]["displayName"] = "전"
    maker.page(rows)
    rows[1]["user"]["displayName"] = rows[0]["user"]["displayName"] = "후"
    maker.page(rows[:2])
    maker.page(rows[:2])
    person, before, after = (maker.pseudonyms.of("daum", value) for value in ("-7", "전", "후"))
    assert maker.db.execute("SELECT source, first_capture FROM accounts WHERE key = ?", (person,)).fetchall() == [("daum", 1)]
    assert maker.db.execute("SELECT count(*) FROM accounts").fetchone() == (2,)
    said = maker.db.execute("SELECT capture, name FROM account_versions WHERE account = ? ORDER BY capture", (person,))
    assert said.fetchall() == [(1, before), (2, after)]
    maker.close()


def test_the_same_person_is_the_same_pseudonym_only_with_the_same_key_and_source() -> None:
    assert Pseudonyms(b"1" * 32).of("daum", "가") == hmac.digest(b"1" * 32, "daum\0가".encode(), "sha256")[:16]
    one, two = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert one.of("daum", "42") == Pseudonyms(b"1" * 32).of("daum", "42")
    assert len({one.of("daum", "42"), one.of("naver", "42"), two.of("daum", "42"), one.of("daum", "43")}) == 4


def test_the_wrong_key_and_a_damaged_one_are_one_clear_line(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path], tmp_path: Path
) -> None:
    p = portal()
    sagwan.collect(p, topic(p))
    (tmp_path / "other.key").write_bytes(b"x" * 32)
    sagwan.env["SAGWAN_PSEUDONYM_KEY"] = str(tmp_path / "other.key")
    for command in (("rebuild",), ("verify",)):
        ended = sagwan(*command)
        assert (ended.code, ended.err.count("\n")) == (1, 1)
        assert "wrong pseudonym key" in ended.err
    assert sagwan.collect(p, topic(p)).code != 0
    (tmp_path / "other.key").write_bytes(b"short")
    assert "damaged" in sagwan("rebuild").err
    sagwan.env["SAGWAN_PSEUDONYM_KEY"] = str(tmp_path / "none.key")
    assert "not found" in sagwan("rebuild").err
    assert not (tmp_path / "none.key").exists()


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "a" / "pseudonym.key"
    with pytest.raises(ArchiveError, match="not found"):
        Pseudonyms.load(path, make=False)
    made = Pseudonyms.load(path, make=True)
    assert Pseudonyms.load(path, make=True).fingerprint == made.fingerprint


@given(st.lists(st.integers(1, 300) | st.integers(1, 1 << 17)), st.integers(1, 70_000))
def test_member_lists_come_back(numbers: list[int], wanted: int) -> None:
    packed = pack(numbers)
    assert unpack(packed) == numbers
    for number in {*numbers, wanted}:
        assert place(packed, number) == (numbers.index(number) if number in numbers else None)


def test_a_member_list_of_a_small_article_is_a_byte_each() -> None:
    assert len(pack(range(1, 101))) == 101
    for damaged in (b"", b"\x00", b"\x03abc", b"\x02abc"):
        with pytest.raises(ValueError, match="sightings: "):
            unpack(damaged)
