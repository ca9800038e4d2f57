"""What a page in the browser asked for becomes an exchange, and goes into the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field
from scrapy import Request
from scrapy.crawler import Crawler

from archive.capture import Exchange, Facts, Seen
from archive.errors import WriteFailed
from crawler.cdp import exchange
from crawler.pace import pace_of
from crawler.run import Run, run_of
from crawler.tunnel import Tunnel

NO_SOCKET = "a WebSocket: it is never opened, and what it would have brought is not kept"


class Asked(Struct):
    """A request that is under way."""

    meta: dict[str, Any]
    request: dict[str, Any]
    sent_at: int
    began: float
    place: asyncio.Semaphore
    sent: dict[str, str] = field(default_factory=dict)  # its headers, as they were sent


class Keeper:
    """Keeps what one page asked for; `stop` is told what ends the page."""

    def __init__(self, crawler: Crawler, tunnel: Tunnel, stop: Callable[[Exception], None]) -> None:
        self._crawler, self._tunnel, self._stop = crawler, tunnel, stop
        self._run: Run = run_of(crawler)
        self._keeping: set[asyncio.Task[Seen]] = set()

    def answered(
        self, asked: Asked, answer: dict[str, Any], body: bytes, error: str | None, cut: str | None = None
    ) -> asyncio.Task[Seen]:
        """Keeps a request and its answer, {} where none came; its place at the host is free again."""
        asked.place.release()
        url, seconds = asked.request["url"], asyncio.get_running_loop().time() - asked.began
        pace_of(self._crawler).answered(url, seconds)
        facts = self._facts(asked.request["method"], url, asked.meta)
        facts.sent, facts.error, facts.truncated = asked.sent_at, error, cut
        target = self._run.connect_to.target(url)
        facts.connect_to = f"http://{target[0]}:{target[1]}" if target else None
        made = exchange(facts, asked.request, asked.sent, answer, body)
        host = urlsplit(url).hostname or ""
        made.ip, facts.tls = self._tunnel.addresses.get(host), self._tunnel.certificates.get(host)
        return self._begin(made)

    def failed(self, asked: Asked, why: str) -> None:
        """Keeps a request that got no answer."""
        host = urlsplit(asked.request["url"]).hostname or ""
        self.answered(asked, {}, b"", self._tunnel.problems.get(host, why))

    def socket(self, url: str, meta: dict[str, Any]) -> None:
        """Keeps that the page wanted a WebSocket: the tunnel lets none pass."""
        facts = self._facts("GET", url, meta)
        facts.sent, facts.error = self._run.clock.now_us(), NO_SOCKET
        self._begin(Exchange(facts=facts))

    async def ended(self) -> None:
        """Waits until all is kept. Raises WriteFailed."""
        for failure in await asyncio.gather(*self._keeping, return_exceptions=True):
            if isinstance(failure, WriteFailed):
                raise failure

    def _facts(self, method: str, url: str, meta: dict[str, Any]) -> Facts:
        return self._run.facts(Request(url, method=method, meta=meta | {"verbatim_url": True}))

    def _begin(self, made: Exchange) -> asyncio.Task[Seen]:
        task = asyncio.ensure_future(self._run.keep(made))
        self._keeping.add(task)
        task.add_done_callback(self._kept)
        return task

    def _kept(self, task: asyncio.Task[Seen]) -> None:
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._stop(error)
