"""The first runs of several sources at once make one database."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from archive.archive import open_for_writing
from archive.pseudonym import Pseudonyms
from tests.maker import KEY


def make(folder: Path, together: Barrier) -> None:
    for n in range(10):
        together.wait(60)
        open_for_writing(folder / str(n) / "archive.db", Pseudonyms(KEY)).close()


def test_a_database_is_made_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(4)
    workers = [context.Process(target=make, args=(tmp_path, together)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 4  # it was: database is locked, table already exists
