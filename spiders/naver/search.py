"""Searching for a topic's queries: the official search where there are keys, and the search page."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import date, timedelta

from archive.capture import Seen
from archive.records import Article
from archive.times import day
from crawler.queries import Query, asked
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.naver import list_urls
from spiders.naver.lists import entries_of, page_of_list

OFFICIAL_REACH = 1_000  # hits of one query
REACH = 2_000  # hits of one search by pages (C); what is older is asked for by its days
_HEADERS = (  # of the official search: the old host, and the one since 2026
    ("X-Naver-Client-Id", "X-Naver-Client-Secret"),
    ("X-NCP-APIGW-API-KEY-ID", "X-NCP-APIGW-API-KEY"),
)


class Search:
    """Searches for one spider. Every page of hits is a list event, with ranks, in the archive."""

    def __init__(self, spider: SourceSpider, hosts: list[int]) -> None:
        self._spider, self._topic = spider, spider.topic
        self._hosts = hosts  # of the official search; only the one that took our keys, once one did
        self._query: Query  # that is searched for now
        self._oldest: date | None = None
        self._whole = False
        self._keys = {name: os.environ.get(name, "") for name in spider.source.keys}
        missing = [name for name, value in self._keys.items() if not value]
        if missing and len(missing) < len(self._keys):
            why = f"{', '.join(missing)} is not set, so the official search is not used: the search page is read instead"
            gap = Gap("search", None, None, why, counts=False)
            spider.run.gaps += [gap] if gap not in spider.run.gaps else []  # once, of however many searches

    async def hits(self, query: Query) -> AsyncGenerator[Article]:
        """The articles that a query finds, newest first, as far back as the topic's window goes or the search reaches."""
        self._query, self._oldest, self._whole = query, None, False
        text = asked(query)
        if all(self._keys.values()):
            async for article in self._official(text):
                yield article
        if not self._whole and not self._spider.full:
            async for article in self._by_days(text):
                yield article

    async def _official(self, query: str) -> AsyncIterator[Article]:
        start, known = 1, set[str]()
        while start and not self._spider.full:
            seen = await self._asked_officially(query, start)
            if seen is None or self._repeats(query, seen, known):
                return
            for article in self._inside(seen):
                yield article
            said = self._spider.cues(seen)
            start = int(said.get("next", "0"))
            beyond = not start and int(said["total"]) > OFFICIAL_REACH
            if beyond and self._topic.since is None:
                self._stops(query, f"the official search shows {OFFICIAL_REACH} hits at most: write `since` for more")
            self._whole = self._enough() or (not start and (not beyond or self._topic.since is None))
            if self._whole:
                return

    async def _asked_officially(self, query: str, start: int) -> Seen | None:
        for host in list(self._hosts):
            url = list_urls.api_url(query, start, hub=bool(host))
            headers = dict(zip(_HEADERS[host], self._keys.values(), strict=True))
            seen = await self._spider.look(url, "naver.api", side=True, headers=headers, why="search")
            if seen is not None and seen.parsed.outcome == "ok":
                self._hosts[:] = [host]
                return seen
        self._stops(query, "the official search did not answer (see errors): the search page is read instead")
        return None

    async def _by_days(self, query: str) -> AsyncIterator[Article]:
        """The search page; where it does not reach back far enough, again for the days that are left."""
        topic = self._topic
        today = day(self._spider.run.clock.now_us() // 1000)
        last = min(filter(None, (self._oldest, topic.until, today)))
        windowed = topic.since is not None or topic.until is not None or self._oldest is not None
        since = topic.since or date(1990, 1, 1)
        while last >= since:
            self._oldest = None
            async for article in self._pages(query, since if windowed else None, last if windowed else None):
                yield article
            if self._whole or self._spider.full:
                return
            if topic.since is None:
                self._stops(query, f"the search shows {REACH} hits at most: write `since` for those before {last}")
                return
            if self._oldest is None or self._oldest >= last:  # more hits on one day than can be seen
                self._stops(query, f"more than {REACH} hits on {last}: the rest of that day cannot be read", counts=True)
                last -= timedelta(days=1)
            else:
                last = self._oldest

    async def _pages(self, query: str, first: date | None, last: date | None) -> AsyncIterator[Article]:
        url: str | None = list_urls.search_url(query, first, last)
        known: set[str] = set()
        hits = 0
        while url and hits < REACH and not self._spider.full:
            seen = await page_of_list(self._spider, url, "naver.search", why="search")
            if seen is None or self._repeats(query, seen, known):
                self._whole = True  # nothing more can be read, and the run says why
                return
            inside = self._inside(seen)
            if last and self._oldest and self._oldest > last + timedelta(days=1):  # a relative date may be a day off
                said = f"search {query}: {url} ignores its days: until {last}, got {self._oldest}"
                self._spider.run.alarm("search", said, seen)
                self._whole = True
                return
            for article in inside:
                yield article
            hits += 10  # a page, whatever part of it leads to Naver
            url = self._spider.cues(seen).get("next")
        self._whole = not url

    def _repeats(self, query: str, seen: Seen, known: set[str]) -> bool:
        """Whether a page brings only hits that this search had. One alone may: a new hit moves the last to the next page."""
        keys = {entry.article.key for entry in entries_of(seen)}
        digest = self._spider.cues(seen).get("digest", "")  # of the hits of every press: there may be none of Naver
        repeats = digest in known or (len(keys) > 1 and keys <= known)
        if repeats:
            self._spider.run.alarm("repeat", f"search {query}: {seen.facts.url} brings only hits seen before", seen)
        known |= {*keys, digest} - {""}
        return repeats

    def _inside(self, seen: Seen) -> list[Article]:
        """The hits of a page that may lie in the topic's window and be what is asked for; notes how far back it goes."""
        reached = self._spider.cues(seen).get("reached")
        if reached is not None:
            self._oldest = day(int(reached))
        inside = [entry for entry in entries_of(seen) if not self._topic.outside(entry.article.published)]
        return [entry.article for entry in inside if self._spider.found.hit(self._query, entry)]

    def _stops(self, query: str, why: str, *, counts: bool = False) -> None:
        self._spider.run.gaps.append(Gap("search", None, None, why, query, counts))

    def _enough(self) -> bool:
        return self._topic.since is not None and self._oldest is not None and self._oldest < self._topic.since
