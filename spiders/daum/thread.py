"""The walk of one alex thread: list pages by offset until the end mark, the replies, the declared counts before and after."""

from __future__ import annotations

from archive.capture import Seen
from archive.records import Article, Comment, Count, Listing
from crawler.errors import Stopping
from crawler.spider import SourceSpider
from crawler.walk import Walk, within
from spiders.daum import urls

LIMIT = 100  # C: what everybody uses; the site's own widget asks for 3 and then 10
REPLIES_GIVEN_UP = 10  # failed reply lists in a row after which the site is not asked further


class Thread:
    """Reads one thread for a spider. Declared numbers are (all comments, replies of them)."""

    def __init__(self, spider: SourceSpider, article: Article, cues: dict[str, str]) -> None:
        self._spider, self._run, self._article, self._cues = spider, spider.run, article, cues
        self.headers = {"Referer": urls.article_url(article.key)}
        self._post = ""
        self._before: tuple[int, int] | None = None
        self._after: tuple[int, int] | None = None
        self._replies_why = "the lists ended with another number"

    async def authorize(self, *, side: bool = False) -> bool:
        """Gets the token that the site gives every reader. Where it is `side`, only the reactions need it."""
        url, key = urls.token_url(self._cues["client_id"]), self._article.key
        seen = await self._spider.look(url, "daum.token", article=key, headers=self.headers, side=side, why="open")
        token = self._spider.cues(seen).get("token") if seen else None
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"
        return token is not None

    async def open(self) -> bool:
        """Gets a token, and the post with what it declares. False: the thread cannot be read."""
        for _ in range(2):  # a token ends after 12 hours; a second one is asked for once
            if not await self.authorize():
                return False
            seen = await self._look(urls.post_url(self._cues["post_key"]), "daum.post", why="open")
            if seen is None or seen.status != 401:
                break
        self._before = _numbers(seen)
        self._post = self._spider.cues(seen).get("post", "") if seen else ""
        return bool(self._post)

    async def read(self) -> None:
        """Walks the list, and once more in another sort where the rows and the declared numbers differ."""
        walk, why = await self._sweep("RECOMMEND")
        if why == "end" and not self._agrees(walk):
            again, why = await self._sweep("LATEST", walk.parents_read)
            again.keys |= walk.keys if not self._agrees(again) else set()
            again.replies |= walk.replies
            again.unread |= walk.unread
            again.announced = max(again.announced, walk.announced)
            walk = again
        self._judge(walk, why)

    async def peek(self) -> None:
        """Looks at the first page of each sort: its newest comments and the top of its ranking."""
        for sort in ("LATEST", "RECOMMEND"):
            seen = await self._look(urls.list_url(self._post, 0, LIMIT, sort), "daum.comments")
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                self._spider.broken(self._article.key, f"the first page of {sort} could not be read")
                return
            declared = self._before[0] - self._before[1] if self._before else 0
            if declared > 0 and _listing(seen) is None:
                said = f"daum:{self._article.key}: nothing on the first page of {sort}, and {declared} comments are declared"
                self._run.alarm("empty", said, seen)
            self._heed(seen)

    def _heed(self, seen: Seen) -> None:
        """What is odd about a page: the rows are right, and kept; their places are not."""
        if (said := self._spider.cues(seen).get("unsorted")) is not None:
            self._run.alarm("sort", f"daum:{self._article.key}: unsorted: {said}", seen)

    def _agrees(self, walk: Walk) -> bool:
        return within(len(walk.keys), self._before, self._after, lambda declared: declared[0] - declared[1])

    def _judge(self, walk: Walk, why: str) -> None:
        declared = self._after or self._before
        self._run.collected += len(walk.keys) + len(walk.replies)
        self._run.declared += declared[0] if declared else 0
        if why != "end":
            self._spider.broken(self._article.key, f"its comment list ended early: {why}")
        if not self._agrees(walk):
            top = declared[0] - declared[1] if declared else None
            walk.gap("comments", top, len(walk.keys), why if why != "end" else "the lists ended with another number")
        if self._run.options.replies and not walk.has_replies(self._before, self._after):
            walk.gap("replies", declared[1] if declared else None, len(walk.replies), self._replies_why)

    async def _sweep(self, sort: str, known: set[str] | None = None) -> tuple[Walk, str]:
        walk = Walk(self._run, self._article.key, sort, f"daum:{self._article.key}")
        replies = self._run.options.replies
        try:
            why, parents = await self._pages(walk, sort)
            if replies:
                await self._replies(walk, [p for p in parents if p.key not in (known or ())])
            self._after = _numbers(await self._look(urls.post_url(self._cues["post_key"]), "daum.post"))
        except Stopping as stop:
            await walk.cut(stop, self._before, replies)
            raise
        await walk.end(why, self._before, self._after, replies)
        return walk, why

    async def _pages(self, walk: Walk, sort: str) -> tuple[str, list[Comment]]:
        offset, parents, first = 0, list[Comment](), set[str]()
        while True:
            seen = await self._look(urls.list_url(self._post, offset, LIMIT, sort), "daum.comments", walk)
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                return self._spider.unread(seen, self._article.key), parents
            listing = _listing(seen)
            if listing is None:
                return "end", parents
            self._heed(seen)
            keys = {comment.key for comment in listing.comments}
            if walk.add(listing) == 0:
                if len(keys) < LIMIT and not keys & first:  # the last rows once more: new or climbing ones pushed them on
                    return "end", parents
                said = f"daum:{self._article.key}: the page at {offset} brings only comments seen before"
                self._run.alarm("repeat", said, seen)
                return "repeated page", parents
            first = first or keys
            offset += len(listing.comments)
            parents += [comment for comment in listing.comments if comment.replies]
            walk.announced = sum(parent.replies or 0 for parent in parents)

    async def _replies(self, walk: Walk, parents: list[Comment]) -> None:
        failed = 0
        for parent in parents:
            offset = 0
            while True:
                seen = await self._look(urls.children_url(parent.key, offset, LIMIT), "daum.children", walk)
                listing = _listing(seen)
                if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                    failed += 1
                    walk.unread = True
                    self._replies_why = f"reply lists could not be read ({seen.status if seen else 'no answer'})"
                    break
                failed = 0
                self._heed(seen)
                if listing is None or walk.add(listing) == 0:
                    break
                offset += len(listing.comments)
            walk.parents_read.add(parent.key)
            if failed >= REPLIES_GIVEN_UP:
                self._replies_why += f", {failed} in a row"
                return

    async def _look(self, url: str, page: str, walk: Walk | None = None, why: str = "walk") -> Seen | None:
        return await self._spider.look(
            url, page, article=self._article.key, walk=walk.uuid if walk else None, headers=self.headers, why=why
        )


def _listing(seen: Seen | None) -> Listing | None:
    return next((r for r in seen.parsed.records if isinstance(r, Listing)), None) if seen else None


def _numbers(seen: Seen | None) -> tuple[int, int] | None:
    counts = {r.metric: r.value for r in seen.parsed.records if isinstance(r, Count)} if seen else {}
    return (counts["comments"], counts["replies"]) if "replies" in counts else None
