"""Times in Korean and English words: `어제 오후 7시`, `지난주`, `3 days ago`. Counted from now, Asia/Seoul.

What a site may print is read as there (`when`), the rest by dateparser.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import datetime, timedelta
from typing import Any

from archive.times import SEOUL, now

# Korean words for which dateparser knows only another form.
_SAME = {
    "지난 주": "지난주",
    "지난 달": "지난달",
    "지난해": "작년",
    "이번주": "이번 주",
    "이번달": "이번 달",
    "그저께": "2일 전",
    "그제": "2일 전",
    "그끄저께": "3일 전",
    "사흘": "3일",
    "나흘": "4일",
    "닷새": "5일",
    "열흘": "10일",
    "일주일": "1주",
    "한 달": "1달",
    "한달": "1달",
    "두 달": "2달",
}
_KNOWN = re.compile("|".join(sorted(_SAME, key=len, reverse=True)))
_SHORT_YEAR = re.compile(r"^['‘’]?(\d\d)(?=\s?년\s?\d{1,2}\s?월|(\s?[-./]\s?)\d{1,2}\2\d{1,2}(?!\d))")
_HALF = re.compile(r"(오전|오후)\s?(\d{1,2})(?=\s?시|:\d)")
_DAY_OF_NO_MONTH = re.compile(r"(?!.*(?:월|전|후)).*\d\s?일")  # dateparser takes "22일" for 22 days ago
_NO_MONTH = re.compile(r"\d{4}\s?[-./]\s?(?:1[3-9]|[2-9]\d)(?!\d)")  # of 2026-13-01 it makes the 13th of January
_TIME_OF_DAY = re.compile(
    r"오전|오후|\d\s?시(?!간)|:|\b[ap]m\b|\bat\b|night|morning|noon|evening|(?:오늘|어제|today|yesterday)\s\d", re.IGNORECASE
)


def moment(text: str, *, end: bool = False) -> int | None:
    """The time (UTC ms) that words name; None for words that name none, or not surely.

    A day without a time of day is its beginning, with `end` its last millisecond; `올해`, `this week` too are their first day,
    with `end` their last. What is counted in days or more is a day (`3일 전`), in less a moment (`72시간 전`).
    """
    from crawler import when  # only for words, as dateparser, which takes a quarter of a second to load

    at, plain = now(), _SHORT_YEAR.sub(r"20\1", text.strip())
    printed = when.read(plain, at)
    if printed is not None and printed.precision != "relative":
        return printed.end if end and printed.precision == "day" else printed.start
    plain = _KNOWN.sub(lambda word: _SAME[word[0]], plain)
    plain = _HALF.sub(lambda half: str(when.hour_of(int(half[2]), afternoon=half[1] == "오후")), plain)
    if _DAY_OF_NO_MONTH.match(plain) or _NO_MONTH.match(plain):
        return None
    span = _span(plain, datetime.fromtimestamp(at / 1000, SEOUL))
    return span and (span[1] if end else span[0])


def _span(plain: str, base: datetime) -> tuple[int, int] | None:
    """The first and the last millisecond of what dateparser reads (UTC ms): the same where it is a moment."""
    from dateparser.date import DateDataParser

    settings: dict[str, Any] = {"TIMEZONE": "Asia/Seoul", "RETURN_AS_TIMEZONE_AWARE": True, "RELATIVE_BASE": base}
    settings |= {"PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": True}
    for kind in ("relative-time", "absolute-time"):
        parser = DateDataParser(languages=["ko", "en"], settings=settings | {"PARSERS": [kind]})
        try:
            found = parser.get_date_data(plain)
        except OverflowError:  # the first day of the year 1, in Seoul, is a day before all that Python knows
            return None
        if found.date_obj is not None:
            break
    if found.date_obj is None:
        return None
    if kind == "absolute-time" and "day" not in found.parts:  # of "10월" it would make the 27th on a 27th
        return None
    at: datetime = found.date_obj
    if found.period == "time":
        return _ms(at), _ms(at)
    if _TIME_OF_DAY.search(plain):  # written, but not read
        return None
    first, days = at.replace(hour=0, minute=0, second=0, microsecond=0), 1
    if at.date() == base.date() and found.period in ("week", "month", "year"):  # it says today
        back = {"week": at.weekday(), "month": at.day - 1, "year": at.timetuple().tm_yday - 1}
        first -= timedelta(days=back[found.period])
        days = {"week": 7, "month": monthrange(at.year, at.month)[1], "year": 365 + isleap(at.year)}[found.period]
    return _ms(first), _ms(first) + days * 86_400_000 - 1


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
