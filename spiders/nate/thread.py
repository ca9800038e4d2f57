"""The walk of one article's comments at Nate: the list page by page, what is declared before and after, the top of the other
sorts."""

from __future__ import annotations

from archive.capture import Seen
from crawler.errors import Stopping
from crawler.numbered import declared, judge, listing_of, number_of, pages
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Walk
from spiders.nate import urls

SORTS = ("X", "O")  # by 반대 and by 추천 [?]: what readers see is looked at last
TOP_PAGES = 2  # of those: what readers see, and where a comment rises that is voted up, or down


class Thread:
    """Reads one thread for a spider."""

    def __init__(self, spider: SourceSpider, key: str) -> None:
        self._spider, self._run, self._key, self._ref = spider, spider.run, key, f"nate:{key}"

    async def read(self) -> None:
        """Walks the list, looks at the top of the others, and says what is missing."""
        walk, before, answered = Walk(self._run, self._key, "default", self._ref), await self._number("open"), dict[str, int]()
        try:
            why = await pages(
                self._spider, walk, lambda page, rank: self._look(walk, "", page, rank, "walk"), answered=answered
            )
            after = await self._number("recount")
        except Stopping as stop:
            await walk.cut(stop, declared(walk, before, None)[0], replies=False)
            raise
        first, last = declared(walk, before, after)
        await walk.end(why.partition(":")[0] if why.startswith("closed") else why, first, last, replies=False)
        judge(self._spider, walk, why, first, last)
        if walk.announced and self._run.options.replies:
            said = "they are not read: nobody knows how Nate gives them out"
            self._run.gaps.append(Gap("replies", walk.announced, 0, said, self._ref, counts=False))
        if walk.keys:
            for sort in SORTS:
                await self._top(Walk(self._run, self._key, sort, self._ref))

    async def peek(self) -> None:
        """Looks at the newest page, and at the top of each other sort."""
        for sort in ("", *SORTS):
            seen = await self._look(None, sort, 1, 1, "peek")
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                self._spider.broken(self._key, f"the first page of {sort or 'its comments'} could not be read")
                return
            if listing_of(seen) is None:
                return

    async def _top(self, walk: Walk) -> None:
        try:
            why = await pages(
                self._spider, walk, lambda page, rank: self._look(walk, walk.sort, page, rank, "top"), most=TOP_PAGES
            )
        except Stopping as stop:
            await walk.sampled(f"stopped: {stop}")
            raise
        await walk.sampled("sampled" if why == "end" else why)
        if why != "end":
            walk.gap("ranks", None, len(walk.keys), f"the list by {walk.sort} ended early: {why}")

    async def _number(self, why: str) -> int | None:
        """What is declared now; None where that page cannot be read, which the walk then says."""
        url = urls.count_url(self._key)
        return number_of(await self._spider.look(url, "nate.count", article=self._key, side=True, why=why))

    async def _look(self, walk: Walk | None, order: str, page: int, rank: int, why: str) -> Seen | None:
        url, headers = urls.comments_url(self._key, page, order), {"Referer": urls.article_url(self._key)}
        return await self._spider.look(
            url, "nate.comments", article=self._key, walk=walk.uuid if walk else None, headers=headers,
            context={"rank": str(rank)}, why=why,
        )  # fmt: skip
