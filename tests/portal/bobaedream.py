"""Bobaedream: a post with the newest comments, the others behind addresses that its page names. What is deleted goes."""

from __future__ import annotations

from html import escape

from .answers import Question
from .forum import clock, count, find, listed, paging, thread
from .nate import alert, lines
from .things import Article, Comment
from .world import World

HOST = "www.bobaedream.co.kr"
LINK = "https://www.bobaedream.co.kr/view?code=freeb&No={n}&bm=1"
SIZE = 100  # comments on one page
MISSING = "<script>history.back();</script>"
DAYS = "월화수목금토일"


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    query = question.query
    if question.method != "GET":
        return None
    match question.path:
        case "/view" | "/board_renew/bulletin/comment_list.php" if query.get("code") != "freeb":
            return MISSING
        case "/view":
            article = find(world, "bobaedream", query["No"])
            return alert("삭제된 글입니다.") if article is None else _post(article, question)
        case "/board_renew/bulletin/comment_list.php":
            article = find(world, "bobaedream", query["No"])
            return alert("삭제된 글입니다.") if article is None else _comments(article, int(query["page"]), question)
        case "/list" | "/list.php":
            return _list(world, question)
    return None


def _post(article: Article, question: Question) -> str:
    rows = thread(article, marks=False)
    last = max(1, -(-len(rows) // SIZE))
    where = f"/board_renew/bulletin/comment_list.php?tb=uni_cmt_2611&code=freeb&No={article.post}&page="
    others = "".join(f'<a onclick=\'$("#cmt_list").load("{escape(where)}{n}")\'>{n}</a>' for n in range(1, last))
    day = DAYS[int(clock(article.published, "%u")) - 1]
    at = clock(article.published, f"%Y.%m.%d&nbsp;({day})&nbsp;%H:%M")
    return f"""<html><head><meta charset="utf-8"></head><body><div class="writerProfile"><dl><dt>
<strong itemprop="name" title="{escape(article.title)}">{escape(article.title)}</strong><em>[{len(rows)}]</em></dt>
<dd class="proflieInfo"><a class="nickName">글쓴이 {article.post}</a>
<span class="countGroup">조회 <em class="txtType">{count(article, "views")}</em> | 추천
<em class="txtType">{count(article, "likes")}</em> | {at}</span></dd></dl></div>
<div class="bodyCont" itemprop="articleBody">{lines(article.text)}</div>
<div class="commentlistbox"><span class="comm2">({len(rows)})</span>
{_comments(article, last, question)}{others}</div></body></html>"""


def _comments(article: Article, number: int, question: Question) -> str:
    rows = thread(article, marks=False)[(number - 1) * SIZE : number * SIZE]
    items = "".join(_comment(row) for row in ([] if "no_rows" in question.twists else rows))
    return f'<ul id="cmt_reply">{items}</ul>'


def _comment(row: Comment) -> str:
    at = clock(row.created, "%y.%m.%d %H:%M")
    return f"""<li><dl><dt><span class="name"><span class="author">{escape(row.account.name)}</span></span>
<span class="date">{at}</span></dt><dd id="small_cmt_{row.id}">{lines(row.text)}</dd>
<dd class="updownbox"><dl><dd class="first"><a>추천 {row.likes}</a></dd>
<dd><a>반대 {row.dislikes}</a></dd></dl></dd></dl></li>"""


def _list(world: World, question: Question) -> str:
    found, here, more = listed(world, "bobaedream", question, question.query.get("s_key", ""))
    rows = "".join(
        f'<tr itemscope itemtype="http://schema.org/Article"><td class="num01">{a.post}</td><td class="pl14">'
        f'<a class="bsubject" href="/view?code=freeb&amp;No={a.post}&amp;bm=1" title="{escape(a.title)}">{escape(a.title)}</a>'
        f'<span class="Comment">(<strong class="totreply">{len(thread(a, marks=False))}</strong>)</span></td>'
        f'<td class="author02"><span class="author">글쓴이</span></td><td class="date">{clock(a.published, "%m/%d")}</td>'
        f'<td class="recomm"><font>{count(a, "likes")}</font></td><td class="count">{count(a, "views")}</td></tr>'
        for a in found
    )
    best = '<tr class="best" itemscope><td><a class="bsubject" href="/view?code=best&amp;No=1">위에 늘 있는 글</a></td></tr>'
    links = paging(here, more, "/list.php?code=freeb&amp;page={}")
    return f'<html><body><table id="boardlist"><tbody>{best}{rows}</tbody></table>{links}</body></html>'
