"""Law 1: fail closed where the archive cannot be written or its key is another. Disks are in tests/faults/disks.py."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.archive import close_to_others
from archive.warc_reader import files
from tests.conftest import Ended, Sagwan
from tests.portal import Portal
from tests.warcs import check, ids

# The disk has an error in the middle of a write, and in what would undo it; then it is well again.
TORN = """
import errno, io
class Disk(io.FileIO):
    writes, ill = 0, True
    def write(self, data):
        Disk.writes += 1
        if Disk.writes != 6:
            return super().write(data)
        super().write(bytes(data)[: len(data) // 2])
        raise OSError(errno.EIO, "Input/output error")
    def truncate(self, size):
        if Disk.ill:
            Disk.ill = False
            raise OSError(errno.EIO, "Input/output error")
        return super().truncate(size)
io.FileIO = Disk
"""
# No memory for an answer that came, or for reading it.
NO_MEMORY = {
    "to put it together": """
import crawler.wire as wire
def deframe(head, rest, deframe=wire.deframe):
    if b"harmonyContainer" in rest:
        raise MemoryError
    return deframe(head, rest)
wire.deframe = deframe
""",
    "to read it": """
from datetime import date
from crawler.pages import page
@page("daum.article", version=9, proof="unproven", until=date(2100, 1, 1))
def article(capture):
    raise MemoryError
""",
}
Make = Callable[..., Portal]
Write = Callable[..., Path]


def one_clear_line(ended: Ended, *words: str) -> None:
    assert ended.code == 3
    (line,) = ended.err.splitlines()
    assert line.startswith("sagwan: daum: ")
    assert [word for word in words if word not in line] == []
    assert (ended.only["verdict"], ended.only["exit"]) == ("failed", 3)
    assert ended.only["why"] in line


def heals(sagwan: Sagwan, site: Portal, file: Path) -> None:
    """The next run goes on; what is in the WARC is in the rows, once."""
    ended = sagwan.collect(site, file)
    assert (ended.code, ended.err, ended.only["verdict"]) == (0, "", "ok")
    assert ended.only["comments"] == 3 * 60
    records = [record.replace("-", "") for record in ids(sagwan.archive)]
    assert sagwan.rows("SELECT lower(hex(record)) FROM captures ORDER BY id") == [(record,) for record in records]
    assert sagwan.rows("SELECT count(*), count(DISTINCT key) FROM comments") == [(180, 180)]
    check(sagwan.archive)
    verified = sagwan("verify")
    assert (verified.code, verified.err) == (0, "")


def test_a_database_that_is_none(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=60)
    (sagwan.archive / "archive.db").mkdir(parents=True)
    one_clear_line(sagwan.collect(site, topic(site)), "archive.db cannot be written")
    (sagwan.archive / "archive.db").rmdir()
    (sagwan.archive / "archive.db").write_bytes(b"this is no database, but a text of some length\n" * 100)
    one_clear_line(sagwan.collect(site, topic(site)), "archive.db cannot be written")
    assert site.requests == []


def test_a_file_where_the_warcs_should_be(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=60)
    sagwan.archive.mkdir()
    (sagwan.archive / "warc").write_text("")
    one_clear_line(sagwan.collect(site, topic(site)), "cannot write", "warc")
    assert site.requests == []
    (sagwan.archive / "warc").unlink()
    heals(sagwan, site, topic(site))


def test_the_key_of_another_archive_is_misuse(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=1, comments=5)
    assert sagwan.collect(site, topic(site)).code == 0
    site.forget_requests()
    sagwan.env["SAGWAN_PSEUDONYM_KEY"] = str(sagwan.folder / "other.key")
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["exit"], len(ended.err.splitlines()), site.requests) == (1, 1, 1, [])
    assert "pseudonym key not found" in ended.err
    assert "other.key" in ended.err
    (sagwan.folder / "other.key").write_bytes(b"short")
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "other.key has 5 bytes, not 32" in ended.err
    (sagwan.folder / "other.key").write_bytes(bytes(32))
    for lost in (None, sagwan.archive / "archive.db"):  # the WARC files know the key too
        if lost is not None:
            lost.unlink()
        ended = sagwan.collect(site, topic(site))
        assert (ended.code, len(ended.err.splitlines())) == (1, 1)
        assert "wrong pseudonym key" in ended.err
    assert not (sagwan.archive / "archive.db").exists()
    sagwan.env["SAGWAN_PSEUDONYM_KEY"] = str(sagwan.folder / "pseudonym.key")
    assert sagwan.collect(site, topic(site)).only["observations"] == 0
    assert sagwan.rows("SELECT count(*) FROM run_begun") == [(2,)]


def test_only_the_owner_reads_the_bytes(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=1, comments=5)
    assert sagwan.collect(site, topic(site)).code == 0
    assert [path.stat().st_mode & 0o777 for path in files(sagwan.archive)] == [0o600]
    assert (sagwan.folder / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_only_the_owner_reads_the_rows(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site, modes = portal(articles=1, comments=5), list[tuple[str, int]]()
    site.on_request(lambda host, path: modes.extend(modes_of(sagwan)))  # as long as the run has them open
    assert sagwan.collect(site, topic(site)).code == 0
    assert sagwan("rebuild", "--accept").code == 0
    assert sagwan("rebuild", "--into", sagwan.archive / "archive.of-mine.db").code == 0
    modes += modes_of(sagwan)
    names = {re.sub("[0-9]+", "N", name) for name, _ in modes}
    assert names >= {"archive.db", "archive.db-wal", "archive.db-shm", "archive.before-N.db", "archive.of-mine.db"}
    assert {mode for _, mode in modes} == {0o600}


@pytest.mark.parametrize(("mode", "after"), [(0o644, 0o600), (0o666, 0o600), (0o640, 0o640)])
def test_rows_that_every_user_could_read_are_their_owners_at_the_next_run(
    sagwan: Sagwan, portal: Make, topic: Write, mode: int, after: int
) -> None:
    site = portal(articles=1, comments=5)
    assert sagwan.collect(site, topic(site)).code == 0
    shutil.copy(sagwan.archive / "archive.db", sagwan.archive / "archive.before-1.db")
    for path in sagwan.archive.glob("archive*.db"):
        path.chmod(mode)
    line = sagwan.collect(site, topic(site)).only
    assert {mode for _, mode in modes_of(sagwan)} == {after}
    said = [note.rpartition("/")[2] for note in line["notes"] if "could be read by every user" in note]
    assert len(said) == (2 if after != mode else 0), line["notes"]
    assert sagwan.collect(site, topic(site)).only["notes"] == []


def test_a_disk_that_keeps_no_modes_is_not_said_to_be_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of exFAT and of shares take any mode, and keep theirs."""
    (tmp_path / "archive.db").touch(0o644)
    (tmp_path / "archive.db").chmod(0o644)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    (said,) = close_to_others(tmp_path)
    assert said.endswith(
        "archive.db could be read by every user of this machine, and that cannot be changed: its disk keeps no modes"
    )


def modes_of(sagwan: Sagwan) -> list[tuple[str, int]]:
    return [(path.name, path.stat().st_mode & 0o777) for path in sagwan.archive.glob("archive*.db*")]


def test_a_file_with_half_a_write_at_its_end_is_left_to_the_next_run(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site)
    one_clear_line(sagwan("collect", file, "--connect-to", f"*={site.url}", "--json", first=TORN), "Input/output error")
    (path,) = files(sagwan.archive)
    assert path.name.endswith(".open")  # a closed one is never looked at again: the source would stand still
    heals(sagwan, site, file)
    assert len(list(sagwan.archive.rglob("*.torn"))) == 1


@pytest.mark.parametrize("name", NO_MEMORY)
def test_where_no_memory_is_left_the_run_fails_and_rows_say_nothing_of_it(
    sagwan: Sagwan, portal: Make, topic: Write, name: str
) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site, connections=1)
    ended = sagwan("collect", file, "--connect-to", f"*={site.url}", "--json", first=NO_MEMORY[name])
    one_clear_line(ended, "MemoryError")
    assert len(site.requests) == 2  # robots.txt, and the page that could not be kept or read: nothing more
    heals(sagwan, site, file)
