"""Ilbe's URLs: built and recognised. A post's key is its number."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import host_and_path

HOST = "www.ilbe.com"
SITE = f"https://{HOST}"
_HOSTS = ("www.ilbe.com", "ilbe.com", "m.ilbe.com")
_VIEW = re.compile("/view/([0-9]{3,15})/?")
_LIST = re.compile("/list/([a-z0-9_]{1,30})/?")


def article_key(url: str) -> str | None:
    """The number in a post's URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _VIEW.fullmatch(path) if host in _HOSTS else None
    return match[1] if match else None


def article_url(key: str) -> str:
    """The post's page."""
    return f"{SITE}/view/{key}"


def comments_url(key: str, page: int) -> str:
    """A page of its comments, the oldest first [?]: a piece of HTML (C)."""
    return f"{SITE}/commentlist/{key}?page={page}"


def list_page(url: str) -> str | None:
    """The page kind of a board; None for any other URL."""
    host, path = host_and_path(url)
    return "ilbe.list" if host in _HOSTS[:2] and _LIST.fullmatch(path) else None


def search_url(query: str, page: int) -> str:
    """A page of a search in titles and texts of all boards (C)."""
    what = {"docType": "doc", "searchType": "title_content", "page": page, "q": query}
    return f"{SITE}/search?{urlencode(what)}"


def label(url: str) -> str:
    """What a board is called in the archive: its name."""
    match = _LIST.fullmatch(host_and_path(url)[1])
    return match[1] if match else ""
