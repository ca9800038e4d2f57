"""Runs, and every exchange of one: what was asked, what came, errors and refusals too."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Literal

from msgspec import Struct

from archive.lookup import uuid_text

Which = Literal["all", "trouble"]
_FINE = ("ok", "empty", "redirect")
_AT_ONCE = 20_000  # captures that are looked through for a page of troubles
_LATER = 60_000  # ms: what a run asked for last may have come when it had said that it ends
_RUNS = """
SELECT b.id, b.uuid, b.source, b.topic, b.trigger, b.started_at, e.ended_at, e.verdict, e.counters, b.robots_reason
FROM run_begun b LEFT JOIN run_ended e ON e.run = b.id"""
# By time: a rebuild reads one source after the other, and so stand its rows.
_LAST_RUNS = f"""{_RUNS} WHERE b.id IN (SELECT id FROM run_begun WHERE (started_at, id) <
  (coalesce((SELECT started_at FROM run_begun WHERE id = :before), 1 << 62), coalesce(:before, 1 << 62))
  ORDER BY started_at DESC, id DESC LIMIT :limit) ORDER BY b.started_at DESC, b.id DESC"""
# By the time of its answer: no index knows a capture's run. Those of other sources that ran beside it are passed over.
_CAPTURES = """
SELECT c.id, c.record, c.received_at, c.status, k.page, k.outcome, k.method, u.url, c.length, k.why,
  a.source || ':' || a.key FROM (
  SELECT * FROM capture_rows INDEXED BY captures_received_at WHERE received_at >= ?1 AND received_at <= ?2
    AND (received_at > ?3 OR id > ?4) ORDER BY received_at, id LIMIT ?5) c
CROSS JOIN capture_kinds k ON k.id = c.kind CROSS JOIN urls u ON u.id = c.url LEFT JOIN articles a ON a.id = c.article
WHERE c.run = ?6"""

# By id, not by the index of sources: the next one is near.
_FOLLOWING = "SELECT started_at FROM run_begun WHERE +source = ? AND id > ? ORDER BY id LIMIT 1"


class Run(Struct, frozen=True):
    """A run, times in UTC ms. `verdict` is None where it has no end: it runs, or was killed. `counters` as it told them."""

    id: int
    uuid: str
    source: str
    topic: str
    trigger: str
    started_at: int
    ended_at: int | None
    verdict: str | None
    counters: dict[str, Any]
    robots_reason: str | None


class Exchange(Struct, frozen=True):
    """One capture of a run; `length` is that of its record in the file, bytes."""

    capture: str
    received_at: int
    status: int | None
    page: str
    outcome: str
    method: str
    url: str
    length: int
    why: str | None
    article: str | None


class Exchanges(Struct, frozen=True):
    """Some captures of a run in order. `next` is where the ones after them begin; None where there are no more."""

    rows: tuple[Exchange, ...]
    next: tuple[int, int] | None


def runs(db: sqlite3.Connection, before: int | None = None, limit: int = 100) -> list[Run]:
    """The last runs, or the ones before a run's id, the newest first."""
    rows = db.execute(_LAST_RUNS, {"before": before, "limit": limit})
    return [_run(row) for row in rows]


def run(db: sqlite3.Connection, uuid: str) -> Run | None:
    """A run by its uuid."""
    row = db.execute(f"{_RUNS} WHERE b.uuid = ?", (uuid,)).fetchone()
    return _run(row) if row else None


def _run(row: tuple[Any, ...]) -> Run:
    identity, uuid, source, topic, trigger, started_at, ended_at, verdict, counters, reason = row
    counted = json.loads(counters) if counters else {}
    return Run(identity, uuid, source, topic, trigger, started_at, ended_at, verdict, counted, reason)


def exchanges(
    db: sqlite3.Connection, of: Run, after: tuple[int, int] | None = None, which: Which = "all", limit: int = 100
) -> Exchanges:
    """Captures of a run, the oldest first; `after` is the `next` of the ones before. Of `trouble` those alone that brought
    neither a page nor a redirect; there may be fewer than `limit`, and none, before the end."""
    start = after or (of.started_at - 1, 0)
    found: list[Exchange] = []
    end = _end(db, of)
    at_once = _AT_ONCE if which == "trouble" else 4 * limit
    place, rows = start, db.execute(_CAPTURES, (start[0], end, *start, at_once, of.id))
    for identity, record, received_at, status, page, outcome, *rest in rows:
        if which == "trouble" and outcome in _FINE:
            continue
        if len(found) == limit:
            return Exchanges(tuple(found), place)
        place = (received_at, identity)
        found.append(Exchange(uuid_text(record), received_at, status, page, outcome, *rest))
    return Exchanges(tuple(found), _behind(db, start, end, at_once))


def _end(db: sqlite3.Connection, of: Run) -> int:
    """When it had all its answers, UTC ms: one that was killed has none behind the beginning of the next of its source."""
    if of.ended_at is not None:
        return of.ended_at + _LATER
    following = db.execute(_FOLLOWING, (of.source, of.id)).fetchone()
    return int(following[0]) + _LATER if following else 1 << 62


def _behind(db: sqlite3.Connection, start: tuple[int, int], end: int, at_once: int) -> tuple[int, int] | None:
    """The last capture that was looked at, if there are any behind it."""
    rows = db.execute(
        "SELECT received_at, id FROM capture_rows INDEXED BY captures_received_at WHERE received_at >= ?1 "
        "AND received_at <= ?2 AND (received_at > ?1 OR id > ?3) ORDER BY received_at, id LIMIT 2 OFFSET ?4",
        (start[0], end, start[1], at_once - 1),
    ).fetchall()
    return rows[0] if len(rows) == 2 else None
