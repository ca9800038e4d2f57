"""Captures read back from their bytes, as if they had come just now: what a page said, and a walk as far as it came."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive.capture import Parse, Seen
from archive.errors import Damaged
from archive.lookup import uuid_bytes, uuid_text
from archive.reading import read
from archive.warc_reader import exchange, file_named, read_groups

_PLACE = "SELECT c.record, w.name, c.offset FROM captures c JOIN warcs w ON w.id = c.warc"


def last_page(root: Path, db: sqlite3.Connection, source: str, key: str, page: str, parse: Parse) -> Seen | None:
    """The last good capture of an article's page of that kind; None where there is none that can be read."""
    row = db.execute(
        f"{_PLACE} JOIN articles a ON a.id = c.article WHERE a.source = ? AND a.key = ? AND c.page = ? AND c.outcome = 'ok' "
        "ORDER BY c.at DESC LIMIT 1",
        (source, key, page),
    ).fetchone()
    return _read(root, row, parse) if row else None


def walked(root: Path, db: sqlite3.Connection, walk: str, parse: Parse) -> dict[tuple[str, str], Seen]:
    """The good pages of a walk by their URL and what was posted there."""
    rows = db.execute(
        f"{_PLACE} WHERE c.article = (SELECT article FROM walk_begun WHERE uuid = ?1) AND c.outcome IN ('ok', 'empty') "
        "AND c.walk = (SELECT id FROM walk_begun WHERE uuid = ?1) ORDER BY c.id",
        (uuid_bytes(walk),),
    ).fetchall()
    seen = [found for row in rows if (found := _read(root, row, parse)) is not None]
    return {(each.facts.url, each.facts.context.get("form", "")): each for each in seen}


def _read(root: Path, row: tuple[bytes, str, int], parse: Parse) -> Seen | None:
    record, name, offset = row
    path = file_named(root, name)
    if path is None:
        return None
    try:
        found = exchange(next(read_groups(path, offset)))
    except (Damaged, StopIteration, OSError):
        return None
    said = read(found, parse)
    return Seen(found.facts, uuid_text(record), said.status, said.parsed, said.headers, said.body)
