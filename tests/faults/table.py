"""docs/reliability.md from the outcomes of a run."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.faults.catalogue import Outcome

PAGE = ROOT / "docs" / "reliability.md"


def page(outcomes: list[Outcome]) -> str:
    return "\n".join(str(o) for o in outcomes)
