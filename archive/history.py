"""As-of and series: the state that our sightings support at a time, and what they showed over time."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from archive.article_counts import counts_at
from archive.article_series import article_series
from archive.lookup import article_ref, capture_facts, find_comment, last_capture, last_like, last_shown, uuid_text
from archive.presence import Snapshot
from archive.records import STATES
from archive.rounding import Marks, any_rounded, marked, rounded
from archive.sightings import LISTED, listed, place
from archive.timeline import Presence
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
    seen = last_like(db, row[0], until + 1, row[0]) if row else last_shown(db, article, until) or first
    record, seen_at = capture_facts(db, seen)
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
        **counts_at(db, article, until, any_rounded(db)),
        "text": said[1],
        "age_s": round((at - seen_at) / 1000, 3),
    }


# Every version of each comment, first to last, with its last observation: the index of comments has their captures in order.
_COMMENTS = """
SELECT c.n, c.key, v.parent_key, v.text, v.account, v.created_from, v.created_to, v.precision, v.attachment,
  o.likes, o.dislikes, o.replies, o.state, c.id
FROM comments c LEFT JOIN comment_versions v ON v.comment = c.id AND v.capture <= ?2
LEFT JOIN observations o ON o.comment = c.id AND o.capture = (
  SELECT max(capture) FROM observations WHERE comment = c.id AND capture <= ?2)
WHERE c.article = ?1 AND c.first_capture <= ?2 ORDER BY c.n, v.capture"""
_NOWHERE = (None, None)
_Placed = tuple[bool, int, int, str, Line]  # a comment's line after what it is sorted by


def _comment_lines(
    db: sqlite3.Connection, article: int, ref: str, until: int, at: int, sort: str | None, at_most_old: int | None
) -> Iterator[Line]:
    first: dict[int, tuple[Any, ...]] = {}
    last: dict[int, tuple[Any, ...]] = {}
    for row in db.execute(_COMMENTS, (article, until)):
        first.setdefault(row[0], row)
        last[row[0]] = row
    snapshot = Snapshot(db, article, until, [row[:3] for row in first.values()], sort)
    raws = rounded(db, article, until)

    @cache
    def facts(capture: int) -> tuple[str, int, str | None, float]:
        record, seen_at = capture_facts(db, capture)
        return record, seen_at, iso(seen_at), round((at - seen_at) / 1000, 3)

    lines: list[tuple[str | None, _Placed]] = []
    for row in last.values():
        number, key, parent, text, account, born, born_to, precision, attachment, likes, dislikes, replies, state, own = row
        last_seen = snapshot.last.get(number)
        if last_seen is None:
            continue
        record, seen_at, seen_iso, age = facts(last_seen)
        if at_most_old is not None and at - seen_at > at_most_old:
            continue
        absent = snapshot.absent.get(number)
        shown_sort, rank = snapshot.places.get(number, _NOWHERE) if absent is None else _NOWHERE
        line = {
            "kind": "comment",
            "ref": f"{ref}#{key}",
            "capture": record,
            "seen_at": seen_iso,
            "text": text,
            "attachment": attachment,
            "likes": likes,
            "dislikes": dislikes,
            "replies": replies,
            "rank": rank,
            "sort": shown_sort,
            "state": STATES[state] if absent is None else absent.state,
            "account": account.hex() if account else None,
            "parent": f"{ref}#{parent}" if parent else None,
            "created_from": iso(born),
            "created_to": iso(born_to),
            "precision": precision,
            "age_s": age,
        }
        if raws:
            line |= marked(raws.get(own))
        if absent is not None:
            line |= _absence(absent, STATES[state], facts)
        lines.append((parent, (rank is None, rank or 0, born or 0, key, line)))
    yield from _in_order(lines)


def _absence(presence: Presence, last_state: str, facts: Any) -> Line:
    assert presence.first_missing is not None
    return {
        "last_state": last_state,
        "last_seen": facts(presence.last_seen)[2],
        "first_missing": facts(presence.first_missing)[2],
        "evidence": [facts(capture)[0] for capture in presence.evidence],
    }


def _in_order(lines: list[tuple[str | None, _Placed]]) -> Iterator[Line]:
    """Ranked ones by rank, the rest by creation; replies, of any depth, after their parent. Given is each one's parent."""
    scopes: dict[str | None, list[_Placed]] = defaultdict(list)
    keys = {key for _, (_, _, _, key, _) in lines}
    for parent, placed in lines:
        scopes[parent if parent in keys else None].append(placed)
    for scope in scopes.values():
        scope.sort(reverse=True)  # no two have the same key
    left = scopes.pop(None, [])
    while left or scopes:
        if not left:  # a site may say of two comments that each is the other's reply
            left = scopes.pop(next(iter(scopes)))
        *_, key, line = left.pop()
        yield line
        left += scopes.pop(key, ())


