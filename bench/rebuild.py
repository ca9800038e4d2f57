"""Sightings per second of `sagwan rebuild`: the whole command, from WARC files to rows that were compared with the present.

The archive was collected several times with votes that moved in between. Seconds are those of the whole process.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.threads import Threads

FLOOR = 60_000
LOOKS = 16  # so often is every thread collected; the design expects some 80


class Rebuilt(Struct):
    """Sightings in the archive, and the seconds of each rebuild: with the comparison, and of the rows alone."""

    sightings: int
    compared: list[float]
    alone: list[float]

    @property
    def rate(self) -> float:
        return self.sightings / statistics.median(self.compared)

    @property
    def rate_alone(self) -> float:
        return self.sightings / statistics.median(self.alone)


def measure(folder: Path, times: int, threads: Threads) -> Rebuilt:
    """Collects, then rebuilds so often. Raises AssertionError when rows differ."""
    archive = folder / "archive-looks"
    sightings = 0
    for turn in range(LOOKS):
        with processes.server(threads.articles, threads.pages, turn) as port:
            sightings += json.loads(processes.collect(folder, archive, threads.keys(), port).out)["sightings"]
    bare = folder / "archive-bytes-only"
    bare.mkdir()
    (bare / "warc").symlink_to(archive / "warc", target_is_directory=True)
    made = Rebuilt(sightings, [], [])
    for n in range(times):
        made.compared.append(_rebuild(folder, archive, f"compared-{n}"))
        made.alone.append(_rebuild(folder, bare, f"alone-{n}"))
        rates = f"{sightings / made.compared[-1]:.0f} sightings/s compared, {sightings / made.alone[-1]:.0f} alone"
        print(f"  rebuild {n + 1}: {rates}", file=sys.stderr, flush=True)
    return made


def _rebuild(folder: Path, archive: Path, name: str) -> float:
    into = folder / f"{name}.db"
    ran = processes.run(processes.SAGWAN, "rebuild", "--archive", archive, "--into", into, "--json", **processes.key(folder))
    said = json.loads(ran.out)
    assert (said["differences"], said["explained"]) == (0, 0), ran.out
    db = sqlite3.connect(into)
    assert db.execute("SELECT count(*) FROM sightings").fetchone()[0] > 0
    db.close()
    into.unlink()
    return ran.seconds
