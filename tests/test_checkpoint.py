"""What stands in SQLite's WAL is brought into the database by another connection, while a run writes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.archive import checkpoint, connect


def rows_without_the_wal(database: Path, aside: Path) -> int:
    """How many rows the file alone holds."""
    shutil.copy(database, aside)
    with closing(sqlite3.connect(aside)) as db:
        return int(db.execute("SELECT count(*) FROM t").fetchone()[0])


def test_rows_are_in_the_file_while_the_writer_goes_on(tmp_path: Path) -> None:
    database = tmp_path / "archive.db"
    with closing(connect(database, write=True)) as db:
        db.execute("CREATE TABLE t (a)")
        checkpoint(database)
        db.execute("INSERT INTO t VALUES (1)")
        assert rows_without_the_wal(database, tmp_path / "before.db") == 0
        checkpoint(database)
        assert rows_without_the_wal(database, tmp_path / "after.db") == 1
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t VALUES (2)")
        checkpoint(database)  # it waits for nobody
        db.execute("COMMIT")
        assert db.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_a_database_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    checkpoint(tmp_path / "archive.db")
    assert list(tmp_path.iterdir()) == []
