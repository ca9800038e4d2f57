"""One writer per source: a lock file with the holder's pid, whose modification time is the heartbeat."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from archive.errors import WriteFailed

HUNG_AFTER = 600  # seconds without a heartbeat after which a holder is an alarm
BEAT = 30  # seconds between two heartbeats


class SourceLock:
    """Held by flock, so a killed holder leaves nothing to clean up."""

    def __init__(self, root: Path, source: str) -> None:
        self._path = root / "locks" / f"{source}.lock"
        self._handle: int | None = None

    def take(self) -> bool:
        """Tries once. Raises WriteFailed when the file cannot be made."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WriteFailed(f"cannot make {self._path}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        with contextlib.suppress(OSError):  # the pid is for people; the lock holds without it
            os.truncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self.beat()
        return True

    def beat(self) -> None:
        """Says that the holder is alive."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.utime(self._handle)

    def holder(self) -> tuple[str, float]:
        """The holder's pid as it wrote it, and the age of its heartbeat in seconds."""
        try:
            return self._path.read_text().strip() or "?", max(0.0, time.time() - self._path.stat().st_mtime)
        except OSError:
            return "?", 0.0

    def is_held(self) -> bool:
        """Whether a process holds it. Asks without a mark: whoever takes it at this moment tries again."""
        try:
            handle = os.open(self._path, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def release(self) -> None:
        """Lets the next one in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Holder(Struct, frozen=True):
    """Who holds a source now: its pid as it wrote it, and the age of its heartbeat in seconds."""

    source: str
    pid: str
    heartbeat: float

    @property
    def hung(self) -> bool:
        """Whether it is to be looked at."""
        return self.heartbeat > HUNG_AFTER


def holders(root: Path) -> Iterator[Holder]:
    """The runs that hold a source of an archive now. Only reads: a lock file that nobody holds says nothing."""
    for path in sorted((root / "locks").glob("*.lock")):
        lock = SourceLock(root, path.stem)
        if path.stem not in ("manifest", "rebuild") and lock.is_held():  # these are no sources and have no heartbeat
            yield Holder(path.stem, *lock.holder())


def silent_holders(root: Path) -> Iterator[tuple[str, str, float]]:
    """(source, pid, seconds) of each lock that is held and whose holder has given no heartbeat for HUNG_AFTER."""
    yield from ((holder.source, holder.pid, holder.heartbeat) for holder in holders(root) if holder.hung)


@contextlib.contextmanager
def beating(held: list[SourceLock]) -> Iterator[None]:
    """Says of those locks that their holder is alive, however long it takes: a rebuild may take hours."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            for lock in held:
                lock.beat()

    beats = threading.Thread(target=beat, name="heartbeat", daemon=True)
    beats.start()
    try:
        yield
    finally:
        over.set()
        beats.join()
