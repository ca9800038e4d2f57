"""An archive that somebody hands over: its manifests may be anything, and `verify` says so in one line each."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.manifest import manifest_paths, read_manifest
from tests.test_mutations import copied, found, make, rewritten


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("good"), True)


@pytest.mark.parametrize("name", ["../archive.db", ".", "a" * 300, "nul\0", "2026-09-21.json/../2026-09-21.json"])
def test_a_manifest_before_that_is_none_is_missing(good: Path, tmp_path: Path, name: str) -> None:
    path = manifest_paths(copied(good, tmp_path))[1]
    before = read_manifest(path)[0].before
    assert before is not None
    before.name = name
    rewritten(path, before=before)
    wanted = f"manifest/{name}: is missing: {path.name} names it as the one sealed before it"
    assert wanted in found(tmp_path, rows=False)


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (lambda path: path.write_bytes(b'{"x":' + b"[" * 200_000), "no manifest that can be read"),
        (lambda path: path.write_bytes(b"[]"), "no manifest that can be read"),
        (lambda path: path.write_bytes(b'{"day":"\x80"}'), "no manifest that can be read"),
        (os.mkfifo, "not a file"),
        (os.mkdir, "not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "not a file"),
    ],
)
def test_what_is_no_manifest_is_named(good: Path, tmp_path: Path, put: Callable[[Path], object], said: str) -> None:
    put(copied(good, tmp_path) / "manifest" / "2026-09-21.3.json")
    (line,) = found(tmp_path, rows=False)
    assert line.startswith(f"manifest/2026-09-21.3.json: {said}")


@pytest.mark.parametrize("kind", ["tsr", "pem"])
def test_a_pipe_in_place_of_a_token_is_named(good: Path, tmp_path: Path, kind: str) -> None:
    folder = copied(good, tmp_path) / "manifest"
    if kind == "pem":
        (folder / "2026-09-21.json.1.tsr").write_bytes(b"x")
    os.mkfifo(folder / f"2026-09-21.json.1.{kind}")
    (line,) = found(tmp_path, rows=False)
    assert line.startswith("manifest/2026-09-21.json.1.tsr: what belongs to it cannot be read")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_manifests_that_may_not_be_read_are_a_finding(good: Path, tmp_path: Path) -> None:
    folder = copied(good, tmp_path) / "manifest"
    folder.chmod(0)
    try:
        assert found(tmp_path, rows=False) == ["manifest: cannot be read: no right to"]
    finally:
        folder.chmod(0o755)
