"""Appends one source's rows, read into a database of their own, to another database: as if they had been read into it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

_OURS = (
    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%' AND name <> 'facts' ORDER BY rowid"
)


def append(into: Path, part: Path) -> None:
    """Copies every row of `part`; its row ids follow those of `into`, so what refers to a row goes on referring to it.
    Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(into, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("ATTACH ? AS part", (str(part),))
        tables = [row[0] for row in db.execute(_OURS)]
        columns = {table: [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")] for table in tables}
        last = {
            table: int(db.execute(f"SELECT coalesce(max(id), 0) FROM main.{table}").fetchone()[0])
            for table in tables
            if "id" in columns[table]
        }
        db.execute("BEGIN")
        for table in tables:
            moved: dict[str, int | str] = {row[3]: last[row[2]] for row in db.execute(f"PRAGMA main.foreign_key_list({table})")}
            moved |= {"id": last[table]} if table in last else {}
            if table == "rounded":  # whose comment is 0 for a number of the article itself
                moved["comment"] = f"iif(comment, {last['comments']}, 0)"
            values = ", ".join(f'"{name}" + {moved[name]}' if name in moved else f'"{name}"' for name in columns[table])
            db.execute(f"INSERT INTO main.{table} SELECT {values} FROM part.{table}")
        db.execute("COMMIT")
