"""When an article's comments were looked at: the moments at which a reader can stop."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from dataclasses import dataclass

_TOGETHER_MS = 10_000  # lists that one run reads one after the other are one stop
_LOOKS = """
SELECT c.id, c.received_at, c.run, c.walk, s.sort, s.parent, w.complete FROM capture_rows c
CROSS JOIN sightings s ON s.capture = c.id LEFT JOIN walk_ended w ON w.walk = c.walk
WHERE c.article = ? ORDER BY c.id"""


@dataclass(frozen=True)
class Stop:
    """A look at an article's comments: lists that were read together. Times are UTC ms; `at`: of the last page; `whole`: those
    of the sorts whose list was read to its end, not in part."""

    run: int
    begun: int
    at: int
    sorts: tuple[str, ...]
    pages: int
    whole: tuple[str, ...]


def stops(db: sqlite3.Connection, article: int) -> list[Stop]:
    """Every look at an article's comments, in the order of time."""
    found: list[Stop] = []
    for look in _lists(db, article):
        last = found[-1] if found else None
        if last is not None and last.run == look.run and look.begun - last.at < _TOGETHER_MS:
            sorts, whole = (tuple(dict.fromkeys(a + b)) for a, b in ((last.sorts, look.sorts), (last.whole, look.whole)))
            found[-1] = Stop(last.run, last.begun, look.at, sorts, last.pages + look.pages, whole)
        else:
            found.append(look)
    return found


def _lists(db: sqlite3.Connection, article: int) -> list[Stop]:
    """Each reading of a list, by its end. The pages of a walk are one, with the replies that are read after them."""
    found: dict[int, Stop] = {}
    for capture, at, run, walk, sort, parent, complete in db.execute(_LOOKS, (article,)):
        key = capture if walk is None else -walk
        begun, pages = (found[key].begun, found[key].pages) if key in found else (at, 0)
        sorts = (sort,) if parent is None else found[key].sorts if key in found else ()
        found[key] = Stop(run, begun, at, sorts, pages + 1, sorts if complete else ())
    return sorted(found.values(), key=lambda one: one.at)


@dataclass(frozen=True)
class Around:
    """What lies around a time: the last look up to it, the one before that, and the next; None where there is none."""

    last: Stop | None
    before: Stop | None
    after: Stop | None


def around(all_of_them: list[Stop], at: int) -> Around:
    """The looks around a time (UTC ms)."""
    place = bisect_right(all_of_them, at, key=lambda stop: stop.at)
    last = all_of_them[place - 1] if place else None
    before = all_of_them[place - 2] if place > 1 else None
    return Around(last, before, all_of_them[place] if place < len(all_of_them) else None)


@dataclass(frozen=True)
class Strip:
    """All looks on a line of 1000 units: for each sort an SVG path with a mark for each look; `happened`: one for each thing
    that was seen to have changed. Times are UTC ms."""

    first: int
    last: int
    lanes: list[tuple[str, str]]
    happened: str


def strip(all_of_them: list[Stop], happened: list[int]) -> Strip | None:
    """The strip; None where nothing was ever looked at."""
    if not all_of_them:
        return None
    first, last = all_of_them[0].at, all_of_them[-1].at
    lanes: dict[str, list[int]] = {}
    for stop in all_of_them:
        for sort in stop.sorts:
            lanes.setdefault(sort, []).append(stop.at)
    drawn = [(sort, _marks(times, first, last)) for sort, times in sorted(lanes.items())]
    return Strip(first, last, drawn, _marks(happened, first, last))


def _marks(times: list[int], first: int, last: int) -> str:
    places = {round((at - first) / max(last - first, 1) * 2000) / 2 for at in times if first <= at <= last}
    return "".join(f"M{place:g} 0v10" for place in sorted(places))
