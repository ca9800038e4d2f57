"""The database anew from the WARC files alone, compared with the present one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct

from archive import garbage
from archive.append import append
from archive.archive import connect, is_damaged, open_for_writing, wrong_key
from archive.capture import Parse
from archive.catchup import store_groups
from archive.compare import Comparison, compare, count_rows, lacking
from archive.errors import ArchiveError, Damaged, WriteFailed
from archive.file_names import size_of
from archive.processes import Far, side_by_side
from archive.pseudonym import Pseudonyms
from archive.schema import ANSWERING
from archive.store import Store
from archive.warc_damage import next_group
from archive.warc_reader import as_it_is_called, files, read_records, source_of

Told = Callable[[str, int, int], None]  # what is being done, bytes done, bytes in all

LimitOf = Callable[[str], int | None]  # how far a file of that name is read; None: to its end


def nobody(what: str, done: int, size: int) -> None:
    """For those whom nobody watches."""


class Rebuilt(Struct):
    """What a rebuild did: rows made, groups read, damage met (one line each), and the comparison with the present
    database where there was one; `older` says why it was not compared where another version made it."""

    rows: int
    groups: int
    damage: list[str]
    comparison: Comparison | None
    older: str | None = None


def check_key(root: Path, pseudonyms: Pseudonyms) -> None:
    """Raises ArchiveError when the first of the archive's files that says it was written with another pseudonym key."""
    for path in files(root):
        with contextlib.suppress(Damaged, StopIteration):
            fields = next(read_records(path)).block.decode("utf-8", "replace")
            kept = next((line.partition(": ")[2] for line in fields.splitlines() if line.startswith("pseudonym-key: ")), None)
            if kept is not None and kept != pseudonyms.fingerprint:
                raise wrong_key(root, kept, pseudonyms)
            if kept is not None:
                return


def rebuild(
    root: Path, into: Path, pseudonyms: Pseudonyms, parse: Parse, *, only_stored: bool = False, told: Told = nobody
) -> Rebuilt:
    """Reads every WARC file of the archive into a new database at `into`, and compares it with ROOT/archive.db if there is one.

    A present database that cannot be read is named in `damage` and not compared. With `only_stored`, files are read as far as
    the present rows reach: what a failed run left behind is for the next one.
    Raises ArchiveError when `into` exists, the key is wrong or there is nothing to read; WriteFailed when it cannot be written.
    """
    present = root / "archive.db"
    if not present.exists():
        return anew(root, into, pseudonyms, parse, told)
    _check(root, into, pseudonyms)
    try:
        return _compared(root, into, pseudonyms, parse, only_stored, told)
    except sqlite3.DatabaseError as error:
        if not is_damaged(error) and "no such column" not in str(error):  # of a table that somebody made anew
            raise WriteFailed(f"{into} cannot be compared with {present}: {error}") from error
        into.unlink(missing_ok=True)
        rows, groups, damage = _read(root, into, pseudonyms, parse, _whole, told)
        return Rebuilt(rows, groups, [f"{present} cannot be read: {error}", *damage], None)


def anew(root: Path, into: Path, pseudonyms: Pseudonyms, parse: Parse, told: Told = nobody) -> Rebuilt:
    """The same without a comparison."""
    _check(root, into, pseudonyms)
    return Rebuilt(*_read(root, into, pseudonyms, parse, _whole, told), None)


def _whole(name: str) -> int | None:
    """No limit."""
    return None


def _check(root: Path, into: Path, pseudonyms: Pseudonyms) -> None:
    if into.exists():
        raise ArchiveError(f"{into} exists: name a new file, or remove it")
    if not files(root):
        raise ArchiveError(f"no WARC files under {root / 'warc'}: nothing to rebuild from")
    check_key(root, pseudonyms)


def _compared(root: Path, into: Path, pseudonyms: Pseudonyms, parse: Parse, only_stored: bool, told: Told) -> Rebuilt:
    with contextlib.closing(connect(root / "archive.db", write=False)) as db:
        db.text_factory = lambda text: text.decode("utf-8", "backslashreplace")  # what somebody wrote there may be none
        db.execute("PRAGMA query_only = OFF")  # for ATTACH and the comparison's own temporary table
        db.execute("BEGIN")
        # What a run writes from here on is in neither side: its file is read only as far as these rows reach.
        known = "SELECT name, stored_to FROM warcs WHERE typeof(stored_to) = 'integer'"  # whoever made the table
        stored = db.execute(known) if _has_tables(db) else ()
        # A killed one left bytes beyond the rows, which are for the next run.
        unfinished = {path.name.removesuffix(".open") for path in files(root) if path.name.endswith(".open")}
        limits = {name: end for name, end in stored if only_stored or name in unfinished}
        # With them, a file that a run began since then has no rows here either.
        limit_of = (lambda name: limits.get(name, 0)) if only_stored and limits else limits.get
        rows, groups, damage = _read(root, into, pseudonyms, parse, limit_of, told)
        if not _has_tables(db):
            return Rebuilt(rows, groups, damage, None)
        if lacks := lacking(db):
            said = f"{root / 'archive.db'} has no {lacks[0]}: another version made it"
            # Its rows of damaged files can be read, so nothing that is made without those takes its place.
            return Rebuilt(rows, groups, damage, Comparison(0, 0, []) if damage else None, said)
        db.execute("ATTACH ? AS rebuilt", (str(into),))
        result = compare(db)
        db.execute("COMMIT")
    return Rebuilt(rows, groups, damage, result)


