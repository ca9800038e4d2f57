"""Rows of JSON that were read before. A thread that is looked at again shows nine rows of ten byte for byte as they were: what
such a row says is taken from memory, so `rebuild` reads it once. The same bytes give the same record, as a parser must.

A row is known by two sums of its bytes, 96 bits together: Python's keyed hash, with a secret drawn anew in each process (no
site can make two rows with the same sums), and a CRC. That is half the time of SHA-256, and the chance that an archive of a
hundred million rows has two that are taken for one is less than one in 10**15.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Raw
from zlib_ng.zlib_ng import crc32

ROWS = 60_000  # remembered, twice (some 1.2 KB each): when so many are young, the old ones are forgotten
URLS = 100_000  # of pages; then all are forgotten
_SECRET = os.urandom(16)  # Python's own may be fixed, by PYTHONHASHSEED
_T = TypeVar("_T")


class Reread(Generic[_T]):
    """Reads rows with a pure function of their bytes."""

    def __init__(self, read: Callable[[Raw], _T]) -> None:
        self._read = read
        self._young: dict[tuple[int, int], _T] = {}
        self._old: dict[tuple[int, int], _T] = {}
        self._pages: set[str] = set()

    def first(self, url: str) -> bool:
        """Whether a page is seen for the first time. Then it is only read: a run that sees each page once pays nothing for
        remembering, and need not find where its rows begin and end."""
        if url in self._pages:
            return False
        if len(self._pages) >= URLS:
            self._pages.clear()
        self._pages.add(url)
        return True

    def rows(self, rows: list[Raw]) -> list[_T]:
        """What the rows of a page say, in their order. Raises what the function raises."""
        read, young, old, secret = self._read, self._young, self._old, _SECRET
        found = []
        for raw in rows:
            data = secret + raw
            name = hash(data), crc32(data)
            one = young.get(name)
            if one is None:
                one = old.get(name)
                if one is None:
                    one = read(raw)
                young[name] = one
            found.append(one)
        if len(young) > ROWS:
            self._old, self._young = young, {}
        return found
