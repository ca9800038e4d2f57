"""Reading dates: a table of real forms, what must stay unread, and properties. The floor only ever rises."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Moment, Precision
from crawler import when
from crawler.iso import iso

SEOUL = ZoneInfo("Asia/Seoul")  # not the module's own offset: this also proves that there is no summer time
HERE = Path(__file__).parent
PROBE = HERE.parents[1] / "shared" / "probes" / "dateparser_ko.py"
FLOORS = json.loads((HERE / "floors.json").read_text())


def ms(text: str) -> int:
    """A Seoul time like `2018-04-15 11:25:33.643`, or its beginning, in UTC ms."""
    return round(datetime.fromisoformat(text.replace("시", ":00")).replace(tzinfo=SEOUL).timestamp() * 1_000)


SEEN = ms("2018-04-15 14:30")  # a Sunday
# What each text must be read as, seen then. The number of parts gives the precision; `a ~ b`: an age, in (a, b].
TABLE = {
    "2018-04-15": """2018.04.15 / 2018.04.15. / 2018. 4. 15 / 2018-04-15 / 2018/04/15 / 2018년 4월 15일
        2018년4월15일 / 2018년 04월 15일 (일) / 2018.04.15(일) / 2018-04-15(Sun) / (2018.04.15) / [2018-04-15]
        작성일 : 2018.04.15 / 등록일 2018-04-15 / 최초 공개: 2018. 4. 15. / 20180415 / 18.04.15 / 18/04/15
        '18.4.15 / ’18.04.15
        18년 4월 15일 / 04.15 / 04-15 / 4월 15일 / 4월 15일 (일) / 4월15일 / 4.15. / 04.15 (일) / 오늘 / 금일
        today / April 15, 2018 / Apr 15, 2018 / 15-Apr-2018 / Sunday, April 15, 2018 / 2018 Apr 15
        Apr. 15, 2018 / 15th April 2018 / 4월 15일 2018년 / Mon, 15 Apr 2018""",
    "2018-04-14": "어제 / 작일 / yesterday / 04.14 / 4월 14일 / 어제 수정 / 4월 14일 토요일",
    "2018-04-13": "그제 / 그저께 / 04.13 (금)",
    "2030-01-01": "2030.01.01 / 2030년 1월 1일",
    "2017-04-16": "4월 16일 (일)",
    "2017-04-17": "04.17 / 04-17",
    "1999-12-31": "99.12.31 / 1999.12.31 / 99년 12월 31일",
    "2016-02-29": "2016.02.29 / 16.02.29 / 20160229 / 2016-2-29",
    "2018-04-15 11시": "2018.04.15 11시 / 2018년 4월 15일 오전 11시 / 오전 11시 / 11시 / 오늘 11시",
    "2018-04-15 11:25": """2018.04.15 11:25 / 2018.04.15. 11:25 / 2018-04-15 11:25 / 2018. 4. 15. 11:25
        2018.04.15 오전 11:25 / 2018.04.15 AM 11:25 / 2018-04-15 11:25 AM / 2018년04월15일 11:25
        2018년 4월 15일 11시 25분 / 2018년 4월15일(일) 11시25분 / 2018.04.15(일) 11:25 / 2018.04.15 일요일 11:25
        입력 2018.04.15 11:25 / 기사입력 2018.04.15. 오전 11:25 / 최종수정 2018.04.15. 오전 11:25
        송고시간 2018-04-15 11:25 / 등록일시 : 2018-04-15 11:25 / 작성일시 2018.04.15 11:25
        2018.04.15 11:25 입력 / [입력] 2018.04.15 11:25 / [2018.04.15 11:25] / Posted : 2018-04-15 11:25
        2018.04.15, 11:25 / 2018.04.15 | 11:25 / 2018.04.15 (11:25) / 2018-04-15T11:25 / 2018-04-15T02:25Z
        2018-04-15 11:25 KST / 201804151125 / 18.04.15 11:25 / 04-15 11:25 / 04.15 11:25 / 4/15 11:25
        04.15(일) 11:25 / 4월 15일 11:25 / 4월 15일 오전 11시 25분 / 오늘 11:25 / 11:25 / 오전 11:25 / 11:25 AM
        Today at 11:25 AM / 2018．04．15　11：25 / ２０１８．０４．１５ １１：２５ / April 15, 2018 at 11:25 AM
        11:25 AM · Apr 15, 2018 / 11:25 April 15, 2018 / Published : Apr 15, 2018 - 11:25
        오전 11:25 · 2018년 4월 15일""",
    "2018-04-15 15:07": """2018.04.15. 오후 3:07 / 2018년 4월 15일 (일) 오후 3:07
        2018년 04월 15일 15시 07분 / 2018.04.15 15:07 / 2018-04-15 PM 03:07 / 2018. 4. 15. 오후 3:07
        2018.04.15 오후 15:07 / 2018년 4월 15일 오후 3시 7분 / 3:07 p.m. Apr 15, 2018
        오후 3:07, 2018년 4월 15일""",
    "2018-04-15 00:25": """2018.04.15. 오전 12:25 / 2018.04.15 오전 0:25 / 2018.04.15 00:25 / 오늘 0시 25분
        00:25""",
    "2018-04-15 12:25": "2018.04.15. 오후 12:25 / 2018.04.15 오후 0:25 / 2018.04.15 12:25 PM / 12:25",
    "2018-04-15 14:38": "14:38 / 오늘 14:38 / 04-15 14:38",
    "2018-04-14 23:25": """23:25 / 어제 23:25 / 어제 오후 11:25 / 04-14 23:25 / 오후 11:25
        yesterday at 11:25 pm / '18.4.14 11:25 PM""",
    "2017-12-31 23:59": "12-31 23:59 / 12.31 23:59 / 12월 31일 오후 11:59",
    "2018-04-15 11:25:33": """2018.04.15 11:25:33 / 2018-04-15 11:25:33 / 2018-04-15 오전 11:25:33
        20180415112533 / 18/04/15 11:25:33 / 2018-04-15T11:25:33+0900 / 2018-04-15T11:25:33+09:00
        2018-04-15T02:25:33Z / 2018-04-15T02:25:33.000Z / 2018-04-15T11:25:33 / 2018-04-15 11:25:33 +0900
        2018-04-15 11:25:33+09 / 2018-04-15 02:25:33 UTC / 2018-04-14 22:25:33 -0400 / 2018-04-14T22:25:33-04:00
        Sun, 15 Apr 2018 11:25:33 +0900 / Sun, 15 Apr 2018 02:25:33 GMT / 15 Apr 2018 11:25:33
        Mon, 15 Apr 2018 11:25:33 +0900 / Sun Apr 15 02:25:33 +0000 2018 / Sun Apr 15 11:25:33 KST 2018
        1523759133 / 등록 2018.04.15 11:25:33 / 04.15 11:25:33 / 11:25:33 / 2018.04.15 (11:25:33)
        2018년 4월 15일 11시 25분 33초 / 2018-04-15 11:25:33.0""",
    "2018-04-15 11:25:33.643": """1523759133643 / 2018-04-15T02:25:33.643Z / 2018-04-15 11:25:33.643
        20180415112533643""",
    "2018-04-15 14:29 ~ 2018-04-15 14:30": "방금 / 방금 전 / 방금전 / 지금 / 0분 전 / just now",
    "2018-04-15 14:29:49 ~ 2018-04-15 14:29:50": "10초 전 / 10초전 / 10 seconds ago",
    "2018-04-15 14:28 ~ 2018-04-15 14:29": "1분 전 / 1분전 / 1 분 전 / a minute ago / 1분 전 작성",
    "2018-04-15 10:30 ~ 2018-04-15 11:30": """3시간 전 / 3시간전 / 3 hours ago / 3시간 전(수정됨)
        수정 3시간 전""",
    "2018-04-15 13:06 ~ 2018-04-15 13:07": "1시간 23분 전 / 1시간23분전 / 1 hour 23 minutes ago",
    "2018-04-12 14:30 ~ 2018-04-13 14:30": "2일 전 / 2일전 / 2 days ago / 2 일 전",
    "2018-03-25 14:30 ~ 2018-04-01 14:30": "2주 전 / 2주일 전 / 스트리밍 시간: 2주 전 / 2 weeks ago",
    "2018-02-15 14:30 ~ 2018-03-15 14:30": """1개월 전 / 1달 전 / 한달 전 / 1개월 전(수정됨)
        1 month ago (edited)""",
    "2015-04-15 14:30 ~ 2016-04-15 14:30": "2년 전 / 2년 전에 게시됨 / 2 years ago",
    # Wanted, but not read: a wrong reading would still fail.
    "2018-04-14 23:10": "어젯밤 11:10 / 어제 밤 11시 10분 / 2018년 4월 14일 밤 11시 10분",
    "2018-04-15 11:25:00": "Sun Apr 15 2018 11:25:00 GMT+0900 (한국 표준시)",
}
# What must stay unread: no such time, incomplete, ambiguous, no date at all, not our digits or offsets.
NEVER = """2018-13-45 / 2018.02.30 / 2018.02.29 / 2018.04.31 / 13월 1일 / 4월 31일 / 02.29 / 20181345 / 20180230
2018-04-15T11:25:60Z / 2018.04.15 25:00 / 2018.04.15 24:00 / 2018.04.15 11:60 / 2018.04.15 11:25:60
오후 24:00 / 오전 13:00 / 오전 1:00 pm / 25시 / 1989.12.31 / 2101.01.01 / 0000-00-00 / 0000-00-00 00:00:00
0001-01-01T00:00:00Z / 89.05.01 / 19.05.01 / 9999-12-31 / 2018.04 / 2018년 / 2018년 4월 / 2018 / 4월 / 15일
일요일 / 일 / 2018-W15-7 / 2018-105 / April 2018 / Apr 15 / April 15 / 3시 / 3시 7분 / 4월 15일 - 15일 2018
2018년 4월 15일 3시 7분 / 4.5 / 4/5 / 1/2 / 04.15.18 / 15/04/2018 / 04/15/2018 / 15.04.2018 / 15 Apr 18
4월 15일 (월) / 12:00 (토) / 04-15 11:25 UTC / 11:25Z / 2018-04-15 11:25-11:30 / 2018-04-15 11:25~12:30
2018.04-15 / 2018.04.15 ~ 2018.04.16 / 2018.04.15 11:25 수정 2018.04.15 12:00 / 2018.04.15 2018.04.16
3시간 전 2018.04.15 / 2018.04.1511:25 / 2018.4.111:25 / 2018-04-15 11 / 2018041511 / 1523759133000000
04.16 / 04-15 14:41 / 4월 16일 / '4.15 / '04.15 / ''18.4.15 / '2018.04.15
9999999999 / 1600000000 / 152375913 / 며칠 전 / 몇 분 전 / 약 3시간 전 / 조금 전 / 엊그제 / 내일 / 3시간 후
3시간 / 전 / ago / 3분 1시간 전 / -3시간 전 / 1.5시간 전 / 99999분 전 / 9999년 전 / 30+일 전 / 1시간 미만
오늘 23:00 / 오늘 14:41 / in april 2018 15 people / may 15 2018 votes / 1만 / 1,042 / - / · / 없음 / N/A
null / 답글 3 / 조회 2018 / 삭제된 댓글입니다 / 2018년 대선 / 15 May 2018 or 2019 / ٢٠١٨-٠٤-١٥ / २०१८-०४-१५
²⁰¹⁸.04.15 / ½시간 전 / 2018.O4.15 / 2018-04-15T11:25:33+25:00 / 2018-04-15T11:25:33+09:17 / may 4월 2017 / April +1 2018"""
# text @ seen then = wanted: New Year, a clock that is ahead, leap days, short months.
OTHER_NOW = """01-01 00:02 @ 2017-12-31 23:58 = 2018-01-01 00:02 / 00:02 @ 2017-12-31 23:58 = 2018-01-01 00:02
    12-31 23:59 @ 2018-01-01 00:03 = 2017-12-31 23:59 / 12월 31일 @ 2018-01-01 00:00 = 2017-12-31
    01.01 @ 2018-01-01 00:00 = 2018-01-01 / 어제 23:59 @ 2018-01-01 00:03 = 2017-12-31 23:59
    어제 @ 2018-03-01 00:00 = 2018-02-28 / 오늘 @ 2018-04-15 23:59:59.999 = 2018-04-15
    02-29 11:25 @ 2020-03-01 12:00 = 2020-02-29 11:25 / 02-29 @ 2017-02-01 12:00 = 2016-02-29
    02-29 @ 2018-03-01 12:00 = None / 방금 @ 1990-01-01 00:00 = None
    17.12.31 @ 2018-01-01 00:03 = 2017-12-31 / 14개월 전 @ 1991-03-01 00:00 = None
    1달 전 @ 2018-05-31 09:00 = 2018-03-31 09:00 ~ 2018-04-30 09:00
    1개월 전 @ 2018-03-31 09:00 = 2018-01-31 09:00 ~ 2018-02-28 09:00
    1년 전 @ 2020-02-29 09:00 = 2018-02-28 09:00 ~ 2019-02-28 09:00
    한 시간 전 @ 2018-04-15 01:30 = 2018-04-14 23:30 ~ 2018-04-15 00:30
    3시간 전 @ 2018-01-01 01:30 = 2017-12-31 21:30 ~ 2017-12-31 22:30"""
