"""Verify: each damage to a good archive is named and exits 2; a good one passes."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.pseudonym import Pseudonyms
from archive.verify import verify
from archive.warc_reader import files
from crawler import pages
from tests.maker import KEY, Maker, row

Members = list[bytes]


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


def members(data: bytes) -> Members:
    parts = []
    while data:
        inflater = zlib.decompressobj(31)
        inflater.decompress(data)
        parts.append(data[: len(data) - len(inflater.unused_data)])
        data = inflater.unused_data
    return parts


def changed(member: bytes, old: bytes, new: bytes) -> bytes:
    record = gzip.decompress(member)
    assert old in record
    return gzip.compress(record.replace(old, new, 1), mtime=0)


def of_type(parts: Members, kind: str) -> int:
    """The place of the second record of a type: one in the middle of the file."""
    return [n for n, part in enumerate(parts) if f"WARC-Type: {kind}".encode() in gzip.decompress(part)[:60]][1]


def without(member: bytes, *names: bytes) -> bytes:
    head, blank, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(names)]
    return gzip.compress(b"\r\n".join(lines) + blank + rest, mtime=0)


def at(kind: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    """Changes one record in the middle."""

    def damage(parts: Members) -> Members:
        n = of_type(parts, kind)
        return [*parts[:n], change(parts[n]), *parts[n + 1 :]]

    return damage


def removed_exchange(parts: Members) -> Members:
    n = of_type(parts, "response")
    return parts[: n - 1] + parts[n + 2 :]


def swapped(parts: Members) -> Members:
    n = of_type(parts, "response")
    exchange, event = parts[n - 1 : n + 2], parts[n + 2 : n + 5]
    return parts[: n - 1] + event + exchange + parts[n + 5 :]


DIGESTS = (b"WARC-Block-Digest", b"WARC-Payload-Digest")
DAMAGES: dict[str, Callable[[Members], Members]] = {
    "a byte flipped in the middle": lambda p: [b"".join(p)[:700] + bytes([b"".join(p)[700] ^ 255]) + b"".join(p)[701:]],
    "the last record torn": lambda p: [*p[:-1], p[-1][:-20]],
    "the file cut in the middle": lambda p: p[: len(p) // 2],
    "one gzip member for all": lambda p: [gzip.compress(b"".join(map(gzip.decompress, p)))],
    "a body altered": at("response", lambda m: changed(m, "댓글 3".encode(), "댓글 9".encode())),
    "a body altered, digests stripped": at("response", lambda m: without(changed(m, b"likeCount", b"lykeCount"), *DIGESTS)),
    "an HTTP header altered": at(
        "response", lambda m: changed(m, b"Content-Type: application/json", b"Content-Type: application/jsin")
    ),
    "a bad status line": at("response", lambda m: changed(m, b"HTTP/1.1 200 OK", b"HTTP/1.1 ??? OK")),
    "a wrong length": at("request", lambda m: changed(m, b"\r\nContent-Length: ", b"\r\nContent-Length: 1")),
    "the date missing": at("request", lambda m: without(m, b"WARC-Date")),
    "the digests missing": at("request", lambda m: without(m, *DIGESTS)),
    "a record doubled": lambda p: [*p[: of_type(p, "response")], p[of_type(p, "response")], *p[of_type(p, "response") :]],
    "an exchange doubled at the end": lambda p: [*p, *p[of_type(p, "response") - 1 : of_type(p, "response") + 2]],
    "an exchange removed": removed_exchange,
    "records in another order": swapped,
    "a dangling concurrent-to": at(
        "request", lambda m: changed(m, b"WARC-Concurrent-To: <urn:uuid:", b"WARC-Concurrent-To: <urn:uuid:0")
    ),
    "a request removed": lambda p: p[: of_type(p, "request")] + p[of_type(p, "request") + 1 :],
    "the metadata altered": at("metadata", lambda m: changed(m, b'"page":"daum.comments"', b'"page":"daum.commentz"')),
    "the warcinfo removed": lambda p: p[1:],
    "trailing garbage": lambda p: [*p, b"\0" * 50],
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found(good: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "damaged"
    _copy(good, root)
    (path,) = files(root)
    path.write_bytes(b"".join(DAMAGES[name](members(path.read_bytes()))))
    assert found(root), f"{name} was not found"


def test_a_good_archive_passes(good: Path) -> None:
    result = verify(good, Pseudonyms(KEY), pages.parse)
    assert result.findings == []
    assert (result.files, result.records) == (1, 19)
    assert result.rows > 100


def test_a_missing_and_an_added_file_are_found(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "damaged"
    _copy(good, root)
    (path,) = files(root)
    stranger = path.with_name("notes.txt")
    stranger.write_text("x")
    assert [line for line in found(root) if "notes.txt" in line]
    stranger.unlink()
    added = path.with_name(path.name.replace("-00001-", "-00002-"))
    added.write_bytes(path.read_bytes())
    assert [line for line in found(root) if "-00002-" in line]
    added.unlink()
    path.unlink()
    assert [line for line in found(root) if "missing" in line]


@pytest.mark.parametrize("table", ["observations", "captures", "comment_versions", "sightings"])
def test_rows_without_bytes_and_bytes_without_rows_are_found(good: Path, tmp_path: Path, table: str) -> None:
    root = tmp_path / "damaged"
    _copy(good, root)
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
    _copy(good, root)
    with closing(sqlite3.connect(root / "archive.db")) as db:
        db.execute(damage)
        db.commit()
    assert [line for line in found(root) if named in line]


def test_a_flipped_bit_in_an_index_is_found(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "damaged"
    _copy(good, root)
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
    _copy(good, root)
    maker = Maker(root)
    url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
    maker.writer.write([maker.exchange(url, "daum.comments", b"[]")], maker.now)  # and then the database cannot be written
    maker.writer.close()
    maker.db.close()
    result = verify(root, Pseudonyms(KEY), pages.parse)
    assert result.findings == []
    assert [line for line in result.notes if "have no rows yet" in line]


def test_bytes_alone_need_no_key(good: Path) -> None:
    assert verify(good, None, pages.parse).findings == []


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
