"""What a scheduled run asks its archive while it collects: what is due, what a page said last, how far a walk came."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive import kept, watched
from archive.capture import Seen
from archive.records import Listing
from crawler import pages
from crawler.schedule import Agenda, agenda
from crawler.sources import Source
from crawler.topics import Topic


class Recall:
    """The archive's answers for one topic on one source."""

    def __init__(self, root: Path, db: sqlite3.Connection, topic: Topic, source: Source) -> None:
        self._root, self._db, self._topic, self._source = root, db, topic, source
        self._open: dict[tuple[str, str], tuple[str, int]] = {}  # article and sort -> a walk to go on with, and its start
        self._read: dict[str, dict[str, Seen]] = {}  # such a walk's pages, by URL

    def agenda(self, now: int) -> Agenda:
        """What is due now (UTC ms) by the rows of the archive."""
        return agenda(self._db, self._topic, self._source, now)

    def last_page(self, article: str, page: str) -> Seen | None:
        """What an article's page of that kind said last."""
        return kept.last_page(self._root, self._db, self._source.name, article, page, pages.parse)

    def known_since(self, article: str) -> int | None:
        """Since when (UTC ms) an article belongs to the topic."""
        return watched.known_since(self._db, self._source.name, self._topic.title, article)

    def go_on_with(self, article: str, walk: str) -> None:
        """Has the next walk of that article and sort go on with an earlier one."""
        before = kept.walked(self._root, self._db, walk, pages.parse)
        listings = [r for seen in before.values() for r in seen.parsed.records if isinstance(r, Listing) and r.parent is None]
        if listings:
            started = min(seen.facts.at for seen in before.values())
            self._open[article, listings[0].sort] = (walk, started)
            self._read[walk] = before

    def open_walk(self, article: str, sort: str) -> tuple[str, int] | None:
        """The walk to go on with (once): its uuid, and when it began (UTC ms)."""
        return self._open.pop((article, sort), None)

    def read_before(self, walk: str | None, url: str) -> Seen | None:
        """The page of such a walk that an earlier run has read (once)."""
        return self._read[walk].pop(url, None) if walk in self._read else None
