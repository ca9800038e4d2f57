"""Verify: each damage to a good archive is named and exits 2; a good one passes."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from archive.pseudonym import Pseudonyms
from archive.recover import recover
from archive.verify import verify
from archive.verify_bytes import check_file, check_files
from archive.warc_reader import files
from crawler import pages
from tests.conftest import COMMAND
from tests.maker import KEY, Maker, row
from tests.test_mutations import copied


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive with two walks."""
    root = tmp_path_factory.mktemp("good")
    maker = Maker(root)
    maker.walk([row(k, likes=k) for k in range(1, 30)], [row(k) for k in range(30, 50)])
    maker.walk([row(k, likes=k + 1) for k in range(1, 30)])
    url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
    packed = maker.exchange(url, "daum.comments", gzip.compress(json.dumps([row(1)]).encode()))
    packed.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    maker.keep(packed)
    failed = maker.exchange(url, "daum.comments", b"")
    failed.head, failed.facts.error, failed.facts.fidelity = None, "DownloadTimeoutError: no answer", None
    maker.keep(failed)
    maker.close()
    return root


def found(root: Path) -> list[str]:
    return verify(root, Pseudonyms(KEY), pages.parse).findings


def test_a_good_archive_passes(good: Path) -> None:
    result = verify(good, Pseudonyms(KEY), pages.parse)
    assert result.findings == []
    assert (result.files, result.records) == (1, 19)
    assert result.rows > 100


@pytest.mark.parametrize("table", ["observations", "captures", "comment_versions", "sightings"])
def test_rows_without_bytes_and_bytes_without_rows_are_found(good: Path, tmp_path: Path, table: str) -> None:
    root = tmp_path / "damaged"
    copied(good, root)
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute(f"DELETE FROM {table} WHERE capture = 1" if table != "captures" else "DELETE FROM capture_rows WHERE id = 1")
        db.commit()
    assert [line for line in found(root) if line.startswith(f"{table}: bytes without their row")]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE capture_rows SET record = x'00' WHERE id = 2", "captures: a row without bytes"),
        ("DROP VIEW view_observations", "view view_observations"),
        ("CREATE TRIGGER t AFTER INSERT ON observations BEGIN DELETE FROM sightings; END", "trigger t"),
        ("DROP INDEX captures_article", "index captures_article"),
        ("DELETE FROM facts WHERE key = 'pseudonym_key'", "fact pseudonym_key"),
    ],
)
def test_what_leads_to_the_rows_is_checked_too(good: Path, tmp_path: Path, damage: str, named: str) -> None:
    root = tmp_path / "damaged"
    copied(good, root)
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute(damage)
        db.commit()
    assert [line for line in found(root) if named in line]


def test_a_flipped_bit_in_an_index_is_found(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "damaged"
    copied(good, root)
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'captures_received_at'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (at,) = db.execute("SELECT received_at FROM captures WHERE id = 2").fetchone()
    data = bytearray((root / "archive.db").read_bytes())
    data[data.index(at.to_bytes(6, "big"), (page - 1) * size, page * size) + 5] ^= 1
    (root / "archive.db").write_bytes(data)
    assert [line for line in found(root) if "captures_received_at" in line]


def test_what_a_failed_run_left_without_rows_is_a_note(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "left"
    copied(good, root)
    maker = Maker(root)
    url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
    maker.writer.write([maker.exchange(url, "daum.comments", b"[]")], maker.now)  # and then the database cannot be written
    maker.writer.close()
    maker.db.close()
    result = verify(root, Pseudonyms(KEY), pages.parse)
    assert result.findings == []
    assert [line for line in result.notes if "have no rows yet" in line]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "UPDATE observations SET likes = 7 WHERE comment = 3 AND capture = 1",
            "observations: a row whose bytes say otherwise: daum:20260921090000123#3, capture {uuid}: "
            "the row says likes 7; the bytes say likes 3",
        ),
        (
            "UPDATE comment_versions SET text = 'x', created_from = NULL WHERE comment = 3",
            "comment_versions: a row whose bytes say otherwise: daum:20260921090000123#3, capture {uuid}: "
            "the row says text 'x', created_from nothing; the bytes say text '댓글 3', created_from 2026-09-21T09:10:11",
        ),
        (
            "UPDATE sightings SET ids = CAST(substr(ids, 1, 1) || x'02' || substr(ids, 3) AS BLOB) WHERE capture = 1",
            "sightings: a row whose bytes say otherwise: daum:20260921090000123, capture {uuid}: the row says "
            "#2 at place 1 of 29; the bytes say #1 at place 1 of 29",
        ),
        (
            "UPDATE walk_ended SET collected = 3 WHERE walk = 1",
            "walk_ended: a row whose bytes say otherwise: walk {walk}: the row says collected 3; the bytes say collected 49",
        ),
        (
            "DELETE FROM observations WHERE comment = 3 AND capture = 1",
            "observations: bytes without their row: daum:20260921090000123#3, capture {uuid}: likes 3, dislikes 0, replies 0",
        ),
        (
            "INSERT INTO observations VALUES (2, 3, 99, NULL, NULL, 0, NULL)",
            "observations: a row without bytes that say so: daum:20260921090000123#3, capture {second}: likes 99, state 0",
        ),
        (
            "UPDATE capture_rows SET article = 99 WHERE id = 1",
            "the row says article with no such id (99); the bytes say article daum:2",
        ),
        (
            "UPDATE capture_rows SET article = -9223372036854775808 WHERE id = 1",
            "article with no such id (-9223372036854775808);",
        ),
        (
            "UPDATE capture_rows SET received_at = 9e18 WHERE id = 1",
            "the row says received_at 9000000000000000000; the bytes say ",
        ),
        (
            "UPDATE urls SET url = CAST(x'ff' AS TEXT) WHERE url LIKE '%offset=29&%'",
            "the row says url ",
        ),
        ("UPDATE sightings SET ids = x'ff' WHERE capture = 1", "the row says nothing at place 1 of 0"),
    ],
)
def test_a_row_whose_bytes_say_otherwise_is_told_in_words(good: Path, tmp_path: Path, damage: str, said: str) -> None:
    root = copied(good, tmp_path / "damaged")
    with closing(sqlite3.connect(root / "archive.db")) as db:
        (uuid,), (second,) = db.execute("SELECT lower(hex(record)) FROM captures ORDER BY id LIMIT 2")
        (walk,) = db.execute("SELECT uuid FROM walks WHERE id = 1").fetchone()
        db.execute(damage)
        db.commit()
    dashed = {"uuid": str(UUID(uuid)), "second": str(UUID(second)), "walk": walk}
    (line, *more) = found(root)
    assert said.format(**dashed) in line
    assert more == []


