"""The tables: derived from the WARC files, only ever inserted into (but warcs.stored_to, and the caches of looks.py).
docs/archive-format.md explains them.

Times are UTC ms. Row ids are private: they differ after a rebuild, natural keys do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

FORMAT = 1  # of the whole archive; a newer one is refused
ROWS = 4  # of these tables: a database of fewer is made anew from the files

_TABLES = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE run_begun (
  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, source TEXT NOT NULL, trigger TEXT NOT NULL,
  started_at INTEGER NOT NULL, code TEXT NOT NULL, settings TEXT NOT NULL, robots_reason TEXT) STRICT;
CREATE INDEX run_begun_topic ON run_begun (source, topic);
CREATE TABLE run_ended (
  run INTEGER PRIMARY KEY REFERENCES run_begun(id), ended_at INTEGER NOT NULL, verdict TEXT NOT NULL,
  counters TEXT NOT NULL) STRICT;
CREATE TABLE run_pages (
  source TEXT NOT NULL, topic TEXT NOT NULL, page TEXT NOT NULL, run INTEGER NOT NULL REFERENCES run_begun(id),
  well INTEGER NOT NULL, yields TEXT NOT NULL, PRIMARY KEY (source, topic, page, run)) STRICT, WITHOUT ROWID;
CREATE INDEX run_pages_well ON run_pages (source, topic, page, run) WHERE well = 1;
CREATE TABLE alarms (
  source TEXT NOT NULL, topic TEXT NOT NULL, kind TEXT NOT NULL, page TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES run_begun(id), since INTEGER NOT NULL, at INTEGER NOT NULL,
  capture INTEGER REFERENCES capture_rows(id), count INTEGER NOT NULL, total INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (source, topic, kind, page, run)) STRICT, WITHOUT ROWID;
CREATE TABLE walk_begun (
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES run_begun(id),
  article INTEGER REFERENCES articles(id), started_at INTEGER NOT NULL) STRICT;
CREATE TABLE walk_ended (
  walk INTEGER PRIMARY KEY REFERENCES walk_begun(id), sort TEXT NOT NULL, ended_at INTEGER NOT NULL,
  complete INTEGER NOT NULL, stop_reason TEXT NOT NULL, declared_before INTEGER, declared_after INTEGER,
  declared_replies INTEGER, collected INTEGER NOT NULL, collected_replies INTEGER NOT NULL, repeats INTEGER NOT NULL) STRICT;
CREATE TABLE capture_kinds (
  id INTEGER PRIMARY KEY, page TEXT NOT NULL, parser TEXT, outcome TEXT NOT NULL, method TEXT NOT NULL, why TEXT) STRICT;
CREATE TABLE urls (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, url TEXT NOT NULL) STRICT;
CREATE INDEX urls_hash ON urls (hash);
CREATE TABLE capture_rows (
  id INTEGER PRIMARY KEY, record BLOB NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES run_begun(id),
  walk INTEGER REFERENCES walk_begun(id), article INTEGER REFERENCES articles(id),
  kind INTEGER NOT NULL REFERENCES capture_kinds(id), url INTEGER NOT NULL REFERENCES urls(id), request_digest BLOB,
  at INTEGER NOT NULL, received_at INTEGER NOT NULL, server_at INTEGER, status INTEGER, digest BLOB,
  warc INTEGER NOT NULL REFERENCES warcs(id), offset INTEGER NOT NULL, length INTEGER NOT NULL, chain BLOB) STRICT;
CREATE INDEX captures_article ON capture_rows (article);
CREATE TABLE refusals (capture INTEGER PRIMARY KEY REFERENCES capture_rows(id)) STRICT;
CREATE TABLE warcs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, source TEXT NOT NULL, stored_to INTEGER NOT NULL) STRICT;
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL,
  first_capture INTEGER NOT NULL REFERENCES capture_rows(id), UNIQUE (source, key)) STRICT;
CREATE TABLE aliases (
  source TEXT NOT NULL, key TEXT NOT NULL, article INTEGER NOT NULL REFERENCES articles(id),
  capture INTEGER NOT NULL REFERENCES capture_rows(id), PRIMARY KEY (source, key)) STRICT, WITHOUT ROWID;
CREATE TABLE comments (
  id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id), n INTEGER NOT NULL, key TEXT NOT NULL,
  first_capture INTEGER NOT NULL REFERENCES capture_rows(id), UNIQUE (article, n), UNIQUE (article, key)) STRICT;
CREATE TABLE article_versions (
  article INTEGER NOT NULL REFERENCES articles(id), capture INTEGER NOT NULL REFERENCES capture_rows(id), title TEXT, text TEXT,
  press TEXT, author TEXT, section TEXT, pane TEXT, notice TEXT, original TEXT, state TEXT NOT NULL,
  published_from INTEGER, published_to INTEGER,
  published_precision TEXT, modified_from INTEGER, modified_to INTEGER, modified_precision TEXT,
  PRIMARY KEY (article, capture)) STRICT, WITHOUT ROWID;
CREATE TABLE comment_versions (
  comment INTEGER NOT NULL REFERENCES comments(id), capture INTEGER NOT NULL REFERENCES capture_rows(id), text TEXT,
  account BLOB, account_name BLOB, account_state TEXT, provider TEXT, parent_key TEXT, created_from INTEGER, created_to INTEGER,
  precision TEXT, edited_from INTEGER, edited_to INTEGER, attachment TEXT, ip TEXT,
  PRIMARY KEY (comment, capture)) STRICT, WITHOUT ROWID;
CREATE TABLE sightings (
  capture INTEGER PRIMARY KEY REFERENCES capture_rows(id), article INTEGER NOT NULL REFERENCES articles(id), sort TEXT NOT NULL,
  stable INTEGER NOT NULL, parent TEXT, first_rank INTEGER NOT NULL, ids BLOB NOT NULL) STRICT;
CREATE TABLE observations (
  capture INTEGER NOT NULL REFERENCES capture_rows(id), comment INTEGER NOT NULL REFERENCES comments(id), likes INTEGER,
  dislikes INTEGER, replies INTEGER, state INTEGER NOT NULL, before INTEGER REFERENCES capture_rows(id),
  PRIMARY KEY (capture, comment)) STRICT, WITHOUT ROWID;
CREATE TABLE article_counts (
  article INTEGER NOT NULL REFERENCES articles(id), metric TEXT NOT NULL, capture INTEGER NOT NULL REFERENCES capture_rows(id),
  value INTEGER, PRIMARY KEY (article, metric, capture)) STRICT, WITHOUT ROWID;
CREATE TABLE counted (
  article INTEGER NOT NULL REFERENCES articles(id), capture INTEGER NOT NULL REFERENCES capture_rows(id),
  PRIMARY KEY (article, capture)) STRICT, WITHOUT ROWID;
CREATE TABLE redactions (
  source TEXT NOT NULL, uuid TEXT PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL, mark TEXT NOT NULL,
  reason TEXT NOT NULL, operator TEXT NOT NULL, captures INTEGER NOT NULL, comments INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE rounded (
  article INTEGER NOT NULL REFERENCES articles(id), comment INTEGER NOT NULL, metric TEXT NOT NULL,
  capture INTEGER NOT NULL REFERENCES capture_rows(id), raw TEXT,
  PRIMARY KEY (article, comment, metric, capture)) STRICT, WITHOUT ROWID;
CREATE TABLE lists (
  capture INTEGER NOT NULL REFERENCES capture_rows(id), kind TEXT NOT NULL, query TEXT, rank INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES articles(id), topic TEXT NOT NULL, PRIMARY KEY (capture, kind, rank)) STRICT,
  WITHOUT ROWID;
CREATE TABLE looks (
  article INTEGER PRIMARY KEY REFERENCES articles(id), source TEXT NOT NULL, born INTEGER NOT NULL, known_at INTEGER NOT NULL,
  born_to INTEGER, gone INTEGER NOT NULL, pane TEXT, page_at INTEGER, page_failed INTEGER NOT NULL, peek_at INTEGER,
  peek_failed INTEGER NOT NULL, walk_at INTEGER, walk_failed INTEGER NOT NULL, walk_last INTEGER, walk_pages INTEGER NOT NULL,
  walk INTEGER REFERENCES walk_begun(id), walk_open INTEGER NOT NULL, walk_count INTEGER, counts_at INTEGER, count INTEGER,
  top_at INTEGER, top_points REAL NOT NULL, new_at INTEGER, new_points REAL NOT NULL, heat REAL NOT NULL,
  heat_at INTEGER NOT NULL, veiled INTEGER) STRICT;
CREATE TABLE asked (
  source TEXT NOT NULL, topic TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, failed INTEGER NOT NULL,
  PRIMARY KEY (source, topic, what)) STRICT, WITHOUT ROWID;
CREATE TABLE members (
  topic TEXT NOT NULL, article INTEGER NOT NULL REFERENCES articles(id), at INTEGER NOT NULL,
  PRIMARY KEY (topic, article)) STRICT, WITHOUT ROWID
"""

