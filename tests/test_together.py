"""Two processes write one archive, are killed and begun again: the rows are what the bytes say."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from archive.archive import open_for_writing
from archive.pseudonym import Pseudonyms
from archive.recover import recover
from archive.warc_reader import files
from tests.maker import KEY, Maker, row
from tests.test_rebuild import same

TOGETHER = float(os.environ.get("SAGWAN_TOGETHER_SECONDS", "6"))  # a minute by hand


def _write_until_killed(root: str, source: str) -> None:
    recover(Path(root), source)
    maker = Maker(Path(root), source)
    n = 0
    while True:
        n += 1
        maker.walk([row(k, likes=k + n % 5, text=f"{source} {k // 50 * n}") for k in range(n % 13, n % 13 + 100)])


def _sizes(root: Path) -> list[int]:
    """How many bytes the files of each source have."""
    sizes = []
    for source in ("daum", "other"):
        sizes.append(0)
        for path in files(root, source):
            with suppress(FileNotFoundError):  # it was given another name just now
                sizes[-1] += path.stat().st_size
    return sizes


def test_killed_caught_up_and_written_by_two_sources_at_once(tmp_path: Path) -> None:
    """Two processes write one archive; they are killed and begun again until the time is over."""
    open_for_writing(tmp_path / "archive.db", Pseudonyms(KEY)).close()
    context = multiprocessing.get_context("spawn")
    end = time.monotonic() + TOGETHER
    kills = 0
    while time.monotonic() < end:
        workers = [context.Process(target=_write_until_killed, args=(str(tmp_path), source)) for source in ("daum", "other")]
        for worker in workers:
            worker.start()
        before, until = _sizes(tmp_path), 0.0
        while all(worker.is_alive() for worker in workers) and (not until or time.monotonic() < until):
            if not until and all(now > then for now, then in zip(_sizes(tmp_path), before, strict=True)):
                until = time.monotonic() + 0.5 + kills % 3 / 7  # both are writing
            workers[0].join(0.05)
        for worker in workers:
            assert worker.is_alive(), "a writer died by itself"
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            worker.join()
        kills += 1
    healed = [(recover(tmp_path, source), Maker(tmp_path, source).close()) for source in ("daum", "other")]
    assert len(healed) == 2
    same(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        sources = dict(
            db.execute("SELECT source, count(*) FROM captures c JOIN run_begun r ON r.id = c.run GROUP BY source").fetchall()
        )
        back = "SELECT count(*) FROM captures a JOIN captures b ON b.id = a.id + 1 AND b.warc = a.warc WHERE b.at <= a.at"
        assert db.execute(back).fetchone() == (0,)
    assert set(sources) == {"daum", "other"}
    assert min(sources.values()) > 20
    assert len(files(tmp_path)) == 2
