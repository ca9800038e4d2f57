"""Bobaedream's pages, UTF-8. C: public code of 2019 to 2026-09; unproven. U: the comments that a post's page lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

from lxml.html import HtmlElement
from msgspec import structs

from archive.capture import Capture
from archive.records import Cue, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.board_pages import Items, Post, Rows, Site, comments, count_in, entries
from crawler.board_pages import post as post_of
from crawler.markup import decoded, first, has, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.bobaedream import urls

_SITE = Site("bobaedream", "utf-8", urls.article_key, urls.article_url)
_LIST = Rows(
    known="//tr[@itemscope]",
    rows=f"//tr[@itemscope][not({has('notice')} or {has('best')} or {has('mall')})]",  # those stand above every page
    link=f".//a[{has('bsubject')}]",
    title=f".//a[{has('bsubject')}]/@title | .//a[{has('bsubject')}][not(@title)]",
    date=f"./td[{has('date')}]",
    counts={"comments": f".//*[{has('totreply')}]", "likes": f"./td[{has('recomm')}]", "views": f"./td[{has('count')}]"},
    yearless="MM/DD",
)
_HITS = structs.replace(_LIST, known="//table")  # of a search that finds nothing
_HEAD = f"//*[{has('countGroup')}]"
_POST = Post(
    text=f"//*[{has('bodyCont')}]",
    title="//strong[@itemprop='name']",
    date=f"({_HEAD})[1]/text()[last()]",
    name=f"//*[{has('writerProfile')}]//*[{has('nickName')}]",
    counts={"views": f"{_HEAD}/em[1]", "likes": f"{_HEAD}/em[2]", "comments": f"//*[{has('comm2')}]"},
)
_VOTES = f"..//*[{has('updownbox')}]//a[starts-with(normalize-space(.), '%s')]"
_ITEMS = Items(
    each="//dd[starts-with(@id, 'small_cmt_')][not(preceding-sibling::dd[starts-with(@id, 'small_cmt_')])]",
    number="id",
    text=".",
    date=f"../dt//*[{has('date')}]",
    name=f"../dt//*[{has('author')}]",
    likes=_VOTES % "추천",
    dislikes=_VOTES % "반대",
    gone=f"ancestor::li[1][{has('deleted')} or {has('blocked')}]",
)
_MORE = re.compile(rf"{re.escape(urls.COMMENTS)}\?[^\s\"'<>)]{{1,300}}")


@page("bobaedream.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, the newest first; of the best posts (`best`), the last that became one."""
    board = urls.label(capture.url)
    yield from entries(capture, _SITE, _LIST, "ranking" if board == "best" else "section", board)


@page("bobaedream.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits: as a board shows its posts."""
    yield from entries(capture, _SITE, _HITS, "search", asked(capture.url).get("s_key", ""))


@page("bobaedream.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counters (views, likes, comments), and the comments that its page shows: all, or of more than 100 the newest.

    C: 155 are on two pages, of 100 and 55, of which the post's page shows the second. The cue `more`: where it gets the others.
    """
    root = yield from post_of(capture, _SITE, _POST)
    if root is None:
        return
    declared = numbers.read(count_in(words(first(root, _POST.counts["comments"]))))
    found = next(comments(root, _ITEMS, capture), None)
    shown = len(found.comments) if found else 0
    others = declared.value - shown if declared else 0
    if found:  # without the right number nobody knows whether these are all, or the newest: then they prove nobody's absence
        known = declared is not None and others >= 0
        yield structs.replace(found, rank=max(others, 0) + 1, order=found.order if known else "votes")
    if others > 0:
        yield from _more(capture, root)


@page("bobaedream.comments", version=4, proof="unproven")
def older(capture: Capture) -> Iterator[Record]:
    """One page of the other comments. U: that it looks as the post's page does."""
    text = decoded(capture, "utf-8")
    if "cmt" not in text:
        raise LayoutError("no comments")
    yield from comments(tree(text), _ITEMS, capture, first_rank(capture.context))


def _more(capture: Capture, root: HtmlElement) -> Iterator[Record]:
    """The addresses of comments that a post's page names, outside of what people wrote; its own comments are the page behind
    those."""
    said = " ".join(root.xpath("//@onclick | //@href | //script/text()"))
    named = (urljoin(urls.SITE, unescape(path)) for path in _MORE.findall(said))
    if more := list(dict.fromkeys(url for url in named if urls.named(url) == urls.named(capture.url))):
        yield Cue("more", " ".join(more))
        yield Cue("page", str(len(more) + 1))
        yield Cue("pages", str(len(more) + 1))
