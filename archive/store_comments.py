"""Comments: a sighting for every look, an observation when a count or state changed, a version when a text changed.

This is the hot path: a page of 100 comments of which few changed must cost well under a millisecond.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from archive.heat import VOTES
from archive.pseudonym import Pseudonyms, hidden
from archive.records import STATES, Account, Comment, Listing, Moment
from archive.rounding import any_rounded, rounded
from archive.sightings import pack

KNOWN_COMMENTS = 150_000  # held in memory (at most 1.2 KB each); an article that is asked again is read from the database
KNOWN_ACCOUNTS = 100_000  # whose pseudonyms are held in memory
ROWS_AT_ONCE = 20  # in one statement: a fourth cheaper than one by one; more of them gain nothing
_STATE = {name: code for code, name in enumerate(STATES)}
_STABLE = {"votes": 0, "asc": 1, "desc": -1}
_LAST = (1 << 63) - 1  # a capture after all
_NOBODY = (None, None, None, None, None)
# Without what is NULL in most rows: see `_author`.
_PLAIN = (
    "comment_versions (comment, capture, text, account, account_name, account_state, provider, "
    "created_from, created_to, precision)"
)
_FIRST = "observations (capture, comment, likes, dislikes, replies, state)"  # there is none before


class _Known(Struct, gc=False):
    """What the database holds last of one comment: as `counts` and `version` until this process sees it, then as `last`, the
    record that the site gave."""

    id: int
    n: int
    observed: int | None = None  # the capture of its last observation
    created: Moment | None = None  # as its version has it
    last: Comment | None = None
    rounded: tuple[tuple[str, str], ...] = ()  # the texts of its rounded counts, as rows have them
    counts: tuple[int | None, int | None, int | None, int] | None = None
    version: tuple[Any, ...] | None = None


class Comments:
    """Inserts the comments of one source."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms) -> None:
        self._db, self._source, self._pseudonym = db, source, pseudonyms.of
        self._accounts: dict[Account, tuple[Any, ...]] = {}
        self._known: OrderedDict[int, dict[str, _Known]] = OrderedDict()
        self._held = 0
        self._next_comment = 0
        self._rounds = False

    def begin(self) -> None:
        """Takes the next free id anew, and whether anything was ever rounded; called inside each transaction."""
        self._next_comment = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM comments").fetchone()[0])
        self._rounds = any_rounded(self._db)

    def store(self, capture: int, article: int, listing: Listing) -> tuple[int, int, float]:
        """Stores one page; how many comments are new, how many observations were made, and what moved (points of heat)."""
        known = self._of_article(article)
        first = self._next_comment
        # The values of all new rows of a table, one row after the other.
        new, versions, plain, observations, firsts = list[Any](), list[Any](), list[Any](), list[Any](), list[Any]()
        found = [known.get(one.key) or self._begun(known, one.key, article, capture, new) for one in listing.comments]
        numbers = [now.n for now in found]
        pairs: Iterable[tuple[_Known, Comment]] = zip(found, listing.comments, strict=True)
        if len(set(numbers)) < len(numbers):
            # A comment that stands twice on one page counts once, as it was first given, also where that is no news.
            pairs = {now.n: (now, comment) for now, comment in reversed(list(pairs))}.values()
        votes = 0
        # Nine of ten are the very record that was seen last.
        for now, comment in [(now, comment) for now, comment in pairs if now.last is not comment]:
            last = now.last
            if last == comment:
                continue
            before = _counts(last) if last is not None else now.counts
            now.last = comment
            counts = _counts(comment)
            if before != counts:
                if before is None:
                    firsts += (capture, now.id, *counts)
                else:
                    votes += abs((counts[0] or 0) - (before[0] or 0)) + abs((counts[1] or 0) - (before[1] or 0))
                    observations += (capture, now.id, *counts, now.observed)
                now.observed = capture
            if now.rounded != comment.rounded:
                self._rounded(capture, article, now, comment)
            if last is not None and _same_words(last, comment):
                continue
            held = self._version(last, now.created) if last is not None else now.version
            now.counts = now.version = None
            now.created = _created(comment, now.created)
            version = self._version(comment, now.created)
            if version != held:
                # No parent, not edited, no attachment, no address: most are so.
                if version[5] is version[9] is version[11] is version[12] is None:
                    plain += (now.id, capture, *version[:5], *version[6:9])
                else:
                    versions += (now.id, capture, *version)
        self._held += self._next_comment - first
        _insert(self._db, "comments", 5, new)
        _insert(self._db, "comment_versions", 15, versions)
        _insert(self._db, _PLAIN, 10, plain)
        _insert(self._db, "observations", 7, observations)
        _insert(self._db, _FIRST, 6, firsts)
        self._db.execute(
            "INSERT INTO sightings VALUES (?,?,?,?,?,?,?)",
            (capture, article, listing.sort, _STABLE[listing.order], listing.parent, listing.rank, pack(numbers)),
        )
        added = self._next_comment - first
        return added, len(observations) // 7 + len(firsts) // 6, added + votes / VOTES

    def _begun(self, known: dict[str, _Known], key: str, article: int, capture: int, new: list[Any]) -> _Known:
        """A comment that was never seen before, and its row."""
        now = known[key] = _Known(self._next_comment, len(known) + 1)
        self._next_comment += 1
        new += (now.id, article, now.n, key, capture)
        return now

    def _rounded(self, capture: int, article: int, now: _Known, comment: Comment) -> None:
        """The raw text of each number that is rounded from here on, or to another text; none of one that is exact again."""
        before, raws = dict(now.rounded), dict(comment.rounded)
        news = [metric for metric in before | raws if before.get(metric) != raws.get(metric)]
        rows = [(article, now.id, metric, capture, raws.get(metric)) for metric in news]
        self._db.executemany("INSERT INTO rounded VALUES (?,?,?,?,?)", rows)
        now.rounded, self._rounds = comment.rounded, True

    def _version(self, comment: Comment, created: Moment | None) -> tuple[Any, ...]:
        """The version columns of a comment that was created then."""
        start, end, precision = (created.start, created.end, created.precision) if created else (None, None, None)
        edited, edited_to = (comment.edited.start, comment.edited.end) if comment.edited else (None, None)
        account, name, state, provider, ip = self._author(comment.account) if comment.account else _NOBODY
        return (comment.text, account, name, state, provider, comment.parent, start, end, precision, edited, edited_to,
                comment.attachment, ip)  # fmt: skip

    def _author(self, account: Account) -> tuple[Any, ...]:
        """An account as rows have it: its pseudonym, that of its name, state, provider, and of its address the pseudonym in hex
        with the octets that the site hides (`9f..e1/2`): what hides others is another value."""
        found = self._accounts.get(account)
        if found is None:
            if len(self._accounts) > KNOWN_ACCOUNTS:
                self._accounts.clear()
            # As bytearrays: Python's sqlite3 looks for an adapter for every None and every bytes, but for no bytearray.
            name = bytearray(self._pseudonym(self._source, account.name)) if account.name is not None else None
            ip = f"{self._pseudonym(self._source, account.ip).hex()}/{hidden(account.ip)}" if account.ip is not None else None
            found = (bytearray(self._pseudonym(self._source, account.whole)), name, account.state, account.provider, ip)
            self._accounts[account] = found
        return found

    def _of_article(self, article: int) -> dict[str, _Known]:
        known = self._known.get(article)
        if known is not None:
            self._known.move_to_end(article)
            return known
        while self._held > KNOWN_COMMENTS and self._known:
            self._held -= len(self._known.popitem(last=False)[1])
        known, by_id = dict[str, _Known](), dict[int, _Known]()
        for row in self._db.execute(
            "SELECT c.key, c.id, c.n, v.capture IS NOT NULL, v.text, v.account, v.account_name, v.account_state, v.provider, "
            "v.parent_key, v.created_from, v.created_to, v.precision, v.edited_from, v.edited_to, v.attachment, v.ip "
            "FROM comments c LEFT JOIN comment_versions v ON v.comment = c.id AND v.capture = "
            "(SELECT max(capture) FROM comment_versions WHERE comment = c.id) WHERE c.article = ?",
            (article,),
        ):
            created = Moment(row[10], row[11], row[12], "") if row[10] is not None else None
            known[row[0]] = by_id[row[1]] = _Known(row[1], row[2], None, created, version=row[4:17] if row[3] else None)
        for comment, capture, *counts in self._db.execute(
            "SELECT o.comment, o.capture, o.likes, o.dislikes, o.replies, o.state FROM capture_rows r "
            "JOIN observations o ON o.capture = r.id WHERE r.article = ? ORDER BY r.id",
            (article,),
        ):
            one = by_id[comment]
            one.observed, one.counts = capture, tuple(counts)
        if self._rounds:
            for comment, raws in rounded(self._db, article, _LAST).items():
                if comment:
                    by_id[comment].rounded = tuple(raws.items())
        self._known[article] = known
        self._held += len(known)
        return known


