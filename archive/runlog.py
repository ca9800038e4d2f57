"""The run log of an archive, `logs/run.log`: for people and grep. It is bounded, and nothing is derived from it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from archive.times import iso

LARGEST = 4 << 20  # bytes of run.log; then it becomes run.log.1, and so on
KEPT = 9  # older files
_LINE = 1000  # letters


def log_path(root: Path) -> Path:
    """Where it lies."""
    return root / "logs" / "run.log"


def printable(text: str) -> str:
    """One line in which nothing can steer a terminal or turn the order of the letters round, nor forge a second line."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


def write(root: Path, now: int, lines: Iterable[str]) -> None:
    """Appends lines with the time `now` (UTC ms) before each; several processes may. Raises OSError."""
    text = "".join(f"{iso(now)} {printable(line)[:_LINE]}\n" for line in lines).encode("utf-8", "replace")
    if not text:
        return
    path = log_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)  # the lock: files change their names below it
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if path.exists() and path.stat().st_size + len(text) > LARGEST:
            _rotate(path)
        with open(path, "ab", buffering=0, opener=_private) as file:
            file.write(text)
    finally:
        os.close(folder)


def _rotate(path: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
