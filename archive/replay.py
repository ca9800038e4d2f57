"""Replay: everything the archive saw, in the order of time, without the network. In constant memory, however long it is."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from archive.events import Article, Capture, Comment, Counts, Event, Listing, Mark, Observation
from archive.lookup import article_ref, uuid_text
from archive.records import STATES
from archive.rounding import RAW_COUNT, any_rounded, recounted, reworded, told_texts
from archive.sightings import unpack
from archive.times import iso

Line = dict[str, Any]
AT_ONCE = 400  # captures whose rows are read in one question
KNOWN_KEYS = 200_000  # comments whose keys are held in memory
_WORDS = {"run_ended": "verdict", "walk_ended": "stop_reason", "redaction": "reason"}
_Row = tuple[Any, ...]


def replay(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[tuple[int, Line]]:
    """(UTC ms, event) of every capture received in start..end, in order; each capture followed by what it changed.

    Events: run_begun, capture, article, counts, listing (the comments of a page, in order), comment (new or edited),
    observation, walk_ended, run_ended, redaction.
    """
    as_line = msgspec.to_builtins
    for at, events in _by_capture(db, start, end, topic):
        for event in events:
            yield at, as_line(event)


def ndjson(db: sqlite3.Connection, start: int, end: int, topic: str | None = None) -> Iterator[bytes]:
    """The same as lines of JSON, those of a capture together."""
    encode = msgspec.json.Encoder().encode_lines
    for _, events in _by_capture(db, start, end, topic):
        yield encode(events)  # at once: where many events wait in memory, Python looks through them for garbage


def _by_capture(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, list[Event]]]:
    """The events of a capture together."""
    marks = _marks(db, start, end, topic)
    mark = next(marks, None)
    for at, events in _captures(db, start, end, topic):
        # At the same millisecond a capture comes first: an event is never stamped before what it closes.
        while mark is not None and mark[0] < at:
            yield mark[0], [mark[1]]
            mark = next(marks, None)
        yield at, events
    while mark is not None:
        yield mark[0], [mark[1]]
        mark = next(marks, None)


Observed = tuple[int, int, int, int | None, int | None, int | None, int]
# One text of JSON for each column of many rows: for a row SQLite is asked twice as long as it takes to read it.
_OBSERVED = """
SELECT json_group_array(o.capture), json_group_array(o.comment), json_group_array(o.likes), json_group_array(o.dislikes),
  json_group_array(o.replies), json_group_array(o.state)
