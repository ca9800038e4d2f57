"""Every request of a page in the browser stops twice here: before it is made, and when its answer is there and the page has not
seen it. In between it is what any other request is: allowed or not, at our pace, counted, and kept before anybody uses it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession
from playwright.async_api import Error as PageGone
from scrapy import Request
from scrapy.crawler import Crawler

from archive.capture import Seen
from crawler import guard
from crawler.cdp import LONGER, Heads, answer_of, body_of, exact
from crawler.errors import NotAllowed
from crawler.frames import Framed
from crawler.pace import pace_of
from crawler.page_keep import Asked, Keeper
from crawler.robots import RobotsMiddleware, RobotsRefusal
from crawler.run import Run, run_of
from crawler.tunnel import Tunnel

_STAGES = [{"urlPattern": "*", "requestStage": stage} for stage in ("Request", "Response")]
_BROKEN = "net::ERR_CONTENT_DECODING_FAILED"  # what the browser says too late


class PageTap:
    """The requests of one page. `seen` is what came, in order, `main` the page itself; `refused` counts hosts that were not
    asked, `broken` says what else makes the page not whole; `over` ends early with what ends the page: Stopping, WriteFailed,
    or a refusal of the page itself."""

    def __init__(
        self, crawler: Crawler, cdp: CDPSession, tunnel: Tunnel, meta: Callable[[str, str, bool], dict[str, Any]]
    ) -> None:
        self._crawler, self._cdp, self._tunnel, self._meta = crawler, cdp, tunnel, meta
        self._run: Run = run_of(crawler)
        robots = crawler.get_downloader_middleware(RobotsMiddleware)
        assert robots is not None
        self._robots: RobotsMiddleware = robots
        self._frame, self._framed = "", Framed(cdp, self._run.source)
        self._pending: dict[str, Asked] = {}
        self._over = False
        self._heads = Heads()
        self._documents: Counter[str] = Counter()  # by frame
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeper = Keeper(crawler, tunnel, self._stop)
        self._last = 0.0
        self.seen: list[Seen] = []
        self.main: Seen | None = None
        self._urls: dict[str, str] = {}  # of what was kept
        self.broken: list[str] = []
        self.refused: Counter[str] = Counter()
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def begin(self) -> None:
        """From here on nothing of the page passes unseen."""
        for name, react in (
            ("Fetch.requestPaused", self._paused),
            ("Network.requestWillBeSentExtraInfo", self._was_sent),
            ("Network.responseReceivedExtraInfo", self._heads.add),
            ("Network.loadingFailed", self._failed),
            ("Network.webSocketCreated", self._no_socket),
        ):
            self._cdp.on(name, react)
        self._frame = (await self._cdp.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._framed.begin()
        await self._cdp.send("Network.enable")
        await self._cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        asks = self._crawler.settings.getdict("DEFAULT_REQUEST_HEADERS")
        codings = {"Accept-Encoding": asks["Accept-Encoding"]}  # of which the tunnel knows how long they get
        await self._cdp.send("Network.setExtraHTTPHeaders", {"headers": codings})
        await self._cdp.send("Fetch.enable", {"patterns": _STAGES})

    def host(self, name: str) -> bool:
        """Whether something is under way there."""
        return any(urlsplit(asked.request["url"]).hostname == name for asked in self._pending.values())

    def request(self, method: str, url: str) -> bool:
        """Whether just that is under way."""
        return any((method, url) == (asked.request["method"], asked.request["url"]) for asked in self._pending.values())

    def quiet(self, seconds: float) -> bool:
        """Whether nothing is under way, and nothing was for so long."""
        return not self._tasks and not self._pending and asyncio.get_running_loop().time() - self._last >= seconds

    async def end(self, why: str) -> None:
        """Keeps what is under way as failed, for this reason. Raises WriteFailed. What the page asks for from now on stays
        paused, and so never goes out: its place at the host would be given back by nobody."""
        self._over = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for key in list(self._pending):
            self._keep_failed(key, why)
        await self._keeper.ended()

    # -- what the browser says

    def _paused(self, event: dict[str, Any]) -> None:
        if self._over:
            return
        answered = "responseStatusCode" in event or "responseErrorReason" in event
        self._begin(self._answer(event) if answered else self._ask(event))

    def _was_sent(self, event: dict[str, Any]) -> None:
        if asked := self._pending.get(event["requestId"]):
            asked.sent = event["headers"]

    def _failed(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._pending:
            self._keep_failed(event["requestId"], event.get("errorText") or "cancelled")
        elif event.get("errorText") == _BROKEN and event["requestId"] in self._urls:
            self.broken.append(f"{self._urls[event['requestId']]}: {event['errorText']}")

    def _no_socket(self, event: dict[str, Any]) -> None:
        if not self._over:
            self._keeper.socket(event["url"], self._meta("GET", event["url"], False))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except PageGone:
            pass  # what was under way is kept as failed at the end
        except Exception as error:
            self._stop(error)

    def _stop(self, error: Exception) -> None:
        if not self.over.done():
            self.over.set_exception(error)
            self.over.exception()  # somebody will look, or the page is over anyway

    # -- before a request is made

    async def _ask(self, event: dict[str, Any]) -> None:
        request = event["request"]
        url, method = request["url"], request["method"]
        if urlsplit(url).scheme in ("data", "blob", "about"):
            await self._cdp.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            return
        document, main = event["resourceType"] == "Document", event["frameId"] == self._frame
        meta = self._meta(method, url, document and main)
        most = self._crawler.settings.getint("REDIRECT_MAX_TIMES") + 1
        self._documents[event["frameId"]] += document
        on_and_on = self._documents[event["frameId"]] > most
        try:
            if on_and_on:
                raise NotAllowed(f"{url}: it leads on and on, {most} pages one after the other")
            if document and not main:
                await self._framed.opens(event["frameId"], url, self.main.facts.url if self.main else "")
            await self._allowed(method, url, meta)
            await self._admit(_key(event), request, meta)
        except (NotAllowed, RobotsRefusal) as refusal:
            # An aborted page leaves the one that is there in its place.
            answer = {"requestId": event["requestId"], "errorReason": "Aborted" if document else "BlockedByClient"}
            await self._cdp.send("Fetch.failRequest", answer)
            self.refused[urlsplit(url).hostname or url.partition(":")[0]] += 1
            if document and main and (self.main is None or on_and_on):
                self._stop(refusal)
            elif document and main:
                self.broken.append(str(refusal))
            return
        await self._cdp.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    async def _allowed(self, method: str, url: str, meta: dict[str, Any]) -> None:
        # A browser asks beforehand (OPTIONS) whether another site's page may GET something: that is a part of it.
        hosts = self._framed.hosts
        guard.check("GET" if method == "OPTIONS" else method, url, self._run.source, assets=hosts)
        await self._robots.process_request(Request(url, meta=meta | {"assets": hosts, "verbatim_url": True}))

    async def _admit(self, key: str, request: dict[str, Any], meta: dict[str, Any]) -> None:
        place = self._run.place(request["url"])
        await place.acquire()
        try:
            pace = pace_of(self._crawler)
            await pace.turn(Request(request["url"]))
            await pace.free(request["url"], self._run.ending)
            sent_at = await self._run.admit()
            pace.goes_out(request["url"])
        except BaseException:
            place.release()
            raise
        self._pending[key] = Asked(meta, request, sent_at, asyncio.get_running_loop().time(), place)

    # -- before anybody sees an answer

    async def _answer(self, event: dict[str, Any]) -> None:
        key, identity = _key(event), {"requestId": event["requestId"]}
        if key not in self._pending:  # cut short meanwhile: it was kept so
            await self._cdp.send("Fetch.failRequest", identity | {"errorReason": "Aborted"})
            return
        if "responseErrorReason" in event:
            self._keep_failed(key, f"the browser says {event['responseErrorReason']}")
            await self._cdp.send("Fetch.failRequest", identity | {"errorReason": event["responseErrorReason"]})
            return
        answer = answer_of(event) | await self._heads.of(event.get("networkId"))
        if answer.get("head"):
            answer["head"] = exact(answer["head"], self._tunnel.heads[event["request"]["url"]]) or answer["head"]
        largest = self._crawler.settings.getint("DOWNLOAD_MAXSIZE")
        body, error, cut = await body_of(self._cdp, event, answer, largest)
        early = self._tunnel.cut.pop(event["request"]["url"], None)
        if early is not None and cut != "length":
            error, cut = LONGER if early == "length" else error or "the connection ended before the answer did", early
        seen = await self._keep(key, answer, body, error, cut)
        if seen is None or error:
            await self._cdp.send("Fetch.failRequest", identity | {"errorReason": "Failed"})
            return
        attached = any(name == "content-disposition" and value.startswith("attachment") for name, value in seen.headers)
        itself = event["resourceType"] == "Document" and event["frameId"] == self._frame and not attached
        if itself and seen.parsed.outcome != "redirect":
            self.main = seen
        await self._cdp.send("Fetch.continueRequest", identity)

    async def _keep(self, key: str, answer: dict[str, Any], body: bytes, error: str | None, cut: str | None) -> Seen | None:
        """What the archive made of it; None where it was cut short meanwhile. A page that ends does not end this."""
        asked = self._pending.pop(key, None)
        if asked is None:
            return None
        self._urls[key] = asked.request["url"]
        self._last = asyncio.get_running_loop().time()
        seen = await asyncio.shield(self._keeper.answered(asked, answer, body, error, cut))
        self.seen.append(seen)
        return seen

    def _keep_failed(self, key: str, why: str) -> None:
        if (asked := self._pending.pop(key, None)) is not None:
            self._last = asyncio.get_running_loop().time()
            self._keeper.failed(asked, why)


def _key(event: dict[str, Any]) -> str:
    return str(event.get("networkId") or event["requestId"])
