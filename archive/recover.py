"""What a killed writer left: whole groups stay, the torn tail is moved aside (never thrown away), the name is given back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from archive.errors import Damaged, WriteFailed
from archive.file_names import begins_with, size_of
from archive.warc_reader import NAME, read_groups
from archive.warc_writer import fsync_folder


def recover(root: Path, source: str, stored_to: Callable[[str], int] = lambda name: 0) -> list[str]:
    """Closes the .open files of a source whose writer is dead; one line of report for each. `stored_to` says how far a file's
    records are rows: these are never moved. Raises WriteFailed."""
    found = sorted((root / "warc").glob("*/*/*/sagwan-*.warc.gz.open"))
    named = [(path, match) for path in found if (match := NAME.fullmatch(path.name.removesuffix(".open")))]
    ours = [path for path, match in named if match["source"] == source]
    return [line for path in ours if (line := _recover(path, stored_to(path.name.removesuffix(".open"))))]


def _recover(path: Path, stored: int) -> str | None:
    closed = path.with_name(path.name.removesuffix(".open"))
    try:
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None  # somebody is writing it
            if closed.exists() and not begins_with(path, closed):  # a writer never leaves both: one is a copy
                if size_of(closed) < min(stored, size_of(path)):
                    raise WriteFailed(
                        f"{closed.name} is not the beginning of {path.name}, of which rows were made: "
                        f"move {closed.name} out of warc/"
                    )
                other = _aside(path, 0)
                path.rename(other)
                return f"{path.name}: {closed.name} is there too, and is not its beginning: moved to {other.name}"
            size = os.fstat(file.fileno()).st_size
            end, why = _whole(path, 0)
            report = f"{path.name}: closed after a crash, nothing torn"
            if end < stored <= size:  # what was stored was whole and on disk: this is no torn tail
                report = f"{path.name}: closed after a crash; damaged ({why}) and left so, as rows were made of what is behind"
                end, why = _whole(path, stored)
            if end < size:
                torn = _aside(path, end)
                file.seek(end)
                with torn.open("xb") as tail:
                    torn.chmod(0o600)
                    while chunk := file.read(1 << 20):
                        tail.write(chunk)
                    tail.flush()
                    os.fsync(tail.fileno())
                fsync_folder(path.parent)  # its name, before its bytes go here
                file.truncate(end)
                os.fsync(file.fileno())
                moved = f"{size - end} torn bytes from {end} on moved to {torn.name} ({why})"
                report = f"{report}; {moved}" if "damaged" in report else f"{path.name}: {moved}"
            path.rename(closed)
    except OSError as error:
        raise WriteFailed(f"cannot recover {path}: {error.strerror or error}") from error
    return report


def _whole(path: Path, start: int) -> tuple[int, str]:
    """Where the last whole group from an offset on ends, and what comes after it."""
    end = start
    try:
        for group in read_groups(path, start):
            end = group.end
    except Damaged as damage:
        return end, str(damage)
    return end, ""


def _aside(path: Path, end: int) -> Path:
    base = path.name.removesuffix(".warc.gz.open")
    for n in range(1, 1000):
        torn = path.with_name(f"{base}.{end}.{n}.torn")
        if not torn.exists():
            return torn
    raise WriteFailed(f"cannot recover {path}: too many torn tails of this file in its folder")
