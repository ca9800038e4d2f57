"""Ppomppu's URLs: built and recognised. A post's key is its board and number: `freeboard/9000001`."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.addresses import asked, host_and_path

SITE = "https://www.ppomppu.co.kr"
_COMMENTS = "https://m.ppomppu.co.kr/new/bbs_view/ajax_bbs_comment.php"
CHARSET = "cp949"  # what the site means by EUC-KR, in its addresses, too
_VIEWS = {("www.ppomppu.co.kr", "/zboard/view.php"), ("m.ppomppu.co.kr", "/new/bbs_view.php")}
_KEY = re.compile("[A-Za-z0-9_]{1,40}/[0-9]{1,12}")
_LISTS = {"/zboard/zboard.php": "ppomppu.list", "/hot.php": "ppomppu.list", "/rss.php": "ppomppu.rss"}


def article_key(url: str) -> str | None:
    """The board and number in a post's URL; None for any other URL."""
    query = asked(url)
    key = f"{query.get('id')}/{query.get('no')}"
    return key if host_and_path(url) in _VIEWS and _KEY.fullmatch(key) else None


def article_url(key: str) -> str:
    """The post's page."""
    return f"{SITE}/zboard/view.php?{_named(key)}"


def comments_url(key: str, page: int) -> str:
    """A page of comments, the oldest first (C: 2026-07; before, they stood on the page itself)."""
    return f"{_COMMENTS}?cmd=get_comment_json&{_named(key)}&c_page={page}&comment_mode=sort_asc"


def _named(key: str) -> str:
    board, _, number = key.partition("/")
    return urlencode({"id": board, "no": number})


def search_url(query: str, page: int) -> str:
    """A page of the search in titles and texts of all boards, the newest first (C). What its charset lacks is written as
    browsers write it, as a number."""
    words = {"search_type": "sub_memo", "page_no": page, "keyword": query, "page_size": 20, "bbs_id": "", "order_type": "date"}
    return f"{SITE}/search_bbs.php?" + urlencode(words | {"bbs_cate": 2}, encoding=CHARSET, errors="xmlcharrefreplace")


def searched(url: str) -> str:
    """What such a page was asked for."""
    return dict(parse_qsl(urlsplit(url).query, encoding=CHARSET, errors="replace")).get("keyword", "")


def list_page(url: str) -> str | None:
    """The page kind of a list; None for any other URL."""
    host, path = host_and_path(url)
    return _LISTS.get(path) if host == "www.ppomppu.co.kr" else None


def label(url: str) -> str:
    """What a list is called in the archive: `zboard freeboard`, with what is searched there; `hot 2`, `rss freeboard`."""
    name = host_and_path(url)[1].rpartition("/")[2].removesuffix(".php")
    return " ".join(filter(None, (name, asked(url).get("id") or asked(url).get("category"), searched(url))))
