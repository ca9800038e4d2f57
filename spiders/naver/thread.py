"""The walk of one article's comments (cbox): every comment by the newest first, the replies, and the top of the ranked list."""

from __future__ import annotations

from archive.capture import Seen
from archive.records import Count, Listing
from crawler.alarms import WALK
from crawler.errors import Stopping
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Walk, within
from spiders.naver import urls

TOP_PAGES = 2  # of the ranked list: what a reader sees, and where a comment falls that is voted down
REPLIES_GIVEN_UP = 10  # failed reply lists in a row after which the site is not asked further
_FLAGS = {"unsorted": "sort", "suspect_time": "time"}  # cues that are alarms; the rows are right, and kept
_END = ("end", "closed")
_OTHER = "the list ended with another number"


class Thread:
    """Reads one thread for a spider. Declared numbers are (all comments, replies of them), deleted ones among them."""

    def __init__(self, spider: SourceSpider, key: str) -> None:
        self._spider, self._run, self._key, self._ref = spider, spider.run, key, f"naver:{key}"
        self._before: tuple[int, int] | None = None
        self._after: tuple[int, int] | None = None
        self._sorts: list[str] = []
        self._flagged: set[str] = set()
        self._answered: dict[str, int] = {}  # comments with replies, and how many
        self._replies_why: str | None = None
        self.closed: str | None = None

    async def read(self) -> None:
        """Walks the list and says what is missing."""
        walk, replies = Walk(self._run, self._key, "NEW", self._ref), self._run.options.replies
        try:
            why = await self._pages(walk, "NEW")
            if replies and why == "end":
                walk.announced = sum(self._answered.values())
                await self._replies(walk)
        except Stopping as stop:
            await walk.cut(stop, self._before, replies)
            raise
        await walk.end(why, self._before, self._after, replies)
        self._judge(walk, why)
        if walk.keys and "FAVORITE" in self._sorts and walk.sort != "FAVORITE":
            await self._top(Walk(self._run, self._key, "FAVORITE", self._ref))

    async def peek(self) -> None:
        """Looks at the newest page, and at the top of the ranked list where there is one."""
        sorts = ["NEW", "FAVORITE"]
        while sorts:
            sort = sorts.pop(0)
            seen = await self._look(urls.comments_url(self._key, sort), "naver.comments", None, 1, "peek")
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                self._spider.broken(self._key, f"the first page of {sort} could not be read")
                return
            if "closed" in self._heed(seen, top=True) or "FAVORITE" not in self._sorts:
                return

    async def _top(self, walk: Walk) -> None:
        """Looks at the first pages of the ranked list."""
        try:
            why = await self._pages(walk, "FAVORITE", most=TOP_PAGES, step="top")
        except Stopping as stop:
            await walk.sampled(f"stopped: {stop}")
            raise
        await walk.sampled("sampled" if why in _END else why)
        if why not in _END:
            walk.gap("ranks", None, len(walk.keys), f"the ranked list ended early: {why}")

    async def _pages(self, walk: Walk, sort: str, parent: str | None = None, most: int = 0, step: str = "walk") -> str:
        """Reads a list by its cursor (by page numbers where it has none, as in 2021); why it ended."""
        cursor, page, rank = None, 1, 1
        while True:
            url = urls.comments_url(self._key, sort, cursor=cursor, parent=parent, page=page)
            seen = await self._look(url, "naver.replies" if parent else "naver.comments", walk, rank, step)
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                return self._spider.unread(seen, self._key)
            said = self._heed(seen, top=parent is None)
            if "closed" in said:
                self.closed = said["closed"]
                return "closed"
            if "sort_refused" in said:  # the press allows only others: its own is read whole, too
                sort = walk.sort = said["sort"]
            listing = next((record for record in seen.parsed.records if isinstance(record, Listing)), None)
            if listing is None:
                return "end"
            if walk.add(listing) == 0:
                self._run.alarm("repeat", f"{self._ref}: the {sort} page at {rank} brings only comments seen before", seen)
                return "repeated page"
            rank += len(listing.comments)
            cursor = said.get("next")
            page = int(said.get("next_page", "0")) if cursor is None else 1
            last = cursor == said["end"] if "end" in said else rank > int(said.get("rows", "0"))
            if (cursor is None and not page) or (cursor is not None and last) or rank > most * 100 > 0:
                return "end"

    def _heed(self, seen: Seen, *, top: bool) -> dict[str, str]:
        """What a page says beside its comments: declared numbers, sorts, replies, and what is odd about it."""
        said = self._spider.cues(seen)
        for name, alarm in _FLAGS.items():
            if name in said and name not in self._flagged:  # once: it may be true of all pages
                self._flagged.add(name)
                self._run.alarm(alarm, f"{self._ref}: {seen.facts.url}: {name}: {said[name][:200]}", seen)
        if top:
            self._sorts = said.get("sorts", "").split() or self._sorts
            self._after = _numbers(seen) or self._after
            self._before = self._before or self._after
            self._answered |= {
                key: int(number) for each in said.get("answered", "").split() for key, _, number in (each.partition(":"),)
            }
        return said

    async def _replies(self, walk: Walk) -> None:
        failed = 0
        for parent in list(self._answered):
            why = await self._pages(walk, walk.sort, parent)
            failed = 0 if why == "end" else failed + 1
            if failed:
                walk.unread = True
                said = f"{why}: {self.closed}" if why == "closed" else why
                self._replies_why = f"reply lists could not be read: {said}"
            if failed >= REPLIES_GIVEN_UP:
                self._replies_why = f"{self._replies_why}, {failed} in a row"
                return

    def _judge(self, walk: Walk, why: str) -> None:
        declared = self._after or self._before
        self._run.collected += len(walk.keys) + len(walk.replies)
        self._run.declared += declared[0] if declared else 0
        if why == "closed":
            read = len(walk.keys) + len(walk.replies)  # a list that closes in the middle is not whole
            number = declared[0] if declared and read else None
            gap = Gap("comments", number, read or None, f"closed: {self.closed}", self._ref, counts=read > 0)
            self._run.gaps.append(gap)
            return
        if why != "end":
            self._spider.broken(self._key, f"its comment list ended early: {why}")
        if not within(len(walk.keys), self._before, self._after, lambda numbers: numbers[0] - numbers[1]):
            top = declared[0] - declared[1] if declared else None
            walk.gap("comments", top, len(walk.keys), why if why != "end" else _OTHER)
            if why == "end":
                self._miscounted(f"{len(walk.keys)} comments in a list that declares {top}")
        if why == "end" and self._run.options.replies and not walk.has_replies(self._before, self._after):
            walk.gap("replies", declared[1] if declared else None, len(walk.replies), self._replies_why or _OTHER)
            if self._replies_why is None:
                self._miscounted(f"{len(walk.replies)} replies where {declared and declared[1]} are declared")

    def _miscounted(self, what: str) -> None:
        self._run.alarm("count", f"{self._ref}: {what}", page=WALK, about=self._key)

    async def _look(self, url: str, page: str, walk: Walk | None, rank: int, why: str) -> Seen | None:
        headers = {"Referer": urls.comment_view_url(self._key)}
        context = {"rank": str(rank)}
        return await self._spider.look(
            url, page, article=self._key, walk=walk.uuid if walk else None, headers=headers, context=context, why=why
        )


def _numbers(seen: Seen) -> tuple[int, int] | None:
    """(all, replies) as the page declares them; with includeAllStatus deleted ones are among them."""
    counts = {record.metric: record.value for record in seen.parsed.records if isinstance(record, Count)}
    for end in (".with_deleted", ""):
        if f"comments{end}" in counts and f"replies{end}" in counts:
            return counts[f"comments{end}"], counts[f"replies{end}"]
    return None