def series(
    db: sqlite3.Connection, article: int, comment_key: str | None, until: int, metric: str | None = None
) -> Iterator[Line]:
    """What the sightings of one comment or article showed, in time order, unchanged looks included."""
    ref = article_ref(db, article)
    if comment_key is None:
        yield from article_series(db, article, ref, metric)
        return
    comment, number = find_comment(db, article, comment_key)
    ref = f"{ref}#{comment_key}"
    others = {"likes", "dislikes", "replies"} - {metric} if metric is not None else ()
    likes = dislikes = replies = state = None
    marks = Marks(db, article, comment)
    of = {"article": article, "until": until, "comment": comment, **listed(number)}
    for capture, record, received_at, look_sort, first_rank, ids, *now in db.execute(_LOOKS, of):
        here = place(ids, number)
        if here is None:
            continue
        if now[3] is not None:
            likes, dislikes, replies, state = now
        assert state is not None  # the first look at a comment is an observation
        line = {
            "kind": "sighting",
            "ref": ref,
            "capture": uuid_text(record),
            "seen_at": iso(received_at),
            "likes": likes,
            "dislikes": dislikes,
            "replies": replies,
            "rank": first_rank + here,
            "sort": look_sort,
            "state": STATES[state],
            **marked({name: text for name, text in marks.at(capture).items() if name not in others}),
        }
        for other in others:
            del line[other]
        yield line


# The looks that may list a comment, each with what it observed of it where that was new.
_LOOKS = f"""
SELECT c.id, c.record, c.received_at, s.sort, s.first_rank, s.ids, o.likes, o.dislikes, o.replies, o.state FROM capture_rows c
CROSS JOIN sightings s ON s.capture = c.id LEFT JOIN observations o ON o.capture = c.id AND o.comment = :comment
WHERE c.article = :article AND c.id BETWEEN (SELECT first_capture FROM comments WHERE id = :comment) AND :until AND {LISTED}
ORDER BY c.id"""


# Inside a source captures are received in the order of their ids. Its last one by then is at the end of its last run.
_LAST_OF_SOURCE = """
SELECT c.id FROM capture_rows c CROSS JOIN run_begun r ON r.id = c.run WHERE r.source = ?1 AND c.received_at <= (
  SELECT min(?2, max(coalesce(e.ended_at, ?2))) FROM run_begun b LEFT JOIN run_ended e ON e.run = b.id
  WHERE b.source = ?1 AND b.started_at <= ?2)
ORDER BY c.received_at DESC LIMIT 1"""
_KNOWN_AT = """
SELECT o.comment, o.capture, o.likes, o.dislikes, o.replies, o.state FROM articles a NOT INDEXED
CROSS JOIN json_each(?) last ON last.key = a.source CROSS JOIN comments m ON m.article = a.id
CROSS JOIN observations o ON o.comment = m.id AND o.capture = (
  SELECT max(capture) FROM observations WHERE comment = m.id AND capture <= last.value)"""
Known = tuple[int, int, int | None, int | None, int | None, int]


def known_at(db: sqlite3.Connection, at: int) -> Iterator[Known]:
    """(comment, capture, likes, dislikes, replies, state) of every comment of the archive as last seen by `at` (UTC ms), for
    programs that count: row ids of this database, the capture that showed it first, state is an index of `STATES`."""
    sources = [source for (source,) in db.execute("SELECT DISTINCT source FROM run_begun")]
    last = {source: row[0] for source in sources if (row := db.execute(_LAST_OF_SOURCE, (source, at)).fetchone())}
    return db.execute(_KNOWN_AT, (json.dumps(last),))
