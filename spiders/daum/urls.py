"""Daum's URLs: built and recognised. Article ids are 17 digits (the time of creation) or a 10-character hash."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlencode

from crawler.addresses import host_and_path

HOSTS = ("v.daum.net", "news.v.daum.net", "v.media.daum.net")  # C: the article hosts of 2016, 2019 and 2022
_KEY = re.compile(r"/v/([0-9]{17}|[A-Za-z0-9]{10})/?")
COMMENTS = "https://comment.daum.net/apis/v1"


def article_key(url: str) -> str | None:
    """The id in an article's URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _KEY.fullmatch(path) if host in HOSTS else None
    return match[1] if match else None


def article_url(key: str) -> str:
    """The article's page."""
    return f"https://v.daum.net/v/{quote(key, safe='')}"


def token_url(client_id: str) -> str:
    """Where the comment widget gets its anonymous token."""
    return "https://alex.daum.net/oauth/token?" + urlencode({"grant_type": "alex_credentials", "client_id": client_id})


def post_url(post_key: str) -> str:
    """The thread of an article and its declared counts."""
    return f"{COMMENTS}/ui/single/main/@{quote(post_key, safe='')}"


def list_url(post_id: str, offset: int, limit: int, sort: str) -> str:
    """One page of top-level comments."""
    query = urlencode({"parentId": 0, "offset": offset, "limit": limit, "sort": sort})
    return f"{COMMENTS}/posts/{quote(post_id, safe='-')}/comments?{query}"


def children_url(comment: str, offset: int, limit: int) -> str:
    """One page of the replies to a comment."""
    query = urlencode({"offset": offset, "limit": limit, "sort": "CHRONOLOGICAL"})
    return f"{COMMENTS}/comments/{quote(comment, safe='-')}/children?{query}"


def emotions_url(item_key: str) -> str:
    """The article's reactions."""
    return "https://action.daum.net/apis/v1/reactions/home?" + urlencode({"itemKey": item_key})


def search_url(query: str, page: int, since: date | None, until: date | None) -> str:
    """A page of the news search, the newest first, in all days or in those (C)."""
    days = {"period": "u", "sd": f"{since:%Y%m%d}000000", "ed": f"{until:%Y%m%d}235959"} if since and until else {}
    return "https://search.daum.net/search?" + urlencode({"w": "news", "q": query, "sort": "recency", **days, "p": page})
