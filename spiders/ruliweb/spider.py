"""Ruliweb: searches and lists, then each post, and the comments that its page lacks. `crawler.boards` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.ruliweb import urls
from spiders.ruliweb.source import SOURCE


def older(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A page of comments."""
    return Ask(urls.COMMENTS, form=urls.comments_form(key, number))


class RuliwebSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and lists bring."""

    name = "ruliweb"
    source = SOURCE
    board = Board(
        "ruliweb.post", "ruliweb.comments", older, search="ruliweb.search", search_url=urls.search_url, list_url=further
    )
