"""The event loop of a crawl: uvloop's, which hears of a reset too. Imports no Scrapy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uvloop


class Loop(uvloop.Loop):
    """libuv tells once that a socket has an error, and then watches it no more. Twisted reads once each time that it is told:
    where bytes come with a reset behind them it has the bytes, and would wait for the rest until the time of a download is up.
    So a socket is watched anew before each reading, as asyncio's own loop does."""

    def add_reader(self, fd: Any, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]
        """As asyncio's."""
        super().add_reader(fd, self._readable, fd, callback, args)

    def _readable(self, fd: Any, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.remove_reader(fd)
        self.add_reader(fd, callback, *args)
        callback(*args)
