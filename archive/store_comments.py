"""Comments: a sighting for every look, an observation when a count or state changed, a version when a text changed.

This is the hot path: a page of 100 comments of which few changed must cost well under a millisecond.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import Any

from msgspec import Struct

from archive.pseudonym import Pseudonyms
from archive.records import STATES, Comment, Listing, Moment
from archive.sightings import pack
from archive.store_accounts import Accounts

KNOWN_COMMENTS = 300_000  # held in memory (some 500 bytes each); an article that is asked again is read from the database
_STATE = {name: code for code, name in enumerate(STATES)}
_STABLE = {"votes": 0, "asc": 1, "desc": -1}


class _Known(Struct, gc=False):
    """What the database holds last of one comment. `last` is the record as the site gave it, when seen by this process."""

    id: int
    counts: tuple[int | None, int | None, int | None, int] | None
    version: tuple[Any, ...] | None
    last: Comment | None = None


class Comments:
    """Inserts the comments of one source."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms) -> None:
        self._db = db
        self._accounts = Accounts(db, source, pseudonyms)
        self._known: OrderedDict[int, dict[str, _Known]] = OrderedDict()
        self._held = 0
        self._next_comment = 0

    def begin(self) -> None:
        """Takes the next free ids anew; called inside each transaction."""
        self._accounts.begin()
        self._next_comment = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM comments").fetchone()[0])

    def store(self, capture: int, article: int, listing: Listing) -> tuple[int, int]:
        """Stores one page; how many comments are new and how many observations were made."""
        known = self._of_article(article)
        ids, new, versions, observations = [], [], [], []
        first = self._next_comment
        done: set[int] = set()
        # An account that was seen with exactly this comment before has nothing new to say.
        fresh = [c for c in listing.comments if (seen := known.get(c.key)) is None or seen.last != c]
        accounts = self._accounts.store(capture, fresh) if fresh else {}
        for comment in listing.comments:
            now = known.get(comment.key)
            if now is None:
                now = known[comment.key] = _Known(self._next_comment, None, None)
                self._next_comment += 1
                new.append((now.id, article, comment.key, capture))
            ids.append(now.id)
            # A comment that stands twice on one page counts once, as it was first given.
            if now.id in done or now.last == comment:
                continue
            done.add(now.id)
            counts = (comment.likes, comment.dislikes, comment.replies, _STATE[comment.state])
            if now.counts != counts:
                observations.append((now.id, capture, *counts))
                now.counts = counts
                for metric, raw in comment.rounded:
                    self._db.execute("INSERT OR IGNORE INTO rounded VALUES (?,?,?,?)", (capture, now.id, metric, raw))
            last = now.last
            account = accounts[comment.account.key] if comment.account else None
            if last is None or _words(last) != _words(comment):
                version = _version(comment, account, now.version)
                if version != now.version:
                    versions.append((now.id, capture, *version))
                    now.version = version
            now.last = comment
        self._held += self._next_comment - first
        run = self._db.executemany
        if new:
            run("INSERT INTO comments VALUES (?,?,?,?)", new)
        if versions:
            run("INSERT INTO comment_versions VALUES (?,?,?,?,?,?,?,?,?,?)", versions)
        if observations:
            run("INSERT INTO observations VALUES (?,?,?,?,?,?)", observations)
        self._db.execute(
            "INSERT INTO sightings VALUES (?,?,?,?,?,?,?)",
            (capture, article, listing.sort, _STABLE[listing.order], listing.parent, listing.rank, pack(ids)),
        )
        return len(new), len(observations)

    def _of_article(self, article: int) -> dict[str, _Known]:
        known = self._known.get(article)
        if known is not None:
            self._known.move_to_end(article)
            return known
        while self._held > KNOWN_COMMENTS and self._known:
            self._held -= len(self._known.popitem(last=False)[1])
        known = {}
        for row in self._db.execute(
            "SELECT c.key, c.id, o.capture IS NOT NULL, o.likes, o.dislikes, o.replies, o.state, "
            "v.capture IS NOT NULL, v.text, v.account, v.parent_key, v.created_from, v.created_to, "
            "v.precision, v.edited_from, v.edited_to FROM comments c "
            "LEFT JOIN observations o ON o.comment = c.id AND o.capture = "
            "(SELECT max(capture) FROM observations WHERE comment = c.id) "
            "LEFT JOIN comment_versions v ON v.comment = c.id AND v.capture = "
            "(SELECT max(capture) FROM comment_versions WHERE comment = c.id) WHERE c.article = ?",
            (article,),
        ):
            known[row[0]] = _Known(row[1], row[3:7] if row[2] else None, row[8:16] if row[7] else None)
        self._known[article] = known
        self._held += len(known)
        return known


def _words(comment: Comment) -> tuple[Any, ...]:
    account = comment.account.key if comment.account else None
    return (comment.text, account, comment.parent, comment.created, comment.edited)


def _version(comment: Comment, account: int | None, before: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """The version columns. A wider or only slightly narrower time interval is no news: the one before stays."""
    created: tuple[Any, ...] = _interval(comment.created)
    if before is not None and before[3] is not None:
        held = before[3:6]
        if created[0] is None or (held[1] - held[0]) <= 2 * (created[1] - created[0]):
            created = held if created[0] is None or _overlap(held, created) else created
    edited = _interval(comment.edited)[:2]
    return (comment.text, account, comment.parent, *created, *edited)


def _interval(moment: Moment | None) -> tuple[int | None, int | None, str | None]:
    return (moment.start, moment.end, moment.precision) if moment else (None, None, None)


def _overlap(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return bool(a[0] <= b[1] and b[0] <= a[1])
