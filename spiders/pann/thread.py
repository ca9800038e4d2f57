"""The walk of one post's comments: the list by numbers until its last page repeats, the replies, what the post declares."""

from __future__ import annotations

from archive.capture import Seen
from crawler.errors import Stopping
from crawler.numbered import declared, judge, listing_of, number_of, pages
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Walk
from spiders.pann import urls

REPLIES_GIVEN_UP = 10  # failed reply lists in a row after which the site is not asked further
_NO_FORM = ("layout", "http status 404", "http status 405", "http status 410")  # that address is not what it was


class Thread:
    """Reads one thread for a spider."""

    def __init__(self, spider: SourceSpider, key: str) -> None:
        self._spider, self._run, self._key, self._ref = spider, spider.run, key, f"pann:{key}"
        self._answered: dict[str, int] = {}
        self._replies_why = "the lists ended with another number"

    async def read(self) -> None:
        """Walks the list and its replies, and says what is missing."""
        before, replies = number_of(self._run.memory.last_page(self._key, "pann.post")), self._run.options.replies
        walk, after = Walk(self._run, self._key, "W", self._ref), None
        try:
            why = await self._list(walk, before)
            if not _whole(walk, before):
                after = number_of(await self.post("recount"))
                why = "end" if why == "repeated page" and _whole(walk, after) else why
            if replies and why == "end":
                await self._replies(walk)
        except Stopping as stop:
            await walk.cut(stop, declared(walk, before, None)[0], replies)
            raise
        first, last = declared(walk, before, after)
        await walk.end("closed" if why.startswith("closed") else why, first, last, replies)
        judge(self._spider, walk, why, first, last)
        if replies and why == "end" and not walk.has_replies(first, last):
            walk.gap("replies", walk.announced, len(walk.replies), self._replies_why)

    async def peek(self) -> None:
        """Looks at the post (votes, best comments), at the list's first page, and at its last where the newest stand there."""
        if await self.post("peek") is None:
            return
        seen = await self._ajax(None, 1, 1, "peek")
        listing = listing_of(seen)
        if seen is None or seen.parsed.outcome not in ("ok", "empty"):
            self._spider.broken(self._key, "the first page of its comments could not be read")
        elif listing is not None and listing.order == "asc" and (last := int(self._spider.cues(seen)["pages"])) > 1:
            await self._ajax(None, last, (last - 1) * len(listing.comments) + 1, "peek")

    async def post(self, why: str) -> Seen | None:
        """The post's page."""
        return await self._spider.look(urls.article_url(self._key), "pann.post", article=self._key, why=why)

    async def _list(self, walk: Walk, before: int | None) -> str:
        whole, answered = lambda: _whole(walk, before), self._answered
        why = await pages(self._spider, walk, lambda n, rank: self._ajax(walk, n, rank), whole=whole, answered=answered)
        if walk.keys or not why.startswith(_NO_FORM):
            return why
        said = f"its list could not be read ({why}): that of phones is, which shows no votes"
        self._run.gaps.append(Gap("votes", None, None, said, self._ref, counts=False))
        walk.sort = "N"
        return await pages(self._spider, walk, lambda n, rank: self._phone(walk, n, rank), whole=whole, answered=answered)

    async def _replies(self, walk: Walk) -> None:
        failed = 0
        for parent, number in self._answered.items():
            known = len(walk.replies)

            async def look(page: int, rank: int, parent: str = parent) -> Seen | None:
                return await self._phone(walk, page, rank, parent)

            why = await pages(self._spider, walk, look, whole=lambda k=known, n=number: len(walk.replies) - k >= n)  # type: ignore[misc]
            failed = 0 if why in ("end", "repeated page") else failed + 1
            if failed:
                walk.unread = True
                self._replies_why = f"reply lists could not be read: {why}"
            if failed >= REPLIES_GIVEN_UP:
                self._replies_why += f", {failed} in a row"
                return

    async def _ajax(self, walk: Walk | None, page: int, rank: int, why: str = "walk") -> Seen | None:
        headers = {"Referer": urls.article_url(self._key), "X-Requested-With": "XMLHttpRequest"}
        return await self._spider.look(
            urls.COMMENTS, "pann.comments", article=self._key, walk=walk.uuid if walk else None, headers=headers,
            form=urls.comments_form(self._key, page), context={"rank": str(rank)}, why=why,
        )  # fmt: skip

    async def _phone(self, walk: Walk, page: int, rank: int, parent: str | None = None) -> Seen | None:
        url, kind = (urls.replies_url(self._key, parent, page), "pann.replies") if parent else (
            urls.mobile_url(self._key, page), "pann.mobile")  # fmt: skip
        return await self._spider.look(url, kind, article=self._key, walk=walk.uuid, context={"rank": str(rank)}, why="walk")


def _whole(walk: Walk, number: int | None) -> bool:
    """Whether the comments read are as many as declared, with or without their replies."""
    return number in (len(walk.keys), len(walk.keys) + walk.announced)
