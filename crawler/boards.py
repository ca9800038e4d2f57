"""A community board: a post, and its comments in any of the ways in which boards give them out.

    all on the post's page                      Board(post="clien.post")
    on the post's page, and more by number      Board(post=..., comments=..., ask=ask)
    somewhere else: JSON or pieces of HTML,     Board(post=..., comments=..., ask=ask, inline=False)
      by GET or POST, with what the post's page says

`crawler.board_spider` is the spider of them all; docs/add-a-source.md has an example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from archive.capture import Listed, Seen
from archive.records import DELETED, Article, Listing
from crawler.errors import Stopping
from crawler.numbered import judge, listing_of, number_of
from crawler.spider import SourceSpider
from crawler.walk import Declared, Walk

MOST_PAGES = 5000  # of one thread
_MARKS = DELETED | {"placeholder", "blinded"}  # what may stand in a list and not be in the site's number
_TRIES = 2  # pages in a row without a new comment
_XHR = {"X-Requested-With": "XMLHttpRequest"}


class Ask(Struct, frozen=True):
    """One request for comments: GET; POST where it has a `form`, or a text of `json`. The post's page is its Referer."""

    url: str
    form: Mapping[str, str] = {}
    json: str = ""
    page: str = ""  # its kind, where that is not the board's own for comments


class Board(Struct, frozen=True):
    """How a board shows a post and its comments. What its parsers say:

    - of the post's page an Article (`gone` for what an alert calls deleted, `restricted` for what members alone see), its
      counts, `comments` among them;
    - of a page of comments one Listing, without the copies of chosen comments above it (with the sort BEST where those stand
      alone), and the count `comments` where it declares one;
    - the cues `pages` (how many there are), `page` (which this one is, where it was not asked for by number), `next_page`
      (where nobody says how many there are; 0: none), and `closed` (why there are no comments to read).

    What is asked for has the context `number` (of the page), `rank` (the place of its first comment, where that is known), and
    `above`: what the page before it said of itself in a cue of that name.
    """

    post: str  # page kind of a post
    comments: str = ""  # of a page of comments beside it
    # The post's key, a page's number, and the cues of the post's page, with its `url` -> how that page is asked for.
    ask: Callable[[str, int, Mapping[str, str]], Ask] | None = None
    inline: bool = True  # the post's page lists comments, too
    start: int = 1  # the number that is asked for first, where it does not; 0: what the site shows first
    sort: str = "LISTED"  # as its parsers name it
    declares: bool = True  # it says of each post how many comments it has; else a list without a number is taken at its word
    search: str = ""  # page kind of hits
    search_url: Callable[[str, int], str] | None = None  # what is searched for, the page from 1
    list_url: Callable[[str, int], str] | None = None  # a list's own URL, the page from 1
    newest_first: bool = False  # its lists are: they are read no further back than the topic's `since`


