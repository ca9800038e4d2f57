"""DC Inside: searches and lists of galleries, then each post with its votes and comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from archive.capture import Seen
from archive.records import Article
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from crawler.listed import articles
from crawler.queries import Query
from crawler.tally import Gap
from spiders.dcinside import urls
from spiders.dcinside.source import SOURCE


def _ask(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    return Ask(urls.COMMENTS, form=urls.comments_form(key, number, cues))


class DcinsideSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries, galleries and searches in galleries bring."""

    name = "dcinside"
    source = SOURCE
    board = Board("dcinside.post", "dcinside.comments", _ask, inline=False, sort="D",
                  search="dcinside.search", search_url=urls.search_url)  # fmt: skip

    _ads: Gap | None = None

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query in all galleries, or the list or search at a gallery's URL brings, the newest first."""
        if not isinstance(what, str):
            return super().hits(what)
        kind = urls.list_page(what) or ""
        return articles(self, what, kind, lambda page: urls.list_url(what, page), newest_first=True, step=urls.list_url)

    async def look(self, url: str, page: str, *, side: bool = False, **meta: Any) -> Seen | None:
        """One page; a post whose gallery has become one of another kind where its old address leads."""
        seen = await super().look(url, page, side=side, **meta)
        said = self.cues(seen) if seen is not None else {}
        if "ads" in said:
            self._leave_out(int(said["ads"]))
        return await super().look(urls.article_url(said["moved"]), page, side=side, **meta) if "moved" in said else seen

    def _leave_out(self, ads: int) -> None:
        """Says once, and with their number, that advertising among the comments is left out."""
        if self._ads is None:
            self._ads = Gap("ads", None, 0, "advertising of the site among the comments: no rows", counts=False)
            self.run.gaps.append(self._ads)
        self._ads.collected = (self._ads.collected or 0) + ads
