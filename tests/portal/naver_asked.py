"""Questions to commentBox/cbox understood, and the envelope of its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .answers import JSON, Answer, Question, answer
from .naver_rows import compact
from .things import Article

MOST = 100  # rows of one answer, whatever is asked for: more is cut without a word
SCRIPT = "application/javascript;charset=UTF-8"
SORTS = ("FAVORITE", "RELATIVE", "NEW", "OLD", "REPLY")
OBJECT = re.compile(r"(?:news)?\d{3},\d{10}")
OPENING = '"success":true,"code":"1000","message":"요청을 성공적으로 처리하였습니다.","lang":"ko","country":"KR"'


@dataclass
class Asked:
    """A question to a list, understood."""

    article: Article
    parent: int
    sort: str  # by which it is ordered
    named: str  # what the answer says of its order
    everything: bool
    size: int
    page: int
    jump: bool  # the page number counts, not only the cursor
    after: str
    before: str
    twists: frozenset[str]


def offered(article: Article) -> tuple[str, ...]:
    """The sorts that the pane offers: by the press's will, and after a surge of votes only the newest first."""
    assert article.naver is not None
    return ("NEW",) if article.pane == "surge" else article.naver.sorts


def understood(question: Question, article: Article, era: str) -> Asked:
    """A question to the list of an article; numbers that are none are as if they were not there."""
    query, twists = question.query, question.twists
    sorts = offered(article)
    wished = query.get("sort", "FAVORITE").upper()
    sort = wished if wished in sorts else sorts[0]
    named = sort
    if twists & {"ignore_sort", "false_sort"}:
        sort = "NEW" if wished == "FAVORITE" else "FAVORITE"
        named = sort if "ignore_sort" in twists else wished
    return Asked(
        article=article,
        parent=_number(query.get("parentCommentNo"), 0),
        sort=sort,
        named=named,
        everything=query.get("includeAllStatus") == "true",
        size=min(MOST, max(1, _number(query.get("pageSize"), 20))),
        page=max(1, _number(query.get("page"), 1)),
        jump=era == "2021" or query.get("pageType", "default") != "more",
        after=query.get("moreParam.next", ""),
        before=query.get("moreParam.prev", "") if query.get("moreParam.direction") == "prev" else "",
        twists=twists,
    )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and text.isascii() else otherwise


def page_model(page: int, size: int, total: int) -> dict[str, Any]:
    """The page numbers: made of the page that was asked for, even where a cursor decides what is shown."""
    pages = -(-total // size)
    first = (page - 1) // 10 * 10 + 1
    return {
        "page": page,
        "pageSize": size,
        "indexSize": 10,
        "startRow": (page - 1) * size + 1,
        "endRow": min(page * size, total),
        "totalRows": total,
        "startIndex": (page - 1) * size,
        "totalPages": pages,
        "firstPage": first,
        "prevPage": min(page - 1, pages),
        "nextPage": page + 1 if page < pages else 0,
        "lastPage": max(1, min(first + 9, pages)),
        "current": None,
        "threshold": None,
        "moveToLastPage": False,
        "moveToComment": False,
        "moveToLastPrev": False,
    }


def envelope(result: dict[str, Any]) -> dict[str, Any]:
    """An answer that went well, without its date."""
    good = "요청을 성공적으로 처리하였습니다."
    return {"success": True, "code": "1000", "message": good, "lang": "ko", "country": "KR", "result": result}


def failure(code: str, message: str) -> str:
    """A refusal (with status 200, as this host does), without its date."""
    return compact({"success": False, "code": code, "message": message, "lang": "ko", "country": "KR", "result": None})


def hollow(sort: str, era: str) -> dict[str, Any]:
    """The list of an object that nobody knows or whose pane is off."""
    nothing = dict.fromkeys(("comment", "reply", "exposeCount", "delCommentByUser", "delCommentByMon"), 0)
    nothing |= dict.fromkeys(("blindCommentByUser", "blindReplyByUser", "total"), 0)
    more = {} if era == "2021" else {"morePage": dict.fromkeys(("prev", "next", "start", "end"))}
    return {
        "commentList": [],
        "pageModel": page_model(1, 20, 0),
        **more,
        "exposureConfig": {"reason": None, "status": "COMMENT_ON"},
        "count": nothing,
        "listStatus": "current",
        "sort": sort.upper(),
        "bestList": [],
    }


def wrapped(question: Question, name: str, body: str) -> Answer:
    """JSONP under the callback that was given (or `_callback`), or plain JSON at the addresses that give that."""
    if name.endswith("_json.json"):
        return answer(body, JSON)
    callback = question.query.get("_callback") or question.query.get("callback") or "_callback"
    return answer(f"{callback}({body});", SCRIPT)
