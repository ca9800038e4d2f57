"""Dates as the boards of communities print them: every known shape, and properties of those that leave something out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Moment
from crawler import when_boards
from crawler.when_boards import Yearless

SEOUL = ZoneInfo("Asia/Seoul")
DAY = 86_400_000
SEEN = "2026-11-22 12:00"  # a Sunday, in Seoul
# The site's shape without a year; text = wanted (a minute, second, day or `from ~ to` in Seoul), and which sites print it.
TABLE = """
MM.DD | 11:25 = 2026-11-22 11:25 | DC Inside, Bobaedream, TheQoo, gnuboard: today
None | 07:58:38 = 2026-11-22 07:58:38 | MLBPark, Ppomppu: today
MM-DD | 04-15 = 2026-04-15 | gnuboard
MM-DD | 11-21 = 2026-11-21 | gnuboard
MM-DD | 11-24 = 2025-11-24 | gnuboard: of last year
MM.DD | 04.15 = 2026-04-15 | DC Inside
MM.DD | 08.30 = 2026-08-30 | TheQoo
MM/DD | 09/12 = 2026-09-12 | Bobaedream
MM/DD | 9/12 = 2026-09-12 | in the shape of its site a single digit is a month
None | 26/08/30 20:39 = 2026-08-30 20:39 | TodayHumor's lists
None | 26/09/12 = 2026-09-12 | Ppomppu
MM.DD | 17.11.09 = 2017-11-09 | FMKorea
MM.DD | 18.04.15 11:25 = 2018-04-15 11:25 | DC Inside
MM.DD | 20.04.22 12:14 = 2020-04-22 12:14 | Bobaedream
None | 26.09.12 14:09 = 2026-09-12 14:09 | Ruliweb's comments
MM-DD | 26-09-16 = 2026-09-16 | Clien
MM-DD | 26-11-22 11:42 = 2026-11-22 11:42 | gnuboard
None | 2026.11.22 = 2026-11-22 | XE
None | 2026.09.16 23:17 = 2026-09-16 23:17 | XE
None | 2026.09.12 (14:05:33) = 2026-09-12 14:05:33 | Ruliweb
MM/DD | 2020.04.22\u00a0(수)\u00a010:53 = 2020-04-22 10:53 | Bobaedream
None | '26.9.15 8:00 PM = 2026-09-15 20:00 | 82cook
None | '26.9.15 12:05 AM = 2026-09-15 00:05 | 82cook
None | 2026/09/10 22:20:53 = 2026-09-10 22:20:53 | TodayHumor
None | 2026-09-11 10:58:43 = 2026-09-11 10:58:43 | TodayHumor's JSON, DC Inside, Clien
MM.DD | 11.22 11:14:26 = 2026-11-22 11:14:26 | DC Inside's comments
MM.DD | 12.31 23:59:59 = 2025-12-31 23:59:59 | DC Inside's comments
MM.DD | 2020.11.22 12:14:26 = 2020-11-22 12:14:26 | DC Inside's comments of other years
None | 20260916232553 = 2026-09-16 23:25:53 | Rhymix, TheQoo
None | 2020-08-18T12:17:31.000Z = 2020-08-18 21:17:31 | Arca, in UTC
None | 2026-11-22T11:42:10+09:00 = 2026-11-22 11:42:10 | gnuboard's time@datetime, JSON-LD
None | 9 분 전 = 2026-11-22 11:50 ~ 2026-11-22 11:51 | FMKorea's comments
None | 27분 전 = 2026-11-22 11:32 ~ 2026-11-22 11:33 | relative
None | 3시간 전 = 2026-11-22 08:00 ~ 2026-11-22 09:00 | relative
None | 1일 전 = 2026-11-20 12:00 ~ 2026-11-21 12:00 | relative
None | 방금 = 2026-11-22 11:59 ~ 2026-11-22 12:00 | relative
None | 방금 전 = 2026-11-22 11:59 ~ 2026-11-22 12:00 | relative
None | 어제 = 2026-11-21 | relative to the day
None | 어제 11:25 = 2026-11-21 11:25 | relative to the day
None | 오전 11:25 = 2026-11-22 11:25 | today
None | 90.01.02 = 1990-01-02 | the pivot
None | 89.12.31 = None | before the pivot, and in the future
MM-DD | 04.15 = None | not that site's shape
MM.DD | 09/12 = None | not that site's shape
None | 04-15 = None | a site without such dates
MM-DD | 02-29 = None | no such day in the last two years
MM.DD | 11.23 = None | within a day after the capture: tomorrow by its clock, or a year old
MM.DD | 11.22 12:11:00 = None | the same
MM-DD | 13-01 = None | no such month
MM.DD | 4.15.18 = None | not the year first
None | - = None | nothing
"""
CASES = [[part.strip(" ") for part in line.split("|")] for line in TABLE.strip().splitlines()]
PARTS = [
    "11",
    "22",
    "26",
    "2026",
    "9",
    "04",
    ":05",
    ":33",
    " ",
    "\xa0",
    ".",
    "-",
    "/",
    "'",
    "분 전",
    "시간 전",
    "어제",
    "방금",
    "오후",
    "PM",
    "(수)",
    "(",
    ")",
    "T",
    "Z",
    "+09:00",
    "０",
    "１",
]


def ms(text: str) -> int:
    """A time of Seoul in UTC ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SEOUL).timestamp() * 1_000)


