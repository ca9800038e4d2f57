"""docs/reliability.md from the outcomes of a run."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from itertools import groupby

from tests.conftest import ROOT
from tests.faults.catalogue import Outcome

PAGE = ROOT / "docs" / "reliability.md"
FAMILIES = {
    "stops": "The run is killed or stopped",
    "disk": "The disk",
    "turns": "Two at once, a hung run, the clock",
    "answers": "Answers that are wrong, broken or have no end",
    "addresses": "Where redirects, names and certificates lead",
    "lists": "Lists that change while they are read",
}
HEAD = """\
# What happens when ...

Written by `make faults`, which plays each of these faults with real processes, files and sockets against the simulated
portal, and fails where a row is not held. A short part of it runs in `make test`. What the words of a line mean:
[reading-the-log.md](reading-the-log.md).

Behind every row stands, beside its own proof: warcio finds every file whole; every exchange in the files is a row once, in
their order, and every row has its bytes; `sagwan verify` finds nothing; `sagwan rebuild` makes the same rows from the files
alone. Where the portal stands still, each stored comment is compared with the portal's own text, parent and counts.

`FOLDER`, `ARCHIVE`, `PORT`, `PID`, `DAY` and `HOST` stand for what is different each time.
"""


def page(outcomes: list[Outcome]) -> str:
    """The whole page; raises KeyError for a family without a heading."""
    held, missed = (sum(one.state == state for one in outcomes) for state in ("held", "not run here"))
    lines = [HEAD, f"{_now()}, {platform.system()}, Python {platform.python_version()}: {held} of {len(outcomes)} rows held"]
    lines[-1] += f", {missed} not run here." if missed else "."
    order = list(FAMILIES)
    ordered = sorted(outcomes, key=lambda one: order.index(one.fault.family))
    for family, rows in groupby(ordered, key=lambda one: one.fault.family):
        lines += ["", f"## {FAMILIES[family]}", ""]
        lines += ["| what happens | what the user sees | exit | proof | |", "| --- | --- | --- | --- | --- |"]
        lines += [row(one) for one in rows]
    return "\n".join(lines) + "\n"


def row(one: Outcome) -> str:
    """One line of the table."""
    seen = "<br>".join(_code(line) for line in one.seen.splitlines())
    proof = _cell(one.proof) if one.state != "NOT held" else _code(one.proof.strip().splitlines()[-1])
    state = f"**{one.state}**" if one.state == "NOT held" else one.state
    return f"| {_cell(one.fault.what)} | {seen} | {one.code} | {proof} | {state} |"


def _code(line: str) -> str:
    mark = "``" if "`" in line else "`"
    space = " " if "`" in line else ""
    return f"{mark}{space}{_cell(line)}{space}{mark}"


def _cell(text: str) -> str:
    """Text that neither ends a cell nor its code."""
    return " ".join(text.split()).replace("|", "\\|")


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
