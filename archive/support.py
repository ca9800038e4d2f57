"""Which captures a row rests on: those in which a comment or article was seen as the archive says that it was at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from msgspec import Struct

from archive.article_counts import since
from archive.errors import Damaged
from archive.history import Line, as_of
from archive.lookup import capture_facts, find_comment, last_capture
from archive.records import STATES, Article, Count, Listing, Record
from archive.times import iso

_COMMENT = ("likes", "dislikes", "replies", "state", "text", "attachment", "parent")
_ARTICLE = ("title", "text", "press", "author", "section", "pane", "notice", "original", "state")


class Support(Struct):
    """One capture (its row id), why the row rests on it, and what it must show: by field; `counts` by metric; None where it
    must not show the comment at all; a count that is None it must not show."""

    capture: int
    why: list[str]
    shows: dict[str, Any] | None


class Subject(Struct):
    """A comment or (without `comment`) an article: its row, all of its ids at the site, the comment's key."""

    article: int
    keys: frozenset[str]
    comment: str | None


def subject(db: sqlite3.Connection, article: int, comment: str | None) -> Subject:
    """What a reference names. Raises ArchiveError for a comment that the archive does not know."""
    if comment is not None:
        find_comment(db, article, comment)
    keys = db.execute("SELECT key FROM articles WHERE id = ?1 UNION SELECT key FROM aliases WHERE article = ?1", (article,))
    return Subject(article, frozenset(key for (key,) in keys), comment)


def supports(db: sqlite3.Connection, about: Subject, at: int) -> tuple[Line, list[Support]] | None:
    """The line of as-of at that time (UTC ms), and what it rests on, the last sighting first; None when nothing was known.
    Raises Damaged where rows are missing or make no sense."""
    try:
        found = _supports(db, about, at)
        for one in found[1] if found is not None else ():
            record, seen_at = capture_facts(db, one.capture)
            if seen_at > at:  # the ids of rows, by which as-of goes, are in another order
                raise ValueError(f"capture {record} came at {iso(seen_at)}, after the time that it is to show")
        return found
    except (TypeError, ValueError, LookupError, OverflowError) as error:  # what as-of and we take for granted of the tables
        raise Damaged(f"archive.db: rows that belong to it are missing or make no sense ({error})") from error


def _supports(db: sqlite3.Connection, about: Subject, at: int) -> tuple[Line, list[Support]] | None:
    until = last_capture(db, about.article, at)
    if until is None:
        return None
    lines = as_of(db, about.article, at)
    article = next(lines)
    if about.comment is None:
        return article, _merged(_of_article(db, about.article, until, article))
    ref = f"{article['ref']}#{about.comment}"
    line = next((line for line in lines if line["ref"] == ref), None)
    if line is None:
        return None
    comment, _ = find_comment(db, about.article, about.comment)
    return line, _merged(_of_comment(db, about.article, comment, until, line))


def _of_comment(db: sqlite3.Connection, article: int, comment: int, until: int, line: Line) -> Iterable[Support]:
    sql = (
        "SELECT o.capture, o.likes, o.dislikes, o.replies, o.state FROM capture_rows c CROSS JOIN observations o "
        "ON o.capture = c.id AND o.comment = ? WHERE c.article = ? AND c.id <= ? ORDER BY c.id DESC LIMIT 1"
    )
    counted, *counts, state = db.execute(sql, (comment, article, until)).fetchone()
    sql = (
        "SELECT capture, text, attachment, parent_key FROM comment_versions WHERE comment = ? AND capture <= ? "
        "ORDER BY capture DESC"
    )
    written, *words = _first(db.execute(sql, (comment, until)).fetchall())
    numbers = dict(zip(_COMMENT[:4], (*counts, STATES[state]), strict=True))
    said = dict(zip(_COMMENT[4:], words, strict=True))
    # An observation and a version stand as long as no later look differs: the last sighting shows all of it.
    yield Support(_row_of(db, line["capture"]), ["last seen"], numbers | said)
    yield Support(counted, ["first seen with these counts"], numbers)
    yield Support(written, ["first seen with this text"], said)
    for uuid in line.get("evidence", ()):
        for capture in _looked_at(db, _row_of(db, uuid)):
            yield Support(capture, ["looked for and not there"], None)


