"""As-of and series: the state that our sightings support at a time, and what they showed over time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from archive.lookup import article_ref, capture_facts, find_comment, last_capture, uuid_text
from archive.records import STATES
from archive.timeline import Look, Presence, Timeline
from archive.times import iso

Line = dict[str, Any]


def as_of(
    db: sqlite3.Connection, article: int, at: int, sort: str | None = None, at_most_old: int | None = None
) -> Iterator[Line]:
    """The article's line, then its comments in the site's order, as known at `at` (UTC ms); nothing if never seen by then.

    `at_most_old` (ms) leaves out comments whose last sighting is older.
    """
    until = last_capture(db, article, at)
    if until is None:
        return
    ref = article_ref(db, article)
    yield _article_line(db, article, ref, until, at)
    yield from _comment_lines(db, article, ref, until, at, sort, at_most_old)


def _article_line(db: sqlite3.Connection, article: int, ref: str, until: int, at: int) -> Line:
    url, kind, first = db.execute("SELECT url, kind, first_capture FROM articles WHERE id = ?", (article,)).fetchone()
    visible = "AND state = 'visible' ORDER"
    last = "WHERE article = ? AND capture <= ? ORDER BY capture DESC LIMIT 1"
    columns = "title, text, press, author, section, pane, published_from, published_to, published_precision, original"
    row = db.execute(
        f"SELECT capture, state, notice, {columns} FROM article_versions {last}",
        (article, until),
    ).fetchone()
    said = (
        db.execute(  # a page that is gone says nothing more: the last words stand
            f"SELECT {columns} FROM article_versions {last.replace('ORDER', visible)}",
            (article, until),
        ).fetchone()
        or (None,) * 10
    )
    page = db.execute("SELECT page FROM captures WHERE id = ?", (row[0] if row else first,)).fetchone()[0]
    seen = db.execute(
        "SELECT max(id) FROM captures WHERE article = ? AND id <= ? AND page = ? AND outcome = 'ok'", (article, until, page)
    ).fetchone()[0]
    record, seen_at = capture_facts(db, seen or until)
    counts = dict(
        db.execute(
            "SELECT metric, value FROM article_counts a WHERE article = ?1 AND capture = (SELECT max(capture) "
            "FROM article_counts b WHERE b.article = a.article AND b.metric = a.metric AND b.capture <= ?2) ORDER BY metric",
            (article, until),
        ).fetchall()
    )
    return {
        "kind": "article",
        "ref": ref,
        "capture": record,
        "seen_at": iso(seen_at),
        "title": said[0],
        "url": url,
        "type": kind,
        "press": said[2],
        "author": said[3],
        "section": said[4],
        "published_at": iso(said[6]),
        "published_to": iso(said[7]),
        "precision": said[8],
        "original": said[9],
        "pane": said[5],
        "notice": row[2] if row else None,
        "state": row[1] if row else "unknown",
        "counts": counts,
        "text": said[1],
        "age_s": round((at - seen_at) / 1000, 3),
    }


_COMMENTS = """
SELECT c.id, c.key, v.text, hex(v.account), v.parent_key, v.created_from, v.created_to, v.precision, o.likes, o.dislikes,
  o.replies, o.state, v.attachment FROM comments c
LEFT JOIN comment_versions v ON v.comment = c.id AND v.capture =
  (SELECT max(capture) FROM comment_versions WHERE comment = c.id AND capture <= ?2)
LEFT JOIN observations o ON o.comment = c.id AND o.capture =
  (SELECT max(capture) FROM observations WHERE comment = c.id AND capture <= ?2)
WHERE c.article = ?1 AND c.first_capture <= ?2"""


def _comment_lines(
    db: sqlite3.Connection, article: int, ref: str, until: int, at: int, sort: str | None, at_most_old: int | None
) -> Iterator[Line]:
    timeline = Timeline(db, article, until)
    ranks = _Ranks(sort)
    for event in timeline.events():
        if isinstance(event, Look):
            ranks.add(event)
    captures: dict[int, tuple[str, int]] = {}

    def facts(capture: int) -> tuple[str, int]:
        if capture not in captures:
            captures[capture] = capture_facts(db, capture)
        return captures[capture]

    lines = []
    for row in db.execute(_COMMENTS, (article, until)):
        presence = timeline.presence.get(row[0])
        if presence is None:
            continue
        record, seen_at = facts(presence.last_seen)
        if at_most_old is not None and at - seen_at > at_most_old:
            continue
        here = ranks.of(row[0]) if presence.state == "present" else None
        line = {
            "kind": "comment",
            "ref": f"{ref}#{row[1]}",
            "capture": record,
            "seen_at": iso(seen_at),
            "text": row[2],
            "attachment": row[12],
            "likes": row[8],
            "dislikes": row[9],
            "replies": row[10],
            "rank": here[1] if here else None,
            "sort": here[0] if here else None,
            "state": STATES[row[11]] if presence.state == "present" else presence.state,
            "account": row[3].lower() if row[3] else None,
            "parent": f"{ref}#{row[4]}" if row[4] else None,
            "created_from": iso(row[5]),
            "created_to": iso(row[6]),
            "precision": row[7],
            "age_s": round((at - seen_at) / 1000, 3),
        }
        if presence.state != "present":
            line |= _absence(presence, STATES[row[11]], facts)
        lines.append((row[1], row[4], here[1] if here else None, row[5] or 0, line))
    yield from _in_order(lines)


def _absence(presence: Presence, last_state: str, facts: Any) -> Line:
    assert presence.first_missing is not None
    return {
        "last_state": last_state,
        "last_seen": iso(facts(presence.last_seen)[1]),
        "first_missing": iso(facts(presence.first_missing)[1]),
        "evidence": [facts(capture)[0] for capture in presence.evidence],
    }


class _Ranks:
    """The places of the last walk in the asked sort (or of the last walk at all), and of each comment's replies."""

    def __init__(self, sort: str | None) -> None:
        self._sort = sort
        self._walk: int | None = None
        self._places: dict[int, tuple[str, int]] = {}  # of that walk
        self._top: dict[int, tuple[str, int]] = {}
        self._replies: dict[str, tuple[int | None, dict[int, tuple[str, int]]]] = {}
        self._all: dict[int, tuple[str, int]] | None = None

    def add(self, look: Look) -> None:
        """Takes a look; a new walk replaces the places of the one before."""
        if look.parent is not None:
            walk, places = self._replies.get(look.parent, (None, {}))
            if walk != look.walk or look.walk is None:
                places = {}
            self._replies[look.parent] = (look.walk, _place(look, places))
        elif self._sort in (None, look.sort):
            if look.walk is None:  # a peek; the walk between whose pages it came may go on
                self._top = _place(look, {})
                return
            if look.walk != self._walk:
                self._walk, self._places = look.walk, {}
            self._top = _place(look, self._places)

    def of(self, comment: int) -> tuple[str, int] | None:
        """Sort and rank, if that walk showed the comment. Asked only after the last look was added."""
        if self._all is None:
            self._all = {c: place for _, places in self._replies.values() for c, place in places.items()} | self._top
        return self._all.get(comment)


