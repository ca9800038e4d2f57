"""The scale of the Druking case: writes a synthetic campaign, rebuilds it, asks it, and prints what it took against the goals.

`python -m bench.druking --scale 0.01 --into DIR`; `--scale 1` is the case's size (30 GB of WARC files and an hour). What lies
in DIR already is not written again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.druking_asks import asks

SOURCES = ("naver", "daum")


class Row(Struct, frozen=True):
    """One line of the table. With `least` a value is better the greater it is, else the smaller; None: no promise."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    floor: float | None = None
    least: bool = False

    @property
    def passed(self) -> bool | None:
        """Whether the goal is met."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.least else self.value <= self.goal

    @property
    def fell(self) -> bool:
        """Whether it is worse than its floor."""
        return self.floor is not None and (self.value < self.floor if self.least else self.value > self.floor)

    def line(self) -> str:
        """The row in Markdown."""
        marks = {None: "", True: "pass", False: "short"}
        limits = f"{_limit(self.goal)} | {_limit(self.floor)}"
        return f"| {self.what} | {_number(self.value)} {self.unit} | {limits} | {marks[self.passed]} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def write(scale: float, into: Path, seed: int = 1) -> tuple[dict[str, int], float]:
    """Writes the campaign's files, a process per source; what was made, and the seconds. Not where they are there already."""
    told = into / "campaign.json"
    if told.exists():
        made = json.loads(told.read_text())
        return made["made"], made["seconds"]
    began = time.perf_counter()
    env = os.environ | processes.key(into)
    into.mkdir(parents=True, exist_ok=True)
    made_by: list[dict[str, int]] = []
    running = []
    for source in SOURCES:
        words = ["--source", source, "--scale", str(scale), "--seed", str(seed), "--into", str(into)]
        command = [sys.executable, "-m", "bench.campaign_files", *words]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=processes.ROOT))
    for process in running:
        out, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"writing the campaign failed with {process.returncode}")
        made_by.append(json.loads(out))
    seconds = time.perf_counter() - began
    made = {name: sum(one[name] for one in made_by) for name in made_by[0]}
    told.write_text(json.dumps({"made": made, "seconds": seconds, "scale": scale}))
    return made, seconds


def rebuild(into: Path, made: dict[str, int]) -> list[Row]:
    """Rebuilds the database and measures it; leaves it as the archive's own."""
    database = into / "archive.db"
    database.unlink(missing_ok=True)
    ran = processes.run(processes.SAGWAN, "rebuild", "--archive", into, "--json", **processes.key(into))
    said = json.loads(ran.out)
    assert not said["damage"], said
    size = database.stat().st_size
    return [
        Row(
            "`rebuild` on one core, sightings per processor second",
            made["sightings"] / ran.cpu,
            "",
            100_000,
            60_000,
            least=True,
        ),
        Row("the same by the clock, other people's work on the machine included", made["sightings"] / ran.seconds),
        Row("database, bytes per sighting, all tables and indexes", size / made["sightings"], "B", 10, 20),
        Row("`rebuild`, most memory", ran.peak / 1e6, "MB", 1_000, 1_000),
    ]


def measure(scale: float, into: Path) -> list[Row]:
    """Everything about one scale."""
    made, seconds = write(scale, into)
    print(f"  campaign: {made}, written in {seconds:.0f} s", file=sys.stderr, flush=True)
    rows = rebuild(into, made)
    print("\n".join(row.line() for row in rows), file=sys.stderr, flush=True)
    return rows + [Row(*row) for row in asks(into)]


def table(rows: list[Row]) -> list[str]:
    """The rows in Markdown."""
    return ["| measured | value | goal | floor | |", "| --- | --- | --- | --- | --- |", *(row.line() for row in rows)]


def main() -> int:
    """Prints the table; 1 when something is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--into", type=Path, help="default: a folder that is removed afterwards")
    given = parser.parse_args()
    if given.into is not None:
        rows = measure(given.scale, given.into.absolute())
    else:
        with tempfile.TemporaryDirectory(prefix="sagwan-druking-") as folder:
            rows = measure(given.scale, Path(folder))
    print("\n".join(table(rows)))
    return 1 if any(row.fell for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
