"""Times as people write them on the command line: Korean and English words, and days in every spelling."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
import pytest

from archive.times import SEOUL, day, now
from crawler import words
from crawler.commands.times import Time
from tests.conftest import Sagwan
from tests.maker import Maker, row

THE_DAY = datetime(2026, 11, 21, tzinfo=SEOUL)
SPELLINGS = ["2026-11-21", "20261121", "2026.11.21", "2026/11/21", "2026. 11. 21.", "2026년 11월 21일", "26.11.21", "'26.11.21"]


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def today() -> datetime:
    return datetime.fromtimestamp(now() / 1000, SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("said", [*SPELLINGS, "2026-W47-6", "21 Nov 2026", "Saturday, November 21, 2026"])
def test_a_day_in_any_spelling_has_a_beginning_and_an_end(said: str) -> None:
    assert Time().convert(said, None, None) == ms(THE_DAY)
    assert Time(end=True).convert(said, None, None) == ms(THE_DAY + timedelta(days=1)) - 1


@pytest.mark.parametrize(
    "said", ["2026-11-21T14:00", "2026.11.21 14:00", "2026년 11월 21일 오후 2시", "20261121T1400", "26.11.21 14:00"]
)
def test_a_time_of_day_is_no_end_of_a_day(said: str) -> None:
    assert Time(end=True).convert(said, None, None) == Time().convert(said, None, None) == ms(THE_DAY + timedelta(hours=14))


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("오늘", 0),
        ("어제", 1),
        ("yesterday", 1),
        ("그저께", 2),
        ("3일 전", 3),
        ("사흘 전", 3),
        ("3 days ago", 3),
        ("지난 주", 7),
    ],
)
def test_words_for_a_day_are_the_whole_day(said: str, back: int) -> None:
    before = today()
    found = words.moment(said), words.moment(said, end=True)
    first = {ms(each - timedelta(days=back)) for each in (before, today())}  # midnight may come in between
    assert found[0] in first
    assert found[1] in {each + 86_400_000 - 1 for each in first}


@pytest.mark.parametrize(
    ("said", "back"), [("지금", 0), ("10분 전", 10), ("3시간 전", 180), ("1일 1시간 전", 1500), ("2 hours ago", 120)]
)
def test_words_for_a_moment_are_that_moment(said: str, back: int) -> None:
    before = now()
    for end in (False, True):
        found = words.moment(said, end=end)
        assert found is not None
        assert before <= found + back * 60_000 <= now()


@pytest.mark.parametrize(
    ("said", "back", "hour", "minute"),
    [
        ("어제 오후 7시", 1, 19, 0),
        ("어제 오전 9시", 1, 9, 0),
        ("오늘 오후 3시", 0, 15, 0),
        ("오늘 오후 11:59", 0, 23, 59),
        ("3일 전 오후 2시", 3, 14, 0),
        ("3일 전 오후 2시 5분", 3, 14, 5),
        ("3일 전 오후 2시 반", 3, 14, 30),
        ("그저께 오후 2시", 2, 14, 0),
        ("3일 전 오전 12시", 3, 0, 0),
        ("3일 전 오후 12:30", 3, 12, 30),
        ("어제 14:00", 1, 14, 0),
        ("yesterday 7pm", 1, 19, 0),
    ],
)
def test_words_keep_their_time_of_day(said: str, back: int, hour: int, minute: int) -> None:
    before = today()
    found = {words.moment(said), words.moment(said, end=True)}
    assert found & {ms(each - timedelta(days=back) + timedelta(hours=hour, minutes=minute)) for each in (before, today())}


@pytest.mark.parametrize(
    "said",
    [
        "22일",
        "22일 14:00",
        "2026-13-01",
        "2026.13.1 14:00",
        "26/13/01",
        "2026년 13월 1일",
        "사흘",
        "10월",
        "2026-10",
        "2026년",
        "어제 오후",
        "어제 25시",
        "3일 전 오전 13시",
        "yesterday pm",
        "yesterday at 3",
        "어제 7",
        "last night",
        "0001년 1월 1일",
        "곧",
        "",
    ],
)
def test_what_names_no_day_surely_is_none(said: str) -> None:
    at = words.moment(said)
    assert at is None or at < 0  # 2026년: so long ago


@pytest.mark.parametrize("said", ["December 31 9999", "9999.12.31", "9999-12-31"])
def test_the_last_day_of_all_has_an_end(said: str) -> None:
    assert Time(end=True).convert(said, None, None) == ms(datetime(9999, 12, 31, 23, 59, 59, tzinfo=SEOUL)) + 999


def test_a_day_of_this_year_and_a_day_to_come() -> None:
    assert words.moment("26년 12월 25일") == words.moment("26.12.25") == ms(datetime(2026, 12, 25, tzinfo=SEOUL))
    at = words.moment("1월 2일")
    assert at is not None
    assert (day(at).month, day(at).day) == (1, 2)
    assert at <= now()


@pytest.mark.parametrize(("said", "days"), [("이번 주", {7}), ("이번달", {28, 29, 30, 31}), ("올해", {365, 366})])
def test_a_span_that_is_not_over_ends_with_its_last_day(said: str, days: set[int]) -> None:
    first, last = words.moment(said), words.moment(said, end=True)
    assert first is not None
    assert last is not None
    assert (last + 1 - first) // 86_400_000 in days
    assert first <= now() <= last


def test_a_time_that_cannot_be_read_is_one_line(sagwan: Sagwan) -> None:
    Maker(sagwan.archive).close()
    ended = sagwan("as-of", "22일 14:00")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1), ended.err
    assert "'22일 14:00' is no time. Write " in ended.err
    with pytest.raises(click.BadParameter):
        Time().convert("", None, None)


@pytest.mark.parametrize("said", ["2026-W47", "2026W47", "2026-W47T10:00", "2026W47+09:00"])
def test_a_week_is_no_day(said: str) -> None:
    with pytest.raises(click.BadParameter):
        Time(end=True).convert(said, None, None)


@pytest.mark.parametrize("said", SPELLINGS)
def test_a_window_counts_its_last_day(sagwan: Sagwan, said: str) -> None:
    maker = Maker(sagwan.archive)
    maker.now = ms(THE_DAY + timedelta(hours=15))
    maker.page([row(1, 5)], article="1")
    maker.close()
    assert len(sagwan("changes", "--until", said).out.splitlines()) == 1
    assert sagwan("as-of", said).code == 0
    assert sagwan("verify", "--row", f"daum:1#1@{said}").out.startswith("daum:1#1 as of 2026-11-21T23:59:59.999+09:00")
