"""Naver Cafe: an article and its comments as JSON, and the answers of one that is not for everybody."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from .answers import JSON, TEXT, Answer, Question, answer
from .naver_rows import compact
from .things import Article, Comment
from .world import World

PAGE = 100  # comments with their replies
REFUSALS = {
    "members": (401, "0004", "로그인하지 않았습니다."),
    "level": (403, "5001", "게시판을 읽을 수 있는 등급이 아닙니다."),
    "strange": (403, "9000", "잠시 후 다시 시도해 주세요."),
}


class Cafe:
    """Answers for a world; `listed` gives the rows of an article's list, the newest comment first."""

    def __init__(self, world: World, listed: Callable[[Article], list[Comment]]) -> None:
        self.world, self._listed = world, listed

    def answer(self, question: Question) -> Answer:
        """An article, or a page of its comments."""
        match question.path.strip("/").split("/"):
            case ["cafe-web", "cafe-articleapi", "v2.1", "cafes", cafe, "articles", number]:
                return self._about(question, cafe, number, self._article)
            case ["cafe-web", "cafe-articleapi", "v2", "cafes", cafe, "articles", number, "comments", "pages", page]:
                return self._about(question, cafe, number, lambda q, article: self._comments(q, article, int(page)))
        return answer("Not Found", TEXT, 404)

    def _about(self, question: Question, cafe: str, number: str, show: Callable[[Question, Article], dict[str, Any]]) -> Answer:
        articles = self.world.on("naver_cafe")
        names = {f"{27_000_000 + place}": each for place, each in enumerate(articles)}
        names |= {f"haru{place}": each for place, each in enumerate(articles)}
        article = names.get(cafe)
        if article is None or article.removed or str(article.post) != number:
            return _refused(404, "4003", "삭제되었거나 존재하지 않는 게시글입니다.")
        if article.pane in REFUSALS:
            return _refused(*REFUSALS[article.pane])
        if "foreign" in question.twists:
            article = next(each for each in articles if each is not article)
        return answer(compact(show(question, article)), JSON)

    def _article(self, _: Question, article: Article) -> dict[str, Any]:
        cafe = int(article.id.partition("/")[0])
        return {"result": {"cafeId": cafe, "articleId": article.post, "cafe": {"id": cafe, "name": article.press}}
                | {"article": self._facts(article), "comments": {"items": []}}}  # fmt: skip

    def _facts(self, article: Article) -> dict[str, Any]:
        body = "".join(f'<p class="se-text-paragraph"><span>{escape(line)}</span></p>' for line in article.text.split("\n"))
        return {
            "id": article.post,
            "menu": {"id": 7, "name": "자유게시판", "menuType": "B"},
            "subject": article.title,
            "writer": {"memberKey": "writer-key", "nick": article.reporter, "memberLevel": 120},
            "writeDate": article.published,
            "readCount": 890,
            "commentCount": len(self._listed(article)),
            "contentHtml": f'<div class="se-main-container">{body}</div>',
            "isReadable": True,
            "isBlind": False,
        }

    def _comments(self, question: Question, article: Article, page: int) -> dict[str, Any]:
        groups: list[list[Comment]] = []
        for row in self._listed(article):
            if row.parent:
                groups[-1].append(row)
            else:
                groups.append([row])
        if question.query.get("orderBy") != "desc":
            groups.reverse()
        rows = [row for group in groups for row in group]
        first = 0 if "repeat_page" in question.twists else (page - 1) * PAGE
        shown = [] if "no_rows" in question.twists else rows[first : first + PAGE]
        result = {"cafeId": int(article.id.partition("/")[0]), "article": self._facts(article)}
        result["comments"] = {"items": [_row(row) for row in shown]}
        return {"result": result, "hasPrev": page > 1, "hasNext": page * PAGE < len(rows)}


def _refused(status: int, code: str, reason: str) -> Answer:
    return answer(compact({"result": {"errorCode": code, "reason": reason, "message": reason}}), JSON, status)


def _row(written: Comment) -> dict[str, Any]:
    return {
        "id": written.id,
        "refId": written.parent or written.id,
        "isRef": bool(written.parent),
        "writer": {"memberKey": f"member-{written.account.ref}", "nick": written.account.name},
        "content": "" if written.deleted else written.text,
        "updateDate": written.created // 1000 * 1000,
        "isDeleted": written.deleted,
        "isArticleWriter": False,
    }
