"""Rebuild: the WARC files alone give the same rows, also after kills, beside a second writer, and under newer parsers."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from archive import lock
from archive.archive import open_for_writing
from archive.capture import Capture, Parsed
from archive.catchup import catch_up
from archive.compare import _ROWS
from archive.errors import ArchiveError
from archive.looks import CACHES
from archive.pseudonym import Pseudonyms
from archive.rebuild import Rebuilt, rebuild
from archive.records import Count, Listing
from archive.store import Store
from archive.swap import no_runs
from archive.warc_reader import files
from crawler import pages
from tests.conftest import Sagwan
from tests.maker import KEY, Maker, row


def again(root: Path, parse: object = pages.parse, key: bytes = KEY) -> Rebuilt:
    """A rebuild into a new file beside the archive."""
    return rebuild(root, root / f"rebuilt-{time.monotonic_ns()}.db", Pseudonyms(key), parse)  # type: ignore[arg-type]


def same(root: Path) -> None:
    """Asserts that the rows are what the bytes say."""
    result = again(root)
    assert result.damage == []
    assert result.comparison is not None
    assert (result.comparison.differences, result.comparison.explained, result.comparison.examples) == (0, 0, [])


def fill(maker: Maker, times: int = 3) -> None:
    """Some walks with votes, edits, deletions and a person who changes name."""
    for n in range(times):
        rows = [row(k, likes=k * n, text=None if n < 2 else f"고침 {k}") for k in range(1, 120) if (k + n) % 11]
        for one in rows:
            one["user"]["displayName"] += "!" * (n % 2)
        maker.walk(rows[:100], rows[100:])


def test_rows_come_again_from_the_bytes(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker)
    maker.close()
    same(tmp_path)


CAPTURES = ("capture_rows", "capture_kinds", "urls")  # what the view `captures` shows, and is compared by


def test_history_is_only_inserted(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for table in {*_ROWS, *CAPTURES} - {"warcs", "captures"}:
        for verb in ("UPDATE", "DELETE"):
            maker.db.execute(f"CREATE TRIGGER {verb}_{table} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{verb}'); END")
    fill(maker)
    maker.close()
    again_maker = Maker(tmp_path)  # a second run, whose caches come from the rows
    fill(again_maker)
    again_maker.close()
    same(tmp_path)


def test_every_table_is_compared(tmp_path: Path) -> None:
    Maker(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - set(_ROWS) - set(CACHES) == {"facts", "_sqlite_migrations", *CAPTURES}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE observations SET likes = likes + 1 WHERE comment = 1",
        "UPDATE comment_versions SET text = 'x' WHERE comment = 1",
        "DELETE FROM sightings WHERE capture = 2",
        "DELETE FROM capture_rows WHERE id = 2",
        "INSERT INTO article_counts VALUES (1, 'comments', 2, 9)",
        "UPDATE capture_rows SET offset = offset + 1 WHERE id = 2",
        "UPDATE comment_versions SET account = x'00' WHERE comment = 1",
        "UPDATE walk_ended SET complete = 0",
        "UPDATE warcs SET stored_to = stored_to - 1",
        "UPDATE urls SET url = url || '&x=1'",
        "DELETE FROM capture_kinds",
        "UPDATE observations SET before = 1",
    ],
)
def test_a_changed_row_is_a_difference(tmp_path: Path, damage: str) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    maker.close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute(damage)
        db.commit()
    result = again(tmp_path)
    assert result.comparison is not None
    assert result.comparison.differences > 0


def test_damaged_files_never_take_the_place_of_rows(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    fill(maker, 1)
    maker.close()
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    (path,) = files(sagwan.archive)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"x" + whole[len(whole) // 2 + 1 :])
    before = sagwan.rows("SELECT count(*) FROM observations")
    ended = sagwan("rebuild", "--accept")
    assert (ended.code, "not swapped in" in ended.out) == (2, True)
    assert sagwan.rows("SELECT count(*) FROM observations") == before
    path.write_bytes(whole)
    assert "swapped in" in sagwan("rebuild", "--accept").out
    assert sagwan("verify").code == 0


def _newer(capture: Capture) -> Parsed:
    parsed = pages.parse(capture)
    return Parsed(parsed.outcome, parsed.records[:0], "daum.comments/99") if capture.page == "daum.comments" else parsed


def test_what_a_newer_parser_reads_otherwise_is_explained(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    maker.close()
    comparison = again(tmp_path, _newer).comparison
    assert comparison is not None
    assert comparison.explained > 100
    assert comparison.differences == 0


@pytest.mark.parametrize("parser", ["daum.comments/2", "daum.comments/0", "daum.children/0", "x"])
def test_a_row_is_not_explained_by_a_parser_that_is_not_newer(tmp_path: Path, parser: str) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    maker.close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE capture_kinds SET parser = ?", (parser,))
        db.execute("UPDATE observations SET likes = likes + 1000")
        db.commit()
    comparison = again(tmp_path).comparison
    assert comparison is not None
    assert (comparison.differences > 100, comparison.explained) == (True, 0)


def _rounding(capture: Capture) -> Parsed:
    parsed = pages.parse(capture)
    listings = [record for record in parsed.records if isinstance(record, Listing)]
    rounded = [structs.replace(c, rounded=(("likes", "1.2만"),)) for listing in listings for c in listing.comments]
    records = (Count("comments", 12000, "1.2만"), *(structs.replace(one, comments=tuple(rounded)) for one in listings))
    return Parsed(parsed.outcome, records if listings else (), parsed.parser)


def test_a_rounded_number_keeps_its_raw_text(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.store = Store(maker.db, "daum", maker.pseudonyms, _rounding)
    maker.walk([row(1, likes=12000), row(2, likes=12000)])
    assert maker.db.execute("SELECT count(*), min(raw) FROM rounded").fetchone() == (3, "1.2만")
    maker.close()
    comparison = again(tmp_path, _rounding).comparison
    assert comparison is not None
    assert comparison.differences == 0


def test_the_wrong_key_is_one_clear_line(tmp_path: Path) -> None:
    Maker(tmp_path).close()
    with pytest.raises(ArchiveError, match="wrong pseudonym key"):
        again(tmp_path, key=b"x" * 32)


def test_bytes_without_rows_are_caught_up(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
    lost = [maker.exchange(url, "daum.comments", json.dumps([row(k, likes=99)]).encode()) for k in (1, 500)]
    maker.writer.write(list(lost), maker.now)  # and then the process dies: no rows
    maker.writer.close()
    maker.db.close()
    healed = Maker(tmp_path)
    assert healed.db.execute("SELECT count(*) FROM comments WHERE key = '500'").fetchone() == (1,)
    healed.close()
    same(tmp_path)


def test_a_database_from_a_backup_is_caught_up(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    maker.db.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    fill(maker, 3)
    maker.close()
    (tmp_path / "backup.db").replace(tmp_path / "archive.db")
    for left in ("archive.db-wal", "archive.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    Maker(tmp_path).close()
    same(tmp_path)


def test_a_live_file_is_compared_as_far_as_its_rows_reach(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    rebuilt = again(tmp_path)  # the file is open and locked by this process
    assert rebuilt.comparison is not None
    assert rebuilt.comparison.differences == 0
    maker.close()


def test_catching_up_twice_changes_nothing(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    fill(maker, 1)
    maker.close()
    pseudonyms = Pseudonyms(KEY)
    db = open_for_writing(tmp_path / "archive.db", pseudonyms)
    assert catch_up(tmp_path, "daum", Store(db, "daum", pseudonyms, pages.parse)) == 0
    db.close()


@pytest.mark.parametrize(
    ("lacks", "sql"),
    [
        ("table alarms", "DROP TABLE alarms"),
        ("tables of version 4", "PRAGMA user_version = 2"),
    ],
)
def test_a_database_of_another_version_is_named_and_made_anew(sagwan: Sagwan, lacks: str, sql: str) -> None:
    maker = Maker(sagwan.archive)
    fill(maker)
    maker.close()
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.executescript(sql)
    Path(sagwan.env["SAGWAN_PSEUDONYM_KEY"] or "").write_bytes(KEY)
    if "version" in lacks:
        refused = [sagwan("ls"), sagwan("series", "daum:1")]
        assert all(one.code == 1 and "an older sagwan made it: `sagwan rebuild --accept" in one.err for one in refused)
    told = sagwan("rebuild")
    assert (told.code, told.err) == (2, "")
    assert f"has no {lacks}: another version made it" in told.out
    assert "`sagwan rebuild --accept` puts the new database in the place of the present one" in told.out
    made = sagwan("rebuild", "--accept", "--json")
    assert (made.code, made.only["damage"], bool(made.only["older"]), bool(made.only["kept"])) == (0, [], True, True)
    same(sagwan.archive)


def test_a_long_holder_says_that_it_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT", 0.01)
    with no_runs(tmp_path, ["daum"]):
        path = tmp_path / "locks" / "daum.lock"
        os.utime(path, (0, 0))
        until = time.monotonic() + 20
        while path.stat().st_mtime == 0:
            assert time.monotonic() < until, "no heartbeat"
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
