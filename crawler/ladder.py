"""How often what is looked at: the rungs of the ladder and their names in a topic's [cadence] (docs/schedule.md)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}

HOT = 1.0  # points a minute (archive/heat.py) from which an article is hot
SWEEPS = (
    30 * DAY,
    90 * DAY,
    365 * DAY,
)  # ages at which an article is looked at once more: is it, and what was said, still there
QUIET = 4  # rungs that a walk may wait, with a peek at each, where the counts say that nothing was added
FEW = 10  # comments under which an article that is quiet is not peeked at: there is no ranking to fight for
SLOW_COUNTS = 12  # times as seldom after a day
LEAD = HOUR  # before a source forgets: from then on the last sample is due
GIVEN_UP = 5  # failures in a row after which a sweep waits for the next age


class Ladder(Struct, frozen=True):
    """The intervals, ms. Each is a key of [cadence]."""

    discovery: int = 15 * MINUTE  # each query and list
    counts: int = 5 * MINUTE  # bulk counts of articles under a day; twelve times that under seven
    hot: int = MINUTE  # peek of a hot article
    hot_walk: int = 15 * MINUTE  # its whole walk
    day: int = 15 * MINUTE  # walk under 24 h; article page under 3 h
    article: int = HOUR  # article page after 3 h, where its rung says more often
    week: int = 3 * HOUR  # under 7 d
    month: int = 3 * DAY  # under 30 d

    def rung(self, age: int) -> int | None:
        """The interval for an article of that age (ms); None where only sweeps are left."""
        return self.day if age < DAY else self.week if age < 7 * DAY else self.month if age < SWEEPS[0] else None


def ladder(cadence: Mapping[str, str]) -> Ladder:
    """The default ladder with a topic's own intervals in it."""
    return Ladder(**{name: duration(text) for name, text in cadence.items()})


def duration(text: str) -> int:
    """`15m` in ms. Raises ValueError, KeyError."""
    return int(text[:-1]) * _UNITS[text[-1]]


@cache
def words(ms: int) -> str:
    """900000 as `15m`: the largest unit that divides it, days from two on."""
    for name in "dhms":
        if ms % _UNITS[name] == 0 and (name != "d" or ms >= 2 * DAY):
            return f"{ms // _UNITS[name]}{name}"
    return f"{ms / SECOND:g}s"


def wait(every: int, failed: int) -> int:
    """How long after its last look a look is due again: after failures twice as long each time, up to a day."""
    return every if not failed else max(every, min(every << min(failed, 20), DAY))


def sweep(age: int) -> int | None:
    """The last age of SWEEPS that an article has reached."""
    return next((mark for mark in reversed(SWEEPS) if age >= mark), None)
