"""Compares two databases of one archive by natural keys: row ids are private and differ after a rebuild.

Each rebuilt id is mapped once to the present id of the same natural key (or to minus itself, where there is none); then whole
tables are compared by numbers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from archive.differences import pairs, words
from archive.lookup import uuid_text
from archive.schema import ROWS
from archive.sightings import pack, unpack

KEPT = 1000  # differing rows of each side in which the other half of a pair is looked for

# What an id stands for: the natural key by which a rebuilt row (n) finds the present one (p).
_MAPS = {
    "warcs": "p.name = n.name",
    "run_begun": "p.uuid = n.uuid",
    "walk_begun": "p.uuid = n.uuid",
    "capture_rows": "p.record = n.record",
    "articles": "p.source = n.source AND p.key = n.key",
    "comments": "p.article = (SELECT old FROM temp.map_articles WHERE new = n.article) AND p.key = n.key",
}

# Each table's columns; `column>table` is an id of that table. First the article and the capture by which a newer parser
# could explain a difference.
_ROWS = {
    "run_begun": "NULL, NULL, id>run_begun, uuid, topic, source, trigger, started_at, code, settings, robots_reason",
    "run_ended": "NULL, NULL, run>run_begun, ended_at, verdict, counters",
    "run_pages": "NULL, NULL, run>run_begun, source, topic, page, well, yields",
    "alarms": "NULL, capture>capture_rows, run>run_begun, source, topic, kind, page, since, at, count, total, text",
    "walk_begun": "article>articles, NULL, id>walk_begun, run>run_begun, started_at",
    "walk_ended": "NULL, NULL, walk>walk_begun, sort, ended_at, complete, stop_reason, declared_before, declared_after, "
    "declared_replies, collected, collected_replies, repeats",
    "captures": "article>articles, id>capture_rows, run>run_begun, walk>walk_begun, page, parser, outcome, url, method, "
    "request_digest, at, received_at, server_at, status, digest, warc>warcs, offset, length, chain, why",
    "refusals": "NULL, capture>capture_rows",
    "warcs": "NULL, NULL, name, source, stored_to",
    "articles": "id>articles, first_capture>capture_rows, url, kind",
    "aliases": "article>articles, capture>capture_rows, source, key",
    "comments": "article>articles, first_capture>capture_rows, id>comments, n, key",
    "article_versions": "article>articles, capture>capture_rows, title, text, press, author, section, pane, notice, original, "
    "state, published_from, published_to, published_precision, modified_from, modified_to, modified_precision",
    "comment_versions": "NULL, capture>capture_rows, comment>comments, text, account, account_name, account_state, provider, "
    "parent_key, created_from, created_to, precision, edited_from, edited_to, attachment, ip",
    "sightings": "article>articles, capture>capture_rows, sort, stable, parent, first_rank, ids",
    "observations": "NULL, capture>capture_rows, comment>comments, likes, dislikes, replies, state, before>capture_rows",
    "article_counts": "article>articles, capture>capture_rows, metric, value",
    "counted": "article>articles, capture>capture_rows",
    "redactions": "NULL, NULL, source, uuid, at, what, mark, reason, operator, captures, comments",
    "rounded": "article>articles, capture>capture_rows, comment>comments, metric, raw",
    "lists": "article>articles, capture>capture_rows, kind, query, rank, topic",
}

_NONE = (1 << 32) - 1  # and downwards: numbers of comments that the present rows do not have


class Difference(Struct, frozen=True):
    """A row that only one of the two has, or that says something else in each: in words, and how many of these one or two rows
    no newer parser explains."""

    text: str
    unexplained: int


class Comparison(Struct):
    """How many rows differ, those apart that a newer parser explains; some of them as examples."""

    differences: int
    explained: int
    examples: list[Difference]


def count_rows(db: sqlite3.Connection) -> int:
    """The rows of all tables that come from the WARC files."""
    return sum(_count(db, "main", table) for table in _ROWS)


def lacking(db: sqlite3.Connection) -> list[str]:
    """What a database does not have, because another version made it: a table, or tables of this version."""
    there = {row[0] for row in db.execute("SELECT name FROM main.sqlite_master")}
    (version,) = db.execute("PRAGMA main.user_version").fetchone()
    older = [] if version == ROWS else [f"tables of version {ROWS}"]
    return [f"table {table}" for table in _ROWS if table not in there] + older


def compare(db: sqlite3.Connection, examples: int = 20) -> Comparison:
    """Compares schema `main` (the present rows) with the attached schema `rebuilt`.

    A difference is explained where its capture, or an earlier capture of its article, is read by a newer parser now.
    """
    same_comments = _map(db)
    _note_reread(db)
    result = Comparison(0, 0, [])
    for late, early in _out_of_order(db):
        result.differences += 1
        text = f"captures: a row out of its order: capture {late}: by its row id before capture {early}, by the bytes after"
        result.examples += [Difference(text, 1)] if len(result.examples) < examples else []
    for table, columns in _ROWS.items():
        present = f"SELECT {_columns(columns, rebuilt=False)} FROM main.{table} t"
        rebuilt = f"SELECT {_columns(columns, rebuilt=True)} FROM rebuilt.{table} t"
        if table == "sightings" and not same_comments:
            rebuilt = rebuilt.replace("first_rank, ids", "first_rank, present_numbers(article, ids)")
        # No row of a new table stands twice: where each is among the present ones, and there are as many, nothing differs.
        new = db.execute(f"{rebuilt} EXCEPT {present} LIMIT 1").fetchone()
        if new is None and _count(db, "main", table) == _count(db, "rebuilt", table):
            continue
        found: list[list[tuple[Any, ...]]] = [[], []]
        unexplained = set()
        for side, sql in zip(found, (f"{present} EXCEPT {rebuilt}", f"{rebuilt} EXCEPT {present}"), strict=True):
            for row in db.execute(sql):
                explained = _explained(db, table, row)
                result.explained += explained
                result.differences += not explained
                if len(side) < KEPT:
                    side.append(row)
                    if not explained:
                        unexplained.add(row)
        for pair in pairs(table, columns, *found)[: examples - len(result.examples)]:
            result.examples.append(Difference(words(db, table, columns, pair), sum(row in unexplained for row in pair)))
    return result


def _count(db: sqlite3.Connection, schema: str, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()[0])


def _map(db: sqlite3.Connection) -> bool:
    """Makes the maps of ids; whether comments have the same ids on both sides."""
    for table, on in _MAPS.items():
        db.execute(f"CREATE TEMP TABLE map_{table} (new INTEGER PRIMARY KEY, old INTEGER NOT NULL)")
        db.execute(
            f"INSERT INTO temp.map_{table} SELECT n.id, coalesce(p.id, -n.id) FROM rebuilt.{table} n "
            f"LEFT JOIN main.{table} p ON {on}"
        )
    db.execute("INSERT INTO temp.map_comments VALUES (0, 0)")  # in `rounded`, 0 is the article itself
    pairs = (
        "FROM rebuilt.comments n JOIN temp.map_comments m ON m.new = n.id LEFT JOIN main.comments p ON p.id = m.old "
        "WHERE p.n IS NOT n.n"
    )
    if db.execute(f"SELECT 1 {pairs} LIMIT 1").fetchone() is None:
        return True
    olds: dict[tuple[int, int], int] = {}
    for article, new, old in db.execute(f"SELECT n.article, n.n, p.n {pairs}"):
        olds[article, new] = old if old is not None else _NONE - new

    def present(article: int, ids: bytes) -> bytes:
        return pack([olds.get((article, n), n) for n in unpack(ids)])

    db.create_function("present_numbers", 2, present, deterministic=True)
    return False


def _out_of_order(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Captures (uuids) whose present id is not after that of the one before it in their source, each with that one: every
    question takes the order of ids for that of time, so ids exchanged everywhere would change answers and no row."""
    last: dict[str, tuple[int, bytes]] = {}
    for source, old, record in db.execute(
        "SELECT w.source, m.old, n.record FROM rebuilt.capture_rows n JOIN temp.map_capture_rows m ON m.new = n.id "
        "JOIN rebuilt.warcs w ON w.id = n.warc JOIN main.capture_rows p ON p.id = m.old ORDER BY n.id"
    ):
        before = last.get(source)
        if before is not None and old <= before[0]:
            yield uuid_text(record), uuid_text(before[1])
        last[source] = (old, record)


