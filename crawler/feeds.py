"""RSS and Atom: the entries of a feed. Pure: nothing is fetched, and no charset is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

from msgspec import Struct

from archive.capture import Capture
from crawler.markup import decoded, lines_of, named_charset, piece
from crawler.pages import LayoutError

_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)


class Item(Struct, frozen=True):
    """One entry as its feed gives it: `text` without its mark-up, `date` as it stands there, `also` what was asked for besides,
    by name."""

    link: str
    title: str | None
    text: str | None
    author: str | None
    date: str | None
    also: Mapping[str, str] = {}


def items(capture: Capture, also: Sequence[str] = ()) -> list[Item]:
    """The entries of a feed in its order, each with the elements `also` that only this site has; [] for a feed without one. In
    the charset of the answer's head, else of its XML declaration, else UTF-8. Raises LayoutError for what is no feed."""
    import feedparser  # only here: 0.1 s, and most sources have no feed

    text = _DECLARATION.sub("", decoded(capture, named_charset(capture.body)), count=1)
    # As a file: bytes alone could be the name of one, or an address.
    try:
        found = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "text/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, OverflowError, RecursionError) as error:  # `&#x110000;` and its like
        raise LayoutError(f"a feed that cannot be read: {error}") from None
    if not found.get("version"):
        raise LayoutError("no feed")
    if _END.search(text) is None:
        raise LayoutError("a feed that ends before its end", "broken")
    return [
        Item(
            link=each.get("link", ""),
            title=each.get("title") or None,
            text=(lines_of(piece(each["summary"])) or None) if each.get("summary") else None,
            author=each.get("author") or None,
            date=each.get("published") or each.get("updated") or None,
            also={name: each[name] for name in also if each.get(name)},
        )
        for each in found.entries
    ]
