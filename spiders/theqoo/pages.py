"""TheQoo's pages: posts and lists as Rhymix has them, and comments as JSON of its own. C: public code of 2025 and 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Comment, Cue, Listing, Record, State
from crawler import when_boards
from crawler.addresses import asked
from crawler.json_text import Id, decode
from crawler.markup import lines_of, piece
from crawler.pages import LayoutError, page
from crawler.places import first_rank, order_of
from spiders.rhymix import list_pages, post_pages
from spiders.rhymix import urls as of_board
from spiders.rhymix.comment_rows import LISTED, put
from spiders.rhymix.json_pages import refused
from spiders.theqoo import urls

_SLACK = 300_000  # by which its clock and ours may differ
_VEIL = re.compile(r"1\s*시간\s*이내")  # U: the words that stand there meanwhile


class Row(Struct, gc=False):
    srl: Id
    ct: str | None = None
    rd: str = ""  # 14 digits


class Answer(Struct):
    error: int = 0
    message: str = ""
    errorDetail: str = ""
    comment_list: list[Row] | None = None
    now_comment_page: str | int | None = None


_answer = msgspec.json.Decoder(Answer)


@page("theqoo.post", version=4, proof="unproven", statuses=post_pages.STATUSES)
def post(capture: Capture) -> Iterator[Record]:
    """A post; its comments are asked for elsewhere."""
    key = urls.article_key(capture.url)
    if key is None or capture.article not in (None, key):
        raise LayoutError(f"the address names {key or 'no post'}, not {capture.article}", "foreign" if key else None)
    yield from post_pages.post(capture, key, urls.article_url(key, capture.url), urls.THEQOO)


@page("theqoo.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments. The last is given where the number 0 is asked for, and says its own: what stands before it is at
    least a comment a page."""
    answer = decode(_answer, capture.body)
    if answer.error or answer.comment_list is None:
        yield refused(answer.errorDetail, answer.message)
        return
    here, number = str(answer.now_comment_page or ""), capture.context.get("number", "0")
    rank = first_rank(capture.context)
    if here.isdecimal() and len(here) < 7:
        rank = max(rank, int(here)) if number == "0" else rank
        yield Cue("page", here)
        yield Cue("pages", here)  # at least
    elif number == "0" and answer.comment_list:
        raise LayoutError("the last page of comments does not say its number")
    found = tuple([_comment(row, capture.received_at) for row in answer.comment_list])
    if found:
        yield Listing(LISTED, order_of([each.key for each in found]), rank, found)


def _comment(row: Row, seen_at: int) -> Comment:
    created = when_boards.read(row.rd, seen_at)
    text = lines_of(piece(row.ct)) if row.ct and row.ct.strip() else None
    young = created is None or seen_at < created.end + urls.VEILED + _SLACK
    veiled = (young and _VEIL.search(text or "") is not None) or put(text or "", None)
    state: State = "placeholder" if veiled else "visible" if text is not None else "unknown"
    return Comment(str(row.srl), None if veiled else text, created=created, state=state)


@page("theqoo.list", version=3, proof="unproven")
def board(capture: Capture) -> Iterator[Record]:
    """A list of posts; a post in hot was raised there."""
    found = of_board.board_of([urls.THEQOO], capture.url)
    mid = found[1] if found else ""
    yield from list_pages.listed(capture, _post_of, "ranking" if mid == "hot" else "section", mid)


@page("theqoo.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """A page of hits."""
    yield from list_pages.listed(capture, _post_of, "search", asked(capture.url).get("search_keyword", ""))


def _post_of(link: str) -> tuple[str, str] | None:
    key = urls.article_key(link)
    return (key, urls.article_url(key, link)) if key is not None else None
