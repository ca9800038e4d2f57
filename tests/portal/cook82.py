"""82cook: a post with all its comments on one page. No votes; what was deleted leaves a mark."""

from __future__ import annotations

from html import escape

from .answers import Question
from .forum import clock, count, find, listed, paging, said, thread
from .nate import alert, lines
from .things import Article, Comment
from .world import World

HOST = "www.82cook.com"
LINK = "https://www.82cook.com/entiz/read.php?bn=15&num={n}"


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    match question.method, question.path:
        case "GET", "/entiz/read.php":
            article = find(world, "82cook", question.query.get("num", ""))
            return alert("삭제되었거나 존재하지 않는 글입니다.") if article is None else _post(article, question)
        case "GET", "/entiz/enti.php":
            return _list(world, question)
    return None


def _post(article: Article, question: Question) -> str:
    rows = thread(article)
    shown = [] if "no_rows" in question.twists else rows
    items = "".join(_comment(row, place) for place, row in enumerate(shown, 1))
    return f"""<html><head><meta charset="utf-8"></head><body>
<h4 class="title bbstitle"><span>{escape(article.title)}</span></h4>
<div id="readHead"><div class="readLeft"><strong><a>글쓴이 {article.post}</a></strong> 조회수 : {count(article, "views")}</div>
<div class="readRight">작성일 : {clock(article.published, "%Y-%m-%d %H:%M:%S")}</div></div>
<div id="articleBody">{lines(article.text)}</div><strong class="total_reple">{len(rows)}</strong>개
<ul class="reples">{items}</ul></body></html>"""


def _comment(row: Comment, place: int) -> str:
    if (gone := said(row)) is not None:
        return f'<li data-rn="{row.id}" class="rp delReple"><h5><span>{place}.</span></h5><p>{gone}</p></li>'
    ip = f"112.{row.account.id % 250}.xxx.57"
    at = clock(row.created, "'%y.{m}.{d} {h}:%M {ap}")
    return f"""<li data-rn="{row.id}" class="rp">
<h5><i></i><span>{place}.</span> <strong>{escape(row.account.name)}</strong></h5>
<div class="repleFunc"><em>{at}</em><em class="ip"> ({ip})</em></div><p>{lines(row.text)}</p></li>"""


def _list(world: World, question: Question) -> str:
    words = question.query.get("keys", "")
    found, here, more = listed(world, "82cook", question, words)
    rows = "".join(
        f'<tr><td class="numbers"><a href="read.php?bn=15&amp;num={a.post}">{a.post}</a></td>'
        f'<td class="title"><a href="read.php?bn=15&amp;num={a.post}&amp;page={here}">{escape(a.title)}</a> '
        f'<em>{len(thread(a))}</em></td><td class="user_function">글쓴이</td>'
        f'<td class="regdate numbers" title="{clock(a.published, "%Y-%m-%d %H:%M:%S")}">{clock(a.published, "%Y/%m/%d")}</td>'
        f'<td class="numbers">{count(a, "views")}</td></tr>'
        for a in found
    )
    notice = '<tr class="noticeList"><td></td><td class="title"><a href="read.php?num=1">알림</a></td></tr>'
    links = paging(here, more, "enti.php?bn=15&amp;page={}")
    return f'<html><body><div id="bbs"><table><tbody>{notice}{rows}</tbody></table></div>{links}</body></html>'
