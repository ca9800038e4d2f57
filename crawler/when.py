"""Dates as Korean sites print them, read into intervals: never a guess, never the wall clock.

Fixed forms come first. dateparser is asked only about dates in an unusual order, to confirm our reading.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from operator import mul

from archive.records import Moment, Precision

_Span = tuple[int, int, Precision]  # start in UTC ms (of a time of day: ms after midnight), width in ms
_Parts = Mapping[str, str | None]  # what was found in a text, by the names in the forms below

_LONGEST = 100  # characters; a longer text is no date
_KEPT = 16_384  # texts that each cache remembers: about 5 MB when full
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_AHEAD = 10 * _MINUTE  # how far a site's clock may be ahead of ours where a date leaves something out
_SEOUL = 9 * _HOUR  # fixed: Korea has had no summer time since 1988, before the first year that we read
_KST, _EPOCH, _DAY_ZERO = (
    timezone(timedelta(hours=9)),
    datetime(1970, 1, 1, tzinfo=UTC),
    date(1970, 1, 1).toordinal(),
)
_FIRST = (date(1990, 1, 1).toordinal() - _DAY_ZERO) * _DAY - _SEOUL
_LAST = (date(2101, 1, 1).toordinal() - _DAY_ZERO) * _DAY - _SEOUL - 1

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"  # the number of a name is its place divided by three
_WEEK = "월mon화tue수wed목thu금fri토sat일sun"  # and here by four
_MONTH = r"""(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?
    |sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"""
_WEEKDAY = "(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[월화수목금토일](?:요일)?)"
_BACK = {"오늘": 0, "금일": 0, "today": 0, "어제": 1, "작일": 1, "yesterday": 1, "그제": 2, "그저께": 2}
_NOW = frozenset({"방금", "방금 전", "방금전", "지금", "just now", "now"})
_UNITS = (
    "년|years?",
    "개월|달|months?",
    "주일?|weeks?",
    "일|days?",
    "시간|hours?",
    "분|minutes?",
    "초|seconds?",
)
_SIZES = (7 * _DAY, _DAY, _HOUR, _MINUTE, _SECOND)  # of the units after years and months
_AGO = re.compile("".join(rf"(?:([0-9]{{1,4}}|한|an?) ?(?:{unit}) ?)?" for unit in _UNITS) + "(?:전|ago)")

_N, _YEAR = "[0-9]{1,2}", "(?P<year>[0-9]{4})"
_OFFSET = r"[+-](?:0[0-9]|1[01]):?(?:00|30|45)|[+-]12:?00|\+1[34]:?00"
_CLOCK = rf"""(?:(?P<half>오전|오후|am|pm)\ ?)?(?<![0-9])(?P<hour>{_N})
    (?: :(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}})(?:[.,](?P<part>[0-9]{{1,9}}))?)?
      | \ ?(?P<si>시)(?:\ ?(?P<minute2>{_N})\ ?분(?:\ ?(?P<second2>{_N})\ ?초)?)? )(?![0-9])
    (?:\ ?(?P<late>am|pm|a\.m\.|p\.m\.))?(?:\ ?\(?(?:kst|(?P<zone>z|utc|gmt|{_OFFSET}|\+09))\)?)?"""
_REST = rf"(?:\ ?\(?(?P<weekday>{_WEEKDAY})\)?)?(?:[t,|]?(?:\ at)?\ ?{_CLOCK})?"
_DIGITS = rf"""{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})
    (?:(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?:(?P<second>[0-9]{{2}})(?P<part>[0-9]{{3}})?)?)?"""
_NUMBERS = rf"""(?!(?:[0-9]\ ?[-./]\ ?{_N}|{_N}\ ?[-./]\ ?[0-9])$)  # "4.5" is rather a number, "4/5" a page
    (?:(?P<year>[0-9]{{4}}|[0-9]{{2}})\ ?(?P<mark>[-./])\ ?)?
    (?P<month>{_N})\ ?(?(mark)(?P=mark)|[-./])\ ?(?P<day>{_N})[.일]?{_REST}"""
_HANGUL = rf"""(?:(?P<year>[0-9]{{4}}|[0-9]{{2}})\ ?년\ ?)?(?P<month>{_N})\ ?월\ ?(?P<day>{_N})\ ?일{_REST}"""
_RFC_822 = rf"(?:{_WEEKDAY},?\ )?(?P<day>{_N})\ (?P<month>{_MONTH})\ {_YEAR},?\ {_CLOCK}"
_UNIX = rf"{_WEEKDAY},?\ (?P<month>{_MONTH})\ (?P<day>{_N})\ {_CLOCK}\ {_YEAR}"
_WORDS = rf"(?P<word>{'|'.join(_BACK)})?{_REST}"
_FORMS = [re.compile(f, re.VERBOSE) for f in (_DIGITS, _NUMBERS, _HANGUL, _RFC_822, _UNIX, _WORDS)]
_PIECES = [  # of a date in any order: once each is taken out, only punctuation may be left
    re.compile(piece, re.VERBOSE)
    for piece in (
        _CLOCK,
        rf"(?<![0-9]){_YEAR}(?![0-9])(?:\ ?년)?",
        rf"(?<![a-z])(?P<month>{_MONTH})(?![a-z])|(?<![0-9])(?P<month2>{_N})\ ?월",
        rf"(?<![0-9])(?P<day>{_N})(?![0-9])(?:\ ?일|st|nd|rd|th)?",
        rf"(?<!\w){_WEEKDAY}(?!\w)",
        r"(?<!\w)(?:at|on|of)(?!\w)",
    )
]
_ISO = re.compile(
    r"(?:199[0-9]|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    rf"(?:\.[0-9]{{1,9}})?(?:Z|{_OFFSET})"
)
_AROUND = re.compile(  # a label, brackets, a tail
    r"""^[\[(]? (?:(?:최종|최초|기사)?\ ?
        (?:입력|수정|등록|작성|게시|승인|송고|발행|업데이트|공개|스트리밍|날짜)
        \ ?(?:일[시자]?|시[간각])? | (?:published|updated|posted|edited|streamed(?:\ live)?)(?:\ on)?)?[\])]?
        \ ?[:|ㅣ]?\ ?
    | \ ?(?:\((?:수정됨|수정|edited)\)|(?:에\ ?)?(?:게시|업데이트|수정|작성|등록|입력)[됨함]?)?[\])]?$""",
    re.VERBOSE,
)
_WIDE = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x200B: None, 0x200E: None, 0xFEFF: None}


def read(text: str, seen_at: int) -> Moment | None:
    """The instant that a site printed as `text` in a capture of `seen_at` (UTC ms): an interval in UTC ms.

    None when it is not surely read. A time without an offset is Seoul's. "3시간 전", "어제", "23:25" and a
    date without its year count back from `seen_at`, the only now there is. A printed four-digit year (1990
    to 2100) is kept as the site said it, also in the future.
    """
    if len(text) > _LONGEST:
        return None
    text = str(text)  # lxml's strings hold their whole page: a cache must not keep those
    if text[10:11] == "T" and (exact := _iso(text)) is not None:
        return exact
    plain, parts = _parts(text)
    if len(parts.get("year") or "") == 4:
        span = _dated(parts, _LAST)
    elif _FIRST <= seen_at <= _LAST:
        span = (
            _ago(plain, seen_at)
            or _dated(parts, seen_at)
            or _epoch(plain, seen_at)
            or _spelled(plain, seen_at)
        )
    else:
        span = None
    return _moment(span, text) if span else None


def iso(text: str) -> Moment | None:
    """The instant of strict ISO 8601 with seconds and offset (`Z`, `+0900`, `+09:00`) in UTC ms, else None.

    A fraction narrows the interval; zeros alone do not, as many writers add them to whole seconds.
    """
    return _iso(str(text)) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_KEPT)
def _iso(text: str) -> Moment | None:
    if _ISO.fullmatch(text) is None:  # fromisoformat alone also takes week dates and any separator
        return None
    try:
        since = datetime.fromisoformat(text) - _EPOCH
    except ValueError:  # 30 February
        return None
    after, width = _fraction(re.split("[Z+-]", text[20:])[0]) if text[19] == "." else (0, _SECOND)
    return _moment(((since.days * 86_400 + since.seconds) * 1_000 + after, width, "second"), text)


def _moment(span: _Span, text: str) -> Moment | None:
    start, end = span[0], span[0] + span[1] - 1
    return Moment(start, end, span[2], text) if start >= _FIRST and end <= _LAST else None


@lru_cache(maxsize=_KEPT)
def _parts(text: str) -> tuple[str, _Parts]:
    """The text in one spelling without what may stand around it, and its parts if a form is the whole of it."""
    plain = " ".join(unicodedata.normalize("NFC", text).translate(_WIDE).lower().split())
    plain = _AROUND.sub("", plain)
    return plain, next((match.groupdict() for form in _FORMS if (match := form.fullmatch(plain))), {})


def _dated(parts: _Parts, seen_at: int) -> _Span | None:
    """Where a date lies; where something is left out, the latest that is not after `seen_at`."""
    time, today, hour = _time(parts), (seen_at + _SEOUL) // _DAY, parts.get("hour")
    year, month, day = parts.get("year") or "", parts.get("month") or parts.get("month2"), parts.get("day")
    complete, word, weekday = len(year) == 4, parts.get("word"), parts.get("weekday")
    if time is None or (parts.get("zone") and not complete):
        return None
    if month and day:
        now, short = date.fromordinal(today + _DAY_ZERO).year, int(year or 0)
        years = (short,) if complete else (2000 + short, 1900 + short) if year else (now + 1, now, now - 1)
        days = [midnight for each in years if (midnight := _midnight(each, month, day)) is not None]
    else:
        near = [today - _BACK[word]] if word else [today + 1, today, today - 1] if hour else []
        days = [each * _DAY - _SEOUL for each in near]
    midnight = next((each for each in days if each + time[0] <= seen_at + _AHEAD), None)
    if midnight is None:
        return None
    if weekday and not complete:  # one that disagrees tells of another year than we think
        number = _WEEK.index(weekday[:3] if weekday.isascii() else weekday[0]) // 4
        if number != ((midnight + _SEOUL) // _DAY + 3) % 7:  # 1970-01-01 was a Thursday
            return None
    return midnight + time[0], time[1], time[2]


def _midnight(year: int, month: str, day: str) -> int | None:
    """When that day begins in Seoul, in UTC ms; None when there is no such day."""
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) // 3 + 1
    try:
        return (date(year, number, int(day)).toordinal() - _DAY_ZERO) * _DAY - _SEOUL
    except ValueError:
        return None


def _time(parts: _Parts) -> _Span | None:
    """The time of day in ms after Seoul's midnight (the whole day if none is printed); None if impossible."""
    hour, half, late, zone = (parts.get(name) or "" for name in ("hour", "half", "late", "zone"))
    minute, second = (parts.get(name) or parts.get(f"{name}2") or "" for name in ("minute", "second"))
    if not hour:
        return 0, _DAY, "day"
    either = parts.get("si") and not (half or late) and len(hour) == 1 and hour != "0"  # "3시": 3:00 or 15:00
    if either or (half and late) or (zone[:1] == "-" and not second):  # "11:25-12:30" is from and to
        return None
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    if half or late:
        afternoon = half in ("오후", "pm") or late[:1] == "p"
        h = h % 12 + 12 * afternoon if h <= 12 else h if afternoon else 24  # some sites print 오후 15:07
    if h > 23 or m > 59 or s > 59:
        return None
    start = (h * 60 + m) * _MINUTE + s * _SECOND + (_SEOUL if zone else 0)
    if zone[:1] in ("+", "-"):
        start -= int(zone[0] + "1") * (int(zone[1:3]) * _HOUR + int(zone[3:].lstrip(":") or 0) * _MINUTE)
    after, width = _fraction(parts.get("part") or "0")
    return (
        (start + after, width, "second")
        if second
        else (start, _MINUTE, "minute")
        if minute
        else (start, _HOUR, "hour")
    )


