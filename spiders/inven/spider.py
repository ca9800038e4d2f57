"""Inven: searches and boards, then each post with its comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from archive.records import Article
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from crawler.listed import articles
from crawler.queries import Query, asked
from spiders.inven import urls
from spiders.inven.source import SOURCE


def _block(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A block of comments; the newest ones, as 0, say how many older blocks there are."""
    return Ask(f"{urls.SITE}{urls.COMMENTS}", form=urls.comments_form(key, number))


class InvenSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "inven"
    source = SOURCE
    board = Board("inven.post", "inven.comments", _block, inline=False, start=0, sort=urls.SORT, declares=False)

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query brings, or the board or search at a URL, the newest first: a search goes back by ranges of posts."""
        first = what if isinstance(what, str) else urls.search_url(asked(what, self.source.lacks()), 1)
        kind = urls.list_page(first) or ""
        return articles(self, what, kind, lambda page: urls.list_url(first, page), newest_first=True, step=urls.list_url)
