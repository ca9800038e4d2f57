"""When a host was asked last, by whatever process of this machine: sources that share a host may be collected by several."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path


def claim(root: Path, host: str, floor: float) -> float | None:
    """0 where a request to a host may go out now: all know of it from here on. Else the seconds to wait before one tries again;
    None where another process is just looking.

    A request leaves the one before alone for the shorter of the floors (seconds) that the two have to keep: so who keeps a
    longer one has his turns too. Where nothing can be written this knows of nobody: there nothing can be kept either.
    """
    with contextlib.suppress(OSError), _held(root, host) as handle:
        if handle is None:
            return None
        if (early := _left(os.pread(handle, 64, 0), floor)) > 0:
            return early
        _write(handle, floor)
    return 0.0


def went_out(root: Path, host: str, floor: float) -> None:
    """Says that what was claimed goes out only now."""
    with contextlib.suppress(OSError), _held(root, host) as handle:
        if handle is not None:
            _write(handle, floor)


@contextlib.contextmanager
def _held(root: Path, host: str) -> Iterator[int | None]:
    """The host's file, for us alone; None where another process has it at this moment. A killed one leaves nothing locked."""
    path = root / "locks" / f"{host}.asked"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except BlockingIOError:
            free = False
        yield handle if free else None
    finally:
        os.close(handle)


def _left(kept: bytes, floor: float) -> float:
    """Seconds until the last request was left alone for long enough. Times are those of the machine's monotonic clock, which
    its processes share: what lies ahead of it was written before the machine was started."""
    try:
        at, theirs = map(float, kept.split())
    except ValueError:
        return 0.0
    now = time.monotonic()
    return at + min(floor, theirs) - now if at <= now else 0.0


def _write(handle: int, floor: float) -> None:
    os.pwrite(handle, f"{time.monotonic():024.6f} {floor:024.6f}\n".encode(), 0)
