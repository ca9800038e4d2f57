"""Nate news: searches and rankings, then each article with its emoticons and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from archive.capture import Listed
from archive.records import Article
from archive.times import day
from crawler.addresses import further
from crawler.listed import articles
from crawler.queries import Query, asked
from crawler.spider import SourceSpider
from spiders.nate import urls
from spiders.nate.source import SOURCE
from spiders.nate.thread import Thread


class NateSpider(SourceSpider):
    """Visits the seeds of a topic, and what its queries and rankings bring."""

    name = "nate"
    source = SOURCE

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query, or the ranking at a URL, brings."""
        if isinstance(what, str):
            return articles(self, what, "nate.ranking", lambda page: further(what, page))
        text, topic = asked(what, self.source.lacks()), self.topic
        until = (topic.until or day(self.run.clock.now_us() // 1000)) if topic.since else None
        return articles(self, what, "nate.search", lambda page: urls.search_url(text, page, topic.since, until))

    async def read_page(self, key: str, listed: Listed | None) -> bool:
        """The article's page and its emoticons; whether its comments are to be read."""
        why = "seed" if listed else "found"
        seen = await self.look(urls.article_url(key), "nate.article", article=key, listed=listed, why=why)
        article = self.article(key, seen)
        if listed is None and article is not None and not self.follows(key, article):
            return False
        if article is not None and article.state == "visible":
            await self.look(urls.emotions_url(key), "nate.emotions", article=key, side=True, why="reactions")
        return article is None or article.pane != "closed"

    async def read_thread(self, key: str) -> None:
        """The whole thread."""
        await Thread(self, key).read()

    async def peek(self, key: str) -> None:
        """Its newest page and the top of each sort."""
        await Thread(self, key).peek()
