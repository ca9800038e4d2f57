"""Inven's URLs: built and recognised. A post's key is its forum, board and number: `webzine/2097/2730613`."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, further, host_and_path

HOST = "www.inven.co.kr"
SITE = f"https://{HOST}"
COMMENTS = "/common/board/comment.json.php"  # what the page itself asks, by POST (C)
OPEN = "webzine/2097"  # 오픈이슈갤러리, the board that queries are asked in
SIZE = 100  # comments in a block
SORT = "date"
_BOARD = re.compile("/board/([a-z0-9_]{1,30}/[0-9]{1,8})(?:/([0-9]{1,12}))?/?")


def article_key(url: str) -> str | None:
    """Forum, board and number in a post's URL; None for any other URL."""
    match = _match(url)
    return f"{match[1]}/{match[2]}" if match and match[2] else None


def article_url(key: str) -> str:
    """The post's page."""
    return f"{SITE}/board/{key}"


def comments_form(key: str, block: int = 0) -> dict[str, str]:
    """What is posted for the newest comments (0) or for an older block, counted from the oldest (C)."""
    _, board, number = key.split("/")
    form = {"comeidx": board, "articlecode": number, "sortorder": SORT, "act": "list", "out": "json"}
    form |= {"replynick": "", "replyidx": "0"}
    return form | ({"titles": str(block * SIZE)} if block else {})


def list_page(url: str) -> str | None:
    """The page kind of a board, or of a search in one; None for any other URL."""
    match, kind = _match(url), "search" if asked(url).get("keyword") else "list"
    return f"inven.{kind}" if match and not match[2] else None


def list_url(first: str, page: int) -> str:
    """A further page of a board or search; the first is asked for as the topic names it."""
    return further(first, page, "p")


def search_url(query: str, page: int) -> str:
    """A page of a search in titles and texts (C)."""
    what = {"query": "list", "p": page, "sterm": "", "name": "subjcont", "keyword": query}
    return f"{SITE}/board/{OPEN}?{urlencode(what)}"


def label(url: str) -> str:
    """What a board is called in the archive: `webzine/2097`, with `chu` for its best posts."""
    match = _match(url)
    return " ".join(filter(None, (match[1] if match else "", asked(url).get("my"))))


def _match(url: str) -> re.Match[str] | None:
    host, path = host_and_path(url)
    return _BOARD.fullmatch(path) if host in ("www.inven.co.kr", "inven.co.kr") else None
