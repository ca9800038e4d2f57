"""sagwan redact where an archive's files lie elsewhere, or twice: nothing holds the person, or it is named."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest

from archive.verify_rows import abandoned
from archive.warc_reader import files
from tests import people
from tests.conftest import Sagwan
from tests.people import NAME, PERSON, REF, TEXT
from tests.test_rebuild import same
from tests.warcs import check

REASON = ("--reason", "요청 17/2026", "--yes")


def named(out: str) -> list[Path]:
    """What a redaction says may still hold the person."""
    lines = (line.partition("hold the person: ")[2] for line in out.splitlines() if line.startswith("note: "))
    return [Path(line.partition(": look")[0]) for line in lines]


def one_file(sagwan: Sagwan) -> Path:
    """A small archive's only file."""
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    (path,) = files(sagwan.archive)
    return path


def moved(path: Path, folder: Path) -> Path:
    """Moves a file or folder, and puts a link in its place; where it is then."""
    folder.mkdir(parents=True, exist_ok=True)
    there = folder / path.name
    shutil.move(path, there)
    path.symlink_to(there)
    return there


def test_a_copy_in_the_archive_s_folder_is_named(sagwan: Sagwan) -> None:
    path = one_file(sagwan)
    copies = [sagwan.archive / "copies" / path.name, sagwan.archive / "manifest" / path.name]
    for copy in copies:
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
    assert named(people.redact(sagwan, REF)) == copies


def test_a_file_on_another_disk_is_redacted_there(sagwan: Sagwan) -> None:
    path = one_file(sagwan)
    there = moved(path, sagwan.folder / "disk")
    assert named(people.redact(sagwan, REF)) == []
    assert path.is_symlink()
    assert [one.name for one in there.parent.iterdir()] == [there.name]
    assert there.stat().st_mode & 0o777 == 0o600
    assert people.traces(sagwan.archive, PERSON, TEXT, NAME) == []
    assert people.traces(there.parent, PERSON, TEXT, NAME) == []
    same(sagwan.archive)
    check(sagwan.archive)


def test_a_folder_on_another_disk_is_redacted_there(sagwan: Sagwan) -> None:
    one_file(sagwan)
    there = moved(sagwan.archive / "warc", sagwan.folder / "disk")
    (there / "comments.csv").write_text(TEXT)
    (there / "again").symlink_to(sagwan.archive)
    assert named(people.redact(sagwan, REF)) == [sagwan.archive / "warc" / "comments.csv"]
    assert not [one for one in there.rglob("*.gz") if people.TEXT.encode() in people.everything(one.parent)]


def test_a_link_to_what_is_not_the_archive_s_is_named_and_not_looked_through(sagwan: Sagwan) -> None:
    path = one_file(sagwan)
    old = sagwan.folder / "old"
    old.mkdir()
    shutil.copy(path, old / path.name)
    (sagwan.archive / "old").symlink_to(old)
    (sagwan.archive / "newest.warc.gz").symlink_to(path)
    assert named(people.redact(sagwan, REF)) == [sagwan.archive / "old"]


def test_a_disk_that_cannot_be_written_is_said_before_anything_is_done(sagwan: Sagwan) -> None:
    path = one_file(sagwan)
    there = moved(path, sagwan.folder / "disk")
    before = there.read_bytes()
    there.parent.chmod(0o500)
    if os.access(there.parent, os.W_OK):
        pytest.skip("no folder is closed to root")
    ended = sagwan("redact", REF, *REASON)
    there.parent.chmod(0o700)
    assert (ended.code, ended.err.count("\n")) == (1, 1), ended.err
    assert f"cannot write in {there.parent}, where {path.name} lies: mend that first" in ended.err
    assert there.read_bytes() == before
    assert len(files(sagwan.archive)) == 1
    assert not list(sagwan.archive.glob("redacting*"))


def test_a_database_that_is_a_link_is_refused(sagwan: Sagwan) -> None:
    path = one_file(sagwan)
    before = path.read_bytes()
    moved(sagwan.archive / "archive.db", sagwan.folder / "disk")
    ended = sagwan("redact", REF, *REASON)
    assert (ended.code, ended.err.count("\n")) == (1, 1), ended.err
    assert "archive.db is a link" in ended.err
    assert path.read_bytes() == before


def test_what_a_killed_verify_left_is_named(sagwan: Sagwan, tmp_path: Path) -> None:
    """It makes the rows again in the system's folder for temporary files."""
    one_file(sagwan)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    sagwan.env["TMPDIR"] = str(temporary)
    killed = """
import archive.verify_rows, os, signal
archive.verify_rows.connect = lambda path, write: os.kill(os.getpid(), signal.SIGKILL)
"""
    assert sagwan("verify", first=killed).code == -9
    (left,) = temporary.rglob("rebuilt.db")
    assert named(people.redact(sagwan, REF)) == [left]


def test_another_name_of_a_file_is_said(sagwan: Sagwan) -> None:
    """`cp -al` and rsync's --link-dest make backups of such: they keep what is redacted here."""
    path = one_file(sagwan)
    os.link(path, sagwan.folder / "snapshot.warc.gz")
    number = path.stat().st_ino
    out = people.redact(sagwan, REF)
    assert f"note: may still hold the person: {path.name} by another name on its disk (inode {number})" in out


def test_a_verify_that_ends_meanwhile_leaves_nothing_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder goes between the finding and the looking in."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / "sagwan-verify-4194305-killed"  # no process has such a number
    dead.mkdir()
    (dead / "rebuilt.db-wal").touch()
    going, over = tmp_path / "sagwan-verify-4194305-going", threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            going.mkdir()
            (going / "rebuilt.db").touch()
            (going / "rebuilt.db").unlink()
            going.rmdir()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        found = [set(abandoned()) for _ in range(300)]
    finally:
        over.set()
        other.join()
    assert all(dead / "rebuilt.db-wal" in paths for paths in found)
