"""Times as they are shown: whatever number a row holds, there is a text for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.times import SEOUL, day, from_iso, iso, short, utc_day
from archive.web.shown import exact, minute

HOURS = timedelta(hours=9)
LAST = 253_402_300_799_999  # UTC ms: the last of the year 9999
any_ms = st.integers(-(1 << 63), (1 << 63) - 1)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  (`timezones` are given)
def test_a_time_is_shown_as_the_library_does(moment: datetime) -> None:
    ms = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    there = moment.astimezone(SEOUL)
    assert iso(ms) == there.isoformat(timespec="milliseconds")
    assert from_iso(moment.isoformat()) == from_iso(there.replace(tzinfo=None).isoformat()) == ms
    assert short(ms) == there.isoformat(" ", "minutes")[:16]
    assert (day(ms), utc_day(ms)) == (there.date(), moment.date().isoformat())


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (LAST - 9 * 3_600_000, "9999-12-31T23:59:59.999+09:00"),
        (LAST - 9 * 3_600_000 + 1, "+010000-01-01T00:00:00.000+09:00"),
        (LAST, "+010000-01-01T08:59:59.999+09:00"),
        (-62_167_219_200_000 - 9 * 3_600_000, "0000-01-01T00:00:00.000+09:00"),
        (-62_167_219_200_001 - 9 * 3_600_000, "-000001-12-31T23:59:59.999+09:00"),
        ((1 << 63) - 1, "+292278994-08-17T16:12:55.807+09:00"),
        (-(1 << 63), "-292275055-05-17T01:47:04.192+09:00"),
    ],
)
def test_a_year_of_more_than_four_digits_is_one(ms: int, shown: str) -> None:
    assert iso(ms) == shown
    assert short(ms) == shown[:-13].replace("T", " ")
    assert exact(ms).startswith(f'<time datetime="{shown}"')


@given(any_ms)
def test_every_number_has_a_text(ms: int) -> None:
    assert iso(ms)
    assert short(ms)
    assert date.min <= day(ms) <= date.max
    assert utc_day(ms, 1) <= utc_day(ms)
    assert minute(ms)


def test_a_day_alone_is_its_beginning_or_its_end_and_a_week_is_none() -> None:
    begins = from_iso("2026-11-22T00:00+09:00")
    assert (from_iso("2026-11-22"), from_iso("2026-11-22", end=True)) == (begins, begins + 86_399_999)
    assert from_iso("2026-11-22T00:00", end=True) == begins
    assert from_iso("2026-W47-7") == begins
    for week in ("2026-W47", "2026W47", "2026-W47T10:00"):
        with pytest.raises(ValueError, match="a week"):
            from_iso(week)


def test_what_nobody_knows_is_none() -> None:
    assert (iso(None), short(None)) == (None, "-")
