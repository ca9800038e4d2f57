"""The member list of a page: comment ids in the site's order, as zigzag varint deltas in a BLOB."""

from __future__ import annotations

from collections.abc import Iterable


def pack(ids: Iterable[int]) -> bytes:
    """The ids, in order, as bytes: about 1 to 2 bytes each when neighbours were first seen together."""
    out = bytearray()
    last = 0
    for n in ids:
        delta = n - last
        last = n
        z = (delta << 1) ^ (delta >> 63)
        while z > 127:
            out.append(z & 127 | 128)
            z >>= 7
        out.append(z)
    return bytes(out)


def unpack(blob: bytes) -> list[int]:
    """The ids, in order. Raises ValueError for a blob that ends inside a number."""
    ids = []
    last = z = shift = 0
    for byte in blob:
        if byte > 127:
            z |= (byte & 127) << shift
            shift += 7
            continue
        z |= byte << shift
        last += (z >> 1) ^ -(z & 1)
        ids.append(last)
        z = shift = 0
    if shift:
        raise ValueError("sightings: the list of comments ends inside a number")
    return ids
