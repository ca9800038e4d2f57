"""TodayHumor's comments: all of a post at once, as JSON. R: recorded 2026-09. A row by SYSTEM is the log of its promotion."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account, Comment, Listing, Number, Record, State
from crawler import numbers, when
from crawler.json_text import Id, decode
from crawler.markup import attribute, first, lines_of, piece
from crawler.pages import LayoutError, page
from crawler.places import order_of
from spiders.todayhumor import urls
from spiders.todayhumor.post_pages import promoted

_MOVED = re.compile("MOVE_([A-Z0-9_]{1,30})/([1-9][0-9]{0,11})")
_OPERATORS = ("admin", "운영", "관리", "system")


class _Memo(Struct):
    no: Id
    date: str
    memo: str | None
    is_system: bool
    is_del: bool
    del_user: str | int | None = None
    parent_memo_no: str | int | None = None
    name: str | None = None
    member_no: str | int | None = None
    member_status: str | None = None
    ok: str | int | None = None
    nok: str | int | None = None
    ip: str | None = None


class _Memos(Struct):
    is_more_memo: str | bool
    memos: list[_Memo]


_memos = msgspec.json.Decoder(_Memos)


@page("todayhumor.comments", version=4, proof="R: recorded 2026-09; replies and deletions unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """All comments of a post, replies among them, and each move to a best board as an event of that list."""
    answer, query = decode(_memos, capture.body), urls.asked(capture.url)[2]
    table, number = query.get("parent_table", ""), query.get("parent_id", "")
    more = str(answer.is_more_memo).lower() == "true"
    if more and not answer.memos:  # so it answers for what it does not have, and for the number on a best board
        raise LayoutError(f"0 comments and more announced: is {table}/{number} the post's own board and number?", "empty")
    moves = 0
    for memo in answer.memos:
        if memo.is_system and (match := _MOVED.fullmatch((memo.memo or "").strip())):
            moves += 1
            best = f"{match[1].lower()}/{match[2]}"
            yield promoted(capture.article or f"{table}/{number}", best, memo.date, moves, capture.received_at)
    found = tuple([_comment(memo, capture.received_at) for memo in answer.memos if not memo.is_system])
    if found:  # of fewer than there are nobody knows which they are
        yield Listing("LISTED", "votes" if more else order_of([each.key for each in found]), 1, found)


def _comment(memo: _Memo, seen_at: int) -> Comment:
    state = _state(memo)
    shown = piece(memo.memo) if memo.memo else None  # it may hold nothing that is a page
    votes = {"likes": _number(memo.ok), "dislikes": _number(memo.nok)}
    return Comment(
        key=str(memo.no),
        text=(lines_of(shown) if shown is not None else memo.memo) if state == "visible" else None,
        account=_account(memo),
        parent=str(memo.parent_memo_no) if memo.parent_memo_no not in (None, "", 0, "0") else None,
        created=when.read(memo.date, seen_at),
        likes=votes["likes"].value if votes["likes"] else None,
        dislikes=votes["dislikes"].value if votes["dislikes"] else None,
        state=state,
        attachment=attribute(first(shown, ".//img[@src]"), "src") if shown is not None and state == "visible" else None,
        rounded=tuple([(metric, each.raw) for metric, each in votes.items() if each and each.precision == "rounded"]),
    )


def _account(memo: _Memo) -> Account | None:
    """Who wrote it: a member's number; of whom the site shows none, the name."""
    number = str(memo.member_no or "0")
    known, provider = (number, None) if number != "0" else (memo.name, "nickname")
    return Account(known, memo.name or None, memo.member_status or None, provider, memo.ip or None) if known else None


def _state(memo: _Memo) -> State:
    """U: what `del_user` holds; empty, or who took it away. Where that is not clear, nobody is named."""
    if not memo.is_del:
        return "visible" if memo.memo is not None else "unknown"
    who = str(memo.del_user or "").lower()
    if who and who in (str(memo.member_no), (memo.name or "").lower(), "user", "writer"):
        return "deleted_by_user"
    return "deleted_by_operator" if any(word in who for word in _OPERATORS) else "placeholder"


def _number(value: str | int | None) -> Number | None:
    return numbers.read(str(value)) if value is not None else None
