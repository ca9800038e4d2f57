"""Inven: a post; its comments are JSON for a form, the newest first and the older ones in blocks of a hundred."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from .answers import Question
from .forum import clock, count, find, listed, paging, said, thread
from .nate import alert, lines
from .things import Article, Comment
from .world import World

HOST = "www.inven.co.kr"
LINK = "https://www.inven.co.kr/board/webzine/2097/{n}?my=chu"
SIZE = 100  # comments in one block
RANGE = 8  # posts that one search looks through


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    match question.method, question.path.strip("/").split("/"):
        case "GET", ["board", "webzine", "2097", number]:
            article = find(world, "inven", number)
            return alert("존재하지 않는 게시물입니다.") if article is None else _post(article)
        case "GET", ["board", "webzine", "2097"]:
            return _list(world, question)
        case "POST", ["common", "board", "comment.json.php"]:
            form = dict(parse_qsl(question.body.decode(), keep_blank_values=True))
            article = find(world, "inven", form["articlecode"])
            if article is None or form["comeidx"] != "2097" or form["act"] != "list":
                return json.dumps({"message": -1, "commentlist": []})
            return json.dumps(_comments(article, int(form.get("titles", "0")), question), ensure_ascii=False)
    return None


def _post(article: Article) -> str:
    return f"""<html><head><meta charset="utf-8"></head><body><div id="tbArticle"><div class="articleCategory">[잡담]</div>
<div class="articleSubject "><div class="articleTitle"><h1>{escape(article.title)}</h1></div></div>
<div class="articleWriter"><span>글쓴이 {article.post}</span></div><div class="articleInfo">
<div class="articleDate">{clock(article.published, "%Y-%m-%d %H:%M")}</div>
<div class="articleHit">조회: {count(article, "views")}<br>추천: {count(article, "likes")}</div></div>
<div id="powerbbsContent">{lines(article.text)}</div>
<div class="reqnum reqblue"><span>{count(article, "likes")}</span></div>
<div class="reqnum reqred"><span>{count(article, "dislikes")}</span></div></div></body></html>"""


def _comments(article: Article, block: int, question: Question) -> dict[str, Any]:
    rows = thread(article)
    old = (max(1, len(rows)) - 1) // SIZE * SIZE  # so many stand in older blocks
    found: list[dict[str, Any]] = []
    for number in (*range(SIZE, old + 1, SIZE), 0):
        shown = rows[number - SIZE : number] if number else rows[old:]
        if number != block or "no_rows" in question.twists:
            shown = []
        found.append({"__attr__": {"titlenum": number}, "list": [_comment(row) for row in shown]})
    best = sorted((row for row in rows if row.shown), key=lambda row: -row.likes)[:3] if not block else []
    return {
        "message": 1,
        "lastblock": old,
        "bestcomment": {"list": [_comment(row) for row in best]},
        "commentlist": found,
    }


def _comment(row: Comment) -> dict[str, Any]:
    gone = said(row)
    return {
        "__attr__": {"cmtidx": row.id, "cmtpidx": row.parent or row.id, "state": "Y" if gone is None else "D"},
        "o_name": row.account.name if gone is None else "",
        "o_date": clock(row.created, "%Y-%m-%d %H:%M:%S"),
        "o_comment": escape(lines(row.text) if gone is None else gone),
        "o_recommend": row.likes,
        "o_notrecommend": row.dislikes,
        "o_level": "17",
    }


def _list(world: World, question: Question) -> str:
    words, start = question.query.get("keyword", ""), int(question.query.get("sterm") or "0")
    among = slice(start, start + RANGE) if words else slice(None)
    found, here, more = listed(world, "inven", question, words, "p", among)
    older = f"/board/webzine/2097?query=list&amp;p=1&amp;sterm={start + RANGE}&amp;name=subjcont&amp;keyword={words}"
    step = f'<a href="{older}">다음 검색</a>' if words and len(world.on("inven")) > start + RANGE else ""
    rows = "".join(
        f'<tr><td class="num">{a.post}</td><td class="tit"><div><a class="subject-link" href="https://www.inven.co.kr/board/webzine/'
        f'2097/{a.post}?p={here}"><span class="category">[잡담]</span> {escape(a.title)}</a><span class="con-comment">'
        f'[{len(thread(a))}]</span></div></td><td class="user"><span class="layerNickName">글쓴이</span></td>'
        f'<td class="date">{clock(a.published, "%m-%d")}</td><td class="view">{count(a, "views")}</td>'
        f'<td class="reco">{count(a, "likes")}</td></tr>'
        for a in found
    )
    notice = '<tr class="notice"><td class="tit"><a class="subject-link" href="/board/webzine/2097/1">공지</a></td></tr>'
    links = paging(here, more, "/board/webzine/2097?p={}")
    return f'<html><body><div id="new-board"><table><tbody>{notice}{rows}</tbody></table></div>{links}{step}</body></html>'