FROM json_each(?) wanted CROSS JOIN observations o ON o.capture = wanted.value"""
# What was known of a count before a row (n): another page may have told the same number for the first time.
_OLD_COUNT = """(SELECT o.value FROM article_counts o WHERE o.article = n.article AND o.metric = n.metric
  AND o.capture < n.capture ORDER BY o.capture DESC LIMIT 1)"""
_column = msgspec.json.Decoder(list[int | None]).decode


def observed(db: sqlite3.Connection, start: int, end: int) -> Iterator[Observed]:
    """(UTC ms, capture, comment, likes, dislikes, replies, state) of every observation in start..end, in order: the bare
    numbers, for programs that count. Capture and comment are row ids of this database, state is an index of `STATES`."""
    rows = db.execute(
        "SELECT id, received_at FROM capture_rows WHERE received_at BETWEEN ? AND ? ORDER BY received_at, id", (start, end)
    )
    while some := rows.fetchmany(AT_ONCE):
        at = dict(some)
        captures, *columns = _observations(db, json.dumps(list(at)))
        yield from zip(map(at.__getitem__, captures), captures, *columns, strict=True)


def _observations(db: sqlite3.Connection, captures: str) -> list[list[Any]]:
    """The observations of some captures (JSON), in their order: a list for each of capture, comment, likes, dislikes, replies,
    state."""
    return [_column(column) for column in db.execute(_OBSERVED, (captures,)).fetchone()]


def _captures(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, list[Event]]]:
    """(UTC ms, its events) of each capture."""
    rows = db.execute(
        "SELECT c.id, c.record, c.received_at, c.at, c.kind, u.url, c.status, c.run, c.article FROM capture_rows c "
        "CROSS JOIN urls u ON u.id = c.url WHERE c.received_at BETWEEN ? AND ? "
        "AND (? IS NULL OR (SELECT topic FROM run_begun WHERE id = c.run) = ?) ORDER BY c.received_at, c.id",
        (start, end, topic, topic),
    )
    keys, rounds = _Keys(db), any_rounded(db)

    @lru_cache(maxsize=1000)
    def kind_of(kind: int) -> _Row:
        return _one(db, "SELECT page, outcome, why FROM capture_kinds WHERE id = ?", kind)

    @lru_cache(maxsize=1000)
    def run_of(run: int) -> _Row:
        return _one(db, "SELECT source, uuid, topic FROM run_begun WHERE id = ?", run)

    while some := rows.fetchmany(AT_ONCE):
        read = _Rows(db, json.dumps([row[0] for row in some]), rounds)
        for capture, record, received_at, at, kind, url, status, run, article in some:
            uuid, seen_at = uuid_text(record), iso(received_at)
            ref, by_number, by_row = keys.of(article) if article is not None else (None, [], {})
            page, outcome, why = kind_of(kind)
            events: list[Event] = [Capture(ref, uuid, seen_at, iso(at), page, outcome, url, status, why, *run_of(run))]
            read.add(events, capture, ref, uuid, seen_at, by_number, by_row)
            yield received_at, events


def _one(db: sqlite3.Connection, sql: str, identity: int) -> _Row:
    row: _Row = db.execute(sql, (identity,)).fetchone()
    return row


def _marks(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[tuple[int, Mark]]:
    """Beginnings and ends of runs and the ends of walks, in the order of time; of the same time in that of `begun`."""
    begun = (
        "SELECT started_at, 0, 'run_begun', uuid, source, topic, NULL, NULL FROM run_begun "
        "UNION ALL SELECT e.ended_at, 2, 'run_ended', r.uuid, r.source, r.topic, e.verdict, NULL "
        "FROM run_ended e JOIN run_begun r ON r.id = e.run "
        "UNION ALL SELECT at, 3, 'redaction', uuid, source, NULL, reason, NULL FROM redactions"
    )
    rows = db.execute(
        f"SELECT * FROM ({begun}) WHERE started_at BETWEEN ? AND ? AND (? IS NULL OR topic = ?) ORDER BY 1, 2",
        (start, end, topic, topic),
    )
    for at, _, kind, uuid, source, of_topic, word, ref in heapq.merge(rows, _walks(db, start, end, topic)):
        mark = Mark(kind, ref, None, iso(at), uuid, source, of_topic)
        if word is not None:
            setattr(mark, _WORDS[kind], word)
        yield at, mark


# Whole archives have a million: only two numbers of each are sorted.
_WALKS = """
SELECT e.walk FROM walk_ended e WHERE e.ended_at BETWEEN ? AND ? AND (? IS NULL OR ? =
  (SELECT r.topic FROM walk_begun b JOIN run_begun r ON r.id = b.run WHERE b.id = e.walk)) ORDER BY e.ended_at, e.walk"""
_WALK = """
SELECT e.ended_at, b.uuid, r.source, r.topic, e.stop_reason, a.source || ':' || a.key
FROM json_each(?) wanted CROSS JOIN walk_ended e ON e.walk = wanted.value JOIN walk_begun b ON b.id = e.walk
JOIN run_begun r ON r.id = b.run LEFT JOIN articles a ON a.id = b.article"""


def _walks(db: sqlite3.Connection, start: int, end: int, topic: str | None) -> Iterator[_Row]:
    rows = db.execute(_WALKS, (start, end, topic, topic))
    while some := rows.fetchmany(AT_ONCE):
        for at, uuid, *told in db.execute(_WALK, (json.dumps([walk for (walk,) in some]),)).fetchall():
            yield at, 1, "walk_ended", uuid_text(uuid[:16]), *told


class _Keys:
    """Of an article its reference, and the keys of its comments by their number (from 1) and by their row."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: OrderedDict[int, tuple[str, list[str], dict[int, str]]] = OrderedDict()
        self._held = 0

    def of(self, article: int) -> tuple[str, list[str], dict[int, str]]:
        """All three, for one article."""
        found = self._known.get(article)
        if found is not None:
            self._known.move_to_end(article)
        else:
            rows = self._db.execute("SELECT id, key FROM comments WHERE article = ? ORDER BY n", (article,)).fetchall()
            ref = article_ref(self._db, article)
            found = self._known[article] = (ref, ["", *(key for _, key in rows)], dict(rows))
            self._held += 1 + len(rows)
            while self._held > KNOWN_KEYS and len(self._known) > 1:  # those that were not asked for the longest
                self._held -= len(self._known.popitem(last=False)[1][1])
        return found


