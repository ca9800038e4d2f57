"""What the schedule needs to know of each article, kept ready: when it was last looked at and how, and its heat.

Three tables that change (CACHES), each a function of the WARC records in their order: a rebuild makes the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import astuple, fields

from archive import heat
from archive.capture import ASSET, PART, SHOT, Facts
from archive.records import Article, Count, Listing, Record
from archive.times import AHEAD_MS

CACHES = ("looks", "asked", "members")
# The first word of captures.why, and what kind of look it is. `sweep` and `deadline` are a walk where there is one.
_KINDS = {"article": "page", "seed": "page", "found": "page", "service": "page", "peek": "peek", "walk": "walk"}
_EITHER = frozenset({"sweep", "deadline"})
_OPENED = frozenset({"peek", "walk"})
_FINE = frozenset({"ok", "empty"})
KNOWN_LOOKS = 20_000  # rows held in memory (some 0.7 KB each), and memberships; another is read from the database


def clocked(facts: Facts) -> tuple[int, int]:
    """When an exchange was sent and came (UTC ms), by the machine's clock: `at` and `received_at`, where that is not behind."""
    back = facts.at - facts.sent // 1000 if facts.sent else 0
    return (facts.at - back, facts.received_at - back) if back > AHEAD_MS else (facts.at, facts.received_at)


class Looked(Struct):
    """One row of `looks`. Times are UTC ms; `*_failed` are attempts in a row that brought nothing."""

    article: int
    source: str
    born: int  # published, or first seen where nobody says when
    known_at: int
    born_to: int | None = None  # the end of the interval that begins with `born`; None where nobody says when
    gone: int = 0
    pane: str | None = None
    page_at: int | None = None
    page_failed: int = 0
    peek_at: int | None = None
    peek_failed: int = 0
    walk_at: int | None = None  # when the last whole walk began
    walk_failed: int = 0
    walk_last: int | None = None  # its last page so far
    walk_pages: int = 0
    walk: int | None = None
    walk_open: int = 0  # it has no end yet: it goes on, or was cut short
    walk_count: int | None = None  # `count` when it began
    counts_at: int | None = None
    count: int | None = None  # comments, as a page of many counts (or the thread) declared them last
    top_at: int | None = None  # the first page of a list by votes
    top_points: float = 0.0
    new_at: int | None = None  # the first page of any other order
    new_points: float = 0.0
    heat: float = 0.0
    heat_at: int = 0
    veiled: int | None = None  # when the newest comment was written whose words its last walk was not shown


COLUMNS = tuple(field.name for field in fields(Looked))
_WRITE = f"INSERT OR REPLACE INTO looks VALUES ({','.join('?' * len(COLUMNS))})"