# Indexes that only questions use, not the store: a rebuild makes them when all rows are there. While a large database grows, an
# index whose order is not that of the rows is another page to write for every row.
ANSWERING = {
    "captures_received_at": "capture_rows (received_at)",
    "captures_refused": "capture_rows (received_at) WHERE status IN (403, 429, 430, 503)",
    "captures_of_no_article": "capture_rows (url) WHERE article IS NULL",
    "article_versions_capture": "article_versions (capture)",
    "comment_versions_capture": "comment_versions (capture)",
    "observations_comment": "observations (comment)",
    "article_counts_capture": "article_counts (capture)",
    "rounded_capture": "rounded (capture)",
    "run_begun_started_at": "run_begun (started_at)",
}

_STATE = (
    "CASE o.state WHEN 0 THEN 'visible' WHEN 1 THEN 'deleted_by_user' WHEN 2 THEN 'deleted_by_operator' "
    "WHEN 3 THEN 'blinded' WHEN 4 THEN 'hidden_by_filter' WHEN 5 THEN 'placeholder' WHEN 7 THEN 'redacted' ELSE 'unknown' END"
)


# Where nothing was ever rounded, no row is asked.
_RAWS = """CASE WHEN EXISTS (SELECT 1 FROM rounded) THEN nullif((
  SELECT json_group_object(r.metric, r.raw) FROM rounded r WHERE r.article = m.article AND r.comment = m.id
    AND r.raw IS NOT NULL AND r.capture = (SELECT max(x.capture) FROM rounded x
      WHERE x.article = r.article AND x.comment = r.comment AND x.metric = r.metric AND x.capture <= o.capture)), '{}') END"""


