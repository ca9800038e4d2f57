"""The hosts of Naver: which address shows what."""

from __future__ import annotations

import re

from . import naver_api, naver_counts, naver_games, naver_lists, naver_page, naver_search
from .answers import HTML, TEXT, Answer, Question, answer
from .naver_cbox import Lists
from .naver_layout import MISSING
from .naver_old import old_read
from .naver_old_list import old_list
from .things import Article
from .world import World

NEWS = ("n.news.naver.com", "news.naver.com", "m.news.naver.com")
LIKES = ("news.like.naver.com", "sports.like.naver.com", "entertain.like.naver.com")
SEARCH = ("search.naver.com", "s.search.naver.com")
API = ("openapi.naver.com", "naverapihub.apigw.ntruss.com")
GAMES = ("m.sports.naver.com", "m.entertain.naver.com", "api-gw.sports.naver.com", "api-gw.entertain.naver.com")
HOSTS = (*NEWS, "media.naver.com", "apis.naver.com", *LIKES, *SEARCH, *API, *GAMES)
CBOX = re.compile(r"web_(naver|neo)_list_(jsonp|json)\.json")
# As fetched on 2026-07-15 from news.naver.com; the article, comment and reaction hosts said the same of `*`.
CLOSED = """User-agent: *
Disallow: /

User-agent: FacebookExternalHit
User-agent: Twitterbot
Allow: /
"""
CLOSED_SEARCH = ("search.naver.com", "s.search.naver.com")
FORMS = ("article", "mnews/article", "article/comment", "mnews/article/comment", "mnews/ranking/article", "article/newspaper")


class NaverSite:
    """Answers questions to the hosts of Naver from a world.

    `era` is the year whose shapes it has: 2021 (numbers as integers, pages without cursor), 2022 (as recorded) or
    "now". Before "now" the old article page and the old list are served, after it they lead to the new ones.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.era = "now"
        self.lists = Lists(world)

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        if question.method not in ("GET", "HEAD"):
            return answer("Method Not Allowed", TEXT, 405, ("Allow", "GET, HEAD"))
        path = question.path.strip("/")
        if question.host == "apis.naver.com":
            return self._apis(question, path)
        if question.host in LIKES and path == "v1/search/contents":
            return naver_counts.reactions(self.world, question)
        if question.host == "n.news.naver.com":
            return self._article(question, path)
        if question.host in ("news.naver.com", "m.news.naver.com", "media.naver.com"):
            return self._news(question, path)
        with self.world.lock:
            if question.host in API:
                return naver_api.api(self.world, question, path)
            if question.host in GAMES:
                return naver_games.serve(self.world, question, path)
            if question.host == "s.search.naver.com" and path == "p/newssearch/3/api/tab/more":
                return naver_search.more(self.world, question)
            if question.host == "search.naver.com" and path == "search.naver":
                return naver_search.page(self.world, question)
        return answer("Not Found", TEXT, 404)

    def _apis(self, question: Question, path: str) -> Answer:
        folder, _, name = path.rpartition("/")
        if folder in ("commentBox/cbox", "commentBox/cbox5") and CBOX.fullmatch(name):
            return self.lists.answer(question, name, self.era)
        return answer("Not Found", TEXT, 404)

    def _find(self, oid: str, aid: str) -> Article | None:
        try:
            return self.world.article(f"{oid}/{aid}")
        except KeyError:
            return None

    def _article(self, question: Question, path: str) -> Answer:
        folder, _, rest = path.rpartition("/article/")
        parts = f"{folder}/article/{rest}".strip("/").split("/")
        form, (oid, aid) = "/".join(parts[:-2]), (parts[-2:] if len(parts) > 2 else ("", ""))
        article = self._find(oid, aid) if form in FORMS else None
        if article is None or article.removed:
            return answer(MISSING, HTML, 404)
        assert article.naver is not None
        if article.naver.service != "news":
            kind = "entertain" if article.naver.service == "entertain" else "sports"
            return answer(b"", HTML, 302, ("Location", f"https://m.{kind}.naver.com/article/{article.id}"))
        if "foreign" in question.twists:
            article = next(a for a in self.world.on("naver") if a is not article)
        with self.world.lock:
            return answer(self.lists.shelf(article).get("page", lambda: naver_page.render(article).encode()), HTML)

    def _news(self, question: Question, path: str) -> Answer:
        query = question.query
        match path.split("/"):
            case ["main", "read.nhn" | "read.naver" | "ranking", *_] | ["read.nhn" | "rankingRead.nhn"] if "aid" in query:
                return self._read(question.query.get("oid", ""), query["aid"])
            case ["api", "comment", "listCount.json"]:
                return naver_counts.list_count(self.world, question)
            case ["main", "list.nhn" | "list.naver"] if self.era != "now":  # taken away in 2024
                return old_list(self.world, question)
        with self.world.lock:
            return naver_lists.route(self.world, question, path) or answer(MISSING, HTML, 404)

    def _read(self, oid: str, aid: str) -> Answer:
        article = self._find(oid, aid)
        if article is None or article.removed:
            return answer(MISSING, HTML, 404)
        if self.era == "now":
            return answer(b"", HTML, 302, ("Location", article.url))
        return old_read(article)
