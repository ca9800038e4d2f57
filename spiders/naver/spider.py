"""Naver news: searches and lists, then each article with its reactions and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

from archive.capture import Listed
from archive.records import Article
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

    async def find(self) -> AsyncIterator[Article]:
        """Hits of the queries, then the entries of the lists; those that --limit leaves out are only counted."""
        found, asks = dict[str, Article](), self.topic.asks()
        search = Search(self) if asks else None
        readers = [search.hits(query) for query in asks] if search else []
        readers += [lists.listed(self, url) for url in dict.fromkeys(self.topic.lists_of(self.source.name))]
        for reader in readers:
            async for article in reader:
                found[article.key] = article
                yield article
        await lists.count_comments(self, [key for key in found if key not in self.wanted])

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One article: its page, its reactions, its comments. Those of an article that is gone may still be there."""
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
            return
        if article is not None and article.state == "visible":
            await self.look(urls.reactions_url([key], service), "naver.reactions", article=key, side=True, why="reactions",
                            headers={"Referer": urls.article_url(key)})  # fmt: skip
        if service == "news":
            await Thread(self, key).read()
        else:
            why = "Naver closed the comments of sports and entertainment articles in 2020"
            self.run.gaps.append(Gap("comments", None, None, why, f"naver:{key}", counts=False))
