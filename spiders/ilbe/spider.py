"""Ilbe: searches and boards, then each post with its comments. Which URL next; nothing else."""

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.ilbe import urls
from spiders.ilbe.source import SOURCE


def _comments(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    return Ask(urls.comments_url(key, number))


class IlbeSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "ilbe"
    source = SOURCE
    board = Board("ilbe.post", "ilbe.comments", _comments, inline=False, search="ilbe.search", search_url=urls.search_url,
                  list_url=further, newest_first=True)  # fmt: skip
