"""Law 1: bytes first, fail closed. A full disk or a database that cannot be written: exit 3, no row without its bytes."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.warc_reader import files, read_records, record_id
from tests.conftest import Ended, Sagwan
from tests.portal import Portal
from tests.warcs import check, exchanges, ids

Make = Callable[..., Portal]
Write = Callable[..., Path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no real full disk without the right to mount one: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> None:
    """Takes all the space that is left."""
    with (folder / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while filler.write(bytes(size)):
                    pass


def fill_at(site: Portal, folder: Path, number: int) -> None:
    """Fills a disk when the request of that number comes in."""

    def hook(host: str, path: str) -> None:
        if len(site.requests) == number:
            fill(folder)

    site.on_request(hook)


def no_row_without_bytes(sagwan: Sagwan) -> None:
    """Each capture's record is where its row says."""
    rows = sagwan.rows("SELECT lower(hex(record)), w.name, c.offset, c.length FROM captures c JOIN warcs w ON w.id = c.warc")
    places = {path.name.removesuffix(".open"): path for path in files(sagwan.archive)}
    for record, name, offset, length in rows:
        found = next(read_records(places[name], offset))
        assert (record_id(found).replace("-", ""), found.length) == (record, length)


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


@pytest.mark.parametrize("number", [1, 2, 6, 20])
def test_a_full_disk_stops_the_run(sagwan: Sagwan, portal: Make, topic: Write, small_disk: Path, number: int) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site)
    sagwan.archive = small_disk / "archive"
    sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.archive)
    fill_at(site, small_disk, number)
    ended = sagwan.collect(site, file)
    one_clear_line(ended, str(sagwan.archive))
    assert len(site.requests) < number + 20  # what was on its way; nothing new
    no_row_without_bytes(sagwan)
    check(sagwan.archive)  # closed, and whole up to the last group
    verified = sagwan("verify")
    assert (verified.code, verified.err) == (0, ""), verified.out
    again = sagwan.collect(site, file)  # the disk is still full
    assert again.code == 3
    no_row_without_bytes(sagwan)
    (small_disk / "filler").unlink()
    heals(sagwan, site, file)


def test_no_archive_on_a_full_disk(sagwan: Sagwan, portal: Make, topic: Write, small_disk: Path) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site)
    sagwan.archive = small_disk / "archive"
    sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.archive)
    fill(small_disk)
    ended = sagwan.collect(site, file)
    one_clear_line(ended, str(small_disk))
    assert site.requests == []
    (small_disk / "filler").unlink()
    heals(sagwan, site, file)


@pytest.mark.parametrize("number", [2, 6, 20])
def test_bytes_without_rows_heal(sagwan: Sagwan, portal: Make, topic: Write, small_disk: Path, number: int) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site)
    sagwan.archive.mkdir()
    (sagwan.archive / "archive.db").symlink_to(small_disk / "archive.db")  # the database alone is on the small disk
    fill_at(site, small_disk, number)
    ended = sagwan.collect(site, file)
    one_clear_line(ended, "cannot store rows in", "archive.db")
    check(sagwan.archive)
    (small_disk / "filler").unlink()
    rows = sagwan.rows("SELECT count(*) FROM captures")[0][0]
    kept = exchanges(sagwan.archive)
    assert len(kept) > rows == ended.only["captures"]
    no_row_without_bytes(sagwan)
    heals(sagwan, site, file)
    assert sagwan.rows("SELECT count(*) FROM runs WHERE verdict IS NULL") == [(1,)]


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
