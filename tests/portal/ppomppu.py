"""Ppomppu: pages and feeds in EUC-KR (what its code page lacks is written as a number), comments as JSON in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import forum
from .answers import Answer, Question
from .forum import count, find, listed, paging, thread
from .nate import KIND, alert, lines, stamp
from .things import Article, Comment
from .world import World

HOSTS = ("www.ppomppu.co.kr", "m.ppomppu.co.kr")
SIZE = 20  # comments on one page, with their replies
VIEW = "https://www.ppomppu.co.kr/zboard/view.php?id=freeboard"
LINK = VIEW + "&no={n}"


def site(world: World) -> Callable[[Question], Answer]:
    """What answers for a world."""

    def answer(question: Question) -> Answer:
        made = forum.site(_page)(world)(question)
        if made.body.startswith(b"{") or made.status != 200:
            return made
        return replace(made, body=made.body.decode().encode("cp949", "xmlcharrefreplace"), headers=[("Content-Type", KIND)])

    return answer


def _page(world: World, question: Question) -> str | None:
    query = dict(parse_qsl(urlsplit(question.target).query, encoding="cp949"))
    post = find(world, "ppomppu", query.get("no", ""))
    match question.path:
        case "/new/bbs_view/ajax_bbs_comment.php":
            return json.dumps(_comments(post, question)) if post else '{"comments": [], "total_page": 0}'
        case "/zboard/view.php":
            return _post(post) if post else alert("삭제되었거나 존재하지 않는 게시물입니다.")
        case "/zboard/zboard.php" | "/hot.php":
            posts, here, more = listed(world, "ppomppu", question, "")
            links = paging(here, more, "zboard.php?id=freeboard&amp;page={}")
            return f'<table id="revolution_main_table">{"".join(map(_row, posts))}</table>{links}'
        case "/search_bbs.php":
            posts, here, more = listed(world, "ppomppu", question, query["keyword"], "page_no")
            links = paging(here, more, "?page_no={}")
            return f'<div class="results_board"><div class="conts">{"".join(map(_hit, posts))}</div></div>{links}'
        case "/rss.php":
            items = "".join(map(_item, listed(world, "ppomppu", question, "")[0]))
            return (
                f'<?xml version="1.0" encoding="euc-kr"?><rss version="2.0"><channel><title>자유</title>{items}</channel></rss>'
            )
    return None


def _post(post: Article) -> str:
    shown = sum(1 + len(top.shown_replies()) for top in post.comments if top.shown or top.shown_replies())
    number = f' <span id="comment">[{shown}]</span>' if shown else ""
    return f"""<html><head><meta charset="euc-kr"></head><body><div id="topTitle"><h1>{escape(post.title)}{number}</h1>
<ul class="topTitle-mainbox">
<li class="topTitle-name"><strong><a class="baseList-name">글쓴이</a></strong></li>
<li>등록일 {stamp(post.published, "%Y-%m-%d %H:%M")}</li><li>조회수 {count(post, "views")}</li></ul></div>
<table><tr><td class="board-contents">{lines(post.text)}</td></tr></table>
<a class="btn_recommand">추천 <span id="vote_list_btn_txt">{count(post, "likes")}</span></a>
<a class="btn_different">다른의견 <span id="vote_anti_list_btn_txt">{count(post, "dislikes")}</span></a></body></html>"""


def _comments(post: Article, question: Question) -> dict[str, Any]:
    tops = [top for top in post.comments if top.shown or top.shown_replies()]
    here = 1 if "repeat_page" in question.twists else int(question.query["c_page"])
    return {"comments": [_comment(top) for top in tops[(here - 1) * SIZE : here * SIZE]], "total_page": -(-len(tops) // SIZE)}


def _comment(row: Comment) -> dict[str, Any]:
    below = {"no": row.id, "depth": int(row.parent > 0), "sub_cmt": [_comment(each) for each in row.shown_replies()] or None}
    if not row.shown:
        return below | {"name": "", "memo": "삭제된 댓글입니다."}
    votes = {"vote_count": row.likes, "anti_vote_count": row.dislikes}
    name = f"<b><a><i class='nlevel lv5'></i>{escape(row.account.name)}</a></b>"
    meta = {"time_display": stamp(row.created, "%Y-%m-%d %H:%M")}
    return below | {"name": name, "memo": lines(row.text), "meta": meta, "vote_btn": votes}


def _row(post: Article) -> str:
    return f"""<tr class="baseList"><td><a class="baseList-title" href="{VIEW}&amp;no={post.post}">{escape(post.title)}</a>
<span class="baseList-c">{len(thread(post))}</span></td>
<td><time class="baseList-time">{stamp(post.published, "%y/%m/%d")}</time></td>
<td class="baseList-rec">{count(post, "likes")} - {count(post, "dislikes")}</td>
<td class="baseList-views">{count(post, "views")}</td></tr>"""


def _hit(post: Article) -> str:
    date = stamp(post.published, "%Y.%m.%d")
    return f"""<div class="content"><span class="title"><a href="{VIEW}&amp;no={post.post}">{escape(post.title)}</a></span>
<p>{escape(post.text[:300])}</p><p class="desc"><span>[자유]</span><span>조회수: 1</span><span>{date}</span></p></div>"""


def _item(post: Article) -> str:
    hits = "|".join(map(str, (len(thread(post)), *(post.reactions[name] for name in ("views", "likes", "dislikes")))))
    return f"""<item><title>{escape(post.title)}</title><link>{VIEW}&amp;no={post.post}</link>
<pubDate>{stamp(post.published, "%a, %d %b %Y %H:%M:%S +0900")}</pubDate><hits>[{hits}]</hits></item>"""
