"""Zum: an article, its counts, its comments. Which URL next; nothing else."""

from __future__ import annotations

from archive.capture import Listed
from archive.records import Count
from crawler.paged import Paged
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.zum import urls
from spiders.zum.source import SOURCE


class ZumSpider(SourceSpider):
    """Visits the seeds of a topic."""

    name = "zum"
    source = SOURCE

    async def read_page(self, key: str, listed: Listed | None) -> bool:
        """The article and its counts; whether it has comments."""
        seen = await self.look(urls.article_url(key), "zum.article", article=key, listed=listed, why="seed")
        article = self.article(key, seen)
        code = self.cues(seen).get("code") if seen is not None and article is not None else None
        if code is not None:
            await self.look(urls.info_url(code, key), "zum.info", article=key, side=True, why="reactions",
                            headers={"Referer": urls.article_url(key)})  # fmt: skip
        return code is not None

    async def read_thread(self, key: str) -> None:
        """All comments; the replies that are declared are a gap."""
        await self._comments(key).read()
        info = self.run.memory.last_page(key, "zum.info") if self.run.options.replies else None
        said = info.parsed.records if info else ()
        replies = [record.value for record in said if isinstance(record, Count) and record.metric == "replies"]
        if any(replies):
            self.run.gaps.append(Gap("replies", replies[0], 0, "where Zum lists replies is not known", f"zum:{key}"))

    async def peek(self, key: str) -> None:
        """The first page of comments."""
        await self._comments(key).peek()

    def _comments(self, key: str) -> Paged:
        seen = self.run.memory.last_page(key, "zum.article")
        code = self.cues(seen).get("code", "") if seen else ""
        return Paged(self, key, "zum.comments", "LISTED", lambda page: urls.comments_url(code, key, page),
                     headers={"Referer": urls.article_url(key)})  # fmt: skip
