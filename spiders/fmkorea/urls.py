"""FMKorea's URLs: built and recognised. A post's key is its number. Its robots.txt (C, 2026-09) opens the boards best, best2
and humor and nothing else: a post is asked for under one of them."""

from __future__ import annotations

import re

from crawler.bases import Base
from spiders.rhymix import urls

FMKOREA = Base("https", "www.fmkorea.com")
OPEN = ("best", "best2", "humor")
_HOSTS = re.compile(r"^(https?://)(?:m\.)?(?:www\.)?fmkorea\.com(?=[/?#]|$)", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """The number in a post's URL; None for any other URL."""
    return urls.post_number(FMKOREA, _HOSTS.sub(r"\1www.fmkorea.com", url))


def article_url(key: str, url: str = "") -> str:
    """The post under the board that one of its URLs names, where that is open; else under best."""
    mid = urls.section(FMKOREA, _HOSTS.sub(r"\1www.fmkorea.com", url))
    return f"{FMKOREA.url}/{mid if mid in OPEN else OPEN[0]}/{key}"


def list_page(url: str) -> str | None:
    """The page kind of the list of an open board."""
    found = urls.board_of([FMKOREA], _HOSTS.sub(r"\1www.fmkorea.com", url))
    return "fmkorea.list" if found is not None and found[1] in OPEN else None
