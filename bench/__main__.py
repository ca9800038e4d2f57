"""`make bench`: measures, prints the table, exits 1 below a floor. `make bench BENCH=--write` also writes it into the docs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import timeit
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import collect, rebuild, verify
from bench.processes import ROOT
from bench.threads import Threads

PAGE = ROOT / "docs" / "performance.md"
MARK = "<!-- written by `make bench BENCH=--write`; everything below is replaced -->"


def main() -> int:
    """Runs the benches that are named, or all."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="collect|rebuild|verify", help="default: all")
    parser.add_argument("--pairs", type=int, default=5, help="how often each is measured")
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--pages", type=int, default=104, help="list pages of 100 comments under each article")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    given = parser.parse_args()
    which = given.which or ["collect", "rebuild", "verify"]
    load, before = os.getloadavg()[0], _json_seconds()
    threads = Threads(given.articles, given.pages)
    table = ["| measured | median | lowest | highest | floor | aim |", "| --- | --- | --- | --- | --- | --- |"]
    short: list[str] = []
    with tempfile.TemporaryDirectory(prefix="sagwan-bench-") as folder:
        if "collect" in which:
            rows, below = _collect(collect.measure(Path(folder), given.pairs, threads))
            table, short = table + rows, short + below
        if "rebuild" in which:
            rows, below = _rebuild(rebuild.measure(Path(folder), given.pairs, _fewer(threads)))
            table, short = table + rows, short + below
        if "verify" in which:
            rows, below = _verify(verify.measure(Path(folder), given.pairs, _fewer(threads)))
            table, short = table + rows, short + below
    text = "\n".join([*_circumstances(given, load, before), "", *table, ""])
    print(text)
    if given.write:
        PAGE.write_text(PAGE.read_text(encoding="utf-8").partition(MARK)[0] + MARK + "\n\n" + text, encoding="utf-8")
    for line in short:
        print(f"below its floor: {line}", file=sys.stderr)
    return 1 if short else 0


def _fewer(threads: Threads) -> Threads:
    """The threads that are rebuilt: a quarter of the pages, for each is looked at many times."""
    return Threads(threads.articles, max(1, threads.pages // 4))


def _collect(measured: list[tuple[collect.Speed, collect.Speed]]) -> tuple[list[str], list[str]]:
    ratios = [ours.rate / plain.rate for ours, plain in measured]
    whole = [plain.whole / ours.whole for ours, plain in measured]
    rows = [
        _row("**`collect`, pages/s, as a part of plain Scrapy's**", ratios, ".2f", collect.FLOOR, collect.AIM),
        _row("the same by whole processes, start and end included", whole, ".2f"),
        _row("the same by processor time (steadier on a busy machine)", [p.cpu / o.cpu for o, p in measured], ".2f"),
        _row("pages/s of `collect`", [ours.rate for ours, _ in measured], ".0f"),
        _row("pages/s of plain Scrapy", [plain.rate for _, plain in measured], ".0f"),
    ]
    found = statistics.median(ratios)
    return rows, [f"collect {found:.2f} of plain Scrapy, floor {collect.FLOOR}"] if found < collect.FLOOR else []


def _rebuild(made: rebuild.Rebuilt) -> tuple[list[str], list[str]]:
    rows = [
        _row("**`rebuild`, sightings/s**", [made.sightings / s for s in made.compared], ",.0f", rebuild.FLOOR),
        _row("the same where there is no database to compare with", [made.sightings / s for s in made.alone], ",.0f"),
    ]
    return rows, [f"rebuild {made.rate:,.0f} sightings/s, floor {rebuild.FLOOR:,}"] if made.rate < rebuild.FLOOR else []


def _verify(made: verify.Checked) -> tuple[list[str], list[str]]:
    ratios = [plain / ours for plain, ours in zip(made.plain, made.ours, strict=True)]
    rows = [
        _row("**`verify --bytes`, as a part of the speed of sha256 plus gunzip**", ratios, ".2f", verify.FLOOR),
        _row("MB/s of `verify --bytes`", [made.size / s / 1e6 for s in made.ours], ".0f"),
        _row("MB/s of sha256 plus gunzip", [made.size / s / 1e6 for s in made.plain], ".0f"),
    ]
    found = statistics.median(ratios)
    return rows, [f"verify --bytes {found:.2f} of sha256 plus gunzip, floor {verify.FLOOR}"] if found < verify.FLOOR else []


def _row(name: str, values: list[float], form: str, floor: float | None = None, aim: float | None = None) -> str:
    numbers = [format(value, form) for value in (statistics.median(values), min(values), max(values))]
    return f"| {name} | {' | '.join(numbers)} | {'' if floor is None else format(floor, ',')} | {aim or ''} |"


def _circumstances(given: argparse.Namespace, load: float, before: float) -> list[str]:
    names = ("sagwan", "scrapy", "twisted", "msgspec", "zlib-ng")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return [
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {_machine()}, {platform.system()} {platform.release()}, Python "
        f"{platform.python_version()}, {versions}.",
        f"{given.articles} articles with {given.pages} list pages of 100 comments each, for rebuild "
        f"{_fewer(Threads(given.articles, given.pages)).pages} pages looked at {rebuild.LOOKS} times; {given.pairs} times; "
        f"load of the machine before: {load:.1f}; `json.loads` read {_pace(before):.0f} and {_pace(_json_seconds()):.0f} MB/s "
        "of list pages before and after (a quiet core of this kind: 150).",
    ]


def _json_seconds() -> float:
    """Seconds per byte of reading a list page with the standard library: how fast this machine is just now."""
    page = next(body for target, body, _ in Threads(1, 1).responses() if "/comments?" in target)
    best = min(timeit.repeat(lambda: json.loads(page), number=20, repeat=9))
    return best / 20 / len(page)


def _pace(seconds: float) -> float:
    return 1 / seconds / 1e6


def _machine() -> str:
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        model = models[0] if models else model
    return f"{os.cpu_count()} cores ({model})"


if __name__ == "__main__":
    sys.exit(main())
