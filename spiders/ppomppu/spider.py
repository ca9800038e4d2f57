"""Ppomppu: searches, lists and feeds, then each post and its comments. `crawler.boards` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.ppomppu import urls
from spiders.ppomppu.source import SOURCE


def page_of(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A page of comments."""
    return Ask(urls.comments_url(key, number))


class PpomppuSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries, lists and feeds bring."""

    name = "ppomppu"
    source = SOURCE
    board = Board(
        "ppomppu.post", "ppomppu.comments", page_of, inline=False, declares=False,
        search="ppomppu.search", search_url=urls.search_url, list_url=further,
    )  # fmt: skip
