"""Inven's pages, UTF-8: HTML, and JSON for comments. C: public code of 2019 to 2026-09; unproven."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, field

from archive.capture import Capture
from archive.records import Account, Comment, Cue, Listing, Record
from crawler.addresses import asked
from crawler.board_pages import Post, Rows, Site, entries
from crawler.board_pages import post as post_of
from crawler.json_text import decode
from crawler.markup import attribute, decoded, every, first, has, lines_of, piece, target, tree
from crawler.pages import LayoutError, page
from crawler.places import order_of
from crawler.said import state_of
from crawler.when_boards import read
from spiders.inven import urls

_SITE = Site("inven", "utf-8", urls.article_key, urls.article_url)
_LINK = f".//a[{has('subject-link')}]"
_LIST = Rows(
    known=f"//*[@id='new-board' or {has('board-list')}]",
    rows=f"//tr[not({has('notice')})][{_LINK}]",
    link=_LINK,
    title=f"{_LINK}/text()[normalize-space()]",
    date=f"./td[{has('date')}]",
    counts={"comments": f".//*[{has('con-comment')}]", "views": f"./td[{has('view')}]", "likes": f"./td[{has('reco')}]"},
    paging="p",
    yearless="MM-DD",
)
_HIT = f"//*[{has('articleHit')}]//text()[contains(., '%s')]"
_POST = Post(
    text="//*[@id='powerbbsContent']",
    title=f"//*[{has('articleTitle')}]//h1",
    date=f"//*[{has('articleDate')}]",
    name=f"//*[{has('articleWriter')}]",
    counts={
        "views": _HIT % "조회",
        "likes": f"//*[{has('reqnum')} and {has('reqblue')}]//span",
        "dislikes": f"//*[{has('reqnum')} and {has('reqred')}]//span",
    },
)


class _Ids(Struct):
    cmtidx: int
    cmtpidx: int
    state: str | None = None


class _Row(Struct):
    ids: _Ids = field(name="__attr__")
    o_comment: str
    o_name: str | None = None
    o_date: str | None = None
    o_recommend: int | None = None
    o_notrecommend: int | None = None


class _Number(Struct):
    titlenum: int


class _Block(Struct):
    attr: _Number = field(name="__attr__")
    rows: list[_Row] = field(name="list", default_factory=list)


class _Answer(Struct):
    commentlist: list[_Block]
    message: int = 1


_answer = msgspec.json.Decoder(_Answer, strict=False)


@page("inven.list", version=3, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, the newest first; of its best posts (`my=chu`), the last that became one."""
    best = asked(capture.url).get("my") == "chu"
    yield from entries(capture, _SITE, _LIST, "ranking" if best else "section", urls.label(capture.url))


@page("inven.search", version=4, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits: as a board shows its posts.

    A search looks through a range of posts at a time (C). The cue `step`: where the range before this one is. U: its link.
    """
    yield from entries(capture, _SITE, _LIST, "search", asked(capture.url).get("keyword", ""))
    links = every(tree(decoded(capture, "utf-8")), "//a[contains(@href, 'sterm=')][contains(., '다음')]")
    before = (target(link, capture.url) for link in links)
    here = asked(capture.url).get("sterm")
    if (url := next((url for url in before if asked(url).get("sterm", "") not in ("", here)), None)) is not None:
        if urls.label(url) != urls.label(capture.url) or asked(url).get("keyword") != asked(capture.url).get("keyword"):
            raise LayoutError(f"the next range is of another search: {url}", "search")
        yield Cue("step", url)


@page("inven.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counters (views, likes, dislikes)."""
    yield from post_of(capture, _SITE, _POST)


@page("inven.comments", version=4, proof="unproven")
def blocks(capture: Capture) -> Iterator[Record]:
    """The newest comments, or an older block of 100; the form that was posted says which. Block 3 begins with the 201st. The
    best comments, which the answer also has, are among them.
    """
    found = decode(_answer, capture.body)
    if found.message != 1:
        raise LayoutError(f"message {found.message}")
    wanted = int(dict(parse_qsl(capture.context.get("form", ""))).get("titles", "0"))
    last = max((block.attr.titlenum for block in found.commentlist), default=0) // urls.SIZE + 1
    yield Cue("pages", str(last))
    yield Cue("page", str(wanted // urls.SIZE or last))
    rows = [row for block in found.commentlist if block.attr.titlenum == wanted for row in block.rows]
    if wanted and not rows:
        raise LayoutError(f"0 rows in block {wanted}", "empty")
    if rows:
        order = order_of([str(row.ids.cmtidx) for row in rows])
        rank = max(1, wanted - urls.SIZE + 1) if wanted else (last - 1) * urls.SIZE + 1
        yield Listing(urls.SORT, order, rank, tuple([_comment(row, capture.received_at) for row in rows]))


def _comment(row: _Row, seen_at: int) -> Comment:
    """A comment; its words are HTML that was escaped twice. C: a state other than Y hides it; why nobody says."""
    body, shown = piece(unescape(row.o_comment)), row.ids.state in (None, "Y")
    text = lines_of(body)
    return Comment(
        key=str(row.ids.cmtidx),
        text=text if shown else None,
        account=Account(row.o_name, row.o_name, provider="nickname") if row.o_name else None,
        parent=str(row.ids.cmtpidx) if row.ids.cmtpidx not in (0, row.ids.cmtidx) else None,
        created=read(row.o_date, seen_at),
        likes=row.o_recommend,
        dislikes=row.o_notrecommend,
        state="visible" if shown else state_of(text, someone=False),
        attachment=attribute(first(body, ".//img[@src]"), "src"),
    )