def _of_article(db: sqlite3.Connection, article: int, until: int, line: Line) -> Iterable[Support]:
    columns = ", ".join(_ARTICLE)
    sql = f"SELECT capture, {columns} FROM article_versions WHERE article = ? AND capture <= ?"
    versions = db.execute(f"{sql} ORDER BY capture DESC", (article, until)).fetchall()
    now = dict(zip(_ARTICLE, versions[0][1:], strict=True)) if versions else {}
    yield Support(_row_of(db, line["capture"]), ["last seen"], now)
    if versions:
        yield Support(_first(versions)[0], ["first seen so"], now)
    if versions and now["state"] != "visible":
        said = [row for row in versions if row[-1] == "visible"]
        if said:
            row = _first(said)
            yield Support(row[0], ["first seen with these words"], dict(zip(_ARTICLE, row[1:], strict=True)))
    for metric, value in line["counts"].items():
        capture = since(db, article, metric, until, value)
        yield Support(capture, [f"first seen with this count: {metric}"], {"counts": {metric: value}})
    for metric in line.get("not_shown", ()):
        capture = since(db, article, metric, until, None)
        yield Support(capture, [f"first seen without this count: {metric}"], {"counts": {metric: None}})


def _first(versions: list[Any]) -> Any:
    """Of versions (a capture and words), the last one first, the one since which the words are those of the last: a version
    may differ from the one before in a name or a time alone."""
    return list(takewhile(lambda one: one[1:] == versions[0][1:], versions))[-1]


def _looked_at(db: sqlite3.Connection, capture: int) -> list[int]:
    """The capture that proves an absence; where that is the last of a walk, every list of the walk."""
    sql = (
        "SELECT s.capture FROM captures e JOIN captures c ON c.walk = e.walk AND c.article = e.article "
        "JOIN sightings s ON s.capture = c.id WHERE e.id = ?1 "
        "AND e.id = (SELECT max(id) FROM captures WHERE walk = e.walk AND article = e.article) ORDER BY 1"
    )
    return [row[0] for row in db.execute(sql, (capture,))] or [capture]


def _merged(found: Iterable[Support]) -> list[Support]:
    """One for each capture, the most telling first."""
    merged: dict[int, Support] = {}
    for one in found:
        held = merged.setdefault(one.capture, one)
        if held is one:
            continue
        held.why += one.why
        if held.shows is not None and one.shows is not None:
            counts = held.shows.get("counts", {}) | one.shows.get("counts", {})
            held.shows = held.shows | one.shows | ({"counts": counts} if counts else {})  # others may rest on the same words
    return list(merged.values())


def _row_of(db: sqlite3.Connection, uuid: str) -> int:
    return int(db.execute("SELECT id FROM captures WHERE record = ?", (bytes.fromhex(uuid.replace("-", "")),)).fetchone()[0])


def shown(records: Iterable[Record], about: Subject, captured: str | None) -> dict[str, Any] | None:
    """What a capture's records say of the subject, by field as in `Support.shows`, with the site's texts of the numbers that it
    `rounded`; None where they do not have it. `captured` is the key of the article that the capture was made for."""
    found: dict[str, Any] = {}
    counts, raws = dict[str, int](), dict[str, str]()
    keys = {captured}
    for record in records:
        if isinstance(record, Article):
            keys = {record.key, *record.aliases}
            break
    ours = bool(keys & about.keys)
    for record in records:
        if isinstance(record, Listing) and ours and about.comment is not None:
            comment = next((one for one in record.comments if one.key == about.comment), None)
            if comment is not None:
                found = {name: getattr(comment, name) for name in _COMMENT}
                raws |= comment.rounded
        elif isinstance(record, Article) and ours and about.comment is None and not found:
            found = {name: getattr(record, name) for name in _ARTICLE}
            if record.account is not None:
                del found["author"]  # the row has a pseudonym there, which no bytes show
        elif isinstance(record, Count):
            mine = bool({record.article.key, *record.article.aliases} & about.keys) if record.article else ours
            if mine and about.comment is None:
                if record.raw is not None and record.metric not in counts:
                    raws[record.metric] = record.raw
                counts.setdefault(record.metric, record.value)
    if raws:
        found["rounded"] = raws
    if counts:
        found["counts"] = counts
    return found or None
