"""ISO dates of JSON answers, fast: comments of one thread share few minutes, so the minute is what is remembered."""

from __future__ import annotations

from functools import lru_cache

from archive.records import Moment
from crawler import when

_SECONDS = {f"{second:02}": second * 1000 for second in range(60)}


def iso(text: str) -> Moment | None:
    """The same as `when.iso`: strict ISO 8601 with seconds and offset in UTC ms, else None."""
    if len(text) in (20, 24, 25) and text[16] == ":" and text[19] != "." and (second := _SECONDS.get(text[17:19])) is not None:
        start = _minute(text[:16], text[19:])
        return Moment(start + second, start + second + 999, "second", text) if start is not None else None
    return when.iso(text)


@lru_cache(maxsize=16_384)
def _minute(date_and_time: str, offset: str) -> int | None:
    """The beginning of a minute in UTC ms."""
    found = when.iso(f"{date_and_time}:00{offset}")
    return found.start if found is not None else None
