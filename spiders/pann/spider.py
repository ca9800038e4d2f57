"""Nate Pann: searches and rankings, then each post with its votes and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from archive.capture import Listed
from archive.records import Article
from crawler.addresses import further
from crawler.listed import articles
from crawler.queries import Query, asked
from crawler.spider import SourceSpider
from spiders.pann import urls
from spiders.pann.source import SOURCE
from spiders.pann.thread import Thread


class PannSpider(SourceSpider):
    """Visits the seeds of a topic, and what its queries and rankings bring."""

    name = "pann"
    source = SOURCE

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query, the newest first, or the ranking at a URL brings."""
        if isinstance(what, str):
            return articles(self, what, "pann.ranking", lambda page: further(what, page))
        text = asked(what, self.source.lacks())
        return articles(self, what, "pann.search", lambda page: urls.search_url(text, page), newest_first=True)

    async def read_page(self, key: str, listed: Listed | None) -> bool:
        """The post's page; whether its comments are to be read."""
        why = "seed" if listed else "found"
        seen = await self.look(urls.article_url(key), "pann.post", article=key, listed=listed, why=why)
        article = self.article(key, seen)
        if article is None or article.state == "gone":
            return False
        return listed is not None or self.follows(key, article)

    async def read_thread(self, key: str) -> None:
        """The whole thread."""
        await Thread(self, key).read()

    async def peek(self, key: str) -> None:
        """Its votes and best comments, and its newest."""
        await Thread(self, key).peek()
