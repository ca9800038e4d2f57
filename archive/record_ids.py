"""Which record ids an archive holds, in few bytes: whether one stands twice, and whether there is one of that name."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256

_PLACE = 40  # bits of an offset; above them the number of its file


def identity(name: str) -> bytes:
    """What stands for a WARC-Record-ID here: 16 bytes."""
    return sha256(name.encode()).digest()[:16]


class RecordIds:
    """24 bytes a record, in 256 parts that are looked through one after the other."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._parts = [bytearray() for _ in range(256)]

    def add(self, name: str, ids: bytes | bytearray, offsets: array[int]) -> None:
        """The ids of a file's records, one behind the other, and where these lie."""
        file = len(self._files) << _PLACE
        self._files.append(name)
        for n, offset in enumerate(offsets):
            self._parts[ids[16 * n]] += ids[16 * n : 16 * n + 16] + (file | offset).to_bytes(8, "big")

    def doubled(self) -> Iterator[tuple[str, int, str, int]]:
        """File and offset of each record whose id stood before; file and offset there."""
        for part in self._parts:
            seen: dict[bytes, int] = {}
            for n in range(0, len(part), 24):
                first = seen.setdefault(bytes(part[n : n + 16]), n)
                if first != n:
                    yield *self._place(part, n), *self._place(part, first)

    def missing(self, names: Iterable[str]) -> set[str]:
        """Those of some ids that no record has."""
        wanted = {identity(name): name for name in names}
        for key in list(wanted):
            part = self._parts[key[0]]
            if any(part[n : n + 16] == key for n in range(0, len(part), 24)):
                del wanted[key]
        return set(wanted.values())

    def _place(self, part: bytearray, n: int) -> tuple[str, int]:
        number = int.from_bytes(part[n + 16 : n + 24], "big")
        return self._files[number >> _PLACE], number & ((1 << _PLACE) - 1)