def shape(name: str) -> Yearless | None:
    """The shape of that name."""
    return next((each for each in get_args(Yearless) if each == name), None)


def moment(text: str, want: str) -> Moment | None:
    """What reading `text` must bring."""
    if want == "None":
        return None
    if "~" in want:
        start, end = map(ms, want.split(" ~ "))
        return Moment(start + 1, end, "relative", text)
    colons = want.count(":")
    width = (DAY, 60_000, 1_000)[colons]
    return Moment(ms(want), ms(want) + width - 1, ("day", "minute", "second")[colons], text)  # type: ignore[arg-type]


@pytest.mark.parametrize(("named", "case", "where"), CASES)
def test_every_shape_is_read_with_its_precision(named: str, case: str, where: str) -> None:
    text, _, want = case.rpartition(" = ")
    assert when_boards.read(text, ms(SEEN), shape(named)) == moment(text, want), where


def test_a_year_begins_in_seoul() -> None:
    for seen, text, want in (
        ("2026-01-01 00:03", "12.31 23:59:58", "2025-12-31 23:59:58"),
        ("2025-12-31 23:58", "01.01 00:02:00", "2026-01-01 00:02:00"),  # a clock that is four minutes ahead
        ("2026-01-01 00:03", "01.01", "2026-01-01"),
        ("2026-01-01 00:03", "23:59", "2025-12-31 23:59"),
        ("2024-03-01 09:00", "02.29 10:00:00", "2024-02-29 10:00:00"),
    ):
        assert when_boards.read(text, ms(seen), "MM.DD") == moment(text, want)


@settings(deadline=None)
@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2099, 1, 1), timezones=st.just(SEOUL)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=363)),
    st.sampled_from(["%m-%d", "%m.%d", "%m/%d", "%m.%d %H:%M", "%m-%d %H:%M:%S"]),
)
def test_the_missing_year_is_the_latest_that_is_not_after_the_capture(seen: datetime, age: timedelta, form: str) -> None:
    then = seen - age
    found = when_boards.read(then.strftime(form), int(seen.timestamp() * 1_000), shape(f"MM{form[2]}DD"))
    assert found is not None
    assert found.start <= int(then.timestamp() * 1_000) <= found.end


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PARTS), max_size=8).map("".join) | st.text(max_size=20) | st.none(),
    st.datetimes(datetime(1992, 1, 1), datetime(2099, 1, 1), timezones=st.just(SEOUL)),  # noqa: DTZ001
    st.sampled_from((None, *get_args(Yearless))),
)
def test_any_text_is_none_or_not_after_the_capture(text: str | None, seen: datetime, named: Yearless | None) -> None:
    now = round(seen.timestamp() * 1_000)
    found = when_boards.read(text, now, named)
    if found is not None:
        assert found.raw == text
        printed = any(str(year) in found.raw for year in range(1990, 2101))  # a year in four digits is kept as it was said
        assert printed or not found.raw.isascii() or found.start <= now + DAY
