"""LiveRe: the comments of a publisher's page. Which URL next; nothing else."""

from __future__ import annotations

from functools import partial

from archive.capture import Listed
from crawler.paged import Paged
from crawler.spider import SourceSpider
from spiders.livere import urls
from spiders.livere.source import SOURCE


class LivereSpider(SourceSpider):
    """Visits the seeds of a topic."""

    name = "livere"
    source = SOURCE

    async def read_page(self, key: str, listed: Listed | None) -> bool:
        """The newest comments, which say what page they stand on; whether they could be read."""
        seen = await self.look(urls.article_url(key), "livere.comments", article=key, listed=listed, why="seed")
        return self.article(key, seen) is not None

    async def read_thread(self, key: str) -> None:
        """The whole thread."""
        await self._comments(key).read()

    async def peek(self, key: str) -> None:
        """The newest page."""
        await self._comments(key).peek()

    def _comments(self, key: str) -> Paged:
        url = partial(urls.comments_url, key)
        return Paged(self, key, "livere.comments", "RECENT", url, headers={}, declares=False)
