"""A Rhymix board in the skin that FMKorea and TheQoo have: lists, search, posts with the last page of comments, and comments as
JSON for who has its session; and TheQoo, which has those alone, and whose members have no names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from html import escape
from urllib.parse import quote

from .answers import HTML, JSON, Answer, Question, answer
from .nate import lines
from .things import KST, Article, Comment
from .world import World

SIZE, LISTED = 100, 20  # on one page
GONE = '<div id="access"><div class="login-header"><h1>대상을 찾을 수 없습니다.</h1></div></div>'
CLOSED = '<div id="access"><div class="login-header"><h1>권한이 없습니다.</h1></div></div>'
REFUSED = {"errorDetail": "ERR_CSRF_CHECK_FAILED", "error": -1, "message": "보안정책상 허용되지 않습니다."}
COOKIE = "PHPSESSID=s0"


class Rhymix:
    """Answers questions to one board from a world."""

    home, mid = "rhymix", "humor"

    def __init__(self, world: World, rows: Callable[[Article], list[Comment]]) -> None:
        self.world, self._rows = world, rows

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        with self.world.lock:
            match question.method, question.path.strip("/").split("/"):
                case "GET", [mid] if mid == self.mid:
                    return answer(self._list(question), HTML)
                case "GET", [number] if number.isdigit():
                    return answer("", HTML, 301, ("Location", f"/{self.mid}/{number}"))
                case "GET", [mid, number] if mid == self.mid:
                    foreign = "foreign" in question.twists
                    return self._post(question, self.world.on(self.home)[-1] if foreign else self._find(number))
                case "POST", ["index.php"]:
                    return answer(json.dumps(self._json(question), ensure_ascii=False), JSON)
        return answer(GONE, HTML, 404)

    def _find(self, number: str) -> Article | None:
        found = next((each for each in self.world.on(self.home) if str(each.post) == number), None)
        return None if found is None or found.removed else found

    def _post(self, question: Question, post: Article | None) -> Answer:
        if post is None:
            return answer(GONE, HTML, 200 if "soft" in question.twists else 404)
        if post.pane == "off":
            return answer(CLOSED, HTML, 403)
        votes, rows = post.reactions, self._rows(post)
        last = max(1, -(-len(rows) // SIZE))
        here = min(int(question.query.get("cpage", last)), last)
        if "repeat_page" in question.twists:
            here = last
        shown = [] if post.pane == "script" else rows[(here - 1) * SIZE : here * SIZE]
        best = sorted((c for c in rows if c.shown and c.likes >= 45), key=lambda c: -c.likes)[:3] if here == last else []
        items = "".join([self._item(post, c, "_") for c in best] + [self._item(post, c, "") for c in shown])
        pages = "".join(
            f'<strong class="this">{n}</strong>' if n == here else f'<a href="/{self.mid}/{post.post}?cpage={n}#c">{n}</a>'
            for n in range(1, last + 1)
        )
        body = f"""<!DOCTYPE html><html><head>
<meta property="og:url" content="https://{question.host}/{self.mid}/{post.post}" />
<title>{escape(post.title)}</title></head><body><div class="rd"><div class="rd_hd clear"><div class="top_area ngeb">
<span class="date m_no">{dated(post.published)}</span><h1 class="np_18px"><a href="#">{escape(post.title)}</a></h1></div>
<div class="btm_area clear"><div class="side"><a href="#" class="nick member_0">{post.reporter}</a></div><div class="side fr">
<span>조회 수 <b>{votes["views"]:,}</b></span> <span>추천 수 <b>{votes["likes"]:,}</b></span>
<span>댓글 <b>{len(rows):,}</b></span></div></div></div>
<div class="rd_body"><div class="document_{post.post}_0 rhymix_content xe_content"><p>{lines(post.text)}</p></div></div>
<div class="rd_vote"><a class="blamed" onclick="doCallModuleAction('document','procDocumentVoteDown','1')"><b>
-{votes["dislikes"]}</b></a></div><div class="fdb_tag"><a>Comments <b>'{len(rows)}'</b></a></div>
<ul class="fdb_lst_ul">{items}</ul><div class="bd_pg clear">{pages if last > 1 else ""}</div></div></body></html>"""
        return answer(body, HTML, 200, ("Set-Cookie", f"{COOKIE}; path=/; HttpOnly"))

    def _item(self, post: Article, comment: Comment, mark: str) -> str:
        reply = ' re bg1" style="margin-left:2%' if comment.parent and not mark else ""
        head = f'<li id="comment_{comment.id}{mark}" class="fdb_itm clear{reply}">'
        if not comment.shown:
            return f'{head}<div class="meta"></div><div class="cont">삭제된 댓글입니다.</div></li>'
        return f"""{head}<div class="meta"><b>{escape(comment.account.name)}</b>