NOT_ISO = """2018-04-15T11:25:33 / 2018-04-15T11:25+0900 / 2018-02-30T11:25:33Z / 20180415T112533Z / 2018-04-15T11:25:33+09
2018-W15-7T11:25:33Z / 2018-04-15T24:00:00Z / 2018-04-15t11:25:33z / 1980-04-15T11:25:33Z / 2018-04-15 11:25:33Z / a.bTc.d"""
FORMS = {  # what survives: how sites print it
    "%Y-%m-%d": "%Y.%m.%d / %Y. %m. %d. / %Y/%m/%d / %Y년 %m월 %d일 / %Y%m%d / %y.%m.%d / 작성일 : %Y-%m-%d",
    "%Y-%m-%d %H시": "%Y.%m.%d %H시 / %Y년 %m월 %d일 %p %I시",
    "%Y-%m-%d %H:%M": "%Y.%m.%d %H:%M / %Y년 %m월 %d일 %H시 %M분 / %Y%m%d%H%M / %y/%m/%d %H:%M / %Y.%m.%d. %p %I:%M",
    "%Y-%m-%d %H:%M:%S": """%Y-%m-%d %H:%M:%S / %Y-%m-%dT%H:%M:%S%z / %Y-%m-%d %H:%M:%S %z / %Y%m%d%H%M%S
        %a, %d %b %Y %H:%M:%S %z / %a %b %d %H:%M:%S %z %Y / 입력 %Y.%m.%d(%a) %H:%M:%S""",
}
TIMES = st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30), timezones=st.just(SEOUL))  # noqa: DTZ001
DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
WIDTHS: dict[int, tuple[int, Precision]] = {3: (DAY, "day"), 4: (HOUR, "hour"), 5: (MINUTE, "minute")}
WIDTHS |= {6: (1_000, "second"), 7: (1, "second")}
UNITS = {"초": 1_000, "분": MINUTE, "시간": HOUR, "일": DAY, "주": 7 * DAY}
SOUP = "2018/18/04/4/15/11:25/:33/./-/T/Z/+0900/년/월/일/시/분/오전/오후/전/시간/어제/방금/(일)/입력/Apr/,/0/１/９/·/ago/ / / "


