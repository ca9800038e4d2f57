"""Which of an article's comments are there, as of a capture, and where: what `Timeline` finds, read from the end.

An article that was looked at a thousand times then costs little more than its last walk: looks are read backwards until every
comment has been seen once, and those few that vanished long ago are looked for by SQLite. `Timeline` reads them forwards, for
every change; the rules are its (DESIGN 6).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict

from archive.sightings import any_listed, place, unpack
from archive.timeline import Presence, complete_walks, numbers_of

_FEW = 8  # so many unseen comments are looked for by SQLite
Place = tuple[str, int]  # sort and rank

_LOOKS = """
SELECT s.capture, c.walk, s.sort, s.parent, s.first_rank, s.ids FROM capture_rows c
CROSS JOIN sightings s ON s.capture = c.id WHERE c.article = ? AND c.id <= ? ORDER BY c.id DESC"""
_LISTED = """
SELECT s.capture, s.ids FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = :article AND c.id < :before AND ({}) ORDER BY c.id DESC"""
_STABLE = """
SELECT s.capture, s.stable, s.parent, s.first_rank, s.ids FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND c.id > ? AND c.id <= ? AND s.stable <> 0 ORDER BY c.id"""


class _Places:
    """The places on the last walk (or the peek after it) among the looks of one scope, which are given from the last to the
    first."""

    def __init__(self) -> None:
        self.found: dict[int, Place] = {}
        self._done = False
        self._walk: int | None = None
        self._begun = False

    def add(self, walk: int | None, sort: str, rank: int, members: list[int]) -> None:
        """Takes the look before those that were given."""
        if self._done or (self._begun and walk is None and self._walk is not None):
            return  # before that walk, or a peek between its pages
        if self._begun and (walk is None or walk != self._walk):
            self._done = True
            return
        self._begun, self._walk = True, walk
        for n in range(len(members) - 1, -1, -1):  # a comment that stands twice has the place that was given first
            self.found[members[n]] = (sort, rank + n)


class Snapshot:
    """The comments of an article as of a capture. `comments` is (number in the article, key, key of the parent). By number:
    `places`, the capture that `last` showed each, and what is known of those that are missing or gone (`absent`)."""

    def __init__(
        self,
        db: sqlite3.Connection,
        article: int,
        until: int,
        comments: list[tuple[int, str, str | None]],
        sort: str | None = None,
    ) -> None:
        self._db, self._article, self._until, self._sort = db, article, until, sort
        self._known = {number: (key, parent) for number, key, parent in comments}
        self.last: dict[int, int] = {}
        self.places = self._read()
        self._proven: dict[int, Presence] = {}
        self._absences()
        self.absent = {number: known for number, known in self._proven.items() if known.state != "present"}

    def _read(self) -> dict[int, Place]:
        """The places. Fills the last sightings, too: looks are read back until both are known."""
        unseen = set(self._known)
        scopes = {parent: _Places() for parent in (None, *self._listed_parents())}
        waiting = set(scopes)  # for the last look at them
        begins: dict[int, int] = {}  # the first capture of each walk that gives places
        capture = self._until + 1
        for capture, walk, sort, parent, rank, ids in self._db.execute(_LOOKS, (self._article, self._until)):
            members = unpack(ids)
            here = unseen.intersection(members)
            unseen -= here
            self.last.update(dict.fromkeys(here, capture))
            if parent in scopes and (parent is not None or self._sort in (None, sort)):
                scopes[parent].add(walk, sort, rank, members)
                if parent in waiting and walk is not None and walk not in begins:
                    begins[walk] = self._begin(walk)
                waiting.discard(parent)
            if len(unseen) <= _FEW and not waiting and all(capture <= begin for begin in begins.values()):
                break
        while 0 < len(unseen) <= _FEW:  # more are left only where every look was read: then none lists them
            capture = self._find(unseen, capture)
        return {number: at for places in reversed(scopes.values()) for number, at in places.found.items()}

    def _begin(self, walk: int) -> int:
        sql = "SELECT min(id) FROM capture_rows WHERE article = ? AND walk = ?"
        (first,) = self._db.execute(sql, (self._article, walk)).fetchone()
        return int(first)

    def _find(self, unseen: set[int], before: int) -> int:
        """The last sighting of one of these comments, which is taken out of them, or of several; its capture."""
        may_list, values = any_listed(unseen)
        of = {"article": self._article, "before": before, **values}
        for capture, ids in self._db.execute(_LISTED.format(may_list), of):
            here = [number for number in unseen if place(ids, number) is not None]
            if here:
                self.last.update(dict.fromkeys(here, capture))
                unseen.difference_update(here)
                return int(capture)
        unseen.clear()
        return before

    def _listed_parents(self) -> list[str]:
        """The comments whose replies were listed for themselves."""
        if all(parent is None for _, parent in self._known.values()):
            return []
        sql = (
            "SELECT DISTINCT s.parent FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id "
            "WHERE c.article = ? AND c.id <= ? AND s.parent IS NOT NULL"
        )
        return [row[0] for row in self._db.execute(sql, (self._article, self._until))]

    def _absences(self) -> None:
        """Whatever was not seen again after its last sighting, in the order of proofs. A page's comes before a walk's."""
        pages = self._pages_without()
        by_last = sorted(((last, number) for number, last in self.last.items()), reverse=True)
        away: list[int] = []
        for walk in complete_walks(self._db, self._article, self._until):
            while by_last and by_last[-1][0] < walk.first:
                away.append(by_last.pop()[1])
            for number in away:
                if pages.get(number, walk.last + 1) <= walk.last:
                    self._presence(number).absent(pages.pop(number), proven=True)
                if walk.replies or self._known[number][1] is None:
                    self._presence(number).absent(walk.last, proven=False, counts=walk.proves)
            away = [number for number in away if self._presence(number).state != "gone"]
        for number, capture in pages.items():
            self._presence(number).absent(capture, proven=True)

    def _presence(self, number: int) -> Presence:
        known = self._proven.get(number)
        if known is None:
            known = self._proven[number] = Presence(*self._known[number], self.last[number])
        return known

    def _pages_without(self) -> dict[int, int]:
        """For each comment the first page in a stable order, after its last sighting, that has a gap at its place."""
        keys = {number: int(key) for number, (key, _) in self._known.items() if key.lstrip("-").isdigit()}
        by_last = sorted(((last, number) for number, last in self.last.items() if number in keys), reverse=True)
        away: dict[str | None, list[tuple[int, int]]] = defaultdict(list)  # scope -> sorted (number in key, comment)
        count = 0
        found: dict[int, int] = {}
        while by_last:
            looks = self._db.execute(_STABLE, (self._article, by_last[-1][0], self._until))
            for capture, stable, parent, rank, ids in looks:
                while by_last and by_last[-1][0] < capture:
                    number = by_last.pop()[1]
                    insort(away[self._known[number][1]], (keys[number], number))
                    count += 1
                scope = away[parent]
                if not scope:
                    continue
                seen = map(self._known.__getitem__, unpack(ids))
                there = numbers_of(key for key, under in seen if under == parent)  # replies may stand among the comments
                if not there:
                    continue
                low, high = bisect_right(scope, (min(there), 1 << 62)), bisect_left(scope, (max(there), 0))
                if rank == 1:  # the list's own beginning is one side
                    low, high = (0, high) if stable > 0 else (low, len(scope))
                found.update((number, capture) for _, number in scope[low:high])
                count -= len(scope[low:high])
                del scope[low:high]
                if not count:
                    break  # on to the next that vanished: what lies between proves nothing
            else:
                break
        return found
