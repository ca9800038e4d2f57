"""robots.txt in three states, kept in the archive: rules, none (404 and its like: all is allowed), unreachable (nothing is).

Scrapy's own middleware fails open and reads the file again at every start; this one asks the archive first.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive.capture import Seen
from crawler.errors import NotAllowed, Stopping, words
from crawler.guard import check
from crawler.run import PAGE_ROBOTS, Run, run_of

AGENT = "Sagwan"
LATER = frozenset({401, 403, 408, 425, 429, 430})  # a refusal or `not now`, not `there is none`


class RobotsRefusal(IgnoreRequest):
    """Raised for a request that robots.txt does not allow; the source stops for the run."""


class RobotsMiddleware:
    """Asks robots.txt of the host before every request, also after redirects and at retries."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._verdicts: dict[str, asyncio.Task[Protego | str | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Scrapy's way to build it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets the request pass, or raises RobotsRefusal after telling the run; Stopping when the run is ending."""
        run = run_of(self._crawler)
        if run.options.robots != "ignore" and request.meta.get("page") != PAGE_ROBOTS:
            await self._obey(run, request)
        if run.ending():  # so that nothing new waits for its turn in a host's queue
            raise Stopping(run.stopping or "shutdown")

    async def _obey(self, run: Run, request: Request) -> None:
        try:
            check(request.method, request.url, run.source)
        except NotAllowed:
            return  # the guard refuses it in the handler, without a request for robots.txt
        parts = urlsplit(request.url)
        also = run.source.robots_of.get(parts.hostname or "")
        for origin in (*((also,) if also else ()), f"{parts.scheme}://{parts.netloc}"):
            await self._obey_one(run, origin, urlunsplit(("", "", parts.path or "/", parts.query, "")), request)

    async def _obey_one(self, run: Run, origin: str, target: str, request: Request) -> None:
        if origin not in self._verdicts:
            self._verdicts[origin] = asyncio.ensure_future(self._ask(run, origin))
        side = bool(request.meta.get("side"))  # a page that the topic can do without is skipped, not a reason to stop
        rules = await asyncio.shield(self._verdicts[origin])
        if isinstance(rules, Protego):
            self._slow_down(urlsplit(request.url).hostname or "", float(rules.crawl_delay(AGENT) or 0))
        if isinstance(rules, Protego) and not rules.can_fetch(origin + target, AGENT):
            why = f"{origin}/robots.txt does not allow {target.partition('?')[0]} to {AGENT}"
            raise self._refuse(run, side, "robots", why)
        if isinstance(rules, str):
            why = f"{origin}/robots.txt could not be read ({rules}), so nothing is fetched there"
            raise self._refuse(run, side, "unread robots", why)

    def _refuse(self, run: Run, side: bool, by: str, why: str) -> RobotsRefusal:
        if not side:
            run.block(by, why)
        return RobotsRefusal(why)

    async def _ask(self, run: Run, origin: str) -> Protego | str | None:
        """Rules, None where the site has none, or why nobody knows."""
        kept = run.kept_robots(f"{origin}/robots.txt")
        if kept is None:
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
            kept = (response.status, seen.body)
        status, body = kept
        if 200 <= status < 300:
            return Protego.parse(body.decode("utf-8-sig", "replace"))
        if 400 <= status < 500 and status not in LATER:
            return None
        return f"status {status}"

    def _slow_down(self, host: str, wait: float) -> None:
        """A Crawl-delay is obeyed where it asks for more than our own delay, also that of the front door (`robots_of`)."""
        downloader = self._crawler.engine.downloader
        own = downloader.per_slot_settings.setdefault(host, {})
        own["delay"] = max(wait, own.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")))
        if host in downloader.slots:
            downloader.slots[host].delay = own["delay"]
