"""Which of an article's comments are there, as of a capture, and where: what `Timeline` finds, read from the end.

An article that was looked at a thousand times then costs little more than its last walk: looks are read backwards until every
comment has been seen once. `Timeline` reads them forwards, for every change; the rules are its (DESIGN 6).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict

from msgspec import Struct

from archive.sightings import place, unpack
from archive.timeline import Presence, complete_walks, numbers_of

_MANY = 8  # so many unseen comments are looked for by reading the whole list, fewer one by one
Place = tuple[str, int]  # sort and rank


class _Proof(Struct):
    """A page in a stable order: what it can prove absent."""

    capture: int
    stable: int
    parent: str | None
    first: bool
    members: list[int]


class _Places:
    """The places on the last walk (or the peek after it) among the looks of one scope, which are given from the last to the
    first."""

    def __init__(self) -> None:
        self.found: dict[int, Place] = {}
        self.done = False
        self._walk: int | None = None
        self._begun = False

    def add(self, walk: int | None, sort: str, rank: int, members: list[int]) -> None:
        """Takes the look before those that were given."""
        if self._begun and walk is None and self._walk is not None:
            return  # a peek between the pages of that walk
        if self._begun and (walk is None or walk != self._walk):
            self.done = True
            return
        self._begun, self._walk = True, walk
        for n in range(len(members) - 1, -1, -1):  # a comment that stands twice has the place that was given first
            self.found[members[n]] = (sort, rank + n)


class Snapshot:
    """The comments of an article as of a capture. `comments` is (id, number in the article, key, key of the parent)."""

    def __init__(
        self,
        db: sqlite3.Connection,
        article: int,
        until: int,
        comments: list[tuple[int, int, str, str | None]],
        sort: str | None = None,
    ) -> None:
        self._db, self._article, self._until, self._sort = db, article, until, sort
        self._known = {number: (key, parent) for _, number, key, parent in comments}
        self._last: dict[int, int] = {}
        self._proofs: list[_Proof] = []
        self.places = self._read()
        self.presence = {number: Presence(*self._known[number], last) for number, last in self._last.items()}
        self._absences()

    def _read(self) -> dict[int, Place]:
        unseen = set(self._known)
        top = _Places()
        replies: dict[str, _Places] = {parent: _Places() for parent in self._listed_parents()}
        for capture, walk, sort, stable, parent, rank, ids in self._db.execute(
            "SELECT s.capture, c.walk, s.sort, s.stable, s.parent, s.first_rank, s.ids FROM capture_rows c "
            "CROSS JOIN sightings s ON s.capture = c.id WHERE c.article = ? AND c.id <= ? ORDER BY c.id DESC",
            (self._article, self._until),
        ):
            if not unseen and top.done and all(places.done for places in replies.values()):
                break
            places = replies[parent] if parent is not None else top if self._sort in (None, sort) else None
            wanted = places is not None and not places.done
            members = unpack(ids) if wanted or (stable and unseen) or len(unseen) > _MANY else None
            if members is None:
                here = {number for number in unseen if place(ids, number) is not None}
            else:
                here = unseen.intersection(members)
            for number in here:
                self._last[number] = capture
            if members is not None:
                if wanted and places is not None:
                    places.add(walk, sort, rank, members)
                if stable and unseen:
                    self._proofs.append(_Proof(capture, stable, parent, rank == 1, members))
            unseen -= here
        found = {number: at for places in replies.values() for number, at in places.found.items()}
        return found | top.found

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
        """Whatever was not seen again after its last sighting, in the order of proofs."""
        found: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)  # (capture, 1 for a walk, whether it counts)
        if self._last:
            by_last = sorted((last, number) for number, last in self._last.items())
            for walk in complete_walks(self._db, self._article, self._until):
                for _, number in by_last[: bisect_left(by_last, (walk.first, 0))]:
                    if walk.replies or self._known[number][1] is None:
                        found[number].append((walk.last, 1, walk.proves))
        self._not_between(found)
        for number, proofs in found.items():
            known = self.presence[number]
            for capture, of_walk, counts in sorted(proofs):
                known.absent(capture, proven=not of_walk, counts=counts)

    def _not_between(self, found: dict[int, list[tuple[int, int, bool]]]) -> None:
        scopes: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
        if self._proofs:
            for number in self._last:
                key, parent = self._known[number]
                if key.lstrip("-").isdigit():
                    scopes[parent].append((int(key), number))
        for scope in scopes.values():
            scope.sort()
        for proof in self._proofs:
            numbers = numbers_of(key for key, parent in map(self._known.__getitem__, proof.members) if parent == proof.parent)
            if not numbers:
                continue
            scope = scopes[proof.parent]
            low = bisect_right(scope, (min(numbers), 1 << 62))
            high = bisect_left(scope, (max(numbers), 0))
            if proof.first:  # the list's own beginning is one side
                low, high = (0, high) if proof.stable > 0 else (low, len(scope))
            for _, number in scope[low:high]:
                if self._last[number] < proof.capture:
                    found[number].append((proof.capture, 0, True))