def test_what_an_analyst_added_is_a_note_and_a_trigger_is_not(good: Path, tmp_path: Path) -> None:
    root = copied(good, tmp_path / "own")
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute("CREATE INDEX mine ON observations (likes)")
        db.execute("CREATE VIEW my_view AS SELECT 1")
        db.execute("CREATE TABLE my_table (a)")
        db.commit()
    result = verify(root, Pseudonyms(KEY), pages.parse)
    assert result.findings == []
    for name in ("index mine", "view my_view", "table my_table"):
        assert [line for line in result.notes if line.startswith(f"archive.db: {name} is not of this format")]
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON my_table BEGIN DELETE FROM sightings; END")
        db.commit()
    assert found(root) == ["archive.db: trigger t is not the one of this format"]


@pytest.mark.parametrize("parser", [None, "daum.comments/0"])
def test_a_parser_that_the_run_did_not_have_explains_nothing(good: Path, tmp_path: Path, parser: str | None) -> None:
    root = copied(good, tmp_path / "damaged")
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute("UPDATE capture_kinds SET parser = ?", (parser,))
        db.execute("UPDATE observations SET likes = likes + 1")
        db.commit()
    result = verify(root, Pseudonyms(KEY), pages.parse)
    assert [line for line in result.findings if line.startswith("observations: a row whose bytes say otherwise")]
    assert not [line for line in result.notes if "newer parser" in line]


def test_an_open_file_passes_and_its_torn_end_is_a_note(good: Path, tmp_path: Path) -> None:
    root = copied(good, tmp_path / "open")
    maker = Maker(root)
    maker.walk([row(k) for k in range(1, 9)])
    for rows in (Pseudonyms(KEY), None):
        assert verify(root, rows, pages.parse).findings == []  # beside a living run
    path = files(root)[0]
    assert path.name.endswith(".open")
    end = path.stat().st_size
    with path.open("ab") as file:
        file.write(path.read_bytes()[:100])
    for rows in (Pseudonyms(KEY), None):
        result = verify(root, rows, pages.parse)
        assert result.findings == []
        assert [line for line in result.notes if f"at {end}: the last 100 bytes are no whole exchange" in line]
    maker.db.close()
    path.write_bytes(path.read_bytes()[: end - 20])
    assert [line for line in found(root) if f"at {end - 20}: the file ends" in line]
    maker.writer.close()


def test_after_recovery_an_archive_passes(good: Path, tmp_path: Path) -> None:
    root = copied(good, tmp_path / "open")
    (path,) = files(root)
    with path.open("ab") as file:
        file.write(path.read_bytes()[:100])
    path.rename(path.with_name(path.name + ".open"))
    assert len(recover(root, "daum")) == 1
    assert found(root) == []
    Maker(root).close()
    assert found(root) == []


def test_a_person_at_a_terminal_sees_how_far_it_is(good: Path) -> None:
    screen, terminal = pty.openpty()
    command = [COMMAND, "verify", "--bytes", "--archive", str(good)]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=terminal, text=True) as process:
        os.close(terminal)
        seen = b""
        with contextlib.suppress(OSError):  # Linux says so when the last writer has gone
            while data := os.read(screen, 65536):
                seen += data
        os.close(screen)
        assert process.stdout is not None
        assert process.stdout.read().endswith("1 files, 19 records, 0 rows checked: 0 findings\n")
    assert process.returncode == 0
    assert "bytes" in seen.decode()


def test_many_files_are_checked_in_processes_of_their_own(good: Path) -> None:
    paths = files(good)
    apart = [checked.file for checked in check_files(paths * 3, {path.name for path in paths}, apart=0)]
    assert apart == [check_file(paths[0]).file] * 3


def test_bytes_alone_need_no_key(good: Path) -> None:
    assert verify(good, None, pages.parse).findings == []
