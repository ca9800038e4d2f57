"""DC Inside: a minor gallery, the search in it by steps of post numbers, that in all galleries, and the comments that a form
brings where it has the token of the post's page, its cookie and its Referer. Invented: nothing of it was ever recorded."""

from __future__ import annotations

import json
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .nate import lines, stamp
from .things import Article, Comment
from .world import World

HOSTS = ("gall.dcinside.com", "search.dcinside.com")
GALLERY, STEP, BEST = "virtual", 10_000, 10  # a post's number of likes from which it is recommended
SIZE, ROWS, HITS = 100, 50, 25  # on one page
COUNTS_MARKS = False  # whether the declared number counts the marks of what was deleted [?]
MARKS = {"user": "작성자가 삭제한 댓글입니다.", "operator": "관리자에 의해 삭제된 댓글입니다."}
SESSION = "PHPSESSID=0a1b2c3d"
_VIEW = "/mgallery/board/view/"
KEY, LINK = f"minor/{GALLERY}/{{n}}", f"https://gall.dcinside.com{_VIEW}?id={GALLERY}&no={{n}}"


def who(comment: Comment) -> dict[str, str]:
    """A fixed nick, or half of an address."""
    number = comment.account.id
    ip = f"{abs(number) % 223 + 1}.{abs(number) % 251}"
    return {"user_id": f"user{number}", "ip": ""} if number > 0 else {"user_id": "", "ip": ip}


class Dcinside:
    """Answers for a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        with self.world.lock:
            match question.method, question.host, question.path.strip("/").split("/"):
                case "GET", "gall.dcinside.com", ["mgallery", "board", "view"] | ["board", "view"]:
                    return self._post(question)
                case "GET", "gall.dcinside.com", ["mgallery", "board", "lists"] if question.query.get("id") == GALLERY:
                    return answer(self._list(question), HTML)
                case "GET", "gall.dcinside.com", ["derror", "deleted", *_]:
                    return answer("<html><body><p>삭제된 게시물입니다</p></body></html>", HTML)
                case "GET", "search.dcinside.com", ["post", "p", page, "sort", "latest", "q", key]:
                    return answer(self._search(question, int(page), unquote(key.replace(".", "%"))), HTML)
                case "POST", "gall.dcinside.com", ["board", "comment"]:
                    return self._comments(question)
        return answer("Not Found", TEXT, 404)

    def _all(self) -> list[Article]:
        return sorted((a for a in self.world.on("dcinside") if not a.removed), key=lambda a: -a.post)

    def _post(self, question: Question) -> Answer:
        found = next((a for a in self._all() if str(a.post) == question.query.get("no")), None)
        if found is None:
            return answer("", HTML, 302, ("Location", f"https://gall.dcinside.com/derror/deleted/{GALLERY}/minor"))
        votes = found.reactions
        body = f"""<!doctype html><html><head><meta charset="utf-8">
