"""Rebuilds that meet another one, a full disk, or what a lost database left beside it."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from archive.archive import open_for_writing
from archive.lock import SourceLock, holders
from archive.pseudonym import Pseudonyms
from archive.redacted import UNDER_WAY
from tests import people
from tests.conftest import Sagwan
from tests.faults.disks import LIMITED
from tests.maker import ARTICLE, KEY, Maker, row
from tests.people import REF
from tests.test_rebuild import same

REDACT = ("redact", REF, "--reason", "요청 17/2026", "--yes")


@pytest.fixture
def made(sagwan: Sagwan) -> Sagwan:
    """With a small archive of two sources."""
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    other = Maker(sagwan.archive, "other")
    other.walk([row(1)])
    other.close()
    return sagwan


def test_two_rebuilds_do_not_write_one_database(made: Sagwan) -> None:
    """The second removed what the first was making, and --accept put half a database in the place of a whole one."""
    lock = SourceLock(made.archive, "rebuild")
    assert lock.take()
    for words in (["rebuild"], ["rebuild", "--accept"], REDACT):
        ended = made(*words)
        assert (ended.code, ended.out) == (1, ""), words
        assert ended.err == (
            f"sagwan: process {lock.holder()[0]} is making {made.archive / 'archive.db'} anew: try again when it has ended\n"
        )
    assert list(holders(made.archive)) == []  # it is no run
    assert made("rebuild", "--into", made.folder / "new.db").code == 0  # which is a file of its own
    lock.release()
    assert made("rebuild").code == 0
    with closing(open_for_writing(made.archive / "archive.db", Pseudonyms(KEY))) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_a_lost_database_left_beside_it_is_not_written_into_the_new_one(sagwan: Sagwan) -> None:
    """A run was killed, then somebody removed archive.db alone: SQLite took its WAL for that of the rebuilt one."""
    people.ready(sagwan)
    maker = people.crowd(sagwan.archive, 2)
    maker.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    maker.walk([row(9)])
    shutil.copytree(sagwan.archive, sagwan.folder / "killed")
    maker.close()
    shutil.rmtree(sagwan.archive)
    (sagwan.folder / "killed").rename(sagwan.archive)
    assert (sagwan.archive / "archive.db-wal").stat().st_size
    (sagwan.archive / "archive.db").unlink()
    assert sagwan("rebuild").code == 0
    ended = sagwan("verify")
    assert (ended.code, "0 findings" in ended.out) == (0, True), ended.out


@pytest.mark.parametrize("limit", [1000, 70_000, 290_000])  # bytes of a file: SQLite fails at another step of it
def test_a_full_disk_is_one_line_and_leaves_nothing(made: Sagwan, limit: int) -> None:
    before = {path: path.read_bytes() for path in made.archive.rglob("*") if path.is_file()}
    into = made.folder / "new.db"
    for words in (["rebuild"], ["rebuild", "--accept"], ["rebuild", "--into", into]):
        ended = made(*words, first=LIMITED.format(limit))
        assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1), ended.err
        assert ended.err.startswith("sagwan: ")
        assert list(made.folder.glob("new.db*")) == []
        beside = ("archive.db-wal", "archive.db-shm", "rebuild.lock", "daum.lock", "other.lock")
        left = {path: path.read_bytes() for path in made.archive.rglob("*") if path.is_file() and path.name not in beside}
        assert left == before
    assert made("rebuild", "--into", into).code == 0
    assert "exists: name a new file" in made("rebuild", "--into", into).err


def test_a_rebuild_that_was_killed_has_another_name(made: Sagwan) -> None:
    """Half a database must not be taken for a whole one."""
    into = made.folder / "new.db"
    killed = (
        "import archive.rebuild, os, signal\narchive.rebuild.count_rows = lambda db: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert made("rebuild", "--into", into, first=killed).code == -9
    assert not into.exists()
    ended = made("rebuild", "--into", into)
    assert ended.err == f"sagwan: {into}.rebuilding exists: name a new file, or remove it\n"


@pytest.mark.parametrize("limit", [36_000, 70_000, 290_000])
def test_a_redaction_on_a_full_disk_says_what_to_do_and_takes_no_room(made: Sagwan, limit: int) -> None:
    ended = made(*REDACT, first=LIMITED.format(limit))
    assert (ended.code, ended.err.count("\n")) == (3, 1), ended.err
    assert "run the same `sagwan redact` again, it finishes it" in ended.err
    assert list(made.archive.rglob("*.redacting")) + list(made.archive.glob("archive.rebuilding*")) == []
    assert made(*REDACT).code == 0
    assert not (made.archive / UNDER_WAY).exists()
    assert people.traces(made.archive, people.PERSON, people.ACCOUNT, people.NAME, people.TEXT) == []
    assert made("verify").code == 0


def test_rows_that_a_half_done_redaction_needs_are_not_replaced(made: Sagwan) -> None:
    """An account's comments are found by the rows; those made of half redacted files know only some of them."""
    before = (made.archive / "archive.db").read_bytes()
    (made.archive / UNDER_WAY).write_text("{}")
    ended = made("rebuild", "--accept")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("run the same `sagwan redact` again, it finishes it\n")
    assert (made.archive / "archive.db").read_bytes() == before
    assert made("rebuild").code == 0


