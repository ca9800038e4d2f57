"""Numbers that a site rounded: beside the number its own text (`1.2만` beside 12000), from the look that first gave it so
until one that counts exactly, or rounds to another text."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

Raw = dict[str, str]  # by metric

# The raw text is of the row that has the greatest capture: so SQLite says.
_ROUNDED = """
SELECT comment, metric, raw, max(capture) FROM rounded WHERE article = ? AND capture <= ? GROUP BY comment, metric"""
# Of the numbers that some captures (JSON) tell of comments, or only give another text: the texts, each metric's last one last.
_TOLD = """
WITH wanted AS (SELECT value AS capture FROM json_each(?)),
  told AS (SELECT o.capture, o.comment FROM wanted w CROSS JOIN observations o ON o.capture = w.capture
    UNION SELECT n.capture, n.comment FROM wanted w CROSS JOIN rounded n ON n.capture = w.capture WHERE n.comment <> 0)
SELECT t.capture, t.comment, r.metric, r.raw FROM told t CROSS JOIN comments m ON m.id = t.comment
CROSS JOIN rounded r ON r.article = m.article AND r.comment = m.id AND r.capture <= t.capture ORDER BY r.capture"""
_REWORDED = """
SELECT DISTINCT n.capture, n.comment, o.likes, o.dislikes, o.replies, o.state FROM json_each(?) wanted
CROSS JOIN rounded n ON n.capture = wanted.value CROSS JOIN observations o ON o.comment = n.comment AND o.capture = (
  SELECT max(capture) FROM observations WHERE comment = n.comment AND capture <= n.capture)
WHERE n.comment <> 0 AND o.capture < n.capture ORDER BY 1, 2"""
# The text of the number that a row of article_counts (n) tells; and numbers of articles that some captures only reworded.
RAW_COUNT = """
(SELECT iif(n.value IS NULL, NULL, raw) FROM rounded r
  WHERE r.article = n.article AND r.comment = 0 AND r.metric = n.metric AND r.capture <= n.capture
  ORDER BY r.capture DESC LIMIT 1)"""
_RECOUNTED = """
SELECT n.capture, a.source || ':' || a.key, n.metric, v.value, n.raw FROM json_each(?) wanted
CROSS JOIN rounded n ON n.capture = wanted.value JOIN articles a ON a.id = n.article JOIN article_counts v
  ON v.article = n.article AND v.metric = n.metric AND v.capture = (SELECT max(capture) FROM article_counts
    WHERE article = n.article AND metric = n.metric AND capture < n.capture)
WHERE n.comment = 0 AND v.value IS (SELECT value FROM article_counts
  WHERE article = n.article AND metric = n.metric AND capture <= n.capture ORDER BY capture DESC LIMIT 1)"""
# Whether the likes of a comment (m) are rounded in an observation (o) or were before it: then nobody knows how far they moved.
ROUNDED_STEP = """
(coalesce((SELECT raw FROM rounded r WHERE r.article = m.article AND r.comment = m.id AND r.metric = 'likes'
    AND r.capture <= o.capture ORDER BY r.capture DESC LIMIT 1),
  (SELECT raw FROM rounded r WHERE r.article = m.article AND r.comment = m.id AND r.metric = 'likes'
    AND r.capture < o.capture ORDER BY r.capture DESC LIMIT 1)) IS NOT NULL)"""
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


def told_texts(db: sqlite3.Connection, captures: str) -> dict[int, dict[int, Raw]]:
    """By capture (of these: JSON) and comment the texts of the rounded numbers that it tells."""
    found: dict[int, dict[int, Raw]] = defaultdict(lambda: defaultdict(dict))
    for capture, comment, metric, raw in db.execute(_TOLD, (captures,)):
        raws = found[capture][comment]
        raws.pop(metric, None)
        if raw is not None:
            raws[metric] = raw
    return found


def reworded(db: sqlite3.Connection, captures: str) -> Iterator[tuple[Any, ...]]:
    """(capture, comment, likes, dislikes, replies, state) of each comment that one of these captures (JSON) gave with the same
    numbers, and another text of one: rounded from then on, or exact again."""
    return db.execute(_REWORDED, (captures,))


def recounted(db: sqlite3.Connection, captures: str) -> Iterator[tuple[Any, ...]]:
    """(capture, reference, metric, value, text) of each such number of an article."""
    return db.execute(_RECOUNTED, (captures,))