def split(texts: str) -> list[str]:
    return [text.strip() for text in re.split(" / |\n", texts) if text.strip()]


CASES = [(text, want) for want, texts in TABLE.items() for text in split(texts)]
PRINTED = [(text, want) for want, texts in FORMS.items() for text in split(texts)]


def moment(text: str, want: str) -> Moment:
    """What reading `text` must return."""
    if " ~ " in want:
        before, end = map(ms, want.split(" ~ "))
        return Moment(before + 1, end, "relative", text)
    width, precision = WIDTHS[len(re.findall("[0-9]+", want))]
    return Moment(ms(want), ms(want) + width - 1, precision, text)


def test_table_is_read_right_and_never_below_the_floor() -> None:
    got = {text: when.read(text, SEEN) for text, _ in CASES}
    assert [text for text, want in CASES if got[text] not in (None, moment(text, want))] == []
    assert len(got) == len(CASES) >= FLOORS["dates_total"], "the table shrank, or says something twice"
    unread = [text for text in got if got[text] is None]
    assert len(got) - len(unread) >= FLOORS["dates_read"], unread


@pytest.mark.parametrize("text", split(NEVER))
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert when.read(text, SEEN) is None


@pytest.mark.parametrize("case", split(OTHER_NOW))
def test_the_capture_is_the_only_now(case: str) -> None:
    text, seen, want = re.split(" [@=] ", case)
    assert when.read(text, ms(seen)) == (None if want == "None" else moment(text, want))


