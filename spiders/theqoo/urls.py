"""TheQoo's URLs: built and recognised. A post's key is its number."""

from __future__ import annotations

import json

from crawler.bases import Base
from spiders.rhymix import urls

THEQOO = Base("https", "theqoo.net")
ACT = "dispTheqooContentCommentListTheqoo"
COMMENTS = f"{THEQOO.url}/index.php"
VEILED = 3_600_000  # ms for which a new comment's words are shown to members only (C)
MAIN = "square"  # the board that has a search (C)


def article_key(url: str) -> str | None:
    """The number in a post's URL; None for any other URL."""
    return urls.post_number(THEQOO, url.replace("://www.", "://", 1))


def article_url(key: str, url: str = "") -> str:
    """The post, in the board that one of its URLs names."""
    return f"{THEQOO.url}/{urls.section(THEQOO, url) or MAIN}/{key}"


def list_page(url: str) -> str | None:
    """The page kind of a board's list."""
    return "theqoo.list" if urls.board_of([THEQOO], url) is not None else None


def search_url(text: str, page: int) -> str:
    """A page of hits (C; nobody says whether it is given without a login)."""
    return urls.search_url(THEQOO, MAIN, text, page)


def asked(key: str, page: int) -> str:
    """What is posted for a page of comments (C): 0 is the last."""
    return json.dumps({"act": ACT, "document_srl": key, "cpage": str(page)}, separators=(",", ":"))
