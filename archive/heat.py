"""How fast an article moves, from its looks: points a minute. One new comment is a point, five votes are one."""

from __future__ import annotations

VOTES = 5  # that weigh as much as one comment: readers vote more than they write
HALF_MS = 10 * 60_000  # in which heat that no look confirms falls by half
SHORTEST_MS = 45_000  # between two looks: what moved in less is added to the next
MINUTE_MS = 60_000


def decayed(heat: float, measured_at: int, now: int) -> float:
    """What is left at `now` (UTC ms) of the heat that was measured then."""
    left: float = 0.5 ** (max(0, now - measured_at) / HALF_MS)
    return heat * left


def measured(heat: float, measured_at: int, points: float, since: int, now: int) -> float:
    """The heat after a look at `now` that found so many points more than one at `since`. It falls no faster than it decays."""
    return max(points * MINUTE_MS / max(now - since, SHORTEST_MS), decayed(heat, measured_at, now))
