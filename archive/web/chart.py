"""What a chart shows: points where something was seen, and the times between in which nobody looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

_LONGER = 3  # times the usual pause between two looks: then it is a gap
_LEAST_MS = 120_000
_ONE_VISIT_MS = 20_000  # two sorts of a list are read one after the other
_HOUR = 3_600_000
_MOST_LOOKS, _SMALL = 60, 5  # per cent, and a part in so many
_BARS = (60_000, 10 * 60_000, _HOUR, 6 * _HOUR, 24 * _HOUR)
_MOST_BARS = 120


@dataclass(frozen=True)
class Line:
    """One line of steps: points of (UTC ms, value; None: the site did not show it); `rounded`: the site's texts of those that
    it rounded, by their times."""

    name: str
    points: tuple[tuple[int, int | None], ...]
    rounded: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Steps:
    """Lines of steps over the times of looks; `gaps` of all of them together. `rank`: one is at the top."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    gaps: tuple[tuple[int, int], ...]
    rank: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """For static/chart.js."""
        lines = [
            {
                "name": line.name,
                "points": line.points,
                "gaps": [start for start, _ in gaps(at for at, _ in line.points)],
                "rounded": line.rounded,
            }
            for line in self.lines
        ]
        close = _close(sorted({at for line in self.lines for at, _ in line.points}))
        return {"kind": "steps", "unit": self.unit, "rank": self.rank, "lines": lines, "gaps": self.gaps, "close": close}


def _close(times: list[int]) -> tuple[int, int] | None:
    """The stretch in which most looks lie, where that is a small part of the whole: it can be looked at closely."""
    if len(times) < 20:
        return None
    end = times[len(times) * _MOST_LOOKS // 100]
    return (times[0], end) if 0 < end - times[0] < (times[-1] - times[0]) / _SMALL else None


@dataclass(frozen=True)
class Bars:
    """How many in each stretch of time: (beginning, end, number). `gaps`: stretches that nobody saw; `about`: beginnings of
    those whose number is made from rounded ones."""

    title: str
    unit: str
    bars: tuple[tuple[int, int, float], ...]
    gaps: tuple[tuple[int, int], ...] = ()
    about: tuple[int, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """For static/chart.js."""
        return {"kind": "bars", "unit": self.unit, "bars": self.bars, "gaps": self.gaps, "about": self.about}


@dataclass(frozen=True)
class Spans:
    """Rows of bounds: (row, beginning, end, how much lies between them)."""

    title: str
    unit: str
    spans: tuple[tuple[str, int, int, int], ...]

    @property
    def data(self) -> dict[str, Any]:
        """For static/chart.js."""
        return {"kind": "spans", "unit": self.unit, "spans": self.spans}


def gaps(times: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Between which of the looks (UTC ms) lies much more time than usual."""
    seen = sorted(set(times))
    pauses = [later - earlier for earlier, later in pairwise(seen) if later - earlier > _ONE_VISIT_MS]
    if not pauses:
        return ()
    most = max(_LEAST_MS, _LONGER * median(pauses))
    return tuple((earlier, later) for earlier, later in pairwise(seen) if later - earlier > most)


def bars(times: Iterable[int]) -> tuple[tuple[int, int, int], ...]:
    """How many of these moments (UTC ms) in each minute, hour or day, whichever suits; stretches with none are left out. Days
    are Seoul's."""
    seen = sorted(times)
    if not seen:
        return ()
    size = next((size for size in _BARS if (seen[-1] - seen[0]) / size <= _MOST_BARS), _BARS[-1])
    counts: dict[int, int] = {}
    for time in seen:
        begin = (time + 9 * _HOUR) // size * size - 9 * _HOUR
        counts[begin] = counts.get(begin, 0) + 1
    return tuple((begin, begin + size, count) for begin, count in counts.items())