LOST = {
    "gone": lambda database: database.unlink(),
    "no database": lambda database: database.write_bytes(b"x" * 5000),
    "older": lambda database: _ask(database, "PRAGMA user_version = 1"),
    "a page is bad": lambda database: _spoil(database, "redactions"),
}


def _ask(database: Path, sql: str) -> tuple[int, ...]:
    with closing(sqlite3.connect(database)) as db:
        return tuple(row[0] for row in db.execute(sql))


def _spoil(database: Path, table: str) -> None:
    (page,) = _ask(database, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"x" * 4096)


@pytest.mark.parametrize("lost", LOST)
def test_rows_that_a_half_done_redaction_cannot_read_are_made_anew(made: Sagwan, lost: str) -> None:
    """It said to rebuild, and the rebuild said to redact."""
    killed = "import archive.redact, os, signal\narchive.redact._database = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
    assert made(*REDACT, first=killed).code == -9
    LOST[lost](made.archive / "archive.db")
    ended = made(*REDACT)
    assert (ended.code, ended.err.count("\n")) == (1, 1), ended.err
    assert "`sagwan rebuild" in ended.err
    assert made("rebuild", "--into", made.folder / "new.db").err == ""  # takes no place
    ended = made("rebuild", *([] if lost == "gone" else ["--accept"]))
    assert ended.err.count("\n") == 1, ended.err
    assert "run the same `sagwan redact` again, it finishes it. It may miss other comments of the account" in ended.err
    assert made(*REDACT).code == 0
    assert not (made.archive / UNDER_WAY).exists()
    for old in made.archive.glob("archive.before-*"):
        old.unlink()
    assert people.traces(made.archive, people.PERSON, people.ACCOUNT, people.NAME, people.TEXT) == []
    assert made("verify").code == 0
    assert made("rebuild", "--accept").err == ""


def test_a_walk_that_ended_twice_ends_no_run(tmp_path: Path) -> None:
    """As a look could write it: each later run of the source failed at it, and a rebuild took it for damage."""
    maker = Maker(tmp_path)
    walk = str(uuid.uuid4())
    maker.page([row(1)], walk=walk)
    first = {"walk": walk, "run": maker.run, "article": ARTICLE, "sort": "RECOMMEND", "started_at": maker.now - 10}
    first |= {"complete": 1, "stop_reason": "end", "declared_before": 1, "declared_after": 1, "declared_replies": 0}
    first |= {"collected": 1, "collected_replies": 0, "repeats": 0}
    maker.event("walk_ended", **first)
    maker.now += 10
    maker.event("walk_ended", **first | {"complete": 0, "stop_reason": "unread", "collected": 0})
    maker.close()
    later = Maker(tmp_path)
    assert later.db.execute("SELECT complete, stop_reason FROM walk_ended").fetchall() == [(1, "end")]
    later.close()
    same(tmp_path)
