"""The comments of a Rhymix board as JSON, which it gives to who has its session and names the post's page as Referer. R: Rhymix
2.1.35 of 2026-11; how further pages are asked for: C."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Comment, Cue, Listing, Record
from crawler import when_boards
from crawler.json_text import decode
from crawler.markup import lines_of, piece
from crawler.pages import LayoutError
from crawler.places import first_rank, order_of
from crawler.said import gone
from spiders.rhymix.comment_rows import LISTED, member, put
from spiders.rhymix.post_pages import HIDDEN

ACT = "dispBoardContentCommentList"
_OURS = re.compile("ERR_|CSRF")  # our request was wrong: it says nothing about the post


class Row(Struct, gc=False):
    comment_srl: int
    document_srl: int
    content: str | None = None
    parent_srl: int = 0
    member_srl: int = 0
    nick_name: str | None = None
    is_secret: str | None = None  # Y
    voted_count: int | None = None
    blamed_count: int | None = None  # votes against are below zero here
    regdate: str = ""


class Answer(Struct):
    error: int = 0
    message: str = ""
    errorDetail: str = ""
    comment_list: list[Row] | None = None


_YES = "Y"
_answer = msgspec.json.Decoder(Answer)


def asked(post: str, mid: str | None, page: int) -> str:
    """What is posted for a page of comments."""
    return json.dumps({"act": ACT, "document_srl": post, "cpage": page} | ({"mid": mid} if mid else {}), separators=(",", ":"))


def refused(detail: str, message: str) -> Cue:
    """Why there is no list, in the site's words: it is for members, or the post is gone. Raises LayoutError for all else: our
    request was wrong, or the site has a trouble that passes."""
    said = ": ".join(filter(None, (detail, message))) or "no list"
    if _OURS.search(detail) or not (HIDDEN.search(message) or gone(message)):
        raise LayoutError(f"the list is not given out: {said}")
    return Cue("closed", said)


def comments(capture: Capture, post: str) -> Iterator[Record]:
    """One page. Nobody says how many there are: the one behind the last is empty."""
    answer = decode(_answer, capture.body)
    if answer.error or answer.comment_list is None:
        yield refused(answer.errorDetail, answer.message)
        return
    if other := next((row.document_srl for row in answer.comment_list if str(row.document_srl) != post), None):
        raise LayoutError(f"foreign thread: comments of {other} for {post}", "foreign")
    number = int(capture.context.get("number", "1"))
    yield Cue("next_page", str(number + 1) if answer.comment_list else "0")
    if answer.comment_list:
        found = tuple([_comment(row, capture) for row in answer.comment_list])
        order = order_of([each.key for each in found if each.parent is None])
        yield Listing(LISTED, order, first_rank(capture.context), found)


def _comment(row: Row, capture: Capture) -> Comment:
    """C: of one that is secret or deleted the words are the site's own; which of the two it is the answer may not say."""
    text = lines_of(piece(row.content)) if row.content and row.content.strip() else None
    shown = row.is_secret != _YES and not put(text or "", str(row.member_srl))
    return Comment(
        key=str(row.comment_srl),
        text=text if shown else None,
        account=member(str(row.member_srl), row.nick_name, capture.article or ""),
        parent=str(row.parent_srl) if row.parent_srl else None,
        created=when_boards.read(row.regdate, capture.received_at),
        likes=row.voted_count,
        dislikes=abs(row.blamed_count) if row.blamed_count is not None else None,
        state="visible" if shown else "placeholder",
    )
