"""Damage in the middle of a file costs the exchange that it hit, and nothing behind it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.pseudonym import Pseudonyms
from archive.rebuild import Rebuilt, rebuild
from archive.verify import verify
from archive.warc_reader import files, read_groups
from crawler import pages
from tests.maker import KEY, Maker, row


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    maker = Maker(tmp_path / "whole")
    for look in range(3):
        maker.walk([row(1, look), row(2)], [row(3, look)])
    maker.close()
    return tmp_path / "whole"


def damaged(whole: Path, place: int) -> Path:
    """A copy of the archive with one byte turned over."""
    copy = whole.parent / f"damaged-{place}"
    shutil.copytree(whole, copy)
    (path,) = files(copy)
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    return copy


def again(root: Path) -> tuple[Rebuilt, int]:
    """A rebuild from the bytes alone, and how many captures it has."""
    (root / "archive.db").unlink(missing_ok=True)
    made = rebuild(root, root / "new.db", Pseudonyms(KEY), pages.parse)
    with closing(sqlite3.connect(root / "new.db")) as db:
        return made, db.execute("SELECT count(*) FROM captures").fetchone()[0]


def test_what_stands_behind_damage_is_read(whole: Path) -> None:
    (path,) = files(whole)
    groups = list(read_groups(path))
    exchanges = [group for group in groups if group.values["kind"] == "exchange"]
    assert len(exchanges) == 6
    for group in exchanges:
        for record in group.records:  # request, response, metadata
            for place in (record.offset + 1, record.offset + record.length // 2, record.offset + record.length - 6):
                made, captures = again(damaged(whole, place))
                assert len(made.damage) == 1, (record.type, place, made.damage)
                assert f"at {record.offset}" in made.damage[0] or record.type == "metadata"
                assert captures == (6 if record.type == "request" else 5), (record.type, place)  # a response stands for itself


def test_metadata_of_another_shape_costs_its_exchange_and_no_other(whole: Path) -> None:
    """A whole member whose JSON cannot be an exchange's: what was read before it must be rows all the same."""
    (path,) = files(whole)
    group = [group for group in read_groups(path) if group.values["kind"] == "exchange"][2]
    last = group.records[-1]
    data = path.read_bytes()
    record = gzip.decompress(data[last.offset : last.offset + last.length])
    wrong = record.replace(b'"received_at":', b'"received_at":null,"x":')
    more = len(wrong) - len(record)
    wrong = wrong.replace(b"Content-Length: %d" % len(last.block), b"Content-Length: %d" % (len(last.block) + more))
    path.write_bytes(data[: last.offset] + gzip.compress(wrong) + data[last.offset + last.length :])
    made, captures = again(whole)
    assert len(made.damage) == 1
    assert captures == 5
    with closing(sqlite3.connect(whole / "new.db")) as db:
        assert db.execute("SELECT count(*) FROM run_ended").fetchone() == (1,)
        dangling = "SELECT count(*) FROM observations WHERE comment NOT IN (SELECT id FROM comments)"
        assert db.execute(dangling).fetchone() == (0,)


def test_a_run_whose_beginning_is_damaged_says_so(whole: Path) -> None:
    (path,) = files(whole)
    begun = next(group for group in read_groups(path) if group.values["kind"] == "run_begun")
    made, captures = again(damaged(whole, begun.offset + 40))
    assert captures == 0
    assert len(made.damage) == 2
    assert "beginning of run" in made.damage[1]


def test_verify_names_the_damage_and_only_the_rows_that_it_hit(whole: Path, tmp_path: Path) -> None:
    (path,) = files(whole)
    group = [group for group in read_groups(path) if group.values["kind"] == "exchange"][2]
    response = group.record("response")
    assert response is not None
    root = damaged(whole, response.offset + response.length // 2)
    found = verify(root, Pseudonyms(KEY), pages.parse)
    assert any(f"at {response.offset}" in line for line in found.findings)
    assert 1 < len(found.findings) < 12, found.findings
