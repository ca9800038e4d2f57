"""FMKorea: its lists, then each post with its votes and comments. Which URL next; nothing else."""

from __future__ import annotations

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Board
from spiders.fmkorea import urls
from spiders.fmkorea.source import SOURCE
from spiders.rhymix.spider import ask


class FMKoreaSpider(BoardSpider):
    """Visits the seeds of a topic, and what its lists bring."""

    name = "fmkorea"
    source = SOURCE
    board = Board("fmkorea.post", "fmkorea.post", ask, list_url=further)

    def address(self, key: str) -> str:
        """Where a post stands: under the board of the list or the seed that names it."""
        return self.run.memory.url_of(key) or urls.article_url(key, self.seeds.get(key, ""))
