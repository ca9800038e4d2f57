"""How each cost grows along one axis alone: articles, comments of an article, looks at it, WARC files; x 1, x 10, x 100.

Invented threads of one source, rebuilt on one core; processor time, the least of some turns. A cost of the whole may grow as
its axis does, and so may a question about an article that has more itself; other articles and other files are nothing to it.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from archive.archive import open_for_reading
from archive.history import as_of, series
from archive.pseudonym import Pseudonyms, default_key_file
from archive.rebuild import anew
from archive.replay import replay
from archive.verify_bytes import check_file
from archive.warc_reader import files
from bench import processes
from bench.campaign import BEGAN, DAY, SORTS, Look, Planned
from bench.campaign_files import Source
from bench.table import Row, number
from crawler import pages
from crawler.sources import load_pages

SIZES = (1, 10, 100)
SOURCE, END = "daum", 1 << 62
# By how much a cost may grow with its axis: an exponent, and what a busy machine and deeper trees add.
LINEAR, FLAT = 1.15, 0.2
WHOLE = ("rebuild, s", "database, MB", "verify --bytes, s", "replay, s")
OF_ONE = ("as-of of an article, ms", "series of a comment, ms")


class Threads(Struct, frozen=True):
    """Articles of one size, each walked equally often in some days; all comments are there at the first look."""

    articles: int = 10
    comments: int = 20
    looks: int = 10
    days: int = 1

    def write(self, root: Path) -> None:
        """Its WARC files, one for each day."""
        articles = [Planned(n, SOURCE, BEGAN, self.comments) for n in range(self.articles)]
        step = self.days * DAY // self.looks
        looks = [
            Look(BEGAN + 2 * DAY + turn * step + n * 1000, n, SORTS[SOURCE][0], True)
            for turn in range(self.looks)
            for n in range(self.articles)
        ]
        Source(root, SOURCE, articles, looks).write()


# What grows, at x 1, and which number of it.
AXES = (
    ("articles", Threads(), "articles"),
    ("comments of one article", Threads(articles=1, comments=100), "comments"),
    ("looks at one article", Threads(articles=1, comments=100, looks=20), "looks"),
    ("WARC files", Threads(looks=100), "days"),
)
Grown = dict[str, dict[str, list[float]]]  # axis -> cost -> its value at each size


def measure(into: Path) -> Grown:
    """Every cost along every axis, in a process of its own; writes its campaigns into a folder that is not there yet."""
    into.mkdir()
    ran = processes.run(sys.executable, "-m", "bench.growth_axes", into, **processes.key(into))
    grown: Grown = json.loads(ran.out)
    return grown


def _along(into: Path, base: Threads, which: str) -> dict[str, list[float]]:
    columns = []
    for size in SIZES:
        root = into / str(size)
        replace(base, **{which: getattr(base, which) * size}).write(root)
        columns.append(_costs(root))
    return {cost: [column[cost] for column in columns] for cost in columns[0]}


def _costs(root: Path) -> dict[str, float]:
    database = root / "archive.db"
    key = Pseudonyms.load(default_key_file(), make=True)
    rebuilt = _least(1, lambda: anew(root, database, key, pages.parse))
    verified = _least(1, lambda: [check_file(path) for path in files(root)])
    with contextlib.closing(open_for_reading(root)) as db:
        whole = (rebuilt, database.stat().st_size / 1e6, verified, _least(2, lambda: deque(replay(db, 0, END), maxlen=0)))
        (comment,) = db.execute("SELECT key FROM comments WHERE article = 1 AND n = 1").fetchone()
        of_one = (
            _least(9, lambda: list(as_of(db, 1, END))) * 1000,
            _least(9, lambda: deque(series(db, 1, comment, END), maxlen=0)) * 1000,
        )
    return dict(zip(WHOLE + OF_ONE, whole + of_one, strict=True))


def _least(turns: int, ask: Callable[[], Any]) -> float:
    """The processor seconds that it takes."""
    took = []
    for _ in range(turns):
        began = time.process_time()
        ask()
        took.append(time.process_time() - began)
    return min(took)


def rows(grown: Grown) -> list[Row]:
    """How each axis makes grow what must be flat, and the dearest of what must be linear at most."""
    told = []
    for axis, costs in grown.items():
        fitted = {cost: fmean(_exponents(values)) for cost, values in costs.items()}
        flat = OF_ONE if axis in ("articles", "WARC files") else ()
        for cost in flat:
            told.append(Row(f"{axis} x 100: {cost.partition(',')[0]}, exponent", fitted.pop(cost), "", FLAT))
        worst = max(fitted, key=lambda cost: fitted[cost])
        told.append(Row(f"{axis} x 100: dearest of the rest ({worst.partition(',')[0]}), exponent", fitted[worst], "", LINEAR))
    return told


def _exponents(values: list[float]) -> list[float]:
    """Of both steps: 0 is flat, 1 is linear. Their mean is the line that fits best."""
    return [math.log10(after / before) for before, after in pairwise(values)]


def table(grown: Grown) -> list[str]:
    """Every cost, in Markdown."""
    lines = ["| grows | cost | x 1 | x 10 | x 100 | exponent of both steps |", "| --- | --- | --- | --- | --- | --- |"]
    for axis, costs in grown.items():
        for cost, values in costs.items():
            steps = ", ".join(f"{step:.2f}" for step in _exponents(values))
            lines.append(f"| {axis} | {cost} | {' | '.join(map(number, values))} | {steps} |")
    return lines


if __name__ == "__main__":
    load_pages()
    print(json.dumps({name: _along(Path(sys.argv[1], which), base, which) for name, base, which in AXES}))
