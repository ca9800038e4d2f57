"""Zum news: an article, its counts, its comments. Invented where nothing was recorded, which is nearly everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .naver_rows import compact
from .things import KST, Article, Comment
from .world import World

PAGE = 20
_PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8">
<meta property="og:title" content="{title}"><meta property="og:article:author" content="{press}">
<meta property="article:published_time" content="{date}">
</head><body><div id="article"><h2>{title}</h2>
<div class="sponsor"><span class="date">{date}</span></div>
<div id="article_body" class="article_body">{body}</div></div>
{comments}</body></html>"""


class Zum:
    """Answers for a world; `listed` gives the rows of an article's list."""

    def __init__(self, world: World, listed: Callable[[Article], list[Comment]]) -> None:
        self.world, self._listed = world, listed

    def answer(self, question: Question) -> Answer:
        """An article, its counts, or a page of its comments."""
        parts = question.path.strip("/").split("/")
        articles = self.world.on("zum")
        article = next((each for each in articles if each.id == (parts[1] if parts[0] == "articles" else parts[-1])), None)
        if article is None or article.removed:
            return answer("<html><body>404</body></html>", HTML, 404)
        if "foreign" in question.twists:
            article = next(each for each in articles if each is not article)
        match parts:
            case ["articles", *_]:
                return answer(self._page(article), HTML)
            case ["article", "info", "SYS007", _] if article.pane == "open":
                return answer(compact(self._info(article)), JSON)
            case ["cmnt", "article-list", "SYS007", _] if article.pane == "open":
                return answer(compact(self._comments(question, article)), JSON)
        return answer("Not Found", TEXT, 404)

    def _page(self, article: Article) -> str:
        return _PAGE.format(
            title=escape(article.title),
            press=escape(article.press),
            date=datetime.fromtimestamp(article.published // 1000, KST).isoformat(),
            body="".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n")),
            comments='<script>var cmnt = {"sysCode": "SYS007"};</script>' if article.pane == "open" else "",
        )

    def _tops(self, article: Article) -> list[Comment]:
        return [row for row in self._listed(article) if not row.parent]

    def _info(self, article: Article) -> dict[str, Any]:
        tops = self._tops(article)
        gone = sum(row.deleted for row in tops)
        replies = sum(len(row.shown_replies()) for row in tops)
        return {"sysCode": "SYS007", "articleIdx": int(article.id), "cmntCount": len(tops), "deletedCount": gone,
                "likeCount": article.reactions["like"], "hateCount": 1, "validScmntCount": replies}  # fmt: skip

    def _comments(self, question: Question, article: Article) -> dict[str, Any]:
        tops, page = self._tops(article), int(question.query.get("page", "1"))
        first = 0 if "repeat_page" in question.twists else (page - 1) * PAGE
        rows = [] if "no_rows" in question.twists else tops[first : first + PAGE]
        replies = sum(len(row.shown_replies()) for row in tops)
        return {"hasNext": page * PAGE < len(tops), "totalPage": -(-len(tops) // PAGE), "totalValidCmnt": len(tops),
                "totalValidScmnt": replies, "cmntList": [_row(row) for row in rows]}  # fmt: skip


def _row(written: Comment) -> dict[str, Any]:
    return {
        "id": written.id,
        "content": "" if written.deleted else written.text,
        "writeDateTime": datetime.fromtimestamp(written.created // 1000, KST).strftime("%Y-%m-%dT%H:%M:%S"),
        "userDisplayId": f"{written.account.ref}****",
        "deletedBy": "USER" if written.deleted else None,
        "likeCount": written.likes,
        "hateCount": written.dislikes,
        "loginType": "ZUM",
    }
