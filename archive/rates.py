"""How fast a topic moves: likes that looks found, and comments by the time at which the site says they were written."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass

from archive.rounding import ROUNDED_STEP, any_rounded

_SEOUL = 9 * 3_600_000  # ms that its clocks are ahead of UTC's
_MOST, _LEAST_SEEN = 400, 0.8  # stretches, and how many of them must have had a look, where longer ones had
_LOOKS = """
FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id JOIN run_begun r ON r.id = c.run AND r.topic = :topic
WHERE c.received_at > :start AND c.received_at <= :end"""
_TIMES = f"SELECT c.received_at {_LOOKS} ORDER BY c.received_at DESC LIMIT :most"
_GROWN = f"""
SELECT (l.at + :seoul) / :step, sum(o.likes - b.likes) FROM (SELECT c.id AS capture, c.received_at AS at {_LOOKS}) l
CROSS JOIN observations o ON o.capture = l.capture
CROSS JOIN observations b ON b.capture = o.before AND b.comment = o.comment GROUP BY 1"""
_ABOUT = f"""
SELECT DISTINCT (l.at + :seoul) / :step FROM (SELECT c.id AS capture, c.received_at AS at {_LOOKS}) l
CROSS JOIN observations o ON o.capture = l.capture
CROSS JOIN observations b ON b.capture = o.before AND b.comment = o.comment
CROSS JOIN comments m ON m.id = o.comment WHERE o.likes <> b.likes AND {ROUNDED_STEP}"""
# Whether the site says the likes of any article's first comments: where it does not, all rows would be read for nothing.
_TOLD = f"""
SELECT 1 FROM (SELECT DISTINCT c.article {_LOOKS}) l WHERE EXISTS (SELECT 1 FROM (
  SELECT o.likes FROM comments m CROSS JOIN observations o ON o.comment = m.id WHERE m.article = l.article LIMIT 100)
  WHERE likes IS NOT NULL) LIMIT 1"""
_WRITTEN = f"""
SELECT (v.created_from + :seoul) / :step, count(*) FROM (SELECT c.id AS capture {_LOOKS}) l
CROSS JOIN comment_versions v ON v.capture = l.capture
CROSS JOIN comments m ON m.id = v.comment AND m.first_capture = v.capture WHERE v.created_from > :start GROUP BY 1"""


@dataclass(frozen=True)
class Rate:
    """A stretch of time from `at` on (UTC ms): how many looks it had, the likes that they found above the looks before, and the
    comments written in it. Where there was no look, likes are None: nobody saw; and where the site does not say them. `about`:
    some of the likes lie between numbers that the site rounded."""

    at: int
    looks: int
    likes: int | None
    comments: int
    about: bool = False


@dataclass(frozen=True)
class Rates:
    """The stretches of a window, each `step` ms long; they are known from `since` (UTC ms) on."""

    since: int
    step: int
    rates: list[Rate]


def rates(db: sqlite3.Connection, topic: str, start: int, end: int, steps: tuple[int, ...], most: int) -> Rates:
    """How a topic moved in start..end (UTC ms), from its last `most` looks there, in the shortest of the `steps` (ms) in which
    most stretches had a look.

    Likes stand where a look found them: they came between that look and the one before. Comments that were written before the
    window, or that nobody has seen yet, are not counted."""
    of: dict[str, int | str] = {"topic": topic, "start": start, "end": end, "most": most}
    times = [row[0] for row in db.execute(_TIMES, of)]
    since = times[-1] - 1 if len(times) == most else start
    step, looks = _step(times, since, end, steps)
    of |= {"start": since, "step": step, "seoul": _SEOUL}
    likes = dict(db.execute(_GROWN, of).fetchall())
    told = any(grown is not None for grown in likes.values()) or db.execute(_TOLD, of).fetchone() is not None
    written = dict(db.execute(_WRITTEN, of).fetchall())
    about = {place for (place,) in db.execute(_ABOUT, of)} if any_rounded(db) else set()
    places = range(_place(since, step), _place(end, step) + 1)
    found = [
        Rate(n * step - _SEOUL, looks[n], likes.get(n, 0) if looks[n] and told else None, written.get(n, 0), n in about)
        for n in places
    ]
    return Rates(since, step, found)


def _place(at: int, step: int) -> int:
    """The number of the stretch in which a moment lies: days are Seoul's."""
    return (at + _SEOUL) // step


def _step(times: list[int], start: int, end: int, steps: tuple[int, ...]) -> tuple[int, Counter[int]]:
    """The step that suits, and how many looks each of its stretches had."""
    for step in steps:
        count = _place(end, step) - _place(start, step) + 1
        looks = Counter(_place(at, step) for at in times)
        if count <= _MOST and len(looks) >= _LEAST_SEEN * count:
            break
    return step, looks
