"""Checks every row against its bytes: rows are made again from the WARC files and compared with the present ones."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from archive import redacted
from archive.archive import connect, open_for_reading
from archive.capture import Parse
from archive.pseudonym import Pseudonyms
from archive.rebuild import Told, nobody, rebuild

_PREFIX = "sagwan-verify-"


class Rows(Struct):
    """How many rows the bytes give; what differs, and what is worth a note: one line each."""

    count: int
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_rows(root: Path, pseudonyms: Pseudonyms, parse: Parse, told: Told = nobody) -> Rows:
    """Reads as far as the present rows reach. Raises ArchiveError for a wrong key."""
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        new = Path(folder) / "rebuilt.db"
        rebuilt = rebuild(root, new, pseudonyms, parse, only_stored=True, told=told)
        rows = Rows(rebuilt.rows, [line for line in (rebuilt.older, *rebuilt.damage) if line is not None])
        with contextlib.closing(connect(new, write=False)) as db:
            _definitions(root, db, rows)
            rows.notes += _overridden(db)
            rows.notes += redacted.notes(db, pseudonyms)
    comparison = rebuilt.comparison
    if comparison is None:
        return rows
    if comparison.explained:
        rows.notes.append(f"{comparison.explained} rows differ because a newer parser reads them: `sagwan rebuild --accept`")
    rows.findings += [difference.text for difference in comparison.examples if difference.unexplained]
    more = comparison.differences - sum(difference.unexplained for difference in comparison.examples)
    if more:
        rows.findings.append(f"... and {more} more rows that differ from the bytes")
    return rows


def abandoned() -> list[Path]:
    """Databases that a killed `verify`, of whatever archive, left in the system's folder for temporary files."""
    folders = Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")
    dead = (folder for folder in folders if not _is_living(folder.name.removeprefix(_PREFIX).partition("-")[0]))
    return sorted(path for folder in dead for path in _databases(folder))


def _databases(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name.startswith("rebuilt.db")]
    except OSError:  # its `verify` has just ended and taken it away, or it is somebody else's
        return []


def _is_living(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ValueError, OSError, OverflowError):
        return False
    return True


def check_database(root: Path) -> Iterator[str]:
    """What SQLite says of the file."""
    with contextlib.closing(open_for_reading(root)) as db:
        try:
            for (line,) in db.execute("PRAGMA integrity_check"):  # quick_check does not look whether an index fits its table
                if line != "ok":
                    yield f"archive.db: {line}"
        except sqlite3.Error as error:
            yield f"archive.db: {error}"


def _definitions(root: Path, rebuilt: sqlite3.Connection, rows: Rows) -> None:
    """Tables, views, indexes and facts of the format as they are; what others added, and no trigger among it."""
    asked = (
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        "SELECT 'fact ' || key, value FROM facts",
    )
    with contextlib.closing(open_for_reading(root)) as db:
        for sql in asked:
            try:
                present = dict(db.execute(sql))
            except sqlite3.Error as error:
                rows.findings.append(f"archive.db: {error}")
                continue
            wanted = dict(rebuilt.execute(sql))
            for name in sorted(present.keys() | wanted.keys()):
                if name not in wanted and not name.startswith(("trigger ", "fact ")):
                    rows.notes.append(f"archive.db: {name} is not of this format, somebody added it; a rebuild leaves it out")
                elif present.get(name) != wanted.get(name):
                    rows.findings.append(f"archive.db: {name} is not the one of this format")


def _overridden(db: sqlite3.Connection) -> list[str]:
    sql = "SELECT count(*) FROM captures c JOIN run_begun r ON r.id = c.run WHERE r.robots_reason IS NOT NULL"
    return [f"{count} captures were made with robots overridden" for (count,) in db.execute(sql) if count]
