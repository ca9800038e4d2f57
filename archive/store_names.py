"""What the rows of many captures share stands once: the words of their kind, and URLs that are asked again and again."""

from __future__ import annotations

import sqlite3

from archive.lookup import url_hash

KNOWN_URLS = 50_000  # held in memory (some 300 bytes each); another is read from the database


class Names:
    """Finds and inserts them; inside a transaction. Row ids stay valid: nothing is ever deleted."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._kinds: dict[tuple[str | None, ...], int] = {}
        self._urls: dict[str, int] = {}

    def kind(self, page: str, parser: str | None, outcome: str, method: str, why: str | None) -> int:
        """The row of a kind of capture."""
        words = (page, parser, outcome, method, why)
        if words not in self._kinds:
            sql = "SELECT id FROM capture_kinds WHERE (page, parser, outcome, method, why) IS (?,?,?,?,?)"
            row = self._db.execute(sql, words).fetchone()
            if row is None:
                sql = "INSERT INTO capture_kinds (page, parser, outcome, method, why) VALUES (?,?,?,?,?) RETURNING id"
                row = self._db.execute(sql, words).fetchone()
            self._kinds[words] = row[0]
        return self._kinds[words]

    def url(self, url: str) -> int:
        """The row of a URL."""
        if url not in self._urls:
            if len(self._urls) >= KNOWN_URLS:
                self._urls.clear()
            named = (url_hash(url), url)
            row = self._db.execute("SELECT id FROM urls WHERE hash = ? AND url = ?", named).fetchone()
            if row is None:
                row = self._db.execute("INSERT INTO urls (hash, url) VALUES (?,?) RETURNING id", named).fetchone()
            self._urls[url] = row[0]
        return self._urls[url]
