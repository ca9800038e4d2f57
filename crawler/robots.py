"""robots.txt in three states, kept in the archive: rules, none (404 and its like: all is allowed), unreachable (nothing is).

Scrapy's own middleware fails open and reads the file again at every start; this one asks the archive first.
"""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive.capture import Seen
from crawler.errors import NotAllowed, Stopping, words
from crawler.guard import check
from crawler.memory import LONGEST_DELAY
from crawler.pace import pace_of
from crawler.rules import AGENT, read_rules
from crawler.run import PAGE_ROBOTS, Run, run_of

HELD = 600.0  # seconds; after that the archive is asked again, which has it for a day


class RobotsRefusal(IgnoreRequest):
    """Raised for a request that robots.txt does not allow; the source stops for the run."""


class RobotsMiddleware:
    """Asks robots.txt of the host before every request, also after redirects and at retries."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._verdicts: dict[str, tuple[float, asyncio.Task[Protego | str | None]]] = {}
        self._asked: set[str] = set()  # hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Scrapy's way to build it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets the request pass, or raises RobotsRefusal after telling the run; Stopping when the run is ending."""
        run = run_of(self._crawler)
        self._go_on(run, request)
        if run.options.robots != "ignore" and request.meta.get("page") != PAGE_ROBOTS:
            await self._obey(run, request)
        if run.ending():  # so that nothing new waits for its turn in a host's queue
            raise Stopping(run.stopping or "shutdown")

    def _go_on(self, run: Run, request: Request) -> None:
        """At the first request to a host: the delay since an earlier run's last one is kept too."""
        host = urlsplit(request.url).hostname or ""
        if host and host not in self._asked and not run.ending():
            self._asked.add(host)
            pace_of(self._crawler).asked_before(request, run.memory.asked_ago(host))

    async def _obey(self, run: Run, request: Request) -> None:
        try:
            check(request.method, request.url, run.source, body=request.body, assets=request.meta.get("assets", frozenset()))
        except NotAllowed:
            return  # the guard refuses it in the handler, without a request for robots.txt
        parts = urlsplit(request.url)
        also = run.source.robots_of.get(parts.hostname or "")
        for origin in (*((also,) if also else ()), f"{parts.scheme}://{parts.netloc}"):
            await self._obey_one(run, origin, urlunsplit(("", "", parts.path or "/", parts.query, "")), request)

    async def _obey_one(self, run: Run, origin: str, target: str, request: Request) -> None:
        if origin not in self._verdicts or self._verdicts[origin][0] < time.monotonic() - HELD:
            self._verdicts[origin] = time.monotonic(), asyncio.ensure_future(self._ask(run, origin))
        side = bool(request.meta.get("side"))  # a page that the topic can do without is skipped, not a reason to stop
        rules = await asyncio.shield(self._verdicts[origin][1])
        if isinstance(rules, Protego):  # the front door's delay (`robots_of`) holds as its rules do
            wait = float(rules.crawl_delay(AGENT) or 0)
            if wait > LONGEST_DELAY:
                why = f"asks for {wait:.0f} s between two requests, more than an hour"
                raise self._refuse(run, side, "robots", origin, why)
            pace_of(self._crawler).at_least(urlsplit(request.url).hostname or "", wait)
        if isinstance(rules, Protego) and not rules.can_fetch(origin + target, AGENT):
            why = f"does not allow {target.partition('?')[0]} to {AGENT}"
            raise self._refuse(run, side, "robots", origin, why)
        if isinstance(rules, str):
            why = f"could not be read ({rules}), so nothing is fetched there"
            raise self._refuse(run, side, "unread robots", origin, why)

    def _refuse(self, run: Run, side: bool, by: str, origin: str, why: str) -> RobotsRefusal:
        url = f"{origin}/robots.txt"
        if not side:
            run.block(by, f"{url} {why}", url)
        return RobotsRefusal(f"{url} {why}")

    async def _ask(self, run: Run, origin: str) -> Protego | str | None:
        """Rules, None where the site has none, or why nobody knows."""
        kept = run.memory.kept_robots(f"{origin}/robots.txt")
        if kept is not None and not isinstance(known := read_rules(*kept), str):
            return known
        request = Request(f"{origin}/robots.txt", meta={"page": PAGE_ROBOTS, "why": "robots", "dont_retry": True})
        try:
            # Redirects are followed; the answer at the end counts (RFC 9309 2.3.1.2).
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # the attempt is a capture; without an answer the state is `unreachable`
            if run.ending():  # and it may be we who cut it short
                raise Stopping(run.stopping or "shutdown") from error
            return words(error)
        seen: Seen = response.meta["seen"]
        if seen.parsed.outcome == "unreadable":
            return f"unreadable: {seen.parsed.note}"
        return read_rules(response.status, seen.body)
