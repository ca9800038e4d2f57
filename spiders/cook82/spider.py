"""82cook: searches and boards, then each post, which has all its comments. Which URL next; nothing else."""

from crawler.addresses import further
from crawler.board_spider import BoardSpider
from crawler.boards import Board
from spiders.cook82 import urls
from spiders.cook82.source import SOURCE


class Cook82Spider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "82cook"
    source = SOURCE
    board = Board("82cook.post", search="82cook.search", search_url=urls.search_url, list_url=further, newest_first=True)
