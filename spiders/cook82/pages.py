"""82cook's pages, UTF-8. C: public code of 2020 to 2026-09; unproven. All comments stand on the post's page, without votes."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Record
from crawler.addresses import asked
from crawler.board_pages import Items, Post, Rows, Site, all_of, comments, entries
from crawler.board_pages import post as post_of
from crawler.markup import has
from crawler.pages import page
from spiders.cook82.urls import article_key, article_url

_SITE = Site("82cook", "utf-8", article_key, article_url)
_TITLE = f"./td[{has('title')}]"
_LINK = f"{_TITLE}//a[contains(@href, 'read.php')][not({has('photolink')} or {has('bbs_title_word')})]"
_LIST = Rows(
    known="//*[@id='bbs']//table",
    rows=f"//*[@id='bbs']//tr[not({has('noticeList')})]",
    link=_LINK,
    title=_LINK,
    date=f"./td[{has('regdate')}]/@title | ./td[{has('regdate')}][not(@title)]",
    counts={"comments": f"{_TITLE}/em", "views": "./td[last()]"},
)
_POST = Post(
    text="//*[@id='articleBody']",
    title=f"//h4[{has('bbstitle')}]",
    date="//*[@id='readHead']//text()[contains(., '작성일')]",
    name=f"//*[@id='readHead']//*[{has('readLeft')}]//strong",
    counts={"views": "//*[@id='readHead']//text()[contains(., '조회수')]", "comments": f"//strong[{has('total_reple')}]"},
)
_ITEMS = Items(
    each=f"//ul[{has('reples')}]/li[{has('rp')}][not(ancestor::li[{has('rp')}])]",
    number="data-rn",
    text="./p",
    date=f".//*[{has('repleFunc')}]//em[not({has('ip')})]",
    name="./h5//strong",
    ip=f".//em[{has('ip')}]",
    gone=f"self::*[{has('delReple')}]",
)


@page("82cook.list", version=3, proof="unproven")
@page("82cook.search", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of a search in one, the newest first."""
    query = asked(capture.url)
    words = query.get("keys", "")
    yield from entries(capture, _SITE, _LIST, "search" if words else "section", words or f"bn {query.get('bn', '')}".strip())


@page("82cook.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counters (views, comments), and all its comments."""
    root = yield from post_of(capture, _SITE, _POST)
    if root is not None:
        yield from all_of(comments(root, _ITEMS, capture), root, _POST)
