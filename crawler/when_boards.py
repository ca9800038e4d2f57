"""Dates in the lists of community boards: a site has one shape of a date without its year, which its parser names."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import structs

from archive.records import Moment
from crawler import when

Yearless = Literal["MM-DD", "MM.DD", "MM/DD"]
_TWO_PARTS = re.compile(r"\s*([0-9]{1,2})\s?([-./])\s?([0-9]{1,2})(?!\s?[-./0-9])(.*)", re.DOTALL)

_EARLIEST = 631_119_600_000  # 1990, as of every date that is read


def read(text: str | None, seen_at: int, yearless: Yearless | None = None) -> Moment | None:
    """As `when.read`: what a board printed as `text`, seen at `seen_at` (UTC ms), or None where it is not surely read.

    `yearless` is the site's own shape of a date without a year, with or without a time behind: in that shape `9.12` is a day
    too. A date of two parts in any other shape is not read, as that site does not print it. Three parts begin with the year.
    """
    two = _TWO_PARTS.fullmatch(text) if text else None
    if text is None or two is None:
        return when.read(text, seen_at) if text else None
    if yearless is None or two[2] != yearless[2]:
        return None
    found = when.read(f"{two[1]:0>2}{two[2]}{two[3]:0>2}{two[4]}", seen_at)
    return structs.replace(found, raw=str(text)) if found else None


def at_latest(moment: Moment | None) -> Moment | None:
    """The same as an upper bound, where a board shows another date of a post than its first, or leaves out the year of any."""
    return structs.replace(moment, start=_EARLIEST) if moment is not None else None
