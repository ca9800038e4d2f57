"""An article's counts over time: every look that counted, changed or not."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from archive.lookup import uuid_text
from archive.rounding import Marks, marked
from archive.times import iso

_COUNTED = """
SELECT c.page, n.metric FROM article_counts n JOIN captures c ON c.id = n.capture WHERE n.article = ?1
UNION SELECT c.page, n.metric FROM counted k JOIN article_counts n ON n.capture = k.capture JOIN captures c ON c.id = k.capture
  WHERE k.article = ?1"""
_LOOKS = """
SELECT id, record, received_at, page FROM captures WHERE (article = ?1 AND outcome = 'ok')
OR id IN (SELECT capture FROM counted WHERE article = ?1) ORDER BY id"""
_STATES = """
SELECT v.capture, v.state, c.page FROM article_versions v JOIN captures c ON c.id = v.capture WHERE v.article = ?
ORDER BY v.capture"""


def article_series(db: sqlite3.Connection, article: int, ref: str, metric: str | None) -> Iterator[dict[str, Any]]:
    """Each capture of a page that ever counted something of the article: what such a page counts, as of then. A page that is
    gone or restricted counts nothing."""
    rows = db.execute(
        "SELECT capture, metric, value FROM article_counts WHERE article = ? ORDER BY capture", (article,)
    ).fetchall()
    states = db.execute(_STATES, (article,)).fetchall()
    counted: dict[str, set[str]] = defaultdict(set)
    for page, name in db.execute(_COUNTED, (article,)):
        counted[page].add(name)
    news = {capture for capture, _, _ in rows}
    marks = Marks(db, article)
    now: dict[str, int] = {}
    silent = None
    for capture, record, received_at, page in db.execute(_LOOKS, (article,)).fetchall():
        while rows and rows[0][0] <= capture:
            _, name, value = rows.pop(0)
            now[name] = value
        while states and states[0][0] <= capture:
            _, state, of = states.pop(0)
            silent = of if state != "visible" else None
        if page == silent and capture not in news:
            continue
        counts = {name: value for name, value in sorted(now.items()) if name in counted[page] and metric in (None, name)}
        if counts:
            seen = {"capture": uuid_text(record), "seen_at": iso(received_at)}
            mark = marked({name: text for name, text in marks.at(capture).items() if name in counts})
            yield {"kind": "counts", "ref": ref, **seen, **counts, **mark}
