"""Nate news' URLs: built and recognised. An article's key is the day and a number: `20260715n00317`."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlencode

from crawler.addresses import asked, host_and_path

NEWS = "https://news.nate.com"
_VIEW = re.compile("/view/([0-9]{8}n[0-9]{5,6})/?", re.IGNORECASE)
_RANK = re.compile("/rank(?:/(?:interest|pop|cmt|updown|emoticon))?/?")


def article_key(url: str) -> str | None:
    """The key in an article's URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _VIEW.fullmatch(path) if host in ("news.nate.com", "m.news.nate.com") else None
    return match[1].lower() if match else None


def article_url(key: str) -> str:
    """The article's page."""
    return f"{NEWS}/view/{quote(key, safe='')}"


def comments_url(key: str, page: int = 1, order: str = "") -> str:
    """A page of comments. C: `order` is nothing (newest first [?]), O (by 추천 [?]) or X (by 반대 [?])."""
    query = urlencode({"artc_sq": key, "order": order, "best": 0, "page": page})
    return f"https://comm.news.nate.com/Comment/ArticleComment/List?{query}"


def count_url(key: str) -> str:
    """The mobile list: what declares the number of comments (C)."""
    return "https://m.comm.news.nate.com/Comment/ArticleComment/List?" + urlencode({"artc_sq": key})


def emotions_url(key: str) -> str:
    """How often the article's emoticons were pressed (C)."""
    path = "comment/articleEmoticonComment/ArticleEmoticonList"
    return f"https://m.comm.news.nate.com/{path}?" + urlencode({"artc_sq": key})


def search_url(query: str, page: int, since: date | None, until: date | None) -> str:
    """A page of a search, in all days or in those (C)."""
    days = {"ps": "3", "ps1": f"{since:%Y%m%d}", "ps2": f"{until:%Y%m%d}"} if since and until else {}
    return f"{NEWS}/search?" + urlencode({"q": query, **days, "page": page})


def list_page(url: str) -> str | None:
    """The page kind of a list; None for any other URL."""
    host, path = host_and_path(url)
    return "nate.ranking" if host == "news.nate.com" and _RANK.fullmatch(path) else None


def label(url: str) -> str:
    """What a ranking is called in the archive: `rank cmt all day 20260715`."""
    path, query = host_and_path(url)[1], asked(url)
    steps = [step for step in path.split("/") if step]
    return " ".join(filter(None, (*steps, query.get("sc"), query.get("p"), query.get("date"))))
