"""Articles, their other ids and versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from archive.capture import Facts
from archive.pseudonym import Pseudonyms
from archive.records import Article, Listing, Moment, Record

KNOWN_VERSIONS = 2_000  # held in memory with their texts; another is read from the database


class Articles:
    """Finds and inserts the articles of one source. Row ids stay valid across transactions: nothing is ever deleted."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms) -> None:
        self._db, self._source, self._pseudonym = db, source, pseudonyms.of
        self._ids: dict[str, int] = {}
        self._versions: dict[int, tuple[Any, ...]] = {}
        self._next = 0

    def begin(self) -> None:
        """Takes the next free id anew; called inside each transaction."""
        self._next = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()[0])

    def find(self, key: str) -> int | None:
        """The row of an article by its key or any alias."""
        if key not in self._ids:
            row = self._db.execute(
                "SELECT id FROM articles WHERE source = ?1 AND key = ?2 "
                "UNION ALL SELECT article FROM aliases WHERE source = ?1 AND key = ?2 LIMIT 1",
                (self._source, key),
            ).fetchone()
            if row is None:
                return None
            self._ids[key] = row[0]
        return self._ids[key]

    def of(self, facts: Facts, capture: int, records: Iterable[Record]) -> int | None:
        """The article that a capture is about; made when the page itself shows that there is one."""
        for record in records:
            if type(record) is Article:
                return self.known_or_new(capture, record)
        if facts.article is None:
            return None
        found = self.find(facts.article)
        if found is None and any(type(record) is Listing for record in records):
            found = self._insert(facts.article, facts.url, "news", capture)
        return found

    def known_or_new(self, capture: int, article: Article) -> int:
        """The article's row by any of its ids; its unknown ids become aliases."""
        names = (article.key, *article.aliases)
        found = next((row for name in names if (row := self.find(name)) is not None), None)
        if found is None:
            found = self._insert(article.key, article.url, article.kind, capture)
        for name in names:
            if self.find(name) is None:
                self._db.execute("INSERT INTO aliases VALUES (?,?,?,?)", (self._source, name, found, capture))
                self._ids[name] = found
        return found

    def _insert(self, key: str, url: str, kind: str, capture: int) -> int:
        identity = self._next
        self._next += 1
        values = (identity, self._source, key, url, kind, capture)
        self._db.execute("INSERT INTO articles VALUES (?,?,?,?,?,?)", values)
        self._ids[key] = identity
        return identity

    def store(self, capture: int, record: Article) -> int:
        """A version row, if anything that the article says differs from the version before; the article's row."""
        article = self.known_or_new(capture, record)
        version = (
            record.title,
            record.text,
            record.press,
            self._pseudonym(self._source, record.account.whole).hex() if record.account else record.author,
            record.section,
            record.pane,
            record.notice,
            record.original,
            record.state,
            *_moment(record.published),
            *_moment(record.modified),
        )
        if article not in self._versions:
            if len(self._versions) >= KNOWN_VERSIONS:
                self._versions.clear()
            row = self._db.execute(
                "SELECT title, text, press, author, section, pane, notice, original, state, "
                "published_from, published_to, published_precision, "
                "modified_from, modified_to, modified_precision FROM article_versions WHERE article = ? "
                "ORDER BY capture DESC LIMIT 1",
                (article,),
            ).fetchone()
            self._versions[article] = row or ()
        if self._versions[article] != version:
            values = (article, capture, *version)
            marks = ",".join("?" * len(values))
            # A second word on the same article in one capture is ignored, here and in the cache.
            if self._db.execute(f"INSERT OR IGNORE INTO article_versions VALUES ({marks})", values).rowcount:
                self._versions[article] = version
        return article

    def counted(self, capture: int, record: Article) -> int:
        """An article of a page that counts many: that it was looked at is a row, changed or not. The article's row."""
        article = self.known_or_new(capture, record)
        self._db.execute("INSERT OR IGNORE INTO counted VALUES (?,?)", (article, capture))
        return article


def _moment(moment: Moment | None) -> tuple[int | None, int | None, str | None]:
    return (moment.start, moment.end, moment.precision) if moment else (None, None, None)
