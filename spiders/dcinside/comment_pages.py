"""DC Inside's comments: JSON, asked with a form. C: public code of 2021 to 2026-08, [?]: from memory; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Comment, Count, Cue, Listing, Record
from crawler.json_text import decode
from crawler.markup import attribute, first, has, lines_of, piece
from crawler.pages import LayoutError, page
from crawler.places import first_rank, order_of
from crawler.said import state_of
from crawler.when_boards import read
from spiders.dcinside.post_pages import named

_Text = str | int | None
_AD_NAMES, _AD_TYPE = ("관리자", "댓글돌이"), "COMMENT_BOY"
_PAGES = re.compile(">\\s*([0-9]{1,5})\\s*<")
_NO = ("", "0", "N", "None", "False")


class _Row(Struct):
    """One row: `c_no` is the comment that it answers where `depth` is 1, `parent` the post's number [?]."""

    no: int | str
    parent: _Text = None
    c_no: _Text = None
    depth: _Text = None
    name: str | None = None
    user_id: str | None = None
    ip: str | None = None
    reg_date: str | None = None
    memo: str | None = None
    is_delete: _Text | bool = None
    del_yn: str | None = None
    nicktype: str | None = None
    voice: object = None


class _Answer(Struct):
    total_cnt: _Text
    comments: list[_Row] | None = None
    pagination: str | None = None


_answer = msgspec.json.Decoder(_Answer, strict=False)


@page("dcinside.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments, the oldest first, each followed by its answers. Advertising among them is only counted (cue `ads`).

    An answer without a byte is what a wrong token or Referer gets: no list, and an alarm.
    """
    form = {name: values[0] for name, values in parse_qs(capture.context.get("form", "")).items()}
    if not capture.body.strip():
        raise LayoutError("an empty answer: the token (e_s_n_o) or the Referer is not accepted", "empty")
    found, post, here = decode(_answer, capture.body), form.get("no"), form.get("comment_page", "1")
    rows, total = found.comments or [], _number(found.total_cnt)
    if total is not None:
        yield Count("comments", total)
    if total and not rows and here == "1":
        raise LayoutError(f"0 rows on page 1 of a list that declares {total}", "empty")
    pages = [int(number) for number in _PAGES.findall(found.pagination or "")]
    yield Cue("pages", str(max([*pages, 1])))
    ads = [row for row in rows if _ad(row)]
    if ads:
        yield Cue("ads", str(len(ads)))
    listed = [row for row in rows if not _ad(row)]
    for row in listed:
        if str(row.depth or 0) == "0" and post is not None and str(row.parent or post) not in (post, "0"):
            raise LayoutError(f"foreign thread: a comment of {row.parent} for {post}", "foreign")
    if listed:
        shown = tuple([_comment(row, capture.received_at) for row in listed])
        order = order_of([comment.key for comment in shown if comment.parent is None])
        yield Listing(sort=form.get("sort", "D"), order=order, rank=first_rank(capture.context), comments=shown)


def _number(text: _Text) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", str(text)) else None


def _ad(row: _Row) -> bool:
    """Whether a row is advertising: of the site itself, without an address; in the dress of a comment [?]."""
    return (row.name in _AD_NAMES and not row.ip and not row.user_id) or row.nicktype == _AD_TYPE


def _comment(row: _Row, seen_at: int) -> Comment:
    """A comment; raises LayoutError for one without a number. No row of this site says how often one was liked. What is deleted
    keeps its number and place."""
    key, memo = str(row.no), row.memo or ""
    if re.fullmatch("[1-9][0-9]{0,17}", key) is None:
        raise LayoutError(f"a comment without a number: {key}")
    body = piece(memo) if memo.strip() else None
    plain = lines_of(body) if body is not None else ""
    deleted = str(row.is_delete) not in _NO or (row.del_yn or "N") == "Y"
    state = state_of(plain or "삭제", someone=False) if deleted else "visible"
    picture = first(body, f".//*[{has('written_dccon')}][@src]") if body is not None else None
    return Comment(
        key=key,
        # A sticker or a voice has no words: then the text is what the site gave in their place.
        text=None if deleted else plain or memo or None,
        account=None if deleted else named(row.user_id, row.ip, row.name),
        parent=str(row.c_no) if str(row.depth or 0) != "0" and str(row.c_no or 0) != "0" else None,
        created=read(row.reg_date, seen_at, "MM.DD"),
        state=state if state != "unknown" else "placeholder",
        attachment=attribute(picture, "src") or (f"voice {row.voice}" if row.voice else None),
    )
