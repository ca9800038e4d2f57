"""Two sites of gnuboard 5 with one board each, of the same posts; the second in EUC-KR. As public code has it: all comments on
the post's page, 200 and an alert for what is not there, links under another name than that by which it was asked."""

from __future__ import annotations

from datetime import datetime
from html import escape
from urllib.parse import parse_qs

from .answers import HTML, TEXT, Answer, Question, answer
from .things import KST, Article, Comment
from .world import World

HOSTS = ("gnu.example.org", "old.example.org")
LINK = "https://gnu.example.org/bbs/board.php?bo_table=free&wr_id={n}"
OWN = "http://127.0.0.1:38182"  # how the server calls itself
NONE = '<p id="bo_vc_empty">등록된 댓글이 없습니다.</p>'
ROWS, HITS = 15, 10  # on one page
_HEAD = f'<!doctype html><html lang="ko"><head><meta charset="{{0}}"><script>var g5_url = "{OWN}";</script></head><body>'
_ALERT = """<script>
alert("{0}\\n\\n{1}");
document.location.replace("/");
</script><noscript><div id="validation_check"><h1>다음 항목에 오류가 있습니다.</h1>
<p class="cbg">{0}<br><br>{1}</p></div></noscript>"""


class Gnuboard:
    """Answers questions to both sites from a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question; the head says nothing of a charset, only the page does."""
        euc = question.host == HOSTS[1]
        with self.world.lock:
            page = self._page(question, "cp949" if euc else "utf-8")
        if page is None:
            return answer("Not Found", TEXT, 404)
        if page.startswith("<?xml"):
            return answer(page, "text/xml;charset=UTF-8")
        text = _HEAD.format("euc-kr" if euc else "utf-8") + page + "</body></html>"
        return answer(text.encode("cp949", "replace"), "text/html") if euc else answer(text, HTML)

    def _page(self, question: Question, charset: str) -> str | None:
        asked = {name: values[-1] for name, values in parse_qs(question.target.partition("?")[2], encoding=charset).items()}
        page = int(asked.get("page", "1"))
        match question.path, asked.get("bo_table"):
            case "/bbs/board.php", "free" if "wr_id" in asked:
                return self._post(question, asked["wr_id"])
            case "/bbs/board.php", "free":
                return self._list(page)
            case "/bbs/board.php", _:
                return _ALERT.format("존재하지 않는 게시판입니다.", "")
            case "/bbs/rss.php", "free":
                return self._feed()
            case "/bbs/search.php", _:
                return self._search(question, asked.get("stx", ""), page)
        return None

    def _posts(self) -> list[Article]:
        return sorted((each for each in self.world.on("gnuboard") if not each.removed), key=lambda each: -each.post)

    def _post(self, question: Question, number: str) -> str:
        posts = self._posts()
        post = next((each for each in posts if str(each.post) == number), None)
        if post is None:
            return _ALERT.format("글이 존재하지 않습니다.", "글이 삭제되었거나 이동된 경우입니다.")
        if post.pane == "closed":
            return _ALERT.format("글을 읽을 권한이 없습니다.", "회원이시라면 로그인 후 이용해 보십시오.")
        if "foreign" in question.twists:
            post = next(each for each in posts if each is not post)
        rows, votes = threaded(post), post.reactions
        shown = [] if "no_rows" in question.twists else rows
        return f"""<h2 id="container_title"><span title="{escape(post.title)} &gt; 자유게시판">자유게시판</span></h2>
<article id="bo_v"><header><h2 id="bo_v_title"><span class="bo_v_tit">
 {escape(post.title)}</span></h2></header>
<section id="bo_v_info"><h2>페이지 정보</h2><span class="sound_only">작성자</span>
<strong><span class="sv_guest">{escape(post.reporter)}</span>&nbsp;(10.♡.1.{post.post % 250})</strong><br>
<span class="sound_only">댓글</span><strong><a href="#bo_vc"> {len(rows):,}건</a></strong>
<span class="sound_only">조회</span><strong>{votes["views"]:,}회</strong>
<strong class="if_date"><span class="sound_only">작성일</span> {_stamp(post.published, "%y-%m-%d %H:%M")}</strong></section>
<section id="bo_v_atc"><div id="bo_v_con"><p>{"</p><p>".join(map(escape, post.text.split(chr(10))))}</p></div>
<div id="bo_v_act"><span class="bo_v_good">추천<strong>{votes["likes"]:,}</strong></span>
<span class="bo_v_nogood">비추천<strong>{votes["dislikes"]:,}</strong></span></div></section>
<section id="bo_vc"><h2>댓글목록</h2>{"".join(map(_comment, shown)) or NONE}</section>
<form name="fviewcomment"><input type="hidden" name="wr_id" value="{post.post}" id="wr_id"></form></article>"""

    def _list(self, page: int) -> str:
        posts = self._posts()
        rows = "".join(
            f"""<tr><td class="td_num2">{post.post}</td><td class="td_subject"><div class="bo_tit">
<a href="{OWN}/bbs/board.php?bo_table=free&amp;wr_id={post.post}">{escape(post.title)}</a><span class="new_icon">N</span>
<span class="sound_only">댓글</span><span class="cnt_cmt">{len(threaded(post))}</span></div></td><td class="td_name">글쓴이</td>
<td class="td_num">{post.reactions["views"]}</td><td class="td_num">{post.reactions["likes"]}</td>
<td class="td_num">{post.reactions["dislikes"]}</td><td class="td_datetime">{_stamp(post.published, "%m-%d")}</td></tr>"""
            for post in posts[(page - 1) * ROWS : page * ROWS]
        )
        heads = "".join(f"<th>{name} </th>" for name in ("번호", "제목", "글쓴이", "조회", "추천", "비추천", "날짜"))
        body = rows or '<tr><td colspan="7" class="empty_table">게시물이 없습니다.</td></tr>'
        more = _paging(f"{OWN}/bbs/board.php?bo_table=free", page, len(posts), ROWS)
        return f'<div id="bo_list"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{more}'

    def _search(self, question: Question, text: str, page: int) -> str:
        posts = [each for each in self._posts() if all(word in each.title + each.text for word in text.split())]
        posts = self._posts() if "ignore_query" in question.twists else posts if text else []
        hits = "".join(
            f"""<li><div class="sch_tit"><a class="sch_res_title"
href="{OWN}/bbs/board.php?bo_table=free&amp;wr_id={post.post}">
{escape(post.title)}</a></div><p>{escape(post.text[:60])}</p><div class="sch_info">
<span class="sch_datetime">{_stamp(post.published, "%Y-%m-%d %H:%M:%S")}</span></div></li>"""
            for post in posts[(page - 1) * HITS : page * HITS]
        )
        found = f'<section class="sch_res_list"><h2>자유게시판</h2><ul>{hits}</ul></section>' if hits else ""
        return f'<div id="sch_result">{found}{_paging("?stx=x", page, len(posts), HITS)}</div>'

    def _feed(self) -> str:
        items = "".join(
            f"""<item><title>{escape(post.title)}</title>
<link>{OWN}/bbs/board.php?bo_table=free&amp;amp;wr_id={post.post}</link><description><![CDATA[{escape(post.text)}]]></description>
<dc:creator>글쓴이</dc:creator><dc:date>{_stamp(post.published, "%Y-%m-%dT%H:%M:%S+09:00")}</dc:date></item>"""
            for post in self._posts()[:ROWS]
        )
        return f"""<?xml version="1.0" encoding="utf-8" ?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>자유게시판</title>
<link>{OWN}/bbs/board.php?bo_table=free</link>{items}</channel></rss>"""


