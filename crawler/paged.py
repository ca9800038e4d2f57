"""The walk of a comment list that is read page by page, with the replies on the same pages as the comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archive.capture import Seen
from archive.records import Count, Listing
from crawler.alarms import WALK
from crawler.errors import Stopping
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Declared, Walk


class Paged:
    """Reads one article's comments for a spider. `url` gives the address of page 1, 2, ... of kind `page`.

    What its parser says: the counts `comments` (with the replies) and `replies`, the cue `next_page` where another page
    follows (0: none), the cue `closed` where the site shows no comments, with its reason. A list without `declares` has no
    counts.
    """

    def __init__(
        self,
        spider: SourceSpider,
        key: str,
        page: str,
        sort: str,
        url: Callable[[int], str],
        *,
        headers: Mapping[str, str],
        declares: bool = True,
    ) -> None:
        self._spider, self._run, self._key, self._page, self._sort, self._url = spider, spider.run, key, page, sort, url
        self._headers, self._declares, self._ref = dict(headers), declares, f"{spider.source.name}:{key}"
        self._before: Declared | None = None
        self._after: Declared | None = None
        self._closed = ""

    async def read(self) -> None:
        """Walks the list and says what is missing."""
        walk = Walk(self._run, self._key, self._sort, self._ref, declares=self._declares)
        try:
            why = await self._pages(walk)
        except Stopping as stop:
            await walk.cut(stop, self._before, self._run.options.replies)
            raise
        await walk.end(why, self._before, self._after, self._run.options.replies)
        self._judge(walk, why)

    async def peek(self) -> None:
        """Looks at the first page."""
        seen = await self._look(1, None, "peek")
        if seen is None or seen.parsed.outcome not in ("ok", "empty"):
            self._spider.broken(self._key, f"the first page of its comments could not be read: {self._unread(seen)}")

    async def _pages(self, walk: Walk) -> str:
        """Reads page by page; why it ended."""
        number, rank, size, idle = 1, 1, 0, False
        answered = dict[str, int]()  # by comment: one that was pushed on to the next page is announced once
        while True:
            seen = await self._look(number, walk, "walk", rank)
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                return self._unread(seen)
            said = self._spider.cues(seen)
            self._after = _numbers(seen) or self._after
            self._before = self._before or self._after
            if "closed" in said:
                self._closed = said["closed"]
                return "closed"
            listing = next((record for record in seen.parsed.records if isinstance(record, Listing)), None)
            if listing is None:
                return "end"
            # A few of the page before once more: new comments pushed them on, while this walk went the other way.
            added, shown = walk.add(listing), len(listing.comments)
            if not added and (idle or shown >= size):
                self._run.alarm("repeat", f"{self._ref}: page {number} brings only comments seen before", seen)
                return "repeated page"
            size, idle = shown, not added
            walk.sort = listing.sort
            answered |= {each.key: each.replies for each in listing.comments if each.parent is None and each.replies}
            walk.announced = sum(answered.values())
            rank += len(listing.comments)
            number = int(said.get("next_page", "0"))
            if not number:
                return "end"

    def _judge(self, walk: Walk, why: str) -> None:
        declared, read = self._after or self._before, len(walk.keys) + len(walk.replies)
        if declared is not None:
            self._run.collected += read
            self._run.declared += declared[0]
        if why == "closed":
            number = declared[0] if declared and read else None
            gap = Gap("comments", number, read or None, f"closed: {self._closed}", self._ref, counts=read > 0)
            self._run.gaps.append(gap)  # a list that closes in the middle is not whole
            return
        if why != "end":
            self._spider.broken(self._key, f"its comment list ended early: {why}")
            walk.gap("comments", declared[0] if declared else None, read, why)
        elif not (walk.has_comments(self._before, self._after) and walk.has_replies(self._before, self._after)):
            number = declared[0] if declared else None
            walk.gap("comments", number, read, "the list ended with another number")
            said = f"{number} are declared" if declared else f"{walk.announced} replies are announced"
            self._run.alarm("count", f"{self._ref}: {read} comments in a list where {said}", page=WALK, about=self._key)

    def _unread(self, seen: Seen | None) -> str:
        return self._spider.unread(seen, self._key)

    async def _look(self, number: int, walk: Walk | None, why: str, rank: int = 1) -> Seen | None:
        return await self._spider.look(
            self._url(number),
            self._page,
            article=self._key,
            walk=walk.uuid if walk else None,
            headers=self._headers,
            context={"rank": str(rank)},
            why=why,
        )


def _numbers(seen: Seen) -> Declared | None:
    counts = {record.metric: record.value for record in seen.parsed.records if isinstance(record, Count)}
    return (counts["comments"], counts.get("replies")) if "comments" in counts else None