def _columns(columns: str, *, rebuilt: bool) -> str:
    made = []
    for column in columns.split(", "):
        name, _, table = column.partition(">")
        made.append(f"(SELECT old FROM temp.map_{table} WHERE new = t.{name})" if table and rebuilt else name)
    return ", ".join(made)


def _note_reread(db: sqlite3.Connection) -> None:
    """The captures that a newer parser reads now: a later version, or the first for their page."""
    db.create_function("newer", 3, _newer, deterministic=True)
    db.execute("CREATE TEMP TABLE reread (capture INTEGER PRIMARY KEY, article INTEGER)")
    db.execute(
        "INSERT INTO temp.reread SELECT p.id, coalesce(p.article, (SELECT old FROM temp.map_articles WHERE new = n.article)) "
        "FROM rebuilt.captures n JOIN main.captures p ON p.record = n.record JOIN rebuilt.run_begun r ON r.id = n.run "
        "WHERE n.parser IS NOT p.parser AND newer(n.parser, p.parser, r.code) AND p.page IS NOT NULL"
    )
    db.execute("CREATE INDEX temp.reread_article ON reread (article)")
    # The first of them that counted an article among many, as the bytes say it.
    db.execute("CREATE TEMP TABLE recounted (article INTEGER PRIMARY KEY, capture INTEGER NOT NULL)")
    db.execute(
        "INSERT INTO temp.recounted SELECT a.old, min(c.old) FROM rebuilt.counted k JOIN temp.map_capture_rows c "
        "ON c.new = k.capture JOIN temp.reread r ON r.capture = c.old JOIN temp.map_articles a ON a.new = k.article "
        "GROUP BY a.old"
    )


