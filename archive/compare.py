"""Compares two databases of one archive by natural keys: row ids are private and differ after a rebuild."""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec import Struct

from archive.sightings import unpack

_REF = "(SELECT a.source || ':' || a.key FROM {db}.articles a WHERE a.id = {id})"
_CAPTURE = "(SELECT hex(c.record) FROM {db}.captures c WHERE c.id = {id})"
_COMMENT = (
    "(SELECT a.source || ':' || a.key || '#' || m.key FROM {db}.comments m "
    "JOIN {db}.articles a ON a.id = m.article WHERE m.id = {id})"
)
_ACCOUNT = "(SELECT a.source || ':' || hex(a.key) FROM {db}.accounts a WHERE a.id = {id})"
_RUN = "(SELECT r.uuid FROM {db}.run_begun r WHERE r.id = {id})"
_WALK = "(SELECT w.uuid FROM {db}.walk_begun w WHERE w.id = {id})"
_WARC = "(SELECT w.name FROM {db}.warcs w WHERE w.id = {id})"
_SHAPES = {"@R": _REF, "@C": _CAPTURE, "@M": _COMMENT, "@U": _ACCOUNT, "@N": _RUN, "@W": _WALK, "@F": _WARC}

# Each table's rows by natural keys. First the article and the capture that a newer parser could explain a difference by.
_ROWS = {
    "run_begun": "NULL, NULL, uuid, topic, source, trigger, started_at, code, settings, robots_reason",
    "run_ended": "NULL, NULL, @N(run), ended_at, verdict, counters",
    "walk_begun": "@R(article), NULL, uuid, @N(run), started_at",
    "walk_ended": "NULL, NULL, @W(walk), sort, ended_at, complete, stop_reason, declared_before, declared_after, "
    "declared_replies, collected, collected_replies, repeats",
    "captures": "@R(article), hex(record), @N(run), @W(walk), page, parser, outcome, url, method, hex(request_digest), at, "
    "received_at, server_at, status, hex(digest), @F(warc), offset, length, hex(chain), why",
    "warcs": "NULL, NULL, name, source, stored_to",
    "articles": "source || ':' || key, @C(first_capture), source, key, url, kind",
    "aliases": "@R(article), @C(capture), source, key",
    "comments": "@R(article), @C(first_capture), key",
    "accounts": "NULL, @C(first_capture), source, hex(key)",
    "article_versions": "@R(article), @C(capture), title, text, press, author, section, pane, state, published_from, "
    "published_to, published_precision, modified_from, modified_to, modified_precision",
    "account_versions": "NULL, @C(capture), @U(account), hex(name), state, provider",
    "comment_versions": "@R(SELECT article FROM {db}.comments WHERE id = t.comment), @C(capture), @M(comment), text, "
    "@U(account), parent_key, created_from, created_to, precision, edited_from, edited_to",
    "sightings": "@R(article), @C(capture), sort, stable, parent, first_rank, comment_keys(ids, '{db}')",
    "observations": "@R(SELECT article FROM {db}.comments WHERE id = t.comment), @C(capture), @M(comment), likes, dislikes, "
    "replies, state",
    "article_counts": "@R(article), @C(capture), metric, value",
    "rounded": "NULL, @C(capture), @M(comment), metric, raw",
    "lists": "@R(article), @C(capture), kind, query, rank, topic",
}


class Difference(Struct, frozen=True):
    """One row that only one of the two has: `present` or `rebuilt`."""

    table: str
    side: str
    row: tuple[Any, ...]
    explained: bool


class Comparison(Struct):
    """Which rows differ."""

    differences: int
    explained: int
    examples: list[Difference]


def _select(table: str, db: str) -> str:
    columns = _ROWS[table].replace("{db}", db)
    for mark, shape in _SHAPES.items():
        while (start := columns.find(mark + "(")) >= 0:
            end = _closing(columns, start + 2)
            inner = columns[start + 3 : end]
            value = f"({inner})" if inner.startswith("SELECT") else f"t.{inner}"
            columns = columns[:start] + shape.format(db=db, id=value) + columns[end + 1 :]
    return f"SELECT {columns} FROM {db}.{table} t"


def _closing(text: str, opening: int) -> int:
    depth = 0
    for n in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[n], 0)
        if depth == 0:
            return n
    raise AssertionError(text)


def compare(db: sqlite3.Connection, examples: int = 20) -> Comparison:
    """Compares schema `main` (the present rows) with the attached schema `rebuilt`.

    A difference is explained where its capture, or an earlier capture of its article, was read by another parser now.
    """
    db.create_function("comment_keys", 2, _keys_of(db), deterministic=True)
    db.execute("CREATE TEMP TABLE IF NOT EXISTS reread (capture TEXT PRIMARY KEY, article TEXT, source TEXT, at INTEGER)")
    db.execute("DELETE FROM temp.reread")
    db.execute(
        "INSERT INTO temp.reread SELECT hex(p.record), "
        "(SELECT a.source || ':' || a.key FROM main.articles a WHERE a.id = p.article), "
        "(SELECT source FROM main.run_begun r WHERE r.id = p.run), p.at FROM main.captures p JOIN rebuilt.captures n "
        "ON n.record = p.record WHERE n.parser IS NOT p.parser"
    )
    result = Comparison(0, 0, [])
    for table in _ROWS:
        present, rebuilt = _select(table, "main"), _select(table, "rebuilt")
        for side, sql in (("present", f"{present} EXCEPT {rebuilt}"), ("rebuilt", f"{rebuilt} EXCEPT {present}")):
            for row in db.execute(sql):
                explained = _explained(db, table, row)
                result.explained += explained
                result.differences += not explained
                if len(result.examples) < examples:
                    result.examples.append(Difference(table, side, row, explained))
    return result


def count_rows(db: sqlite3.Connection) -> int:
    """The rows of all tables that come from the WARC files."""
    return sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _ROWS)


def _explained(db: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> bool:
    article, capture = row[0], row[1]
    if table == "walk_begun":  # its article is known from its captures
        sql = "SELECT hex(c.record) FROM main.captures c JOIN main.walk_begun w ON w.id = c.walk WHERE w.uuid = ? ORDER BY c.id"
        capture = next((found for (found,) in db.execute(sql, (row[2],))), None)
    if capture is None:
        return False
    sql = (
        "SELECT 1 FROM temp.reread WHERE capture = ?2 OR article = ?1 AND at <= "
        "coalesce((SELECT c.at FROM main.captures c WHERE c.record = ?3), 0) LIMIT 1"
    )
    return db.execute(sql, (article, capture, bytes.fromhex(capture))).fetchone() is not None


def _keys_of(db: sqlite3.Connection) -> Any:
    caches: dict[str, dict[int, str]] = {}

    def keys(ids: bytes, schema: str) -> str:
        if schema not in caches:
            caches[schema] = dict(db.execute(f"SELECT id, key FROM {schema}.comments"))
        try:
            return " ".join(caches[schema].get(n, "?") for n in unpack(ids))
        except ValueError as error:
            return str(error)

    return keys