<meta property="og:url" content="{escape(found.link)}"></head><body>
<input type="hidden" id="e_s_n_o" name="e_s_n_o" value="{_token(found.post)}">
<input type="hidden" id="_GALLTYPE_" name="_GALLTYPE_" value="M"><input type="hidden" id="secret_article_key" value="s3">
<header><h3><span class="title_headtext">[일반]</span><span class="title_subject">{escape(found.title)}</span></h3>
<div class="gall_writer" data-nick="{escape(found.reporter or "")}" data-uid="" data-ip="221.152"><span class="gall_date"
title="{stamp(found.published, "%Y-%m-%d %H:%M:%S")}">-</span><span class="gall_count">조회 {votes["views"]:,}</span>
<span class="gall_comment">댓글 {self._declared(found):,}</span></div></header>
<div class="gallview_contents"><div class="write_div">{lines(found.text)}</div></div>
<div class="up_num_box"><p class="up_num">{votes["likes"]}</p><p class="sup_num"><span class="smallnum">{votes["likes"] // 2}
</span></p></div><div class="down_num_box"><p class="down_num">{votes["dislikes"]}</p></div></body></html>"""
        return answer(body, HTML, 200, ("Set-Cookie", f"{SESSION}; path=/"))

    def _declared(self, article: Article) -> int:
        return sum(row.shown or COUNTS_MARKS for row in _rows(article))

    def _comments(self, question: Question) -> Answer:
        form = dict(parse_qsl(question.body.decode(), keep_blank_values=True))
        session = SESSION in question.headers.get("cookie", "")
        fresh = form.get("e_s_n_o") == _token(int(form["no"])) and f"no={form['no']}" in question.headers.get("referer", "")
        if not session or not fresh or question.headers.get("x-requested-with") != "XMLHttpRequest":
            return answer("", HTML)
        found = next(a for a in self._all() if (str(a.post) == form["no"]) != ("foreign" in question.twists))
        rows, page = _rows(found), 1 if "repeat_page" in question.twists else int(form["comment_page"])
        shown = [] if "no_rows" in question.twists else rows[(page - 1) * SIZE : page * SIZE]
        numbers = range(1, -(-len(rows) // SIZE) + 1)
        paging = "".join(f"<em>{n}</em>" if n == page else f'<a href="javascript:;">{n}</a>' for n in numbers)
        said = [_row(row, str(found.post)) for row in shown]
        said += [
            {"no": "0", "name": "관리자", "ip": "", "user_id": "", "memo": "<a>광고</a>", "reg_date": "", "depth": 0}
        ] * bool(said)
        body = {"total_cnt": self._declared(found), "comments": said or None, "pagination": paging}
        return answer(json.dumps(body, ensure_ascii=False), JSON)

    def _list(self, question: Question) -> str:
        query, page, posts, more = question.query, int(question.query.get("page", "1")), self._all(), ""
        ignored, asked = "ignore_query" in question.twists, ""
        if not ignored and (word := query.get("s_keyword")) is not None:
            asked = f"&amp;s_type={query['s_type']}&amp;s_keyword={quote(word)}"
            top, lowest = (int(query.get("search_pos", -max(a.post for a in posts))) * -1, min(a.post for a in posts))
            posts = [a for a in posts if top - STEP < a.post <= top and word in a.title + a.text]
            if top - STEP >= lowest:
                there = f"id={GALLERY}&amp;page=1&amp;search_pos=-{top - STEP}{asked}"
                more = f"<a class='search_next' href='/mgallery/board/lists/?{there}'>다음검색</a>"
        if query.get("exception_mode") == "recommend":
            posts = [a for a in posts if a.reactions["likes"] >= BEST]
        rows = "".join(self._listed(a) for a in posts[(page - 1) * ROWS : page * ROWS])
        following = f"<a href='/mgallery/board/lists/?id={GALLERY}&amp;page={page + 1}'>{page + 1}</a>" * (
            len(posts) > page * ROWS
        )
        empty = "<tr class='empty_list power_lk'><td>없습니다</td></tr>" * (not rows)
        paging = f"<div class='bottom_paging_box'><em>{page}</em>{following}</div>" * bool(rows)  # where there is something
        return f"<html><body><table class='gall_list'><tbody>{rows or empty}</tbody></table>{paging}{more}</body></html>"

    def _listed(self, article: Article) -> str:
        number, at = article.post, stamp(article.published, "%Y-%m-%d %H:%M:%S")
        return f"""<tr class='ub-content us-post' data-no='{number}' data-type='icon_txt'><td class='gall_num'>{number}</td>
<td class='gall_tit'><a href='{_VIEW}?id={GALLERY}&amp;no={number}&amp;page=1'>{escape(article.title)}</a>
<a class='reply_numbox'><span class='reply_num'>[{self._declared(article)}]</span></a></td>
<td class='gall_writer' data-nick='ㅇㅇ' data-uid='' data-ip='221.152'></td><td class='gall_date' title='{at}'>{at[5:10]}</td>
<td class='gall_count'>{article.reactions["views"]}</td><td class='gall_recommend'>{article.reactions["likes"]}</td></tr>"""

    def _search(self, question: Question, page: int, query: str) -> str:
        posts = self._all()
        if "ignore_query" not in question.twists:
            posts = [a for a in posts if all(word in a.title + a.text for word in query.split())]
        items = "".join(
            f"<li><a class='tit_txt' href='{escape(a.link)}'>{escape(a.title)}</a><p class='link_dsc_txt'>{escape(a.text[:80])}"
            f"</p><p class='link_dsc_txt dsc_sub'><span>{stamp(a.published, '%Y.%m.%d %H:%M')}</span></p></li>"
            for a in posts[(page - 1) * HITS : page * HITS]
        )
        more = f"<a href='/post/p/{page + 1}/sort/latest/q/x'>{page + 1}</a>" * (len(posts) > page * HITS)
        return f"<html><body><ul class='sch_result_list'>{items}</ul><div class='bottom_paging_box'>{more}</div></body></html>"


def _token(number: int) -> str:
    return sha256(f"token {number}".encode()).hexdigest()[:24]


def _rows(article: Article) -> list[Comment]:
    """The oldest first, each followed by its answers; what is deleted stays where it has answers, or an operator took it."""
    tops = sorted(article.comments, key=lambda c: c.id)
    kept = [c for c in tops if c.shown or c.shown_replies() or c.by == "operator"]
    return [row for top in kept for row in (top, *top.shown_replies())]


def _row(comment: Comment, number: str) -> dict[str, Any]:
    gone = {"is_delete": "1", "del_yn": "Y", "memo": MARKS.get(comment.by), "name": "", "user_id": "", "ip": ""}
    answers = {"c_no": str(comment.parent), "depth": "1"} if comment.parent else {"c_no": 0, "depth": 0}
    here = {"no": str(comment.id), "parent": number, "reg_date": stamp(comment.created, "%m.%d %H:%M:%S"), **answers}
    said = {"is_delete": "0", "memo": lines(comment.text), "name": comment.account.name, **who(comment)}
    return here | (said if comment.shown else gone)
