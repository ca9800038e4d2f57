"""Daum: searches, then each article with its reactions and its alex thread or its talk. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from archive.capture import Listed
from archive.records import Article
from archive.times import day
from crawler.listed import articles
from crawler.queries import Query, asked
from crawler.spider import SourceSpider
from spiders.daum import urls
from spiders.daum.source import SOURCE
from spiders.daum.talk import Talk
from spiders.daum.thread import Thread


class DaumSpider(SourceSpider):
    """Visits the seeds of a topic, and what its queries bring."""

    name = "daum"
    source = SOURCE

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query brings, the newest first."""
        assert isinstance(what, Query)  # it has no lists
        text, topic = asked(what, self.source.lacks()), self.topic
        until = (topic.until or day(self.run.clock.now_us() // 1000)) if topic.since else None

        def address(page: int) -> str:
            return urls.search_url(text, page, topic.since, until)

        return articles(self, what, "daum.search", address, newest_first=True)

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One article: its page, its reactions, and its comments."""
        thread = await self.read_page(key, listed)
        if thread is not None:
            await thread.read()

    async def read_page(self, key: str, listed: Listed | None) -> Thread | Talk | None:
        """The article's page and its reactions; its thread, opened, or its talk, where it can be read."""
        why = "seed" if listed else "found"
        seen = await self.look(urls.article_url(key), "daum.article", article=key, listed=listed, why=why)
        article = self.article(key, seen)
        if seen is None or article is None or article.state == "gone":
            return None
        if listed is None and not self.follows(key, article):
            return None
        cues = self.cues(seen)
        thread = Thread(self, article, cues)
        if article.pane == "alex" and not (cues.get("client_id") and await thread.open()):
            self.broken(article.key, "its thread could not be opened")
            return None
        if "item_key" in cues and (article.pane == "alex" or ("client_id" in cues and await thread.authorize(side=True))):
            await self.look(urls.emotions_url(cues["item_key"]), "daum.emotions", article=article.key, side=True,
                            headers=thread.headers, why="reactions")  # fmt: skip
        if article.pane == "talk":
            return Talk(self, article).ready()
        return thread if article.pane == "alex" else None

    async def read_thread(self, key: str) -> None:
        """The whole thread, opened by what the page last said, or the talk."""
        if (thread := await self._thread(key)) is not None:
            await thread.read()

    async def peek(self, key: str) -> None:
        """The first page of each sort, or what the talk pane shows."""
        if (thread := await self._thread(key)) is not None:
            await thread.peek()

    async def _thread(self, key: str) -> Thread | Talk | None:
        seen = self.run.memory.last_page(key, "daum.article")
        article = next((record for record in seen.parsed.records if isinstance(record, Article)), None) if seen else None
        if seen is None or article is None:
            return await self.read_page(key, None)
        if article.pane == "talk":
            return Talk(self, article)
        thread = Thread(self, article, self.cues(seen))
        if await thread.open():
            return thread
        self.broken(key, "its thread could not be opened")
        return None
