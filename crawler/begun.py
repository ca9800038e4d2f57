"""Which archives were begun here, in ~/.config/sagwan/archives: what is scheduled begins none again in the place of one that is
gone (its disk is not mounted, say), as it would know of no look, no rest and no budget, and all would be asked for again."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from archive import archive
from archive.errors import WriteFailed
from crawler import config


def note(root: Path) -> None:
    """Remembers that an archive was begun there. Where that cannot be, it is only not known."""
    with contextlib.suppress(OSError, RuntimeError):  # of pathlib: a user without a home
        if _line(root) in _known():
            return
        _path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _path().open("ab", buffering=0) as file:
            file.write(_line(root) + b"\n")


def check(root: Path) -> None:
    """Raises WriteFailed where an archive was begun and there is none."""
    with contextlib.suppress(OSError, RuntimeError):
        if archive.exists(root) or _line(root) not in _known():
            return
        raise WriteFailed(
            f"the archive {root.absolute()} was begun before, and is not there: was it moved, or is its disk not mounted? "
            "No new one is begun in its place but by `sagwan collect` without --due"
        )


def _known() -> list[bytes]:
    return _path().read_bytes().splitlines() if _path().exists() else []


def _path() -> Path:
    return config.path().with_name("archives")


def _line(root: Path) -> bytes:
    return os.fsencode(root.absolute())
