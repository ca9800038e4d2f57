"""What a watch shows of an article: its title, its comments, and how fast votes come in."""

from __future__ import annotations

import sqlite3

from archive.heat import MINUTE_MS
from archive.rounding import ROUNDED_STEP, Marks, any_rounded

WINDOW_MS = 15 * MINUTE_MS  # by then a hot article was read as a whole
_END = 1 << 62  # a capture after all

_TITLE = "SELECT title FROM article_versions WHERE article = ? AND title IS NOT NULL ORDER BY capture DESC LIMIT 1"
# The looks at its comments in the window, and the last one before it: what they show of new came between that and the last.
_FIRST = "SELECT id FROM capture_rows WHERE received_at > ? ORDER BY received_at LIMIT 1"
_LOOKS = """
SELECT c.id, c.received_at FROM capture_rows c JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id >= ? ORDER BY c.id"""
_BEFORE = """
SELECT c.received_at FROM capture_rows c JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id < ? ORDER BY c.id DESC LIMIT 1"""
_GROWTH = """
SELECT sum(o.likes - b.likes) FROM observations o JOIN observations b ON b.capture = o.before AND b.comment = o.comment
WHERE o.capture = ?"""
_ABOUT = f"""
SELECT 1 FROM capture_rows c JOIN sightings s ON s.capture = c.id JOIN observations o ON o.capture = c.id
JOIN comments m ON m.id = o.comment WHERE c.article = ? AND c.id >= ? AND o.before IS NOT NULL AND {ROUNDED_STEP} LIMIT 1"""


def title(db: sqlite3.Connection, article: int) -> str | None:
    """What an article was called last; None where nobody has seen it."""
    row = db.execute(_TITLE, (article,)).fetchone()
    return str(row[0]) if row else None


def comments(db: sqlite3.Connection, article: int) -> int:
    """How many comments of an article the archive has."""
    return int(db.execute("SELECT coalesce(max(n), 0) FROM comments WHERE article = ?", (article,)).fetchone()[0])


def rounded(db: sqlite3.Connection, article: int, now: int) -> frozenset[str]:
    """What of an article's `comments` and `likes` in the window before `now` (UTC ms) is made from numbers that its site
    rounded."""
    if not any_rounded(db):
        return frozenset()
    first = db.execute(_FIRST, (now - WINDOW_MS,)).fetchone()
    likes = first is not None and db.execute(_ABOUT, (article, *first)).fetchone() is not None
    comments = "comments" in Marks(db, article).at(_END)
    return frozenset(name for name, found in (("likes", likes), ("comments", comments)) if found)


def likes_a_minute(db: sqlite3.Connection, article: int, now: int) -> float | None:
    """By how many likes a minute an article's comments grew in the window before `now` (UTC ms); None where there are no two
    looks to compare."""
    first = db.execute(_FIRST, (now - WINDOW_MS,)).fetchone()
    looks = db.execute(_LOOKS, (article, *first)).fetchall() if first else []
    if not looks:
        return None
    before = db.execute(_BEFORE, (article, *first)).fetchone()
    since, last = before[0] if before else looks[0][1], looks[-1][1]
    if last <= since:
        return None
    grown = sum(db.execute(_GROWTH, (capture,)).fetchone()[0] or 0 for capture, _ in looks)
    return float(grown * MINUTE_MS / (last - since))
