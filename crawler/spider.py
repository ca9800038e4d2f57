"""The base of all spiders: a run, and one look at a time. A spider of a source decides which URL next; nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive.capture import Listed, Seen
from archive.errors import WriteFailed
from archive.records import Article, Cue
from crawler import topics
from crawler.errors import Misuse, NotAllowed, Stopping, one_line, words
from crawler.found import Found
from crawler.job import Slice
from crawler.outgoing import request_of
from crawler.pace import Pace, set_pace
from crawler.probe import Probe, Questions
from crawler.queries import Query
from crawler.rounds import Round
from crawler.run import Run
from crawler.schedule import finds_of
from crawler.setup import setup_of
from crawler.sources import Source, load_pages
from crawler.visits import Visits

if TYPE_CHECKING:
    from crawler.browser import Browser
    from crawler.shown import Shown


class SourceSpider(Spider):
    """Subclasses set `source` and write `read_page` and `read_thread`, and `hits` where the site has searches or lists. The
    `source` of a spider is at the sites that its topic names."""

    source: Source

    def __init__(
        self, topic: str | topics.Topic = "", limit: str | int = 0, part: Slice | Questions | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.run: Run
        self.pace: Pace
        if not topic:
            raise Misuse(f"no topic: use `scrapy crawl {self.name} -a topic=FILE.toml`")
        self.topic = topic if isinstance(topic, topics.Topic) else topics.load(Path(topic))
        if not re.fullmatch("[0-9]{1,9}", str(limit)):
            raise Misuse(
                f"limit {limit!r} is no number of articles: use `scrapy crawl {self.name} -a topic=FILE.toml -a limit=10`"
            )
        self.limit = int(limit)
        self.source = self.topic.at(type(self).source.name)
        self._part = part  # only what is due is looked at, or what a probe asks
        self.seeds = self._seeds()
        self.wanted: set[str] = set()  # the keys of all articles that this run visits
        self.found = Found(self.topic, self.source, self.wanted.discard, lambda key: self.run.memory.text_of(key))
        self.found.named(self.seeds)
        self._visits: Visits
        self._round: Round | None = None  # in a run that does only what is due
        self.at_once = 1  # articles
        self.looked = asyncio.Event()  # a page came
        self.browser: Browser | None = None  # begun when a page needs one
        self._nothing: dict[str, str] = {}  # article: why its last page did not come
        self.read_as: dict[str, str] = {}  # what is being visited: the key wanted -> the article's own
        self._closing: asyncio.Future[None] | None = None
        self._end: asyncio.Future[None] | None = None

    @classmethod
    @one_line
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        """Builds the spider with its run; politeness follows the source, the topic and connect-to."""
        load_pages()
        spider: SourceSpider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        setup = setup_of(settings)
        connections = set_pace(settings, spider.source, spider.topic.options(cls.source.name), setup.connect_to)
        settings.set("USER_AGENT", setup.user_agent, priority="spider")
        spider.run = Run(spider.topic, spider.source, setup)
        spider.run.scheduled = spider._part is not None
        spider.run.stop, spider.run.ending = spider._stop, spider.ending
        spider.at_once = connections + 1
        spider._visits = Visits(spider)
        spider.pace = Pace(crawler)
        crawler.signals.connect(spider._closed, signals.spider_closed)
        crawler.signals.connect(spider._closed, signals.engine_stopped)
        return spider

    def _stop(self, reason: str) -> None:
        """Ends the crawl; what waits for its turn in a host's queue waits no longer (a delay can be an hour)."""
        engine = self.crawler._engine
        if engine is None:
            return  # not begun; `start` will see it
        if engine.running:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))
        for slot in engine.downloader.slots.values():
            while slot.queue:
                slot.queue.popleft()[1].errback(Stopping(reason))

    async def _closed(self) -> None:
        """Ends the run, once. The engine waits for it: on `spider_closed`, on `engine_stopped` if a signal came between."""
        if self._end is None:
            self._end = asyncio.ensure_future(self._finish())
        await self._end

    async def _finish(self) -> None:
        await (self._round or self._visits).ended()
        if self.browser is not None:
            await self.browser.close()
        self.run.counts["unmatched"] = len(self.found.left)
        self.run.unfinished(len(self.wanted.union(self.seeds)), self._visits.done)
        await self.run.end()
        if why := self.run.why():  # `collect` says it itself; `scrapy crawl` has only the log
            self.logger.warning("%s: %s: %s", self.source.name, self.run.verdict(), why)

    async def start(self) -> AsyncIterator[Any]:
        """Begins the run and visits the topic's articles. Yields nothing: a visit makes its own requests, one at a time."""
        try:
            if await self.run.begin():
                await self._work()
        except asyncio.CancelledError:  # SIGINT or SIGTERM: this is what Scrapy ends first
            self.run.end_early("shutdown")
            raise
        except Exception as error:
            self.logger.exception("the run failed")
            self.run.fail(words(error))
        return
        yield  # Scrapy wants a generator

    async def _work(self) -> None:
        if isinstance(self._part, Questions):
            await Probe(self, self._part).work()
        elif self._part is not None:
            self._round = Round(self, self._part)
            await self._round.work()
        else:
            await self._visits.work()

    def _seeds(self) -> dict[str, str]:
        """The articles that the topic names: key -> the URL that it has there."""
        found: dict[str, str] = {}
        for seed in self.topic.seeds_of(self.source.name):
            found.setdefault(self.source.article_key(seed) or "", seed)
        return dict(islice(found.items(), self.limit or None))

    @property
    def full(self) -> bool:
        """Whether the run has as many articles as --limit allows."""
        return bool(self.limit) and len(self.wanted) >= self.limit

    async def find(self) -> AsyncIterator[Article]:
        """What the topic's queries and lists bring."""
        for what in finds_of(self.topic, self.source):
            async for article in self.hits(what):
                yield article

    async def visit(self, key: str, listed: Listed | None) -> None:
        """Reads one article: its page, and its comments where the page says that they are to be read."""
        if await self.read_page(key, listed):
            await self.read_thread(key)

    async def read_page(self, key: str, listed: Listed | None) -> object:
        """Reads an article's page, and what the site shows beside it but its comments."""
        raise NotImplementedError

    async def read_thread(self, key: str) -> None:
        """Reads all comments of an article."""
        raise NotImplementedError

    async def peek(self, key: str) -> None:
        """Reads the newest page of an article's comments, and the top of each of its rankings."""
        raise NotImplementedError

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """The articles that one query, or the list at a URL, brings, the newest first."""
        raise NotImplementedError

    async def count(self, keys: list[str]) -> None:
        """Reads the comment counts of many articles; for a source that is `counted`."""
        raise NotImplementedError

    def article(self, key: str, seen: Seen | None) -> Article | None:
        """The article that a look brought, `gone` ones too; None, and the run knows why, when there is none to go on with."""
        if seen is None:
            self.broken(key, f"its page could not be fetched: {self._nothing.get(key, 'no answer')}")
            return None
        found = next((record for record in seen.parsed.records if isinstance(record, Article)), None)
        if found is None:
            self.broken(key, f"its page cannot be read: {seen.parsed.outcome} {seen.parsed.note or ''}")
            return None
        if found.key in self.run.articles and not self.run.scheduled:
            return None  # another seed was the same article under its other id
        self.run.articles.add(found.key)
        self.read_as[key] = found.key
        return found

    def follows(self, key: str, article: Article) -> bool:
        """Whether an article that was found is in the topic: by its date, and by what the queries that found it ask."""
        if self.topic.outside(article.published):
            return False
        if not self.found.keeps(key, article):
            self.run.articles.discard(article.key)
            return False
        return True

    def cues(self, seen: Seen) -> dict[str, str]:
        """What a page says about where to read on, by name."""
        return {record.name: record.value for record in seen.parsed.records if isinstance(record, Cue)}

    def broken(self, key: str, why: str) -> None:
        """The article or its comment walk could not be read: the run is broken."""
        self.run.breaks(f"{self.source.name}:{key}: {why.strip()}", key)
        self.logger.warning("%s:%s: %s", self.source.name, key, why.strip())

    def ending(self) -> bool:
        """Whether nothing more is to be asked for."""
        return self.run.stopping is not None or not self.crawler.engine.running

    async def look(self, url: str, page: str, *, side: bool = False, **meta: Any) -> Seen | None:
        """One page, with its redirects and retries; what the archive made of it, None when nothing came.

        `meta`: article, walk, why, listed, context, headers, form, json. Raises Stopping and WriteFailed. A `side` page may
        fail. A `form`, or a text of `json`, is posted where the source may; its parser finds it in the context, as `form`.
        """
        if self.ending():
            raise Stopping(self.run.stopping or "shutdown")
        request, posted = request_of(url, page, side, meta)
        if (before := self.run.memory.read_before(meta.get("walk"), request.url, posted)) is not None:
            return before
        try:
            response = await self.crawler.engine.download_async(request)
        except (Stopping, WriteFailed):
            raise
        except Exception as error:
            if self.ending():
                raise Stopping(self.run.stopping or "shutdown") from error
            if isinstance(error, (IgnoreRequest, NotAllowed)):
                self.not_fetched(request.url, page, side, str(error), meta.get("article"))
            self.logger.warning("%s failed: %s", url, error)
            if not side:
                self._nothing[str(meta.get("article"))] = words(error)
            return None
        self.looked.set()
        seen: Seen = response.meta["seen"]
        if seen.parsed.outcome == "refused":
            raise Stopping("blocked")
        if seen.parsed.outcome == "redirect":  # one that is never followed: to a file, or without an address
            self.not_fetched(request.url, page, side, f"redirected to {seen.parsed.note or 'nowhere'}", meta.get("article"))
            return None
        return seen

    async def browse(self, url: str, page: str, **wish: Any) -> Shown:
        """A page in the browser, with all that it loads and shows: see `crawler.browsing.browse`."""
        from crawler.browsing import browse  # only here: few sources need a browser

        return await browse(self, url, page, **wish)

    def unread(self, seen: Seen | None, article: str | None = None) -> str:
        """Why a look (at that article) brought nothing to read: the outcome of what came, or why nothing did."""
        if seen is None:
            return f"not fetched: {self._nothing.get(str(article), 'no answer')}"
        return f"{seen.parsed.outcome} {seen.parsed.note or ''}".strip()

    def not_fetched(self, url: str, page: str, side: bool, why: str, article: str | None = None) -> None:
        """A page that did not come, or not whole: the run is broken, but for a `side` page."""
        self.run.errors[f"{page} not fetched"] += 1
        if not side:
            self.run.breaks(f"{url}: {why}", article or url)
