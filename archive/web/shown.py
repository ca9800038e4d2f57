"""How numbers, times and names stand on a page: the filters of our templates. A number that nobody knows is a dash."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from archive.times import SEOUL, iso
from archive.web.worded import differences, shortened

_SIZES = ((86400, "d"), (3600, "h"), (60, "min"))
_MS, _MINUTE_MS, _DAY_MS = timedelta(milliseconds=1), 60_000, 86_400_000


def number(value: float | None) -> str:
    """1,234; a dash for None; a fraction with one digit."""
    if value is None:
        return "–"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def signed(value: int | None) -> str:
    """+1,234 or −12, with a real minus; a dash for None."""
    if value is None:
        return "–"
    return f"{value:+,}".replace("-", "−")


def _moment(value: int | str) -> datetime:
    return datetime.fromtimestamp(value / 1000, SEOUL) if isinstance(value, int) else datetime.fromisoformat(value)


def _time(value: int | str | None, form: str, cut: int | None = None) -> Markup:
    if value is None:
        return Markup("–")
    full = iso(value) if isinstance(value, int) else value
    try:
        shown = _moment(value).strftime(form)[:cut]
    except (ValueError, OverflowError):  # what a site says of its own clock can lie beyond the year 9999
        shown = str(full)
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(full, shown)


def clock(value: int | str | None) -> Markup:
    """22:41:07, of UTC ms or an ISO time."""
    return _time(value, "%H:%M:%S")


def minute(value: int | str | None) -> Markup:
    """2026-11-22 22:41."""
    return _time(value, "%Y-%m-%d %H:%M")


def second(value: int | str | None) -> Markup:
    """2026-11-22 22:41:07."""
    return _time(value, "%Y-%m-%d %H:%M:%S")


def between(first: int | str, last: int | str) -> Markup:
    """2026-11-22 22:41:07 – 22:43:07; both with their days, where those differ."""
    same = _moment(first).astimezone(SEOUL).date() == _moment(last).astimezone(SEOUL).date()
    return Markup("{} – {}").format(second(first), clock(last) if same else second(last))


def told(first: int | str, last: int | str | None, year: bool = True) -> Markup:
    """When something was, as closely as its site said: at one instant of this interval (both ends are in it; None: nobody says
    where it ends). 2026-11-22 22:41:07, or 22:41 where it is a minute, the day alone where it is that, else both ends."""
    start, form = ("%Y-%m-%d" if year else "%m-%d"), " %H:%M:%S" if year else " %H:%M"
    try:
        begins = _moment(first).astimezone(SEOUL)
        length = (_moment(last) - begins) // _MS + 1 if last is not None else 0
    except (ValueError, OverflowError):  # beyond the year 9999
        return _time(first, start + form)
    if length == _DAY_MS and begins.strftime("%H%M%S%f") == "000000000000":
        return _time(first, start)
    if length > _MINUTE_MS and last is not None:
        return Markup("{} – {}").format(_time(first, f"{start} %H:%M"), _time(last, f"{start} %H:%M"))
    return _time(first, start + (form if length < _MINUTE_MS else " %H:%M"))


def exact(value: int | str | None) -> Markup:
    """2026-11-22 22:41:07.123."""
    return _time(value, "%Y-%m-%d %H:%M:%S.%f", -3)


def local(value: int) -> str:
    """As a form's field of a time takes it: 2026-11-22T22:41:07.123, of UTC ms. A second alone would be before its look."""
    return _moment(value).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]


def span(seconds: float, say: Any) -> str:
    """A length of time in one unit, in the reader's language."""
    for size, name in _SIZES:
        if seconds >= size:
            return str(say(name, f"{seconds / size:.0f}"))
    return str(say("s", f"{seconds:.0f}"))


def short(pseudonym: str | None) -> str:
    """The first eight digits of a pseudonym or digest; a dash for None."""
    return pseudonym[:8] if pseudonym else "–"


def tail(reference: str) -> str:
    """A comment's key, of a long one its last six letters."""
    key = reference.partition("#")[2]
    return f"#…{key[-6:]}" if len(key) > 10 else f"#{key}"


def address(url: str | None) -> str | None:
    """A URL that may stand in an href: http and https only; None for any other."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def link(name: str, **args: object) -> str:
    """The address of a page with its parameters; those that are None are left out."""
    path = "/" if name == "topic" else f"/{name}"
    given = "&".join(f"{key}={quote(str(value), safe=':/')}" for key, value in args.items() if value is not None)
    return f"{path}?{given}" if given else path


FILTERS = {
    "iso": iso,
    "local": local,
    "differences": lambda pair: shortened(differences(*pair)),
    "number": number,
    "signed": signed,
    "clock": clock,
    "minute": minute,
    "second": second,
    "exact": exact,
    "tail": tail,
    "span": span,
    "short": short,
    "address": address,
}
