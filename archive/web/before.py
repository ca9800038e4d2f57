"""How the comments of a thread that are shown stood at another time, and what they said until then."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from archive.lookup import last_capture
from archive.presence import Snapshot
from archive.rounding import rounded

_COMMENTS = "SELECT id, n, key FROM comments WHERE article = ?1 AND key IN (SELECT value FROM json_each(?2))"
_COUNTS = "SELECT likes, dislikes FROM observations WHERE comment = ? AND capture <= ? ORDER BY capture DESC LIMIT 1"
_TEXTS = "SELECT text FROM comment_versions WHERE comment = ? AND capture <= ? ORDER BY capture"


@dataclass(frozen=True)
class Before:
    """A comment then: its place in the list (None for replies, too), its votes; which of them the site rounded."""

    place: int | None
    likes: int | None
    dislikes: int | None
    rounded: frozenset[str] = frozenset()


def before(db: sqlite3.Connection, article: int, keys: list[str], at: int, sort: str | None) -> dict[str, Before]:
    """By key, those of these comments that were known at `at` (UTC ms), with their places in that sort's list."""
    until = last_capture(db, article, at)
    if until is None:
        return {}
    places = Snapshot(db, article, until, [], sort).places  # of the list alone: who is gone is not asked
    raws = rounded(db, article, until)
    found = {}
    for comment, number, key in db.execute(_COMMENTS, (article, json.dumps(keys))).fetchall():
        counts = db.execute(_COUNTS, (comment, until)).fetchone()
        if counts is not None:
            likes, dislikes = counts
            found[key] = Before(places.get(number, (None, None))[1], likes, dislikes, frozenset(raws.get(comment, ())))
    return found


def texts(db: sqlite3.Connection, article: int, keys: list[str], at: int) -> dict[str, list[str]]:
    """By key, the texts of these comments as known at a time (UTC ms), first to last, without those that show nothing."""
    until = last_capture(db, article, at)
    found: dict[str, list[str]] = {}
    for comment, _, key in db.execute(_COMMENTS, (article, json.dumps(keys))).fetchall():
        said = [text for (text,) in db.execute(_TEXTS, (comment, until)) if text is not None]
        found[key] = [text for n, text in enumerate(said) if n == 0 or text != said[n - 1]]
    return found
