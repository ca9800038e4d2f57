"""Naver's sports and entertainment: empty pages, and the JSON that fills them. Nothing of it was recorded: shapes are
those that public code of 2024 to 2026 reads. Their articles have no comments (closed in 2020)."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .naver_lists import ago, day
from .naver_page import picture
from .naver_rows import compact
from .things import KST, Article
from .world import World

EMPTY = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>네이버</title></head><body><div id="root"></div></body></html>
"""


def serve(world: World, question: Question, path: str) -> Answer:
    """Answer for `m.` and `api-gw.` of sports and entertain."""
    name, kind = question.host.split(".")[:2]
    if name == "m":
        return answer(EMPTY, HTML)
    parts = path.split("/")
    mine = [a for a in world.on("naver") if a.naver is not None and a.naver.service == kind and not a.removed]
    mine.sort(key=lambda a: (-a.published, a.id))
    match parts:
        case ["news", "article", oid, aid]:
            found = next((a for a in mine if a.id == f"{oid}/{aid}"), None)
            return _json({"articleInfo": {"article": _whole(found)}}) if found else _refusal()
        case ["news", "articles", *_]:
            return _json(_list(world, question, mine, kind))
        case ["news", "rankings", "popular"] | ["ranking", "most-viewed"]:
            ranked = sorted(mine, key=lambda a: -(a.naver.readers if a.naver else 0))
            return _json([_ranked(a) for a in ranked[: _number(question, "pageSize", 30)]])
    return answer("Not Found", TEXT, 404)


def _json(result: object) -> Answer:
    return answer(compact({"code": 200, "success": True, "result": result}), JSON)


def _refusal() -> Answer:
    return answer(compact({"code": 404, "success": False, "result": None}), JSON, 404)


def _number(question: Question, name: str, otherwise: int) -> int:
    text = question.query.get(name, "")
    return max(1, int(text)) if text.isdecimal() else otherwise


def _list(world: World, question: Question, mine: list[Article], kind: str) -> dict[str, Any]:
    date = question.query.get("date", "")
    found = [a for a in mine if not date or day(a) == date.replace("-", "")]
    size = min(100, _number(question, "pageSize", 20))
    page = 1 if "repeat_page" in question.twists else _number(question, "page", 1)
    shown = found[(page - 1) * size : page * size]
    return {"totalCount": len(found), "newsList": [_row(a, world.now, kind) for a in shown]}


def _row(article: Article, now: int, kind: str) -> dict[str, Any]:
    assert article.naver is not None
    row: dict[str, Any] = {"oid": article.naver.oid, "aid": article.naver.aid, "title": article.title}
    row |= {"subContent": article.text[:100], "sourceName": article.press, "thumbnail": picture(article)}
    if kind == "entertain":
        return row | {"articleTime": ago(article.published, now)}
    moment = datetime.fromtimestamp(article.published / 1000, KST)
    return row | {"sportsSection": "kbaseball", "dateTime": f"{moment:%Y.%m.%d %H:%M}"}


def _whole(article: Article) -> dict[str, Any]:
    assert article.naver is not None
    body = "<br><br>".join(escape(part, quote=False).replace("\n", "<br>") for part in article.text.split("\n\n"))
    moments = {
        "serviceDatetime": f"{datetime.fromtimestamp(article.published / 1000, KST):%Y-%m-%d %H:%M:%S}",
        "updateDatetime": f"{datetime.fromtimestamp(article.modified / 1000, KST):%Y-%m-%d %H:%M:%S}",
    }
    names = {"officeId": article.naver.oid, "articleId": article.naver.aid, "officeName": article.press}
    return {"title": article.title, "content": body, "originUrl": article.naver.origin, **names, **moments}


def _ranked(article: Article) -> dict[str, Any]:
    assert article.naver is not None
    names = {"officeId": article.naver.oid, "articleId": article.naver.aid}
    return {**names, "title": article.title, "titleWithStrong": article.title, "readCount": article.naver.readers}
