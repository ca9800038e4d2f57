"""Bobaedream: searches and boards, then each post with its comments. Which URL next; nothing else."""

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.bobaedream import urls
from spiders.bobaedream.source import SOURCE


def _older(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """Where the post's page gets a page of comments that it does not show."""
    return Ask(cues["more"].split()[number - 1])


class BobaedreamSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "bobaedream"
    source = SOURCE
    board = Board("bobaedream.post", "bobaedream.comments", _older, search="bobaedream.search", search_url=urls.search_url,
                  list_url=further, newest_first=True)  # fmt: skip
