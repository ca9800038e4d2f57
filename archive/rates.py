"""How fast a topic moves: likes that looks found, and comments by the time at which the site says they were written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

# The last looks of a topic at comments in a window.
_LOOKS = """
SELECT c.id AS capture, c.received_at AS at FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
JOIN run_begun r ON r.id = c.run WHERE c.received_at > :start AND c.received_at <= :end AND (:topic IS NULL OR r.topic = :topic)
ORDER BY c.received_at DESC LIMIT :most"""
_SEEN = f"SELECT l.at / :step, count(*), min(l.at) FROM ({_LOOKS}) l GROUP BY 1"
_GROWN = f"""
SELECT l.at / :step, sum(o.likes - b.likes) FROM ({_LOOKS}) l CROSS JOIN observations o ON o.capture = l.capture
CROSS JOIN observations b ON b.capture = o.before AND b.comment = o.comment GROUP BY 1"""
_WRITTEN = f"""
SELECT v.created_from / :step, count(*) FROM ({_LOOKS}) l CROSS JOIN comment_versions v ON v.capture = l.capture
CROSS JOIN comments m ON m.id = v.comment AND m.first_capture = v.capture WHERE v.created_from > :start GROUP BY 1"""


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
    of = {"topic": topic, "start": start, "end": end, "step": step, "most": most}
    seen = {place: (count, first) for place, count, first in db.execute(_SEEN, of)}
    if sum(count for count, _ in seen.values()) == most:
        start = of["start"] = min(first for _, first in seen.values()) - 1
    likes = dict(db.execute(_GROWN, of).fetchall())
    written = dict(db.execute(_WRITTEN, of).fetchall())
    places = range(start // step, end // step + 1)
    return start, [
        Rate(n * step, seen[n][0] if n in seen else 0, likes.get(n) or 0 if n in seen else None, written.get(n, 0))
        for n in places
    ]
