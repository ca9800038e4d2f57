"""Bobaedream's URLs: built and recognised. A post's key is its board and its number: `freeb/1018669`."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

HOST = "www.bobaedream.co.kr"
SITE = f"https://{HOST}"
COMMENTS = "/board_renew/bulletin/comment_list.php"
FREE = "freeb"  # 자유게시판, the board that queries are asked in
_HOSTS = ("www.bobaedream.co.kr", "bobaedream.co.kr")
_KEY = re.compile("[A-Za-z0-9_]{1,30}/[0-9]{1,12}")


def article_key(url: str) -> str | None:
    """The board and number in a post's URL; None for any other URL."""
    return named(url) if host_and_path(url) in {(host, "/view") for host in _HOSTS} else None


def named(url: str) -> str | None:
    """The post that an address names, a page of comments, too."""
    query = asked(url)
    key = f"{query.get('code')}/{query.get('No')}"
    return key if _KEY.fullmatch(key) else None


def article_url(key: str) -> str:
    """The post's page."""
    code, _, number = key.partition("/")
    return f"{SITE}/view?{urlencode({'code': code, 'No': number})}"


def list_page(url: str) -> str | None:
    """The page kind of a board, or of a search in one; None for any other URL."""
    host, path = host_and_path(url)
    kind = "search" if asked(url).get("s_key") else "list"
    return f"bobaedream.{kind}" if host in _HOSTS and path in ("/list", "/list.php") else None


def search_url(query: str, page: int) -> str:
    """A page of a search in titles, newest first (C)."""
    order = {"pagescale": 30, "or_gu": 10, "or_se": "desc", "page": page}
    return f"{SITE}/list.php?" + urlencode({"code": FREE, "s_select": "Subject", "s_key": query, **order})


def label(url: str) -> str:
    """What a board is called in the archive: its code."""
    return asked(url).get("code", "")
