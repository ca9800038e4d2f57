"""An article's counts as of a time: those that its pages show, and since when those are not shown that once were."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.capture import REACTIONS
from archive.lookup import capture_facts
from archive.rounding import Marks, marked
from archive.times import iso

# Which captures (c) of an article are looks at its counts; an answer with none is one where it was asked for nothing else.
LOOKED = f"(c.outcome = 'ok' OR (c.outcome = 'empty' AND c.why || ' ' LIKE '{REACTIONS} %'))"
# The last word on each; SQLite takes it from the row of the maximum.
_COUNTS = """
SELECT metric, value, max(capture) FROM article_counts WHERE article = ? AND capture <= ? GROUP BY metric ORDER BY metric"""
# The first capture of those up to ?3 since which a count is what it is then (?4): several pages may say the same of it.
_SINCE = """
SELECT min(capture) FROM article_counts WHERE article = ?1 AND metric = ?2 AND capture <= ?3 AND capture > coalesce((
  SELECT max(capture) FROM article_counts WHERE article = ?1 AND metric = ?2 AND capture <= ?3 AND value IS NOT ?4), 0)"""


def counts_at(db: sqlite3.Connection, article: int, until: int, rounds: bool) -> dict[str, Any]:
    """What a line has of them as of a capture: `counts`, by metric; where there are any, `not_shown`: when the look came that
    first did not show a count any more (ISO), and (if anything in the archive is, `rounds`) `rounded`."""
    found = db.execute(_COUNTS, (article, until)).fetchall()
    counts = {metric: value for metric, value, _ in found if value is not None}
    away = {metric: since(db, article, metric, until, None) for metric, value, _ in found if value is None}
    raws = Marks(db, article).at(until) if rounds else {}
    told: dict[str, Any] = {"counts": counts}
    if away:
        told["not_shown"] = {metric: iso(capture_facts(db, capture)[1]) for metric, capture in away.items()}
    return told | marked({metric: raw for metric, raw in raws.items() if metric in counts})


def since(db: sqlite3.Connection, article: int, metric: str, until: int, value: int | None) -> int:
    """The capture that first showed a count as it is as of `until` (None: did not show it any more)."""
    return int(db.execute(_SINCE, (article, metric, until, value)).fetchone()[0])
