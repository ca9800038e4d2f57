"""Naver's official search of news: with two headers, on the old host and on the new one."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from .answers import JSON, Answer, Question, answer
from .naver_rows import compact
from .naver_search import Wish, matching, origin, wish
from .things import KST, Article
from .world import World

PATHS = ("v1/search/news", "v1/search/news.json", "search/v1/news")
KEYS = (("x-naver-client-id", "x-naver-client-secret"), ("x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key"))


def api(world: World, question: Question, path: str) -> Answer:
    """News search with the two headers of the old or of the new host."""
    if path not in PATHS:
        return _error(404, "SE05", "Invalid search api (존재하지 않는 검색 api 입니다.)")
    keys = KEYS[question.host != "openapi.naver.com"]
    if not all(question.headers.get(name) for name in keys):
        return _error(401, "024", "NID AUTH Result Invalid (1000) : Authentication failed. (인증에 실패했습니다.)")
    query = question.query
    if not query.get("query"):
        return _error(400, "SE01", "Incorrect query request (잘못된 쿼리요청입니다.)")
    display, start, sort = query.get("display", "10"), query.get("start", "1"), query.get("sort", "sim")
    if not (display.isdigit() and 1 <= int(display) <= 100):
        return _error(400, "SE02", "Invalid display value (부적절한 display 값입니다.)")
    if not (start.isdigit() and 1 <= int(start) <= 1000):
        return _error(400, "SE03", "Invalid start value (부적절한 start 값입니다.)")
    if sort not in ("sim", "date"):
        return _error(400, "SE04", "Invalid sort value (부적절한 sort 값입니다.)")
    found = matching(world, query["query"], "1" if sort == "date" else "0", twists=question.twists)
    first = 1 if "repeat_page" in question.twists else int(start)
    shown = [] if "no_rows" in question.twists else found[first - 1 : first - 1 + int(display)]
    body = {
        "lastBuildDate": _dated(world.now),
        "total": len(found),
        "start": int(start),
        "display": int(display),
        "items": [_hit(a, wish(query["query"])) for a in shown],
    }
    return answer(compact(body), JSON)


def _hit(article: Article, wanted: Wish) -> dict[str, Any]:
    own = article.naver is not None and article.naver.service == "news"
    return {
        "title": wanted.marked(article.title, "b"),
        "originallink": origin(article),
        "link": f"{article.url}?sid={article.naver.section}" if article.naver and own else origin(article),
        "description": wanted.marked(article.text.replace("\n", " ")[:150], "b") + "... ",
        "pubDate": _dated(article.published),
    }


def _dated(ms: int) -> str:
    return format_datetime(datetime.fromtimestamp(ms // 1000, KST))


def _error(status: int, code: str, message: str) -> Answer:
    return answer(compact({"errorMessage": message, "errorCode": code}), JSON, status)
