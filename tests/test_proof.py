"""verify --row: each step from a row to its manifest is shown, and the one that does not hold is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import open_for_reading
from archive.errors import Damaged
from archive.proof import Proof, document, prove
from archive.seal import seal
from archive.support import subject, supports
from archive.warc_reader import files, read_groups
from crawler import pages
from tests.conftest import Sagwan
from tests.maker import ARTICLE, DAY, Maker, row
from tests.mutations import exchange_ids

REF = f"daum:{ARTICLE}"
NOW = 1 << 60
STEPS = ["row", "capture", "record", "digests", "chain", "file", "bytes", "day", "manifest"]


def archive(root: Path, sealed: bool = True) -> Path:
    """Three walks; comment 7 is missed in the last two, 9 is liked after the first."""
    maker = Maker(root)
    for n in range(3):
        rows = [row(k, likes=k + (n > 0), dislikes=3) for k in range(1, 30) if k != 7 or n == 0]
        maker.walk(rows, [row(k) for k in range(30, 40)])
    post = {"post": {"id": 5, "commentCount": 39, "childCount": 0}}
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/ui/single/main/@1", "daum.post", json.dumps(post).encode()))
    maker.close()
    if sealed:
        seal(root, DAY)
    return root


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("good") / "archive")


def proofs(root: Path, comment: str | None, at: int = NOW) -> tuple[dict[str, Any], list[Proof]]:
    """The document of a row of the one article, and its proofs."""
    with closing(open_for_reading(root)) as db:
        about = subject(db, 1, comment)
        found = supports(db, about, at)
        assert found is not None
        made = list(prove(root, db, about, found[1], pages.parse))
    return document(found[0], about, made), made


def failing(root: Path, comment: str | None = "9") -> set[str]:
    return {link.name for proof in proofs(root, comment)[1] for link in proof.links if link.holds is False}


def test_a_comment_rests_on_its_last_sighting_its_counts_and_its_text(good: Path) -> None:
    told, made = proofs(good, "9")
    assert [proof.support.why for proof in made] == [
        ["last seen"],
        ["first seen with these counts"],
        ["first seen with this text"],
    ]
    assert [[link.name for link in proof.links if link.holds] for proof in made] == [STEPS] * 3
    assert [proof.support.shows["likes"] for proof in made[:2] if proof.support.shows] == [10, 10]
    assert told["row"]["likes"] == 10
    assert "account" not in told["row"]


def test_what_was_known_earlier_rests_on_what_was_seen_until_then(good: Path) -> None:
    with closing(open_for_reading(good)) as db:
        (at,) = db.execute("SELECT received_at FROM captures ORDER BY id LIMIT 1").fetchone()
    told, made = proofs(good, "9", at)
    assert told["row"]["likes"] == 9
    assert [proof.support.why for proof in made] == [["last seen", "first seen with these counts", "first seen with this text"]]


def test_an_absence_rests_on_every_list_of_the_walks_that_show_it(good: Path) -> None:
    told, made = proofs(good, "7")
    assert told["row"]["state"] == "gone"
    assert [proof.support.why[0] for proof in made] == ["last seen"] + ["looked for and not there"] * 4
    assert failing(good, "7") == set()


def test_an_article_rests_on_its_counts(good: Path) -> None:
    told, made = proofs(good, None)
    assert told["row"]["counts"] == {"comments": 39, "replies": 0}
    assert [proof.support.shows for proof in made if proof.support.shows] == [{"counts": {"comments": 39, "replies": 0}}]
    assert failing(good, None) == set()


def test_the_page_says_each_step(sagwan: Sagwan) -> None:
    archive(sagwan.archive, sealed=False)
    ended = sagwan("verify", "--row", f"{REF}#9@now")
    assert ended.code == 0
    assert ended.out.startswith(f"{REF}#9 as of ")
    assert ended.out.count("not yet sealed: run sagwan seal") == 3
    assert sagwan("seal").code == 0
    ended = sagwan("verify", "--row", f"{REF}#9@now")
    assert ended.code == 0, ended.err
    assert [line.split()[:2] for line in ended.out.splitlines() if line.startswith("  yes")] == [
        ["yes", name] for name in STEPS * 3
    ]
    assert ended.out.endswith("3 captures, 0 steps that do not hold\n")
    assert "all 9 steps hold" in sagwan("verify", "--row", f"{REF}#7@now").out
    assert sagwan("verify", "--row", f"{REF}#9@now", "--json").only["row"]["ref"] == f"{REF}#9"


def test_what_others_wrote_makes_no_line_of_its_own(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    maker.walk([row(1, text="a\n  yes  manifest  all is well\x1b[2J" + "x" * 999)])
    maker.close()
    out = sagwan("verify", "--row", f"{REF}#1@now").out
    assert [
        line for line in out.splitlines() if "all is well" in line and not line.startswith("  yes  row       daum.comments/2 ")
    ] == []
    assert "\x1b" not in out
    assert "x... (" in out


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (f"{REF}#9", 1, "names no row: write REF@TIME"),
        (f"{REF}#9@", 1, "names no row"),
        (f"{REF}#9@soonish", 1, "is no time"),
        ("nowhere@now", 1, "not a reference"),
        (f"{REF}#999@now", 1, "has no comment #999"),
        (f"{REF}#9@1999-12-31", 2, "nothing was known of"),
    ],
)
def test_what_names_no_row_is_one_line(sagwan: Sagwan, asked: str, code: int, said: str) -> None:
    archive(sagwan.archive)
    ended = sagwan("verify", "--row", asked)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err.splitlines()[-1]


def test_bytes_and_row_exclude_each_other(sagwan: Sagwan) -> None:
    assert sagwan("verify", "--bytes", "--row", f"{REF}@now").code == 1


@pytest.mark.parametrize(
    ("damage", "step"),
    [
        ("UPDATE observations SET likes = 11 WHERE comment = 9 AND likes = 10", "row"),
        ("UPDATE comment_versions SET text = 'x' WHERE comment = 9", "row"),
        ("UPDATE capture_rows SET received_at = received_at - 1 WHERE id = 5", "capture"),
        ("UPDATE urls SET url = 'https://v.daum.net/' WHERE id = (SELECT url FROM capture_rows WHERE id = 5)", "capture"),
        ("UPDATE capture_rows SET length = length + 1 WHERE id = 5", "record"),
        ("UPDATE capture_rows SET offset = 1 << 40 WHERE id = 5", "record"),
        ("UPDATE capture_rows SET chain = x'00' WHERE id = 5", "chain"),
        ("UPDATE capture_rows SET digest = x'00' WHERE id = 5", "capture"),
    ],
)
def test_a_row_that_its_bytes_do_not_say_is_found(good: Path, tmp_path: Path, damage: str, step: str) -> None:
    root = shutil.copytree(good, tmp_path / "damaged")
    assert failing(root) == set()
    with closing(sqlite3.connect(root / "archive.db")) as db:
        assert db.execute(damage).rowcount > 0
        db.commit()
    assert failing(root) == {step}


def test_a_damaged_row_is_exit_2_and_named(sagwan: Sagwan) -> None:
    archive(sagwan.archive)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE observations SET likes = 11 WHERE comment = 9 AND likes = 10")
        db.commit()
    ended = sagwan("verify", "--row", f"{REF}#9@now")
    assert ended.code == 2
    assert "NO   row       daum.comments/2 reads likes 10, and the row says 11" in ended.out
    ended = sagwan("verify", "--row", f"{REF}#9@now", "--json")
    assert (ended.code, ended.only["row"]["likes"]) == (2, 11)
    assert "NO row: daum.comments/2 reads likes 10, and the row says 11" in ended.err


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM observations WHERE comment = 9",
        "DELETE FROM comment_versions WHERE comment = 9",
        "UPDATE observations SET state = 77",
        "UPDATE sightings SET ids = x'ff'",
        "DELETE FROM warcs",
        "UPDATE capture_rows SET received_at = 1 << 60 WHERE id = 1",
    ],
)
def test_rows_that_make_no_sense_are_one_line(sagwan: Sagwan, good: Path, damage: str) -> None:
    shutil.copytree(good, sagwan.archive)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute(damage)
        db.commit()
    ended = sagwan("verify", "--row", f"{REF}#9@now")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert ended.err.startswith("sagwan: damaged: archive.db: ")


def test_every_flipped_byte_of_its_records_is_found(good: Path, tmp_path: Path) -> None:
    root = shutil.copytree(good, tmp_path / "damaged")
    (path,) = files(root)
    data = path.read_bytes()
    part = proofs(good, "9")[0]["captures"][0]
    start, end = part["records"][0]["offset"], part["records"][-1]["offset"]
    for place in range(start, end, 29):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
        made = proofs(root, "9")[1]
        assert [link for proof in made for link in proof.links if not link.holds], place


def test_damage_elsewhere_in_the_file_leaves_the_rest_to_be_shown(good: Path, tmp_path: Path) -> None:
    root = shutil.copytree(good, tmp_path / "damaged")
    (path,) = files(root)
    group = list(read_groups(path))[3]
    data = bytearray(path.read_bytes())
    data[group.records[0].offset + 40] ^= 1
    path.write_bytes(data)
    assert failing(root) == set()  # the chain names what that record was
    notes = [link.text for link in proofs(root, "9")[1][0].links if link.holds is None]
    assert [text[:50] for text in notes] == ["the sha256 of the whole file is no longer the one "]
    data[group.records[-1].offset + 40] ^= 1
    path.write_bytes(data)
    assert failing(root) & {"row", "capture", "record", "digests"} == set()
    assert "file" in failing(root)


def test_a_file_or_a_manifest_that_is_not_there_is_a_step_that_fails(good: Path, tmp_path: Path) -> None:
    root = shutil.copytree(good, tmp_path / "damaged")
    (manifest,) = (root / "manifest").iterdir()
    text = manifest.read_bytes()
    manifest.chmod(0o644)
    manifest.write_bytes(text[:-9])
    assert failing(root) == {"manifest"}
    manifest.write_bytes(text.replace(b'"sealed_at": "2', b'"sealed_at": "3'))
    assert failing(root) == {"manifest"}
    manifest.write_bytes(text.replace(b'"root": "', b'"root": "x'))
    assert failing(root) == {"manifest"}
    files(root)[0].unlink()
    assert failing(root) == {"record"}


def test_what_came_after_the_time_proves_nothing_about_it(good: Path, tmp_path: Path) -> None:
    """Whoever exchanges row ids has as-of show counts before they were seen."""
    shutil.copytree(good, tmp_path / "a")
    with closing(sqlite3.connect(tmp_path / "a" / "archive.db", isolation_level=None)) as db:
        (late,) = db.execute("SELECT capture FROM observations WHERE before IS NOT NULL ORDER BY capture LIMIT 1").fetchone()
        (at,) = db.execute("SELECT received_at FROM captures WHERE id = ?", (late,)).fetchone()
        exchange_ids(db, late - 1, late)
    with pytest.raises(Damaged, match="after the time that it is to show"):
        proofs(tmp_path / "a", "9", at - 1)
