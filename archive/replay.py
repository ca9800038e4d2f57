"""Replay: everything the archive saw, in the order of time, without the network. In constant memory, however long it is."""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from archive.lookup import uuid_text
from archive.records import STATES
from archive.sightings import unpack
from archive.times import iso

Line = dict[str, Any]
AT_ONCE = 400  # captures whose rows are read in one question
KNOWN_KEYS = 200_000  # comments whose keys are held in memory
_WORDS = {"run_ended": "verdict", "walk_ended": "stop_reason", "redaction": "reason"}


def replay(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[tuple[int, Line]]:
    """(UTC ms, event) of every capture received in start..end, in order; each capture followed by what it changed.

    Events: run_begun, capture, article, counts, listing (the comments of a page, in order), comment (new or edited),
    observation, walk_ended, run_ended, redaction.
    """
    for at, lines in by_capture(db, start, end, topic):
        for line in lines:
            yield at, line


def by_capture(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[tuple[int, list[Line]]]:
    """The same, with the events of a capture together: faster for whoever takes them all."""
    marks = _marks(db, start, end, topic)
    mark = next(marks, None)
    for at, lines in _captures(db, start, end, topic):
        # At the same millisecond a capture comes first: an event is never stamped before what it closes.
        while mark is not None and mark[0] < at:
            yield mark[0], [mark[1]]
            mark = next(marks, None)
        yield at, lines
    while mark is not None:
        yield mark[0], [mark[1]]
        mark = next(marks, None)


def ndjson(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[bytes]:
    """The same as lines of JSON, those of a capture together."""
    encode = msgspec.json.Encoder().encode_lines
    for _, lines in by_capture(db, start, end, topic):
        yield encode(lines)  # at once: where many events wait in memory, Python looks through them for garbage


Observed = tuple[int, int, int, int | None, int | None, int | None, int]


def observed(db: sqlite3.Connection, start: int, end: int) -> Iterator[Observed]:
    """(UTC ms, capture, comment, likes, dislikes, replies, state) of every observation in start..end, in order: the bare
    numbers, for programs that count. Capture and comment are row ids of this database, state is an index of `STATES`."""
    return db.execute(
        "SELECT c.received_at, o.capture, o.comment, o.likes, o.dislikes, o.replies, o.state FROM capture_rows c "
        "CROSS JOIN observations o ON o.capture = c.id WHERE c.received_at BETWEEN ? AND ? ORDER BY c.received_at, c.id",
        (start, end),
    )


def _captures(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, list[Line]]]:
    """(UTC ms, its events) of each capture."""
    rows = db.execute(
        "SELECT c.id, c.record, c.received_at, c.at, k.page, k.outcome, u.url, c.status, k.why, r.source, r.uuid, r.topic, "
        "c.article, a.source || ':' || a.key FROM capture_rows c CROSS JOIN run_begun r ON r.id = c.run "
        "JOIN capture_kinds k ON k.id = c.kind JOIN urls u ON u.id = c.url LEFT JOIN articles a ON a.id = c.article "
        "WHERE c.received_at BETWEEN ? AND ? AND (? IS NULL OR r.topic = ?) ORDER BY c.received_at, c.id",
        (start, end, topic, topic),
    )
    keys = _Keys(db)
    while some := rows.fetchmany(AT_ONCE):
        read = _Rows(db, json.dumps([row[0] for row in some]))
        for capture, record, received_at, at, page, outcome, url, status, why, source, run, of_topic, article, ref in some:
            uuid, seen_at = uuid_text(record), iso(received_at)
            lines: list[Line] = [
                {
                    "kind": "capture",
                    "ref": ref,
                    "capture": uuid,
                    "seen_at": seen_at,
                    "at": iso(at),
                    "page": page,
                    "outcome": outcome,
                    "url": url,
                    "status": status,
                    "why": why,
                    "source": source,
                    "run": run,
                    "topic": of_topic,
                }
            ]
            read.add(lines, capture, article, ref, uuid, seen_at, keys)
            yield received_at, lines


def _marks(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, Line]]:
    """Beginnings and ends of runs and the ends of walks, in the order of time."""
    begun = (
        "SELECT started_at, 0, 'run_begun', uuid, source, topic, NULL, NULL FROM run_begun "
        "UNION ALL SELECT e.ended_at, 2, 'run_ended', r.uuid, r.source, r.topic, e.verdict, NULL "
        "FROM run_ended e JOIN run_begun r ON r.id = e.run "
        "UNION ALL SELECT e.ended_at, 1, 'walk_ended', w.uuid, r.source, r.topic, e.stop_reason, a.source || ':' || a.key "
        "FROM walk_ended e JOIN walks w ON w.id = e.walk JOIN run_begun r ON r.id = w.run "
        "LEFT JOIN articles a ON a.id = w.article "
        "UNION ALL SELECT at, 3, 'redaction', uuid, source, NULL, reason, NULL FROM redactions"
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
            line[_WORDS[kind]] = word
        yield at, line


class _Keys:
    """The keys of an article's comments by their number (from 1) and by their row."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: OrderedDict[int, tuple[list[str], dict[int, str]]] = OrderedDict()
        self._held = 0

    def of(self, article: int) -> tuple[list[str], dict[int, str]]:
        """Both, for one article."""
        found = self._known.get(article)
        if found is None:
            rows = self._db.execute("SELECT id, key FROM comments WHERE article = ? ORDER BY n", (article,)).fetchall()
            found = self._known[article] = (["", *(key for _, key in rows)], dict(rows))
            self._held += len(rows)
            while self._held > KNOWN_KEYS and len(self._known) > 1:
                self._held -= len(self._known.popitem(last=False)[1][1])
        return found


class _Rows:
    """What some captures changed, by capture."""

    def __init__(self, db: sqlite3.Connection, captures: str) -> None:
        def read(columns: str, table: str, more: str = "") -> dict[int, list[tuple[Any, ...]]]:
            found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
            wanted = "(SELECT value AS wanted FROM json_each(?))"
            sql = f"SELECT t.capture, {columns} FROM {wanted} CROSS JOIN {table} t ON t.capture = wanted {more}"
            for row in db.execute(sql, (captures,)):
                found[row[0]].append(row)
            return found

        self._articles = read("title, pane, state, notice", "article_versions")
        self._counts = read(
            "a.source || ':' || a.key, t.metric, t.value", "article_counts", "JOIN articles a ON a.id = t.article"
        )
        self._listings = read("sort, parent, first_rank, ids", "sightings")
        self._versions = read(
            "comment, text, account, parent_key, created_from, created_to, precision, attachment, account_name, "
            "account_state, provider, ip",
            "comment_versions",
        )
        self._observations = read("comment, likes, dislikes, replies, state", "observations")

    def add(
        self, lines: list[Line], capture: int, article: int, ref: str | None, uuid: str, seen_at: str | None, keys: _Keys
    ) -> None:
        """Adds the events of one capture: the article first, then the page as a whole, then each comment's news."""
        seen = {"capture": uuid, "seen_at": seen_at}
        for _, title, pane, state, notice in self._articles.get(capture, ()):
            said = {"title": title, "pane": pane, "notice": notice, "state": state}
            lines.append({"kind": "article", "ref": ref, **seen, **said})
        counts: dict[str, dict[str, int]] = {}
        for _, of, metric, value in self._counts.get(capture, ()):
            counts.setdefault(of, {})[metric] = value
        for of, counted in counts.items():
            lines.append({"kind": "counts", "ref": of, **seen, "counts": counted})
        if capture not in self._listings:
            return
        _, sort, parent, rank, ids = self._listings[capture][0]
        by_number, by_row = keys.of(article)
        place = {"sort": sort, "parent": parent, "rank": rank}
        members = [by_number[n] for n in unpack(ids)]
        lines.append({"kind": "listing", "ref": ref, **seen, **place, "comments": members})
        for row in self._versions.get(capture, ()):
            lines.append(
                {
                    "kind": "comment",
                    "ref": f"{ref}#{by_row[row[1]]}",
                    **seen,
                    "text": row[2],
                    "attachment": row[8],
                    "account": row[3].hex() if row[3] else None,
                    "account_name": row[9].hex() if row[9] else None,
                    "account_state": row[10],
                    "provider": row[11],
                    "ip": row[12],
                    "parent": row[4],
                    "created_from": iso(row[5]),
                    "created_to": iso(row[6]),
                    "precision": row[7],
                }
            )
        for _, comment, likes, dislikes, replies, state in self._observations.get(capture, ()):
            lines.append(
                {
                    "kind": "observation",
                    "ref": f"{ref}#{by_row[comment]}",
                    "capture": uuid,
                    "seen_at": seen_at,
                    "likes": likes,
                    "dislikes": dislikes,
                    "replies": replies,
                    "state": STATES[state],
                }
            )
