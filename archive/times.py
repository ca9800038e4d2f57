"""Times for people and for JSON: stored in UTC ms, shown in Asia/Seoul."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

SEOUL = timezone(timedelta(hours=9))  # no summer time since 1988
_SECONDS = [f":{second:02}" for second in range(60)]
_REST = [f".{ms:03}+09:00" for ms in range(1000)]


def iso(ms: int | None) -> str | None:
    """ISO 8601 with milliseconds and +09:00; None for None."""
    if ms is None:
        return None
    minute, rest = divmod(ms, 60_000)
    return _minute(minute) + _SECONDS[rest // 1000] + _REST[rest % 1000]


@lru_cache(maxsize=8192)  # the comments of a page share few minutes, and a replay goes through them in order
def _minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, SEOUL).strftime("%Y-%m-%dT%H:%M").zfill(16)


def day(ms: int) -> date:
    """The day in Seoul of a moment (UTC ms)."""
    return datetime.fromtimestamp(ms / 1000, SEOUL).date()


def utc_day(ms: int, before: int = 0) -> str:
    """The UTC day of a moment (UTC ms), or one so many days before it, as manifests are named."""
    return (datetime.fromtimestamp(ms / 1000, UTC) - timedelta(days=before)).date().isoformat()


def short(ms: int | None) -> str:
    """For tables: minutes, Asia/Seoul; a dash for None."""
    return f"{datetime.fromtimestamp(ms / 1000, SEOUL):%Y-%m-%d %H:%M}" if ms is not None else "-"


def now() -> int:
    """The machine's time, UTC ms."""
    return int(datetime.now(UTC).timestamp() * 1000)
