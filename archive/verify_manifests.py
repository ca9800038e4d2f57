"""Checks the manifests: each as it was written, one before the other without a gap, and every file as they list it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import structs

from archive.errors import Damaged
from archive.file_names import shown
from archive.manifest import NAME, STAMP, Manifest, SealedFile, as_bytes, day_of, read_manifest
from archive.merkle import root_of
from archive.verify_bytes import Claim
from archive.warc_reader import NAME as FILE_NAME

_OF_CHAIN = ("groups", "chain", "root")
_FIELDS = ("bytes", "sha256", "records", "groups", "chain", "root")


def check_manifests(
    root: Path,
    paths: Iterable[Path],
    files: dict[str, SealedFile],
    claims: Iterable[tuple[str, Claim]],
    redacted: set[str],
) -> Iterator[str]:
    """What is wrong with the manifests at `paths`, one line each. `files` is what they are now, by name; `claims` what runs
    said of manifests, by file; `redacted` the names of files with tombstones, whose chain and root are what was sealed, and
    their bytes are not."""
    folder = root / "manifest"
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):  # a glob would say that it is empty
        yield "manifest: cannot be read: no right to"
        return
    read: dict[str, tuple[Manifest, str]] = {}
    for path in paths:
        try:
            manifest, digest = read_manifest(path)
        except Damaged as error:
            yield f"manifest/{error}"
            continue
        read[path.name] = manifest, digest
        yield from (f"manifest/{path.name}: {problem}" for problem in _manifest(path, manifest))
    yield from _strangers(root)
    yield from _order(root, read)
    for file, claim in claims:
        said = f"the run at {file}: at {claim.at} saw it with sha256 {claim.sha256}"
        if not _is_there(root, claim.manifest):
            yield f"manifest/{claim.manifest}: is missing: {said}"
        elif claim.manifest in read and read[claim.manifest][1] != claim.sha256:
            yield f"manifest/{claim.manifest}: changed: {said}"
    yield from _files(read, files, redacted)


def _manifest(path: Path, manifest: Manifest) -> Iterator[str]:
    match = NAME.fullmatch(path.name)
    if as_bytes(manifest) != path.read_bytes():
        yield "changed: its bytes are not those that were written"
    if match is None or match[1] != manifest.day:
        yield f"says that it is of the day {manifest.day}"
    for file in manifest.files:
        if not FILE_NAME.fullmatch(file.name) or day_of(file.name) != manifest.day:
            yield f"lists {file.name}, which is no file of its day"
    try:
        fits = root_of([bytes.fromhex(file.root) for file in manifest.files]).hex() == manifest.root
    except ValueError:
        fits = False
    if not fits:
        yield "its root is not that of its files"


def _strangers(root: Path) -> Iterator[str]:
    for path in sorted((root / "manifest").glob("*")):
        known = NAME.fullmatch(path.name) or STAMP.fullmatch(path.name)
        if not known and path.name != "new.tmp":  # that one a killed seal left
            yield f"manifest/{shown(path.name)}: not a manifest of this archive"


def _order(root: Path, read: dict[str, tuple[Manifest, str]]) -> Iterator[str]:
    """Each names the one sealed before it, so that none can be taken out or changed alone."""
    followed: dict[str, str] = {}
    firsts = [name for name, (manifest, _) in read.items() if manifest.before is None]
    if len(firsts) > 1:
        yield f"manifest/{firsts[1]}: names no manifest before it, as {firsts[0]} does: one of them was put there"
    for name, (manifest, _) in read.items():
        before = manifest.before
        if before is None:
            continue
        if not _is_there(root, before.name):
            yield f"manifest/{before.name}: is missing: {name} names it as the one sealed before it"
        elif before.name in read:
            found, digest = read[before.name]
            if (before.sha256, before.root) != (digest, found.root):
                yield f"manifest/{before.name}: changed: {name} names it with sha256 {before.sha256}"
        if before.name in followed:
            yield f"manifest/{name}: names {before.name} as the one before it, as {followed[before.name]} does"
        followed[before.name] = name


def _is_there(root: Path, name: str) -> bool:
    """Whether a manifest of that name is there; what has another name, or leads elsewhere, is none."""
    return NAME.fullmatch(name) is not None and (root / "manifest" / name).exists()


def _files(read: dict[str, tuple[Manifest, str]], files: dict[str, SealedFile], redacted: set[str]) -> Iterator[str]:
    listed: dict[str, str] = {}
    for name, (manifest, _) in read.items():
        for said in manifest.files:
            if said.name in listed:
                yield f"manifest/{name}: lists {said.name}, which {listed[said.name]} lists too"
            listed[said.name] = name
            found = files.get(said.name)
            if found is None:
                yield f"{said.name}: the file is missing; manifest/{name} lists it"
            elif found != said:
                now, then = structs.asdict(found), structs.asdict(said)
                fields = _OF_CHAIN if said.name in redacted else _FIELDS
                differing = [f"{field} {now[field]}, sealed {then[field]}" for field in fields if now[field] != then[field]]
                if differing:
                    yield f"{said.name}: not as manifest/{name} lists it: {'; '.join(differing)}"
