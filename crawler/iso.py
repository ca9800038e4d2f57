"""ISO dates of JSON answers, fast: comments of one thread share few minutes, so the minute is what is remembered."""

from __future__ import annotations

from archive.records import Moment
from crawler import when

MINUTES = 16_384  # remembered; then all are forgotten
_SECONDS = {f":{second:02}": second * 1000 for second in range(60)}
_minutes: dict[str, int] = {}  # without its seconds: its beginning in UTC ms


def iso(text: str) -> Moment | None:
    """The same as `when.iso`: strict ISO 8601 with seconds and offset in UTC ms, else None."""
    minute = text[:17] + text[19:]
    try:
        start = _minutes[minute] + _SECONDS[text[16:19]]
    except KeyError:
        return _new_minute(minute, text)
    return Moment(start, start + 999, "second", text)


def _new_minute(minute: str, text: str) -> Moment | None:
    """The moment by `when.iso`; where it is one of whole seconds, its minute is remembered."""
    found = when.iso(text)
    second = _SECONDS.get(text[16:19])
    if found is not None and second is not None and len(text) in (20, 24, 25) and text[19] != ".":
        if len(_minutes) >= MINUTES:
            _minutes.clear()
        _minutes[minute] = found.start - second
    return found
