"""Inven: searches and boards, then each post with its comments. Which URL next; nothing else."""

from collections.abc import Mapping

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.inven import urls
from spiders.inven.source import SOURCE


def _block(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A block of comments; the newest ones, as 0, say how many older blocks there are."""
    return Ask(f"{urls.SITE}{urls.COMMENTS}", form=urls.comments_form(key, number))


class InvenSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "inven"
    source = SOURCE
    board = Board(
        "inven.post",
        "inven.comments",
        _block,
        inline=False,
        start=0,
        sort=urls.SORT,
        declares=False,
        search="inven.search",
        search_url=urls.search_url,
        list_url=lambda url, page: further(url, page, "p"),
    )
