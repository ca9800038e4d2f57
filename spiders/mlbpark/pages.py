"""MLBPark's pages, UTF-8. C: public code of 2025 and 2026; unproven."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Record
from crawler.addresses import asked
from crawler.board_pages import Items, Post, Rows, Site, entries
from crawler.board_pages import comments as comments_of
from crawler.board_pages import post as post_of
from crawler.markup import decoded, first, has, tree
from crawler.pages import LayoutError, page
from spiders.mlbpark import urls

_SITE = Site("mlbpark", "utf-8", urls.article_key, urls.article_url)
_LIST = Rows(
    known=f"//table[{has('tbl_type01')}]",
    rows=f"//table[{has('tbl_type01')}]//tr[.//*[{has('tit')}]]",
    link=f".//*[{has('tit')}]//a[{has('txt')}]",
    title=f".//*[{has('tit')}]//a[{has('txt')}]",
    date=f".//*[{has('date')}]",
    counts={"comments": f".//*[{has('replycnt')}]", "views": f".//*[{has('viewV')}]"},
    paging="p",
    step=urls.ROWS,
)
_HEAD = f"//*[{has('view_head')}]"
_POST = Post(
    text="//*[@id='contentDetail']",
    title=f"//*[{has('titles')}]",
    date=f"//div[{has('text3')}]//span[{has('val')}]",
    counts={
        "likes": "//*[@id='likeCnt']",
        "views": f"{_HEAD}//li[contains(., '조회')]",  # U, as the next
        "comments": f"{_HEAD}//li[contains(., '리플') or contains(., '댓글')]",
    },
)
_ITEMS = Items(
    each=f"//div[{has('other_con')} or {has('my_con')}][starts-with(@id, 'reply_')]",
    number="id",
    text=f".//*[{has('re_txt')}]",
    date=f".//*[{has('date')}]",
    name=f".//*[{has('name')}]",
    ip=f".//*[{has('ip')}]",
)


@page("mlbpark.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counts (likes, views, comments)."""
    yield from post_of(capture, _SITE, _POST)


@page("mlbpark.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """All comments of a post, a piece of a page; nothing at all where there is none."""
    text = decoded(capture, "utf-8")
    if text.strip():
        root = tree(text)
        if first(root, f"//*[{has('reply_list')}] | {_ITEMS.each}") is None:
            raise LayoutError("no comments, and no .reply_list")
        yield from comments_of(root, _ITEMS, capture)


@page("mlbpark.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of the best posts, which shows no counts."""
    label = urls.label(capture.url)
    yield from entries(capture, _SITE, _LIST, "ranking" if label == "best" else "section", label)


@page("mlbpark.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits, which shows their titles only."""
    yield from entries(capture, _SITE, _LIST, "search", asked(capture.url).get("query", ""))
