"""`sagwan replay`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from archive.replay import ndjson
from archive.replay import replay as replaying
from crawler.commands.ask import known_topic, opened
from crawler.commands.options import archive_option, print_json, write_lines
from crawler.commands.times import LATEST, Time, check_window
from crawler.errors import Misuse


@click.command()
@archive_option
@click.option("--from", "start", type=Time(), default=0, help="From this time on.")
@click.option("--to", "end", type=Time(end=True), default=LATEST, help="Up to this time.")
@click.option("--speed", default="max", show_default=True, help="How fast: a factor of real time (1, 60, ...), or max.")
@click.option("--topic", help="Only this topic (its title).")
def replay(root: Path, start: int, end: int, speed: str, topic: str | None) -> int:
    """Print every event in the order of time as NDJSON on stdout: a later analysis sees what we saw, when we saw it.

    \b
    Example:
      sagwan replay --from 2026-11-22 --to 2026-11-23 --speed 60 | my-detector
    """
    check_window(start, end)
    try:
        factor = None if speed == "max" else float(speed)
    except ValueError:
        factor = 0.0
    if factor is not None and not 0 < factor < 1e9:
        raise Misuse(f"--speed {speed!r}: write a factor of real time like 60, or max")
    db = opened(root)
    asked = (db, start, end, known_topic(db, topic))
    if factor is None:
        write_lines(ndjson(*asked))
    else:
        print_json(_paced(replaying(*asked), factor), at_once=1)
    return 0


def _paced(events: Iterable[tuple[int, dict[str, Any]]], factor: float) -> Iterator[dict[str, Any]]:
    first: tuple[int, float] | None = None
    for at, line in events:
        first = first or (at, time.monotonic())
        wait = (at - first[0]) / 1000 / factor - (time.monotonic() - first[1])
        if wait > 0:
            sys.stdout.flush()
            time.sleep(wait)
        yield line
