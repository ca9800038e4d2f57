"""What a fault is, how one is run, and what came of it."""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.stage import NotHere, Proven, Stage


@dataclass(frozen=True)
class Fault:
    """One row: what happens, and the function that makes it happen and proves what must hold."""

    name: str
    family: str
    what: str
    run: Callable[[Stage], Proven]
    long: bool = False  # only in `make faults`: a variant of another row, or dear


@dataclass(frozen=True)
class Outcome:
    """How it went: `held`, `NOT held` or `not run here`; what the user saw, with which exit code; the proof, or why not."""

    fault: Fault
    state: str
    seen: str
    code: str
    proof: str
    seconds: float


FAULTS: list[Fault] = []


def fault(family: str, what: str, *, long: bool = False) -> Callable[[Callable[[Stage], Proven]], Callable[[Stage], Proven]]:
    """Puts a scenario into the catalogue. `what`: what happens, in the words of the table."""

    def register(run: Callable[[Stage], Proven]) -> Callable[[Stage], Proven]:
        FAULTS.append(Fault(run.__name__, family, what, run, long))
        return run

    return register


def run(fault: Fault, short: bool) -> Outcome:
    """Runs one scenario in a folder of its own. Never raises: what fails is a row that is not held."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sagwan-fault-", ignore_cleanup_errors=True) as folder:
        try:
            with Stage(Path(folder), short) as stage:
                proven = fault.run(stage)
            state, seen, code, proof = "held", proven.seen, proven.code, proven.proof
        except NotHere as why:
            state, seen, code, proof = "not run here", "", "", str(why)
        except Exception:
            state, seen, code, proof = "NOT held", "", "", traceback.format_exc()
    return Outcome(fault, state, seen, code, proof, time.monotonic() - began)
