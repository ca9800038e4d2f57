"""Dates as Korean sites print them, read into intervals: never a guess, never the wall clock.

Fixed forms come first. dateparser is asked only about dates in an unusual order, to confirm our reading.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from archive.records import Moment, Precision

_Span = tuple[int, int, Precision]  # start in UTC ms (of a time of day: ms after midnight), width in ms
_Parts = Mapping[str, str | None]  # what was found in a text, by the names in the forms below
_LONGEST = 100  # characters; a longer text is no date
_KEPT = 16_384  # texts that each cache remembers: about 5 MB when full
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_AHEAD = 10 * _MINUTE  # how far a site's clock may be ahead of ours where a date leaves something out
_UNSURE = _DAY  # as far ahead a date without its year may also be a year old: nobody can tell
_SEOUL = 9 * _HOUR  # fixed: Korea has had no summer time since 1988, before the first year that we read
_DAY_ZERO = date(1970, 1, 1).toordinal()
_FIRST, _LAST = 631_119_600_000, 4_133_948_399_999  # the years 1990 to 2100 of Seoul

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"  # the number of a name is its place divided by three
_WEEK = "월mon화tue수wed목thu금fri토sat일sun"  # and here by four
_MONTH = r"""(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?
    |sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"""
_WEEKDAY = "(?P<weekday>mon|tue|wed|thu|fri|sat|sun|[월화수목금토일])(?:s?day|nesday|rsday|urday|요일)?"
_BACK = {"오늘": 0, "금일": 0, "today": 0, "어제": 1, "작일": 1, "yesterday": 1, "그제": 2, "그저께": 2}
_NOW = frozenset({"방금", "방금 전", "방금전", "지금", "just now", "now"})
_UNITS = "년|years? 개월|달|months? 주일?|weeks? 일|days? 시간|hours? 분|minutes? 초|seconds?"
_SIZES = (7 * _DAY, _DAY, _HOUR, _MINUTE, _SECOND)  # of the units after years and months
_AGES = "".join(rf"(?:([0-9]{{1,4}}|한|an?) ?(?:{unit}) ?)?" for unit in _UNITS.split())
_AGO = re.compile(_AGES + "(?:전|ago)")

_N, _YEAR = "[0-9]{1,2}", "(?P<year>[0-9]{4})"
_OFFSET = r"[+-](?:0[0-9]|1[01]):?(?:00|30|45)|[+-]12:?00|\+1[34]:?00"
_CLOCK = rf"""(?:(?P<half>오전|오후|am|pm)\ ?)?(?<![0-9])(?P<hour>{_N})
    (?: :(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}})(?:[.,](?P<part>[0-9]{{1,9}}))?)?
      | \ ?(?P<si>시)(?:\ ?(?P<minute2>{_N})\ ?분(?:\ ?(?P<second2>{_N})\ ?초)?)? )(?![0-9])
    (?:\ ?(?P<late>am|pm|a\.m\.|p\.m\.))?(?:\ ?\(?(?:kst|(?P<zone>z|utc|gmt|{_OFFSET}|\+09))\)?)?"""
_REST = rf"(?:\ ?\(?{_WEEKDAY}\)?)?(?:\ ?[t,|(]?(?:\ at)?\ ?{_CLOCK})?"
_DIGITS = rf"""{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})
    (?:(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?:(?P<second>[0-9]{{2}})(?P<part>[0-9]{{3}})?)?)?"""
_NUMBERS = rf"""(?!(?:[0-9]\ ?[-./]\ ?{_N}|{_N}\ ?[-./]\ ?[0-9])$)  # "4.5" is rather a number, "4/5" a page
    (?:(?:['‘’](?=[0-9]{{2}}\ ?[-./]\ ?{_N}\ ?[-./]))?(?P<year>[0-9]{{4}}|[0-9]{{2}})\ ?(?P<mark>[-./])\ ?)?
    (?P<month>{_N})\ ?(?(mark)(?P=mark)|[-./])\ ?(?P<day>{_N})[.일]?{_REST}"""
_HANGUL = rf"""(?:(?P<year>[0-9]{{4}}|[0-9]{{2}})\ ?년\ ?)?(?P<month>{_N})\ ?월\ ?(?P<day>{_N})\ ?일{_REST}"""
_RFC_822 = rf"(?:{_WEEKDAY},?\ )?(?P<day>{_N})\ (?P<month>{_MONTH})\ {_YEAR},?\ {_CLOCK}"
_UNIX = rf"{_WEEKDAY},?\ (?P<month>{_MONTH})\ (?P<day>{_N})\ {_CLOCK}\ {_YEAR}"
_WORDS = rf"(?P<word>{'|'.join(_BACK)})?{_REST}"
_FORMS = [re.compile(f, re.VERBOSE) for f in (_DIGITS, _NUMBERS, _HANGUL, _RFC_822, _UNIX, _WORDS)]
# The pieces of a date in any order: once each is taken out, only punctuation may be left.
_ANY_TIME, _ANY_YEAR = rf"(?:(?<!\w)at\ )?{_CLOCK}", rf"(?<![0-9]){_YEAR}(?![0-9])(?:\ ?년)?"
_ANY_MONTH = rf"(?P<month>(?<![a-z]){_MONTH}(?![a-z])|(?<![0-9]){_N}(?=\ ?월))(?:\ ?월)?"
_ANY_DAY, _ANY_WEEKDAY = rf"(?<![0-9])(?P<day>{_N})(?![0-9])(?:\ ?일|st|nd|rd|th)?", rf"(?<!\w){_WEEKDAY}(?!\w)"
_PIECES = [re.compile(piece, re.VERBOSE) for piece in (_ANY_TIME, _ANY_YEAR, _ANY_MONTH, _ANY_DAY, _ANY_WEEKDAY)]
_ISO = rf"\d{{4}}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{{1,9}})?(?:Z|{_OFFSET})"
_IS_ISO = re.compile(_ISO, re.ASCII).fullmatch  # fromisoformat alone also takes week dates and any separator
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
    date without its year count back from `seen_at`, the only now there is; one that would be up to a day after it is not
    read. A printed four-digit year (1990 to 2100) is kept as the site said it, also in the future.
    """
    if len(text) > _LONGEST:
        return None
    text = str(text)  # lxml's strings hold their whole page: a cache must not keep those
    if text[10:11] == "T" and (exact := _iso(text)) is not None:
        return exact
    plain, parts, found = _known(text)
    if found is not None or not _FIRST <= seen_at <= _LAST:
        return found
    span = _ago(plain, seen_at) or _latest(parts, seen_at)
    span = span or _epoch(plain, seen_at) or _spelled(plain, seen_at)
    return _moment(span, text) if span else None


def iso(text: str) -> Moment | None:
    """The instant of strict ISO 8601 with seconds and offset (`Z`, `+0900`, `+09:00`) in UTC ms, else None.

    A fraction narrows the interval; zeros alone do not, as many writers add them to whole seconds.
    """
    return _iso(str(text)) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_KEPT)
def _iso(text: str) -> Moment | None:
    if _IS_ISO(text) is None:
        return None
    try:
        start = int(datetime.fromisoformat(text).timestamp()) * 1_000
    except ValueError:  # 30 February
        return None
    after, width = _fraction(re.split("[Z+-]", text[20:])[0]) if text[19] == "." else (0, _SECOND)
    return _moment((start + after, width, "second"), text)


def _moment(span: _Span, text: str) -> Moment | None:
    start, end = span[0], span[0] + span[1] - 1
    return Moment(start, end, span[2], text) if start >= _FIRST and end <= _LAST else None


@lru_cache(maxsize=_KEPT)
def _known(text: str) -> tuple[str, _Parts, Moment | None]:
    """What needs no `seen_at`: the plain text, its parts if some form is all of it, and a complete moment."""
    plain = _AROUND.sub("", " ".join(unicodedata.normalize("NFC", text).translate(_WIDE).lower().split()))
    parts = next((match.groupdict() for form in _FORMS if (match := form.fullmatch(plain))), {})
    span = _complete(parts)
    return plain, parts, _moment(span, text) if span else None


def _complete(parts: _Parts) -> _Span | None:
    """Where a date with all its parts lies."""
    time, (year, month, day) = _time(parts), (parts.get(name) or "" for name in ("year", "month", "day"))
    midnight = _midnight(int(year), month, day) if len(year) == 4 and month and day else None
    return None if time is None or midnight is None else (midnight + time[0], *time[1:])


def _latest(parts: _Parts, seen_at: int) -> _Span | None:
    """The latest time not after `seen_at` that a date without century or year, or a bare time, can mean."""
    time, (year, month, day) = _time(parts), (parts.get(name) or "" for name in ("year", "month", "day"))
    if time is None or len(year) == 4 or parts.get("zone"):
        return None
    today, word, weekday = (seen_at + _SEOUL) // _DAY, parts.get("word"), parts.get("weekday")
    if month:
        now = date.fromordinal(today + _DAY_ZERO).year
        years = range(now // 100 * 100 + 100 + int(year), 1900, -100) if year else (now + 1, now, now - 1)
        days = [_midnight(each, month, day) for each in years]
        if not year and not weekday and any(d and _AHEAD < d + time[0] - seen_at <= _UNSURE for d in days):
            return None
    else:
        near = [today - _BACK[word]] if word else [today + 1, today, today - 1] if parts.get("hour") else []
        days = [each * _DAY - _SEOUL for each in near]
    midnight = next((each for each in days if each and each + time[0] <= seen_at + _AHEAD), None)
    # A weekday that disagrees tells of another year than we think; 1970-01-01 was a Thursday.
    if midnight is None or (weekday and _WEEK.index(weekday) // 4 != ((midnight + _SEOUL) // _DAY + 3) % 7):
        return None
    return midnight + time[0], *time[1:]


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
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    if half or late:
        h = hour_of(h, afternoon=half in ("오후", "pm") or late[:1] == "p")
    either = parts.get("si") and not (half or late) and len(hour) == 1 and h  # "3시" may be 3:00 and 15:00
    period = zone[:1] == "-" and not second  # "11:25-12:30" is from and to
    if either or period or (half and late) or h > 23 or m > 59 or s > 59:
        return None
    start = (h * 60 + m) * _MINUTE + s * _SECOND + (_SEOUL if zone else 0)
    if zone[:1] in ("+", "-"):
        start -= int(zone[0] + "1") * (int(zone[1:3]) * _HOUR + int(zone[3:].lstrip(":") or 0) * _MINUTE)
    if not second:
        return (start, _MINUTE, "minute") if minute else (start, _HOUR, "hour")
    after, width = _fraction(parts.get("part") or "0")
    return start + after, width, "second"


def hour_of(h: int, *, afternoon: bool) -> int:
    """The hour of the day that `오전 h시` or `오후 h시` is; 24 or more if there is none."""
    return h % 12 + 12 * afternoon if h <= 12 else h if afternoon else 24  # some sites print 오후 15:07


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
    """That many calendar years and months earlier (on their last day at most), then weeks, ... seconds."""
    day, time = divmod(instant + _SEOUL, _DAY)
    was = date.fromordinal(day + _DAY_ZERO)
    year, month = divmod((was.year - counts[0]) * 12 + was.month - 1 - counts[1], 12)
    midnight = _midnight(year, str(month + 1), str(min(was.day, monthrange(year, month + 1)[1])))
    return midnight and midnight + time - sum(n * size for n, size in zip(counts[2:], _SIZES, strict=True))


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
    span = _complete(parts) if re.fullmatch(r"[-·.,|() ]*", rest) else None
    return span if span and _confirmed(plain, span[0], (seen_at + _SEOUL) // _DAY) else None


@lru_cache(maxsize=1_024)
def _confirmed(plain: str, start: int, today: int) -> bool:
    """Whether dateparser reads the same instant (UTC ms), with that day of Seoul as its base."""
    import dateparser  # 0.1 s, and most runs never get here

    settings = {
        "TIMEZONE": "Asia/Seoul",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": datetime.fromtimestamp(today * 86_400, timezone(timedelta(hours=9))),
        "REQUIRE_PARTS": ["year", "month", "day"],
        "PARSERS": ["absolute-time"],
    }
    try:
        found = dateparser.parse(plain, languages=["ko", "en"], settings=settings)
        return found is not None and found.tzinfo is not None and found.timestamp() * 1_000 == start
    except Exception:  # hostile text may break it in any way; then it confirms nothing
        return False
