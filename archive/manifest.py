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

from archive.errors import NO_JSON, Damaged
from archive.warc_reader import NAME as FILE_NAME

NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.json")
STAMP = re.compile(r"(?P<manifest>\d{4}-\d\d-\d\d(?:\.\d+)?\.json)\.(?P<number>[1-9]\d*)\.(?P<kind>tsr|pem)")


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
    """What one file under manifest/ says. `root` is the Merkle root over the roots of the files, in their order; `check` is the
    sha256 of the manifest's bytes before the line that names it."""

    format: int
    day: str
    sealed_at: str
    before: Before | None
    root: str
    files: list[SealedFile]
    check: str = ""


def manifest_paths(root: Path) -> list[Path]:
    """The manifests of an archive by day and number."""
    found = [
        (match[1], int(match[2] or 1), path)
        for path in (root / "manifest").glob("*.json")
        if (match := NAME.fullmatch(path.name))
    ]
    return [path for _, _, path in sorted(found)]


def tokens_of(path: Path) -> list[Path]:
    """The time-stamp tokens beside a manifest."""
    return [token for token in path.parent.glob(f"{path.name}.*.tsr") if STAMP.fullmatch(token.name)]


def unstamped_days(root: Path) -> list[str]:
    """The days with a manifest that has no token."""
    return sorted({path.name[:10] for path in manifest_paths(root) if not tokens_of(path)})


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """A manifest, and the sha256 of its bytes in hex. Raises Damaged."""
    try:
        if path.exists() and not path.is_file():  # a pipe, say, would never end
            raise Damaged(f"{path.name}: not a file")
        data = path.read_bytes()
        return msgspec.json.decode(data, type=Manifest), sha256(data).hexdigest()
    except (OSError, *NO_JSON) as error:
        raise Damaged(f"{path.name}: no manifest that can be read ({error})") from None


def as_bytes(manifest: Manifest) -> bytes:
    """The one way to write a manifest, `check` filled in: any other bytes are a changed one."""
    return _with_check(msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def _with_check(text: bytes) -> bytes:
    before, name, _ = text.rpartition(b'  "check": ')
    return before + name + f'"{sha256(before).hexdigest()}"\n}}\n'.encode()


def last_manifest(root: Path) -> Before | None:
    """The manifest that no other names as the one before it; of several (one was lost) the latest. Raises Damaged."""
    read = {path.name: read_manifest(path) for path in manifest_paths(root)}
    named = {manifest.before.name for manifest, _ in read.values() if manifest.before}
    ends = [(manifest.sealed_at, name, digest, manifest.root) for name, (manifest, digest) in read.items() if name not in named]
    return Before(*max(ends)[1:]) if ends else None


def listed(root: Path) -> set[str]:
    """The names of the files that are sealed. Raises Damaged."""
    return {file.name for path in manifest_paths(root) for file in read_manifest(path)[0].files}


def is_sealed(root: Path, name: str) -> bool:
    """Whether a manifest lists the file of that name, or one of its day cannot be read."""
    try:
        of_its_day = [read_manifest(path)[0] for path in manifest_paths(root) if path.name.startswith(day_of(name))]
    except Damaged:
        return True
    return any(file.name == name for manifest in of_its_day for file in manifest.files)


def day_of(name: str) -> str:
    """The UTC day of a WARC file, from its name, as manifests write it."""
    match = FILE_NAME.fullmatch(name)
    if match is None:
        raise Damaged(f"{name}: not the name of an archive file")
    return f"{match['day'][:4]}-{match['day'][4:6]}-{match['day'][6:]}"
