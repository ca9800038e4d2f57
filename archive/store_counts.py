"""The counts of articles: a row when a number changed, NULL from the look on that no longer shows it.

A look is no witness of what its page never shows. So a number is no longer shown where a page of the same kind, read by the
same version of its parser, showed it of the same article before: each such page has a row of its own for the first number that
it showed, also where another page had told the same.
"""

from __future__ import annotations

import sqlite3

from archive.records import Count
from archive.rounding import any_rounded

KNOWN_COUNTS = 100_000
KNOWN_TOLD = 100_000  # articles on pages of which is held what they show; another is read from the database
_LAST_COUNT = "SELECT value, capture FROM article_counts WHERE article = ? AND metric = ? ORDER BY capture DESC LIMIT 1"
_LAST_RAW = "SELECT raw, capture FROM rounded WHERE article = ? AND comment = 0 AND metric = ? ORDER BY capture DESC LIMIT 1"
# The last word of such a page on each count; SQLite takes it from the row of the maximum.
_TOLD = """
SELECT n.metric, n.value, max(n.capture) FROM article_counts n CROSS JOIN capture_rows c ON c.id = n.capture
CROSS JOIN capture_kinds k ON k.id = c.kind WHERE n.article = ? AND n.capture < ? AND k.page = ? AND k.parser IS ?
GROUP BY n.metric"""
_ROW = "INSERT OR IGNORE INTO article_counts VALUES (?,?,?,?)"
_Count = tuple[int | None, str | None, int]  # the number, its text where it was rounded, the capture that said so first
Page = tuple[str, str | None]  # its kind, and the version of its parser


class Counts:
    """Inserts the counts of one source's articles."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._counts: dict[tuple[int, str], _Count] = {}
        self._told: dict[tuple[int, Page], frozenset[str]] = {}
        self._same: dict[frozenset[str], frozenset[str]] = {}  # most articles have the same counts: each such set stands once
        self._rounds = False

    def begin(self) -> None:
        """Finds out whether anything was ever rounded; called inside each transaction."""
        self._rounds = any_rounded(self._db)

    def count(self, capture: int, article: int, record: Count) -> None:
        """A row of article_counts, if the number differs from the one before, and one of rounded, if its text does; a second
        word on the same count in one capture is ignored."""
        at = (article, record.metric)
        held = self._held(at)
        value, raw = record.value, record.raw
        if held is not None and ((held[0] == value and held[1] == raw) or held[2] == capture):
            return
        if held is None or held[0] != value:
            self._db.execute(_ROW, (article, record.metric, capture, value))
        if raw != (held[1] if held is not None else None):
            self._db.execute("INSERT INTO rounded VALUES (?,0,?,?,?)", (article, record.metric, capture, raw))
            self._rounds = True
        self._counts[at] = (value, raw, capture)

    def showed(self, capture: int, article: int, page: Page, metrics: frozenset[str]) -> None:
        """A look at a page that shows these counts of an article, and no other that it has: those of them that it did not show
        before have a row, also with the number that is known, those that it showed before one with NULL."""
        before = self._before(article, page, capture)
        for metric in metrics - before:
            held = self._held((article, metric))
            assert held is not None  # it has just been counted
            self._set(capture, article, metric, held[0], held[1])
        for metric in before - metrics:
            held = self._held((article, metric))
            self._set(capture, article, metric, None, held[1] if held is not None else None)
        self._hold(article, page, metrics)

    def listed(self, article: int, page: Page) -> None:
        """A look at a page that shows of an article what it has room for."""
        self._told.pop((article, page), None)

    def _set(self, capture: int, article: int, metric: str, value: int | None, raw: str | None) -> None:
        self._db.execute(_ROW, (article, metric, capture, value))
        self._counts[article, metric] = (value, raw, capture)

    def _held(self, at: tuple[int, str]) -> _Count | None:
        """What is known of a count last."""
        held = self._counts.get(at)
        if held is None:
            if len(self._counts) >= KNOWN_COUNTS:
                self._counts.clear()
            found = self._db.execute(_LAST_COUNT, at).fetchone()
            if found is None:
                return None
            raw, capture = (self._db.execute(_LAST_RAW, at).fetchone() if self._rounds else None) or (None, 0)
            held = self._counts[at] = (found[0], raw, max(found[1], capture))
        return held

    def _before(self, article: int, page: Page, capture: int) -> frozenset[str]:
        """What such a page showed of an article when it was looked at last."""
        told = self._told.get((article, page))
        if told is None:
            rows = self._db.execute(_TOLD, (article, capture, *page))
            told = frozenset([metric for metric, value, _ in rows if value is not None])
        return told

    def _hold(self, article: int, page: Page, metrics: frozenset[str]) -> None:
        if len(self._told) >= KNOWN_TOLD or len(self._same) >= KNOWN_TOLD:
            self._told.clear()
            self._same.clear()
        self._told[article, page] = self._same.setdefault(metrics, metrics)
