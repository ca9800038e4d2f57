"""Talk (타임톡), which only a browser shows: kept as it stands at one moment. Two days after publication it is taken away."""

from __future__ import annotations

from archive.records import Article, Listing
from crawler import chromium
from crawler.errors import Stopping
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Walk
from spiders.daum import urls
from spiders.daum.source import SOURCE
from spiders.daum.talk_pages import PANE, SORT

_OVER = "closed: its 48 hours are over, and what was said there can no longer be read"


class Talk:
    """Reads the talk of one article for a spider. It declares no number, so no reading of it is ever a complete one."""

    def __init__(self, spider: SourceSpider, article: Article) -> None:
        self._spider, self._run, self._article, self._ref = spider, spider.run, article, f"daum:{article.key}"

    def ready(self) -> Talk | None:
        """Itself; None, and the run says so, where there is no browser to read it with."""
        if chromium.find() is not None or self._over():
            return self
        self._gap(chromium.MISSING, counts=True)
        return None

    async def read(self) -> None:
        """Shows the pane and reads what stands in it. One that is closed is no empty one: the walk's end says which."""
        walk = Walk(self._run, self._article.key, SORT, self._ref, declares=False)
        if self._over():
            self._gap(_OVER)
            await walk.sampled("closed")
            return
        try:
            why = await self._look("walk", walk)
        except Stopping as stop:
            await walk.sampled(f"stopped: {stop}")
            raise
        await walk.sampled(why)

    async def peek(self) -> None:
        """The same: the pane has only one page."""
        await self._look("peek")

    async def _look(self, why: str, walk: Walk | None = None) -> str:
        """How it went: `sampled`, `empty`, `closed`, `unread`."""
        key = self._article.key
        shown = await self._spider.browse(
            urls.article_url(key), "daum.article", shows="daum.talk", click=SOURCE.opens, until=PANE,
            article=key, walk=walk.uuid if walk else None, why=why, side=True,
        )  # fmt: skip
        seen = shown.pane
        if seen is None or seen.parsed.outcome not in ("ok", "empty"):
            because = shown.problem or self._spider.unread(seen, key)
            refused = "; not asked: " + ", ".join(sorted(shown.refused)) if shown.refused else ""
            self._spider.broken(key, f"its talk was not shown: {because}{refused}")
            return "unread"
        if shown.problem is not None:
            self._spider.broken(key, f"its talk may not be whole: {shown.problem}")
        said = self._spider.cues(seen)
        if "closed" in said:
            self._gap(f"closed: {said['closed']}")
            return "closed"
        listing = next((record for record in seen.parsed.records if isinstance(record, Listing)), None)
        found = len(listing.comments) if listing else 0
        if "unread" in said:
            unread = int(said["unread"])
            more = "entries of an unknown shape: their bytes are kept"
            self._run.gaps.append(Gap("talk", found + unread, found, more, self._ref, capture=seen.record))
        if listing is not None and walk is not None:
            walk.add(listing)
            self._run.collected += found
        return "sampled" if listing else "empty"

    def _over(self) -> bool:
        published = self._article.published
        return published is not None and self._run.clock.now_us() // 1000 >= published.end + SOURCE.forgets["talk"]

    def _gap(self, why: str, *, counts: bool = False) -> None:
        self._run.gaps.append(Gap("talk", None, None, why, self._ref, counts))
