"""The hosts of Daum: which address shows what, in the shapes that were recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import article_page, daum_search, shapes, timetalk
from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .shapes import compact
from .things import Article, Comment
from .world import World

MOST = 100  # comments that one answer holds, whatever limit is asked for
HOSTS = (
    "v.daum.net",
    "news.v.daum.net",
    "alex.daum.net",
    "comment.daum.net",
    "action.daum.net",
    timetalk.HOST,
    daum_search.HOST,
)


def refusal(status: int, error: str, text: str) -> Answer:
    """An error in JSON."""
    return answer(compact({"error": error, "error_description": text}), JSON, status)


class Daum:
    """Answers questions to the hosts of Daum from a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._revision = -1
        self._pages: dict[tuple[Any, ...], Any] = {}
        self._rows: dict[int, tuple[tuple[Any, ...], str]] = {}

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        if question.method not in ("GET", "HEAD"):
            return answer("Method Not Allowed", TEXT, 405, ("Allow", "GET, HEAD"))
        parts = question.path.strip("/").split("/")
        match question.host, parts:
            case "news.v.daum.net", ["v", _]:
                return answer(b"", HTML, 301, ("Location", f"https://v.daum.net{question.target}"))
            case "v.daum.net", ["v", name]:
                return self._article(name)
            case "alex.daum.net", ["oauth", "token"]:
                return self._token(question.query)
            case "comment.daum.net", ["apis", "v1", "ui", "single", "main", name]:
                return self._guarded(question, lambda: self._post(name))
            case "comment.daum.net", ["apis", "v1", "posts", name, "comments"]:
                return self._list(question, name, question.query.get("parentId", "0"), "RECOMMEND")
            case "comment.daum.net", ["apis", "v1", "comments", number, "children"]:
                return self._children(question, number)
            case daum_search.HOST, ["search"]:
                return answer(daum_search.page(self.world, question), HTML)
            case timetalk.HOST, ["talk" | "api" as what, *_, name]:
                return self._talk(question, what, name)
            case "action.daum.net", ["apis", "v1", "reactions", "home"]:
                return self._guarded(question, lambda: self._reactions(question.query.get("itemKey", "")))
        return answer("Not Found", TEXT, 404)

    # -- pages

    def _cached(self, key: tuple[Any, ...], build: Callable[[], Any]) -> Any:
        """What was built under this key, until the world changes."""
        world = self.world
        with world.lock:
            if self._revision != world.revision or len(self._pages) > 1_000:
                self._pages.clear()
                self._revision = world.revision
            if key not in self._pages:
                self._pages[key] = build()
            return self._pages[key]

    def _find(self, name: str) -> Article | None:
        try:
            found = self.world.article(name)
        except KeyError:
            return None
        return found if found.site == "daum" else None

    def _article(self, name: str) -> Answer:
        article = self._find(name)
        if article is None or article.removed or name == str(article.post):
            return answer(article_page.MISSING, HTML, 404)
        client = self.world.client_id
        page = self._cached(("page", article.id), lambda: article_page.render(article, client).encode())
        return answer(page, HTML)

    def _talk(self, question: Question, what: str, name: str) -> Answer:
        article = self._find(name)
        if article is None or article.removed or article.pane != "talk":
            return answer("Not Found", TEXT, 404)
        if what == "talk":
            return answer(timetalk.frame(article), HTML)
        found = timetalk.said(article, self.world.now, none="no_rows" in question.twists)
        return answer(compact(found), JSON)

    # -- tokens

    def _token(self, query: dict[str, str]) -> Answer:
        if query.get("grant_type") != "alex_credentials":
            return refusal(400, "unsupported_grant_type", "Unsupported grant type")
        if query.get("client_id") != self.world.client_id:
            return refusal(401, "invalid_client", "Bad client credentials")
        ends = self.world.now // 1000 + shapes.LIFE
        token, body = shapes.token(self.world.client_id, ends)
        with self.world.lock:
            self.world.tokens[token] = ends * 1000
        return answer(compact(body), "application/json")

    def _guarded(self, question: Question, build: Callable[[], Answer]) -> Answer:
        """Answer only a request that carries a token which this portal gave and which still holds."""
        kind, _, token = question.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return refusal(401, "unauthorized", "Full authentication is required to access this resource")
        if self.world.tokens.get(token.strip(), 0) <= self.world.now:
            return refusal(401, "invalid_token", "Access token expired or unknown")
        return build()

    # -- comments

    def _by_post(self, name: str) -> Article | None:
        """The article of a post id, or of `@` and the article's number; nothing where no pane can be read."""
        article = self._find(name.removeprefix("@"))
        if article is None or not article.readable:
            return None
        return article if name in (str(article.post), f"@{article.id}") else None

    def _post(self, name: str) -> Answer:
        article = self._by_post(name) if name.startswith("@") else None
        if article is None:
            return refusal(404, "not_found", "post not found")
        counts = self.world.counts
        body = self._cached(("post", article.id), lambda: compact(shapes.post(article, *counts(article))).encode())
        return answer(body, JSON)

    def _children(self, question: Question, number: str) -> Answer:
        try:
            article = self.world.article_of(int(number))
        except (KeyError, ValueError):
            return refusal(404, "not_found", "comment not found")
        return self._list(question, str(article.post), number, "CHRONOLOGICAL")

    def _list(self, question: Question, name: str, parent: str, sort: str) -> Answer:
        article = self._by_post(name)
        if article is None:
            return refusal(404, "not_found", "post not found")
        query = question.query
        try:
            above, offset, limit = int(parent), int(query.get("offset", 0)), int(query.get("limit", 10))
        except ValueError:
            return refusal(400, "bad_request", "a number was expected")
        if offset < 0 or limit < 1:
            return refusal(400, "bad_request", "offset or limit out of range")
        sort = query.get("sort", sort)
        if question.twists & {"ignore_sort", "false_sort"}:
            sort = "RECOMMEND"
        if question.twists & {"repeat_page", "ignore_cursor"}:
            offset = 0
        if "foreign" in question.twists:
            article, above = self._stranger(article, above)
        end = offset if "no_rows" in question.twists else offset + min(limit, MOST)
        key = ("list", article.id, above, sort, offset, end)
        return answer(self._cached(key, lambda: self._render(article, above, sort, offset, end)), JSON)

    def _stranger(self, article: Article, above: int) -> tuple[Article, int]:
        """Another article (and, for a list of replies, a comment there that has some)."""
        world = self.world
        other = next((a for a in world.on("daum") if a is not article and a.readable), None)
        if other is None:
            raise ValueError("the fault `foreign` needs a second readable article")
        if above:
            above = next((c.id for c in world.listed(other) if c.replies), 0)
        return other, above

    def _render(self, article: Article, above: int, sort: str, offset: int, end: int) -> bytes:
        key = ("order", article.id, above, sort)
        everything = self._cached(key, lambda: self.world.listed(article, sort, above))
        return f"[{','.join(self._row(article, comment) for comment in everything[offset:end])}]".encode()

    def _row(self, article: Article, comment: Comment) -> str:
        """One comment as JSON; kept until one of its numbers or words changes."""
        counts = (comment.likes, comment.dislikes, len(comment.shown_replies()))
        state = (comment.text, comment.status, comment.account.name, counts)
        kept = self._rows.get(comment.id)
        if kept is None or kept[0] != state:
            kept = self._rows[comment.id] = (state, compact(shapes.comment(article, comment)))
        return kept[1]

    def _reactions(self, name: str) -> Answer:
        article = self._find(name)
        if article is None or article.removed:
            return refusal(404, "not_found", "item not found")
        return answer(compact({"item": {"itemKey": article.id, "stats": article.reactions}}), JSON)
