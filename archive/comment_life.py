"""All that was ever seen of one comment: its counts and places, its texts, and what became of it, with bounds."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from msgspec import Struct

from archive.history import series
from archive.lookup import article_ref, capture_facts, find_comment
from archive.rounding import Raw
from archive.timeline import Look, Timeline

_ALWAYS = 1 << 62
_VERSIONS = """
SELECT capture, text, attachment, account, account_name, account_state, provider, parent_key, created_from, created_to,
  precision, edited_from, edited_to FROM comment_versions WHERE comment = ? ORDER BY capture"""
_TITLE = "SELECT title FROM article_versions WHERE article = ? AND title IS NOT NULL ORDER BY capture DESC LIMIT 1"


class Sighting(Struct, frozen=True):
    """One look at the comment, at its place in the site's order. Times here are UTC ms, captures their uuids; `rounded`: the
    site's texts of the numbers that it rounded."""

    seen_at: int
    capture: str
    sort: str
    rank: int
    likes: int | None
    dislikes: int | None
    replies: int | None
    state: str
    rounded: Raw = {}


class Version(Struct, frozen=True):
    """Its words and its writer from a capture on; accounts and names are pseudonyms (hex)."""

    seen_at: int
    capture: str
    text: str | None
    attachment: str | None
    account: str | None
    account_name: str | None
    account_state: str | None
    provider: str | None
    parent: str | None
    created_from: int | None
    created_to: int | None
    precision: str | None
    edited_from: int | None
    edited_to: int | None


class Became(Struct, frozen=True):
    """A state that it came into between `not_before` (the last look that showed the earlier one; None for the first) and
    `seen_at`; `evidence` are the captures that prove it."""

    state: str
    not_before: int | None
    seen_at: int
    evidence: tuple[str, ...]


class Life(Struct, frozen=True):
    """One comment. `state` is its last: one of the site's, or missing or gone."""

    ref: str
    article: str
    title: str | None
    state: str
    first_seen: int
    last_seen: int
    sightings: tuple[Sighting, ...]
    versions: tuple[Version, ...]
    states: tuple[Became, ...]


def life(db: sqlite3.Connection, article: int, key: str) -> Life:
    """A comment's life as the archive knows it now. Raises ArchiveError when it does not know the comment."""
    comment, _ = find_comment(db, article, key)
    of = article_ref(db, article)
    seen = tuple(_sightings(db, article, key))
    states = _states(db, article, comment, seen)
    (title,) = db.execute(_TITLE, (article,)).fetchone() or (None,)
    versions = tuple(_version(db, of, *row) for row in db.execute(_VERSIONS, (comment,)).fetchall())
    last = seen[-1].state if states[-1].state == "returned" else states[-1].state
    return Life(f"{of}#{key}", of, title, last, seen[0].seen_at, seen[-1].seen_at, seen, versions, states)


def _sightings(db: sqlite3.Connection, article: int, key: str) -> list[Sighting]:
    found = []
    for line in series(db, article, key, _ALWAYS):
        del line["kind"], line["ref"]
        found.append(Sighting(**(line | {"seen_at": ms(line["seen_at"])})))
    return found


def ms(time: str) -> int:
    """UTC ms of a time that `iso` wrote."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def _version(db: sqlite3.Connection, of: str, capture: int, *row: Any) -> Version:
    text, attachment, account, name, state, provider, parent, *times = row
    record, seen_at = capture_facts(db, capture)
    who = [value.hex() if isinstance(value, bytes) else None for value in (account, name)]
    under = f"{of}#{parent}" if parent else None
    said = (text, attachment, *who, state, provider, under, *times)
    return Version(seen_at, record, *said)


def _states(db: sqlite3.Connection, article: int, comment: int, seen: tuple[Sighting, ...]) -> tuple[Became, ...]:
    found: list[Became] = []
    before: Sighting | None = None
    for one in seen:
        if before is None or one.state != before.state:
            found.append(Became(one.state, before.seen_at if before else None, one.seen_at, (one.capture,)))
        before = one
    for event in Timeline(db, article, _ALWAYS, frozenset((comment,))).events():
        if isinstance(event, Look):
            continue
        evidence = [capture_facts(db, capture) for capture in event.evidence]
        seen_at, not_before = (capture_facts(db, capture)[1] for capture in (event.capture, event.before))
        found.append(Became(event.kind, not_before, seen_at, tuple(record for record, _ in evidence)))
    return tuple(sorted(found, key=lambda became: became.seen_at))
