"""gnuboard: searches, lists and feeds, then each post with all its comments on its page. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from archive.records import Article
from crawler.bases import Base
from crawler.board_spider import BoardSpider
from crawler.boards import Board
from crawler.listed import articles
from crawler.queries import Query, asked
from spiders.gnuboard import urls
from spiders.gnuboard.source import SOURCE


class GnuboardSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries, lists and feeds bring."""

    name = "gnuboard"
    source = SOURCE
    board = Board(post="gnuboard.post")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._charsets = dict[Base, str]()

    async def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query brings at each of the topic's sites, or the list at a URL."""
        if isinstance(what, str):
            kind, dated = self.source.list_page(what) or "", "sst=" not in what
            pages, step = partial(urls.list_url, what), urls.list_url
            async for article in articles(self, what, kind, pages, newest_first=dated, step=step):
                yield article
            return
        text = asked(what, self.source.lacks())
        for base in self.topic.options(self.name).bases():
            charset = await self._charset(base) if not text.isascii() else "utf-8"

            def address(page: int, base: Base = base, charset: str = charset) -> str:
                return urls.search_url(base, text, page, charset)

            async for article in articles(self, what, "gnuboard.search", address):
                yield article

    async def _charset(self, base: Base) -> str:
        """In which a site is asked: that of its own pages."""
        if base not in self._charsets:
            seen = await self.look(f"{base.url}/bbs/search.php", "gnuboard.search", side=True, why="search")
            self._charsets[base] = self.cues(seen).get("charset", "utf-8") if seen is not None else "utf-8"
        return self._charsets[base]
