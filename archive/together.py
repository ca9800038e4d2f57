"""Comments that moved together: whose likes jumped in the same short intervals between looks.

A jump is what one look showed more than the look before, where that is much, and much faster than the comment grew otherwise in
the window; what was watched too shortly to say so is none. When in between the votes were cast nobody saw: each jump has the
two looks as its bounds, and jumps between looks that lie far apart are left out; so are steps from or to a number that the
site rounded, of which nobody knows how large they were. That comments moved together says when, and
nothing of who or why: readers come together, too.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations

from msgspec import Struct

from archive.lookup import capture_facts
from archive.rounding import ROUNDED_STEP, any_rounded
from archive.sightings import place

LONGEST_MS = 5 * 60_000  # between the two looks of a jump
LEAST = 10  # likes
FASTER = 3  # times as fast as the comment grew otherwise, while it was watched in the window
AT_LEAST = 3  # comments make a moment
_JUMPS = 3_000  # the largest are looked at
_MOMENTS = 40
_PAIRED = 60  # of a moment's jumps, the largest

_NEWS = """
SELECT o.likes - b.likes, o.comment, o.capture, c.received_at, b.likes, o.likes FROM capture_rows c
CROSS JOIN observations o ON o.capture = c.id
CROSS JOIN observations b ON b.capture = o.before AND b.comment = o.comment
WHERE c.received_at > ? AND c.received_at <= ? AND o.likes >= b.likes + ?"""
_COUNTED = f"{_NEWS} AND NOT EXISTS (SELECT 1 FROM comments m WHERE m.id = o.comment AND {ROUNDED_STEP})"
_GREW = """
SELECT sum(max(0, o.likes - b.likes)) FROM observations o CROSS JOIN capture_rows c ON c.id = o.capture
CROSS JOIN observations b ON b.capture = o.before AND b.comment = o.comment
WHERE o.comment = ? AND c.received_at > ? AND c.received_at <= ?"""
_COMMENT = """
SELECT m.article, m.n, c.received_at FROM comments m JOIN capture_rows c ON c.id = m.first_capture WHERE m.id = ?"""
_LAST = """
SELECT c.received_at FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.received_at <= ? ORDER BY c.id DESC LIMIT 1"""
_BEFORE = """
SELECT c.id, c.received_at, s.ids FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id < ? AND c.received_at >= ? ORDER BY c.id DESC"""
_ABOUT = """
SELECT a.source || ':' || a.key || '#' || m.key, a.source || ':' || a.key, (SELECT text FROM comment_versions
  WHERE comment = m.id AND text IS NOT NULL ORDER BY capture DESC LIMIT 1)
FROM comments m JOIN articles a ON a.id = m.article WHERE m.id = ?"""


class Jump(Struct, frozen=True):
    """Likes that a comment gained between two looks (UTC ms); the captures (uuids) that show it."""

    ref: str
    article: str
    text: str | None
    after: int
    until: int
    likes: tuple[int, int]
    evidence: tuple[str, str]


class Moment(Struct, frozen=True):
    """Jumps that may all have happened at the same time. `start` and `end` (UTC ms) are the bounds of all of them; in
    `common` those of the part that all share."""

    start: int
    end: int
    common: tuple[int, int]
    jumps: tuple[Jump, ...]

    @property
    def growth(self) -> int:
        """All likes that were gained."""
        return sum(jump.likes[1] - jump.likes[0] for jump in self.jumps)

    @property
    def articles(self) -> int:
        """Under how many articles."""
        return len({jump.article for jump in self.jumps})


class Together(Struct, frozen=True):
    """The moments of a window in order of time, the pairs that shared two and more of them, and how many jumps there were."""

    moments: tuple[Moment, ...]
    pairs: tuple[tuple[str, str, int], ...]
    jumps: int


class _Raw(Struct, frozen=True):
    comment: int
    capture: int
    before: int
    after: int
    until: int
    likes: tuple[int, int]


def together(db: sqlite3.Connection, start: int, end: int) -> Together:
    """What moved together between `start` and `end` (UTC ms)."""
    jumps = list(_jumps(db, start, end))
    moments = sorted(_moments(jumps), key=lambda jumps: min(jump.after for jump in jumps))
    shown = tuple(_told(db, some) for some in moments)
    shared = Counter(pair for moment in shown for pair in combinations(sorted(jump.ref for jump in moment.jumps[:_PAIRED]), 2))
    pairs = tuple((one, other, count) for (one, other), count in shared.most_common(50) if count > 1)
    return Together(shown, pairs, len(jumps))


def _jumps(db: sqlite3.Connection, start: int, end: int) -> Iterator[_Raw]:
    @cache
    def grew(comment: int) -> int:
        return int(db.execute(_GREW, (comment, start, end)).fetchone()[0])

    @cache
    def last_look(article: int) -> int | None:
        row = db.execute(_LAST, (article, end)).fetchone()
        return int(row[0]) if row else None

    news = db.execute(_COUNTED if any_rounded(db) else _NEWS, (start, end, LEAST))
    for growth, comment, capture, seen_at, old, new in heapq.nlargest(_JUMPS, news):
        article, number, first = db.execute(_COMMENT, (comment,)).fetchone()
        looks = db.execute(_BEFORE, (article, capture, seen_at - LONGEST_MS))
        before = next(((look, at) for look, at, ids in looks if place(ids, number) is not None), None)
        if before is None:
            continue
        took = max(1, seen_at - before[1])
        otherwise = (last_look(article) or seen_at) - max(start, first) - took  # ms in which it was watched, but for these
        if otherwise >= took and growth / took >= FASTER * (grew(comment) - growth) / otherwise:
            yield _Raw(comment, capture, before[0], before[1], seen_at, (old, new))


def _moments(jumps: list[_Raw]) -> Iterator[list[_Raw]]:
    """The point of time that lies within the jumps of most comments, then that of most of the rest, and so on."""
    left = set(jumps)
    for _ in range(_MOMENTS):
        best = _densest(left)
        if len({jump.comment for jump in best}) < AT_LEAST:
            return
        yield best
        left.difference_update(best)


def _densest(jumps: set[_Raw]) -> list[_Raw]:
    """Those that lie around the point of time that lies within most of them."""
    # What ends when another begins does not overlap with it: 0 comes before 1.
    ends = sorted(end for jump in jumps for end in ((jump.after, 1), (jump.until, 0)))
    here = most = point = 0
    for at, opens in ends:
        here += 1 if opens else -1
        if here > most:
            most, point = here, at
    return [jump for jump in jumps if jump.after <= point < jump.until]


def _told(db: sqlite3.Connection, jumps: list[_Raw]) -> Moment:
    shown = []
    for jump in sorted(jumps, key=lambda jump: (jump.likes[0] - jump.likes[1], jump.comment)):
        ref, article, text = db.execute(_ABOUT, (jump.comment,)).fetchone()
        evidence = (capture_facts(db, jump.before)[0], capture_facts(db, jump.capture)[0])
        shown.append(Jump(ref, article, text, jump.after, jump.until, jump.likes, evidence))
    common = max(jump.after for jump in jumps), min(jump.until for jump in jumps)
    return Moment(min(jump.after for jump in jumps), max(jump.until for jump in jumps), common, tuple(shown))
