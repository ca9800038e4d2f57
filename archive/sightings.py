"""The member list of a page: the numbers that its comments have in their article, in the site's order, as a BLOB.

The first byte says how many bytes each number takes (1, 2 or 4); then they stand one after the other, little-endian. So most
sightings are a byte or two, and a list is read by the processor and not by Python.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence

_CODES = {1: "B", 2: "H", 4: "I"}
# For SQL: whether a number's bytes stand in `s.ids` at all, which `place` then looks at. Its values are those of `listed`. A
# list of single bytes is less than x'02'.
LISTED = "instr(s.ids, iif(s.ids < x'02', :byte, :bytes))"


def pack(numbers: Sequence[int]) -> bytes:
    """The numbers (from 1), in order, as bytes. Raises OverflowError for one beyond 32 bits."""
    top = max(numbers, default=0)
    packed = array("B" if top < 1 << 8 else "H" if top < 1 << 16 else "I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return bytes((packed.itemsize,)) + packed.tobytes()


def unpack(blob: bytes) -> list[int]:
    """The numbers, in order. Raises ValueError for a blob that is no such list or ends inside a number."""
    code = _CODES.get(blob[0]) if blob else None
    if code is None:
        raise ValueError("sightings: not a list of comments")
    numbers = array(code)
    try:
        numbers.frombytes(blob[1:])
    except ValueError:
        raise ValueError("sightings: the list of comments ends inside a number") from None
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def place(blob: bytes, number: int) -> int | None:
    """Where a number stands in a list (from 0) for the first time; None where it does not."""
    width = blob[0]
    if number >> 8 * width:
        return None
    wanted = number.to_bytes(width, "little")
    at = blob.find(wanted, 1)
    while at >= 0 and (at - 1) % width:
        at = blob.find(wanted, at + 1)
    return (at - 1) // width if at >= 0 else None


def listed(number: int) -> dict[str, bytes]:
    """The values of `LISTED` for a number."""
    bytes_of = number.to_bytes(4, "little")
    return {"byte": bytes_of[:1], "bytes": bytes_of[:2]}


def any_listed(numbers: Iterable[int]) -> tuple[str, dict[str, bytes]]:
    """`LISTED` for some numbers at once, and its values: whether the bytes of any of them stand in `s.ids`."""
    parts, values = [], dict[str, bytes]()
    for n, number in enumerate(numbers):
        parts.append(LISTED.replace(":byte", f":n{n}_byte"))
        values |= {f"n{n}_{name}": value for name, value in listed(number).items()}
    return " OR ".join(parts), values