def _has_tables(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'warcs'").fetchone())


def _read(
    root: Path, into: Path, pseudonyms: Pseudonyms, parse: Parse, limit_of: LimitOf, told: Told
) -> tuple[int, int, list[str]]:
    """Rows, groups and damage. Where there are cores for it, sources are read side by side, into databases of their own that
    are appended in the order of the sources: the rows are those that one core makes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    try:
        with contextlib.suppress(sqlite3.IntegrityError):
            return _read_on(cores, root, into, pseudonyms, parse, limit_of, told)
        # A record stands in the files of two sources: read in their order, the second is damage.
        remove(into)
        return _read_on(1, root, into, pseudonyms, parse, limit_of, told)
    except sqlite3.OperationalError as error:
        raise WriteFailed(f"{into} cannot be written: {error}") from error


def _read_on(
    cores: int, root: Path, into: Path, pseudonyms: Pseudonyms, parse: Parse, limit_of: LimitOf, told: Told
) -> tuple[int, int, list[str]]:
    sources = sorted({source_of(path) for path in files(root)})
    far = Far(len(sources), partial(told, "rows"), sum(map(size_of, files(root))))
    read = partial(_read_source, root, pseudonyms, parse, limit_of, far)
    parts = [into if not n or cores < 2 else into.with_name(f"{into.name}.{source}") for n, source in enumerate(sources)]
    try:
        for part in parts:  # of a rebuild that was killed
            if part != into:
                remove(part)
        asked = [(n, source, part) for n, (source, part) in enumerate(zip(sources, parts, strict=True))]
        done = side_by_side(read, asked, cores, far.tell)
        for part in parts:
            if part != into:
                append(into, part)
    finally:
        for part in parts:
            if part != into:
                remove(part)
    with contextlib.closing(connect(into, write=True)) as db:
        for name, rows_of in ANSWERING.items():
            db.execute(f"CREATE INDEX {name} ON {rows_of}")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = count_rows(db)
    return rows, sum(groups for groups, _ in done), [line for _, damage in done for line in damage]


def remove(database: Path) -> None:
    """Removes a database that is no longer wanted, with what SQLite keeps beside it; what is not there is no error. Raises
    WriteFailed for what cannot be removed."""
    for end in ("", "-wal", "-shm", "-journal"):
        path = database.with_name(database.name + end)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # a folder, say
            raise WriteFailed(f"{path} is in the way and cannot be removed: {error.strerror}. Move it away") from None


def _read_source(
    root: Path, pseudonyms: Pseudonyms, parse: Parse, limit_of: LimitOf, far: Far, n: int, source: str, into: Path
) -> tuple[int, list[str]]:
    """Groups and damage of the files of the n-th source."""
    groups, before, damage = 0, 0, list[str]()
    with contextlib.closing(open_for_writing(into, pseudonyms)) as db, garbage.seldom():
        db.execute("PRAGMA synchronous = OFF")  # a rebuild that is cut short is begun again
        for name in ANSWERING:
            db.execute(f"DROP INDEX IF EXISTS {name}")  # gone already where one core reads one source after the other
        store = Store(db, source, pseudonyms, parse)
        for path in map(as_it_is_called, files(root, source)):
            start: int | None = 0
            here = partial(_here, far, n, before)
            while start is not None:
                try:
                    groups += store_groups(path, start, store, limit_of(path.name.removesuffix(".open")), here)
                    start = None
                except Damaged as error:  # what stands behind it is whole, and read
                    damage.append(str(error))
                    start = next_group(path, error.at)
                except WriteFailed as error:
                    if isinstance(error.__cause__, sqlite3.Error) and not isinstance(error.__cause__, sqlite3.IntegrityError):
                        raise
                    # A record that stands there already, or of a run whose beginning is damaged.
                    damage.append(f"{path.name}: {error}: nothing more of it is read")
                    store = Store(db, source, pseudonyms, parse)  # the caches of the one before hold what was rolled back
                    start = None
            before += size_of(path)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return groups, damage


def _here(far: Far, n: int, before: int, end: int) -> None:
    far.reached(n, before + end)
