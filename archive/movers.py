"""Movers: the comments whose likes grew most in a window, over all articles, with the captures that prove it."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.lookup import capture_facts
from archive.records import STATES
from archive.sightings import place
from archive.times import iso

Line = dict[str, Any]

# What was new in the window: each observation, and the likes of the observation before it.
_NEWS = """
SELECT o.comment, o.capture, o.likes, c.received_at, b.capture, b.likes FROM capture_rows c
CROSS JOIN observations o ON o.capture = c.id
LEFT JOIN observations b ON b.capture = o.before AND b.comment = o.comment
WHERE c.received_at > ? AND c.received_at <= ? ORDER BY c.received_at"""
_ABOUT = """
SELECT a.source || ':' || a.key || '#' || m.key, m.article, m.n, o.state, (SELECT text FROM comment_versions
  WHERE comment = m.id AND capture <= o.capture ORDER BY capture DESC LIMIT 1)
FROM comments m JOIN articles a ON a.id = m.article JOIN observations o ON o.capture = ?2 AND o.comment = m.id
WHERE m.id = ?1"""
_LOOKS_BEFORE = """
SELECT c.id, s.ids FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id < ? AND c.received_at <= ? ORDER BY c.id DESC"""


def movers(db: sqlite3.Connection, start: int, end: int, top: int = 20) -> Iterator[Line]:
    """The `top` comments with the greatest growth of likes between `start` and `end` (UTC ms), greatest first.

    Growth is what as-of `end` shows more than as-of `start`. A comment first seen after `start` has none that anybody knows,
    nor one whose likes the site did not say: they are left out. `not_before` is when the likes from before the window were
    last seen: the growth lies between that and `seen_at`; where a look was missed, part of it may be older than the window.
    """
    known: dict[int, tuple[int | None, int]] = {}  # likes at the start, and the first capture that showed others
    now: dict[int, tuple[int, int | None]] = {}
    for comment, capture, likes, _, before, likes_before in db.execute(_NEWS, (start, end)):
        if comment not in now and before is not None:
            known[comment] = (likes_before, capture)
        now[comment] = (capture, likes)
    grown = (
        (likes - old, -comment)
        for comment, (_, likes) in now.items()
        if comment in known and likes is not None and (old := known[comment][0]) is not None and likes > old
    )
    for growth, negative in heapq.nlargest(top, grown):
        comment = -negative
        yield _line(db, comment, growth, now[comment], known[comment], start)


def _line(
    db: sqlite3.Connection, comment: int, growth: int, now: tuple[int, int | None], known: tuple[int | None, int], start: int
) -> Line:
    capture, likes = now
    old, first = known
    ref, article, number, state, text = db.execute(_ABOUT, (comment, capture)).fetchone()
    looks = db.execute(_LOOKS_BEFORE, (article, first, start))
    before = next(look for look, ids in looks if place(ids, number) is not None)
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
    }
