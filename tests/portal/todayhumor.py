"""TodayHumor: a board, the best of the best, a post and its comments. A post has another number on a best board, and comments
are given out by the number on its own board alone: any other gets an empty list and no word."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .naver_rows import compact
from .things import KST, Article, Comment
from .world import World

HOSTS = ("www.todayhumor.co.kr",)
LINK = "https://www.todayhumor.co.kr/board/view.php?table=sisa&no={n}"
ROWS = 20  # on one page
BEST = {"humorbest": 700_000, "bestofbest": 400_000}  # added to a post's number


class TodayHumor:
    """Answers for the site from a world. A post with the reaction `best` is on as many best boards as that says."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        query = question.query
        with self.world.lock:
            match question.path:
                case "/board/list.php":
                    return answer(self._list(question, int(query.get("page", "1"))), HTML)
                case "/board/view.php":
                    return answer(self._post(question, query["table"], int(query["no"])), HTML)
                case "/board/ajax_memo_list.php":
                    wrong = "no_rows" in question.twists
                    post = self._find("" if wrong else query["parent_table"], int(query["parent_id"]), best=False)
                    return answer(compact(_memos(post)), JSON)
        return answer("Not Found", TEXT, 404)

    def _posts(self, table: str) -> list[Article]:
        posts = sorted((each for each in self.world.on("todayhumor") if not each.removed), key=lambda each: -each.post)
        return [each for each in posts if table not in BEST or table in _boards(each)]

    def _find(self, table: str, number: int, *, best: bool = True) -> Article | None:
        known = self._posts(table) if table == "sisa" or (best and table in BEST) else []
        return next((each for each in known if each.post + BEST.get(table, 0) == number), None)

    def _post(self, question: Question, table: str, number: int) -> str:
        post = self._find(table, number)
        if post is None:
            return "<script>alert('삭제되었거나 존재하지 않는 게시물입니다.');history.back();</script>"
        script = f'<script>var parent_table = "sisa"; var parent_id = "{post.post}";</script>'
        votes, name = post.reactions, escape(post.reporter)
        times = f"<div>등록시간 : {_stamp(post.published)}</div>"
        if table in BEST:
            risen = post.published + (1 + list(BEST).index(table)) * 3_600_000
            times = f"<div> 베오베  등록시간 : {_stamp(risen)}</div><div>원글작성시간 : {_stamp(post.published)}</div>"
        return f"""<!DOCTYPE html><html><head>{"" if "no_script" in question.twists else script}</head><body>
<div class="viewSubjectDiv">{escape(post.title)}</div><div class="writerInfoContents"><div>게시물ID : {table}_{number}</div>
<div>작성자 : <span id='viewPageWriterNameSpan' mn='77' name='{name}'><b>{name}</b></span></div>
<div>추천 : <span class='view_ok_nok'>{votes["likes"]}</span></div><div>조회수 : {votes["views"]}</div>
<div>IP : 125.185.***.41</div><div>댓글 : {sum(row.shown for row in _rows(post))}개</div>{times}</div>
<div class="viewContent">{"<br>".join(map(escape, post.text.split(chr(10))))}</div></body></html>"""

    def _list(self, question: Question, page: int) -> str:
        query = question.query
        posts, table = self._posts(query.get("table", "")), query.get("table", "sisa")
        if query.get("kind") == "search":
            posts = [each for each in posts if query["keyword"] in each.title or "ignore_query" in question.twists]
            table = "sisa"
        rows = "".join(
            f"""<tr class='view list_tr_{table}'><td class='no'>{post.post}</td><td class='subject'>
<a href='/board/view.php?table={table}&s_no={post.post}&no={post.post + BEST.get(table, 0)}'>{escape(post.title)}</a>
<span class='list_memo_count_span'>[{sum(row.shown for row in _rows(post))}]</span></td><td class='name'><a>누구</a></td>
<td class='date'>{_stamp(post.published)[2:16]}</td><td class='hits'>{post.reactions["views"]}</td>
<td class='oknok'>{post.reactions["likes"]}</td></tr>"""
            for post in posts[(page - 1) * ROWS : page * ROWS]
        )
        more = "".join(f"<a href='{question.path}?page={n}'>{n}</a>" for n in range(1, -(-len(posts) // ROWS) + 1))
        return f"<html><body><table class='table_list'>{rows}</table><div class='paging'>{more}</div></body></html>"


def _boards(post: Article) -> list[str]:
    return list(BEST)[: post.reactions.get("best", 0)]


def _rows(post: Article) -> list[Comment]:
    return sorted([row for top in post.comments for row in (top, *top.replies)], key=lambda row: row.id)


def _memos(post: Article | None) -> dict[str, Any]:
    if post is None:
        return {"is_more_memo": "true", "memos": []}
    moves = [
        _memo(n + 1, post.published + (n + 1) * 3_600_000, f"MOVE_{board.upper()}/{post.post + BEST[board]}")
        | {"is_system": True, "name": "SYSTEM", "member_no": "0", "member_status": "system"}
        for n, board in enumerate(_boards(post))
    ]
    rows = [
        _memo(row.id, row.created, "" if row.deleted else _shown(row.text))
        | {"name": row.account.name, "member_no": str(row.account.id), "member_status": "normal", "ip": "119.65.***.168"}
        | {"ok": str(row.likes), "nok": str(row.dislikes) if row.dislikes else 0}
        | {"parent_memo_no": str(row.parent) if row.parent else 0}
        | {"is_del": row.deleted, "del_user": (str(row.account.id) if row.by == "user" else row.by) if row.deleted else ""}
        for row in _rows(post)
    ]
    return {"is_more_memo": "false", "memos": sorted(moves + rows, key=lambda memo: str(memo["date"]))}


def _memo(number: int, at: int, text: str) -> dict[str, Any]:
    """A row without what makes it somebody's."""
    flags = {"is_system": False, "is_nok": False, "is_del": False, "del_user": "", "is_anonymous": False}
    counts = {"ok": "0", "nok": 0, "accuse_count": "0", "ip": "", "parent_memo_no": 0, "is_writer_member_no": False}
    return {"no": str(number), "date": _stamp(at).replace("/", "-"), "memo": text} | flags | counts


def _shown(text: str) -> str:
    """A text as the site writes it: each blank is one that does not break."""
    return escape(text).replace(" ", "&nbsp;").replace("\n", "<br />") + "<br /> "


def _stamp(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, KST).strftime("%Y/%m/%d %H:%M:%S")
