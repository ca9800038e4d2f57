"""Turns exchanges and events into rows, in the order of the WARC file. The same code stores live, catches up and rebuilds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive import alarms
from archive.capture import REACTIONS, Exchange, Facts, Parse, Parsed, Seen
from archive.errors import WriteFailed
from archive.event_kinds import Event, Redaction, RunBegun, RunEnded, WalkEnded
from archive.looks import Looks, clocked
from archive.lookup import uuid_bytes
from archive.pseudonym import Pseudonyms
from archive.reading import read
from archive.records import CLOSED, Article, Count, Cue, ListEntry, Listing
from archive.store_articles import Articles
from archive.store_comments import Comments
from archive.store_counts import Counts
from archive.store_names import Names
from archive.warc_writer import Placed


class Store:
    """Insert-only writer of one source's rows. One transaction holds the rows of a batch and how far its file is stored."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms, parse: Parse) -> None:
        self._db, self._source, self._parse = db, source, parse
        self._articles = Articles(db, source, pseudonyms)
        self._counts = Counts(db)
        self._comments = Comments(db, source, pseudonyms)
        self._looks = Looks(db, source, self._articles.find)
        self._runs: dict[str, int] = {}
        self._walks: dict[str, int] = {}
        self._warcs: dict[str, int] = {}
        self._stored_to: dict[str, int] = {}
        self._names = Names(db)
        self._next_capture = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All rows of a batch or none. Raises WriteFailed; the caches are then no longer what the database holds."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            # Another source may have inserted since: ids are taken anew inside the lock.
            self._next_capture = _next_id(self._db, "capture_rows")
            self._articles.begin()
            self._counts.begin()
            self._comments.begin()
            yield
            self._looks.flush()
            for name, end in self._stored_to.items():
                self._db.execute("UPDATE warcs SET stored_to = ? WHERE id = ?", (end, self._warcs[name]))
            self._db.execute("COMMIT")
            self._stored_to.clear()
        except sqlite3.Error as error:
            self._rollback()
            where = self._db.execute("PRAGMA database_list").fetchone()[2]
            raise WriteFailed(f"cannot store rows in {where}: {error}") from error
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        self._looks.forget()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def last_at(self) -> tuple[int, int]:
        """The greatest `at` and `received_at` (UTC ms) among this source's stored captures; (0, 0) when there are none."""
        row = self._db.execute(
            "SELECT c.at, c.received_at FROM capture_rows c JOIN run_begun r ON r.id = c.run WHERE r.source = ? "
            "ORDER BY c.id DESC LIMIT 1",
            (self._source,),
        ).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def stored_to(self, name: str) -> int:
        """How far a WARC file's records are rows already (offset)."""
        row = self._db.execute("SELECT stored_to FROM warcs WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def reached(self, name: str, end: int) -> None:
        """Notes that all of the file up to `end` is stored (a warcinfo record makes no rows)."""
        self._warc(name)
        self._stored_to[name] = end

    def exchange(self, exchange: Exchange, placed: Placed) -> Seen:
        """Stores one exchange; inside a transaction, after its bytes are on disk."""
        facts = exchange.facts
        found = read(exchange, self._parse)
        parsed = found.parsed
        capture_id = self._next_capture
        self._next_capture += 1
        run = self._run(facts.run)
        article = self._articles.of(facts, capture_id, parsed.records)
        # What comes before its article is known (a redirect, a failed attempt) is no page of a walk.
        walk = self._walk(facts.walk, run, article, facts.at) if facts.walk and article is not None else None
        self._db.execute(
            "INSERT INTO capture_rows VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                capture_id,
                uuid_bytes(placed.record),
                run,
                walk,
                article,
                self._names.kind(facts.page, parsed.parser, parsed.outcome, facts.method, facts.why),
                self._names.url(facts.url),
                found.request_digest,
                facts.at,
                facts.received_at,
                found.server_at,
                found.status,
                found.digest,
                self._warc(placed.name),
                placed.offset,
                placed.length,
                placed.chain,
            ),
        )
        if parsed.outcome == "refused":
            self._db.execute("INSERT INTO refusals VALUES (?)", (capture_id,))
        if facts.listed and article is not None:
            listed = facts.listed
            self._list_row(capture_id, listed.kind, listed.query, listed.rank, article, facts)
        new = observed = 0
        came = clocked(facts)[1]
        self._looks.seen(facts, parsed.outcome, parsed.records, article, walk)
        counts, entries, shown = dict[int, set[str]](), set[int](), set[int]()  # articles
        if article is not None and _counts_alone(facts, parsed):
            shown.add(article)
        for record in parsed.records:
            if type(record) is Listing:
                if article is not None:
                    added, changed, points = self._comments.store(capture_id, article, record)
                    new, observed = new + added, observed + changed
                    if record.rank == 1 and record.parent is None:
                        self._looks.listed(article, came, votes=record.order == "votes", points=points)
            elif type(record) is Article:
                about = self._articles.store(capture_id, record)
                self._looks.about(about, record, came)
                if record.state == "visible":
                    shown.add(about)
            elif type(record) is Count:
                of = article if record.article is None else self._articles.counted(capture_id, record.article)
                if of is not None:
                    if record.article is not None:
                        self._looks.counted(of, record, came)
                    self._counts.count(capture_id, of, record)
                    counts.setdefault(of, set()).add(record.metric)
            elif type(record) is ListEntry:
                entry = self._articles.known_or_new(capture_id, record.article)
                entries.add(entry)
                self._looks.about(entry, record.article, came, listed=True)
                self._list_row(capture_id, record.kind, record.query, record.rank, entry, facts)
        page = (facts.page, parsed.parser)
        for of in counts.keys() | shown:
            if of in shown or of not in entries:
                self._counts.showed(capture_id, of, page, frozenset(counts.get(of, ())))
            else:  # a list shows of its articles what it has room for
                self._counts.listed(of, page)
        self._stored_to[placed.name] = placed.end
        return Seen(facts, placed.record, found.status, parsed, found.headers, found.body, new, observed)

    def event(self, event: Event, placed: Placed) -> None:
        """Stores one fact that is no exchange; inside a transaction, after its bytes are on disk."""
        match event:
            case RunBegun():
                self._run_begun(event)
            case RunEnded():
                run = self._run(event.run)
                values = (run, event.at, event.verdict, event.counters_text)
                self._db.execute("INSERT INTO run_ended VALUES (?,?,?,?)", values)
                alarms.keep(self._db, self._source, run, event)
            case WalkEnded():
                self._walk_ended(event)
            case Redaction():
                self._redaction(event)
        self._warc(placed.name)
        self._stored_to[placed.name] = placed.end

    def _run_begun(self, e: RunBegun) -> None:
        cursor = self._db.execute(
            "INSERT INTO run_begun (uuid, topic, source, trigger, started_at, code, settings, robots_reason) "
            "VALUES (?,?,?,?,?,?,?,?)",
            (e.run, e.topic, self._source, e.trigger, e.at, e.code, e.settings_text, e.robots_reason),
        )
        self._runs[e.run] = cursor.lastrowid or 0

    def _walk_ended(self, e: WalkEnded) -> None:
        article = self._articles.find(e.article)
        walk = self._walk(e.walk, self._run(e.run), article, e.started_at)
        declared = (e.declared_before, e.declared_after, e.declared_replies)
        values = (walk, e.sort, e.at, e.complete, e.stop_reason, *declared, e.collected, e.collected_replies, e.repeats)
        # A second end of one walk, as earlier versions could write, says nothing: it must not end all later runs of the source.
        sql = "INSERT INTO walk_ended VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (walk) DO NOTHING"
        if self._db.execute(sql, values).rowcount:
            self._looks.walk_ended(article, walk, e.started_at, e.stop_reason)
        self._walks.pop(e.walk, None)  # nothing more comes of it

    def _redaction(self, e: Redaction) -> None:
        values = (self._source, e.redaction, e.at, e.what, e.mark, e.reason, e.operator, e.captures, e.comments)
        self._db.execute("INSERT INTO redactions VALUES (?,?,?,?,?,?,?,?,?)", values)

    def _list_row(self, capture: int, kind: str, query: str | None, rank: int, article: int, facts: Facts) -> None:
        values = (capture, kind, query, rank, article, facts.topic)
        self._db.execute("INSERT OR IGNORE INTO lists VALUES (?,?,?,?,?,?)", values)
        self._looks.member(facts.topic, article, clocked(facts)[1])

    def _run(self, uuid: str) -> int:
        if uuid not in self._runs:
            row = self._db.execute("SELECT id FROM run_begun WHERE uuid = ?", (uuid,)).fetchone()
            if row is None:
                raise WriteFailed(f"the archive has no record of the beginning of run {uuid}")
            self._runs[uuid] = row[0]
        return self._runs[uuid]

    def _walk(self, uuid: str, run: int, article: int | None, started_at: int) -> int:
        if uuid not in self._walks:
            values = (uuid_bytes(uuid), run, article, started_at)
            sql = "INSERT INTO walk_begun (uuid, run, article, started_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING RETURNING id"
            row = self._db.execute(sql, values).fetchone()
            if row is None:  # one that went on in another run
                row = self._db.execute("SELECT id FROM walk_begun WHERE uuid = ?", values[:1]).fetchone()
            self._walks[uuid] = row[0]
        return self._walks[uuid]

    def _warc(self, name: str) -> int:
        if name not in self._warcs:
            self._db.execute("INSERT OR IGNORE INTO warcs (name, source, stored_to) VALUES (?,?,0)", (name, self._source))
            self._warcs[name] = self._db.execute("SELECT id FROM warcs WHERE name = ?", (name,)).fetchone()[0]
        return self._warcs[name]


def _counts_alone(facts: Facts, parsed: Parsed) -> bool:
    """Whether a page would show an article's counts, if the site showed any: it was asked for nothing else, or says that its
    comments are closed."""
    if (facts.why or "").partition(" ")[0] == REACTIONS:
        return parsed.outcome in ("ok", "empty")
    return any(type(record) is Cue and record.name == CLOSED for record in parsed.records)


def _next_id(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])
