"""HTTP/1.1 over Twisted with a tap on the connection: the exact bytes of both heads and bodies, above TLS.

The tap hangs on private names of Scrapy 2.19 and Twisted 26.10 (pinned). Each exchange proves it anew: where the tapped
bytes do not de-frame to the body that Scrapy got, or the names are gone, the exchange is marked `reconstructed`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from msgspec import Struct, field
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web import _newclient

if TYPE_CHECKING:
    from twisted.web.client import HTTPConnectionPool

LARGEST_HEAD = 1 << 20  # bytes; browsers take a quarter of that
_DIGITS = 20  # of a length: Python refuses to read a number of thousands
_SIZE = re.compile(rb"[0-9A-Fa-f]+")
_LINE, _BLANK = re.compile(rb"\r?\n"), re.compile(rb"\n\r?\n")  # Twisted too takes a line feed alone for the end of a line


class Tap(Struct):
    """What went over one connection for one exchange."""

    limit: int
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    size: int = 0
    ip: str | None = None
    transport: Any = None
    torn: bool = False  # the connection was lost, and nobody had ended it

    def keep(self, data: bytes) -> None:
        """Notes received bytes; beyond the limit the download is being cut anyway."""
        if self.size <= self.limit:
            self.received.append(bytes(data))
        self.size += len(data)

    def request(self) -> bytes:
        """What was sent: nothing where the TLS handshake failed, the request then only waited to be sent."""
        shaken = self.transport is None or getattr(self.transport, "_handshakeDone", True)
        return b"".join(self.sent) if shaken else b""


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


class HeadTooLong(Exception):
    """Why an exchange failed whose head has no end: Twisted would take it until the memory is full."""


class _Protocol(http11._LenientHTTP11ClientProtocol):
    tap: Tap | None = None

    def makeConnection(self, transport: Any) -> Any:
        wire = getattr(transport, "transport", transport)  # below TLS
        ended = wire.connectionLost

        def lost(reason: Failure) -> None:
            # TLS calls both a loss, and many servers end a connection without the word that TLS has for it.
            if self.tap is not None and not getattr(transport, "_lostTLSConnection", False):
                self.tap.torn = not reason.check(ConnectionDone)  # type: ignore[no-untyped-call]
            ended(reason)

        wire.connectionLost = lost
        return super().makeConnection(_Transport(transport, self))  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:
        if self.tap is not None:
            self.tap.keep(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        in_head = getattr(self._parser, "state", None) in (_newclient.STATUS, _newclient.HEADER)
        if in_head and self.tap is not None and self.tap.size > LARGEST_HEAD:
            self._giveUp(Failure(HeadTooLong(f"its head is longer than {LARGEST_HEAD >> 20} MB")))  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:
        # What follows an answer must not be read as the answer to the next request: that one gets another connection.
        if rest and self._currentRequest is not None:
            self._currentRequest.persistent = False
        super()._finishResponse(rest)


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Any:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Pool:
    """The shared pool, as one exchange sees it: the connection that it is given gets this exchange's tap."""

    def __init__(self, pool: Any, tap: Tap) -> None:
        self._pool, self._tap = pool, tap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def getConnection(self, key: Any, endpoint: Any) -> Any:
        return self._pool.getConnection(key, endpoint).addCallback(self._attach)

    def _attach(self, protocol: Any) -> Any:
        self._tap.transport = protocol.transport
        self._tap.ip = getattr(protocol.transport.getPeer(), "host", None)
        protocol.tap = self._tap
        return protocol


class WireHandler(http11.HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a tap for each exchange."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shared = self._pool
        self._shared._factory = _Factory
        # Twisted would silently send a request again when a kept-alive connection dies: each attempt must be a capture.
        self._shared.retryAutomatically = False

    async def fetch(self, request: Request, tap: Tap) -> Response:
        """Downloads; the tap holds the bytes also when this raises. A body without a length is whole where the site ended the
        connection, and not where it was lost."""
        # The base class reads self._pool before its first await, so no other exchange can see this one's.
        self._pool = cast("HTTPConnectionPool", _Pool(self._shared, tap))
        try:
            response = await super().download_request(request)
        finally:
            self._pool = self._shared
        if tap.torn and "partial" in response.flags:
            raise ResponseDataLossError("the connection was lost before the answer ended")
        return response


class Received(NamedTuple):
    """What came over the wire, split: interim 1xx heads, the head with its blank line, and the rest."""

    interim: bytes
    head: bytes
    rest: bytes


def split_response(data: bytes) -> Received | None:
    """The parts of a response; None where no head is whole."""
    start = 0
    while (blank := _BLANK.search(data, start)) is not None:
        words = data[start : data.index(b"\n", start)].split(None, 2)
        if len(words) > 1 and words[1][:1] == b"1" and words[1] != b"101":
            start = blank.end()
            continue
        return Received(data[:start], data[start : blank.end()], data[blank.end() :])
    return None


def deframe(head: bytes, rest: bytes) -> tuple[bytes, bytes, bytes]:
    """Body without its transfer-coding, the head that fits it, and the trailers.

    The stored head names the framing `X-Archive-Orig-...`, so that every verifier and replayer reads the record right;
    the head as received goes into the metadata record.
    """
    head = with_crlf(head)
    lines = head[:-4].split(b"\r\n")
    if lines[0].split(None, 2)[1:2] in ([b"204"], [b"304"]):  # has no body, whatever follows
        return b"", head, b""
    names = [line.partition(b":")[0].strip().lower() for line in lines]
    if b"transfer-encoding" in names and b"chunked" in lines[names.index(b"transfer-encoding")].lower():
        body, trailers = _dechunk(rest)
        return body, mark(head, b"transfer-encoding", b"content-length"), trailers
    if b"content-length" in names:
        declared = lines[names.index(b"content-length")].partition(b":")[2].strip()
        if declared.isdigit() and len(declared) < _DIGITS:
            rest = rest[: int(declared)]
    return rest, head, b""


def with_crlf(head: bytes) -> bytes:
    """The head with CR LF at the end of each line, also where a line feed stood alone: so WARC readers find its end."""
    return _LINE.sub(b"\r\n", head)


def mark(head: bytes, *names: bytes) -> bytes:
    """The head with those headers renamed `X-Archive-Orig-...`: what they say is not true of the stored body."""
    return re.sub(rb"(?im)^(%s)(?=[ \t]*:)" % b"|".join(map(re.escape, names)), rb"X-Archive-Orig-\1", head)


def _dechunk(data: bytes) -> tuple[bytes, bytes]:
    """The chunks that are there, joined; a cut or broken framing ends the body where it breaks."""
    body = bytearray()  # a list of chunks of two bytes each would be twenty times as large as they are
    position = 0
    while True:
        line_end = data.find(b"\r\n", position)
        size_text = data[position:line_end].partition(b";")[0].strip() if line_end >= 0 else b""
        if not _SIZE.fullmatch(size_text):  # int() takes a sign too, and a chunk of -6 would be read for ever
            return bytes(body), b""
        size, position = int(size_text, 16), line_end + 2
        if size == 0:
            trailers = data[position:]
            return bytes(body), b"" if trailers == b"\r\n" else trailers
        body += data[position : position + size]
        position += size + 2
