"""Ilbe's pages, UTF-8. C: public code of 2019 to 2026-09; unproven. A name may have the beginning of an address behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Cue, Record
from crawler.addresses import asked
from crawler.board_pages import IN_NAME, Items, Post, Rows, Site, comments, entries
from crawler.board_pages import post as post_of
from crawler.markup import decoded, first, has, tree
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.ilbe import urls

_SITE = Site("ilbe", "utf-8", urls.article_key, urls.article_url)
_LIST = Rows(
    known=f"//ul[{has('board-body')}]",
    rows=f"//ul[{has('board-body')}]/li[not({has('notice-line')} or {has('ad-line')} or {has('title-line')})]",
    link=f".//a[{has('subject')}]",
    title=f".//a[{has('subject')}]",
    date=f"./*[{has('date')}]",
    summary=f".//*[{has('content')}]",
    counts={"comments": f".//*[{has('comment')}]/a", "views": f"./*[{has('view')}]", "likes": f"./*[{has('recomm')}]"},
)
_HITS = Rows(
    known=f"//*[{has('search-list')}]",
    rows=f"//*[{has('search-list')}]/ul/li",
    link=f".//a[{has('title')}]",
    title=f".//a[{has('title')}]",
    date=f".//*[{has('date')}]",
    summary=".",
)
_COUNT, _VOTE = f"//*[{has('post-count')}]", f"//*[{has('recomm-vote')}]"
_POST = Post(
    text=f"//*[{has('post-content')}]",
    title=f"//*[{has('post-header')}]/h3",
    date=f"{_COUNT}//*[{has('date')}]",
    name=f"//*[{has('post-header')}]//*[{has('nick')}]",
    counts={
        "likes": f"//*[@id='btn_vote_up']//em | {_VOTE}[not({has('bad')})]/em",
        "dislikes": f"//*[@id='btn_vote_down']//em | {_VOTE}[{has('bad')}]/em",
        "comments": f"{_COUNT}//*[{has('comment-num')}]",
    },
)
_ITEMS = Items(
    each=f"//*[{has('comment-item')}][@id]",
    number="id",
    text=f".//span[{has('cmt')}]",
    date=f".//*[{has('date-line')}]",
    name=f".//*[{has('global-nick')}]",
    ip=IN_NAME,
    likes=".//em[starts-with(@id, 'cnt_good_')]",
    dislikes=".//em[starts-with(@id, 'cnt_bad_')]",
    level="number(@data-depth)",
)
_PAGE = re.compile(r"loadComment\(\s*'?([0-9]{1,6})")


@page("ilbe.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, the newest first; of the best posts (`ilbe`), the last that became one."""
    board = urls.label(capture.url)
    yield from entries(capture, _SITE, _LIST, "ranking" if board == "ilbe" else "section", board)


@page("ilbe.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits in all boards."""
    yield from entries(capture, _SITE, _HITS, "search", asked(capture.url).get("q", ""))


@page("ilbe.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counters (likes, dislikes, comments)."""
    yield from post_of(capture, _SITE, _POST)


@page("ilbe.comments", version=4, proof="unproven")
def pieces(capture: Capture) -> Iterator[Record]:
    """One page of comments: a piece of HTML. C: the depth of a reply. U: that it answers the comment of less depth above it."""
    root = tree(decoded(capture, "utf-8"))
    if first(root, "//*[contains(@class, 'comment')]") is None:
        raise LayoutError("no comments")
    told = (each.partition(":") for each in capture.context.get("above", "").split())
    above = [(float(level), key) for level, _, key in told]
    found = list(comments(root, _ITEMS, capture, first_rank(capture.context), above=above))
    links = " ".join(root.xpath("//@onclick | //@href"))  # without those in a comment's text
    yield Cue("pages", str(max((int(number) for number in _PAGE.findall(links)), default=1)))
    yield from found
    yield Cue("above", " ".join(f"{level:g}:{key}" for level, key in above))