def _time(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"


def _uuid(column: str) -> str:
    parts = (f"substr(lower(hex({column})), {start}, {size})" for start, size in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12)))
    return " || '-' || ".join(parts)


# What analysts read: the words of docs/archive-format.md over narrower tables; ISO times, references, the capture's uuid.
VIEWS = {
    # Words that are the same on thousands of captures, and addresses that are asked again and again, stand once. LEFT: what a
    # question does not read is then not looked up either.
    "captures": """
SELECT r.id, r.record, r.run, r.walk, r.article, k.page, k.parser, k.outcome, u.url, k.method, r.request_digest, r.at,
  r.received_at, r.server_at, r.status, r.digest, r.warc, r.offset, r.length, r.chain, k.why
  FROM capture_rows r LEFT JOIN capture_kinds k ON k.id = r.kind LEFT JOIN urls u ON u.id = r.url""",
    "runs": """
SELECT b.id, b.uuid, b.topic, b.source, b.trigger, b.started_at, e.ended_at, e.verdict, e.counters, b.code, b.settings,
  b.robots_reason FROM run_begun b LEFT JOIN run_ended e ON e.run = b.id""",
    "walks": f"""
SELECT b.id, {_uuid("b.uuid")} AS uuid, b.run, b.article, e.sort, b.started_at, e.ended_at, e.complete, e.stop_reason,
  e.declared_before, e.declared_after, e.declared_replies, e.collected, e.collected_replies, e.repeats
  FROM walk_begun b LEFT JOIN walk_ended e ON e.walk = b.id""",
    # An account is its pseudonym. What it is called stands with each of its comments: a table of accounts, in the order of
    # pseudonyms, would have every new comment touch another page of the file.
    "accounts": """
SELECT v.account AS id, a.source, v.account AS key, min(v.capture) AS first_capture
  FROM comment_versions v JOIN comments m ON m.id = v.comment JOIN articles a ON a.id = m.article
  WHERE v.account IS NOT NULL GROUP BY a.source, v.account""",
    "account_versions": """
SELECT account, capture, name, state, provider FROM (
  SELECT account, capture, account_name AS name, account_state AS state, provider, lag(capture) OVER w AS before,
    lag(account_name) OVER w AS old_name, lag(account_state) OVER w AS old_state, lag(provider) OVER w AS old_provider
  FROM comment_versions WHERE account IS NOT NULL WINDOW w AS (PARTITION BY account ORDER BY capture))
  WHERE before IS NULL OR (name, state, provider) IS NOT (old_name, old_state, old_provider)""",
    "view_captures": f"""
SELECT lower(hex(c.record)) AS capture, r.source, r.topic, r.uuid AS run, a.source || ':' || a.key AS ref, c.page, c.outcome,
  c.status, c.method, c.url, {_time("c.at")} AS at, {_time("c.received_at")} AS received_at,
  {_time("c.server_at")} AS server_at,
  lower(hex(c.digest)) AS digest, w.name AS warc, c.offset, c.length, c.parser, c.why
  FROM captures c JOIN run_begun r ON r.id = c.run JOIN warcs w ON w.id = c.warc LEFT JOIN articles a ON a.id = c.article""",
    "view_observations": f"""
SELECT a.source || ':' || a.key || '#' || m.key AS ref, {_time("c.received_at")} AS seen_at, o.likes, o.dislikes, o.replies,
  {_STATE} AS state, {_RAWS} AS rounded, lower(hex(c.record)) AS capture
  FROM observations o JOIN captures c ON c.id = o.capture JOIN comments m ON m.id = o.comment
  JOIN articles a ON a.id = m.article""",
    "view_comment_versions": f"""
SELECT a.source || ':' || a.key || '#' || m.key AS ref, {_time("c.received_at")} AS seen_at, v.text,
  lower(hex(v.account)) AS account, lower(hex(v.account_name)) AS account_name, v.account_state, v.provider, v.parent_key,
  {_time("v.created_from")} AS created_from, {_time("v.created_to")} AS created_to, v.precision, v.attachment, v.ip,
  lower(hex(c.record)) AS capture
  FROM comment_versions v JOIN captures c ON c.id = v.capture JOIN comments m ON m.id = v.comment
  JOIN articles a ON a.id = m.article""",
    # unpack_sightings is registered by archive.open_archive; other SQLite shells do not have it.
    "view_sightings": f"""
SELECT a.source || ':' || a.key || '#' || m.key AS ref, {_time("c.received_at")} AS seen_at, s.sort, s.parent,
  s.first_rank + j.key AS rank, lower(hex(c.record)) AS capture
  FROM sightings s JOIN json_each(unpack_sightings(s.ids)) j JOIN comments m ON m.article = s.article AND m.n = j.value
  JOIN captures c ON c.id = s.capture JOIN articles a ON a.id = s.article""",
}


def migrate(db: Database) -> None:
    """Brings an archive.db to this FORMAT; each migration is one transaction."""
    from sqlite_utils import Migrations

    migrations = Migrations("sagwan")

    @migrations()  # type: ignore[untyped-decorator, unused-ignore]
    def m001_tables(db: Database) -> None:
        for statement in _TABLES.split(";"):
            db.execute(statement)
        for name, rows in ANSWERING.items():
            db.execute(f"CREATE INDEX {name} ON {rows}")
        for name, sql in VIEWS.items():
            db.create_view(name, sql)
        db.execute(f"PRAGMA user_version = {ROWS}")

    migrations.apply(db)
