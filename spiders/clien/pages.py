"""Clien's pages, UTF-8. C: public code of 2026, which measured them; unproven here."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Cue, Record
from crawler.addresses import asked
from crawler.board_pages import Items, Post, Rows, Site, all_of, comments, entries
from crawler.board_pages import post as post_of
from crawler.markup import decoded, has, tree
from crawler.pages import LayoutError, page
from crawler.said import seen
from spiders.clien import urls

_SITE = Site("clien", "utf-8", urls.article_key, urls.article_url)
_LIST = Rows(
    known=f"//*[{has('list_content')}]",
    rows=f"//div[{has('list_item')}][@data-board-sn]",
    link=f".//a[{has('list_subject')}] | .//*[{has('list_subject')}]//a",
    title=f".//*[{has('list_subject')}]",
    date=f".//*[{has('timestamp')}]",
    counts={"comments": "@data-comment-count", "likes": f".//*[{has('list_symph')}]//span", "views": f".//*[{has('hit')}]"},
    paging="po",
)
_OUTSIDE = f"[not(ancestor::*[@class][{has('post_article')} or {has('comment_row')}])]"
_POST = Post(
    text=f"//div[{has('post_article')}]",  # it holds a whole page of its own, <html> and <body>
    title=f"(//h3[{has('post_subject')}]//span)[last()]",
    date=f"//*[{has('view_count')} and {has('date')}]",
    counts={
        "views": f"//*[{has('view_count')}]//strong",
        "likes": f"//a[{has('symph_count')}]//strong",
        "comments": f"//text()[contains(., '댓글')]{_OUTSIDE}/following-sibling::strong[1]",
    },
)
_ITEMS = Items(
    each=f"//*[{has('comment_row')}][@data-comment-sn]",
    number="data-comment-sn",
    text=f".//*[{has('comment_view')}]",
    date=f".//*[{has('comment_time')}]//*[{has('timestamp')}]",
    name=f".//*[{has('nickname')}]//*[@title or @alt]",
    who="data-author-id",
    ip=f".//*[{has('comment_ip')}]//*[{has('ip_address')}]",
    likes=".//strong[starts-with(@id, 'setLikeCount_')]",
    level=f"number(boolean(self::*[{has('re')}]))",
)


@page("clien.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counts (views, likes, comments), and all its comments. C: programs that say what they are get a 404 of living
    posts, too, at times: one is `gone` only where the page says that it was deleted."""
    if capture.status == 404 and "삭제" not in (seen(tree(text)) if (text := decoded(capture, "utf-8")).strip() else ""):
        raise LayoutError("a 404 that does not say that the post was deleted")
    root = yield from post_of(capture, _SITE, _POST)
    if root is not None:
        yield from all_of(comments(root, _ITEMS, capture), root, _POST)


@page("clien.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board's list. Its further pages have a query, which robots.txt forbids: one that was asked for without has
    no cue `next`."""
    asks = "po" in asked(capture.url)
    for record in entries(capture, _SITE, _LIST, "section", urls.board(capture.url) or ""):
        if asks or not (isinstance(record, Cue) and record.name == "next"):
            yield record