def threaded(post: Article) -> list[Comment]:
    """The rows of a post's list: who is deleted is gone, and what answered stands where it stood."""
    tops = sorted(post.comments, key=lambda each: each.id)
    return [row for top in tops for row in ([top] if top.shown else []) + top.shown_replies()]


def _comment(comment: Comment) -> str:
    indent = ' style="margin-left:50px;border-top-color:#e0e0e0"' if comment.parent else ""
    name, text = escape(comment.account.name), escape(comment.text)
    time, machine = _stamp(comment.created, "%y-%m-%d %H:%M"), _stamp(comment.created, "%Y-%m-%dT%H:%M:00+09:00")
    return f"""<article id="c_{comment.id}"{indent}><div class="cm_wrap"><header><h2>{name}님의 댓글</h2>
<span class="guest">{name}</span><span class="sound_only">아이피</span><span>(10.♡.2.{comment.account.id % 250})</span>
<time datetime="{machine}">{time}</time></header>
<div class="cmt_contents"><p>{text.replace(chr(10), "<br/>")}</p></div>
<input type="hidden" value="" id="secret_comment_{comment.id}">
<textarea id="save_comment_{comment.id}" style="display:none">{text}</textarea></div></article>"""


def _paging(url: str, page: int, total: int, size: int) -> str:
    last = max(1, -(-total // size))
    numbers = (f'<a href="{url}&amp;page={n}" class="pg_page">{n}</a>' for n in range(1, last + 1) if n != page)
    return f'<nav class="pg_wrap"><strong class="pg_current">{page}</strong>{"".join(numbers)}</nav>'


def _stamp(ms: int, form: str) -> str:
    return datetime.fromtimestamp(ms // 1000, KST).strftime(form)
