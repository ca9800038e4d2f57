"""MLBPark: a post with its likes; its comments are a piece of HTML for the post's own script (its Referer and header)."""

from __future__ import annotations

from html import escape

from .answers import Question
from .forum import count, find, listed, thread
from .nate import alert, lines, stamp
from .things import Article, Comment
from .world import World

HOST = "mlbpark.donga.com"
ROWS = 30  # by which the number of a page's first row rises
VIEW = "https://mlbpark.donga.com/mp/b.php?b=bullpen"
LINK = VIEW + "&id={n}&m=view"


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    query = question.query
    match question.path, query.get("m"):
        case "/mp/b.php", "view" | "reply" as what:
            post = find(world, "mlbpark", query["id"])
            if post is None:
                return alert("삭제되었거나 존재하지 않는 게시물입니다.")
            return _post(post) if what == "view" else _replies(post, question)
        case ("/mp/b.php", "list" | "search") | ("/mp/best.php", None):
            query["page"] = str((int(query.get("p", "1")) - 1) // ROWS + 1)
            posts, here, more = listed(world, "mlbpark", question, query.get("query", ""))
            link = f"<a href='?p={here * ROWS + 1 if more else 1}'>n</a>"
            return f"<table class='tbl_type01'>{''.join(map(_row, posts))}</table>{link}"
    return None


def _post(post: Article) -> str:
    return f"""<html><head><meta charset="utf-8"></head><body><div class="titles">{escape(post.title)}</div>
<ul class="view_head"><li>추천 <span id="likeCnt">{count(post, "likes")}</span></li><li>조회 {count(post, "views")}</li>
<li>리플 {len(_shown(post))}</li></ul>
<div class='text3'><span class='val'>{stamp(post.published, "%Y-%m-%d %H:%M")}</span></div>
<div class='ar_txt' id='contentDetail'>{lines(post.text)}</div></body></html>"""


def _shown(post: Article) -> list[Comment]:
    """All in the order of time, whomever they answer."""
    return sorted(thread(post, marks=False), key=lambda row: row.id)


def _replies(post: Article, question: Question) -> str:
    here = question.headers.get("referer") == f"{VIEW}&id={post.post}&m=view"
    if not here or question.headers.get("x-requested-with") != "XMLHttpRequest":
        return alert("잘못된 접근입니다.")
    rows = [] if "no_rows" in question.twists else _shown(post)
    return f"<div class='reply_list'>{''.join(map(_reply, rows))}</div>"


def _reply(row: Comment) -> str:
    return f"""<div class='other_con' id='reply_{row.id}'><span class='name'>{escape(row.account.name)}</span>
<span class='date'>{stamp(row.created, "%Y-%m-%d %H:%M")}</span><span class='ip'>(118.235.***.***)</span>
<span class='re_txt'>{lines(row.text)}</span></div>"""


def _row(post: Article) -> str:
    link = f"{VIEW}&amp;p=1&amp;id={post.post}&amp;select=&amp;m=view"
    return f"""<tr><td><div class='tit'><a href='{link}' alt='{escape(post.title)}' class='txt'>{escape(post.title)}</a>
<a class='replycnt'>[{len(_shown(post))}]</a></div></td><td><span class='date'>{stamp(post.published, "%Y-%m-%d")}</span></td>
<td><span class='viewV'>{count(post, "views")}</span></td></tr>"""
