"""Ruliweb's pages, UTF-8. C: public code of 2026; unproven."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct, structs

from archive.capture import Capture
from archive.records import Cue, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.board_pages import Items, Post, Rows, Site, comments, count_in, entries
from crawler.board_pages import post as post_of
from crawler.json_text import decode
from crawler.markup import first, has, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.ruliweb import urls

_SITE = Site("ruliweb", "utf-8", urls.article_key, urls.article_url)
_LIST = Rows(
    known=f"//table[{has('board_list_table')}]",
    rows=f"//table[{has('board_list_table')}]//tr[{has('table_body')}][not({has('notice')} or {has('best')})]",
    link=f".//td[{has('subject')}]//a[@href]",
    title=f".//*[{has('text_over')}] | .//td[{has('subject')}]//a[@href][not(.//*[{has('text_over')}])]",
    date=f".//td[{has('time')}]",
    counts={
        "comments": f".//*[{has('num_reply')}]",
        "likes": f".//td[{has('recomd')}]",
        "views": f".//td[{has('hit')}]",
    },
)
_HITS = Rows(
    known=f"//*[{has('search_result')}]",  # U
    rows=f"//a[{has('subject_link')}]/ancestor::*[self::li or self::tr or self::div][1]",
    link=f".//a[{has('subject_link')}]",
    title=f".//a[{has('subject_link')}]",
    date=f".//*[{has('time')}]",
    summary=".",
)
_POST = Post(
    text=f"//*[{has('view_content')}]",
    title=f"//*[{has('subject_text')}]//*[{has('subject_inner_text')}]",
    date=f"//*[{has('user_info')}]//*[{has('regdate')}]",
    name=f"//*[{has('user_info')}]//*[{has('nick')}]",
    counts={
        "views": f"//*[{has('user_info')}]//*[starts-with(normalize-space(.), '조회')]",
        "likes": f"//*[{has('like_value')}]",
        "dislikes": f"//*[{has('dislike_value')}]",
        "comments": f"//*[{has('reply_count')}]",
    },
)
_ITEMS = Items(
    each=f"//tr[{has('comment_element')}][not(ancestor-or-self::*[{has('best')}])]",
    number="id",
    text=f".//*[{has('text_wrapper')}]//*[{has('text')}]",
    date=f".//*[{has('time')}]",
    name=f".//*[{has('nick')}]",
    likes=f".//*[{has('btn_like')}]//*[{has('num')}]",
    dislikes=f".//*[{has('btn_dislike')}]//*[{has('num')}]",
    level=f"number(boolean(self::*[{has('child')}]))",
)


class _View(Struct):
    view: str
    success: bool | int | str | None = None


_view = msgspec.json.Decoder(_View)


@page("ruliweb.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counts (views, likes, dislikes, comments), and the comments that its page shows: all, or of many the last, on
    a page without a number (0 of 0), beside which the others have numbers from 1. Copies of the best ones, which stand in the
    list, too, are no comments."""
    root = yield from post_of(capture, _SITE, _POST)
    if root is None:
        return
    declared = numbers.read(count_in(words(first(root, _POST.counts["comments"]))))
    found = next(comments(root, _ITEMS, capture), None)
    shown = len(found.comments) if found else 0
    missing = max(0, declared.value - shown) if declared else 0
    if found:  # without the right number nobody knows whether these are all, or the last: then they prove nobody's absence
        known = declared is not None and declared.value >= shown
        yield structs.replace(found, rank=missing + 1, order=found.order if known else "votes")
    if missing:
        yield from (Cue("page", "0"), Cue("pages", "0"), Cue("next_page", "1"))


@page("ruliweb.comments", version=4, proof="unproven")
def older(capture: Capture) -> Iterator[Record]:
    """One page of comments; the form that was posted says which. Behind the last one there is none."""
    found = decode(_view, capture.body)
    if found.success in (False, 0, "false"):
        raise LayoutError("success: false")
    listed = list(comments(tree(found.view), _ITEMS, capture, first_rank(capture.context))) if found.view.strip() else []
    here = numbers.read(capture.context.get("number"))
    yield Cue("next_page", str(here.value + 1) if here and listed else "0")
    yield from listed


@page("ruliweb.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of a best list."""
    label = urls.label(capture.url)
    yield from entries(capture, _SITE, _LIST, "ranking" if label.startswith("best") else "section", label)


@page("ruliweb.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits."""
    yield from entries(capture, _SITE, _HITS, "search", asked(capture.url).get("q", ""))
