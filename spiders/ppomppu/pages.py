"""Ppomppu's pages: HTML in EUC-KR, which is CP949 in truth, and comments as JSON in UTF-8. C: public code of 2025 and 2026;
unproven."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account, Article, Comment, Cue, Listing, Record
from crawler import numbers, when_boards
from crawler.board_pages import LISTED, Post, Rows, Site, entries
from crawler.board_pages import post as post_of
from crawler.board_rows import Row, posts
from crawler.feeds import Item, items
from crawler.hidden import need_shown
from crawler.json_text import Id, decode
from crawler.markup import attribute, first, has, lines_of, piece
from crawler.pages import page
from crawler.places import first_rank, order_of
from crawler.said import state_of
from spiders.ppomppu import urls

_SITE = Site("ppomppu", urls.CHARSET, urls.article_key, urls.article_url)
_HEAD = "//*[@id='topTitle']"
_LIST = Rows(
    known="//*[@id='revolution_main_table']",
    rows=f"//*[@id='revolution_main_table']//tr[{has('baseList')}]",
    link=f".//a[{has('baseList-title')}]",
    title=f".//a[{has('baseList-title')}]",
    date=f".//time[{has('baseList-time')}]",
    counts={"comments": f".//*[{has('baseList-c')}]", "views": f".//td[{has('baseList-views')}]"},
    votes=f".//td[{has('baseList-rec')}]",
)
_HITS = Rows(
    known=f"//*[{has('results_board')}]",
    rows=f"//*[{has('results_board')}]//*[{has('conts')}]//*[{has('content')}]",
    link=f".//*[{has('title')}]//a",
    title=f".//*[{has('title')}]//a",
    date=f".//*[{has('desc')}]//span[3]",
    summary=".",
    paging="page_no",
)
_NUMBER = "//*[@id='{0}'] | //*[%s][not(//*[@id='{0}'])]"  # by its id, else the button that has it
_POST = Post(
    text=f"//td[{has('board-contents')}] | //*[{has('JS_ContentMain')}]",
    title=f"{_HEAD}//h1/text()[normalize-space()]",  # without the number of comments behind it
    date=f"{_HEAD}//li[starts-with(normalize-space(.), '등록일')]",
    name=f"{_HEAD}//*[{has('topTitle-name')}]//*[{has('baseList-name')}]//img[@alt]"
    f" | {_HEAD}//*[{has('topTitle-name')}]//*[{has('baseList-name')}][not(.//img[@alt])]",
    counts={
        "views": f"{_HEAD}//li[starts-with(normalize-space(.), '조회')]",
        "likes": (_NUMBER % has("btn_recommand")).format("vote_list_btn_txt"),
        "dislikes": (_NUMBER % has("btn_different")).format("vote_anti_list_btn_txt"),
        "comments": f"{_HEAD}//h1//*[@id='comment']",
    },
)
_FEED = ("comments", "views", "likes", "dislikes")  # `<hits>[12|345|6|0]`


class _Meta(Struct):
    time_display: str | None = None


class _Votes(Struct):
    vote_count: int | str | None = None
    anti_vote_count: int | str | None = None  # U: the page itself had a number of that name


class _Blocked(Struct):
    block_message: str | None = None


class _Row(Struct):
    no: Id
    name: str | None = None  # both are pieces of HTML
    memo: str | None = None
    meta: _Meta | None = None
    vote_btn: _Votes | None = None
    block_status: _Blocked | None = None
    sub_cmt: list[_Row] | None = None


class _List(Struct):
    comments: list[_Row]
    total_page: int | None = None


_list = msgspec.json.Decoder(_List)


@page("ppomppu.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counts (views, likes, dislikes, comments)."""
    yield from post_of(capture, _SITE, _POST)


@page("ppomppu.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments with their replies, the oldest first; the cue `pages` is how many pages there are."""
    found = decode(_list, capture.body)
    yield Cue("pages", str(found.total_page or 1))
    rows = tuple(_flat(found.comments, None, capture.received_at))
    need_shown(rows, "a name")
    if rows:
        order = order_of([each.key for each in rows if each.parent is None])
        yield Listing(LISTED, order, first_rank(capture.context), rows)


def _flat(rows: list[_Row], parent: str | None, seen_at: int) -> Iterator[Comment]:
    for row in rows:
        yield _comment(row, parent, seen_at)
        yield from _flat(row.sub_cmt or [], str(row.no), seen_at)


def _comment(row: _Row, parent: str | None, seen_at: int) -> Comment:
    name, text = _name(row.name), _shown(row.memo)
    blocked = row.block_status.block_message if row.block_status and not text else None
    state = "blinded" if blocked else state_of(text, someone=name is not None)
    votes = row.vote_btn or _Votes()
    likes, dislikes = (numbers.read(str(n)) for n in (votes.vote_count, votes.anti_vote_count))
    counted = (("likes", likes), ("dislikes", dislikes))
    date = row.meta.time_display if row.meta else None
    return Comment(
        key=str(row.no),
        text=text if state in ("visible", "unknown") else None,
        account=Account(name, name, provider="nickname") if name else None,
        parent=parent,
        created=when_boards.read(date, seen_at),
        likes=likes.value if likes else None,
        dislikes=dislikes.value if dislikes else None,
        state=state,
        rounded=tuple([(metric, each.raw) for metric, each in counted if each and each.precision == "rounded"]),
    )


def _shown(html: str | None) -> str | None:
    return lines_of(piece(html)) or None if html else None  # it may hold nothing that is a page


def _name(html: str | None) -> str | None:
    """A name that is written, or a picture that says it."""
    return _shown(html) or (attribute(first(piece(html), "//img[@alt]"), "alt") if html else None)


@page("ppomppu.list", version=4, proof="unproven")
def listed(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of the hot posts."""
    label = urls.label(capture.url)
    yield from entries(capture, _SITE, _LIST, "ranking" if label.startswith("hot") else "section", label)


@page("ppomppu.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits."""
    yield from entries(capture, _SITE, _HITS, "search", urls.searched(capture.url))


@page("ppomppu.rss", version=3, proof="unproven")
def rss(capture: Capture) -> Iterator[Record]:
    """The newest posts of a board, with their counts."""
    yield from posts(
        capture, (_item(each, capture.received_at) for each in items(capture, ("hits",))), "feed", urls.label(capture.url)
    )


def _item(item: Item, seen_at: int) -> Row | None:
    key = urls.article_key(item.link)
    if key is None:
        return None
    numbers_of = item.also.get("hits", "").strip(" []").split("|")
    counts = dict(zip(_FEED, numbers_of, strict=True)) if len(numbers_of) == len(_FEED) else {}
    moment = when_boards.read(item.date, seen_at)
    return Row(Article(key=key, url=urls.article_url(key), kind="post", title=item.title, published=moment), counts)
