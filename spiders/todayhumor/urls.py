"""TodayHumor's URLs: built and recognised. A post's key is its board and number there: `sisa/1271155`."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

SITE = "https://www.todayhumor.co.kr"  # the bare host sends to http
_HOSTS = ("www.todayhumor.co.kr", "todayhumor.co.kr", "m.todayhumor.co.kr")
_SHORT = re.compile("([a-z0-9_]{1,30})_([1-9][0-9]{0,11})")
_BOARD, _NUMBER = re.compile("[a-z0-9_]{1,30}"), re.compile("[1-9][0-9]{0,11}")


def asked(url: str) -> tuple[str, str, dict[str, str]]:
    """Host, path and query of a URL; empty for what is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        return "", "", {}


def article_key(url: str) -> str | None:
    """The key in a post's URL, also in the short one (`todayhumor.com/?sisa_1271155`); None for any other URL."""
    host, path, query = asked(url)
    if host in ("todayhumor.com", "www.todayhumor.com") and path in ("", "/"):
        return key_of(url.partition("#")[0].partition("?")[2])
    if host not in _HOSTS or path not in ("/board/view.php", "/view.php"):
        return None
    table, number = query.get("table", ""), query.get("no", "")
    return f"{table}/{number}" if _BOARD.fullmatch(table) and _NUMBER.fullmatch(number) else None


def key_of(text: str) -> str | None:
    """The key in what the site calls a post's id: `bestofbest_483825`."""
    match = _SHORT.fullmatch(text.strip())
    return f"{match[1]}/{match[2]}" if match else None


def article_url(key: str) -> str:
    """The post's page."""
    table, _, number = key.partition("/")
    return f"{SITE}/board/view.php?" + urlencode({"table": table, "no": number})


def comments_url(table: str, number: str) -> str:
    """All comments of a post, by the board and number that its page's script names: by others the answer is an empty list."""
    query = {"parent_table": table, "parent_id": number, "last_memo_no": "0", "get_all_memo": "Y"}
    return f"{SITE}/board/ajax_memo_list.php?" + urlencode(query)


def search_url(text: str, page: int) -> str:
    """A page of the posts of all boards with that in their title: the site finds nothing else."""
    query = {"kind": "search", "table": "total", "search_table_name": "total", "keyfield": "subject", "keyword": text}
    return f"{SITE}/board/list.php?" + urlencode(query | {"page": page})


def list_page(url: str) -> str | None:
    """The page kind of a list: a board, all boards, what one member wrote. None for any other URL."""
    host, path, query = asked(url)
    known = _BOARD.fullmatch(query.get("table", "")) or query.get("kind") in ("total", "member")
    return "todayhumor.list" if host == "www.todayhumor.co.kr" and path == "/board/list.php" and known else None


def list_url(url: str, page: int) -> str:
    """That page of a list; the first as it was given."""
    parts = urlsplit(url)
    return url if page == 1 else parts._replace(query=urlencode(parse_qs(parts.query) | {"page": [str(page)]}, True)).geturl()
