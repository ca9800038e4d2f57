"""Bytes that are no text: a few are somebody's half letter, many are a page in another charset."""

from __future__ import annotations

import re

_FEW = 10  # of them nobody can tell
_ONE_IN = 10  # of Korean text in another charset a fifth and more is none: UTF-8 read as CP949 the least of all
_ASCII = bytes(range(128))
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")


def stray(data: bytes, text: str) -> int:
    """How many bytes of what was decoded are no text. One that the site itself gave as U+FFFD is, and so is an emoji that it
    wrote as two halves, as old databases do."""
    return max(0, text.count("\ufffd") - data.count(b"\xef\xbf\xbd") - 6 * len(_HALVES.findall(data)))


def is_in_another(data: bytes, found: int) -> bool:
    """Whether so many stray bytes are too many for the letters of a page, whatever mark-up it has beside them."""
    return found > _FEW and found * _ONE_IN > len(data.translate(None, _ASCII))
