"""The pages of Rhymix and XE boards at the sites that a topic names; the context says which site a list is of (`base`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.records import Record
from crawler.addresses import asked
from crawler.bases import Base
from crawler.pages import LayoutError, page
from spiders.rhymix import json_pages, list_pages, post_pages, urls

_PROOF = "R: Rhymix 2.1.35 with sketchbook5 and xedition, recorded 2026-11"


@page("rhymix.post", version=4, proof=f"{_PROOF}; deleted and secret comments unproven", statuses=post_pages.STATUSES)
def post(capture: Capture) -> Iterator[Record]:
    """A post with a page of its comments."""
    base = _base(capture)
    number = urls.post_number(base, capture.url)
    key = f"{base.name}/{number}"
    if number is None or capture.article not in (None, key):
        raise LayoutError(f"the address names {number or 'no post'}, not {capture.article}", "foreign" if number else None)
    yield from post_pages.post(capture, key, urls.address(base, capture.url, number), base)


@page("rhymix.comments", version=4, proof=f"{_PROOF}; further pages, deleted and secret comments unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """A page of comments as JSON."""
    yield from json_pages.comments(capture, (capture.article or "").rpartition("/")[2])


@page("rhymix.list", version=3, proof=_PROOF)
def board(capture: Capture) -> Iterator[Record]:
    """A list of posts."""
    base = _base(capture)
    found = urls.board_of([base], capture.url)
    yield from list_pages.listed(capture, partial(_post_of, base), "section", f"{base.name}/{found[1]}" if found else base.name)


@page("rhymix.search", version=3, proof=f"{_PROOF}: of one board; that of a whole site is unproven")
def search(capture: Capture) -> Iterator[Record]:
    """A page of hits, in one board or the whole site."""
    base, query = _base(capture), asked(capture.url)
    what = query.get("search_keyword") or query.get("is_keyword", "")
    yield from list_pages.listed(capture, partial(_post_of, base), "search", what)


def _base(capture: Capture) -> Base:
    """The site that the capture's key or context names; the root of its host where neither does."""
    named = capture.context.get("base") or (capture.article or "").rpartition("/")[0]
    return urls.base_of(named or urlsplit(capture.url).netloc, capture.url)


def _post_of(base: Base, link: str) -> tuple[str, str] | None:
    number = urls.post_number(base, link)
    return (f"{base.name}/{number}", urls.address(base, link, number)) if number is not None else None
