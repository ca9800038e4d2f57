"""How fast a topic moves: likes that looks found, and comments by the time at which the site says they were written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_LOOKS = """
SELECT c.id, c.received_at FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id JOIN run_begun r ON r.id = c.run
WHERE c.received_at > ?1 AND c.received_at <= ?2 AND (?3 IS NULL OR r.topic = ?3) ORDER BY c.received_at DESC LIMIT ?4"""
_GROWN = """
SELECT sum(max(o.likes - b.likes, 0)) FROM observations o CROSS JOIN observations b
ON b.capture = o.before AND b.comment = o.comment WHERE o.capture = ?"""
_WRITTEN = """
SELECT v.created_from FROM comment_versions v JOIN comments m ON m.id = v.comment
WHERE v.capture = ? AND m.first_capture = v.capture AND v.created_from >= ?"""


@dataclass(frozen=True)
class Rate:
    """A stretch of time from `at` on (UTC ms): how many looks it had, the likes that they found above the looks before, and the
    comments written in it. Where there was no look, likes are None: nobody saw."""

    at: int
    looks: int
    likes: int | None
    comments: int


def rates(db: sqlite3.Connection, topic: str | None, start: int, end: int, step: int, most: int) -> tuple[int, list[Rate]]:
    """The stretches of `step` ms in start..end (UTC ms), and since when they are known: from the last `most` looks only.

    Likes stand where a look found them: they came between that look and the one before. Comments that were written before
    `start`, or that nobody has seen yet, are not counted."""
    found = db.execute(_LOOKS, (start, end, topic, most)).fetchall()
    if len(found) == most:
        start = int(found[-1][1])
    first = start // step
    looks: dict[int, int] = {}
    likes: dict[int, int] = {}
    written: dict[int, int] = {}
    for capture, at in found:
        place = at // step
        looks[place] = looks.get(place, 0) + 1
        likes[place] = likes.get(place, 0) + (db.execute(_GROWN, (capture,)).fetchone()[0] or 0)
        for (created,) in db.execute(_WRITTEN, (capture, start)):
            written[created // step] = written.get(created // step, 0) + 1
    places = range(first, end // step + 1)
    return start, [Rate(n * step, looks.get(n, 0), likes.get(n), written.get(n, 0)) for n in places]
