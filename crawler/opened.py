"""A page that is open in the browser: it is loaded until it is quiet, and what it then shows is kept."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import Error as BrowserError
from playwright.async_api import Frame, Page
from scrapy import Request

from archive.capture import Exchange, Seen
from crawler.page_tap import PageTap
from crawler.run import Run
from crawler.shown import Shown, Wish

QUIET = 0.5  # seconds without a request, after which a page has loaded what it wants
APPEARS = 10.0  # seconds without a request, after which what has not appeared will not
LAST = 10.0  # seconds for what a page shows when its time is up
_BOTTOM = "window.scrollTo(0, document.documentElement.scrollHeight)"  # some sites load comments when they are looked at


async def load(page: Page, tap: PageTap, wish: Wish) -> str | None:
    """Waits until a page has loaded what it wants; why not all of it is there. Raises BrowserError where there is no page."""
    await page.goto(wish.url, wait_until="domcontentloaded", timeout=0)
    await page.evaluate(_BOTTOM)
    await _quiet(tap)
    if wish.click is not None and (found := await page.query_selector(wish.click)) is not None:
        await found.evaluate("element => element.click()")  # as it is, seen or not
        await _quiet(tap)
    if wish.until is not None:
        while not await _has(page, wish.until):
            if tap.quiet(APPEARS):
                return f"{wish.url}: no {wish.until} appeared"
            await asyncio.sleep(QUIET / 5)
        await _quiet(tap)
    return None


async def _quiet(tap: PageTap) -> None:
    while not tap.quiet(QUIET):
        await asyncio.sleep(QUIET / 5)


async def _has(page: Page, selector: str) -> bool:
    for frame in page.frames:
        with contextlib.suppress(BrowserError):  # it was just leaving
            if await frame.query_selector(selector) is not None:
                return True
    return False


async def keep_shown(run: Run, page: Page, wish: Wish, shown: Shown, largest: int) -> None:
    """Keeps what the page shows now: each frame's DOM, and a picture if it is wanted. Raises TimeoutError, and BrowserError,
    also where one of them has more than `largest` bytes."""
    async with asyncio.timeout(LAST):
        frames = [each for each in page.frames if each.url.startswith(("http://", "https://")) and not each.is_detached()]
        names = [await _name(frame) for frame in frames]
        pane = names.index(wish.source.frame) if wish.source.frame and wish.source.frame in names else 0
        for place, frame in enumerate(frames):
            at = run.clock.now_us()
            html = _fit((await frame.content()).encode("utf-8", "replace"), frame.url, largest)
            wanted = wish.shows if place == pane else None
            seen = await _keep(run, "DOM", frame.url, html, at, wish, wanted)
            shown.pane = seen if wanted is not None else shown.pane
        if wish.screenshot:
            at = run.clock.now_us()
            picture = await page.screenshot(full_page=True, timeout=0)
            shown.screenshot = await _keep(run, "SCREENSHOT", page.url, _fit(picture, page.url, largest), at, wish)


def _fit(made: bytes, url: str, largest: int) -> bytes:
    if len(made) > largest:
        raise BrowserError(f"{url}: what it shows is longer than DOWNLOAD_MAXSIZE allows")
    return made


async def _name(frame: Frame) -> str | None:
    """The name that the page gives a frame; a frame may call itself otherwise."""
    return await (await frame.frame_element()).get_attribute("name") if frame.parent_frame is not None else ""


async def _keep(run: Run, method: str, url: str, body: bytes, at: int, wish: Wish, kind: str | None = None) -> Seen:
    meta = wish.meta_of(method, url, kind=kind)
    facts = run.facts(Request(url, method=method, meta=meta | {"verbatim_url": True}))
    facts.sent, facts.fidelity = at, "rendered"
    return await asyncio.shield(run.keep(Exchange(facts=facts, body=body)))
