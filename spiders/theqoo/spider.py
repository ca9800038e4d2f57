"""TheQoo: searches and lists, then each post and its comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.theqoo import urls
from spiders.theqoo.source import SOURCE


def ask(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A page of comments, for who has the session of the post's page."""
    return Ask(urls.COMMENTS, json=urls.asked(key, number))


class TheQooSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and lists bring."""

    name = "theqoo"
    source = SOURCE
    board = Board("theqoo.post", "theqoo.comments", ask, inline=False, start=0, search="theqoo.search",
                  search_url=urls.search_url, list_url=further)  # fmt: skip
