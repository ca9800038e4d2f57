"""Times for people and for JSON: stored in UTC ms, shown in Asia/Seoul. A row can hold any number of 64 bits (a site may say
that its clock stands in the year 9999), so there is a text for each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

# UTC ms and µs of a year that can be shown, 5 to 9987: asked where JSON of a WARC file is read.
Ms = Annotated[int, Meta(ge=-62_000_000_000_000, le=253_000_000_000_000)]
Us = Annotated[int, Meta(ge=-62_000_000_000_000_000, le=253_000_000_000_000_000)]
SEOUL = timezone(timedelta(hours=9))  # no summer time since 1988
# By which a stamp may be ahead of now. What is further ahead was stamped by a clock that was wrong, or after that: stamps never
# go back, so they go on from the latest until the clock has caught up, and say nothing of pauses.
AHEAD_MS = 60_000
_WEEK = re.compile(r"\d{4}-?W\d\d(?!-?\d)")  # how ISO text of a week without its day begins: Python takes it for its Monday
_SECONDS = [f":{second:02}" for second in range(60)]
_REST = [f".{ms:03}+09:00" for ms in range(1000)]
_CYCLE = 146_097 * 1_440  # minutes in 400 years, after which the calendar is the same again
_DAY, _DAY_ZERO = 86_400_000, date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(ms: int | None) -> str | None:
    """ISO 8601 with milliseconds and +09:00; None for None. A year beyond 0000 to 9999 has six digits or more, and a sign."""
    if ms is None:
        return None
    minute, rest = divmod(ms, 60_000)
    return _minute(minute) + _SECONDS[rest // 1000] + _REST[rest % 1000]


def from_iso(text: str, *, end: bool = False) -> int:
    """An ISO time as UTC ms. Without an offset it is Seoul's; a day alone is its beginning (`end`: its last millisecond).
    Raises ValueError, also for a week without its day."""
    if _WEEK.match(text):
        raise ValueError(f"{text}: a week, not a day")
    read = datetime.fromisoformat(text)
    ms = ((read if read.tzinfo else read.replace(tzinfo=SEOUL)) - _EPOCH) // timedelta(milliseconds=1)
    return ms + _DAY - 1 if end and _is_day(text) else ms


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8192)  # the comments of a page share few minutes, and a replay goes through them in order
def _minute(minute: int) -> str:
    cycles, minute = divmod(minute, _CYCLE)
    moment = datetime.fromtimestamp(minute * 60, SEOUL)
    year = moment.year + 400 * cycles
    return (f"{year:04}" if 0 <= year <= 9999 else f"{year:+07}") + moment.strftime("-%m-%dT%H:%M")


def day(ms: int) -> date:
    """The day in Seoul of a moment (UTC ms); the first or last day that there is a date of, where it lies beyond."""
    return _date((ms + 9 * 3_600_000) // _DAY)


def utc_day(ms: int, before: int = 0) -> str:
    """The UTC day of a moment (UTC ms), or one so many days before it, as manifests are named; beyond the dates as `day`."""
    return _date(ms // _DAY - before).isoformat()


def _date(days: int) -> date:
    return date.fromordinal(min(max(days + _DAY_ZERO, 1), date.max.toordinal()))


def short(ms: int | None) -> str:
    """For tables: minutes, Asia/Seoul; a dash for None."""
    return text[: -len(":00.000+09:00")].replace("T", " ") if (text := iso(ms)) is not None else "-"


def now() -> int:
    """The machine's time, UTC ms."""
    return int(datetime.now(UTC).timestamp() * 1000)
