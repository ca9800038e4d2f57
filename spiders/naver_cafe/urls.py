"""Naver Cafe's URLs: built and recognised. An article's key is `cafe/article`; the cafe is a number, or a name where
that is all that is known."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from crawler.addresses import asked, host_and_path

API = "https://apis.naver.com/cafe-web/cafe-articleapi"
HOSTS = ("cafe.naver.com", "m.cafe.naver.com")
_PATHS = (
    re.compile("/(?:ca-fe|f-e)/(?:web/)?cafes/(?P<cafe>[a-z0-9_-]{1,40})/articles/(?P<article>[0-9]{1,15})/?"),
    re.compile("/(?P<cafe>[a-z0-9_-]{1,40})/(?P<article>[0-9]{1,15})/?"),
)


def article_key(url: str) -> str | None:
    """The key in any of an article's URLs; None for any other URL."""
    host, path = host_and_path(url)
    if host not in HOSTS:
        return None
    if match := next((match for each in _PATHS if (match := each.fullmatch(path.lower()))), None):
        return f"{match['cafe']}/{match['article']}"
    query = asked(url)
    cafe, article = query.get("clubid", ""), query.get("articleid", "")
    numbers = cafe.isdecimal() and article.isdecimal() and f"{cafe}{article}".isascii()
    return f"{cafe}/{article}" if numbers and path in ("/ArticleRead.nhn", "/ArticleRead.naver") else None


def article_url(key: str) -> str:
    """Where a reader finds the article."""
    cafe, _, article = key.partition("/")
    where = f"ca-fe/cafes/{cafe}/articles/{article}" if cafe.isdecimal() else f"{quote(cafe, safe='')}/{article}"
    return f"https://cafe.naver.com/{where}"


def read_url(key: str) -> str:
    """The article as JSON (C: of the versions of this interface only 2.1 answers, 2026-10)."""
    cafe, _, article = key.partition("/")
    query = {"query": "", "useCafeId": str(cafe.isdecimal()).lower(), "requestFrom": "A"}
    return f"{API}/v2.1/cafes/{quote(cafe, safe='')}/articles/{article}?{urlencode(query)}"


def comments_url(key: str, order: str, page: int) -> str:
    """A page of comments with their replies, `asc` or `desc` (C)."""
    cafe, _, article = key.partition("/")
    query = {"useCafeId": str(cafe.isdecimal()).lower(), "requestFrom": "A", "orderBy": order}
    return f"{API}/v2/cafes/{quote(cafe, safe='')}/articles/{article}/comments/pages/{page}?{urlencode(query)}"
