"""Files in a folder that somebody hands over, or that others write in."""

from __future__ import annotations

import os
from pathlib import Path


def shown(name: str | Path) -> str:
    r"""The name, or the path, as text that can be printed in UTF-8: a byte of it that is no text is `\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def size_of(path: Path) -> int:
    """The bytes of a file; 0 of a link to nothing, and of one that got its other name since it was listed."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def begins_with(path: Path, other: Path) -> bool:
    """Whether a file begins with all bytes of another one. Raises OSError."""
    with path.open("rb") as file, other.open("rb") as start:
        while chunk := start.read(1 << 20):
            if file.read(len(chunk)) != chunk:
                return False
    return True
