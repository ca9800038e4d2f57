"""gnuboard's URLs, under whatever address a site has: built and recognised. A post's key is that address without its scheme,
its board and its number: `board.example.org/free/890`."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from crawler.bases import Base, host_of, split

_SCRIPT = re.compile(r"(.*)/bbs/(board|search|new|rss|password)\.php")
_BOARD, _NUMBER = re.compile("[A-Za-z0-9_]{1,20}"), re.compile("[1-9][0-9]{0,14}")
_SHORT = re.compile("/([A-Za-z0-9_]{1,20})/([1-9][0-9]{0,14})/?")
_PLACE = re.compile("&(?:page|spt)=[^&]*")
_KINDS = {"board": "gnuboard.list", "new": "gnuboard.list", "rss": "gnuboard.feed", "search": "gnuboard.search"}


def taken(url: str) -> tuple[Base, str, dict[str, str]] | None:
    """The site of a URL of one of gnuboard's scripts, the script (`board`) and what it is asked; None for any other URL."""
    parts = split(url)
    match = _SCRIPT.fullmatch(parts.path) if parts is not None and parts.scheme in ("http", "https") else None
    host = host_of(parts) if parts is not None else None
    if parts is None or match is None or host is None:
        return None
    return Base(parts.scheme, host, match[1]), match[2], dict(parse_qsl(parts.query, keep_blank_values=True))


def key_at(base: Base, url: str) -> str | None:
    """The key of the post of a site that a URL names, also in its short form (`/free/890`); None for any other URL."""
    here = base.below(url)
    if here is None:
        return None
    short, found = _SHORT.fullmatch(here), taken(url)
    if short is not None:
        return f"{base.name}/{short[1]}/{short[2]}"
    if found is None or found[0].path != base.path or found[1] != "board":
        return None
    board, number = (found[2].get(name, "") for name in ("bo_table", "wr_id"))
    return f"{base.name}/{board}/{number}" if _BOARD.fullmatch(board) and _NUMBER.fullmatch(number) else None


def post_url(base: Base, key: str) -> str:
    """The post's page."""
    _, board, number = key.rsplit("/", 2)
    return f"{base.url}/bbs/board.php?" + urlencode({"bo_table": board, "wr_id": number})


def list_kind(base: Base, url: str) -> str | None:
    """The page kind of a list of posts: a board, a search there, a feed, what is new everywhere. None for any other URL."""
    found = taken(url)
    if found is None or base.below(url) is None or found[0].path != base.path or "wr_id" in found[2]:
        return None
    table = found[2].get("bo_table", "")
    return _KINDS.get(found[1]) if _BOARD.fullmatch(table) or (found[1] == "new" and not table) else None


def list_url(url: str, page: int) -> str:
    """That page of a list; the first as it was given."""
    if page == 1:
        return url
    plain = re.sub("&page=[^&]*", "", url.partition("#")[0])
    return f"{plain}{'&' if '?' in plain else '?'}page={page}"


def older_url(url: str, part: str) -> str:
    """The first page of the same search among the posts before `part`. What is searched for stays in the bytes that it has."""
    return f"{_PLACE.sub('', url.partition('#')[0])}&{urlencode({'spt': part})}"


def search_url(base: Base, text: str, page: int, charset: str = "utf-8") -> str:
    """A page of what a search over all boards of a site finds; the site's charset is that of its questions, too."""
    query = {"sfl": "wr_subject||wr_content", "sop": "and", "stx": text.encode(charset, "xmlcharrefreplace"), "page": page}
    return f"{base.url}/bbs/search.php?" + urlencode(query)
