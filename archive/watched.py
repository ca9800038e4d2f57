"""The rows from which the schedule decides: one an article, one a query or list. Reading only; deciding is the crawler's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from msgspec import Struct

from archive.looks import COLUMNS, Looked


class Watched(Struct):
    """An article that a topic watches, and the walk that goes on under it (its uuid)."""

    key: str
    looked: Looked
    open_walk: str | None = None


class Asked(Struct):
    """When a query, a list, or an article that nobody has seen yet was last asked for (UTC ms; None: never)."""

    what: str
    at: int | None = None
    failed: int = 0


_SELECT = f"""
SELECT a.key, CASE WHEN l.walk_open THEN (SELECT uuid FROM walk_begun WHERE id = l.walk) END,
  {", ".join(f"l.{name}" for name in COLUMNS)} FROM looks l JOIN articles a ON a.id = l.article"""
# Articles beyond the last rung are read only where a sweep is to come, something moves, or a walk has no end.
_MATTERS = """
(l.born > ?2 OR l.heat_at > ?3 OR l.walk_open OR l.page_failed OR l.walk_failed
 OR l.page_at IS NULL OR l.page_at < l.born + {mark}
 OR (l.pane IN (SELECT value FROM json_each(?4)) AND (l.walk_at IS NULL OR l.walk_at < l.born + {mark})))"""


def watched(
    db: sqlite3.Connection, source: str, topic: str, panes: str, old: int, quiet: int, marks: Iterable[tuple[int, int]]
) -> Iterator[Watched]:
    """The articles of a topic that can have something due. `panes` (a JSON list) are those with comments to read. Articles born
    before `old` and without heat since `quiet` (both UTC ms) only if a sweep is due by `marks`: (born before, age), oldest
    first; those whose sweep failed are among them."""
    mark = "CASE " + " ".join(f"WHEN l.born <= {int(born)} THEN {int(age)}" for born, age in marks) + " ELSE 0 END"
    sql = f"{_SELECT} JOIN members m ON m.article = l.article WHERE m.topic = ?1 AND l.source = ?5 AND "
    for row in db.execute(sql + _MATTERS.format(mark=mark), (topic, old, quiet, panes, source)):
        yield _watched(row)


def watched_seed(db: sqlite3.Connection, source: str, key: str) -> Watched | None:
    """The article that a topic names by itself; None where nobody has seen it."""
    row = db.execute(
        f"{_SELECT} WHERE l.article = coalesce((SELECT id FROM articles WHERE source = ?1 AND key = ?2), "
        "(SELECT article FROM aliases WHERE source = ?1 AND key = ?2))",
        (source, key),
    ).fetchone()
    return _watched(row) if row else None


def _watched(row: tuple[object, ...]) -> Watched:
    return Watched(str(row[0]), Looked(*row[2:]), str(row[1]) if row[1] else None)  # type: ignore[arg-type]


def asked(db: sqlite3.Connection, source: str, topic: str, what: str) -> Asked:
    """When this was last asked for in a topic (`""`: in any)."""
    row = db.execute(
        "SELECT at, failed FROM asked WHERE source = ? AND topic = ? AND what = ?", (source, topic, what)
    ).fetchone()
    return Asked(what, *row) if row else Asked(what)


def known_since(db: sqlite3.Connection, source: str, topic: str, key: str) -> int | None:
    """Since when (UTC ms) an article belongs to a topic; None where it does not."""
    row = db.execute(
        "SELECT m.at FROM members m JOIN articles a ON a.id = m.article WHERE m.topic = ? AND a.source = ? AND a.key = ?",
        (topic, source, key),
    ).fetchone()
    return int(row[0]) if row else None


def begun(db: sqlite3.Connection, source: str, topic: str) -> int | None:
    """When a topic was first collected from a source (UTC ms)."""
    return _run(db, source, topic, "")


def last_run(db: sqlite3.Connection, source: str, topic: str) -> int | None:
    """When a topic was last collected from a source (UTC ms)."""
    return _run(db, source, topic, "DESC")


def _run(db: sqlite3.Connection, source: str, topic: str, order: str) -> int | None:
    sql = f"SELECT started_at FROM run_begun WHERE source = ? AND topic = ? ORDER BY id {order} LIMIT 1"
    row = db.execute(sql, (source, topic)).fetchone()
    return int(row[0]) if row else None


def latest(db: sqlite3.Connection) -> int:
    """When the last capture came (UTC ms); 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(received_at), 0) FROM captures").fetchone()[0])
