"""How each cost grows when the campaign does, ten and a hundred times: a table. `growth_axes` has each axis alone.

Articles, comments, sightings and files grow together. Costs of everything (rebuild, bytes) are divided by the sightings; those
of one article, one comment and one window are as they are: flat is what is wanted of both.
"""

from __future__ import annotations

from pathlib import Path

from bench import druking
from bench.campaign import SIGHTINGS
from bench.table import Row, number

STEPS = (100, 10, 1)  # parts of the largest
# What is compared: the beginning of a row's name, the name in the plot, and whether the row is a rate (then its inverse grows).
COSTS = (
    ("`rebuild` on one core", "rebuild, µs a sighting", True),
    ("database", "database, bytes a sighting", False),
    ("as-of of a small article", "as-of of an article with 40 comments, ms", False),
    ("series in a small article", "series of one of its comments, ms", False),
    ("movers, for each", "movers, µs a capture of the window", False),
    ("replay from the library, tuples", "replay, µs a tuple", True),
    ("`status`", "status, s", False),
)


def measure(scale: float, into: Path, largest: list[Row]) -> list[tuple[str, list[float]]]:
    """Each cost at a hundredth, a tenth and all of `scale`; the last is what was measured already."""
    columns = [druking.measure(scale / part, into / f"part-{part}") for part in STEPS[:-1]]
    return [(name, [_cost(rows, start, rate) for rows in (*columns, largest)]) for start, name, rate in COSTS]


def _cost(rows: list[Row], start: str, rate: bool) -> float:
    value = next(row.value for row in rows if row.what.startswith(start))
    return 1e6 / value if rate else value


def table(costs: list[tuple[str, list[float]]], scale: float) -> list[str]:
    """The table in Markdown; the last column is how much dearer the largest is than the smallest."""
    heads = [f"x {STEPS[0] // part} ({number(SIGHTINGS * scale / part)} sightings)" for part in STEPS]
    lines = [f"| cost | {' | '.join(heads)} | x 100 : x 1 |", "| --- | --- | --- | --- | --- |"]
    return lines + [f"| {name} | {' | '.join(map(number, cost))} | {cost[-1] / cost[0]:.2g} |" for name, cost in costs]
