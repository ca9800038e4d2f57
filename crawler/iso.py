"""ISO dates of JSON answers, fast: comments of one thread share few minutes, so the minute is what is remembered."""

from __future__ import annotations

from archive.records import Moment
from crawler import when

MINUTES = 16_384  # remembered; then all are forgotten
_SECONDS = {f":{second:02}": second * 1000 for second in range(60)}
_minutes: dict[str, int | None] = {}


def iso(text: str) -> Moment | None:
    """The same as `when.iso`: strict ISO 8601 with seconds and offset in UTC ms, else None."""
    if len(text) in (20, 24, 25) and (second := _SECONDS.get(text[16:19])) is not None and text[19] != ".":
        minute = text[:17] + text[19:]
        start = _minutes[minute] if minute in _minutes else _minute(minute, text)
        return Moment(start + second, start + second + 999, "second", text) if start is not None else None
    return when.iso(text)


def _minute(minute: str, text: str) -> int | None:
    """The beginning of a minute in UTC ms."""
    found = when.iso(f"{text[:16]}:00{text[19:]}")
    if len(_minutes) >= MINUTES:
        _minutes.clear()
    _minutes[minute] = start = found.start if found is not None else None
    return start
