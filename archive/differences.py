"""Says in words where a row and its bytes differ: what it is about, what the row says, what the bytes say."""

from __future__ import annotations

import sqlite3
from itertools import zip_longest
from typing import Any

from archive.lookup import uuid_text
from archive.sightings import unpack
from archive.times import iso

Row = tuple[Any, ...]
Pair = tuple[Row | None, Row | None]  # the present row and the one that the bytes give

_MOST = 1 << 62  # an id; whoever changed a row may have written any number
_LAST = 253_000_000_000_000  # the year 9987 in ms: what can be shown as a time

# By which of its columns a table's row is the same one on both sides.
_KEYS = {
    "run_begun": ("id",),
    "run_ended": ("run",),
    "run_pages": ("run", "page"),
    "alarms": ("run", "kind", "page"),
    "walk_begun": ("id",),
    "walk_ended": ("walk",),
    "captures": ("id",),
    "refusals": ("capture",),
    "warcs": ("name",),
    "articles": ("id",),
    "aliases": ("source", "key"),
    "comments": ("id",),
    "article_versions": ("article", "capture"),
    "comment_versions": ("comment", "capture"),
    "sightings": ("capture",),
    "observations": ("comment", "capture"),
    "article_counts": ("article", "capture", "metric"),
    "counted": ("article", "capture"),
    "redactions": ("uuid",),
    "rounded": ("article", "comment", "capture", "metric"),
    "lists": ("capture", "kind", "rank"),
}
_LABELS = {
    "articles": ("", "SELECT source || ':' || key FROM {}.articles WHERE id = ?"),
    "comments": ("", "SELECT a.source || ':' || a.key || '#' || c.key FROM {0}.comments c JOIN {0}.articles a "
                 "ON a.id = c.article WHERE c.id = ?"),
    "capture_rows": ("capture ", "SELECT record FROM {}.capture_rows WHERE id = ?"),
    "run_begun": ("run ", "SELECT uuid FROM {}.run_begun WHERE id = ?"),
    "walk_begun": ("walk ", "SELECT uuid FROM {}.walk_begun WHERE id = ?"),
    "warcs": ("file ", "SELECT name FROM {}.warcs WHERE id = ?"),
}  # fmt: skip


def pairs(table: str, columns: str, present: list[Row], rebuilt: list[Row]) -> list[Pair]:
    """The rows of both sides, each beside the one of the same key where there is one."""
    names = [column.partition(">")[0] for column in columns.split(", ")]
    places = [names.index(key) for key in _KEYS[table]]
    waiting = {tuple(row[n] for n in places): row for row in rebuilt}
    found: list[Pair] = [(row, waiting.pop(tuple(row[n] for n in places), None)) for row in present]
    return found + [(None, row) for row in waiting.values()]


def words(db: sqlite3.Connection, table: str, columns: str, pair: Pair) -> str:
    """One line about a pair; `db` has the present rows as `main` and the others as `rebuilt`."""
    named = [column.partition(">")[::2] for column in columns.split(", ")]
    row, bytes_say = pair
    shown = row or bytes_say or ()
    keys = _KEYS[table]
    columns_of = {name: (of, value) for (name, of), value in zip(named, shown, strict=True)}
    # In `rounded`, comment 0 is the article itself.
    about = [_word(db, key, *columns_of[key]) for key in keys if (key, columns_of[key][1]) != ("comment", 0)]
    if named[0][0] == "article" and "article" not in keys and shown[0] is not None:
        about.insert(0, _word(db, *named[0], shown[0]))
    rest = [
        (name, of, mine, theirs)
        for (name, of), mine, theirs in zip_longest(named, row or (), bytes_say or ())
        if name not in (*keys, "NULL")
    ]
    if row is not None and bytes_say is not None:
        differing = [entry for entry in rest if entry[2] != entry[3]]
        said = ", ".join(_said(db, shown[0], name, of, mine, theirs) for name, of, mine, theirs in differing)
        truth = ", ".join(_said(db, shown[0], name, of, theirs, mine) for name, of, mine, theirs in differing)
        return f"{table}: a row whose bytes say otherwise: {', '.join(about)}: the row says {said}; the bytes say {truth}"
    kind = "a row without bytes that say so" if row is not None else "bytes without their row"
    values = [f"{name} {_value(db, name, of, value)}" for (name, of), value in zip(named, shown, strict=True)
              if name not in (*keys, "NULL", "article") and value is not None]  # fmt: skip
    return f"{table}: {kind}: {', '.join(about)}: {', '.join(values)}"


def _word(db: sqlite3.Connection, name: str, of: str, value: Any) -> str:
    return _value(db, name, of, value) if of else f"{name} {_value(db, name, of, value)}"


def _value(db: sqlite3.Connection, name: str, of: str, value: Any) -> str:
    if value is None:
        return "nothing"
    if of:
        before, sql = _LABELS[of]
        schema = "main" if value >= 0 else "rebuilt"
        found = db.execute(sql.format(schema), (abs(value),)).fetchone() if abs(value) < _MOST else None
        label = found[0] if found else f"with no such id ({value})"
        return before + (uuid_text(label) if isinstance(label, bytes) else str(label))
    if isinstance(value, bytes):
        return f"of {len(_unpacked(value))} comments" if name == "ids" else value.hex()
    if isinstance(value, int) and (name == "at" or name.endswith(("_at", "_from", "_to"))) and name != "stored_to":
        return str(iso(value)) if 0 <= value < _LAST else str(value)
    return f"{value!r:.80}" if isinstance(value, str) else str(value)


def _said(db: sqlite3.Connection, article: Any, name: str, of: str, value: Any, other: Any) -> str:
    return _ids(db, article, value, other) if name == "ids" else f"{name} {_value(db, name, of, value)}"


def _ids(db: sqlite3.Connection, article: int, one: bytes, other: bytes) -> str:
    """The first place at which two pages of comments differ, as one of them has it."""
    mine, theirs = _unpacked(one), _unpacked(other)
    place = next((n for n, (a, b) in enumerate(zip_longest(mine, theirs)) if a != b), 0)
    found = None
    if place < len(mine):
        schema = "main" if article >= 0 else "rebuilt"
        sql = f"SELECT '#' || key FROM {schema}.comments WHERE article = ? AND n = ?"
        found = db.execute(sql, (abs(article), mine[place])).fetchone()
    here = found[0] if found else f"number {mine[place]}" if place < len(mine) else "nothing"
    return f"{here} at place {place + 1} of {len(mine)}"


def _unpacked(blob: bytes) -> list[int]:
    try:
        return [n for n in unpack(blob) if abs(n) < _MOST]
    except ValueError:  # somebody's own bytes
        return []
