"""The disk: full, with a limit on files, read-only; and a database that is none."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from archive.space import left
from tests.faults import proofs
from tests.faults.catalogue import fault
from tests.faults.stage import NotHere, Proven, Shown, Stage
from tests.portal import Portal

LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))  # Python ignores the signal; a write ends with EFBIG
"""
COMMENTS = 3 * 60


@contextlib.contextmanager
def small_disk(stage: Stage, size: str = "6m") -> Iterator[Path]:
    """A file system of its own, none of which is kept free. Raises NotHere without the right to mount one."""
    stage.sagwan.env["SAGWAN_KEEP_FREE"] = "0"
    disk = stage.folder / "disk"
    disk.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        raise NotHere(f"no disk of its own without the right to mount one: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


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


def one_clear_line(shown: Shown, *words: str) -> None:
    """The run has failed with exit 3, and one line says why."""
    assert (shown.code, shown.verdicts) == (3, ["failed"]), shown
    (line,) = shown.ended.err.splitlines()
    assert line.startswith("sagwan: daum: ")
    assert [word for word in words if word not in line] == [], line


@fault("disk", "The disk becomes full while a run writes")
def full(stage: Stage) -> Proven:
    """The run stops at once; no row without its bytes; where there is room again, the next run heals."""
    numbers = (6,) if stage.short else (1, 2, 6, 20, 40)
    for number in numbers:
        with small_disk(stage) as disk:
            site = stage.portal(articles=3, comments=60)
            file = stage.topic(site)
            stage.move("disk/archive")
            fill_at(site, disk, number)
            shown = stage.collect(site, file)
            one_clear_line(shown, str(stage.sagwan.archive))
            assert len(site.requests) < number + 20  # what was on its way; nothing new
            proofs.no_row_without_bytes(stage.sagwan)
            assert stage.sagwan("verify").code == 0
            one_clear_line(stage.collect(site, file))  # it is still full
            proofs.no_row_without_bytes(stage.sagwan)
            (disk / "filler").unlink()
            healed = stage.heals(site, file, COMMENTS)
    return shown.proven(f"full at {len(numbers)} different requests: no row without its bytes; with room again {healed}")


@fault("disk", "The disk is full before the run begins", long=True)
def full_before(stage: Stage) -> Proven:
    """Nothing is asked of the site."""
    with small_disk(stage) as disk:
        site = stage.portal(articles=3, comments=60)
        file = stage.topic(site)
        stage.move("disk/archive")
        fill(disk)
        shown = stage.collect(site, file)
        one_clear_line(shown, str(disk))
        assert site.requests == []
        (disk / "filler").unlink()
        return shown.proven(f"the site was not asked for anything; with room again {stage.heals(site, file, COMMENTS)}")


@fault("disk", "Less is left on the disk, all at once, than is kept free (`SAGWAN_KEEP_FREE`)")
def below_the_mark(stage: Stage) -> Proven:
    """The run stops before its next request, and its end is written; below the mark none begins."""
    with small_disk(stage, "16m") as disk:
        site = stage.portal(articles=3, comments=60)
        file = stage.topic(site)
        stage.move("disk/archive")
        stage.sagwan.env["SAGWAN_KEEP_FREE"] = "4MB"

        filler, taken = disk / "filler", list[int]()

        def take(host: str, path: str) -> None:
            if len(site.requests) == 6 and not taken:
                taken.append(filler.write_bytes(bytes(left(disk)[0] - 3_000_000)))

        site.on_request(take)
        shown = stage.collect(site, file)
        one_clear_line(shown, str(stage.sagwan.archive), "less than the 4.0 MB that are kept free")
        assert len(site.requests) < 6 + 20  # what was on its way; nothing new
        assert stage.sagwan.rows("SELECT verdict FROM runs") == [("failed",)]
        assert list(stage.sagwan.archive.rglob("*.open")) == []
        proofs.no_row_without_bytes(stage.sagwan)
        site.forget_requests()
        one_clear_line(stage.collect(site, file), "less than the 4.0 MB")
        assert site.requests == []
        filler.unlink()
        kept = len(proofs.exchanges(stage.sagwan.archive))
        return shown.proven(f"{kept} exchanges kept and their file closed; with room again {stage.heals(site, file, COMMENTS)}")


@fault("disk", "Only the database's disk is full: bytes are kept, their rows are not")
def rows_full(stage: Stage) -> Proven:
    """Bytes without rows heal."""
    numbers = (6,) if stage.short else (2, 6, 20)
    for number in numbers:
        with small_disk(stage) as disk:
            site = stage.portal(articles=3, comments=60)
            file = stage.topic(site)
            stage.move(f"archive-{number}")
            stage.sagwan.archive.mkdir()
            (stage.sagwan.archive / "archive.db").symlink_to(disk / "archive.db")
            fill_at(site, disk, number)
            shown = stage.collect(site, file)
            one_clear_line(shown, "cannot store rows in", "archive.db")
            (disk / "filler").unlink()
            proofs.no_row_without_bytes(stage.sagwan)
            rows = stage.sagwan.rows("SELECT count(*) FROM captures")[0][0]
            kept = len(proofs.exchanges(stage.sagwan.archive))
            assert kept > rows
            healed = stage.heals(site, file, COMMENTS)
            assert stage.sagwan.rows("SELECT count(*) FROM runs WHERE verdict IS NULL") == [(1,)]
    return shown.proven(f"{kept} exchanges kept, {rows} with rows; with room again {healed}")


@fault("disk", "No file may grow beyond a limit (`ulimit -f`, a quota)")
def limited(stage: Stage) -> Proven:
    """As a full disk, and every user can try it."""
    limits = (1, 150_000) if stage.short else (1, 20_000, 150_000, 250_000, 400_000)
    for limit in limits:
        site = stage.portal(articles=3, comments=60)
        file = stage.topic(site)
        stage.move(f"archive-{limit}")
        ended = stage.sagwan("collect", file, "--connect-to", f"*={site.url}", first=LIMITED.format(limit))
        shown = stage.shown(ended)
        one_clear_line(shown)
        if (stage.sagwan.archive / "archive.db").exists() and limit > 200_000:
            proofs.no_row_without_bytes(stage.sagwan)
        healed = stage.heals(site, file, COMMENTS)
    return shown.proven(f"{len(limits)} limits: no row without its bytes; without the limit {healed}")


@contextlib.contextmanager
def read_only(stage: Stage, disk: Path) -> Iterator[None]:
    """A file system that cannot be written for a while."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


@fault("disk", "The archive is read-only (a mounted copy, a disk that the kernel has locked)")
def readonly(stage: Stage) -> Proven:
    """Nothing is asked of the site; questions and verify answer."""
    with small_disk(stage, "30m") as disk:
        site = stage.portal(articles=3, comments=60)
        file = stage.topic(site)
        stage.move("disk/archive")
        assert stage.collect(site, file).verdicts == ["ok"]
        site.forget_requests()
        before = {path: path.read_bytes() for path in sorted(disk.rglob("*")) if path.is_file()}
        asked = [("ls",), ("as-of", "now", "--json"), ("changes",), ("status",), ("replay",), ("verify",)]
        with read_only(stage, disk):
            shown = stage.collect(site, file)
            one_clear_line(shown, str(stage.sagwan.archive))
            for question in asked:
                ended = stage.sagwan(*question)
                assert (ended.code, ended.err) == (0, ""), (question, ended)
            into = stage.sagwan("rebuild", "--into", stage.folder / "again.db", "--json")
            assert (into.code, into.only["differences"]) == (0, 0), into
        assert site.requests == []
        assert before == {path: path.read_bytes() for path in sorted(disk.rglob("*")) if path.is_file()}
        return shown.proven(
            "the site was not asked for anything, no byte changed; "
            f"{', '.join(words[0] for words in asked)} and rebuild --into answered; then {stage.heals(site, file, COMMENTS)}"
        )


@fault("disk", "`archive.db` is overwritten with nonsense, or gone")
def no_database(stage: Stage) -> Proven:
    """The rows are derived: the bytes make them again."""
    site = stage.portal(articles=3, comments=60)
    file, database = stage.topic(site), stage.sagwan.archive / "archive.db"
    assert stage.collect(site, file).verdicts == ["ok"]
    captures = stage.sagwan.rows("SELECT count(*) FROM captures")
    site.forget_requests()
    database.write_bytes(b"this is no database, but a text of some length\n" * 100)
    shown = stage.collect(site, file)
    one_clear_line(shown, "archive.db cannot be written")
    assert site.requests == []
    assert stage.sagwan("rebuild", "--accept").code == 2  # it says what was damaged
    assert stage.sagwan.rows("SELECT count(*) FROM captures") == captures
    proofs.verified(stage.sagwan)
    database.unlink()
    assert stage.sagwan("rebuild").code == 0
    assert stage.sagwan.rows("SELECT count(*) FROM captures") == captures
    return shown.proven(f"`rebuild` makes all {captures[0][0]} captures again; then {stage.heals(site, file, COMMENTS)}")
