"""What a run knows of its source from earlier runs: the archive is the only memory between them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive import questions
from archive.rest import Rest, rest
from crawler.clock import Clock

LONGEST_DELAY = 3600  # seconds between two requests to a host; what asks for more is not asked at all
ROBOTS_FRESH_MS = 24 * 3600 * 1000  # RFC 9309 2.4: a cached copy should not be used for more than a day


class Memory:
    """Asked in the run's time."""

    def __init__(self, root: Path, db: sqlite3.Connection, source: str, clock: Clock) -> None:
        self._root, self._db, self._source, self._clock = root, db, source, clock

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
        return questions.text_of(self._db, self._source, article)

    def rest(self) -> Rest | None:
        """The rest that the source has now; None when it has none."""
        return rest(self._root, self._db, self._source, self._now())