@pytest.mark.skipif(not PROBE.exists(), reason="the probe's strings lie beside the repository, not in it")
def test_strings_of_the_probe_are_right_or_unread() -> None:
    assigned = [node for node in ast.parse(PROBE.read_text()).body if isinstance(node, ast.Assign)]
    (cases,) = (ast.literal_eval(node.value) for node in assigned if ast.unparse(node.targets[0]) == "cases")
    assert len(cases) >= 71
    for text, want in cases.items():
        found = when.read(text, SEEN)
        assert found is None or found.start <= ms(want) <= found.end, text


def test_iso_is_strict_and_exact() -> None:
    read = [text for text, _ in CASES if when.iso(text)]
    assert read == [text for text, _ in CASES if re.fullmatch(r"[0-9-]{10}T[0-9:]{8}([+-.].+|Z)", text)]
    assert [when.iso(text) for text in read] == [when.read(text, SEEN) for text in read]
    assert [iso(text) for text, _ in CASES] == [when.iso(text) for text, _ in CASES]
    for part, first, last in (("6", 600, 699), ("64", 640, 649), ("643999", 643, 643), ("000000001", 0, 0)):
        text, second = f"2018-04-15T02:25:33.{part}Z", ms("2018-04-15 11:25:33")
        assert when.iso(text) == Moment(second + first, second + last, "second", text)
    others = [*split(NOT_ISO), *split(NEVER), "", read[0] + "\n", " " + read[0], "Z" * 10**6]
    assert [text for text in others if when.iso(text) is not None] == []


