"""Finds a person's ids in bytes and texts, whole ones only, and puts something else in their place."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

SHORTEST = 6  # a shorter id is never sought in bytes
FEW = 60
_KINDS = 4  # different letters: 99999999 and 333333 are no ids
_CHOSEN = 8  # letters: people choose word77 as an id, and pages have classes like it
_LONG = 20  # the longest id that people may choose at these sites
_DATE = re.compile("(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([0-9]{4}|[0-9]{6})?")
_COLOUR = re.compile("[0-9A-Fa-f]{6}")
_RUNS = re.compile("[0-9]+|[A-Za-z]+")
# What begins with a backslash or a percent sign is an escaped letter, and no part of the word behind it.
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\[bfnrt]|%[0-9A-Fa-f]{2}"
_TOKEN = re.compile(rf"{_ESCAPE}|[0-9A-Za-z]+")
_EDGE = r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))"
_ESCAPED = re.compile(r"\\u[0-9a-f]{4}|%[0-9A-F]{2}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def telling(name: str) -> bool:
    """Whether an id can hardly stand anywhere by chance: at least eight digits that are no date, or letters with digits or many
    marks, a name that is not ASCII, a long one. An id that people choose may be a word of every page."""
    if len(name) < SHORTEST or len(set(name)) < _KINDS:
        return False
    if not name.isascii() or len(name) > _LONG:
        return True
    digits, letters = (sum(map(kind, name)) for kind in (str.isdigit, str.isalpha))
    if not letters:
        return digits == len(name) >= _CHOSEN and not _DATE.fullmatch(name)
    if len(name) >= _CHOSEN:
        return digits > 1 or len({mark for mark in name if not mark.isalnum()}) > 2
    return name.isalnum() and len(_RUNS.findall(name)) > 2 and not _COLOUR.fullmatch(name)


def near(name: str) -> bool:
    """Whether a comment's id can hardly stand by chance in what is about its own article."""
    long = len(name) >= SHORTEST and len(set(name)) >= _KINDS
    return telling(name) or (long and name.isalnum() and any(map(str.isdigit, name)) and not _DATE.fullmatch(name))


class Needles:
    """Ids and what takes the place of each; only those that are `sought`. A number is sought as cursors spell it, too: in base
    36, behind zeros or counts. A name that is not ASCII is sought where it is all that an element, a text or a value says."""

    def __init__(self, places: Mapping[str, str], sought: Callable[[str], bool] = telling) -> None:
        bare = {name.removeprefix("-"): place for name, place in places.items()}
        wanted = {name: place for name, place in bare.items() if sought(name)}
        self._tokens = {name: place for name, place in wanted.items() if _TOKEN.fullmatch(name)}
        numbers = (name for name in wanted if name.isascii() and name.isdigit() and telling(name))
        self._cursors = {_base36(name): wanted[name] for name in numbers}
        self._lengths = sorted({len(text) for text in self._cursors}, reverse=True)
        others = {name: place for name, place in wanted.items() if name not in self._tokens}
        self._spelled = {text: place for name, place in others.items() for text in _spellings(name)}
        self._others = _pattern(others) if others else None
        self._odd = [text.encode("latin-1") for text in self._spelled if max(text) < "\u0100"]
        # A few are looked for one by one first, which is as fast as memory: nearly all pages name nobody.
        words = [name.encode() for name in (*self._tokens, *self._cursors)]
        self._few = [*words, *self._odd] if len(words) <= FEW else None

    def found(self, data: bytes) -> bool:
        """Whether one of them stands in bytes of any charset that has ASCII in it."""
        if self._few is not None and not any(name in data for name in self._few):
            return False
        text = data.decode("latin-1")
        if self._others is not None and any(name in data for name in self._odd) and self._others.search(text):
            return True
        tokens = _TOKEN.findall(text)
        if not self._tokens.keys().isdisjoint(tokens):
            return True
        return any(self._cursor(token) is not None for token in set(tokens)) if self._lengths else False

    def scrub(self, text: str) -> str:
        """The text with something else in the place of each."""
        if self._others is not None:
            text = self._others.sub(lambda match: (match["before"] or "") + self._spelled[match["name"] or match["odd"]], text)
        return _TOKEN.sub(self._one, text)

    def scrub_json(self, value: Any, but: frozenset[str] = frozenset()) -> Any:
        """The same for every text in decoded JSON, but not for keys, and for what stands under some of them."""
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, dict):
            return {name: each if name in but else self.scrub_json(each, but) for name, each in value.items()}
        return [self.scrub_json(each, but) for each in value] if isinstance(value, list) else value

    def _one(self, match: re.Match[str]) -> str:
        token = match[0]
        if token in self._tokens:
            return self._tokens[token]
        length = self._cursor(token)
        return token if length is None else token[:-length] + self._cursors[token[-length:]]

    def _cursor(self, token: str) -> int | None:
        """How many of its last letters are an id in base 36: all, or what stands behind a zero."""
        for length in self._lengths:
            if token[-length:] in self._cursors and (len(token) == length or token[-length - 1 : -length] == "0"):
                return length
        return None


def _spellings(name: str) -> set[str]:
    """How an id that is no plain word may be written: as text, in the charsets of these sites (their bytes as latin-1), escaped
    in JSON, in an address, in HTML."""
    escaped = json.dumps(name)[1:-1]
    found = {name, html.escape(name), escaped, escaped.replace("/", r"\/"), _ESCAPED.sub(_upper, escaped)}
    for charset in ("utf-8", "cp949"):
        data = name.encode(charset, "ignore")
        if data.decode(charset) == name:
            address = quote(data, safe="")
            found |= {data.decode("latin-1"), address, _ESCAPED.sub(lambda match: match[0].lower(), address)}
    if not name.isascii():
        found |= {
            "".join(c if c.isascii() else form.format(ord(c)) for c in name) for form in ("&#{};", "&#x{:x};", "&#x{:X};")
        }
    return found


def _upper(match: re.Match[str]) -> str:
    return match[0][:2] + match[0][2:].upper()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds ids that are no plain words: as `odd` those in ASCII, as `name` others, between what ends an element, a text, a
    value. Sites show a name as 홍길동님, too."""
    odd = _either(text for name in names if name.isascii() for text in _spellings(name))
    others = _either(text for name in names if not name.isascii() for text in _spellings(name))
    before = r"""(?:\A|[>"'=/:;(@]|\\u00[0-9A-Fa-f]{2}|\\[bfnrt]|%[0-7][0-9A-Fa-f])[ \t\r\n]*"""
    behind = rf"""[ \t\r\n]*(?:\Z|[<"'&/?#;()]|\\(?!u(?!00))|%[0-7]|{_either(_spellings("님"))})"""
    return re.compile(f"{_EDGE}(?P<odd>{odd})(?![0-9A-Za-z])|(?P<before>{before})(?P<name>{others})(?={behind})")


def _either(texts: Iterable[str]) -> str:
    """A pattern of any of them; of none where there is none."""
    return "|".join(sorted(map(re.escape, texts), key=len, reverse=True)) or "(?!)"


def _base36(number: str) -> str:
    n, text = int(number), ""
    while n:
        n, digit = divmod(n, 36)
        text = _DIGITS[digit] + text
    return text or "0"
