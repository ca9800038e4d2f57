"""Checks an archive: every member, digest, pair and offset of its WARC files, and every row against its bytes."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from archive.archive import connect, open_for_reading
from archive.capture import Parse
from archive.errors import Damaged
from archive.pseudonym import Pseudonyms
from archive.rebuild import rebuild
from archive.warc_reader import METADATA, NAME, Group, Record, files, read_groups, record_id

_STATUS_LINE = re.compile(rb"HTTP/\S+ +\d+")  # of any length: what a site said may be nonsense


class Verified(Struct):
    """What was looked at, and what was found wrong: one line each."""

    files: int = 0
    records: int = 0
    rows: int = 0
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(root: Path, pseudonyms: Pseudonyms | None, parse: Parse) -> Verified:
    """Checks bytes, and with `pseudonyms` the rows too. Raises ArchiveError when there is no archive."""
    result = Verified()
    db = open_for_reading(root)
    with contextlib.closing(db):
        _database(db, result)
        _bytes(root, db, result)
    if pseudonyms is not None and result.files:
        _rows(root, pseudonyms, parse, result)
    return result


def _database(db: sqlite3.Connection, result: Verified) -> None:
    try:
        for (line,) in db.execute("PRAGMA integrity_check"):  # quick_check does not look whether an index fits its table
            if line != "ok":
                result.findings.append(f"archive.db: {line}")
    except sqlite3.Error as error:
        result.findings.append(f"archive.db: {error}")


def _bytes(root: Path, db: sqlite3.Connection, result: Verified) -> None:
    stored = dict(db.execute("SELECT name, stored_to FROM warcs"))
    ids: set[str] = set()
    present = set()
    for path in files(root):
        name = path.name.removesuffix(".open")
        present.add(name)
        result.files += 1
        result.findings += [f"{name}: {problem}" for problem in _file(path, ids, result)]
        size = path.stat().st_size
        if size > stored.get(name, 0) and path.name == name:
            rowless = size - stored.get(name, 0)
            # A run that could not store its rows leaves this; a file that no row knows at all is another matter.
            where = result.notes if name in stored else result.findings
            where.append(f"{name}: the last {rowless} bytes have no rows yet; the next run stores them")
        elif path.name != name:
            result.notes.append(f"{name}: being written, or left by a killed run; the next run closes it")
    for name in sorted(set(stored) - present):
        result.findings.append(f"{name}: the file is missing; rows were made from {stored[name]} bytes of it")
    for path in sorted((root / "warc").rglob("*")):
        if path.is_file() and not NAME.fullmatch(path.name.removesuffix(".open")):
            (result.notes if path.suffix == ".torn" else result.findings).append(
                f"{path.name}: not a WARC file of this archive"
            )


def _file(path: Path, ids: set[str], result: Verified) -> Iterator[str]:
    known: set[str] = set()  # warcinfo ids so far in this file
    try:
        for group in read_groups(path):
            for record in group.records:
                result.records += 1
                identity = record.headers.get("warc-record-id", "")
                if not identity or identity in ids:
                    yield f"at {record.offset}: record id {identity or 'missing'} stands twice or not at all"
                ids.add(identity)
                yield from _record(record, known)
            if group.values["kind"] == "exchange":
                yield from _exchange(group)
    except Damaged as error:
        yield str(error).removeprefix(f"{path.name} ")


def _record(record: Record, known: set[str]) -> Iterator[str]:
    headers = record.headers
    where = f"at {record.offset}: {record.type or 'record without a type'}"
    try:
        datetime.fromisoformat(headers.get("warc-date", ""))
    except ValueError:
        yield f"{where}: WARC-Date {headers.get('warc-date', 'is missing')!r}"
    payload = record.block
    if headers.get("content-type", "").startswith("application/http"):
        payload = record.block.partition(b"\r\n\r\n")[2]
    pairs = [("warc-block-digest", record.block), ("warc-payload-digest", payload)]
    for name, data in pairs[: 1 if record.type == "warcinfo" else 2]:
        digest = headers.get(name)
        if digest is None:
            yield f"{where}: {name} is missing"
        elif digest != "sha256:" + sha256(data).hexdigest():
            yield f"{where}: {name} does not fit the bytes"
    if record.type == "warcinfo":
        known.add(headers.get("warc-record-id", ""))
    elif headers.get("warc-warcinfo-id") not in known:
        yield f"{where}: its warcinfo record is not before it in the file"
    if record.type == "response" and not _STATUS_LINE.match(record.block):
        yield f"{where}: no HTTP status line"
    if record.type not in ("warcinfo", "request", "response", "revisit", "resource", "metadata"):
        yield f"{where}: a record of no known type"


def _exchange(group: Group) -> Iterator[str]:
    """The records of one exchange name each other."""
    types = [record.type for record in group.records]
    where = f"at {group.offset}: exchange"
    last = group.records[-1]
    if sorted(set(types)) != sorted(types) or not set(types) <= {"request", "response", "metadata"}:
        yield f"{where}: holds {', '.join(types)}"
    values = group.values
    url = str(values.get("url"))
    targets = [METADATA + url if record.type == "metadata" else url for record in group.records]
    if [record.headers.get("warc-target-uri") for record in group.records] != targets:
        yield f"{where}: its records name different URLs"
    if len({record.headers.get("warc-date") for record in group.records}) != 1:
        yield f"{where}: its records name different dates"
    response = group.record("response")
    if response is None and not values.get("error"):
        yield f"{where}: no response, and its metadata names no error"
    wanted = f"<urn:uuid:{record_id(response)}>" if response else None
    for record in group.records:
        if record.type != "response" and record.headers.get("warc-concurrent-to") != wanted:
            named = record.headers.get("warc-concurrent-to")
            yield f"at {record.offset}: {record.type} is concurrent to {named}, not to its response"
    if response is not None and not group.record("request"):
        yield f"at {last.offset}: a response without its request"


def _rows(root: Path, pseudonyms: Pseudonyms, parse: Parse, result: Verified) -> None:
    with tempfile.TemporaryDirectory(prefix="sagwan-verify-") as folder:
        rebuilt = rebuild(root, Path(folder) / "rebuilt.db", pseudonyms, parse, only_stored=True)
        with contextlib.closing(connect(Path(folder) / "rebuilt.db", write=False)) as db:
            result.findings += _definitions(root, db)
            result.notes += [f"{n} captures were made with robots overridden" for n in _overridden(db) if n]
    result.rows = rebuilt.rows
    result.findings += [line for line in rebuilt.damage if line not in "\n".join(result.findings)]
    if rebuilt.comparison is None:
        return
    if rebuilt.comparison.explained:
        result.notes.append(
            f"{rebuilt.comparison.explained} rows differ because a newer parser reads them: `sagwan rebuild --accept`"
        )
    for difference in rebuilt.comparison.examples:
        if not difference.explained:
            side = "a row without bytes that say so" if difference.side == "present" else "bytes without their row"
            result.findings.append(f"{difference.table}: {side}: {difference.about} {_brief(difference.row)}")
    more = rebuilt.comparison.differences - sum(not d.explained for d in rebuilt.comparison.examples)
    if more:
        result.findings.append(f"... and {more} more rows that differ from the bytes")


def _definitions(root: Path, rebuilt: sqlite3.Connection) -> Iterator[str]:
    """Views, indexes and triggers that are not those of the format (what analysts read goes through them), and facts."""
    asked = (
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'",
        "SELECT 'fact ' || key, value FROM facts",
    )
    with contextlib.closing(open_for_reading(root)) as db:
        for sql in asked:
            present, wanted = dict(db.execute(sql)), dict(rebuilt.execute(sql))
            for name in sorted(present.keys() | wanted.keys()):
                if present.get(name) != wanted.get(name):
                    yield f"archive.db: {name} is not the one of this format"


def _overridden(db: sqlite3.Connection) -> list[int]:
    sql = "SELECT count(*) FROM captures c JOIN run_begun r ON r.id = c.run WHERE r.robots_reason IS NOT NULL"
    return [row[0] for row in db.execute(sql)]


def _brief(row: tuple[object, ...]) -> str:
    return " ".join(str(value)[:60] for value in row if value is not None)[:240]
