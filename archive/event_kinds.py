"""The facts that are no exchange, as their metadata records say them: a run began, a run or a walk ended, a redaction.

A WARC file that somebody hands over may say anything; here it is checked before a row is made of it.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from archive.capture import Exchange
from archive.errors import NO_JSON, Damaged
from archive.records import Int64
from archive.times import Ms
from archive.warc_reader import Group, exchange
from archive.yields import Yield

_Few = Annotated[int, Meta(ge=0, lt=1 << 31)]  # those of all runs are added up


class Raised(Struct):
    """An alarm that a run raised (docs/alarms.md); `capture` is the uuid of the record that shows it."""

    alarm: str
    page: str
    text: str
    count: _Few
    capture: str | None


class RunBegun(Struct, tag_field="kind", tag="run_begun"):
    """A run's beginning; `settings_text` is its settings as their row has them (JSON)."""

    at: Ms
    run: str
    topic: str
    trigger: str
    code: str
    settings: Any
    robots_reason: str | None = None
    settings_text: str = ""

    def __post_init__(self) -> None:
        self.settings_text = _json(self.settings)


class RunEnded(Struct, tag_field="kind", tag="run_ended"):
    """A run's end: its verdict, what it counted (`counters_text` is the JSON of their row), what it raised, and of each page
    kind whether it was seen well and what it gave."""

    at: Ms
    run: str
    verdict: str
    counters: Any
    raised: tuple[Raised, ...] = ()
    pages: dict[str, tuple[bool, Yield]] = {}
    counters_text: str = ""

    def __post_init__(self) -> None:
        self.counters_text = _json(self.counters)


class WalkEnded(Struct, tag_field="kind", tag="walk_ended"):
    """The end of one reading of a comment list; `complete` is 1 or 0."""

    at: Ms
    walk: str
    run: str
    article: str
    started_at: Ms
    sort: str
    complete: Int64
    stop_reason: str
    declared_before: Int64 | None
    declared_after: Int64 | None
    declared_replies: Int64 | None
    collected: Int64
    collected_replies: Int64
    repeats: Int64


class Redaction(Struct, tag_field="kind", tag="redaction"):
    """Somebody was taken out of the archive. What it covers is read where tombstones are checked."""

    at: Ms
    redaction: str
    what: str
    mark: str
    reason: str
    operator: str
    captures: Int64
    comments: Int64


Event = RunBegun | RunEnded | WalkEnded | Redaction


def event_of(values: dict[str, Any]) -> Event:
    """The event that the JSON of a metadata record is. Raises ValueError (RecursionError) for what is none."""
    event: Event = msgspec.convert(values, Event)
    return event


def contents(group: Group) -> Exchange | Event | None:
    """What a group says; None where it begins a run's part of a file (warcinfo). Raises Damaged."""
    if group.records[-1].type == "warcinfo":
        return None
    if group.values["kind"] == "exchange":
        return exchange(group)
    try:
        return event_of(group.values)
    except NO_JSON as error:
        raise Damaged(f"at {group.offset}: an event that cannot be read ({error})", group.offset) from None


def _json(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