def _newer(now: str | None, before: str | None, code: str) -> bool:
    """Of two parsers (`daum.comments/2`), whether the first came after the second. The second cannot be older than those that
    the run had (`code`, from the bytes): whoever changes rows could have written that too."""
    if now is None:
        return False
    kind, _, version = now.partition("/")
    kind_before, _, version_before = (before or f"{kind}/0").partition("/")
    had = [int(n) for word in code.split() if word.startswith(f"{kind}/") and (n := word.partition("/")[2]).isdecimal()]
    if kind != kind_before or not version_before.isdecimal() or (before is not None and int(version_before) == 0):
        return False
    return min(had, default=0) <= int(version_before) < int(version)


def _explained(db: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> bool:
    article, capture = row[0], row[1]
    if table == "walk_begun":  # its article is known from its captures
        found = db.execute("SELECT min(id) FROM main.capture_rows WHERE walk = ?", (row[2],)).fetchone()
        capture = found[0]
    if capture is None:
        return False
    if article is None:
        found = db.execute("SELECT article FROM main.capture_rows WHERE id = ?", (capture,)).fetchone()
        article = found[0] if found else None
    sql = (
        "SELECT 1 FROM temp.reread WHERE capture = ?2 OR (article = ?1 AND capture <= ?2) "
        "UNION ALL SELECT 1 FROM temp.recounted WHERE article = ?1 AND capture <= ?2 LIMIT 1"
    )
    return db.execute(sql, (article, capture)).fetchone() is not None
