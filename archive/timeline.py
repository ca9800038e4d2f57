"""One article's looks in order, and what they prove about each comment: seen, missing, gone, returned (DESIGN 6).

- In a stable order a page proves the absence of every known comment whose place lies between its first and last.
- Two complete walks without a comment, during which the declared number stood still, prove it gone in any order; one
  makes it missing. Where the number moved, a deletion may have hidden that another comment slipped over a page's border.
  Where the site declares none, only a list that one page holds stood still for sure.
- A complete walk that found nothing at all makes comments missing, never gone: it may be the list that is wrong.
- A page not fetched, a refusal, an incomplete walk in vote order prove nothing.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from archive.records import STUB
from archive.sightings import unpack


class Look(Struct):
    """One capture that listed comments, in the site's order."""

    capture: int
    seen_at: int
    walk: int | None
    sort: str
    stable: int
    parent: str | None
    rank: int
    ids: list[int]


class Presence(Struct):
    """What is known of one comment's being there. Captures are row ids; `evidence` proves the absence."""

    key: str
    parent: str | None
    last_seen: int
    state: str = "present"
    first_missing: int | None = None
    evidence: tuple[int, ...] = ()
    absences: int = 0

    def absent(self, capture: int, *, proven: bool, counts: bool = True) -> bool:
        """Takes a proof of its absence; whether the state is another one now."""
        if self.key.startswith(STUB):  # we took it out: that it is not seen again says nothing of the site
            return False
        if self.state == "gone" or (self.state == "missing" and not counts):
            return False
        self.absences += counts
        self.first_missing = self.first_missing or capture
        self.evidence = (*self.evidence, capture)
        before, self.state = self.state, "gone" if proven or self.absences >= 2 else "missing"
        return self.state != before


def numbers_of(keys: Iterable[str]) -> list[int]:
    """The places of a page's comments, by the numbers that their keys are, stubs left out; none where one key is no number."""
    own = [key for key in keys if not key.startswith(STUB)]
    return [int(key) for key in own] if all(key.lstrip("-").isdigit() for key in own) else []


class Event(Struct, frozen=True):
    """A comment's presence changed at `capture`. `before` is the last capture that showed the earlier state: of one that came
    back the first of the last walk without it, or the last page with a gap at its place."""

    kind: str
    comment: int
    capture: int
    before: int
    evidence: tuple[int, ...]


class Walked(Struct):
    """A complete walk: its first and last capture, whether it read replies too, whether it found nothing at all."""

    id: int
    first: int
    last: int
    replies: bool
    proves: bool  # something was listed, and stood still: the declared number did, or it was one page


