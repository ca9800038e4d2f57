"""Alarms that stand: raised by a run, and ended by a later one that saw the same page well.

Rows are only inserted, from what the end of each run says. Whether one stands is a question, asked by index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from archive.event_kinds import RunEnded
from archive.lock import HUNG_AFTER, silent_holders
from archive.lookup import uuid_bytes, uuid_text
from archive.times import iso, now

PROBE = "sagwan probe"  # the topic of probes that have none: what they see well ends the alarms of every topic

_AFTER_ALL = 1 << 62  # runs: the next kind is sought behind the last run of one, not among its runs
_Key = tuple[str, str, str, str]  # source, topic, kind, page
_Last = tuple[int, int, int, int | None, int, str]


class Standing(Struct, frozen=True):
    """An alarm that stands. Times are UTC ms; `capture` is the uuid of the record that shows it last (None: no record does);
    `count`: how often it was seen since; `topic` is None where it is of the source alone."""

    source: str
    topic: str | None
    alarm: str
    page: str  # the page kind, or what else has to go well: walk, articles, schedule, run, lock
    since: int
    last: int
    capture: str | None
    count: int
    text: str

    def line(self) -> dict[str, Any]:
        """For JSON, with ISO times."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return {"kind": "alarm"} | told | {"since": iso(self.since), "last": iso(self.last)}


def keep(db: sqlite3.Connection, source: str, run: int, ended: RunEnded) -> None:
    """The rows of a run's end, inside the store's transaction: what it raised, and which pages it saw how."""
    topic = db.execute("SELECT topic FROM run_begun WHERE id = ?", (run,)).fetchone()[0]
    for raised in ended.raised:
        key = (source, topic, raised.alarm, raised.page)
        since = at = ended.at
        total, capture = raised.count, _capture(db, raised.capture)
        before = _last(db, key)
        if before is not None and before[0] > _well(db, source, topic, raised.page):
            since, total, capture = before[1], before[4] + total, capture or before[3]
        values = (*key, run, since, at, capture, raised.count, total, raised.text)
        db.execute("INSERT INTO alarms VALUES (?,?,?,?,?,?,?,?,?,?,?)", values)
    for page, (well, yields) in sorted(ended.pages.items()):
        text = msgspec.json.encode(yields, order="sorted").decode()
        db.execute("INSERT INTO run_pages VALUES (?,?,?,?,?,?)", (source, topic, page, run, int(well), text))


def standing(root: Path, db: sqlite3.Connection, source: str | None = None, topic: str | None = None) -> list[Standing]:
    """The alarms that stand (of a source, of a topic), by source and topic, and the holders of locks that have not moved for
    ten minutes. Read by index: it does not matter how many captures or runs there are, only how many kinds of alarms."""
    found = [] if topic is not None else [_hung(*silent) for silent in silent_holders(root) if source in (None, silent[0])]
    for key in _keys(db):
        last = _last(db, key)
        if last is None or source not in (None, key[0]) or topic not in (None, key[1]):
            continue
        run, since, at, capture, total, text = last
        if run > _well(db, key[0], key[1], key[3]):
            row = db.execute("SELECT record FROM capture_rows WHERE id = ?", (capture,)).fetchone()
            found.append(Standing(*key, since, at, uuid_text(row[0]) if row else None, total, text))
    return sorted(found, key=lambda each: (each.source, each.topic or "", each.since))


def _keys(db: sqlite3.Connection) -> Iterator[_Key]:
    """Every kind of alarm that there ever was, by source, topic and page."""
    sql = (
        "SELECT source, topic, kind, page FROM alarms WHERE (source, topic, kind, page, run) > (?,?,?,?,?) ORDER BY 1, 2, 3, 4"
    )
    key: _Key = ("", "", "", "")
    while found := db.execute(f"{sql} LIMIT 1", (*key, _AFTER_ALL)).fetchone():
        yield (key := found)


def _last(db: sqlite3.Connection, key: _Key) -> _Last | None:
    """The last row of an alarm: run, since, at, capture, total, text."""
    sql = "SELECT run, since, at, capture, total, text FROM alarms WHERE source = ? AND topic = ? AND kind = ? AND page = ?"
    found: _Last | None = db.execute(f"{sql} ORDER BY run DESC LIMIT 1", key).fetchone()
    return found


def _well(db: sqlite3.Connection, source: str, topic: str, page: str) -> int:
    """The last run that saw a page well: of the topic, or a probe; for what a probe saw, of any topic. 0: none."""
    sql = (
        "SELECT coalesce(max(run), 0) FROM run_pages INDEXED BY run_pages_well "
        "WHERE source = ? AND topic = ? AND page = ? AND well = 1"
    )
    topics = _topics(db, source) if topic == PROBE else (topic, PROBE)
    return max((int(db.execute(sql, (source, each, page)).fetchone()[0]) for each in topics), default=0)


def _topics(db: sqlite3.Connection, source: str) -> Iterator[str]:
    sql = "SELECT topic FROM run_pages WHERE source = ? AND topic > ? ORDER BY topic LIMIT 1"
    found = db.execute(sql, (source, "")).fetchone()
    while found is not None:
        yield found[0]
        found = db.execute(sql, (source, found[0])).fetchone()


def _capture(db: sqlite3.Connection, record: str | None) -> int | None:
    row = db.execute("SELECT id FROM capture_rows WHERE record = ?", (uuid_bytes(record),)).fetchone() if record else None
    return row[0] if row else None


def _hung(source: str, pid: str, age: float) -> Standing:
    last = now() - int(age * 1000)
    return Standing(source, None, "hung", "lock", last + HUNG_AFTER * 1000, last, None, 1, hung(source, pid, age))


def hung(source: str, pid: str, age: float) -> str:
    """The sentence about a holder that has not moved for so many seconds."""
    return f"process {pid} holds {source} and has not moved for {age / 60:.0f} minutes: look at it"
