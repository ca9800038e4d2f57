"""A board that gives out the comments of each post in every way in which boards do, under a path for each; with mark-up and
JSON of its own, as small as can be."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qsl

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .things import Article, Comment
from .world import World

HOST = "ways.example.org"
SIZE = 10  # comments of a page
GONE = "<script>alert('삭제된 글입니다.');history.back();</script>"


class Ways:
    """Answers for the board: `/WAY/NUMBER` is a post."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        with self.world.lock:
            match question.method, question.path.strip("/").split("/"):
                case "GET", ["list"]:
                    return answer(self._list(int(question.query.get("page", "1"))), HTML)
                case "GET", ["json", number, "comments"]:
                    return answer(self._json(self._find(number), 1, 10_000), JSON)
                case "POST", ["token", "comments"]:
                    return self._token(question)
                case "POST", ["session", "comments"]:
                    return self._session(question)
                case "GET", ["pieces", number, "comments"]:
                    return answer(self._rows(self._find(number), int(question.query["page"])), HTML)
                case "GET", [way, number]:
                    return self._post(way, self._find(number), question.query.get("page"))
        return answer("Not Found", TEXT, 404)

    def _find(self, number: str) -> Article | None:
        found = next((each for each in self.world.on("ways") if each.id == number), None)
        return None if found is None or found.removed else found

    def _post(self, way: str, post: Article | None, asked: str | None) -> Answer:
        if post is None:
            return answer(GONE, HTML)  # a soft 404
        pages = self._pages(post)
        shown = {"all": 0, "last": int(asked or pages), "first": int(asked or 1)}.get(way)
        rows = "" if shown is None else self._rows(post, shown)
        count, token = len(self._listed(post)), f"token-{post.id}"
        facts = f"data-count={count} data-likes={post.reactions['likes']} data-at={post.published} data-token={token}"
        body = f"<article {facts}><h1>{escape(post.title)}</h1><p>{escape(post.text)}</p></article>"
        return answer(body + rows, HTML, 200, ("Set-Cookie", "sid=abc; path=/"))

    def _list(self, page: int) -> str:
        posts = sorted(self.world.on("ways"), key=lambda each: -each.post)
        links = "".join(f"<a class=post href=/all/{each.id}>{escape(each.title)}</a>" for each in posts[page - 1 : page])
        return f"<main>{links}{f'<a class=next href=?page={page + 1}>' if page < len(posts) else ''}</main>"

    def _rows(self, post: Article | None, page: int) -> str:
        """A page of comments; page 0 has all."""
        if post is None:
            return ""
        rows = self._listed(post)
        rows = rows if page == 0 else rows[(page - 1) * SIZE : page * SIZE]
        body = "".join(
            f"<p class=c id=c{c.id} data-parent={c.parent} data-at={c.created} data-likes={c.likes} data-dislikes={c.dislikes} "
            f"data-user={c.account.id}>{escape(c.text)}</p>"
            for c in rows
        )
        return f"<section data-page={page or 1} data-pages={self._pages(post) if page else 1}>{body}</section>"

    def _json(self, post: Article | None, page: int, size: int = SIZE) -> str:
        rows = [] if post is None else self._listed(post)
        shown = rows[(page - 1) * size : page * size]
        names = [(c.id, c.parent, c.created, c.likes, c.dislikes, c.account.id, c.text) for c in shown]
        return json.dumps({"total": len(rows), "page": page, "pages": max(1, -(-len(rows) // size)), "rows": names})

    def _token(self, question: Question) -> Answer:
        form = dict(parse_qsl(question.body.decode()))
        good = form.get("token") == f"token-{form.get('no')}" and question.headers.get("x-requested-with") == "XMLHttpRequest"
        return answer(self._json(self._find(form["no"]), int(form["page"])) if good else "", JSON)

    def _session(self, question: Question) -> Answer:
        told = json.loads(question.body)
        here = f"https://{HOST}/session/{told['no']}"
        if question.headers.get("cookie") != "sid=abc" or question.headers.get("referer") != here:
            return answer('{"error": -1, "errorDetail": "ERR_CSRF_CHECK_FAILED"}', JSON)
        post = self._find(told["no"])
        page = told["page"] or (self._pages(post) if post else 1)
        return answer(self._json(post, page), JSON)

    def _pages(self, post: Article) -> int:
        return max(1, -(-len(self._listed(post)) // SIZE))

    @staticmethod
    def _listed(post: Article) -> list[Comment]:
        tops = sorted((c for c in post.comments if c.shown), key=lambda c: c.id)
        return [row for top in tops for row in (top, *top.shown_replies())]
