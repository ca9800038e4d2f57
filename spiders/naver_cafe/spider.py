"""Naver Cafe: an article and its comments. Which URL next; nothing else."""

from __future__ import annotations

from functools import partial

from archive.capture import Listed
from crawler.paged import Paged
from crawler.spider import SourceSpider
from spiders.naver_cafe import urls
from spiders.naver_cafe.source import SOURCE


class NaverCafeSpider(SourceSpider):
    """Visits the seeds of a topic."""

    name = "naver_cafe"
    source = SOURCE

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One article and its comments, where it is for everybody."""
        if (own := await self.read_page(key, listed)) is not None:
            await self.read_thread(own)

    async def read_page(self, key: str, listed: Listed | None) -> str | None:
        """The article; its key by the cafe's number, None where there is nothing to read."""
        seen = await self.look(urls.read_url(key), "naver_cafe.article", article=key, listed=listed, why="seed",
                               headers={"Referer": urls.article_url(key)})  # fmt: skip
        article = self.article(key, seen)
        return article.key if article is not None and article.state == "visible" else None

    async def read_thread(self, key: str) -> None:
        """The whole thread, the oldest first: what is written meanwhile comes at its end."""
        await self._comments(key, "asc").read()

    async def peek(self, key: str) -> None:
        """The newest page."""
        await self._comments(key, "desc").peek()

    def _comments(self, key: str, order: str) -> Paged:
        url = partial(urls.comments_url, key, order)
        return Paged(self, key, "naver_cafe.comments", order, url, headers={"Referer": urls.article_url(key)})
