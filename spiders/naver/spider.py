"""Naver news: searches and lists, then each article with its reactions and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from archive.capture import Listed
from archive.records import Article
from crawler.queries import Query
from crawler.schedule import finds_of
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.naver import lists, urls
from spiders.naver.search import Search
from spiders.naver.source import SOURCE
from spiders.naver.thread import Thread


class NaverSpider(SourceSpider):
    """Visits the seeds of a topic, and what its queries and lists bring."""

    name = "naver"
    source = SOURCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hosts = [0, 1]  # of the official search

    async def find(self) -> AsyncIterator[Article]:
        """Hits of the queries, then the entries of the lists; those that --limit leaves out are only counted."""
        found = dict[str, Article]()
        for what in finds_of(self.topic, self.source):
            async for article in self.hits(what):
                found[article.key] = article
                yield article
        await self.count([key for key in found if key not in self.wanted])

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query, or the list at a URL, brings, the newest first."""
        return lists.listed(self, what) if isinstance(what, str) else Search(self, self._hosts).hits(what)

    async def count(self, keys: list[str]) -> None:
        """The comment counts of many articles."""
        await lists.count_comments(self, keys)

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One article: its page, its reactions, its comments. Those of an article that is gone may still be there."""
        service = await self.read_page(key, listed)
        if service == "news":
            await self.read_thread(key)
        elif service is not None:
            why = "Naver closed the comments of sports and entertainment articles in 2020"
            self.run.gaps.append(Gap("comments", None, None, why, f"naver:{key}", counts=False))

    async def read_thread(self, key: str) -> None:
        """The whole thread."""
        await Thread(self, key).read()

    async def peek(self, key: str) -> None:
        """Its newest page and the top of its ranking."""
        await Thread(self, key).peek()

    async def read_page(self, key: str, listed: Listed | None) -> str | None:
        """The article's page and its reactions; which service it is of, None where it lies outside the topic's window."""
        old = urls.is_old_layout(self.seeds.get(key, ""))
        url, page = (urls.old_article_url(key), "naver.article_old") if old else (urls.article_url(key), "naver.article")
        seen = await self.look(url, page, article=key, listed=listed, why="seed" if listed else "found")
        service = self.cues(seen).get("service", "news") if seen else "news"
        if service != "news":
            headers = {"Referer": f"https://m.{service}.naver.com/"}
            seen = await self.look(urls.service_article_url(key, service), f"naver.{service}", article=key, headers=headers,
                                   why="service")  # fmt: skip
        article = self.article(key, seen)
        if listed is None and article is not None and not self.follows(key, article):
            return None
        if article is not None and article.state == "visible":
            await self.look(urls.reactions_url([key], service), "naver.reactions", article=key, side=True, why="reactions",
                            headers={"Referer": urls.article_url(key)})  # fmt: skip
        return service
