"""Times on the command line: ISO, `now`, or Korean and English words; echoed as ISO so that nobody guesses."""

from __future__ import annotations

from typing import Any

import click

from archive import overview
from archive.times import from_iso, iso, now
from crawler import words
from crawler.errors import Misuse

LATEST = 1 << 62  # later than all that was seen: the end of a window that nobody named
_LAST = 253_402_268_399_999  # of the year 9999 in Seoul: what comes then cannot be shown


class Time(click.ParamType[int]):
    """A time in UTC ms. Without an offset it is Asia/Seoul; a day alone, however written, is its beginning (`end`: its end)."""

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The time. Fails with one line for what it cannot read."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        if text == "now":
            return overview.now(ctx.params["root"]) if ctx is not None else now()
        try:
            found = from_iso(text, end=self._end)
        except ValueError:
            worded = words.moment(text, end=self._end)
            if worded is None:
                self.fail(f"{text!r} is no time. Write 2026-11-22T14:00, now, 어제 or '3 hours ago'", param, ctx)
            found = worded
            click.echo(f"{text} = {iso(found)}", err=True)
        if not 0 <= found <= _LAST:
            self.fail(f"{text!r} is not between 1970 and 9999", param, ctx)
        return found


def check_window(start: int, end: int) -> None:
    """Raises Misuse for a window (UTC ms) that ends before it begins."""
    if start > end:
        raise Misuse(f"the window ends ({iso(end)}) before it begins ({iso(start)})")
