"""MLBPark: searches and lists, then each post and its comments. `crawler.boards` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.mlbpark import urls
from spiders.mlbpark.source import SOURCE


def replies(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """All comments."""
    return Ask(urls.article_url(key, "reply"))


class MlbparkSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and lists bring."""

    name = "mlbpark"
    source = SOURCE
    board = Board(
        "mlbpark.post", "mlbpark.comments", replies, inline=False, search="mlbpark.search", search_url=urls.search_url,
        list_url=lambda url, page: further(url, page, "p", 1, urls.ROWS),
    )  # fmt: skip