class _Rows:
    """What some captures changed, by capture; `rounds`: numbers that may be rounded."""

    def __init__(self, db: sqlite3.Connection, captures: str, rounds: bool) -> None:
        def read(columns: str, table: str, more: str = "") -> dict[int, list[_Row]]:
            found: dict[int, list[_Row]] = defaultdict(list)
            wanted = "(SELECT value AS wanted FROM json_each(?))"
            sql = f"SELECT n.capture, {columns} FROM {wanted} CROSS JOIN {table} n ON n.capture = wanted {more}"
            for row in db.execute(sql, (captures,)):
                found[row[0]].append(row)
            return found

        self._articles = read("title, pane, notice, state", "article_versions")
        columns = f"a.source || ':' || a.key, metric, value, {RAW_COUNT if rounds else 'NULL'}"
        self._counts = read(columns, "article_counts", f"JOIN articles a ON a.id = n.article WHERE n.value IS NOT {_OLD_COUNT}")
        self._listings = read("sort, parent, first_rank, ids", "sightings")
        self._versions = read(
            "comment, text, attachment, account, account_name, account_state, provider, ip, parent_key, created_from, "
            "created_to, precision",
            "comment_versions",
        )
        observed, *values = _observations(db, captures)
        self._observations, self._count = zip(*values, strict=True), Counter(observed)
        self._raws = told_texts(db, captures) if rounds else {}
        self._reworded: dict[int, list[_Row]] = defaultdict(list)
        for capture, *values in reworded(db, captures) if rounds else ():
            self._reworded[capture].append(tuple(values))
        for row in recounted(db, captures) if rounds else ():
            self._counts[row[0]].append(row)

    def add(
        self,
        events: list[Event],
        capture: int,
        ref: str | None,
        uuid: str,
        seen_at: str | None,
        by_number: list[str],
        by_row: dict[int, str],
    ) -> None:
        """Adds the events of one capture, in the order that was given: the article first, then the page as a whole, then each
        comment's news."""
        for _, *said in self._articles.get(capture, ()):
            events.append(Article(ref, uuid, seen_at, *said))
        counted: dict[str, Counts] = {}
        for _, of, metric, value, raw in self._counts.get(capture, ()):
            event = counted.setdefault(of, Counts(of, uuid, seen_at, {}))
            event.counts[metric] = value
            if raw is not None:
                event.rounded = {**(event.rounded or {}), metric: raw}
        events += counted.values()
        for _, sort, parent, rank, ids in self._listings.get(capture, ()):
            events.append(Listing(ref, uuid, seen_at, sort, parent, rank, list(map(by_number.__getitem__, unpack(ids)))))
        for _, comment, text, attachment, account, name, state, provider, ip, parent, *times, precision in self._versions.get(
            capture, ()
        ):
            who = account.hex() if account else None, name.hex() if name else None, state, provider, ip
            born = iso(times[0]), iso(times[1]), precision
            events.append(Comment(f"{ref}#{by_row[comment]}", uuid, seen_at, text, attachment, *who, parent, *born))
        observed = islice(self._observations, self._count[capture])
        if (raws := self._raws.get(capture)) is not None:
            for comment, likes, dislikes, replies, state in (*observed, *self._reworded.get(capture, ())):
                of, text = f"{ref}#{by_row[comment]}", raws.get(comment) or None
                events.append(Observation(of, uuid, seen_at, likes, dislikes, replies, STATES[state], text))
            return
        events += [
            Observation(f"{ref}#{by_row[comment]}", uuid, seen_at, likes, dislikes, replies, STATES[state])
            for comment, likes, dislikes, replies, state in observed
        ]