class Thread:
    """One post of a board, and the walk of its comments. Where the post's page lists comments, it is a page of the walk, which
    it `begins`, unless one goes on."""

    def __init__(
        self, spider: SourceSpider, board: Board, key: str, address: Callable[[str], str], *, begins: bool = True
    ) -> None:
        self._spider, self._run, self._board, self._key, self._address = spider, spider.run, board, key, address
        self._walk: Walk | None = self._new_walk() if board.inline and begins else None
        self._post: Seen | None = None
        self._before: int | None = None
        self._after: int | None = None
        self._above = dict[int, str]()  # what a page is to know of the one before it, by its number

    async def post(self, why: str, listed: Listed | None = None) -> Seen | None:
        """The post's page."""
        try:
            self._post = await self._look_at_post(why, self._walk, listed)
        except Stopping as stop:
            if self._walk is not None:
                await self._walk.cut(stop, None, self._run.options.replies)
            raise
        return self._post

    async def leave(self, why: str) -> None:
        """Its comments are not to be read: the walk ends where it began."""
        if self._walk is not None:
            await self._walk.sampled(why)

    async def read(self) -> None:
        """Walks all comments, and says what is missing."""
        post = self._post or await self.post("walk")
        article = _article(post)
        if article is None or article.state != "visible":
            await self.leave(article.state if article is not None else self._unread(post))
            if article is None:
                self._spider.broken(self._key, f"its page could not be read: {self._unread(post)}")
            return
        assert post is not None
        walk, replies = self._walk or self._new_walk(), self._run.options.replies
        self._before = number_of(post)
        try:
            why = await self._pages(walk, post)
            if why in ("end", "repeated page") and self._before is not None and not self._whole(walk):
                await self._recount(walk)
                why = "end" if self._whole(walk) else why
        except Stopping as stop:
            await walk.cut(stop, self._declared()[0], replies)
            raise
        await walk.end("closed" if why.startswith("closed") else why, *self._declared(), replies)
        # Who declares one number does not say how many replies are in it: those that were read are.
        first, last = ((n[0], len(walk.replies)) if n is not None else None for n in self._declared())
        judge(self._spider, walk, why, first, last)

    async def peek(self) -> None:
        """The post (its votes), and the page with the newest comments, or the first."""
        post = await self._look_at_post("peek", None)
        if _article(post) is None:
            self._spider.broken(self._key, f"its page could not be read: {self._unread(post)}")
            return
        assert post is not None
        cues, seen, number = self._cues(post), post, 1
        if self._board.ask is None or _state(post) != "visible":
            return
        if not self._board.inline:
            number = self._board.start
            found = await self._ask(number, cues, None, 1, "peek")
            if found is None or found.parsed.outcome not in ("ok", "empty"):
                self._spider.broken(self._key, f"the first page of its comments could not be read: {self._unread(found)}")
                return
            seen = found
        said, listing = self._spider.cues(seen), listing_of(seen)
        here, last = int(said.get("page", number)), int(said.get("pages", "1"))
        if listing is not None and listing.order != "desc" and here < last:
            await self._ask(last, cues, None, (last - here) * len(listing.comments) + 1, "peek")

    async def _pages(self, walk: Walk, post: Seen) -> str:
        """Reads every page that is known of, the lowest number first; why it ended."""
        cues, number = self._cues(post), 1 if self._board.inline else self._board.start
        read, known, barren, rank, following = set[int](), set[int](), 0, 1, 1
        seen: Seen | None = post if self._board.inline else await self._ask(number, cues, walk, rank)
        while True:
            if seen is None or seen.parsed.outcome not in ("ok", "empty"):
                return self._unread(seen)
            said, listing = self._spider.cues(seen), listing_of(seen)
            if "closed" in said:
                return f"closed: {said['closed']}"
            here, count = int(said.get("page", number)), number_of(seen)
            if count is not None and seen is not post:
                self._after = count
            if here == following and listing is not None:  # the pages before it were read in their order
                rank, following = rank + len(listing.comments), following + 1
            if "above" in said:
                self._above[here + 1] = said["above"]
            read |= {here} if seen is post else {here, number}  # a site that has no such page gives another one
            known |= set(range(1, min(int(said.get("pages", "1")), MOST_PAGES) + 1)) | {int(said.get("next_page", "1"))} - {0}
            barren = 0 if listing is not None and _add(walk, listing) else barren + 1
            left = known - read
            if not left or self._board.ask is None:
                self._after = self._before if seen is post else self._after  # the number and all comments are of one moment
                return "end"
            if barren == (_TRIES if self._board.declares else 1):  # no number would show that a page is missing
                return "repeated page"
            if len(read) >= MOST_PAGES:
                return f"only {MOST_PAGES} pages of a thread are read"
            number = min(left)
            seen = await self._ask(number, cues, walk, rank)

    async def _recount(self, walk: Walk) -> None:
        """The post's page once more: what was written meanwhile, and how many there are now."""
        again = await self._look_at_post("recount", self._walk)
        listing, number = listing_of(again), number_of(again)
        if listing is not None and self._board.inline:
            _add(walk, listing)
        self._after = number if number is not None else self._after

    def _new_walk(self) -> Walk:
        ref = f"{self._spider.source.name}:{self._key}"
        return Walk(self._run, self._key, self._board.sort, ref, declares=self._board.declares)

    def _declared(self) -> tuple[Declared | None, Declared | None]:
        first, last = ((n, None) if n is not None else None for n in (self._before, self._after))
        return first, last

    def _whole(self, walk: Walk) -> bool:
        return walk.has_comments(*self._declared())

    def _cues(self, post: Seen) -> dict[str, str]:
        return self._spider.cues(post) | {"url": post.facts.url}

    def _unread(self, seen: Seen | None) -> str:
        return self._spider.unread(seen, self._key)

    async def _look_at_post(self, why: str, walk: Walk | None, listed: Listed | None = None) -> Seen | None:
        url, uuid = self._address(self._key), walk.uuid if walk is not None else None
        return await self._spider.look(url, self._board.post, article=self._key, listed=listed, walk=uuid, why=why)

    async def _ask(self, number: int, cues: Mapping[str, str], walk: Walk | None, rank: int, why: str = "walk") -> Seen | None:
        assert self._board.ask is not None
        ask = self._board.ask(self._key, number, cues)
        kind, context = ask.page or self._board.comments, {"rank": str(rank), "number": str(number)}
        context |= {"above": self._above[number]} if self._above.get(number) else {}
        return await self._spider.look(
            ask.url, kind, article=self._key, walk=walk.uuid if walk else None, why=why, form=ask.form, json=ask.json,
            headers={"Referer": cues["url"], **({} if kind == self._board.post else _XHR)}, context=context,
        )  # fmt: skip


def _add(walk: Walk, listing: Listing) -> int:
    """Counts a page; how many of its comments this walk had not seen."""
    walk.marks |= {each.key for each in listing.comments if each.state in _MARKS}
    return walk.add(listing)


def _article(seen: Seen | None) -> Article | None:
    return next((record for record in seen.parsed.records if isinstance(record, Article)), None) if seen else None


def _state(seen: Seen) -> str:
    article = _article(seen)
    return article.state if article is not None else "unread"
