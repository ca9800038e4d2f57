"""What the schedule remembers of a campaign comes again from the bytes: the same rows, compared by natural keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import connect
from archive.looks import CACHES, COLUMNS
from archive.pseudonym import Pseudonyms
from archive.rebuild import anew
from crawler import pages
from crawler.sources import load_pages
from tests.conftest import Sagwan
from tests.portal import Plan, Portal, Scenario

MINUTE = 60_000
FAILING = ("newssearch", "mnews/article", "web_naver_list", "listCount")
UNSEEN = "20990101000000000"  # a seed that never answers
_PRIVATE = {"article": "a.source || ':' || a.key", "walk": "(SELECT uuid FROM walk_begun WHERE id = l.walk)"}
SQL = {
    "looks": f"SELECT {', '.join(_PRIVATE.get(name, f'l.{name}') for name in COLUMNS)} FROM looks l "
    "JOIN articles a ON a.id = l.article",
    "asked": "SELECT * FROM asked",
    "members": "SELECT m.topic, a.source || ':' || a.key, m.at FROM members m JOIN articles a ON a.id = m.article",
}


def caches(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each cache under natural keys."""
    assert set(SQL) == set(CACHES)
    with closing(connect(path, write=False)) as db:
        return {table: sorted(db.execute(sql).fetchall(), key=repr) for table, sql in SQL.items()}


def campaign(sagwan: Sagwan, portal: Portal, folder: Path) -> None:
    """An evening on two sites by the schedule, with failures and runs cut short; a visit of the whole topic at its end."""
    plan = Plan(articles=2, accounts=60, targets=2, rivals=1, begins=0.2, gap=9 * MINUTE, exposed=0.5, surge=True)
    scenario = Scenario(portal.world, 12, articles=3, evening=0.7, comments=700, sites=("naver", "daum"), plan=plan)
    portal.play(scenario)
    seed = next(article for article in scenario.articles if article.site == "daum")
    topic = folder / "evening.toml"
    topic.write_text(
        'title = "저녁"\nqueries = ["계획", "나오지 -않는  것"]\n'
        f'seeds = ["https://v.daum.net/v/{seed.id}", "https://v.daum.net/v/{UNSEEN}"]\nsources = ["naver", "daum"]\n',
        encoding="utf-8",
    )
    for minute in range(0, 44, 2):
        portal.world.now = scenario.start + minute * MINUTE
        portal.catch_up()
        for fault in (UNSEEN, *(FAILING if minute in (6, 12, 16, 18, 32) else ())):
            portal.faults.set(fault, 500)
        more = ["--due", *(["--for", "1s"] if minute % 6 == 2 else [])] if minute < 42 else []
        sagwan.collect(portal, topic, "--clock", f"{portal.url}/__clock", *more)
        portal.faults.clear()


@pytest.fixture
def evening(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> Path:
    """The archive of such a campaign."""
    campaign(sagwan, portal(articles=0, comments=0, gzip=True), tmp_path)
    return sagwan.archive


def test_a_rebuild_makes_what_the_schedule_remembers(
    evening: Path, sagwan: Sagwan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = caches(evening / "archive.db")
    looks = [dict(zip(COLUMNS, row, strict=True)) for row in kept["looks"]]
    for column in ("pane", "page_at", "peek_at", "walk_at", "walk", "walk_count", "counts_at", "count", "top_at", "new_at"):
        assert any(row[column] is not None for row in looks), column
    assert max(row["heat"] for row in looks) > 1
    whys = {why.partition(" ")[0] for (why,) in sagwan.rows("SELECT DISTINCT why FROM captures")}
    assert {"peek", "walk", "top", "counts", "article", "search", "found"} <= whys
    failed = {page for (page,) in sagwan.rows("SELECT DISTINCT page FROM captures WHERE outcome NOT IN ('ok', 'empty')")}
    assert {"daum.article", "naver.article", "naver.comments", "naver.counts", "naver.search"} <= failed
    assert {row["source"] for row in looks} == {"naver", "daum"}
    assert max(failed for *_, failed in kept["asked"]) > 1
    assert {what for _, _, what, *_ in kept["asked"]} >= {"계획", "나오지 것 -않는", UNSEEN}
    assert kept["members"]
    load_pages()
    key = Pseudonyms.load(sagwan.folder / "pseudonym.key", make=False)
    for cores in (1, 2):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        made = tmp_path / f"{cores}.db"
        assert anew(evening, made, key, pages.parse).damage == []
        again = caches(made)
        for table in CACHES:
            assert again[table] == kept[table], (table, cores)