def _insert(db: sqlite3.Connection, table: str, width: int, values: list[Any]) -> None:
    """Inserts rows of that many columns (of those that `table` names) whose values stand one after the other."""
    step = ROWS_AT_ONCE * width
    whole = len(values) - len(values) % step
    for n in range(0, whole, step):
        db.execute(_statement(table, width, ROWS_AT_ONCE), values[n : n + step])
    for n in range(whole, len(values), width):
        db.execute(_statement(table, width, 1), values[n : n + width])


@lru_cache
def _statement(table: str, width: int, rows: int) -> str:
    row = f"({','.join('?' * width)})"
    return f"INSERT INTO {table} VALUES {','.join([row] * rows)}"


def _same_words(a: Comment, b: Comment) -> bool:
    """Whether two looks at a comment agree in everything that makes a version."""
    same = a.text == b.text and a.account == b.account and a.parent == b.parent and a.attachment == b.attachment
    return same and a.created == b.created and a.edited == b.edited


def _counts(comment: Comment) -> tuple[int | None, int | None, int | None, int]:
    return (comment.likes, comment.dislikes, comment.replies, _STATE[comment.state])


def _created(comment: Comment, held: Moment | None) -> Moment | None:
    """When it was created, as its version has it: a wider or only slightly narrower interval is no news."""
    told = comment.created
    if held is None or told is None:
        return told or held
    narrower = held.end - held.start > 2 * (told.end - told.start)
    return told if narrower or told.end < held.start or held.end < told.start else held