def _fraction(digits: str) -> tuple[int, int]:
    """What the digits after a second add to it, and how wide the interval then is; both in ms."""
    width = 10 ** max(0, 3 - len(digits))
    return (int(digits[:3]) * width, width) if int(digits) else (0, _SECOND)


def _ago(plain: str, seen_at: int) -> _Span | None:
    """An age. Sites round down: "3시간 전" is 3 to 4 hours. "방금" is the last minute: our choice."""
    match = _AGO.fullmatch("0분 전" if plain in _NOW else plain)
    if match is None or match.lastindex is None:
        return None
    counts = [int(count) if count.isdecimal() else 1 if count else 0 for count in match.groups("")]
    newest = _back(seen_at, counts)
    counts[match.lastindex - 1] += 1
    oldest = _back(seen_at, counts)
    return None if newest is None or oldest is None else (oldest + 1, newest - oldest, "relative")


def _back(instant: int, counts: list[int]) -> int | None:
    """That many calendar years and months of Seoul, then weeks, ... seconds earlier, in UTC ms; or None.

    Where a month lacks the day, its last day stands for it.
    """
    day, time = divmod(instant + _SEOUL, _DAY)
    was = date.fromordinal(day + _DAY_ZERO)
    year, month = divmod((was.year - counts[0]) * 12 + was.month - 1 - counts[1], 12)
    if year < 1990:
        return None
    midnight = _midnight(year, str(month + 1), str(min(was.day, monthrange(year, month + 1)[1])))
    return midnight and midnight + time - sum(map(mul, counts[2:], _SIZES))


