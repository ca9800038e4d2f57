"""`make faults`: runs the catalogue, writes docs/reliability.md, exits 1 where a row is not held."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.conftest import ZYGOTE
from tests.faults.catalogue import Outcome, run
from tests.faults.families import FAULTS
from tests.faults.table import PAGE, page


def main() -> int:
    """Runs all, or those that are named."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="NAME", help="default: all, and only then the page is written")
    parser.add_argument("--short", action="store_true", help="as few points as in `make test`; writes nothing")
    given = parser.parse_args()
    unknown = set(given.which) - {fault.name for fault in FAULTS}
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}; known: {', '.join(fault.name for fault in FAULTS)}")
    chosen = [fault for fault in FAULTS if not given.which or fault.name in given.which]
    try:
        with ThreadPoolExecutor(3) as pool:  # each waits for its processes most of the time
            outcomes = list(pool.map(lambda fault: told(run(fault, given.short)), chosen))
    finally:
        ZYGOTE.close()
    return written(outcomes, None if given.which or given.short else PAGE)


def written(outcomes: list[Outcome], path: Path | None) -> int:
    """Writes the page, if all were run; the exit code."""
    if path is not None:
        path.write_text(page(outcomes), encoding="utf-8")
    bad = [outcome for outcome in outcomes if outcome.state == "NOT held"]
    print(f"{len(bad)} of {len(outcomes)} NOT held" if bad else f"{len(outcomes)} rows, none of them not held")
    return 1 if bad else 0


def told(outcome: Outcome) -> Outcome:
    """Says how one went, as it ends."""
    line = f"{outcome.seconds:6.1f} s  {outcome.state:12} {outcome.fault.name}: {outcome.fault.what}"
    more = "" if outcome.state == "held" else f"\n{outcome.proof}"
    print(line + more, file=sys.__stdout__, flush=True)  # sys.stdout is warcio's for moments
    return outcome


if __name__ == "__main__":
    sys.exit(main())
