"""Manifests: what a seal says of an archive's files. Written once, never changed; each names the one before it.

manifest/2026-11-22.json lists files of that UTC day that nobody will go on in; what of the day is sealed later stands in
manifest/2026-11-22.2.json. Time-stamp tokens of a manifest stand beside it.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from archive.errors import Damaged

NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.json")


class SealedFile(Struct):
    """One WARC file: its bytes, the last entry of its chain, and the Merkle root over all entries of its chain (all in hex)."""

    name: str
    bytes: int
    sha256: str
    records: int
    groups: int
    chain: str
    root: str


class Before(Struct):
    """The manifest sealed before this one: its file name, the sha256 of its bytes, its root."""

    name: str
    sha256: str
    root: str


class Manifest(Struct):
    """What one file under manifest/ says. `root` is the Merkle root over the roots of the files, in their order."""

    format: int
    day: str
    sealed_at: str
    before: Before | None
    root: str
    files: list[SealedFile]


def manifest_paths(root: Path) -> list[Path]:
    """The manifests of an archive by day and number."""
    found = [
        (match[1], int(match[2] or 1), path)
        for path in (root / "manifest").glob("*.json")
        if (match := NAME.fullmatch(path.name))
    ]
    return [path for _, _, path in sorted(found)]


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """A manifest, and the sha256 of its bytes in hex. Raises Damaged."""
    try:
        data = path.read_bytes()
        return msgspec.json.decode(data, type=Manifest), sha256(data).hexdigest()
    except (OSError, msgspec.DecodeError) as error:
        raise Damaged(f"{path.name}: no manifest that can be read ({error})") from None