<span class="date">{self._ago(comment.created)}</span></div>
<div class="cont"><div class="comment_{comment.id}_0 rhymix_content xe_content">{lines(comment.text)}</div></div>
<span class="vote"><a title="추천"><em>{comment.likes}</em></a><a title="비추천">{comment.dislikes}</a></span></li>"""

    def _ago(self, ms: int) -> str:
        """A time within a day as the skin shows it."""
        minutes = (self.world.now - ms) // 60_000
        if minutes < 60:
            return f"{minutes}분 전" if minutes else "방금 전"
        return f"{minutes // 60}시간 전" if minutes < 24 * 60 else dated(ms)

    def _list(self, question: Question) -> str:
        page, word = int(question.query.get("page", "1")), question.query.get("search_keyword", "")
        posts = sorted((p for p in self.world.on(self.home) if not p.removed), key=lambda p: -p.post)
        if "ignore_query" in question.twists:
            word = ""
        found = [p for p in posts if all(each in p.title + p.text for each in word.split())]
        asked = f"search_target=title_content&amp;search_keyword={quote(word)}" if word else ""
        rows = "".join(
            f'<tr><td class="no">{p.post}</td><td class="title">'
            f'<a href="/{self.mid}/{p.post}?{asked}" class="hx">{escape(p.title)}</a>'
            f'<a href="#c" class="replyNum">{len(self._rows(p))}</a></td><td class="author">{p.reporter}</td>'
            f'<td class="time">{dated(p.published)[:10]}</td><td class="m_no">{p.reactions["views"]:,}</td></tr>'
            for p in found[(page - 1) * LISTED : page * LISTED]
        )
        more = f'<a href="/{self.mid}?{asked}&amp;page={page + 1}">{page + 1}</a>' if len(found) > page * LISTED else ""
        return f"""<div class="bd_lst_wrp"><table class="bd_lst bd_tb"><thead><tr><th>번호</th><th>제목</th><th>글쓴이</th>
<th>날짜</th><th>조회 수</th></tr></thead><tbody><tr class="notice"><td class="title"><a href="/{self.mid}/7">공지</a></td></tr>
{rows}</tbody></table></div><form class="bd_pg">{more}<a href="/{self.mid}?page=1">1</a></form>"""

    def _json(self, question: Question) -> dict[str, object]:
        told = json.loads(question.body)
        here = f"https://{question.host}/{self.mid}/{told['document_srl']}"
        ours = question.headers.get("cookie") == COOKIE and question.headers.get("referer") == here
        post = self._find(told["document_srl"])
        if not ours or told["act"] != "dispBoardContentCommentList" or post is None:
            return dict(REFUSED)
        start = (int(told["cpage"]) - 1) * SIZE
        rows = [
            {"comment_srl": c.id, "parent_srl": c.parent, "document_srl": post.post, "member_srl": 0, "is_secret": "N",
             "nick_name": c.account.name, "content": lines(c.text), "voted_count": c.likes, "blamed_count": -c.dislikes,
             "regdate": f"{datetime.fromtimestamp(c.created / 1000, KST):%Y%m%d%H%M%S}"}
            for c in self._rows(post)[start : start + SIZE]
        ]  # fmt: skip
        return {"comment_list": rows, "error": 0, "message": "success"}


class FMKorea(Rhymix):
    """FMKorea's best list, whose posts stand under it."""

    home, mid = "fmkorea", "best"


def dated(ms: int) -> str:
    """A time as a post has it."""
    return f"{datetime.fromtimestamp(ms / 1000, KST):%Y.%m.%d %H:%M}"
