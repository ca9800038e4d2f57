"""Rhymix and XE boards: searches and lists, then each post with its votes and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import urlencode

from archive.records import Article
from crawler.addresses import asked as in_query
from crawler.addresses import further
from crawler.bases import Base
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from crawler.listed import articles
from crawler.probe import Questions
from crawler.queries import Query, asked
from spiders.rhymix import json_pages, urls
from spiders.rhymix.source import SOURCE


def ask(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A page of comments: the post's page with its number, or JSON where that page has none."""
    if cues.get("list") != "json":
        return Ask(f"{cues['url'].partition('?')[0]}?{urlencode(in_query(cues['url']) | {'cpage': str(number)})}")
    site, _, post = key.rpartition("/")
    base = urls.base_of(site, cues["url"])
    text = json_pages.asked(post, urls.section(base, cues["url"]), number)
    return Ask(f"{base.url}/index.php", json=text, page="rhymix.comments")


class RhymixSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and lists bring at each of its sites."""

    name = "rhymix"
    source = SOURCE
    board = Board("rhymix.post", "rhymix.post", ask)

    def address(self, key: str) -> str:
        """Where a post stands: in the board that a list or its seed names, else where the site leads on from."""
        base = urls.base_of(key.rpartition("/")[0], self.source.article_url(key))
        seed = urls.address(base, self.seeds.get(key, ""), key.rpartition("/")[2])
        return self.run.memory.url_of(key) or seed

    async def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What the list at a URL brings; or a query, at each site: in the boards that the topic names, or in the whole site."""
        bases = self.run.options.bases()
        if isinstance(what, str):
            found = urls.board_of(bases, what)
            told = {"base": found[0].name if found else ""}
            async with aclosing(articles(self, what, "rhymix.list", lambda page: further(what, page), context=told)) as hits:
                async for article in hits:
                    yield article
            return
        lists = self._part.lists if isinstance(self._part, Questions) else self.topic.lists_of(self.source.name)
        named = [found for url in lists if (found := urls.board_of(bases, url)) is not None]
        for base in bases:
            for mid in [mid for at, mid in named if at == base] or (None,):
                async with aclosing(self._searched(base, mid, what)) as hits:
                    async for article in hits:
                        yield article

    def _searched(self, base: Base, mid: str | None, query: Query) -> AsyncGenerator[Article]:
        text = asked(query, self.source.lacks())
        return articles(self, query, "rhymix.search", lambda page: urls.search_url(base, mid, text, page),
                        newest_first=True, context={"base": base.name})  # fmt: skip
