"""A rebuilt database in the place of the present one, while nobody collects."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.archive import connect, is_damaged
from archive.errors import ArchiveError, WriteFailed
from archive.lock import SourceLock, beating
from archive.search_index import forget
from archive.times import now

_PATIENCE_S = 15  # a question of `serve` has the database open for ten seconds at most


@contextlib.contextmanager
def no_runs(root: Path, sources: Iterable[str]) -> Iterator[None]:
    """Holds the lock of every source. Raises ArchiveError when a run holds one."""
    held: list[SourceLock] = []
    try:
        for source in sources:
            lock = SourceLock(root, source)
            if not lock.take():
                raise ArchiveError(f"process {lock.holder()[0]} is collecting {source}: try again when it has ended")
            held.append(lock)
        with beating(held):
            yield
    finally:
        for lock in held:
            lock.release()


@contextlib.contextmanager
def alone_rebuilding(root: Path) -> Iterator[None]:
    """Nobody else makes ROOT/archive.rebuilding.db meanwhile. Raises ArchiveError when another does; WriteFailed."""
    lock = SourceLock(root, "rebuild")
    if not lock.take():
        raise ArchiveError(f"process {lock.holder()[0]} is making {root / 'archive.db'} anew: try again when it has ended")
    try:
        yield
    finally:
        lock.release()


def swap_in(root: Path, new: Path) -> Path | None:
    """Puts a rebuilt database in the place of the present one, which is kept beside it; where. Call it under `no_runs`. Raises
    WriteFailed while another program has the present one open."""
    present = root / "archive.db"
    kept = None
    forget(root)  # before anything is moved, as it may not be possible; and after, as somebody may have looked meanwhile
    if present.exists():
        kept = root / f"archive.before-{now()}.db"
        try:
            _fold(present)
        except sqlite3.Error as error:
            raise WriteFailed(f"{present} stays as it is: {error}. End what has it open, then try again") from error
        for end in ("-wal", "-shm", ""):  # of a damaged one: beside another database they would be taken for its own
            with contextlib.suppress(FileNotFoundError):
                present.with_name(present.name + end).rename(kept.with_name(kept.name + end))
    _forget_beside(present)
    new.rename(present)
    forget(root)
    return kept


def put_in_place(root: Path, new: Path) -> None:
    """Puts a rebuilt database in the place of the present one, of which nothing stays. Call it under `no_runs`."""
    present = root / "archive.db"
    if present.exists():
        _fold(present)
    _forget_beside(present)
    new.replace(present)


def _forget_beside(database: Path) -> None:
    """Removes what SQLite keeps beside a database that is gone or goes: it would write that into whatever has its name."""
    for end in ("-wal", "-shm", "-journal"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def _fold(database: Path) -> None:
    """Brings what stands beside a database into its file, at a moment at which nobody else has that open."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with contextlib.closing(connect(database, write=True)) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.execute("PRAGMA journal_mode = DELETE")
            return
        except sqlite3.DatabaseError as error:
            if is_damaged(error):
                return
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
