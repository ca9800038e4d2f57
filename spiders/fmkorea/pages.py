"""FMKorea's pages, which are XE's in a skin of its own."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Record
from crawler.pages import LayoutError, page
from spiders.fmkorea import urls
from spiders.rhymix import list_pages, post_pages
from spiders.rhymix import urls as of_board

_POST = "R: one post of the best list, trimmed, 2026-09; counts beside the title and votes on comments unproven"


@page("fmkorea.post", version=4, proof=_POST, statuses=post_pages.STATUSES)
def post(capture: Capture) -> Iterator[Record]:
    """A post with a page of its comments, of which the last comes first."""
    key = urls.article_key(capture.url)
    if key is None or capture.article not in (None, key):
        raise LayoutError(f"the address names {key or 'no post'}, not {capture.article}", "foreign" if key else None)
    yield from post_pages.post(capture, key, urls.article_url(key, capture.url), urls.FMKOREA)


@page("fmkorea.list", version=3, proof="R: the list of humor as a browser had it, 2026-05; the webzine unproven")
def board(capture: Capture) -> Iterator[Record]:
    """A list; a post in best or best2 was raised there by votes."""
    found = of_board.board_of([urls.FMKOREA], capture.url)
    mid = found[1] if found else ""

    def post_of(link: str) -> tuple[str, str] | None:
        key = urls.article_key(link)
        return (key, urls.article_url(key, f"{urls.FMKOREA.url}/{mid}/{key}")) if key is not None else None

    yield from list_pages.listed(capture, post_of, "ranking" if mid.startswith("best") else "section", mid)
