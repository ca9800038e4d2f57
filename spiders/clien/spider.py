"""Clien: lists, then each post, on whose page all comments stand. `crawler.boards` reads them."""

from __future__ import annotations

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Board
from spiders.clien.source import SOURCE


class ClienSpider(BoardSpider):
    """Visits the seeds of a topic, and what its lists bring."""

    name = "clien"
    source = SOURCE
    board = Board("clien.post", list_url=lambda url, page: further(url, page, "po", 0))