def _place(look: Look, places: dict[int, tuple[str, int]]) -> dict[int, tuple[str, int]]:
    for n, comment in enumerate(look.ids):
        places.setdefault(comment, (look.sort, look.rank + n))
    return places


def _in_order(lines: list[tuple[str, str | None, int | None, int, Line]]) -> Iterator[Line]:
    """Ranked ones by rank, the rest by creation; replies after their parent."""
    scopes: dict[str | None, list[tuple[str, str | None, int | None, int, Line]]] = defaultdict(list)
    keys = {entry[0] for entry in lines}
    for entry in lines:
        scopes[entry[1] if entry[1] in keys else None].append(entry)
    for entries in scopes.values():
        entries.sort(key=lambda e: (e[2] is None, e[2] or 0, e[3], e[0]))
    for entry in scopes[None]:
        yield entry[4]
        for reply in scopes.get(entry[0], ()):
            yield reply[4]


def series(
    db: sqlite3.Connection, article: int, comment_key: str | None, until: int, metric: str | None = None
) -> Iterator[Line]:
    """What the sightings of one comment or article showed, in time order, unchanged looks included."""
    ref = article_ref(db, article)
    if comment_key is None:
        yield from _article_series(db, article, ref, metric)
        return
    comment = find_comment(db, article, comment_key)
    query = "SELECT capture, likes, dislikes, replies, state FROM observations WHERE comment = ? ORDER BY capture"
    observed = db.execute(query, (comment,)).fetchall()
    for look in Timeline(db, article, until).read_looks():
        if comment not in look.ids:
            continue
        while len(observed) > 1 and observed[1][0] <= look.capture:
            observed.pop(0)
        values = dict(zip(("likes", "dislikes", "replies"), observed[0][1:4], strict=True))
        if metric is not None:
            values = {metric: values[metric]}
        record, seen_at = capture_facts(db, look.capture)
        place = {"rank": look.rank + look.ids.index(comment), "sort": look.sort, "state": STATES[observed[0][4]]}
        yield {"kind": "sighting", "ref": f"{ref}#{comment_key}", "capture": record, "seen_at": iso(seen_at), **values, **place}


_COUNTED = """
SELECT c.page, n.metric FROM article_counts n JOIN captures c ON c.id = n.capture WHERE n.article = ?1
UNION SELECT c.page, n.metric FROM counted k JOIN article_counts n ON n.capture = k.capture JOIN captures c ON c.id = k.capture
  WHERE k.article = ?1"""


def _article_series(db: sqlite3.Connection, article: int, ref: str, metric: str | None) -> Iterator[Line]:
    """Each capture of a page that ever counted something of the article: what such a page counts, as of then."""
    rows = db.execute(
        "SELECT capture, metric, value FROM article_counts WHERE article = ? ORDER BY capture", (article,)
    ).fetchall()
    counted: dict[str, set[str]] = defaultdict(set)
    for page, name in db.execute(_COUNTED, (article,)):
        counted[page].add(name)
    looks = db.execute(
        "SELECT id, record, received_at, page FROM captures WHERE (article = ?1 AND outcome = 'ok') "
        "OR id IN (SELECT capture FROM counted WHERE article = ?1) ORDER BY id",
        (article,),
    ).fetchall()
    now: dict[str, int] = {}
    for capture, record, received_at, page in looks:
        while rows and rows[0][0] <= capture:
            _, name, value = rows.pop(0)
            now[name] = value
        counts = {name: value for name, value in sorted(now.items()) if name in counted[page] and metric in (None, name)}
        if counts:
            seen = {"capture": uuid_text(record), "seen_at": iso(received_at)}
            yield {"kind": "counts", "ref": ref, **seen, **counts}
