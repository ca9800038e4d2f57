"""How a spider shows a page in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crawler import chromium, guard
from crawler.browser import Browser
from crawler.errors import NotAllowed, Stopping
from crawler.robots import RobotsRefusal
from crawler.rounds import LOOK, told
from crawler.shown import Shown, Wish

if TYPE_CHECKING:
    from crawler.spider import SourceSpider


async def browse(
    spider: SourceSpider,
    url: str,
    page: str,
    *,
    kind_of: Callable[[str, str], str] | None = None,
    shows: str | None = None,
    click: str | None = None,
    until: str | None = None,
    screenshot: bool = False,
    side: bool = False,
    **meta: Any,
) -> Shown:
    """Opens a URL in the browser, waits until it is quiet, and keeps the page, every request that it makes, the DOM of each of
    its frames, and a picture of the whole page if `screenshot`.

    `page` is the page kind of the document. `kind_of(method, url)` gives that of everything else; for what is rendered the
    method is DOM or SCREENSHOT, the URL that of the frame (default: `SOURCE.part`, `SOURCE.dom`, `SOURCE.screenshot`, which
    no parser reads). `shows` is the page kind of the DOM of the source's `frame`, and of that of the page itself where it has
    no such frame: so a look that did not bring it is known as one. `click` is a CSS selector of what is clicked if it is there
    (a pane that opens), `until` one of what must appear in some frame, soon after all is quiet. `meta` as for `look`: article,
    walk, why, listed, context.
    Raises Stopping and WriteFailed. With a problem the run is broken, but for a `side` page.
    """
    if spider.ending():
        raise Stopping(spider.run.stopping or "shutdown")
    if (due := LOOK.get()) is not None:
        meta |= told(due, meta)

    def own(method: str, url: str) -> str:
        return f"{spider.source.name}.{method.lower() if method in ('DOM', 'SCREENSHOT') else 'part'}"

    meta |= {"page": page, "side": side}
    shown = await _shown(spider, Wish(spider.source, url, meta, kind_of or own, shows, click, until, screenshot))
    if shown.problem is not None:
        spider.logger.warning("%s: %s", url, shown.problem)
        spider.not_fetched(url, page, side, shown.problem, meta.get("article"))
    if shown.page is not None:
        spider.looked.set()
        if shown.page.parsed.outcome == "refused":
            raise Stopping("blocked")
    return shown


async def _shown(spider: SourceSpider, wish: Wish) -> Shown:
    try:
        guard.check("GET", wish.url, spider.source)
        if spider.browser is None:
            if (path := chromium.find()) is None:
                return Shown(problem=chromium.MISSING)
            spider.browser = Browser(spider.crawler, path)
        return await spider.browser.show(wish)
    except (NotAllowed, RobotsRefusal) as refusal:
        return Shown(problem=str(refusal))
