"""LiveRe: the list of comments that a publisher's page asks for, as JSONP, with what it should not hold of its writers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .answers import TEXT, Answer, Question, answer
from .naver_asked import SCRIPT
from .naver_rows import compact
from .things import Article, Comment
from .world import World

_NULLS = (
    *("shortUrl", "targetService", "targetUserName", "info1", "info2", "info3", "image1", "image2", "image3", "link1", "link2"),
    *(
        "link3",
        "file1",
        "file2",
        "file3",
        "quotationSeq",
        "quotationContent",
        "deleteReason",
        "version",
        "memberUrl",
        "septSns",
    ),
)


class Livere:
    """Answers for a world; `listed` gives the rows of an article's list."""

    def __init__(self, world: World, listed: Callable[[Article], list[Comment]]) -> None:
        self.world, self._listed = world, listed

    def comments(self, question: Question) -> Answer:
        """A page of comments and the replies to them."""
        query = question.query
        if question.path != "/v1/comments/list":
            return answer("Not Found", TEXT, 404)
        pages = self.world.on("livere")
        article = next((each for each in pages if str(each.post) == query.get("repSeq")), None)
        if article is None or article.removed:
            return _wrapped(query, {"results": None, "resultCode": 404, "resultMessage": "no such page"})
        if "foreign" in question.twists:
            article = next(each for each in pages if each is not article)
        rows = self._listed(article)
        tops = [row for row in rows if not row.parent]
        size, page = int(query.get("limit", "10")), int(query.get("offset", "1"))
        first = 0 if "repeat_page" in question.twists else (page - 1) * size
        shown = [] if "no_rows" in question.twists else tops[first : first + size]
        here = {row.id for row in shown}
        results = {
            "parents": [_row(article, row) for row in shown],
            "children": [_row(article, row) for row in rows if row.parent in here],
            "quotations": [],
        }
        return _wrapped(query, {"results": results, "resultCode": 200, "resultMessage": "Okay, livere"})


def _wrapped(query: dict[str, str], body: dict[str, Any]) -> Answer:
    name = query.get("callback", "callback")
    return answer(f"/**/ typeof {name} === 'function' && {name}({compact(body)});", SCRIPT)


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _row(article: Article, written: Comment) -> dict[str, Any]:
    who = written.account
    return dict.fromkeys(_NULLS) | {
        "replySeq": written.id,
        "parentSeq": written.parent or written.id,
        "directSeq": 0,
        "repSeq": article.post,
        "consumerSeq": 623,
        "livereSeq": 15201,
        "name": who.name,
        "memberId": str(who.ref),
        "memberDomain": "naver",
        "email": f"person{who.id}@example.invalid",
        "ipAddress": "203.0.113.77",
        "agent": "Mozilla/5.0 (a browser of somebody)",
        "content": "" if written.deleted else written.text,
        "good": written.likes,
        "bad": written.dislikes,
        "police": 0,
        "subCount": len(written.shown_replies()),
        "regdate": _time(written.created),
        "deletedDate": _time(written.gone_at) if written.deleted else None,
        "title": article.title,
        "site": f"https://www.{article.press_site}.invalid/article/{article.post}",
        "status": 0,
        "isSecret": 0,
        "isModified": 0,
        "sticker": 0,
    }
