"""The operator's own credentials never reach the archive: every spelling of them is replaced by a marker."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from archive.capture import Exchange, decode, split_head

MARK = b"[redacted-by-sagwan]"
SHORTEST = 6  # a shorter value would be found by chance in what others wrote


class Redactor:
    """Replaces secret values in what was sent and in what came back (some sites echo a key in their error)."""

    def __init__(self, values: Iterable[str]) -> None:
        spellings: set[bytes] = set()
        for value in values:
            if len(value) < SHORTEST:
                continue
            raw = value.encode()
            spellings |= {raw, quote(value, safe="").encode(), quote_plus(value).encode(), json.dumps(value)[1:-1].encode()}
            spellings.add(base64.b64encode(raw))
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
        before = facts.redacted
        exchange.request = self._bytes(exchange, exchange.request)
        self._clean_body(exchange)
        if exchange.head is not None:
            exchange.head = self._bytes(exchange, exchange.head)
        facts.url = self._bytes(exchange, facts.url.encode()).decode()
        for name in ("head", "error", "trailers"):
            value = getattr(facts, name)
            if value is not None:
                setattr(facts, name, self._bytes(exchange, value.encode("latin-1", "replace")).decode("latin-1"))
        if facts.redacted > before and facts.fidelity == "wire":
            facts.fidelity = "wire, redacted"

    def _clean_body(self, exchange: Exchange) -> None:
        exchange.body = self._bytes(exchange, exchange.body)
        if exchange.head is None:
            return
        try:
            plain = decode(exchange.body, split_head(exchange.head)[1])
        except ValueError:
            return
        cleaned = self._bytes(exchange, plain)
        if cleaned != plain:  # echoed inside a compressed body: kept decoded, and the head says so
            exchange.facts.head = exchange.facts.head or exchange.head.decode("latin-1")
            exchange.head = re.sub(rb"(?im)^(content-encoding|content-length):", rb"X-Archive-Orig-\1:", exchange.head)
            exchange.body = cleaned

    def _bytes(self, exchange: Exchange, data: bytes) -> bytes:
        for spelling in self._spellings:
            found = data.count(spelling)
            if found:
                exchange.facts.redacted += found
                data = data.replace(spelling, MARK)
        return data
