"""Ilbe: a post with its votes; its comments are pieces of HTML, a page of them at an address of its own."""

from __future__ import annotations

from html import escape

from .answers import Question
from .forum import clock, count, find, listed, paging, said, thread
from .nate import alert, lines
from .things import Article, Comment
from .world import World

HOST = "www.ilbe.com"
LINK = "https://www.ilbe.com/view/{n}?page=1"
SIZE = 100  # comments on one page


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    if question.method != "GET":
        return None
    match question.path.strip("/").split("/"):
        case ["view", number]:
            article = find(world, "ilbe", number)
            return alert("삭제되었거나 존재하지 않는 게시물입니다.") if article is None else _post(article)
        case ["commentlist", number]:
            article = find(world, "ilbe", number)
            return alert("존재하지 않는 게시물입니다.") if article is None else _comments(article, question)
        case ["list", _]:
            return _list(world, question)
        case ["search"]:
            return _search(world, question)
    return None


def _post(article: Article) -> str:
    return f"""<html><head><meta charset="utf-8"></head><body>
<div class="board-view"><div class="post-wrap"><div class="post-header">
<h3><a href="/view/{article.post}">{escape(article.title)}</a></h3>
<span class="global-nick nick"><a>글쓴이(1.2.*.*)</a></span></div>
<div class="post-count"><div class="count"><span class="date">{clock(article.published, "%Y-%m-%d %H:%M:%S")}</span>
<span class="comment-num"><a>{len(thread(article))}</a></span></div></div>
<div class="post-content">{lines(article.text)}</div>
<button id="btn_vote_up" class="btn-vote good"><span class="btn__txt">일베로 <em>{count(article, "likes")}</em></span></button>
<button id="btn_vote_down" class="btn-vote notgood"><span class="btn__txt"><em>{count(article, "dislikes")}</em></span></button>
</div></div></body></html>"""


def _comments(article: Article, question: Question) -> str:
    rows, here = thread(article), int(question.query.get("page", "1"))
    last = max(1, -(-len(rows) // SIZE))
    here = 1 if "repeat_page" in question.twists else here
    shown = [] if "no_rows" in question.twists else rows[(here - 1) * SIZE : here * SIZE]
    numbers = "".join(f'<a href="#" onclick="loadComment({n}); return false;">{n}</a>' for n in range(1, last + 1))
    items = "".join(_comment(row) for row in shown)
    return f'<div class="comment-list">{items}</div><div class="paginate">{numbers}</div>'


def _comment(row: Comment) -> str:
    depth = f'id="comment_{row.id}" data-depth="{1 if row.parent else 0}"'
    if (gone := said(row)) is not None:
        box = f'<div class="comment-item-box"><span class="global-nick nick"></span>{gone}</div>'
        return f'<div class="comment-item" {depth}>{box}</div>'
    return f"""<div class="comment-item" {depth}><div class="comment-item-box">
<span class="global-nick nick"><a>{escape(row.account.name)}(223.{row.account.id % 250}.*.*)</a></span>
<span class="date-line">{clock(row.created, "%Y-%m-%d %H:%M:%S")}</span>
<div class="comment"><span class="comment-box"><span class="cmt">{lines(row.text)}</span></span></div>
<div class="cmt-btn-wrap"><em id="cnt_good_{row.id}">{row.likes}</em>
<em id="cnt_bad_{row.id}">{row.dislikes}</em></div></div></div>"""


def _list(world: World, question: Question) -> str:
    found, here, more = listed(world, "ilbe", question, "")
    rows = "".join(
        f'<li><span class="count">{a.post}</span><span class="title"><a href="/view/{a.post}?page={here}" class="subject">'
        f'{escape(a.title)}</a><span class="comment"><a>{len(thread(a))}</a></span></span>'
        f'<span class="date">{clock(a.published, "%Y-%m-%d")}</span><span class="view">{count(a, "views")}</span>'
        f'<span class="recomm">{count(a, "likes")}</span></li>'
        for a in found
    )
    notice = '<li class="notice-line"><span class="title"><a href="/view/1" class="subject">공지</a></span></li>'
    links = paging(here, more, "/list/ilbe?page={}")
    return f'<html><body><div class="board-list"><ul class="board-body">{notice}{rows}</ul></div>{links}</body></html>'


def _search(world: World, question: Question) -> str:
    found, here, more = listed(world, "ilbe", question, question.query.get("q", ""))
    rows = "".join(
        f'<li><a href="/view/{a.post}" class="title">{escape(a.title)}</a><p class="content">{escape(a.text[:80])}</p>'
        f'<span class="date">{clock(a.published, "%Y-%m-%d %H:%M:%S")}</span></li>'
        for a in found
    )
    links = paging(here, more, "/search?docType=doc&amp;page={}")
    return f'<html><body><div class="search-list"><ul>{rows}</ul></div>{links}</body></html>'