def _epoch(plain: str, seen_at: int) -> _Span | None:
    """Seconds (10 digits) or milliseconds (13) since 1970; in the future it is rather another number."""
    if re.fullmatch("[0-9]{10}(?:[0-9]{3})?", plain) is None:
        return None
    start = int(plain.ljust(13, "0"))
    return (start, 1 if len(plain) == 13 else _SECOND, "second") if start <= seen_at + _AHEAD else None


def _spelled(plain: str, seen_at: int) -> _Span | None:
    """A complete date in any other order ("3:07 PM · Apr 15, 2018"): each word and number read once."""
    parts: dict[str, str | None] = {}
    rest = plain
    for piece in _PIECES:
        if match := piece.search(rest):
            parts |= match.groupdict()
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    span = _dated(parts, _LAST) if parts.get("year") and re.fullmatch(r"[-·.,|() ]*", rest) else None
    return span if span and _confirmed(plain, span[0], (seen_at + _SEOUL) // _DAY) else None


@lru_cache(maxsize=1_024)
def _confirmed(plain: str, start: int, today: int) -> bool:
    """Whether dateparser reads the same instant (UTC ms), with that day of Seoul as its base."""
    import dateparser  # 0.1 s, and most runs never get here

    settings = {
        "TIMEZONE": "Asia/Seoul",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": (_EPOCH + timedelta(days=today)).replace(tzinfo=_KST),
        "REQUIRE_PARTS": ["year", "month", "day"],
        "PARSERS": ["absolute-time"],
    }
    try:
        found = dateparser.parse(plain, languages=["ko", "en"], settings=settings)
        return found is not None and (found - _EPOCH) // timedelta(milliseconds=1) == start
    except Exception:  # hostile text may break it in any way; then it confirms nothing
        return False
