"""Opens an archive: its folder, its database, its key."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archive import schema
from archive.errors import ArchiveError, WriteFailed
from archive.pseudonym import Pseudonyms
from archive.sightings import unpack
from archive.warc_reader import files

_ROOM = 1 << 16  # bytes: also to read it, SQLite makes a file of half of that
BUSY_MS = 60_000  # a second source's transaction is milliseconds long; a minute means somebody holds the database


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection in autocommit mode with our pragmas and SQL functions; what is made, only its owner reads. Raises
    sqlite3.Error, and OSError where it cannot be made."""
    if write:
        # SQLite would have the umask say who reads it; what it makes beside it has its mode. Never opened where it is there:
        # closing a file again ends all locks that this process has on it.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(os.path.realpath(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        db = sqlite3.connect(path, isolation_level=None)
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        db.execute("PRAGMA journal_mode = WAL")
        # Default 1000 pages: a checkpoint with its fsync every few commits. A busy run makes its own beside its rows before.
        db.execute("PRAGMA wal_autocheckpoint = 16000")
        db.execute("PRAGMA synchronous = NORMAL")  # what a power cut undoes, catch-up stores again from the WARC files
    else:
        db = sqlite3.connect(_only_read(path), uri=True, isolation_level=None)
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        db.execute("PRAGMA query_only = ON")
    db.execute("PRAGMA cache_size = -65536")
    db.create_function("unpack_sightings", 1, lambda blob: json.dumps(unpack(blob)), deterministic=True)
    return db


def close_to_others(root: Path) -> list[str]:
    """Takes databases with the texts of people from the other users of the machine, as older versions made them: a line for
    each. A mode that lets only a group read is somebody's wish."""
    said = []
    for path in sorted(root.glob("archive*.db*")):
        try:
            if not path.is_file() or not (mode := path.stat().st_mode) & 0o007:
                continue
            path.chmod(mode & 0o700)
            kept = path.stat().st_mode & 0o007  # one that has no modes takes any without a word
            now = "and that cannot be changed: its disk keeps no modes" if kept else "now only by its owner"
        except FileNotFoundError:  # what stood beside one that another process has closed
            continue
        except OSError as error:
            now = f"and that cannot be changed: {error.strerror}"
        if path.suffix == ".db":
            said.append(f"{path} could be read by every user of this machine, {now}")
    return said


def exists(root: Path) -> bool:
    """Whether there is anything that was written with a key: then none is made."""
    return (root / "archive.db").is_file() or bool(files(root))


def checkpoint(path: Path) -> None:
    """Brings what stands in the WAL so far into the database, while others write on. For a thread of its own: it waits for the
    disk. What it cannot do now is done at the next one."""
    there = path.absolute().as_uri() + "?mode=rw"  # never made anew
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(there, uri=True)) as db:
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _only_read(path: Path) -> str:
    """The database as a URI. SQLite makes files beside a database in WAL mode also to read it: where it cannot (a mounted
    copy, a disc) and no rows wait in such a file, it is told that nothing will change."""
    wal = path.with_name(path.name + "-wal")
    still = not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size)
    return path.absolute().as_uri() + ("?immutable=1" if still else "?mode=rw")  # never made: it was there a moment ago


def _format(db: sqlite3.Connection, path: Path) -> int:
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > schema.ROWS:
        raise ArchiveError(f"{path} has tables of version {found}, this sagwan reads {schema.ROWS}: use a newer sagwan")
    if 0 < found < schema.ROWS:
        again = f"`sagwan rebuild --accept --archive {path.parent}` makes it anew from the WARC files"
        raise ArchiveError(f"{path} has tables of version {found}, an older sagwan made it: {again}")
    return found


def open_for_reading(root: Path) -> sqlite3.Connection:
    """The database of an archive, for questions only. Raises ArchiveError with what to do, WriteFailed on a full disk."""
    path = root / "archive.db"
    if not path.exists():
        if (root / "warc").exists():
            raise ArchiveError(f"{path} is missing, the WARC files are there: run `sagwan rebuild --archive {root}`")
        raise ArchiveError(f"no archive at {root}: run `sagwan collect`, or name another with --archive")
    try:
        db = connect(path, write=False)
        if _format(db, path) == 0:
            raise ArchiveError(f"{path} holds no archive: run `sagwan rebuild --archive {root}`")
    except sqlite3.Error as error:
        if shutil.disk_usage(root).free < _ROOM:
            raise WriteFailed(f"{path} cannot be opened: its disk is full. Free some of it") from None
        raise unreadable(root, error) from None
    return db


def unreadable(root: Path, error: sqlite3.Error) -> ArchiveError:
    """The one line for a database that cannot be read."""
    what = f". `sagwan rebuild --accept --archive {root}` makes it anew" if is_damaged(error) else ""
    return ArchiveError(f"{root / 'archive.db'} cannot be read: {error}{what}")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other process is here: the first runs of two sources make one database."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if _format(db, path) == 0:
        from sqlite_utils import Database  # only here: a run on a ready archive starts without it

        schema.migrate(Database(db))


def is_damaged(error: Exception) -> bool:
    """Whether SQLite says that a file is no database, or not a whole one."""
    code = error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) else 0
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_for_writing(path: Path, pseudonyms: Pseudonyms) -> sqlite3.Connection:
    """The database file at `path`, made or migrated if needed. Raises ArchiveError (wrong key), WriteFailed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):  # SQLite does not wait where two make one database, nor where they make it a WAL one
            db = connect(path, write=True)
            _migrate(db, path)
        db.execute(
            "INSERT OR IGNORE INTO facts VALUES ('format', ?), ('pseudonym_key', ?)",
            (str(schema.FORMAT), pseudonyms.fingerprint),
        )
    except (sqlite3.Error, OSError) as error:
        raise WriteFailed(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    kept = db.execute("SELECT value FROM facts WHERE key = 'pseudonym_key'").fetchone()[0]
    if kept != pseudonyms.fingerprint:
        db.close()
        raise wrong_key(path.parent, kept, pseudonyms)
    return db


def wrong_key(root: Path, kept: str, pseudonyms: Pseudonyms) -> ArchiveError:
    """The one line for a key that is not the archive's."""
    return ArchiveError(
        f"wrong pseudonym key: {root} was written with key {kept}, yours is {pseudonyms.fingerprint}. "
        "Name the right file in SAGWAN_PSEUDONYM_KEY"
    )
