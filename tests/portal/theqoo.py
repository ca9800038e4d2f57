"""TheQoo: a Rhymix board whose comments are JSON alone, without names or votes. For an hour nobody but members reads them."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape

from .answers import HTML, Answer, Question, answer
from .nate import lines
from .rhymix import COOKIE, GONE, REFUSED, SIZE, Rhymix, dated
from .things import KST, Article

HOUR = 3_600_000
VEIL = "비회원은 작성한 지 1시간 이내의 댓글은 읽을 수 없습니다"


class TheQoo(Rhymix):
    """Answers questions to TheQoo from a world."""

    home, mid = "theqoo", "square"

    def _post(self, question: Question, post: Article | None) -> Answer:
        if post is None:
            return answer(GONE, HTML, 404)
        views, count = post.reactions["views"], len(self._rows(post))
        body = f"""<div class="rd_hd"><div class="top_area"><span class="title">{escape(post.title)}</span></div>
<div class="side fr"><span>{dated(post.published)}</span><span>조회 수 <b>{views}</b></span></div></div>
<article itemprop="articleBody">
<div class="document_{post.post}_0 rhymix_content xe_content">{lines(post.text)}</div></article>
<div class="fdb_tag"><a>댓글 <b>{count}</b>개</a></div><ul id="cmtPosition"></ul>"""
        return answer(body, HTML, 200, ("Set-Cookie", f"{COOKIE}; path=/"))

    def _json(self, question: Question) -> dict[str, object]:
        told = json.loads(question.body)
        here = f"https://{question.host}/{self.mid}/{told['document_srl']}"
        ours = question.headers.get("cookie") == COOKIE and question.headers.get("referer") == here
        post = self._find(told["document_srl"])
        if not ours or told["act"] != "dispTheqooContentCommentListTheqoo" or post is None:
            return dict(REFUSED)
        rows = self._rows(post)
        page = int(told["cpage"]) or max(1, -(-len(rows) // SIZE))
        shown = [
            {"srl": str(c.id), "ct": VEIL if self.world.now - c.created < HOUR else lines(c.text),
             "rd": f"{datetime.fromtimestamp(c.created / 1000, KST):%Y%m%d%H%M%S}"}
            for c in rows[(page - 1) * SIZE : page * SIZE]
        ]  # fmt: skip
        return {"comment_list": shown, "now_comment_page": str(page), "added_number": str((page - 1) * SIZE)}
