"""What an archive has that can be asked for again: for each page kind what was read of it last."""

from __future__ import annotations

import sqlite3

from msgspec import Struct, field

RECENT = 20_000  # captures that are looked through
_NEWEST = 50  # articles among which a thread is looked for
_SMALL = 100  # comments of a thread that is cheap to read

_READ = """
SELECT k.page, a.key, u.url, max(c.id) FROM capture_rows c JOIN capture_kinds k ON k.id = c.kind JOIN urls u ON u.id = c.url
  JOIN run_begun r ON r.id = c.run LEFT JOIN articles a ON a.id = c.article LEFT JOIN looks l ON l.article = a.id
  WHERE c.id > (SELECT coalesce(max(id), 0) FROM capture_rows) - ? AND r.source = ? AND k.outcome = 'ok' AND l.gone IS NOT 1
  GROUP BY k.page"""
_THREADS = """
SELECT a.id, a.key FROM articles a JOIN looks l ON l.article = a.id
  WHERE a.id IN (SELECT id FROM articles WHERE source = ? ORDER BY id DESC LIMIT ?) AND l.gone = 0 AND l.walk_at IS NOT NULL
  ORDER BY a.id DESC"""
_SEARCHED = """
SELECT l.query FROM capture_rows c JOIN capture_kinds k ON k.id = c.kind JOIN run_begun r ON r.id = c.run
  JOIN lists l ON l.capture = c.id
  WHERE c.id > (SELECT coalesce(max(id), 0) FROM capture_rows) - ? AND r.source = ? AND k.outcome = 'ok' AND l.kind = 'search'
  ORDER BY c.id DESC LIMIT 1"""


class Samples(Struct):
    """Articles by the page kind that was read last of one, URLs by the page kind that is of none; `thread`: an article with few
    comments, replies among them; `query`: the last one that found something."""

    articles: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    thread: str | None = None
    query: str | None = None


def samples(db: sqlite3.Connection, source: str) -> Samples:
    """What can be asked of a source; nothing where the archive knows nothing of it."""
    found = Samples(thread=_thread(db, source))
    for page, article, url, _ in db.execute(_READ, (RECENT, source)):
        if article is not None:
            found.articles[page] = article
        else:
            found.urls[page] = url
    row = db.execute(_SEARCHED, (RECENT, source)).fetchone()
    found.query = row[0] if row else None
    return found


def _thread(db: sqlite3.Connection, source: str) -> str | None:
    small = None
    for article, key in db.execute(_THREADS, (source, _NEWEST)):
        sql = "SELECT count(*) FROM (SELECT 1 FROM comments WHERE article = ? LIMIT ?)"
        comments = db.execute(sql, (article, _SMALL + 1)).fetchone()[0]
        if not 0 < comments <= _SMALL:
            continue
        small = small or key
        sql = "SELECT 1 FROM comments m JOIN comment_versions v ON v.comment = m.id WHERE m.article = ? AND v.parent_key <> ''"
        if db.execute(f"{sql} LIMIT 1", (article,)).fetchone():
            return str(key)
    return small
