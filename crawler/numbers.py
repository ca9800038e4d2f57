"""Counts as sites print them: `1,042`, `1.2만`, `3백만`, `1억 2천만`, `1.2K`. Never a guess."""

from __future__ import annotations

import re
import unicodedata

from archive.records import Number

_LONGEST = 40  # characters; a longer text is no count
_LIMIT = 10**18  # values have at most 18 digits: SQLite's integers hold them
_SMALL = {"천": 1_000, "백": 100, "십": 10, "": 1}
_LARGE = {"조": 10**12, "억": 10**8, "만": 10**4, "": 1}
_UNITS = {small + large: _SMALL[small] * _LARGE[large] for small in _SMALL for large in _LARGE if small + large}
_UNITS |= {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9}  # not m and b, which are also minutes and bytes

_WHOLE = "(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,18})"
_EXACT = re.compile(f"[+-]?{_WHOLE}")
_SHORT = re.compile(rf"(?P<sign>[+-]?)(?P<whole>{_WHOLE})(?:\.(?P<part>[0-9]{{1,9}}))? ?(?P<unit>{'|'.join(_UNITS)})")
# Every term but the last has a unit, so there is one way to take a text apart; a space only after 만, 억 or 조.
_TERM = rf"{_WHOLE}(?:[천백십](?:[만억조] ?)?|[만억조] ?)"
_LONG = re.compile(  # not "1만2", which is short for 1만2천 as well as 10002
    rf"(?!.*[천백십만억조][0-9]$)(?P<sign>[+-]?)(?P<terms>(?:{_TERM}){{2,8}}(?:{_WHOLE})?|{_TERM}{_WHOLE})"
)
_TERMS = re.compile(rf"({_WHOLE})([천백십]?)([만억조]?)")
_WIDE = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x2212: 0x2D, 0x200B: None, 0xFEFF: None}


def read(text: str | None) -> Number | None:
    """The count that a site printed: `exact` when it gave every digit, `rounded` when it gave a unit (1만, 1.2K).

    None when there is none or it is not surely read: "", "-", "1.042" (a separator or a decimal point?), "99+"
    (only a lower bound: 99 would be a number that nobody counted). A sign is a sign: "-8" is -8, "+12" is 12.
    Labels around the number are the parser's work; only white space is taken off.
    """
    if text is None or len(text) > _LONGEST:
        return None
    plain = " ".join(unicodedata.normalize("NFC", text).translate(_WIDE).split())
    if _EXACT.fullmatch(plain):
        value = int(plain.replace(",", ""))
        return Number(value, "exact", str(text)) if abs(value) < _LIMIT else None
    if match := _SHORT.fullmatch(plain):
        found = _short(match["whole"], match["part"] or "", _UNITS[match["unit"]])
    elif match := _LONG.fullmatch(plain):
        found = _long(match["terms"])
    else:
        return None
    if found is None or found >= _LIMIT:
        return None
    return Number(-found if match["sign"] == "-" else found, "rounded", str(text))


def _short(whole: str, part: str, unit: int) -> int | None:
    """A number and one unit; None when it is no whole number ("1.23456만")."""
    value, rest = divmod(int(whole.replace(",", "") + part) * unit, 10 ** len(part))
    return None if rest else value


def _long(terms: str) -> int | None:
    """Several terms, as in `1억 2천5백만`; None when they do not get smaller."""
    total = section = 0  # a section is what 만, 억 or 조 multiplies: 2천5백
    above_total = above_section = _LIMIT
    for digits, small, large in _TERMS.findall(terms):
        value = int(digits.replace(",", "")) * _SMALL[small]
        if not 0 < value < above_section:
            return None
        section, above_section = section + value, _SMALL[small]
        if large or not small:
            value = section * _LARGE[large]
            if value >= above_total:
                return None
            total, above_total = total + value, _LARGE[large]
            section, above_section = 0, _LIMIT
    return total + section if section < above_total else None
