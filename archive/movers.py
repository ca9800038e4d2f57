"""Movers: the comments whose likes grew most in a window, over all articles, with the captures that prove it."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.lookup import capture_facts
from archive.records import STATES
from archive.rounding import Marks
from archive.sightings import place
from archive.times import iso

Line = dict[str, Any]

# What was new in the window: each observation, and the likes of the observation before it.
_NEWS = """
SELECT o.comment, o.capture, o.likes, c.received_at, b.capture, b.likes FROM capture_rows c
CROSS JOIN observations o ON o.capture = c.id
LEFT JOIN observations b ON b.capture = o.before AND b.comment = o.comment
WHERE c.received_at > ? AND c.received_at <= ? ORDER BY c.received_at"""
_NEW = """
SELECT count(*) FROM capture_rows c CROSS JOIN observations o ON o.capture = c.id
WHERE c.received_at > ? AND c.received_at <= ? AND o.before IS NULL"""
_REFS = """
SELECT m.id, a.source || ':' || a.key || '#' || m.key FROM json_each(?) some CROSS JOIN comments m ON m.id = some.value
JOIN articles a ON a.id = m.article"""
_ABOUT = """
SELECT m.article, m.n, o.state, (SELECT text FROM comment_versions
  WHERE comment = m.id AND capture <= o.capture ORDER BY capture DESC LIMIT 1)
FROM comments m JOIN observations o ON o.capture = ?2 AND o.comment = m.id WHERE m.id = ?1"""
# Likes at the start, the capture that counted them, and the first that showed others.
_Known = tuple[int | None, int, int]
_LOOKS_BEFORE = """
SELECT c.id, s.ids FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id < ? AND c.received_at <= ? ORDER BY c.id DESC"""


def movers(db: sqlite3.Connection, start: int, end: int, top: int = 20) -> Iterator[Line]:
    """The `top` comments with the greatest growth of likes between `start` and `end` (UTC ms), greatest first.

    Growth is what as-of `end` shows more than as-of `start`. A comment first seen after `start` has none that anybody knows,
    nor one whose likes the site did not say: they are left out. `not_before` is when the likes from before the window were
    last seen: the growth lies between that and `seen_at`; where a look was missed, part of it may be older than the window.
    """
    known: dict[int, _Known] = {}
    now: dict[int, tuple[int, int | None]] = {}
    for comment, capture, likes, _, before, likes_before in db.execute(_NEWS, (start, end)):
        if comment not in now and before is not None:
            known[comment] = (likes_before, before, capture)
        now[comment] = (capture, likes)
    grown = {
        comment: likes - old
        for comment, (_, likes) in now.items()
        if comment in known and likes is not None and (old := known[comment][0]) is not None and likes > old
    }
    least = min(heapq.nlargest(top, grown.values()), default=0)
    # Of the same growth by reference: row ids are others after a rebuild.
    some = json.dumps([comment for comment, growth in grown.items() if growth >= least])
    refs = [(-grown[comment], ref, comment) for comment, ref in db.execute(_REFS, (some,))]
    for _, ref, comment in heapq.nsmallest(top, refs):
        yield _line(db, comment, ref, grown[comment], now[comment], known[comment], start)


def first_seen(db: sqlite3.Connection, start: int, end: int) -> int:
    """How many comments were first seen after `start` and up to `end` (UTC ms): those that `movers` leaves out."""
    (count,) = db.execute(_NEW, (start, end)).fetchone()
    return int(count)


def _line(
    db: sqlite3.Connection, comment: int, ref: str, growth: int, now: tuple[int, int | None], known: _Known, start: int
) -> Line:
    capture, likes = now
    old, counted, first = known
    article, number, state, text = db.execute(_ABOUT, (comment, capture)).fetchone()
    looks = db.execute(_LOOKS_BEFORE, (article, first, start))
    before = next(look for look, ids in looks if place(ids, number) is not None)
    marks = Marks(db, article, comment)
    raws = [marks.at(seen).get("likes") for seen in (counted, capture)]
    record, seen_at = capture_facts(db, capture)
    record_before, seen_before = capture_facts(db, before)
    return {
        "kind": "mover",
        "ref": ref,
        "capture": record,
        "seen_at": iso(seen_at),
        "not_before": iso(seen_before),
        "growth": growth,
        "likes": [old, likes],
        "state": STATES[state],
        "text": text,
        "evidence": [record_before, record],
        **({"rounded": {"likes": raws}} if raws != [None, None] else {}),
    }
