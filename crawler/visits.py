"""A run that visits a whole topic: its seeds, then what the site's searches and lists bring, several articles at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from archive.capture import Listed
from archive.errors import WriteFailed
from crawler.errors import Stopping
from crawler.queries import lacking
from crawler.tally import Gap

if TYPE_CHECKING:
    from crawler.spider import SourceSpider


class Visits:
    """The visits of one run."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider, self._run, self._source = spider, spider.run, spider.source
        self._places = asyncio.Semaphore(spider.at_once)
        self._going: set[asyncio.Task[None]] = set()
        self.done = 0

    async def work(self) -> None:
        """Visits the seeds, and what is found."""
        spider = self._spider
        self._say_what_is_not_searched()
        for rank, key in enumerate(spider.seeds, 1):
            await self._begin(key, Listed("seed", rank))
        try:
            async for article in spider.find():
                await self._begin(article.key, None)
        except (Stopping, WriteFailed):
            pass  # the run knows why
        except Exception as error:
            spider.logger.exception("finding failed")
            self._run.breaks(f"its searches and lists: {type(error).__name__}: {error}", "")
        await self.ended()

    async def ended(self) -> None:
        """Returns when none goes on; in a run that ends each ends at its next look, and says where its walk stopped."""
        if self._going:
            await asyncio.wait(self._going)

    def _say_what_is_not_searched(self) -> None:
        topic, gaps = self._spider.topic, self._run.gaps
        if topic.queries and self._source.search is None:
            gaps.append(Gap("search", None, None, self._source.limits, counts=not self._spider.seeds))
        elif self._source.search is not None:
            for query in topic.asks():
                if said := lacking(query, self._source.lacks()):
                    gaps.append(Gap("search", None, None, said, str(query), counts=False))

    async def _begin(self, key: str, listed: Listed | None) -> None:
        spider = self._spider
        if key in spider.wanted or spider.full:
            return
        spider.wanted.add(key)
        await self._places.acquire()
        if spider.ending():
            self._places.release()
            return
        task = asyncio.ensure_future(self._visit(key, listed))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        task.add_done_callback(lambda _: self._places.release())

    async def _visit(self, key: str, listed: Listed | None) -> None:
        spider = self._spider
        try:
            await spider.visit(key, listed)
            self.done += 1
        except (Stopping, WriteFailed):
            pass  # the run knows why; what was not captured is still to be done
        except Exception as error:
            self.done += 1
            spider.logger.exception("visit of %s failed", key)
            self._run.breaks(f"{self._source.name}:{key}: {type(error).__name__}: {error}", key)
        finally:
            self._run.settled(spider.read_as.pop(key, key))
