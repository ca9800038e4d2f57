"""Seals files that nobody will go on in: lists them in manifests that are written once and name the one before.

Killed anywhere it leaves either no manifest or a whole one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, field

from archive.errors import WriteFailed
from archive.lock import SourceLock
from archive.manifest import (
    NAME,
    Before,
    Manifest,
    SealedFile,
    as_bytes,
    day_of,
    last_manifest,
    listed,
    manifest_paths,
    read_manifest,
)
from archive.merkle import root_of
from archive.schema import FORMAT
from archive.verify_bytes import Checked, check_files
from archive.warc_reader import files, source_of
from archive.warc_writer import fsync_folder


class Sealed(Struct):
    """What a seal did: the manifests that it wrote, how many files they list; which files it left out, and why; which are
    damaged. One line each."""

    manifests: list[Before] = field(default_factory=list)
    files: int = 0
    left_out: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def seal(root: Path, now: int, *, newest: bool = True) -> Sealed:
    """Lists every complete file that no manifest lists yet; `now` is UTC ms.

    The newest file of a source may be gone on in: it is sealed under that source's lock, or left out where a run holds it or
    `newest` is false. Raises WriteFailed where a manifest cannot be written, Damaged where one cannot be read.
    """
    sealed = Sealed()
    with alone(root), contextlib.ExitStack() as locks:
        complete, held = _to_seal(root, sealed)
        days: defaultdict[str, list[SealedFile]] = defaultdict(list)
        for checked in _check(complete):
            _sort_in(checked, days, sealed)
        for checked in _check(list(_locked(root, held if newest else [], sealed, locks))):
            _sort_in(checked, days, sealed)
        for day in sorted(days):
            sealed.manifests.append(_write(root, day, days[day], now))
            sealed.files += len(days[day])
    return sealed


def unsealed(root: Path) -> list[Path]:
    """The files that no manifest lists, open ones included. Raises Damaged."""
    named = listed(root)
    return [path for path in files(root) if path.name not in named]


def _to_seal(root: Path, sealed: Sealed) -> tuple[list[Path], list[Path]]:
    """The files that nobody goes on in, and those that a run may go on in."""
    last = {source_of(path): path for path in files(root)}
    complete, held = list[Path](), list[Path]()
    for path in unsealed(root):
        if path.name.endswith(".open"):
            sealed.left_out.append(f"{path.name}: being written, or left by a killed run; the next run closes it")
        else:
            (held if path == last[source_of(path)] else complete).append(path)
    return complete, held


def _locked(root: Path, held: list[Path], sealed: Sealed, locks: contextlib.ExitStack) -> Iterator[Path]:
    for path in held:
        lock = SourceLock(root, source_of(path))
        if not lock.take():
            said = f"process {lock.holder()[0]} is collecting {source_of(path)} and may go on in it"
            sealed.left_out.append(f"{path.name}: {said}")
            continue
        locks.callback(lock.release)
        if path.exists():  # else a run opened it again and was killed before the lock was ours
            yield path


def _check(paths: list[Path]) -> Iterator[Checked]:
    return check_files(paths, {path.name for path in paths})


def _sort_in(checked: Checked, days: dict[str, list[SealedFile]], sealed: Sealed) -> None:
    if checked.problems:
        sealed.damaged += [f"{checked.file.name}: {problem}" for problem in checked.problems]
    else:
        days[day_of(checked.file.name)].append(checked.file)


def _write(root: Path, day: str, files: list[SealedFile], now: int) -> Before:
    manifest = Manifest(
        format=FORMAT,
        day=day,
        sealed_at=f"{datetime.fromtimestamp(now / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{now % 1000:03}Z",
        before=last_manifest(root),
        root=root_of([bytes.fromhex(file.root) for file in files]).hex(),
        files=files,
    )
    numbers = [int(number or 1) for of_day, number in map(_named, manifest_paths(root)) if of_day == day]
    path = root / "manifest" / (f"{day}.{max(numbers) + 1}.json" if numbers else f"{day}.json")
    put(path, as_bytes(manifest))
    return Before(path.name, read_manifest(path)[1], manifest.root)


def _named(path: Path) -> tuple[str, str | None]:
    match = NAME.fullmatch(path.name)
    assert match is not None
    return match[1], match[2]


def put(path: Path, data: bytes) -> None:
    """Writes a file under manifest/, whole or not at all. For one who is `alone`. Raises WriteFailed."""
    new = path.with_name("new.tmp")  # one that a killed seal left is written over
    try:
        path.parent.mkdir(exist_ok=True)
        new.unlink(missing_ok=True)
        with new.open("xb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
        new.rename(path)
        for folder in (path.parent, path.parent.parent):
            fsync_folder(folder)
    except OSError as error:
        raise WriteFailed(f"cannot write {path}: {error.strerror or error}") from error


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else seals, or changes a file that could be sealed, meanwhile. Waits its turn. Raises WriteFailed."""
    path = root / "locks" / "manifest.lock"
    try:
        path.parent.mkdir(exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WriteFailed(f"cannot make {path}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
