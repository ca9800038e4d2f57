"""Questions to the rebuilt campaign: how long the library takes over each, then whole commands."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.archive import open_for_reading
from archive.history import as_of, known_at, series
from archive.movers import movers
from archive.replay import observed, replay
from bench import processes

MINUTE = 60_000
LARGE, SMALL = 1_000, 40  # comments; there is an article with so few at every scale
END = 1 << 62
SECONDS = 20.0  # after so many a replay is fast or not
Told = tuple[Any, ...]  # what stands in druking.Row


def asks(root: Path) -> Iterator[Told]:
    """A row for each question."""
    with contextlib.closing(open_for_reading(root)) as db:
        size, shown, told = _of_one_article(db, LARGE)
        yield f"as-of of an article with {size:,} comments", shown, "ms", 10, 30
        yield "series of one of its comments", told, "ms", 1
        size, shown, told = _of_one_article(db, SMALL)
        yield f"as-of of a small article ({size} comments)", shown, "ms"
        yield "series in a small article", told, "ms"
        yield from _movers(db)
        yield from _of_all(db)
    yield from _commands(root)


def _median(times: int, ask: Callable[[int], Any]) -> float:
    """Median of the milliseconds that a question takes; it is told which turn it is."""
    took = []
    for turn in range(times):
        began = time.perf_counter()
        ask(turn)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _of_one_article(db: sqlite3.Connection, wanted: int) -> tuple[int, float, float]:
    """The article with the nearest number of comments: that number, and the ms of an as-of and of a comment's series."""
    article, size = db.execute(
        "SELECT article, count(*) FROM comments GROUP BY article ORDER BY abs(count(*) - ?), article LIMIT 1", (wanted,)
    ).fetchone()
    first, last = db.execute(
        "SELECT min(received_at), max(received_at) FROM capture_rows WHERE article = ?", (article,)
    ).fetchone()
    moments = [first + (last - first) * n // 20 for n in range(1, 21)]
    shown = _median(20, lambda turn: list(as_of(db, article, moments[turn])))
    keys = [row[0] for row in db.execute("SELECT key FROM comments WHERE article = ? ORDER BY n LIMIT 20", (article,))]
    return size, shown, _median(20, lambda turn: list(series(db, article, keys[turn % len(keys)], END)))


def _movers(db: sqlite3.Connection) -> Iterator[Told]:
    busiest = db.execute(
        f"SELECT received_at / {10 * MINUTE}, count(*) FROM capture_rows GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    start = busiest[0] * 10 * MINUTE
    took = _median(9, lambda turn: list(movers(db, start, start + 10 * MINUTE, 100)))
    yield f"movers: top 100 of the busiest 10 minutes ({busiest[1]:,} captures)", took, "ms", 100, 1000
    yield "movers, for each capture in the window", took / busiest[1] * 1000, "us"


def _of_all(db: sqlite3.Connection) -> Iterator[Told]:
    first, last = db.execute("SELECT min(received_at), max(received_at) FROM capture_rows").fetchone()
    at = (first + last) // 2
    began = time.perf_counter()
    count = sum(1 for _ in known_at(db, at))
    yield f"whole archive as-of T ({count:,} comments)", time.perf_counter() - began, "s", 5, 30
    before = _peak()
    yield "replay from the library, tuples/s", _rate(observed(db, 0, END)), "", 1_000_000, None, True
    yield "replay from the library, events/s", _rate(replay(db, 0, END)), ""
    yield "most memory that these replays added", (_peak() - before) / 1e6, "MB", 200


def _rate(lines: Iterator[Any]) -> float:
    began = time.perf_counter()
    count = 0
    for _ in lines:
        count += 1
        if not count % 10_000 and time.perf_counter() - began > SECONDS:
            break
    return count / (time.perf_counter() - began)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _commands(root: Path) -> Iterator[Told]:
    yield "`replay --speed max`, events/s as NDJSON", _ndjson(root), "", 300_000, None, True
    took = statistics.median(processes.run(processes.SAGWAN, "status", "--archive", root).seconds for _ in range(3))
    yield "`status`", took, "s", 0.5
    took = statistics.median(processes.run(processes.SAGWAN, "--help").seconds for _ in range(5))
    yield "`sagwan --help`", took, "s", 0.25


def _ndjson(root: Path) -> float:
    """Lines per second of the command, its start included, until it ends or has had its time."""
    command = [processes.SAGWAN, "replay", "--archive", root]
    began = time.perf_counter()
    count = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(1 << 20):
            count += chunk.count(b"\n")
            if time.perf_counter() - began > SECONDS:
                process.kill()
                break
    return count / (time.perf_counter() - began)
