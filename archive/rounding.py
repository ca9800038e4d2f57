"""Numbers that a site rounded: beside the number its own text (`1.2만` beside 12000)."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

Raw = dict[str, str]  # by metric

# What a page of many counts rounds stands for none of its articles.
_ROUNDED = """
SELECT r.capture, r.comment, r.metric, r.raw FROM capture_rows c CROSS JOIN rounded r ON r.capture = c.id
WHERE c.article = ? AND c.id <= ?"""


def rounded(db: sqlite3.Connection, article: int, until: int) -> dict[tuple[int, int], Raw]:
    """The texts of an article's rounded numbers up to a capture, by the capture that they were new on, and comment (row ids; 0:
    the article's own)."""
    found: dict[tuple[int, int], Raw] = defaultdict(dict)
    if db.execute("SELECT max(capture) FROM rounded").fetchone()[0] is not None:  # most archives have none
        for capture, comment, metric, raw in db.execute(_ROUNDED, (article, until)):
            found[capture, comment][metric] = raw
    return dict(found)


def marked(raw: Raw | None) -> dict[str, Raw]:
    """What a line has beside its numbers: `rounded`, where one of them is."""
    return {"rounded": raw} if raw else {}
