"""Zum's URLs: built and recognised. An article's key is its number."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import host_and_path

HOSTS = ("news.zum.com", "m.news.zum.com")
_PATH = re.compile(r"/articles/([0-9]{1,15})(?:/[^/]*)?/?")


def article_key(url: str) -> str | None:
    """The number in an article's URL, with or without the words of its title behind it; None for any other URL."""
    host, path = host_and_path(url)
    match = _PATH.fullmatch(path) if host in HOSTS else None
    return match[1] if match else None


def article_url(key: str) -> str:
    """The article's page."""
    return f"https://news.zum.com/articles/{key}"


def info_url(code: str, key: str) -> str:
    """An article's counts. `code`: the section of the comment service that the page names (U: its place in the path)."""
    return f"https://cmnt.zum.com/article/info/{code}/{key}"


def comments_url(code: str, key: str, page: int) -> str:
    """A page of comments (U: how a page is asked for)."""
    return f"https://cmnt.zum.com/cmnt/article-list/{code}/{key}?{urlencode({'page': page})}"
