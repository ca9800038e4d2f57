"""Replay: everything the archive saw, in the order of time, without the network."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.lookup import uuid_text
from archive.records import STATES
from archive.sightings import unpack
from archive.times import iso

Line = dict[str, Any]


def replay(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[tuple[int, Line]]:
    """(UTC ms, event) of every capture received in start..end, in order; each capture followed by what it changed.

    Events: run_begun, capture, article, counts, listing (the comments of a page, in order), comment (new or edited),
    observation, walk_ended, run_ended.
    """
    # At the same millisecond a capture comes first: an event is never stamped before what it closes.
    yield from heapq.merge(_captures(db, start, end, topic), _marks(db, start, end, topic), key=lambda entry: entry[0])


def _captures(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, Line]]:
    sql = (
        "SELECT c.id, c.record, c.received_at, c.at, c.page, c.outcome, c.url, c.status, c.why, r.source, r.uuid, r.topic, "
        "a.source || ':' || a.key FROM captures c JOIN run_begun r ON r.id = c.run LEFT JOIN articles a ON a.id = c.article "
        "WHERE c.received_at BETWEEN ? AND ? AND (? IS NULL OR r.topic = ?) ORDER BY c.received_at, c.id"
    )
    names = ("page", "outcome", "url", "status", "why", "source", "run", "topic")
    for row in db.execute(sql, (start, end, topic, topic)):
        seen = {"capture": uuid_text(row[1]), "seen_at": iso(row[2])}
        facts = dict(zip(names, row[4:12], strict=True))
        yield row[2], {"kind": "capture", "ref": row[12], **seen, "at": iso(row[3]), **facts}
        for line in _of_capture(db, row[0], row[12], seen):
            yield row[2], line


def _marks(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, Line]]:
    """Beginnings and ends of runs and the ends of walks, in the order of time."""
    begun = (
        "SELECT started_at, 0, 'run_begun', uuid, source, topic, NULL, NULL FROM run_begun "
        "UNION ALL SELECT e.ended_at, 2, 'run_ended', r.uuid, r.source, r.topic, e.verdict, NULL "
        "FROM run_ended e JOIN run_begun r ON r.id = e.run "
        "UNION ALL SELECT e.ended_at, 1, 'walk_ended', w.uuid, r.source, r.topic, e.stop_reason, a.source || ':' || a.key "
        "FROM walk_ended e JOIN walk_begun w ON w.id = e.walk JOIN run_begun r ON r.id = w.run "
        "LEFT JOIN articles a ON a.id = w.article"
    )
    rows = db.execute(
        f"SELECT * FROM ({begun}) WHERE started_at BETWEEN ? AND ? AND (? IS NULL OR topic = ?) ORDER BY 1, 2",
        (start, end, topic, topic),
    )
    for at, _, kind, uuid, source, of_topic, word, ref in rows:
        line = {
            "kind": kind,
            "ref": ref,
            "capture": None,
            "seen_at": iso(at),
            "uuid": uuid,
            "source": source,
            "topic": of_topic,
        }
        if word is not None:
            line["verdict" if kind == "run_ended" else "stop_reason"] = word
        yield at, line


def _of_capture(db: sqlite3.Connection, capture: int, ref: str | None, seen: Line) -> Iterator[Line]:
    """Events of one capture: the article first, then the page as a whole, then each comment's news."""
    for row in db.execute("SELECT title, pane, state, notice FROM article_versions WHERE capture = ?", (capture,)):
        said = {"title": row[0], "pane": row[1], "notice": row[3], "state": row[2]}
        yield {"kind": "article", "ref": ref, **seen, **said}
    counts: dict[str, dict[str, int]] = {}
    sql = (
        "SELECT a.source || ':' || a.key, metric, value FROM article_counts JOIN articles a ON a.id = article WHERE capture = ?"
    )
    for of, metric, value in db.execute(sql, (capture,)):
        counts.setdefault(of, {})[metric] = value
    for of, counted in counts.items():
        yield {"kind": "counts", "ref": of, **seen, "counts": counted}
    listing = db.execute("SELECT sort, parent, first_rank, ids FROM sightings WHERE capture = ?", (capture,)).fetchone()
    if listing is None:
        return
    ids = unpack(listing[3])
    marks = json.dumps(ids)
    keys = dict(db.execute("SELECT id, key FROM comments WHERE id IN (SELECT value FROM json_each(?))", (marks,)))
    place = {"sort": listing[0], "parent": listing[1], "rank": listing[2]}
    yield {"kind": "listing", "ref": ref, **seen, **place, "comments": [keys[n] for n in ids]}
    sql = "SELECT comment, text, hex(account), parent_key, created_from, created_to, precision, attachment, "
    sql += "hex(account_name), account_state, provider FROM comment_versions "
    sql += "WHERE capture = ? AND comment IN (SELECT value FROM json_each(?)) "
    for row in db.execute(sql + "ORDER BY comment", (capture, marks)):
        account = row[2].lower() if row[2] else None
        made = {"created_from": iso(row[4]), "created_to": iso(row[5]), "precision": row[6]}
        yield {
            "kind": "comment",
            "ref": f"{ref}#{keys[row[0]]}",
            **seen,
            "text": row[1],
            "attachment": row[7],
            "account": account,
            "account_name": row[8].lower() if row[8] else None,
            "account_state": row[9],
            "provider": row[10],
            "parent": row[3],
            **made,
        }
    sql = "SELECT comment, likes, dislikes, replies, state FROM observations WHERE capture = ? "
    sql += "AND comment IN (SELECT value FROM json_each(?)) ORDER BY comment"
    for row in db.execute(sql, (capture, marks)):
        values = {"likes": row[1], "dislikes": row[2], "replies": row[3], "state": STATES[row[4]]}
        yield {"kind": "observation", "ref": f"{ref}#{keys[row[0]]}", **seen, **values}
