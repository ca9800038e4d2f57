"""The rows from which the schedule decides: one an article, one a query or list. Reading only; deciding is the crawler's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from archive.looks import COLUMNS, Looked
from archive.lookup import uuid_text

_RUNS = 21  # of the past, for its pauses
_FEW_RUNS = 5
_SHORTEST = 1000  # ms; less lies between two runs only while the clock is behind what was seen


class Watched(Struct):
    """An article that a topic watches, and the walk that goes on under it (its uuid)."""

    key: str
    looked: Looked
    open_walk: str | None = None


class Asked(Struct):
    """When a query, a list, or an article that nobody has seen yet was last asked for (UTC ms; None: never)."""

    what: str
    at: int | None = None
    failed: int = 0


_SELECT = f"""
SELECT a.key, CASE WHEN l.walk_open THEN (SELECT uuid FROM walk_begun WHERE id = l.walk) END,
  {", ".join(f"l.{name}" for name in COLUMNS)} FROM looks l JOIN articles a ON a.id = l.article"""
# Only articles that can have something due soon: of the others nothing but their number costs time.
_SINCE = """
CASE WHEN l.born > :day THEN :day_looked WHEN l.born > :week THEN :week_looked WHEN l.born > :month THEN :month_looked
  WHEN l.born + :sweep_3 <= :soon THEN l.born + :sweep_3 - 1 WHEN l.born + :sweep_2 <= :soon THEN l.born + :sweep_2 - 1
  WHEN l.born + :sweep_1 <= :soon THEN l.born + :sweep_1 - 1 ELSE 0 END"""
_MATTERS = f"""
m.topic = :topic AND l.source = :source AND (
  l.page_at IS NULL OR l.page_at <= {_SINCE} OR l.page_at > :ahead OR l.walk_at > :ahead OR l.counts_at > :ahead
  OR l.walk_open OR l.page_failed OR l.walk_failed
  OR (l.heat_at > :warm AND l.heat > 0.1)
  OR l.pane IN (SELECT value FROM json_each(:forgets)) AND l.born > :week
  OR l.pane IN (SELECT value FROM json_each(:panes)) AND (
    l.walk_at IS NULL OR l.walk_at <= {_SINCE}
    OR l.counts_at IS NULL AND l.born > :week
    OR l.walk_at < l.veiled + :veils AND l.veiled + :veils <= :soon
    OR l.counts_at <= CASE WHEN l.born > :day THEN :day_counted WHEN l.born > :week THEN :week_counted ELSE 0 END))
ORDER BY l.heat_at > :warm AND l.heat > 0.1 DESC, coalesce(min(l.page_at, l.walk_at), 0) LIMIT :most"""


class Horizon(Struct, frozen=True):
    """What need not be read, as nothing of it can be due before `soon`. UTC ms: an article born after `day` (`week`, `month`)
    is left out where it was looked at after `day_looked`, and counted after `day_counted`; an older one by the ages `sweep_1`
    to `sweep_3` (ms); without heat since `warm` it does not move. What was looked at after `ahead` is always read. `veils`: ms
    for which a site shows no words. `panes`, `forgets`: JSON lists of those with comments to read, and of those that the site
    closes."""

    soon: int
    ahead: int
    warm: int
    day: int
    day_looked: int
    day_counted: int
    week: int
    week_looked: int
    week_counted: int
    month: int
    month_looked: int
    sweep_1: int
    sweep_2: int
    sweep_3: int
    veils: int
    panes: str
    forgets: str


def watched(db: sqlite3.Connection, source: str, topic: str, horizon: Horizon, most: int) -> Iterator[Watched]:
    """The articles of a topic that can have something due: the hot ones, then those looked at longest ago; so many at most (-1:
    all)."""
    sql = f"{_SELECT} JOIN members m ON m.article = l.article WHERE {_MATTERS}"
    for row in db.execute(sql, asdict(horizon) | {"source": source, "topic": topic, "most": most}):
        yield _watched(row)


def watched_seed(db: sqlite3.Connection, source: str, key: str) -> Watched | None:
    """The article that a topic names by itself; None where nobody has seen it."""
    row = db.execute(
        f"{_SELECT} WHERE l.article = coalesce((SELECT id FROM articles WHERE source = ?1 AND key = ?2), "
        "(SELECT article FROM aliases WHERE source = ?1 AND key = ?2))",
        (source, key),
    ).fetchone()
    return _watched(row) if row else None


def _watched(row: tuple[Any, ...]) -> Watched:
    return Watched(str(row[0]), Looked(*row[2:]), uuid_text(row[1]) if row[1] else None)


def asked(db: sqlite3.Connection, source: str, topic: str, what: str) -> Asked:
    """When this was last asked for in a topic (`""`: in any)."""
    row = db.execute(
        "SELECT at, failed FROM asked WHERE source = ? AND topic = ? AND what = ?", (source, topic, what)
    ).fetchone()
    return Asked(what, *row) if row else Asked(what)


def known_since(db: sqlite3.Connection, source: str, topic: str, key: str) -> int | None:
    """Since when (UTC ms) an article belongs to a topic; None where it does not."""
    row = db.execute(
        "SELECT m.at FROM members m JOIN articles a ON a.id = m.article WHERE m.topic = ? AND a.source = ? AND a.key = ?",
        (topic, source, key),
    ).fetchone()
    return int(row[0]) if row else None


def new_articles(db: sqlite3.Connection, source: str, topic: str, since: int) -> int:
    """How many articles of a topic were published (or, where nobody says when, first seen) since that UTC ms."""
    sql = (
        "SELECT count(*) FROM members m JOIN looks l ON l.article = m.article WHERE m.topic = ? AND l.source = ? AND l.born > ?"
    )
    return int(db.execute(sql, (topic, source, since)).fetchone()[0])


def begun(db: sqlite3.Connection, source: str, topic: str) -> int | None:
    """When a topic was first collected from a source (UTC ms)."""
    return _run(db, source, topic, "")


def last_run(db: sqlite3.Connection, source: str, topic: str) -> int | None:
    """When a topic was last collected from a source (UTC ms)."""
    return _run(db, source, topic, "DESC")


def _run(db: sqlite3.Connection, source: str, topic: str, order: str) -> int | None:
    sql = f"SELECT started_at FROM run_begun WHERE source = ? AND topic = ? ORDER BY id {order} LIMIT 1"
    row = db.execute(sql, (source, topic)).fetchone()
    return int(row[0]) if row else None


def usual_pause(db: sqlite3.Connection, source: str, topic: str) -> int | None:
    """The pause (ms) between the beginnings of two runs of a topic, the middle of the last ones; None where few are known."""
    rows = db.execute(
        "SELECT b.started_at FROM run_pages p JOIN run_begun b ON b.id = p.run "
        "WHERE p.source = ? AND p.topic = ? AND p.page = 'run' ORDER BY p.run DESC LIMIT ?",
        (source, topic, _RUNS),
    ).fetchall()
    pauses = [later - before for (later,), (before,) in pairwise(rows) if later - before >= _SHORTEST]
    return int(median(pauses)) if len(pauses) >= _FEW_RUNS else None