def complete_walks(db: sqlite3.Connection, article: int, until: int) -> list[Walked]:
    """The complete walks of an article that had ended by a capture, in the order of their ends."""
    rows = db.execute(
        "SELECT b.id, w.first, w.last, e.declared_replies IS NULL OR e.declared_replies = 0 OR e.collected_replies > 0, "
        "e.collected > 0 AND (e.declared_before = e.declared_after "
        "OR (w.first = w.last AND e.declared_before IS NULL AND e.declared_after IS NULL)) FROM ("
        "SELECT walk, min(id) AS first, max(id) AS last FROM capture_rows WHERE article = ?1 AND walk IS NOT NULL GROUP BY walk"
        ") w JOIN walk_begun b ON b.id = w.walk AND b.article = ?1 "
        "JOIN walk_ended e ON e.walk = b.id WHERE e.complete = 1 AND w.last <= ?2 ORDER BY w.last",
        (article, until),
    )
    return [Walked(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in rows]


class Timeline:
    """Reads one article's looks up to a capture. `presence` is right after `events` was read to its end. `last_seen`, the last
    capture that listed each comment, is right at any time: a look changes it when the event after it is read. With `only`, some
    comments' row ids, nothing is found of the others."""

    def __init__(self, db: sqlite3.Connection, article: int, until: int, only: frozenset[int] | None = None) -> None:
        self._db, self._article, self._until, self._only = db, article, until, only
        self.presence: dict[int, Presence] = {}
        self.last_seen: dict[int, int] = {}  # in the order of `presence`
        self._away: dict[int, int] = {}  # those that are not present, and the capture after which each was still absent
        self.looks = 0
        self._places: dict[str | None, list[tuple[int, int]]] = defaultdict(list)  # scope -> sorted (number in key, comment)
        self._keys: dict[int, tuple[str, str | None]] = {}
        self._ids: list[int] = [0]  # by the number in the article, from 1
        for identity, key, parent in db.execute(
            "SELECT c.id, c.key, (SELECT parent_key FROM comment_versions v WHERE v.comment = c.id ORDER BY capture LIMIT 1) "
            "FROM comments c WHERE c.article = ? ORDER BY c.n",
            (article,),
        ):
            self._keys[identity] = (key, parent)
            self._ids.append(identity)

    def read_looks(self) -> Iterator[Look]:
        """The looks in the order of capture."""
        rows = self._db.execute(
            "SELECT s.capture, c.received_at, c.walk, s.sort, s.stable, s.parent, s.first_rank, s.ids FROM capture_rows c "
            "CROSS JOIN sightings s ON s.capture = c.id WHERE c.article = ? AND c.id <= ? ORDER BY c.id",
            (self._article, self._until),
        )
        for row in rows:
            capture, seen_at, walk, sort, stable, parent, rank, ids = row
            members = list(map(self._ids.__getitem__, unpack(ids)))
            yield Look(capture, seen_at, walk, sort, stable, parent, rank, members)

    def events(self) -> Iterator[Event | Look]:
        """Every look, each followed by what it proves; a complete walk's proof follows its last capture."""
        walks = complete_walks(self._db, self._article, self._until)
        for look in self.read_looks():
            while walks and walks[0].last < look.capture:
                yield from self._walked(walks.pop(0))
            yield look
            yield from self._looked(look)
        for walk in walks:
            yield from self._walked(walk)
        for comment, last in self.last_seen.items():
            self.presence[comment].last_seen = last

    def _looked(self, look: Look) -> Iterator[Event]:
        listed = look.ids if self._only is None else [one for one in look.ids if one in self._only]
        seen, known = dict.fromkeys(listed, look.capture), len(self.last_seen)
        self.last_seen.update(seen)
        if len(self.last_seen) > known or not self._away.keys().isdisjoint(seen):
            yield from self._came(look.capture, listed)
        if look.stable and (self._only is None or not self.presence.keys() <= seen.keys()):
            yield from self._page_proof(look)

    def _came(self, capture: int, listed: list[int]) -> Iterator[Event]:
        """Those of a look that were never seen before, and those that came back."""
        for comment in listed:
            known = self.presence.get(comment)
            if known is None:
                key, parent = self._keys[comment]
                self.presence[comment] = Presence(key, parent, capture)
                if key.lstrip("-").isdigit():
                    insort(self._places[parent], (int(key), comment))
            elif comment in self._away:
                yield Event("returned", comment, capture, self._away.pop(comment), (capture,))
                known.state, known.first_missing, known.evidence, known.absences = "present", None, (), 0

    def _page_proof(self, look: Look) -> Iterator[Event]:
        # A reply that stands among the comments has no place in their order.
        numbers = numbers_of(key for key, parent in map(self._keys.__getitem__, look.ids) if parent == look.parent)
        if not numbers:
            return
        places = self._places[look.parent]
        low = bisect_right(places, (min(numbers), 1 << 62))
        high = bisect_left(places, (max(numbers), 0))
        if look.rank == 1:  # the list's own beginning is one side
            low, high = (0, high) if look.stable > 0 else (low, len(places))
        here = set(look.ids)
        for _, comment in places[low:high]:
            if comment not in here:
                yield from self._absent(comment, look.capture, look.capture, proven=True)

    def _walked(self, walk: Walked) -> Iterator[Event]:
        for comment in [comment for comment, last in self.last_seen.items() if last < walk.first]:
            if self.presence[comment].parent is None or walk.replies:
                yield from self._absent(comment, walk.last, walk.first, proven=False, counts=walk.proves)

    def _absent(self, comment: int, capture: int, since: int, *, proven: bool, counts: bool = True) -> Iterator[Event]:
        """Takes a proof, which was read from the capture `since` on: nobody knows where in a walk it should have stood."""
        known = self.presence[comment]
        known.last_seen = self.last_seen[comment]
        changed = known.absent(capture, proven=proven, counts=counts)
        if changed or (counts and comment in self._away):
            self._away[comment] = max(since, self._away.get(comment, 0))
        if changed:
            yield Event(known.state, comment, capture, known.last_seen, known.evidence)
