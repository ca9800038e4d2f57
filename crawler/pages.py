"""The page registry: which pure function reads which page kind, until when.

    @page("daum.comments", version=1)
    def comments(capture: Capture) -> Iterator[Record]: ...

A layout change adds a function with a later (or no) `until`; the old one stays and still reads old captures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from archive.capture import Capture, Parsed
from archive.records import Article, Count, ListEntry, Listing, Record, Unstorable, need_storable

Parser = Callable[[Capture], Iterable[Record]]

# What block pages say. Only asked of a page that its parser does not know: an article may be about captchas.
_BLOCKED = (
    *(b"captcha", b"cf-challenge", b"cf_chl_", b"access denied", b"request blocked", b"unusual traffic"),
    *(b"too many requests", b"too many attempts", b"penalty-box"),
)
_BLOCKED_KO = (
    "자동입력방지",
    "비정상적인 접근",
    "비정상적인 접속",
    "접근이 차단",
    "접속이 차단",
    "보안문자",
    "너무 많은 요청",
    "에펨코리아 보안 시스템",
)


_PASSWORD = re.compile(rb"<input[^>]{1,500}type\s*=\s*[\"']?password", re.IGNORECASE)


class LayoutError(Exception):
    """Raised by a parser for a page that it does not know; the message says what was missing. `alarm` names an answer that
    looks right and is wrong: `foreign` (another thread), `empty` (no rows where some are declared), `sort`, `search`, ..., and
    `broken`: it is surely what was asked for, though it may have the words of a refusal, or a form for a password."""

    def __init__(self, message: str, alarm: str | None = None) -> None:
        super().__init__(message)
        self.alarm = alarm


class Entry(Struct, frozen=True):
    """One registered parser."""

    kind: str
    version: int
    until: date | None
    statuses: frozenset[int]
    proof: str  # the recording that proves it (`R: recorded 2022-03`), or `unproven`
    parser: Parser


_registry: dict[str, list[Entry]] = {}


def page(
    kind: str, *, version: int, proof: str, until: date | None = None, statuses: Iterable[int] = (200,)
) -> Callable[[Parser], Parser]:
    """Registers a parser for a page kind, valid for captures up to and including the UTC day `until`."""

    def register(parser: Parser) -> Parser:
        entries = _registry.setdefault(kind, [])
        if any(entry.until == until for entry in entries):
            raise ValueError(f"{kind}: two parsers valid until {until}")
        entries.append(Entry(kind, version, until, frozenset(statuses), proof, parser))
        entries.sort(key=lambda entry: entry.until or date.max)
        return parser

    return register


def registered() -> list[Entry]:
    """Every parser, by page kind and date."""
    return [entry for kind in sorted(_registry) for entry in _registry[kind]]


def registered_for(kind: str) -> bool:
    """Whether some parser reads that page kind."""
    return kind in _registry


def choose(kind: str, at: int) -> Entry | None:
    """The parser that was right for that page kind at that time (UTC ms)."""
    for entry in _registry.get(kind, ()):
        if entry.until is None or at < _end(entry.until):
            return entry
    return None


def _end(until: date) -> int:
    return int((datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)).timestamp() * 1000)


def parse(capture: Capture) -> Parsed:
    """Reads a capture with the parser of its page and day. What went wrong is the outcome and its note. Raises only
    MemoryError: that is of the machine, not of the page, and would read otherwise another time."""
    entry = choose(capture.page, capture.at)
    if entry is None:
        return Parsed("none")
    name = f"{entry.kind}/{entry.version}"
    if capture.status is not None and capture.status not in entry.statuses:
        return Parsed("http", parser=name, note=f"status {capture.status}")
    try:
        records = tuple(entry.parser(capture))
        _check(records)
    except Unstorable as error:
        return Parsed("layout", parser=name, note=str(error))
    except LayoutError as error:
        if error.alarm != "broken" and (said := block_page(capture.body)):
            return Parsed("refused", parser=name, note=f"block page: {said}")
        if error.alarm is None and login_page(capture.body):
            return Parsed("layout", parser=name, note=f"a login page: {error}", alarm="login")
        return Parsed("layout", parser=name, note=str(error), alarm=error.alarm)
    except MemoryError:
        raise
    except Exception as error:  # a parser's own bug must not lose the run; the bytes are safe and can be read again
        return Parsed("error", parser=name, note=f"{type(error).__name__}: {error}")
    return Parsed("ok" if records else "empty", records, name)


def login_page(body: bytes) -> bool:
    """Whether a page that should be something else asks for a password. Nobody logs in here: it is not a refusal of us all."""
    return _PASSWORD.search(body[: 1 << 18]) is not None


def _check(records: tuple[Record, ...]) -> None:
    """Raises Unstorable. A comment cannot even be made of what no database holds."""
    if sum(type(record) is Listing for record in records) > 1:
        raise Unstorable("two lists of comments on one page")
    for record in records:
        if type(record) is Article:
            need_storable((), (record.title, record.text, record.press, record.author, record.section))
        elif type(record) is Count:
            need_storable((record.value,), ())
        elif type(record) is Listing or type(record) is ListEntry:
            need_storable((record.rank,), ())


def block_page(body: bytes) -> str | None:
    """The word by which a page that should be something else shows that it refuses us."""
    start = body[:65536]
    lowered = start.lower()
    for mark in _BLOCKED:
        if mark in lowered:
            return mark.decode()
    for text in (start.decode("utf-8", "ignore"), start.decode("cp949", "ignore")):
        for word in _BLOCKED_KO:
            if word in text:
                return word
    return None
