"""`make bench`: measures, prints the tables, exits 1 below a floor. `make bench BENCH=--write` also writes them into docs/."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import collect, druking, growth, growth_axes, pages, two_sources, verify
from bench.growth_plot import plot
from bench.processes import ROOT
from bench.table import HEAD, Row, machine
from bench.threads import Threads

PAGE, PLOT = ROOT / "docs" / "performance.md", ROOT / "docs" / "growth.png"
MARK = "<!-- written by `make bench BENCH=--write`; everything below is replaced -->"


def main() -> int:
    """Runs the benches that are named, or all."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="collect|druking|growth|pages|verify", help="default: all")
    parser.add_argument("--scale", type=float, default=0.01, help="part of the Druking case's size; 1 is all of it")
    parser.add_argument("--into", type=Path, help="keep the campaign there; what is there already is not written again")
    parser.add_argument("--pairs", type=int, default=3, help="how often collect and plain Scrapy are measured")
    parser.add_argument("--articles", type=int, default=34, help="articles that they collect, 17 at a time")
    parser.add_argument("--pages", type=int, default=32, help="list pages of 100 comments under each article")
    parser.add_argument("--write", action="store_true", help="write the tables and the plot into docs/")
    given = parser.parse_args()
    which = given.which or ["collect", "verify", "druking", "pages", "growth"]
    text = [machine(), ""]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="sagwan-bench-") as folder:
        root = given.into.absolute() if given.into else Path(folder)
        if "collect" in which:
            threads = Threads(given.articles, given.pages)
            rows += collect.rows(Path(folder), given.pairs, threads)
            text += [
                f"Live: {threads.articles} articles with {threads.pages} list pages of 100 comments, {given.pairs} pairs.",
                "",
            ]
            rows += two_sources.rows(Path(folder), given.pairs)
            text += [*HEAD, *[row.line() for row in rows], ""]
        if "verify" in which:
            checked = verify.rows(Path(folder), given.pairs, Threads(given.articles, given.pages // 2))
            rows += checked
            text += [*HEAD, *[row.line() for row in checked], ""]
        if {"druking", "growth", "pages"} & set(which):
            measured = druking.measure(given.scale, root / "whole")
            rows += measured
            text += [druking.about(given.scale, root / "whole"), "", *HEAD, *[row.line() for row in measured], ""]
            if "pages" in which:
                read = list(pages.rows(root / "whole", given.scale))
                rows += read
                text += [*HEAD, *[row.line() for row in read], ""]
            if "growth" in which:
                costs = growth.measure(given.scale, root, measured)
                text += ["![how each cost grows](growth.png)", "", *growth.table(costs, given.scale), ""]
                grown = growth_axes.measure(Path(folder) / "axes")
                checks = growth_axes.rows(grown)
                rows += checks
                text += [*HEAD, *[row.line() for row in checks], "", *growth_axes.table(grown), ""]
                if given.write:
                    plot(costs, grown, PLOT)
    print("\n".join(text))
    if given.write:
        PAGE.write_text(PAGE.read_text(encoding="utf-8").partition(MARK)[0] + MARK + "\n\n" + "\n".join(text), encoding="utf-8")
    for row in rows:
        if row.fell:
            print(f"below its floor: {row.line()}", file=sys.stderr)
    return 1 if any(row.fell for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
