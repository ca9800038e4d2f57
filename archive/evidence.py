"""Where one capture lies, what its bytes are, and whether a row rests on them: for whoever wants to see the evidence itself."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from msgspec import Struct

from archive.capture import Parse, decode, split_head
from archive.errors import ArchiveError, Damaged
from archive.lookup import find_article, uuid_text
from archive.proof import prove, stamps
from archive.proof_links import Link
from archive.support import subject, supports
from archive.warc_damage import next_group
from archive.warc_reader import Group, Record, file_named, read_groups

MOST = 1 << 20  # letters of a record that are shown
_BEFORE = 1 << 14  # bytes in which the request of a response begins
_CHARSETS = ("euc-kr", "cp949", "ks_c_5601-1987", "iso-8859-1", "utf-16")  # what else is said is taken for UTF-8
# What steers a terminal or turns the order of letters round is shown as its number.
_STEERING = {n: f"\\x{n:02x}" for n in (*range(32), *range(127, 160)) if n not in (9, 10)} | {
    n: f"\\u{n:04x}" for n in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
}
_ROW = """
SELECT c.id, c.record, r.source, r.topic, r.uuid, w.uuid, a.source || ':' || a.key, c.page, c.parser, c.outcome, c.method,
  c.url,
  c.status, c.at, c.received_at, c.server_at, c.digest, f.name, c.offset, c.length, c.chain, c.why,
  (SELECT count(*) FROM sightings WHERE capture = c.id)
FROM captures c JOIN run_begun r ON r.id = c.run JOIN warcs f ON f.id = c.warc LEFT JOIN walk_begun w ON w.id = c.walk
LEFT JOIN articles a ON a.id = c.article WHERE c.record = ?"""


class Evidence(Struct, frozen=True):
    """A capture's row. Times are UTC ms, digests hex; `listed` is 1 where it listed comments."""

    id: int
    capture: str
    source: str
    topic: str
    run: str
    walk: str | None
    article: str | None
    page: str
    parser: str | None
    outcome: str
    method: str
    url: str
    status: int | None
    at: int
    received_at: int
    server_at: int | None
    digest: str | None
    warc: str
    offset: int
    length: int
    chain: str | None
    why: str | None
    listed: int


class Shown(Struct, frozen=True):
    """One WARC record of a capture as text. `cut` is how many bytes of it are not shown."""

    type: str
    offset: int
    length: int
    headers: tuple[tuple[str, str], ...]
    text: str
    cut: int


class Checked(Struct, frozen=True):
    """What a check of one row found: its steps under why each capture matters, the time-stamps, how many steps do not hold."""

    ref: str
    state: str
    parts: tuple[tuple[tuple[str, ...], tuple[Link, ...]], ...]
    stamps: tuple[Link, ...]
    failed: int


def evidence(db: sqlite3.Connection, capture: str) -> Evidence:
    """A capture's row by its uuid. Raises ArchiveError for what is no uuid, and for one that the archive does not have."""
    try:
        record = bytes.fromhex(capture.replace("-", ""))
    except ValueError:
        raise ArchiveError(f"{capture[:60]} is no capture: their names are 32 hexadecimal digits") from None
    row = db.execute(_ROW, (record,)).fetchone()
    if row is None:
        raise ArchiveError(f"the archive has no capture {capture[:60]}")
    # Digests are hex; the uuids of a capture and its walk have 16 bytes.
    values: list[Any] = [uuid_text(value) if isinstance(value, bytes) else value for value in row[1:]]
    return Evidence(row[0], *values)


def records(root: Path, found: Evidence) -> list[Shown]:
    """The WARC records of a capture, bodies decoded as far as they can be. Raises Damaged where they cannot be read."""
    group = _group(root, found)
    return [_shown(record) for record in group.records]


def _group(root: Path, found: Evidence) -> Group:
    path = file_named(root, found.warc)
    if path is None:
        raise Damaged(f"{found.warc} is missing")
    # The row names its response: the records before it, its request, are one group with it.
    start: int | None = max(0, found.offset - _BEFORE)
    if start:
        start = next_group(path, start - 1)
    while start is not None and start <= found.offset:
        try:
            for group in read_groups(path, start):
                if group.offset <= found.offset < group.end:
                    return group
                if group.offset > found.offset:
                    break
            break
        except Damaged as error:
            start = next_group(path, error.at)
    raise Damaged(f"{found.warc} has no record at {found.offset}: `sagwan verify` says more")


def _shown(record: Record) -> Shown:
    if record.headers.get("content-type", "").startswith("application/http"):
        head, blank, body = record.block.partition(b"\r\n\r\n")
        headers = split_head(head)[1]
        with contextlib.suppress(ValueError):  # then it is shown as it was received
            body = decode(body, headers)
        text = (
            head.decode("utf-8", "backslashreplace") + "\n\n" * bool(blank) + body.decode(_charset(headers), "backslashreplace")
        )
    else:
        text = record.block.decode("utf-8", "backslashreplace")
    text = text.replace("\r\n", "\n")
    cut = max(0, len(text) - MOST)
    shown = text[:MOST].translate(_STEERING)
    return Shown(record.type, record.offset, record.length, tuple(record.headers.items()), shown, cut)


def _charset(headers: tuple[tuple[str, str], ...]) -> str:
    said = next((value.lower() for name, value in headers if name == "content-type"), "")
    return next((name for name in _CHARSETS if f"charset={name}" in said.replace('"', "")), "utf-8")


def check(root: Path, db: sqlite3.Connection, source: str, article: str, comment: str | None, at: int, parse: Parse) -> Checked:
    """The same as `sagwan verify --row REF@TIME`. It reads whole files. Raises ArchiveError for what the archive does not know,
    also at that time (UTC ms)."""
    about = subject(db, find_article(db, source, article), comment)
    found = supports(db, about, at)
    if found is None:
        raise ArchiveError(f"nothing was known of {source}:{article}{'#' if comment else ''}{comment or ''} at that time")
    line, rests_on = found
    proofs = list(prove(root, db, about, rests_on, parse))
    tokens = tuple(stamps(proofs, None))
    parts = tuple((tuple(proof.support.why), tuple(proof.links)) for proof in proofs)
    failed = sum(link.holds is False for links in (*(links for _, links in parts), tokens) for link in links)
    return Checked(line["ref"], line["state"], parts, tokens, failed)
