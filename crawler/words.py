"""Times in Korean and English words: `어제`, `지난주`, `3 days ago`. Read by dateparser, counted from now, Asia/Seoul."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

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


def moment(text: str) -> int | None:
    """The time (UTC ms) that words name; None for words that name none. `올해`, `this week` are their first day."""
    from dateparser.date import DateDataParser  # only for words: it takes a quarter of a second to load

    base = datetime.fromtimestamp(now() / 1000, SEOUL)
    settings = {"TIMEZONE": "Asia/Seoul", "RETURN_AS_TIMEZONE_AWARE": True, "RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}
    parser = DateDataParser(languages=["ko", "en"], settings=settings)
    found = parser.get_date_data(_KNOWN.sub(lambda word: _SAME[word[0]], text.strip()))
    if found.date_obj is None:
        return None
    at: datetime = found.date_obj
    if at.date() == base.date() and found.period in ("week", "month", "year"):  # it says today
        first = {"week": at - timedelta(days=at.weekday()), "month": at.replace(day=1), "year": at.replace(month=1, day=1)}
        at = first[found.period].replace(hour=0, minute=0, second=0, microsecond=0)
    return int(at.timestamp() * 1000)
