"""Merkle trees as in RFC 6962 (2.1): one root over many entries, and the short path that proves that one is among them."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple


class Step(NamedTuple):
    """One neighbour on the way up: on which side it stands (`left` or `right`), and its hash."""

    side: str
    digest: bytes


def root_of(entries: list[bytes]) -> bytes:
    """The root over the entries, in their order; of none, the sha256 of nothing."""
    if not entries:
        return sha256(b"").digest()
    return _fold([_leaf(entry) for entry in entries])


def path_of(entries: list[bytes], n: int) -> list[Step]:
    """The steps from entry n up to the root, the lowest first."""
    steps: list[Step] = []
    level = [_leaf(entry) for entry in entries]
    while len(level) > 1:
        half = 1 << (len(level) - 1).bit_length() - 1
        if n < half:
            steps.append(Step("right", _fold(level[half:])))
            level = level[:half]
        else:
            steps.append(Step("left", _fold(level[:half])))
            level, n = level[half:], n - half
    return steps[::-1]


def climb(entry: bytes, path: list[Step]) -> bytes:
    """The root that an entry and its path lead to."""
    digest = _leaf(entry)
    for side, other in path:
        digest = _node(other, digest) if side == "left" else _node(digest, other)
    return digest


def _fold(level: list[bytes]) -> bytes:
    """The root over leaves: in pairs, a last one alone goes up as it is (the same tree as RFC 6962's halving)."""
    while len(level) > 1:
        up = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = up + level[len(level) & ~1 :]
    return level[0]


def _leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
