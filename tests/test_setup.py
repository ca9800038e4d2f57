"""`.ci/venv`, by which a fresh clone is set up."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_clone_that_was_moved_is_installed_anew(tmp_path: Path) -> None:
    here = tmp_path / "my clone"
    for name in ("requirements-dev.lock", "pyproject.toml", ".ci/venv", ".venv/.ready"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).touch()
    for place, anew in (("/elsewhere", True), (str(here), False)):
        (here / ".venv" / ".ready").write_text(f"{place}\n")
        command = ["make", "-n", "-f", ROOT / "Makefile", "setup"]
        said = subprocess.run(command, cwd=here, check=True, capture_output=True, text=True).stdout
        assert ("pip install" in said) == anew, said


@pytest.mark.parametrize("there", [True, False])
def test_the_tests_need_no_timeout_program(tmp_path: Path, there: bool) -> None:
    """As on macOS."""
    for name in ("sh", "cat", "make", "timeout")[: 4 if there else 3]:
        (tmp_path / name).symlink_to(shutil.which(name) or pytest.skip(f"{name} is not here"))
    make = ["make", "-n", "-f", ROOT / "Makefile", "test"]
    said = subprocess.run(make, cwd=ROOT, check=True, capture_output=True, text=True, env={"PATH": str(tmp_path)})
    assert (" -m pytest --numprocesses" in said.stdout, "timeout --foreground" in said.stdout) == (True, there)
    assert said.stderr == ""
