"""The scale of the Druking case: writes a synthetic campaign, rebuilds it, asks it, and says what it took against the goals.

`python -m bench.druking --scale 0.01 --into DIR` does this alone. What lies in DIR already is not written again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from archive.warc_reader import files
from bench import processes
from bench.campaign import ARTICLES, COMMENTS
from bench.druking_asks import asks
from bench.pace import SET_ON, paced
from bench.table import HEAD, Row

SOURCES = ("naver", "daum")


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
    with paced() as pace:
        ran = processes.run(processes.SAGWAN, "rebuild", "--archive", into, "--json", **processes.key(into))
    said = json.loads(ran.out)
    assert not said["damage"], said
    rate = made["sightings"] / ran.cpu
    return [
        Row("`rebuild` on one core, sightings per processor second", rate, "", 100_000, 60_000, least=True),
        Row(f"the same, were `json.loads` at {SET_ON} MB/s and not at {pace():.0f}", rate * SET_ON / pace()),
        Row("the same by the clock, other people's work on the machine included", made["sightings"] / ran.seconds),
        Row("database, bytes per sighting, all tables and indexes", database.stat().st_size / made["sightings"], "B", 10, 20),
        Row("`rebuild`, most memory", ran.peak / 1e6, "MB", 1_000, 1_000),
    ]


def on_all_cores(into: Path, made: dict[str, int]) -> Row:
    """Rebuilds once more, on all cores, and compares."""
    again = into / "compared.db"
    again.unlink(missing_ok=True)
    command = (processes.SAGWAN, "rebuild", "--archive", into, "--into", again, "--json")
    both = processes.run(*command, pinned=False, **processes.key(into))
    assert json.loads(both.out)["differences"] == 0, both.out
    again.unlink()
    what = "`rebuild` by the clock on all cores, and compared with the rows that one core made, sightings a second"
    return Row(what, made["sightings"] / both.seconds)


def measure(scale: float, into: Path) -> list[Row]:
    """Everything about one scale."""
    made, seconds = write(scale, into)
    print(f"  campaign: {made}, written in {seconds:.0f} s", file=sys.stderr, flush=True)
    rows = list[Row]()
    for step in (lambda: rebuild(into, made), lambda: [Row(*row) for row in asks(into)], lambda: [on_all_cores(into, made)]):
        some = step()
        print("\n".join(row.line() for row in some), file=sys.stderr, flush=True)
        rows += some
    return rows


def about(scale: float, into: Path) -> str:
    """What was measured, in a sentence."""
    made, seconds = write(scale, into)
    size = sum(path.stat().st_size for path in files(into))
    return (
        f"The case at {scale:g} of its size: {round(ARTICLES * scale):,} articles, {round(COMMENTS * scale):,} comments, "
        f"{made['sightings']:,} sightings in {made['captures']:,} captures, {len(files(into))} WARC files of "
        f"{size / 1e9:.2f} GB (written in {seconds:.0f} s by two processes)."
    )


def main() -> None:
    """Only writes the campaign and its database, for whoever wants to look at it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--into", type=Path, required=True)
    given = parser.parse_args()
    rows = measure(given.scale, given.into.absolute())
    print("\n".join([about(given.scale, given.into.absolute()), "", *HEAD, *[row.line() for row in rows]]))


if __name__ == "__main__":
    main()
