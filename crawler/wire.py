"""HTTP/1.1 over Twisted with a tap on the connection: the exact bytes of both heads and bodies, above TLS.

The tap hangs on private names of Scrapy 2.19 and Twisted 26.10 (pinned). Each exchange proves it anew: where the tapped
bytes do not de-frame to the body that Scrapy got, or the names are gone, the exchange is marked `reconstructed`.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response


class Tap(Struct):
    """What went over one connection for one exchange."""

    limit: int
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    size: int = 0
    ip: str | None = None

    def restart(self, ip: str | None) -> None:
        """Forgets what a connection got that Twisted gave up and replaced."""
        self.sent.clear()
        self.received.clear()
        self.size = 0
        self.ip = ip

    def keep(self, data: bytes) -> None:
        """Notes received bytes; beyond the limit the download is being cut anyway."""
        if self.size <= self.limit:
            self.received.append(bytes(data))
        self.size += len(data)


class _Transport:
    """Passes everything through and notes what is written."""

    def __init__(self, transport: Any, protocol: Any) -> None:
        self._transport, self._protocol = transport, protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> Any:
        if self._protocol.tap is not None:
            self._protocol.tap.sent.append(bytes(data))
        return self._transport.write(data)

    def writeSequence(self, parts: Any) -> Any:
        parts = [bytes(part) for part in parts]
        if self._protocol.tap is not None:
            self._protocol.tap.sent.extend(parts)
        return self._transport.writeSequence(parts)


class _Protocol(http11._LenientHTTP11ClientProtocol):  # type: ignore[misc]
    tap: Tap | None = None

    def makeConnection(self, transport: Any) -> Any:
        return super().makeConnection(_Transport(transport, self))

    def dataReceived(self, data: bytes) -> Any:
        if self.tap is not None:
            self.tap.keep(data)
        return super().dataReceived(data)


class _Factory(http11._LenientHTTP11ClientFactory):  # type: ignore[misc]
    def buildProtocol(self, addr: Any) -> Any:
        return _Protocol(self._quiescentCallback)


class _Pool:
    """The shared pool, as one exchange sees it: the connection that it is given gets this exchange's tap."""

    def __init__(self, pool: Any, tap: Tap) -> None:
        self._pool, self._tap = pool, tap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def getConnection(self, key: Any, endpoint: Any) -> Any:
        return self._pool.getConnection(key, endpoint).addCallback(self._attach)

    def _attach(self, connection: Any) -> Any:
        protocol = getattr(connection, "_clientProtocol", connection)  # a kept-alive one is wrapped for its retry
        self._tap.restart(getattr(protocol.transport.getPeer(), "host", None))
        protocol.tap = self._tap
        return connection


class WireHandler(http11.HTTP11DownloadHandler):  # type: ignore[misc]
    """Scrapy's HTTP/1.1 handler with a tap for each exchange."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shared = self._pool
        self._shared._factory = _Factory

    async def fetch(self, request: Request, tap: Tap) -> Response:
        """Downloads; the tap holds the bytes also when this raises."""
        # The base class reads self._pool before its first await, so no other exchange can see this one's.
        self._pool = _Pool(self._shared, tap)
        download = super().download_request(request)
        try:
            return await download
        finally:
            self._pool = self._shared


def split_response(data: bytes) -> tuple[bytes, bytes] | None:
    """Head (with its blank line) and the rest, interim 1xx heads skipped; None where no head is whole."""
    while True:
        head, blank, rest = data.partition(b"\r\n\r\n")
        if not blank:
            return None
        words = head.split(b"\r\n", 1)[0].split(None, 2)
        if len(words) > 1 and words[1][:1] == b"1" and words[1] != b"101":
            data = rest
            continue
        return head + blank, rest


def deframe(head: bytes, rest: bytes) -> tuple[bytes, bytes, bytes]:
    """Body without its transfer-coding, the head that fits it, and the trailers.

    The stored head names the coding `X-Archive-Orig-Transfer-Encoding`, so that every verifier and replayer reads the
    record right; the head as received goes into the metadata record.
    """
    lines = head[:-4].split(b"\r\n")
    names = [line.partition(b":")[0].strip().lower() for line in lines]
    if b"transfer-encoding" in names and b"chunked" in lines[names.index(b"transfer-encoding")].lower():
        body, trailers = _dechunk(rest)
        kept = [b"X-Archive-Orig-" + line if name == b"transfer-encoding" else line for line, name in zip(lines, names, strict=True)]
        return body, b"\r\n".join(kept) + b"\r\n\r\n", trailers
    if b"content-length" in names:
        declared = lines[names.index(b"content-length")].partition(b":")[2].strip()
        if declared.isdigit():
            rest = rest[: int(declared)]
    return rest, head, b""


def _dechunk(data: bytes) -> tuple[bytes, bytes]:
    """The chunks that are there, joined; a cut or broken framing ends the body where it breaks."""
    body = []
    position = 0
    while True:
        line_end = data.find(b"\r\n", position)
        size_text = data[position:line_end].partition(b";")[0].strip() if line_end >= 0 else b""
        try:
            size = int(size_text, 16)
        except ValueError:
            return b"".join(body), b""
        position = line_end + 2
        if size == 0:
            trailers = data[position:]
            return b"".join(body), b"" if trailers == b"\r\n" else trailers
        body.append(data[position : position + size])
        position += size + 2
