"""An answer on its way through the tunnel: its head byte for byte, whether it came whole, and how long it gets."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from archive.capture import codings, split_head
from crawler.wire import LARGEST_HEAD, split_response, with_crlf

_LENGTH = re.compile(rb"\r\ncontent-length:\s*([0-9]{1,12})\s*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_PACKED = (["gzip"], ["x-gzip"], ["deflate"])
_PIECE = 1 << 20  # bytes that are unpacked at once


class Passing:
    """The answer to one request. The browser shows heads as text, cannot say of a compressed answer that its end is missing,
    and gives a body only when all of it is in its memory: one that has more than `largest` bytes, unpacked, is `too_long`."""

    def __init__(self, url: str, largest: int) -> None:
        self.url, self._largest, self.too_long = url, largest, False
        self.head: bytes | None = None
        self._held = b""  # as far as the head came, then: as far as a line came that says how long a chunk is
        self._left: int | None = None  # bytes; None where the end of the connection is its end, or chunks say it
        self._chunk: int | None = None  # bytes left of one; None where the answer has none
        self._unpack: zlib._Decompress | None = None
        self._codings = list[str]()
        self._tail = b""
        self._size = 0

    def came(self, data: bytes) -> None:
        """Some more of it. Raises ValueError for a head without an end, chunks that are none, and a coding that
        nobody asked for: who knows how long it gets."""
        if self.head is None:
            self._held += data
            split = split_response(self._held)  # behind interim heads
            if split is None:
                if len(self._held) > LARGEST_HEAD:
                    raise ValueError("a head without an end")
                return
            self.head, data, self._held = with_crlf(split.head), split.rest, b""
            length = _LENGTH.search(self.head)
            self._chunk = 0 if _CHUNKED.search(self.head) else None
            self._left = int(length[1]) if length and self._chunk is None else None
            self._codings = codings(split_head(self.head)[1])
        self._left = self._left - len(data) if self._left is not None else None
        self._tail = (self._tail + data)[-5:]
        for part in self._parts(data):
            for size in self._sizes(part):
                self._size += size
                if self._size > self._largest:
                    self.too_long = True
                    return

    def whole(self) -> bool:
        """Whether nothing is missing when the connection ends now."""
        done = self._tail == b"0\r\n\r\n" if self._chunk is not None else self._left is None or self._left <= 0
        return self.head is not None and done

    def _parts(self, data: bytes) -> Iterator[bytes]:
        """The body's own bytes."""
        if self._chunk is None:
            yield data
            return
        self._held += data
        while self._held:
            if not self._chunk:
                line, end, rest = self._held.partition(b"\r\n")
                if not end:
                    if len(line) > LARGEST_HEAD:
                        raise ValueError("a chunk without a length")
                    return
                self._held = rest
                if line:  # else it ends the chunk before
                    size = line.partition(b";")[0].strip()
                    if not size.isalnum():  # int() would take a sign
                        raise ValueError("a chunk without a length")
                    self._chunk = int(size, 16)
                    if not self._chunk:  # the last one; what follows are trailers
                        self._held = b""
                continue
            part, self._held = self._held[: self._chunk], self._held[self._chunk :]
            self._chunk -= len(part)
            yield part

    def _sizes(self, part: bytes) -> Iterator[int]:
        """How many bytes a part of the body is for the page, piece by piece."""
        if not self._codings:
            yield len(part)
            return
        if self._codings not in _PACKED and part:
            raise ValueError(f"a body in {', '.join(self._codings)}")
        if self._unpack is None and part:
            plain = part[:1] != b"\x1f" and part[0] & 15 != 8  # deflate without a head, as some send it
            self._unpack = zlib.decompressobj(-15 if plain else 47)
        while part and self._unpack is not None and not self._unpack.eof:
            try:
                yield len(self._unpack.decompress(part, _PIECE))
            except zlib.error:
                self._codings = []  # the browser will not unpack it either
                return
            part = self._unpack.unconsumed_tail
