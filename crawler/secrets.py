"""The operator's own credentials never reach the archive: every spelling of them is replaced by a marker."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from archive.capture import MAX_BODY, Exchange, decode, split_head
from crawler.wire import mark

MARK = b"[redacted-by-sagwan]"
SHORTEST = 6  # a shorter value would be found by chance in what others wrote


class Redactor:
    """Replaces secret values in what was sent and in what came back (some sites echo a key in their error)."""

    def __init__(self, values: Iterable[str]) -> None:
        spellings = {spelling for value in values if len(value) >= SHORTEST for spelling in _spellings(value)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    @classmethod
    def from_environment(cls, names: Iterable[str]) -> Redactor:
        """For the environment variables that hold the credentials of a source."""
        return cls(value for name in names if (value := os.environ.get(name)))

    def clean(self, exchange: Exchange) -> None:
        """Redacts in place; `facts.redacted` counts the places."""
        if not self._spellings:
            return
        facts = exchange.facts
        exchange.request = self._bytes(exchange, exchange.request)
        if exchange.head is not None:
            self._clean_body(exchange)
            exchange.head = self._bytes(exchange, exchange.head)
        else:  # what a browser rendered
            exchange.body = self._bytes(exchange, exchange.body)
        facts.url = self._text(exchange, facts.url, "utf-8")
        facts.context = {name: self._text(exchange, value, "utf-8") for name, value in facts.context.items()}
        facts.error = facts.error and self._text(exchange, facts.error, "utf-8")
        facts.head = facts.head and self._text(exchange, facts.head, "latin-1")
        facts.trailers = facts.trailers and self._text(exchange, facts.trailers, "latin-1")
        if facts.redacted and facts.fidelity in ("wire", "cdp", "rendered"):
            facts.fidelity += ", redacted"

    def _clean_body(self, exchange: Exchange) -> None:
        """A body that held a secret is kept decoded; its head says so, and the head as received goes into the facts."""
        assert exchange.head is not None
        head, body = exchange.head, exchange.body
        coded = False
        try:
            plain = decode(body, split_head(head)[1])
            coded = plain != body
            cleaned = self._bytes(exchange, plain)
        except ValueError:  # cut or broken: what can be read of it decides, and it is kept whole or not at all
            plain, cleaned = body, self._bytes(exchange, body)
            if any(part is None or spelling in part for part in _inflated(body) for spelling in self._spellings):
                exchange.facts.redacted += 1
                cleaned = MARK
        if cleaned != plain:
            exchange.facts.head = exchange.facts.head or head.decode("latin-1")
            exchange.head = mark(head, b"content-length", *([b"content-encoding"] if coded or cleaned == MARK else []))
            exchange.body = cleaned

    def _text(self, exchange: Exchange, text: str, encoding: str) -> str:
        return self._bytes(exchange, text.encode(encoding, "surrogateescape")).decode(encoding, "surrogateescape")

    def _bytes(self, exchange: Exchange, data: bytes) -> bytes:
        for spelling in self._spellings:
            found = data.count(spelling)
            if found:
                exchange.facts.redacted += found
                data = data.replace(spelling, MARK)
        return data


def _spellings(value: str) -> Iterator[bytes]:
    raw = value.encode()
    yield raw
    for encoded in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield encoded.encode()
        yield re.sub("%..", lambda hexes: hexes[0].lower(), encoded).encode()
    for escaped in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield escaped.encode()
        yield escaped.replace("/", "\\/").encode()  # as PHP writes it
    yield html.escape(value).encode()
    for shift in range(3):  # base64 of a text that holds it somewhere, as in `Authorization: Basic`
        core = base64.b64encode(bytes(shift) + raw)[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def _inflated(body: bytes) -> Iterator[bytes | None]:
    """What each coding makes of a body, up to where it breaks; None of one that is too long to be looked through."""
    for bits in (31, 15, -15):
        parts, left = list[bytes](), MAX_BODY
        with contextlib.suppress(zlib.error):
            for part in _parts(body, bits):
                parts.append(part)
                left -= len(part)
                if left < 0:
                    yield None
                    return
        yield b"".join(parts)


def _parts(body: bytes, bits: int) -> Iterator[bytes]:
    """All that comes before the byte at which a coding breaks. Raises zlib.error there."""
    inflater = zlib.decompressobj(bits)
    for start in range(0, len(body), 4096):
        piece = body[start : start + 4096]
        while piece:
            before = inflater.copy()
            try:
                yield inflater.decompress(piece)
            except zlib.error:  # which keeps to itself what it had made of the piece
                yield from (before.decompress(piece[n : n + 1]) for n in range(len(piece)))
            piece = inflater.unused_data
            if inflater.eof:  # a gzip body may have several members
                inflater = zlib.decompressobj(bits)
