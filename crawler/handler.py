"""The download handler of law 1: an exchange is on disk and in the rows before anybody sees the response.

It is a handler, not a middleware or signal: those miss redirects and retries, see decoded bodies, or swallow errors.
"""

from __future__ import annotations

import asyncio
import time
from hashlib import sha256
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Headers, Response

from archive.capture import Exchange, Facts
from crawler import guard, wire
from crawler.errors import NotAllowed, Stopping, words
from crawler.pace import pace_of
from crawler.run import Run, run_of


class CaptureHandler(BaseDownloadHandler):
    """Downloads http and https for the spider's run, which keeps what came."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._http = wire.WireHandler(crawler)
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def download_request(self, request: Request) -> Response:
        """The response, its `meta["seen"]` filled. Raises NotAllowed, Stopping, WriteFailed, or what the download raised."""
        run = run_of(self._crawler)
        guard.check(request.method, request.url, run.source, body=request.body)
        pace = pace_of(self._crawler)
        async with run.place(request.url):
            await pace.free(request.url, run.ending)
            sent = await run.admit()
            pace.goes_out(request.url)
            physical, target = _physical(request, run.connect_to)
            tap = wire.Tap(limit=self._limit + (1 << 20))
            began = time.monotonic()
            response, error = await self._attempt(run, physical, tap)
            pace.answered(request.url, time.monotonic() - began)
            with run.closing():
                exchange = _exchange(run.facts(request), tap, physical, response, error)
            exchange.facts.sent = sent
            exchange.facts.connect_to = target
            seen = await run.keep(exchange)
        if error is not None:
            raise error
        assert response is not None
        request.meta["seen"] = seen
        # A plain Response: parsers decode the bytes themselves, so nobody needs Scrapy to guess a type and a charset.
        given = Response(request.url, response.status, None, seen.body, response.flags, request, response.certificate,
                         response.ip_address, response.protocol)  # fmt: skip
        given.headers = response.headers  # not through the constructor, which makes them anew one by one
        given.headers.pop(b"Content-Encoding", None)
        return given

    async def _attempt(self, run: Run, request: Request, tap: wire.Tap) -> tuple[Response | None, Exception | None]:
        """The response, or why there is none: every failed attempt is kept before it is anybody's error."""
        download = asyncio.ensure_future(self._http.fetch(request, tap))
        run.under_way.add(download)
        try:
            return await download, None
        except asyncio.CancelledError:
            if not run.ending():
                raise
            return None, Stopping(run.stopping or "shutdown")
        except CannotResolveHostError as problem:
            refused = guard.PublicResolver.refused.get(urlsplit(request.url).hostname or "")
            return None, NotAllowed(refused) if refused else problem
        except Exception as problem:
            return None, problem
        finally:
            run.under_way.discard(download)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close()


def _physical(request: Request, connect_to: guard.ConnectTo) -> tuple[Request, str | None]:
    """The request as it goes out: to the same URL, or to where connect-to says, under the logical Host."""
    target = connect_to.target(request.url)
    if target is None:
        return request, None
    parts = urlsplit(request.url)
    at = f"{target[0]}:{target[1]}"
    url = parts._replace(scheme="http", netloc=at, fragment="").geturl()
    physical = request.replace(url=url, meta=request.meta | {"verbatim_url": True})
    physical.headers[b"Host"] = parts.netloc.encode("ascii")
    return physical, f"http://{at}"


def _exchange(facts: Facts, tap: wire.Tap, request: Request, response: Response | None, error: Exception | None) -> Exchange:
    exchange = Exchange(facts=facts, request=tap.request(), ip=tap.ip)
    if error is not None:
        facts.error = words(error)
    received = b"".join(tap.received)
    split = wire.split_response(received)
    if split is not None:
        exchange.body, exchange.head, trailers = wire.deframe(split.head, split.rest)
        facts.fidelity = "wire"
        facts.protocol = "http/1.1" if split.head.startswith(b"HTTP/1.1") else "http/1.0"
        if split.interim or exchange.head != split.head:
            facts.head = (split.interim + split.head).decode("latin-1")
        facts.trailers = trailers.decode("latin-1") or None
        if error is not None:
            facts.truncated = _cut(error)
    elif received:
        facts.head = received[:65536].decode("latin-1")
    if response is not None and (exchange.head is None or exchange.body != response.body):
        facts.head = received.removesuffix(response.body)[:65536].decode("latin-1") or None
        _reconstruct(exchange, request, response)
    if response is not None and response.certificate is not None:
        facts.tls = sha256(response.certificate.dump()).hexdigest()  # of the DER, as everybody's fingerprints
    return exchange


def _cut(error: Exception) -> str:
    """Why a body ends early, in the words of WARC-Truncated."""
    if isinstance(error, Stopping):
        return "unspecified"
    if isinstance(error, DownloadTimeoutError):
        return "time"
    return "length" if isinstance(error, DownloadCancelledError) else "disconnect"


def _reconstruct(exchange: Exchange, request: Request, response: Response) -> None:
    """What can be said without the tap: the parsed heads written anew, and the body."""
    if not exchange.request:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        exchange.request = _head(f"{request.method} {target} HTTP/1.1", request.headers) + request.body
    exchange.head = _head(f"HTTP/1.1 {response.status} ", response.headers)
    exchange.body = response.body
    exchange.facts.fidelity = "reconstructed"


def _head(start: str, headers: Headers) -> bytes:
    lines = [start.encode("ascii")]
    lines += [name + b": " + value for name, values in headers.items() for value in values]
    return b"\r\n".join(lines) + b"\r\n\r\n"
