"""Pann's URLs: built and recognised. A post's key is its number."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

PANN = "https://pann.nate.com"
COMMENTS = f"{PANN}/talk/reply/load"  # what the page itself asks, by POST (C)
_MOBILE = "https://m.pann.nate.com/talk/reply"
_TALK = re.compile("/talk/([0-9]{5,12})/?")
_RANK = re.compile("/talk/ranking(?:/[dwmy])?/?")


def article_key(url: str) -> str | None:
    """The number in a post's URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _TALK.fullmatch(path) if host in ("pann.nate.com", "m.pann.nate.com") else None
    return match[1] if match else None


def article_url(key: str) -> str:
    """The post's page."""
    return f"{PANN}/talk/{key}"


def comments_form(key: str, page: int, order: str = "W") -> dict[str, str]:
    """What is posted for a page of comments. C: W is the only order that public code uses here; what it means is not known."""
    return {"pann_id": key, "reply_id": "0", "rereply_id": "0", "page": str(page), "penm": "", "order": order}


def mobile_url(key: str, page: int) -> str:
    """A page of comments as phones get it (C), without votes."""
    return f"{_MOBILE}/view?" + urlencode({"pann_id": key, "order": "N", "rankingType": "total", "page": page})


def replies_url(key: str, parent: str, page: int) -> str:
    """A page of the replies to a comment (C)."""
    query = {"pann_id": key, "prts_reply_id": parent, "order": "N", "rankingType": "total", "rPage": page}
    return f"{_MOBILE}/subReply?" + urlencode(query)


def search_url(query: str, page: int) -> str:
    """A page of a search, newest first (C)."""
    return f"{PANN}/search/talk?" + urlencode({"q": query, "sort": "DD", "searchType": "A", "page": page})


def list_page(url: str) -> str | None:
    """The page kind of a list; None for any other URL."""
    host, path = host_and_path(url)
    return "pann.ranking" if host == "pann.nate.com" and _RANK.fullmatch(path) else None


def label(url: str) -> str:
    """What a ranking is called in the archive: `ranking d 20260715`."""
    path, query = host_and_path(url)[1], asked(url)
    steps = [step for step in path.split("/") if step][1:]
    return " ".join(filter(None, (*steps, query.get("rankingType"), query.get("stdt"))))
