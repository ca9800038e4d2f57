"""Naver Blog: the post for phones in the layouts of three editors, its comments and its likes."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .naver_asked import envelope, failure, page_model
from .naver_rows import compact
from .things import Article, Comment, stamp
from .world import World

ERROR = "https://m.blog.naver.com/MobileErrorView.naver?errorType=noPost"
_HEAD = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8">
<meta property="og:title" content="{title}"/>
<meta property="og:url" content="https://blog.naver.com/{key}"/>
<meta property="naverblog:nickname" content="{name}" />
</head><body>
<div id="_post_property" style="display:none"
commentCount="{count}" blockType="0"
blogName="{blog}"
commentEnable="{enabled}"
addDate="{added}"
editorversion='{editor}'
uri="http://blog.naver.com/{key}"
></div>
<div class="_postView">
"""
_TAIL = """</div>
<script type="text/javascript">var blogId = "{id}"; var blogNo = '{blog_no}';</script>
</body></html>
"""
_BODIES = {
    2: """<strong class="tit_category"><a href="#">- 하루</a></strong><h3 class="tit_h3">{title}</h3>
<div class="post_ct  " id="viewTypeSelector">{body}</div>""",
    3: """<div class="post_ct se3_view" id="viewTypeSelector"><div class="se_component_wrap">
<div class="blog_category"><a href="#">- 하루</a></div>
<div class="se_editView se_title"><h3 class="se_textarea"><!-- -->{title}<!-- --></h3></div></div>
<div class="se_component_wrap sect_dsc __se_component_area">{body}</div></div>""",
    4: """<div class="post_ct wrap_rabbit" id="viewTypeSelector"><div class="se-documentTitle">
<div class="blog_category"><a href="#">- 하루</a></div>
<div class="se-module se-module-text se-title-text"><p>{title}</p></div></div>
<div class="se-main-container">{body}<script type="text/data">{{"type": "v2_text"}}</script></div></div>""",
}


class Blog:
    """Answers for a world; `listed` gives the rows of an article's list."""

    def __init__(self, world: World, listed: Callable[[Article], list[Comment]]) -> None:
        self.world, self._listed = world, listed

    def post(self, question: Question) -> Answer:
        """A post, or the way to the page that says that there is none."""
        path = question.path.strip("/")
        if path == "MobileErrorView.naver":
            return answer("<html><body><p>삭제되었거나 존재하지 않는 게시물입니다.</p></body></html>", HTML, 404)
        article = next((each for each in self.world.on("naver_blog") if each.id == path), None)
        if article is None or article.removed:
            return answer(b"", HTML, 302, ("Location", ERROR))
        if article.pane == "neighbours":
            return answer("<html><body><p>이웃에게만 공개된 글입니다.</p></body></html>", HTML)
        if "foreign" in question.twists:
            article = next(each for each in self.world.on("naver_blog") if each is not article)
        place = self.world.on("naver_blog").index(article)
        editor = 2 + place % 3
        body = "".join(f"\n    <p>{escape(line)}</p>" for line in article.text.split("\n"))
        blog_no = article.hash.partition("_")[0]
        page = _HEAD + _BODIES[editor] + _TAIL
        html = page.format(
            title=escape(article.title),
            key=article.id,
            name=article.reporter,
            count=len(self._listed(article)),
            blog=escape(article.press),
            enabled="true" if article.pane == "open" else "false",
            added=article.published,
            editor=editor,
            body=body,
            id=article.id.partition("/")[0],
            blog_no=blog_no,
        )
        return answer(html, HTML)

    def comments(self, question: Question) -> Answer:
        """A page of comments, replies among them."""
        query = question.query
        if "m.blog.naver.com" not in question.headers.get("referer", "") or query.get("pool") != "blogid":
            return answer(failure("3999", "잘못된 접근입니다."), JSON)
        name, posts = query.get("objectId", ""), self.world.on("naver_blog")
        article = next((each for each in posts if each.hash == name), None)
        if article is None or not article.readable:
            return answer(failure("3011", "댓글을 제공하지 않습니다."), JSON)
        if "foreign" in question.twists:
            article = next(each for each in posts if each is not article)
        rows = [] if "no_list" in question.twists else self._listed(article)
        size, page = min(100, int(query.get("pageSize", "20"))), int(query.get("page", "1"))
        model = page_model(page, size, len(rows))
        first = 0 if "repeat_page" in question.twists else (page - 1) * size
        shown = [] if "no_rows" in question.twists else rows[first : first + size]
        replies = sum(bool(row.parent) for row in rows)
        result = {
            "commentList": [_row(article, row) for row in shown],
            "pageModel": model,
            "exposureConfig": {"reason": None, "status": "COMMENT_ON"},
            "count": {"comment": len(rows) - replies, "reply": replies, "total": len(rows), "exposeCount": len(rows) - replies},
            "listStatus": "current",
            "sort": "REVERSE_NEW",
            "bestList": [],
        }
        return answer(compact(envelope(result) | {"date": stamp(self.world.now)}), JSON)

    def likes(self, question: Question) -> Answer:
        """The likes of a post."""
        name = question.query.get("q", "").partition("[")[2].rstrip("]")
        article = next((each for each in self.world.on("naver_blog") if each.id.replace("/", "_") == name), None)
        if article is None:
            return answer("Not Found", TEXT, 404)
        reactions = [{"reactionType": kind, "count": count} for kind, count in article.reactions.items()]
        return answer(compact({"contents": [{"serviceId": "BLOG", "contentsId": name, "reactions": reactions}]}), JSON)


def _row(article: Article, written: Comment) -> dict[str, Any]:
    gone = written.deleted
    return {
        "objectId": article.hash,
        "commentNo": str(written.id),
        "parentCommentNo": str(written.parent or written.id),
        "replyLevel": 2 if written.parent else 1,
        "replyCount": len(written.shown_replies()),
        "replyList": None,
        "contents": "" if gone else written.text,
        "userIdNo": None,
        "profileUserId": None if gone else str(written.account.ref),
        "userName": written.account.name,
        "regTime": stamp(written.created),
        "modTime": stamp(written.gone_at or written.created),
        "sympathyCount": written.likes,
        "antipathyCount": written.dislikes,
        "status": 1 if gone else 0,
        "deleted": gone,
        "blind": written.status == "blind",
        "secret": written.status == "secret",
        "visible": not gone,
    }
