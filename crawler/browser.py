"""A browser for what only a browser can show: one for a run, begun when it is first needed, one page at a time.

Playwright moves it; what it loads, and what it makes of that, goes the way of every other exchange into the archive.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as BrowserError
from scrapy import Request
from scrapy.crawler import Crawler

from archive.capture import Exchange
from crawler import chromium, opened
from crawler.errors import Stopping
from crawler.page_tap import PageTap
from crawler.run import Run, run_of
from crawler.shown import Shown, Wish
from crawler.tunnel import Tunnel

LONGEST = 90.0  # seconds for a page, with all that it loads
PAGES = 20  # in one context: what a page leaves behind there grows
MOST_MEMORY = 1500 << 20  # bytes
_WATCH = 1.0  # seconds between two looks at its memory
_CLOSING = 5.0  # seconds that it gets to close something, before it is killed
_ANSWERS = 30.0  # seconds for each thing that it is told before a page is opened


class Browser:
    """The browser of one run."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler, self._path = crawler, path
        self._run: Run = run_of(crawler)
        self._one = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._context: BrowserContext | None = None
        self._pages = 0  # that the context has had
        self._port = 0  # of the tunnel
        self._pids: list[int] = []  # the browser's own process first
        self._killed: str | None = None  # why
        self._unstarted: str | None = None  # why
        self._tap: PageTap | None = None
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._tunnel = Tunnel(self._run.connect_to, self, self._largest)

    def host(self, name: str) -> bool:
        """For the tunnel: whether the page asks for something there."""
        return self._tap is not None and self._tap.host(name)

    def request(self, method: str, url: str) -> bool:
        """For the tunnel: whether the page asks for just that."""
        return self._tap is not None and self._tap.request(method, url)

    async def show(self, wish: Wish) -> Shown:
        """Opens a page, and keeps all that it loads and shows. Raises Stopping, WriteFailed, NotAllowed, RobotsRefusal; what
        the page or the browser did wrong is the problem of what is shown."""
        async with self._one:
            task = asyncio.ensure_future(self._show(wish))
            self._run.under_way.add(task)
            try:
                return await task
            except asyncio.CancelledError:
                if not task.cancelled() or not self._run.ending():
                    raise
                raise Stopping(self._run.stopping or "shutdown") from None
            finally:
                self._run.under_way.discard(task)

    async def _show(self, wish: Wish) -> Shown:
        shown = Shown()
        try:
            async with self._page(wish) as (page, tap):
                shown.problem = await self._ended(page, tap, wish) or next(iter(tap.broken), None)
                problem = await self._rendered(page, wish, shown)
                shown.problem = shown.problem or problem
        except Exception as error:
            if not isinstance(error, (BrowserError, OSError)) and type(error) is not Exception:  # what a dead driver raises
                raise
            shown.problem = self._said(error)
            if self._tap is None and not self._run.ending():
                await self._unopened(wish, shown.problem)
        finally:
            left, self._tap = self._tap, None
            self._tunnel.heads.clear()
            self._tunnel.cut.clear()
        if left is not None:
            shown.page, shown.refused = left.main, left.refused
            shown.parts = [seen for seen in left.seen if seen is not shown.page]
        return shown

    async def _unopened(self, wish: Wish, problem: str) -> None:
        """Keeps that a look was tried and there was no browser for it, as a failed attempt at what it wanted to see."""
        meta = wish.meta | {"page": wish.shows or wish.meta["page"], "verbatim_url": True}
        facts = self._run.facts(Request(wish.url, meta=meta))
        facts.sent, facts.error = self._run.clock.now_us(), problem
        await asyncio.shield(self._run.keep(Exchange(facts=facts)))

    @contextlib.asynccontextmanager
    async def _page(self, wish: Wish) -> AsyncIterator[tuple[Page, PageTap]]:
        """A new page and its tap; what it leaves under way is kept as failed."""
        context = await self._in_time(self._ready())
        page = await self._in_time(context.new_page())
        cdp = await self._in_time(context.new_cdp_session(page))
        tap = self._tap = PageTap(self._crawler, cdp, self._tunnel, wish.meta_of)
        watching = asyncio.ensure_future(self._watch())
        try:
            await self._in_time(tap.begin())
            yield page, tap
        except BrowserError as error:
            self._said(error)  # what is under way ended so
            raise
        finally:
            watching.cancel()
            try:
                await tap.end(self._killed or "the page was closed before it was answered")
            finally:
                await self._closed(page.close())

    async def _ended(self, page: Page, tap: PageTap, wish: Wish) -> str | None:
        """Waits until the page has loaded what it wants; why it has not. Raises BrowserError where there is no page."""
        loading = asyncio.ensure_future(opened.load(page, tap, wish))
        try:
            done, _ = await asyncio.wait((loading, tap.over), timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
            if tap.over in done:
                tap.over.result()
            if not done:
                return f"{wish.url}: not whole within {LONGEST:.0f} s"
            return loading.result()
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    async def _rendered(self, page: Page, wish: Wish, shown: Shown) -> str | None:
        """Keeps what the page shows now; why that could not be."""
        try:
            await opened.keep_shown(self._run, page, wish, shown, self._largest)
        except TimeoutError:
            return f"{wish.url}: what it shows could not be had within {opened.LAST:.0f} s"
        except BrowserError as error:
            return self._said(error)
        return None

    # -- the browser itself

    async def _in_time(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What it answers. Kills it, and raises OSError, where it does not."""
        try:
            return await asyncio.wait_for(work, _ANSWERS)
        except TimeoutError:
            self._kill("the browser did not answer, and was killed")
            raise OSError(self._killed) from None

    async def _ready(self) -> BrowserContext:
        if self._unstarted is not None:  # in this run: the next one tries again
            raise OSError(self._unstarted)
        if self._chromium is None or self._killed is not None or not self._chromium.is_connected():
            await self._begin()
        assert self._chromium is not None
        if self._context is not None and self._pages >= PAGES:
            await self._closed(self._context.close())
            self._context = None
        if self._context is None:
            self._context, self._pages = (
                await self._chromium.new_context(
                    service_workers="block", accept_downloads=False, locale="ko-KR", timezone_id="Asia/Seoul"
                ),
                0,
            )
        self._pages += 1
        return self._context

    async def _begin(self) -> None:
        if self._playwright is not None:
            await self._closed(self._playwright.stop())
        self._playwright = await async_playwright().start()
        self._port = self._port or await self._tunnel.open()
        self._context, self._killed = None, None
        try:
            self._chromium = await self._playwright.chromium.launch(
                executable_path=self._path,
                args=chromium.switches(self._port, self._crawler.settings["USER_AGENT"]),
                chromium_sandbox=os.geteuid() != 0,  # which root cannot have
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except BrowserError as error:
            lines = str(error).splitlines()
            why = next((line for line in lines if "FATAL" in line or "sandbox!" in line), lines[0])
            self._unstarted = f"{self._path} does not start: {why.strip()}"
            raise OSError(self._unstarted) from None
        self._pids = await chromium.processes(self._chromium)

    async def _watch(self) -> None:
        """Kills the browser when it takes too much memory: a page can be without an end."""
        while True:
            await asyncio.sleep(_WATCH)
            with contextlib.suppress(Exception):  # it is dying, or busy, and whoever waits for it will say so
                self._pids = await asyncio.wait_for(chromium.processes(self._chromium), _CLOSING)
            if (used := chromium.memory(self._pids)) > MOST_MEMORY:
                self._kill(f"the browser took {used >> 20} MB, more than {MOST_MEMORY >> 20} MB, and was killed")

    def _kill(self, why: str) -> None:
        self._killed = self._killed or why
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._pids = []

    async def _closed(self, closing: Any) -> None:
        """Waits for something to close; a browser that cannot is killed."""
        try:
            await asyncio.wait_for(closing, _CLOSING)
        except TimeoutError:
            self._kill("the browser did not answer and was killed")
        except Exception:
            self._kill("the browser is gone")  # or nobody knows: then it is now

    def _said(self, error: Exception) -> str:
        """What went wrong in the browser, in one line."""
        first = str(error).strip().partition("\n")[0]
        if self._pids and ("has been closed" in first or "Connection closed" in first):
            self._kill("the browser died")
        return self._killed or first.removeprefix("Page.goto: ")

    async def close(self) -> None:
        """Ends it and everything that belongs to it. Never raises."""
        if self._chromium is not None:
            await self._closed(self._chromium.close())
        if self._playwright is not None:
            await self._closed(self._playwright.stop())
        await self._tunnel.close()
