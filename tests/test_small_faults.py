"""What Zum and Naver Cafe answer wrongly has its name, and makes no wrong row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Sagwan
from tests.portal import Portal
from tests.portal.small import plant
from tests.small_runs import collect, stored, truth

Make = Callable[..., Portal]
# source, the pages that are spoilt and how; then: verdict, how the walk ended, alarms, comments stored
CASES = [
    ("zum", "page=2", "repeat_page", "broken", "repeated page", ["repeat"], 20),
    ("zum", "page=2", 500, "broken", "http status 500", [], 20),
    ("zum", "article-list", "no_rows", "broken", "layout 0 rows on page 1", ["empty"], 0),
    ("zum", "article/info", "foreign", "ok", "end", ["foreign"], 45),
    ("naver_cafe", "comments/pages/2", "repeat_page", "broken", "repeated page", ["repeat"], 100),
    ("naver_cafe", "comments/pages/2", 500, "broken", "http status 500", [], 100),
    ("naver_cafe", "comments/pages", "no_rows", "broken", "layout 0 rows on page 1", ["empty"], 0),
    ("naver_cafe", "comments/pages", "foreign", "broken", "layout foreign thread", ["foreign"], 0),
]


@pytest.mark.parametrize(("source", "path", "fault", "verdict", "end", "alarms", "kept"), CASES)
def test_a_wrong_answer_has_its_name(
    sagwan: Sagwan, portal: Make, source: str, path: str, fault: str | int, verdict: str, end: str, alarms: list[str], kept: int
) -> None:
    p = portal(articles=0)
    article = plant(p.world, source, comments=45 if source == "zum" else 130, replies=0 if source == "zum" else 4)
    plant(p.world, source, comments=3, replies=0)
    p.faults.set(path, fault)
    line = collect(sagwan, p, article).only
    assert (line["verdict"], [one["alarm"] for one in line["alarms"]]) == (verdict, alarms)
    ((complete, reason),) = sagwan.rows("SELECT complete, stop_reason FROM walks")
    assert (complete, reason[: len(end)]) == (int(end == "end"), end)
    rows, true = stored(sagwan, article), truth(sagwan, p, article)
    assert len(rows) == kept
    assert {key: row[:3] for key, row in rows.items()} == {key: row[:3] for key, row in true.items() if key in rows}
