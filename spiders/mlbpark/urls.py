"""MLBPark's URLs: built and recognised. A post's key is its board and number: `bullpen/202609120000001`."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

SITE = "https://mlbpark.donga.com/mp"
BULLPEN = "bullpen"  # the board that queries are asked in
ROWS = 30  # on a page of a list; `p` is the number of its first
_HOST = "mlbpark.donga.com"
_KEY = re.compile("[a-z0-9_]{1,20}/[0-9]{1,18}")


def article_key(url: str) -> str | None:
    """The board and number in a post's URL; None for any other URL."""
    query = asked(url)
    key = f"{query.get('b')}/{query.get('id')}"
    return key if host_and_path(url) == (_HOST, "/mp/b.php") and query.get("m") == "view" and _KEY.fullmatch(key) else None


def article_url(key: str, what: str = "view") -> str:
    """The post's page; its comments with `reply`."""
    board, _, number = key.partition("/")
    return f"{SITE}/b.php?{urlencode({'b': board, 'id': number, 'm': what})}"


def search_url(query: str, page: int) -> str:
    """A page of the search in titles and texts of one board."""
    asks = {"p": (page - 1) * ROWS + 1, "m": "search", "b": BULLPEN, "query": query, "select": "sct", "user": ""}
    return f"{SITE}/b.php?{urlencode(asks)}"


def list_page(url: str) -> str | None:
    """The page kind of a list; None for any other URL."""
    host, path = host_and_path(url)
    board = path == "/mp/b.php" and asked(url).get("m") == "list" and "b" in asked(url)
    return "mlbpark.list" if host == _HOST and (board or path == "/mp/best.php") else None


def label(url: str) -> str:
    """What a list is called in the archive: its board, or `best`."""
    return "best" if host_and_path(url)[1] == "/mp/best.php" else asked(url).get("b", "")
