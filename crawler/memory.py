"""What a run knows from earlier runs, and while it collects: the archive is the only memory between them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive import kept, questions, watched
from archive.capture import Seen
from archive.records import Article, Listing
from archive.rest import Rest, rest, rested_until
from crawler import pages
from crawler.clock import Clock
from crawler.due import goes_on
from crawler.places import BEST
from crawler.schedule import Agenda, agenda
from crawler.sources import Source
from crawler.topics import Topic

LONGEST_DELAY = 3600  # seconds between two requests to a host; what asks for more is not asked at all
ROBOTS_FRESH_MS = 24 * 3600 * 1000  # RFC 9309 2.4: a cached copy should not be used for more than a day


class Memory:
    """The archive's answers for one topic on one source, asked in the run's time."""

    def __init__(self, root: Path, db: sqlite3.Connection, topic: Topic, source: Source, clock: Clock) -> None:
        self._root, self._db, self._topic, self._source, self._clock = root, db, topic, source, clock
        self._open: dict[tuple[str, str], tuple[str, int]] = {}  # article and sort -> a walk to go on with, and its start
        self._read: dict[str, dict[tuple[str, str], Seen]] = {}  # such a walk's pages, by URL and form

    def _now(self) -> int:
        return self._clock.now_us() // 1000

    def kept_robots(self, url: str) -> tuple[int, bytes] | None:
        """Status and body of this robots.txt as the archive last has it, if that is less than a day old."""
        return questions.kept_robots(self._root, self._db, url, self._now() - ROBOTS_FRESH_MS)

    def asked_ago(self, host: str) -> float | None:
        """Seconds since the last request to a host, by any run, if that was within an hour."""
        return questions.asked_ago(self._db, host, self._now(), LONGEST_DELAY)

    def text_of(self, article: str) -> tuple[str | None, str | None] | None:
        """Title and text of an article as its page last showed them; None where no page of it was ever read."""
        return questions.text_of(self._db, self._source.name, article)

    def url_of(self, article: str) -> str | None:
        """Where an article stands; None where the archive does not know it."""
        return questions.url_of(self._db, self._source.name, article)

    def rest(self) -> Rest | None:
        """The rest that the source has now; None when it has none."""
        return rest(self._root, self._db, self._source.name, self._now())

    def rested_until(self) -> int:
        """Until when (UTC ms) the source rested last, where no run went well since; 0 where it did not."""
        return rested_until(self._db, self._source.name, self._now())

    def usual_pause(self) -> int | None:
        """The usual pause (ms) between two runs of the topic; None where few are known."""
        return watched.usual_pause(self._db, self._source.name, self._topic.title)

    def agenda(self) -> Agenda:
        """What is due now by the rows of the archive."""
        return agenda(self._root, self._db, self._topic, self._source, self._now())

    def last_page(self, article: str, page: str) -> Seen | None:
        """What an article's page of that kind said last."""
        return kept.last_page(self._root, self._db, self._source.name, article, page, pages.parse)

    def known_since(self, article: str) -> int | None:
        """Since when (UTC ms) an article belongs to the topic."""
        return watched.known_since(self._db, self._source.name, self._topic.title, article)

    def go_on_with(self, article: str, walk: str) -> None:
        """Has the next walk of that article and sort go on with an earlier one."""
        before = kept.walked(self._root, self._db, walk, pages.parse)
        records = [record for seen in before.values() for record in seen.parsed.records]
        listings = [r for r in records if isinstance(r, Listing) and r.parent is None and r.sort != BEST]
        # A walk that begins with the article's page is of its only list, also where that page shows none of it.
        sort = listings[0].sort if listings else "" if any(isinstance(record, Article) for record in records) else None
        if sort is not None:
            started = min(seen.facts.at for seen in before.values())
            self._open[article, sort] = (walk, started)
            self._read[walk] = before

    def traces(self, article: str, kind: str) -> tuple[int | None, ...]:
        """What an article's walks, or peeks, have left so far: it is another after one that left anything."""
        found = watched.watched_seed(self._db, self._source.name, article)
        if found is None:
            return ()
        of = found.looked
        return (of.walk_at, of.walk_last, of.walk_open, of.walk_failed) if kind == "walk" else (of.peek_at, of.peek_failed)

    def walking(self, article: str) -> bool:
        """Whether a walk of that article has no end yet and the schedule goes on with it."""
        found = watched.watched_seed(self._db, self._source.name, article)
        return found is not None and goes_on(self._now(), found) is not None

    def open_walk(self, article: str, sort: str) -> tuple[str, int] | None:
        """The walk to go on with (once): its uuid, and when it began (UTC ms)."""
        return self._open.pop((article, sort), None) or self._open.pop((article, ""), None)

    def read_before(self, walk: str | None, url: str, form: str = "") -> Seen | None:
        """The page of such a walk that an earlier run has read (once); `form`: what was posted for it."""
        return self._read[walk].pop((url, form), None) if walk in self._read else None
