"""The spider of community boards: searches and lists, then each post with its votes and comments. `crawler.boards` says how."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from archive.capture import Listed
from archive.records import Article
from crawler.boards import Board, Thread
from crawler.listed import articles
from crawler.queries import Query, asked
from crawler.spider import SourceSpider


class BoardSpider(SourceSpider):
    """Subclasses set `source` and `board`; `hits` too, where a search is more than pages by number."""

    board: ClassVar[Board]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun: dict[str, Thread] = {}  # by key: its page was read, its comments are next

    def hits(self, what: Query | str) -> AsyncGenerator[Article]:
        """What one query, the newest first, or the list at a URL brings."""
        board = self.board
        if isinstance(what, str):
            at = board.list_url
            assert at is not None, "a source with list pages says how their pages are asked for"
            kind, dated = self.source.list_page(what) or "", board.newest_first
            return articles(self, what, kind, lambda page: at(what, page), newest_first=dated)
        text, find = asked(what, self.source.lacks()), board.search_url
        assert find is not None, "a source with a search says how it is asked"
        return articles(self, what, board.search, lambda page: find(text, page), newest_first=True)

    def address(self, key: str) -> str:
        """Where a post stands: where a list says so, else where all posts can be found."""
        return self.run.memory.url_of(key) or self.source.article_url(key)

    async def read_page(self, key: str, listed: Listed | None) -> bool:
        """The post's page, with all comments where they stand there; whether more of them are to be read."""
        going = self.board.ask is not None and self.run.scheduled and self.run.memory.walking(key)
        thread = Thread(self, self.board, key, self.address, begins=not going)
        seen = await thread.post("seed" if listed else "found", listed)
        article = self.article(key, seen)
        if article is None:
            read = seen is not None and seen.parsed.outcome in ("ok", "empty")
            await thread.leave("read already" if read else self.unread(seen, key))
            return False
        if article.state != "visible" or not (listed is not None or self.follows(key, article)):
            await thread.leave(article.state if article.state != "visible" else "not followed")
            return False
        if self.board.ask is None:
            await thread.read()
            return False
        # The schedule goes on with a walk that has begun (its page is in the archive); of any other thread it reads all.
        if not self.run.scheduled:
            self._begun[key] = thread
        return True

    async def read_thread(self, key: str) -> None:
        """All comments; of a post whose page this visit has just read, the rest."""
        await (self._begun.pop(key, None) or Thread(self, self.board, key, self.address)).read()

    async def peek(self, key: str) -> None:
        """Its votes, and its newest comments."""
        await Thread(self, self.board, key, self.address).peek()
