"""82cook's URLs: built and recognised. A post's key is its number."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

HOST = "www.82cook.com"
SITE = f"https://{HOST}/entiz"
FREE = "15"  # 자유게시판, the board that queries are asked in


def article_key(url: str) -> str | None:
    """The number in a post's URL; None for any other URL."""
    number = asked(url).get("num", "")
    return number if host_and_path(url) == (HOST, "/entiz/read.php") and re.fullmatch("[0-9]{1,12}", number) else None


def article_url(key: str) -> str:
    """The post's page, with all its comments."""
    return f"{SITE}/read.php?num={key}"


def list_page(url: str) -> str | None:
    """The page kind of a board, or of a search in one; None for any other URL."""
    kind = "search" if asked(url).get("keys") else "list"
    return f"82cook.{kind}" if host_and_path(url) == (HOST, "/entiz/enti.php") else None


def search_url(query: str, page: int) -> str:
    """A page of a search in titles and texts (C)."""
    what = [("bn", FREE), ("searchType", "search"), ("search1", "1"), ("search1", "2"), ("keys", query), ("page", str(page))]
    return f"{SITE}/enti.php?{urlencode(what)}"
