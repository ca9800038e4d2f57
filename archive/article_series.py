"""An article's counts over time: every look that counted, changed or not."""

from __future__ import annotations

import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from archive.article_counts import LOOKED
from archive.lookup import uuid_text
from archive.rounding import Marks, marked
from archive.times import iso

_COUNTED = """
SELECT c.page, n.metric FROM article_counts n JOIN captures c ON c.id = n.capture WHERE n.article = ?1
UNION SELECT c.page, n.metric FROM counted k JOIN article_counts n ON n.capture = k.capture JOIN captures c ON c.id = k.capture
  WHERE k.article = ?1"""
_LOOKS = f"""
SELECT c.id, c.record, c.received_at, c.page FROM captures c WHERE (c.article = ?1 AND {LOOKED})
OR c.id IN (SELECT capture FROM counted WHERE article = ?1) ORDER BY c.id"""
_ROWS = """
SELECT n.capture, n.metric, n.value, c.page FROM article_counts n JOIN captures c ON c.id = n.capture WHERE n.article = ?
ORDER BY n.capture"""
_STATES = """
SELECT v.capture, v.state, c.page FROM article_versions v JOIN captures c ON c.id = v.capture WHERE v.article = ?
ORDER BY v.capture"""


def article_series(db: sqlite3.Connection, article: int, ref: str, metric: str | None) -> Iterator[dict[str, Any]]:
    """Each capture of a page that ever counted something of the article: what such a page counts, as of then; None where that
    look did not show a count that was shown before. A page that is gone or restricted counts nothing."""
    rows = deque(db.execute(_ROWS, (article,)))
    states = db.execute(_STATES, (article,)).fetchall()
    counted: dict[str, set[str]] = defaultdict(set)
    for page, name in db.execute(_COUNTED, (article,)):
        counted[page].add(name)
    news = {row[0] for row in rows}
    marks = Marks(db, article)
    now: dict[str, int | None] = {}  # by what any page said last
    away: dict[str, set[str]] = defaultdict(set)  # what a page said last that it does not show
    silent = None
    for capture, record, received_at, page in db.execute(_LOOKS, (article,)).fetchall():
        while rows and rows[0][0] <= capture:
            _, name, now[name], of = rows.popleft()
            (away[of].discard if now[name] is not None else away[of].add)(name)
        while states and states[0][0] <= capture:
            _, state, of = states.pop(0)
            silent = of if state != "visible" else None
        if page == silent and capture not in news:
            continue
        told = (name for name in sorted(now.keys() & counted[page]) if metric in (None, name))
        counts = {name: now[name] if name not in away[page] else None for name in told}
        if counts:
            seen = {"capture": uuid_text(record), "seen_at": iso(received_at)}
            mark = marked({name: text for name, text in marks.at(capture).items() if counts.get(name) is not None})
            yield {"kind": "counts", "ref": ref, **seen, **counts, **mark}
