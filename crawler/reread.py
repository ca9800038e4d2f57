"""Rows of JSON that were read before. A thread that is looked at again shows nine rows of ten byte for byte as they were, and
in the tenth mostly two counts have changed: what such a row says is taken from memory, so `rebuild` reads it once. The same
bytes give the same record, as a parser must.

A row is known by two sums of its bytes, 96 bits together: Python's keyed hash, with a secret drawn anew in each process (no
site can make two rows with the same sums, as it can for faster ones: of XXH3 two texts were found to which a hundredth of all
seeds gives one sum), and a CRC. That is half the time of SHA-256, and the chance that an archive of a hundred million rows has
two that are taken for one is less than one in 10**15.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from msgspec import Raw, Struct
from msgspec.structs import replace
from zlib_ng.zlib_ng import crc32

from archive.records import Comment

ROWS = 60_000  # of a source remembered, twice (some 1.2 KB each): when so many are young, the old ones of all are forgotten
URLS = 400_000  # pages of a source known by the hash of their URL (some 80 bytes each); then all are forgotten
_SECRET = os.urandom(16)  # Python's own may be fixed, by PYTHONHASHSEED


class Shown(Struct, frozen=True, gc=False):
    """What a row says: a comment, and what else its source wants of it."""

    comment: Comment


_T = TypeVar("_T", bound=Shown)


class Reread(Generic[_T]):
    """Reads rows with a pure function of their bytes. `counts` is where likes and dislikes stand side by side, which move while
    all else stays: two groups of digits, behind the bytes of `begin`."""

    def __init__(self, read: Callable[[bytes], _T], begin: bytes, counts: re.Pattern[bytes]) -> None:
        self._read, self._begin, self._counts = read, begin, counts
        self._young: dict[int, _T] = {}
        self._old: dict[int, _T] = {}
        self._names: dict[int, int] = {}  # of a row by that of the same row without its counts
        self._moving: set[int] = set()  # of those without their counts: all else is known to stay when these move
        self._pages: set[int] = set()
        _everyone.add(self)

    def first(self, url: str) -> bool:
        """Whether a page is seen for the first time. Then it is only read: a run that sees each page once pays nothing for
        remembering, and need not find where its rows begin and end."""
        page = hash(url)
        if page in self._pages:
            return False
        if len(self._pages) >= URLS:
            self._pages.clear()
        self._pages.add(page)
        return True

    def rows(self, rows: list[Raw]) -> list[_T]:
        """What the rows of a page say, in their order. Raises what the function raises."""
        young, secret = self._young, _SECRET
        found = []
        for raw in rows:
            data = secret + raw
            name = hash(data) << 32 | crc32(data)
            one = young.get(name)
            if one is None:
                one = self._old.pop(name, None)
                young[name] = one = one if one is not None else self._new(name, bytes(raw))
            found.append(one)
        if len(young) > ROWS:
            for each in _everyone:  # a rebuild reads one source after the other: what the last one left must go, too
                each._grow_old()
        return found

    def _grow_old(self) -> None:
        self._old, self._young = self._young, {}
        self._names = {bare: name for bare, name in self._names.items() if name in self._old}
        self._moving &= self._names.keys()

    def _new(self, name: int, row: bytes) -> _T:
        """What a row says that was not read as it is."""
        counts = self._counts.match(row, row.find(self._begin))  # faster than a search
        if counts is None:
            return self._read(row)
        before, after = row[: counts.start()], row[counts.end() :]
        data = b"%b%b\0%b" % (_SECRET, before, after)  # no JSON has this byte
        bare = hash(data) << 32 | crc32(data)
        likes, dislikes = int(counts[1]), int(counts[2])
        known, self._names[bare] = self._names.get(bare), name
        # What it said before is past: no page shows it again.
        last = (self._young.pop(known, None) or self._old.pop(known, None)) if known is not None else None
        if last is not None and bare in self._moving:
            return _recounted(last, likes, dislikes)
        one = self._read(row)
        if last is not None and one == _recounted(last, likes, dislikes):
            # Numbers of the same names may stand elsewhere in a row, too, and be the ones that count: so others are tried,
            # once. Those that stand elsewhere cannot be both these and the others.
            (start, end), (second, last_end) = counts.span(1), counts.span(2)
            tried = b"%b%d%b%d%b" % (row[:start], likes + 1, row[end:second], dislikes + 2, row[last_end:])
            if self._read(tried) == _recounted(one, likes + 1, dislikes + 2):
                self._moving.add(bare)
        return one


def _recounted(one: _T, likes: int, dislikes: int) -> _T:
    return replace(one, comment=replace(one.comment, likes=likes, dislikes=dislikes))


_everyone: WeakSet[Reread[Any]] = WeakSet()
