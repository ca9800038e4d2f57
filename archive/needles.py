"""Finds a person's ids in bytes and texts, whole ones only, and puts something else in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SHORTEST = 6  # a shorter id would be found by chance in other numbers: it is sought only where the parser reads it
FEW = 60
_TOKEN = re.compile(r"[0-9A-Za-z]+")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Needles:
    """Ids and what takes the place of each. A number is sought as cursors spell it, too: in base 36, behind zeros or counts."""

    def __init__(self, places: Mapping[str, str], shortest: int = SHORTEST) -> None:
        bare = {name.removeprefix("-"): place for name, place in places.items()}
        wanted = {name: place for name, place in bare.items() if len(name) >= shortest}
        self._tokens = {name: place for name, place in wanted.items() if _TOKEN.fullmatch(name)}
        self._cursors = {_base36(name): place for name, place in wanted.items() if name.isascii() and name.isdigit()}
        self._lengths = sorted({len(text) for text in self._cursors}, reverse=True)
        odd = sorted((name for name in wanted if name not in self._tokens), key=len, reverse=True)
        self._odd = re.compile("|".join(map(re.escape, odd))) if odd else None
        self._places = wanted
        # A few are looked for one by one first, which is as fast as memory: nearly all pages name nobody.
        spelled = [*wanted, *self._cursors]
        self._few = [name.encode() for name in spelled] if len(spelled) <= FEW else None

    def found(self, data: bytes) -> bool:
        """Whether one of them stands in bytes of any charset that has ASCII in it."""
        if self._few is not None and not any(name in data for name in self._few):
            return False
        text = data.decode("latin-1")
        tokens = _TOKEN.findall(text)
        if not self._tokens.keys().isdisjoint(tokens) or (self._odd is not None and self._odd.search(text)):
            return True
        return any(self._cursor(token) is not None for token in set(tokens)) if self._lengths else False

    def scrub(self, text: str) -> str:
        """The text with something else in the place of each."""
        if self._odd is not None:
            text = self._odd.sub(lambda match: self._places[match[0]], text)
        return _TOKEN.sub(self._one, text)

    def scrub_json(self, value: Any) -> Any:
        """The same for every text in decoded JSON."""
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, dict):
            return {self.scrub(name): self.scrub_json(each) for name, each in value.items()}
        return [self.scrub_json(each) for each in value] if isinstance(value, list) else value

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


def _base36(number: str) -> str:
    n, text = int(number), ""
    while n:
        n, digit = divmod(n, 36)
        text = _DIGITS[digit] + text
    return text or "0"
