"""What the tests of Naver's parsers share: invented cbox rows in the shape of 2022, and a reader through the registry."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import spiders.naver.pages
from archive.capture import Capture, Parsed
from archive.records import Count, Cue
from crawler import pages
from spiders.naver import urls

FIXTURES = Path(__file__).parent / "fixtures" / "naver"
RECORDED = Path(__file__).parents[2] / "shared" / "recorded"
SEEN = 1_789_700_400_000  # 2026-09-18 12:00 in Seoul
ARTICLE = "999/0000000123"
assert spiders.naver.pages


def read(
    page: str,
    url: str,
    body: bytes | object,
    status: int = 200,
    article: str | None = None,
    charset: str | None = None,
    **context: str,
) -> Parsed:
    """What the registered parser makes of an answer; objects become JSON, `charset` is what the answer's head declares."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = (("content-type", f"text/html;charset={charset}"),) if charset else ()
    capture = Capture(
        page=page,
        url=url,
        status=status,
        headers=headers,
        body=data,
        at=SEEN,
        received_at=SEEN,
        article=article,
        context=context,
    )
    return pages.parse(capture)


def of(parsed: Parsed, kind: type) -> list[Any]:
    """The records of one type, in order."""
    assert parsed.outcome == "ok", parsed.note
    return [record for record in parsed.records if isinstance(record, kind)]


def only(parsed: Parsed, kind: type) -> Any:
    """The only record of a type."""
    (found,) = of(parsed, kind)
    return found


def cues(parsed: Parsed) -> dict[str, str]:
    """The cues by name; each name once."""
    found = of(parsed, Cue)
    assert len({cue.name for cue in found}) == len(found)
    return {cue.name: cue.value for cue in found}


def counts(parsed: Parsed) -> dict[str, int]:
    """The counts of the capture's own article, by metric."""
    return {count.metric: count.value for count in of(parsed, Count) if count.article is None}


def counts_of_others(parsed: Parsed, metric: str) -> dict[str, int]:
    """One counter of the other articles on the page, by their keys."""
    return {count.article.key: count.value for count in of(parsed, Count) if count.article and count.metric == metric}


def row(no: int, likes: int = 0, dislikes: int = 0, text: str | None = None, **more: Any) -> dict[str, Any]:
    """One comment in the shape of 2022: `no` is a minute of 2026-09-18, from which its id follows."""
    at = datetime(2026, 9, 18, tzinfo=UTC) + timedelta(minutes=no)
    key = str((int(at.timestamp()) - 946_684_800 << 30) + no)
    time = at.astimezone(timezone(timedelta(hours=9))).strftime("%Y-%m-%dT%H:%M:%S+0900")
    comment: dict[str, Any] = {
        "ticket": "news",
        "objectId": urls.object_id(ARTICLE),
        "templateId": "default_society",
        "commentNo": key,
        "parentCommentNo": key,
        "replyLevel": 1,
        "replyCount": 0,
        "commentType": "txt",
        "stickerId": None,
        "contents": text if text is not None else f"댓글 {no}",
        "userIdNo": f"u{no % 7}",
        "idNo": f"u{no % 7}",
        "userName": f"abcd{no % 7}****",
        "maskedUserId": f"abcd{no % 7}****",
        "profileUserId": None,
        "idProvider": "naver",
        "userStatus": 0,
        "regTime": time,
        "modTime": time,
        "sympathyCount": likes,
        "antipathyCount": dislikes,
        "status": 0,
        "deleted": False,
        "blind": False,
        "blindReport": False,
        "middleBlindReport": False,
        "hiddenByCleanbot": False,
        "secret": False,
        "virtual": False,
        "visible": True,
        "expose": True,
    }
    return comment | more


def tombstone(no: int, status: int = 1, **more: Any) -> dict[str, Any]:
    """A comment that was deleted, as recorded in 2024."""
    gone = {
        "status": status,
        "deleted": True,
        "visible": False,
        "expose": False,
        "contents": "",
        "userIdNo": None,
        "idNo": None,
    }
    return row(no, **(gone | {"modTime": "2026-09-19T01:02:03+0900"} | more))


def answer(rows: list[dict[str, Any]], sort: str = "NEW", **result: Any) -> dict[str, Any]:
    """A list answer around rows."""
    found: dict[str, Any] = {
        "commentList": rows,
        "pageModel": {"page": 1, "pageSize": 100, "startRow": 1, "endRow": len(rows), "totalRows": len(rows), "nextPage": 0},
        "exposureConfig": {"reason": None, "status": "COMMENT_ON"},
        "count": {"comment": len(rows), "reply": 0, "exposeCount": len(rows), "delCommentByUser": 0, "total": len(rows)},
        "listStatus": "current",
        "sort": sort,
        "bestList": [],
    }
    return {"success": True, "code": "1000", "message": "", "result": found | result, "date": "2026-09-18T03:00:00+0000"}


def jsonp(value: object, callback: str = "_callback") -> bytes:
    """A value as the site wraps it."""
    return f"{callback}({json.dumps(value, ensure_ascii=False)});".encode()


def fixture(name: str, charset: str = "utf-8") -> bytes:
    """A page of tests/fixtures/naver, in the charset that the site used."""
    return (FIXTURES / name).read_text(encoding="utf-8").encode(charset)


def layout(page: str, url: str, body: bytes | object, article: str | None = None) -> str:
    """Why a parser says that it does not know a page; no record of it is kept."""
    parsed = read(page, url, body, article=article)
    assert (parsed.outcome, parsed.records) == ("layout", ()), parsed
    return parsed.note or ""