class Looks:
    """Keeps the caches of one source, inside the store's transaction; `looks` is written once, at its end: a walk changes its
    article's row with every page."""

    def __init__(self, db: sqlite3.Connection, source: str, find: Callable[[str], int | None]) -> None:
        self._db, self._source, self._find = db, source, find
        self._held: dict[int, Looked] = {}
        self._changed: set[int] = set()  # of those held
        self._members: set[tuple[str, int]] = set()

    def _of(self, article: int, at: int) -> Looked:
        if article not in self._held:
            row = self._db.execute("SELECT * FROM looks WHERE article = ?", (article,)).fetchone()
            self._held[article] = Looked(*row) if row else Looked(article, self._source, at, at)
        return self._held[article]

    def flush(self) -> None:
        """Writes what changed in this transaction."""
        self._db.executemany(_WRITE, [astuple(self._held[article]) for article in self._changed])
        self._changed.clear()
        if len(self._held) + len(self._members) > KNOWN_LOOKS:
            self.forget()

    def forget(self) -> None:
        """Lets go of all that is held: after a rollback the rows say what was."""
        self._held.clear()
        self._changed.clear()
        self._members.clear()

    def member(self, topic: str, article: int, at: int) -> None:
        """An article came into a topic."""
        if (topic, article) not in self._members:
            self._members.add((topic, article))
            self._db.execute("INSERT OR IGNORE INTO members VALUES (?,?,?)", (topic, article, at))

    def about(self, article: int, record: Article, at: int, *, listed: bool = False) -> None:
        """What an article's record says that matters to the schedule; one in a list does not say whether it is gone."""
        looked = self._of(article, at)
        _dated(looked, record)
        if not listed:
            looked.gone = looked.gone + 1 if record.state == "gone" else 0
        # Comments of what is not for everybody are no reader's: no source reads this pane, until the page says another one.
        looked.pane = "restricted" if record.state == "restricted" else record.pane or looked.pane
        self._changed.add(looked.article)

    def counted(self, article: int, record: Count, at: int) -> None:
        """A count of an article among many."""
        looked = self._of(article, at)
        self._count(looked, record, at)
        self._changed.add(looked.article)

    def _count(self, looked: Looked, record: Count, at: int) -> None:
        if record.metric != "comments":
            return
        if looked.count is None:  # its life until now is all that there is to go by
            looked.heat = heat.measured(looked.heat, looked.heat_at, record.value, looked.born, at)
            looked.heat_at, looked.count = at, record.value
        elif looked.heat_at > at + AHEAD_MS:  # nobody knows in what time it moved
            looked.heat_at, looked.count = at, record.value
        elif looked.heat_at + heat.SHORTEST_MS <= at or looked.count != record.value:
            looked.heat = heat.measured(looked.heat, looked.heat_at, abs(record.value - looked.count), looked.heat_at, at)
            looked.heat_at, looked.count = at, record.value

    def seen(self, facts: Facts, outcome: str, records: Iterable[Record], article: int | None, walk: int | None) -> None:
        """One capture: which look it belongs to, and whether it brought anything."""
        word, records = (facts.why or "").partition(" ")[0], tuple(records)
        sent, came = clocked(facts)
        if word in (ASSET, PART, SHOT):
            return
        for key in facts.context.get("counted", "").split():
            if (other := self._find(key)) is not None:  # answered or not, it was looked at
                looked = self._of(other, came)
                looked.counts_at = sent
                self._changed.add(looked.article)
        if "asked" in facts.context:
            self._asked(facts.topic, facts.context["asked"], facts, outcome)
        if article is None:
            if facts.article is not None:
                self._asked("", facts.article, facts, outcome)
            return
        kind = _KINDS.get(word) or (("walk" if walk else "page") if word in _EITHER else None)
        looked, at = self._of(article, came), sent
        if walk is not None and kind in ("walk", "page"):  # a page with all its comments is a page of the walk, too
            if looked.walk != walk:
                looked.walk, looked.walk_open, looked.walk_at, looked.walk_pages, looked.veiled = walk, 1, at, 0, None
                looked.walk_count = looked.count
            looked.walk_last, looked.walk_pages = at, looked.walk_pages + 1
            looked.veiled = max(looked.veiled or 0, *_veiled(records), 0) or None
        elif kind == "peek":
            looked.peek_at = at
        if kind == "page" or any(type(record) is Article for record in records):
            looked.page_at = at
        opens = facts.context.get("opens") if word == "open" and outcome not in _FINE else None
        if opens in _OPENED:  # what a thread needs before it can be read did not come: the look that wanted it failed
            setattr(looked, f"{opens}_at", at)
            setattr(looked, f"{opens}_failed", _failures(getattr(looked, f"{opens}_failed"), facts, outcome))
        # What a browser loads is the way to what it shows, which alone says whether a look brought anything.
        loaded = facts.fidelity == "cdp" and outcome in _FINE and kind != "page"
        # What is asked beside a walk (the number of comments, say) comes also where its list does not.
        loaded = loaded or (kind == "walk" and walk is None and outcome in _FINE)
        if kind is not None and not loaded:
            setattr(looked, f"{kind}_failed", _failures(getattr(looked, f"{kind}_failed"), facts, outcome))
        for record in records:
            if type(record) is Article:  # before its counts: they are measured by its life
                _dated(looked, record)
        for record in records:
            if type(record) is Count and record.article is None:
                self._count(looked, record, came)
        self._changed.add(looked.article)

    def _asked(self, topic: str, what: str, facts: Facts, outcome: str) -> None:
        key = (self._source, topic, what)
        row = self._db.execute("SELECT failed FROM asked WHERE source = ? AND topic = ? AND what = ?", key).fetchone()
        failed = _failures(row[0] if row else 0, facts, outcome)
        self._db.execute("INSERT OR REPLACE INTO asked VALUES (?,?,?,?,?)", (*key, clocked(facts)[0], failed))

    def listed(self, article: int, at: int, *, votes: bool, points: float) -> None:
        """The first page of a list of comments: what is new on it, in points of heat."""
        looked = self._of(article, at)
        since, held = (looked.top_at, looked.top_points) if votes else (looked.new_at, looked.new_points)
        if since is not None and since > at + AHEAD_MS:
            since, held = None, 0.0
        points += held
        if since is None or at - since >= heat.SHORTEST_MS:
            if since is not None:
                looked.heat, looked.heat_at = heat.measured(looked.heat, looked.heat_at, points, since, at), at
            since, points = at, 0.0
        if votes:
            looked.top_at, looked.top_points = since, points
        else:
            looked.new_at, looked.new_points = since, points
        self._changed.add(looked.article)

    def walk_ended(self, article: int | None, walk: int, begun: int, stop_reason: str) -> None:
        """A walk has its end. One that brought not one page, and wanted some, was a look that failed."""
        if article is None:
            return
        looked = self._of(article, 0)
        if looked.walk == walk:
            looked.walk_open = 0
        elif stop_reason == "unread":
            looked.walk, looked.walk_at, looked.walk_pages, looked.walk_open = walk, begun, 0, 0
            looked.walk_failed += 1
        else:
            return
        self._changed.add(looked.article)


def _veiled(records: Iterable[Record]) -> Iterator[int]:
    """When each comment without its words was written."""
    listings = (record for record in records if type(record) is Listing)
    return (c.created.end for one in listings for c in one.comments if c.state == "placeholder" and c.created is not None)


def _dated(looked: Looked, record: Article) -> None:
    told = record.published
    if told is not None and (looked.born_to is None or told.end - told.start <= looked.born_to - looked.born):
        looked.born, looked.born_to = told.start, told.end


def _failures(before: int, facts: Facts, outcome: str) -> int:
    """How many looks in a row brought nothing; the retries of one look are one failure, a redirect is neither."""
    if outcome in _FINE:
        return 0
    return before + (facts.attempt == 1 and outcome != "redirect")