def test_hostile_text_and_odd_captures() -> None:
    for text in ("1" * 100, "1시간" * 30, "(" * 100, "오전" * 50, "2018.04.15" + " " * 91, "\x00", "\ud800", "9" * 10**6):
        assert when.read(text, SEEN) is None
    assert when.read("3시간 전", -(10**20)) is when.read("11:25", 10**20) is None
    assert when.read("2018.04.15", 0) == moment("2018.04.15", "2018-04-15")
    smart = type("Smart", (str,), {})("2018.04.15 11:25")  # as lxml's, which keep their page alive
    assert type(getattr(when.read(smart, SEEN), "raw", None)) is str


def test_dateparser_is_imported_only_when_asked() -> None:
    code = (
        "import sys; from crawler import when; "
        "[when.read(text, 1523770200000) for text in ('2018.04.15', '3시간 전', '04-15 11:25', '1523759133', 'x')]; "
        "assert 'dateparser' not in sys.modules and when.read('April 15, 2018', 1523770200000)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=HERE.parent)


@given(TIMES, st.sampled_from(PRINTED))
def test_round_trip_of_complete_forms(time: datetime, form: tuple[str, str]) -> None:
    printed, want = (time.strftime(part) for part in form)
    text = printed.replace("AM", "오전").replace("PM", "오후")
    assert when.read(text, ms(want) + DAY) == moment(text, want)
    assert "%y" in form[0] or when.read(text, SEEN) == moment(text, want)


@given(TIMES, st.timedeltas(timedelta(0), timedelta(days=363)))
def test_round_trip_of_forms_without_year(seen: datetime, age: timedelta) -> None:
    text, want = (seen - age).strftime("%m-%d %H:%M => %Y-%m-%d %H:%M").split(" => ")
    for part in (text, text[6:]) if age < timedelta(hours=23) else (text,):
        found = moment(part, want) if want > "1990" else None
        assert when.read(part, ms(str(seen)[:19])) == found


@given(TIMES, st.integers(0, 9 * 365 * DAY), st.sampled_from(sorted(UNITS.items())))
def test_an_age_contains_every_instant_that_it_is_printed_for(seen: datetime, age: int, unit: tuple[str, int]) -> None:
    now, count = ms(str(seen)[:19]), age // unit[1]
    found = when.read(f"{count}{unit[0]} 전", now)
    if found is not None:
        assert found.start <= now - age <= found.end <= now
    assert (found is None) == (count > 9_999 or now - (count + 1) * unit[1] + 1 < ms("1990-01-01"))


@settings(deadline=None)  # the first call of dateparser takes its time
@given(st.lists(st.sampled_from(SOUP.split("/")) | st.text(max_size=3), max_size=9).map("".join) | st.text(), TIMES)
def test_any_text_is_none_or_a_sane_moment(text: str, seen: datetime) -> None:
    now = ms(str(seen)[:19])
    found = when.read(text, now)
    if found is not None:
        assert found.raw == text
        assert ms("1990-01-01") <= found.start <= found.end < ms("2101-01-01")
        assert found.precision != "relative" or found.end <= now
    assert when.iso(text) in (None, found)


@settings(deadline=timedelta(seconds=20))  # milliseconds; what backtracks without end takes longer
@given(
    st.lists(st.sampled_from(SOUP.split("/")), min_size=20, max_size=80).map(lambda pieces: "".join(pieces)[:100]),
    st.integers(),
)
def test_long_texts_and_any_time_of_capture_end_soon(text: str, seen: int) -> None:
    found = when.read(text, seen)
    assert found is None or found.start <= found.end
