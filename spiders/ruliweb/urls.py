"""Ruliweb's URLs: built and recognised. A post's key is where it stands and its number: `community/300143/70000001`."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

SITE = "https://bbs.ruliweb.com"
COMMENTS = "https://api.ruliweb.com/commentView"  # what the page itself asks for older comments, by POST (C)
_HOSTS = ("bbs.ruliweb.com", "m.ruliweb.com")
_POST = re.compile("/([a-z]{2,20})/board/([0-9]{1,9})/read/([0-9]{1,12})/?")
_LIST = re.compile("/(?:[a-z]{2,20}/board/[0-9]{1,9}|best(?:/[a-z_]{1,20}){0,2})/?")


def article_key(url: str) -> str | None:
    """The place, board and number in a post's URL; None for any other URL. A best list shows the posts of the community (C)."""
    host, path = host_and_path(url)
    match = _POST.fullmatch(path) if host in _HOSTS else None
    return f"{'community' if match[1] == 'best' else match[1]}/{match[2]}/{match[3]}" if match else None


def article_url(key: str) -> str:
    """The post's page."""
    board, _, number = key.rpartition("/")
    return f"{SITE}/{board.replace('/', '/board/')}/read/{number}"


def comments_form(key: str, page: int) -> dict[str, str]:
    """What is posted for a page of comments."""
    board, _, number = key.rpartition("/")
    return {"page": str(page), "article_id": number, "board_id": board.rpartition("/")[2], "cmtimg": "1"}


def search_url(query: str, page: int) -> str:
    """A page of the search in all boards."""
    return f"{SITE}/search?" + urlencode({"q": query, "page": page})


def list_page(url: str) -> str | None:
    """The page kind of a list; None for any other URL."""
    host, path = host_and_path(url)
    return "ruliweb.list" if host == "bbs.ruliweb.com" and _LIST.fullmatch(path) else None


def label(url: str) -> str:
    """What a list is called in the archive: `community board 300143`, with what is searched there; `best humor_only now`."""
    words = [*host_and_path(url)[1].split("/"), asked(url).get("search_key")]
    return " ".join(filter(None, words))
