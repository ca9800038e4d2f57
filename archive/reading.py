"""Reads one exchange: its status, digests and times, and what its parser makes of it."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256

from archive.capture import ASSET, Capture, Exchange, Parse, Parsed, Read, read_capture, split_head

_USUAL = re.compile(r"([A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:)([0-5][0-9]) GMT")
REFUSED = frozenset({403, 429, 430})


def read(exchange: Exchange, parse: Parse) -> Read:
    """What an exchange says; of a redacted one, what was kept of it."""
    if exchange.kept is not None:
        return exchange.kept
    capture, digest, problem = read_capture(exchange.facts, exchange.head, exchange.body)
    status = capture.status if capture else _status(exchange.head)
    sent = exchange.request.partition(b"\r\n\r\n")[2]
    return Read(
        status=status,
        digest=digest,
        request_digest=sha256(sent).digest() if sent else None,
        server_at=_server_time(capture),
        parsed=_outcome(exchange, capture, status, problem, parse),
        headers=capture.headers if capture else split_head(exchange.head)[1] if exchange.head else (),
        body=capture.body if capture else b"",
    )


def _outcome(exchange: Exchange, capture: Capture | None, status: int | None, problem: str | None, parse: Parse) -> Parsed:
    # A picture that is not for us is no refusal of the site; a host of pictures that says `too many` is one.
    if status in REFUSED and not (status == 403 and exchange.facts.why == ASSET):
        # A parser may know it as what the site says of this one page: it is for members only.
        known = parse(capture) if capture is not None and status == 403 else None
        return known if known is not None and known.outcome == "ok" else Parsed("refused", note=f"status {status}")
    if capture is None:
        return Parsed("failed" if exchange.head is None or exchange.facts.error else "unreadable", note=problem)
    if capture.status is not None and 300 <= capture.status < 400:
        return Parsed("redirect", note=capture.header("location"))
    return parse(capture)


def _status(head: bytes | None) -> int | None:
    return (split_head(head)[0] or None) if head else None


def _server_time(capture: Capture | None) -> int | None:
    """The server's own Date header in UTC ms; None when missing or unreadable."""
    text = capture.header("date") if capture else None
    if text is None:
        return None
    # The answers of a minute differ in two digits. No minute has a leap second.
    if found := _USUAL.fullmatch(text):
        minute = _http_date(f"{found[1]}00 GMT")
        return minute + 1000 * int(found[2]) if minute is not None else None
    return _http_date(text)


@lru_cache(maxsize=64)
def _http_date(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return int(moment.timestamp() * 1000) if moment.tzinfo else None
