"""What a killed writer left: whole groups stay, the torn tail is moved aside (never thrown away), the name is given back."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from archive.errors import Damaged, WriteFailed
from archive.warc_reader import files, read_groups


def recover(root: Path, source: str) -> list[str]:
    """Closes the .open files of a source whose writer is dead; one line of report for each. Raises WriteFailed."""
    return [line for path in files(root, source) if path.name.endswith(".open") and (line := _recover(path))]


def _recover(path: Path) -> str | None:
    try:
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None  # somebody is writing it
            size = os.fstat(file.fileno()).st_size
            end, why = _whole(path)
            report = f"{path.name}: closed after a crash, nothing torn"
            if end < size:
                torn = _aside(path, end)
                file.seek(end)
                with torn.open("xb") as tail:
                    torn.chmod(0o600)
                    while chunk := file.read(1 << 20):
                        tail.write(chunk)
                    tail.flush()
                    os.fsync(tail.fileno())
                file.truncate(end)
                os.fsync(file.fileno())
                report = f"{path.name}: {size - end} torn bytes from {end} on moved to {torn.name} ({why})"
            path.rename(path.with_name(path.name.removesuffix(".open")))
    except OSError as error:
        raise WriteFailed(f"cannot recover {path}: {error.strerror or error}") from error
    return report


def _whole(path: Path) -> tuple[int, str]:
    """Where the last whole group ends, and what comes after it."""
    end = 0
    try:
        for group in read_groups(path):
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
