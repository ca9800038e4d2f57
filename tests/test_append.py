"""Sources that are read side by side give the rows that one core gives."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.archive import connect
from archive.compare import compare
from archive.errors import WriteFailed
from archive.processes import side_by_side
from archive.pseudonym import Pseudonyms
from archive.rebuild import rebuild
from archive.schema import VIEWS
from archive.store import Store
from crawler.pages import parse
from tests.maker import KEY, Maker, row
from tests.test_rebuild import _rounding, fill


def archive(root: Path) -> None:
    """Two sources that take turns in one database."""
    for turn in range(3):
        for source in ("daum", "naver"):
            maker = Maker(root, source)
            maker.store = Store(maker.db, source, maker.pseudonyms, _rounding)
            if source == "daum":
                fill(maker, turn + 1)
            else:
                maker.walk([row(n, turn * n) for n in range(1, 9)])  # Daum's pages do for any source
            maker.close()


def dump(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(connect(path, write=False)) as db:
        return db.execute(sql).fetchall()


def test_two_cores_make_the_rows_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "archive"
    archive(root)
    made = {}
    for cores in (1, 2):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        made[cores] = tmp_path / f"{cores}.db"
        done = rebuild(root, made[cores], Pseudonyms(KEY), _rounding)
        assert done.comparison is not None
        assert (done.comparison.differences, done.comparison.explained, done.damage) == (0, 0, [])
    for view in VIEWS:
        assert dump(made[1], f"SELECT * FROM {view}") == dump(made[2], f"SELECT * FROM {view}"), view
    assert dump(made[1], "SELECT * FROM observations") == dump(made[2], "SELECT * FROM observations")
    rounded = dump(made[1], "SELECT * FROM rounded")
    assert rounded == dump(made[2], "SELECT * FROM rounded")
    assert len({(article, comment == 0) for article, comment, *_ in rounded}) == 4  # of both sources, articles' and comments'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.db", "2.db", "archive"]
    with closing(connect(made[1], write=True)) as db:
        db.execute("ATTACH ? AS rebuilt", (str(made[2]),))
        assert compare(db).differences == 0


def test_what_goes_wrong_beside_is_raised_here() -> None:
    def work(n: int) -> int:
        if n == 2:
            raise WriteFailed("no place")
        return n * n

    assert side_by_side(work, [(0,), (1,), (3,)], 2, lambda: None) == [0, 1, 9]
    with pytest.raises(WriteFailed, match="no place"):
        side_by_side(work, [(1,), (2,)], 2, lambda: None)


def test_damage_of_each_source_is_told(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    archive(root)
    for path in (root / "warc").rglob("*.warc.gz"):
        path.write_bytes(path.read_bytes()[:-40])
    (root / "archive.db").unlink()
    damage = rebuild(root, tmp_path / "new.db", Pseudonyms(KEY), parse).damage
    assert {line.split("-")[1] for line in damage} == {"daum", "naver"}
    with closing(sqlite3.connect(tmp_path / "new.db")) as db:
        assert {source for (source,) in db.execute("SELECT DISTINCT source FROM run_begun")} == {"daum", "naver"}


def test_a_record_in_the_files_of_two_sources_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "archive"
    archive(root)
    (path,) = (root / "warc").rglob("sagwan-naver-*")
    path.with_name(path.name.replace("-naver-", "-nate-")).write_bytes(path.read_bytes())
    (root / "archive.db").unlink()
    told = []
    for cores in (1, 3):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        told.append(rebuild(root, tmp_path / f"{cores}.db", Pseudonyms(KEY), parse).damage)
    first, second = ([line.partition(" UNIQUE ")[2] for line in lines] for lines in told)
    assert first == second
    assert "constraint failed" in first[0]
