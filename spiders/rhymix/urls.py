"""The URLs of an XE or Rhymix board, at any site: built and recognised. A post's key there is `SITE/NUMBER`, where the site is
the name of its base: `board.example.org/3111`, `example.org/xe/3111`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

from crawler.addresses import asked
from crawler.bases import Base, guesses

_MID = "[A-Za-z][A-Za-z0-9_-]{0,39}"
# Behind a post's number that of a comment, on some sites.
_POST = re.compile(f"(?:/(?P<mid>{_MID}))?/(?P<post>[0-9]{{1,18}})/?(?:[0-9]{{1,18}}/?)?")
_LIST = re.compile(f"/(?P<mid>{_MID})/?")
_FRONT = re.compile(r"/?|/index\.php")


def post_number(base: Base, url: str) -> str | None:
    """The number of the post in any of its URLs at a site; None for any other URL."""
    below, query = base.below(url), asked(url)
    if below is None or "act" in query:
        return None
    if match := _POST.fullmatch(below):
        return match["post"]
    named = query.get("document_srl", "")
    return named if _FRONT.fullmatch(below) and re.fullmatch("[0-9]{1,18}", named) else None


def post_key(bases: Sequence[Base], url: str) -> str | None:
    """A post's key in any of its URLs at these sites, the deepest first."""
    for base in sorted(bases, key=lambda each: -len(each.path)):
        if (number := post_number(base, url)) is not None:
            return f"{base.name}/{number}"
    return None


def post_url(bases: Sequence[Base], key: str) -> str:
    """Where a post stands: the site itself leads to its board."""
    site, _, number = key.rpartition("/")
    return f"{next((base.url for base in bases if base.name == site), f'https://{site}')}/{number}"


def board_of(bases: Sequence[Base], url: str) -> tuple[Base, str] | None:
    """The site and the board (`mid`) whose list stands at a URL; None for any other URL."""
    for base in sorted(bases, key=lambda each: -len(each.path)):
        match = _LIST.fullmatch(base.below(url) or "")
        if match and not {"act", "document_srl", "search_keyword"} & set(asked(url)):
            return base, match["mid"]
    return None


def search_url(base: Base, mid: str | None, text: str, page: int) -> str:
    """A page of hits in titles and texts: of one board, or of the whole site (U: that search was never recorded)."""
    if mid is not None:
        query = {"search_target": "title_content", "search_keyword": text, "page": page}
        return f"{base.url}/{quote(mid)}?{urlencode(query)}"
    query = {"act": "IS", "is_keyword": text, "where": "document", "search_target": "title_content", "page": page}
    return f"{base.url}/index.php?{urlencode(query)}"


def base_of(site: str, url: str) -> Base:
    """The base with that name, by the address of one of its pages; the root of its host where the name says nothing."""
    found = guesses(url)
    return next((base for base in found if base.name == site), found[0] if found else Base("https", urlsplit(url).netloc))


def address(base: Base, url: str, number: str) -> str:
    """Where a post stands in its board, as far as a URL of it says so: `/humor/3111`, else `/3111`; by its query where the URL
    names it there: such a site may have no short addresses, and say of those that there is nothing."""
    mid, query = section(base, url), asked(url)
    if "document_srl" in query and post_number(base, url) == number:
        named = [(name, query[name]) for name in ("mid", "document_srl") if name in query]
        return f"{base.url}/index.php?{urlencode(named)}"
    return f"{base.url}/{mid}/{number}" if mid else f"{base.url}/{number}"


def section(base: Base, url: str) -> str | None:
    """The board (`mid`) that a post's URL names."""
    match, named = _POST.fullmatch(base.below(url) or ""), asked(url).get("mid", "")
    return match["mid"] if match else named if re.fullmatch(_MID, named) and base.below(url) is not None else None
