"""Numbers that a site rounded: beside the number its own text (`1.2만` beside 12000), from the look that first gave it so
until one that counts exactly, or rounds to another text."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Raw = dict[str, str]  # by metric

# The raw text is of the row that has the greatest capture: so SQLite says.
_ROUNDED = """
SELECT comment, metric, raw, max(capture) FROM rounded WHERE article = ? AND capture <= ? GROUP BY comment, metric"""
_NEWS = "SELECT capture, metric, raw FROM rounded WHERE article = ? AND comment = ? ORDER BY capture DESC"


def any_rounded(db: sqlite3.Connection) -> bool:
    """Whether a site ever rounded anything: of most archives none did, and nobody has to look."""
    return db.execute("SELECT 1 FROM rounded LIMIT 1").fetchone() is not None


def rounded(db: sqlite3.Connection, article: int, until: int) -> dict[int, Raw]:
    """The texts of an article's rounded numbers as of a capture, by comment (row ids; 0: the article's own)."""
    found: dict[int, Raw] = defaultdict(dict)
    for comment, metric, raw, _ in db.execute(_ROUNDED, (article, until)):
        if raw is not None:
            found[comment][metric] = raw
    return dict(found)


class Marks:
    """The texts of the rounded numbers of one comment (0: of the article itself), look after look."""

    def __init__(self, db: sqlite3.Connection, article: int, comment: int = 0) -> None:
        self._news = db.execute(_NEWS, (article, comment)).fetchall()
        self._now: Raw = {}
        self._step: tuple[int, Raw] = (0, {})

    def at(self, capture: int) -> Raw:
        """Those as of a capture; none before the one that was asked for last."""
        while self._news and self._news[-1][0] <= capture:
            _, metric, raw = self._news.pop()
            self._now.pop(metric, None)
            self._now |= {metric: raw} if raw is not None else {}
        return dict(self._now)

    def step(self, capture: int) -> tuple[Raw, Raw]:
        """Those from before a capture, and as of the capture."""
        if self._step[0] != capture:
            self._step = capture, self.at(capture - 1)
        return self._step[1], self.at(capture)


def marked(raw: Raw | None) -> dict[str, Raw]:
    """What a line has beside its numbers: `rounded`, where one of them is."""
    return {"rounded": raw} if raw else {}


def stepped(before: Raw, after: Raw, metrics: Iterable[str]) -> dict[str, Any]:
    """What a line has beside numbers that changed: `rounded`, of each of these metrics both texts, where one of them is
    rounded. Such a step is no movement of that size: between 1.2만 and 1.3만 lie 1 to 1,999 of them."""
    pairs = {name: [before.get(name), after.get(name)] for name in metrics if name in before or name in after}
    return {"rounded": pairs} if pairs else {}
