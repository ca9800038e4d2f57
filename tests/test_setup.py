"""`.ci/venv`, by which a fresh clone is set up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_a_set_up_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    folder, lock = tmp_path / "venv", tmp_path / "lock"
    lock.touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)  # what Ctrl-C leaves
    command, there = [ROOT / ".ci" / "venv", folder, lock], folder / "made before"
    there.touch()
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "--version"], check=True, capture_output=True)
    assert not there.exists()
    there.touch()
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert there.exists()  # one that works is kept
