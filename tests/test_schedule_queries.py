"""`collect --due` and queries: each has one name however it is written, and what none asks for is not looked at again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.naver_runs import agrees, asked, stored, visited, write
from tests.portal import Portal
from tests.test_schedule import HOUR, MINUTE, Site
from tests.test_topic_queries import four


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def test_what_no_query_asks_for_is_read_once_and_never_again(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=6, comments=4)
    trial, film, cinema, late = four(here.portal)
    here.portal.faults.set("newssearch", "ignore_minus")
    topic = write(tmp_path, queries=["킹크랩 -영화"])
    for n in range(3):  # what the first run found may be left to the next
        here.at(n * MINUTE, topic)
    assert set(stored(here.sagwan)) == {trial.id, cinema.id}
    pages = here.sagwan.rows("SELECT a.key, count(*) FROM captures c JOIN articles a ON a.id = c.article "
                             "WHERE c.page = 'naver.article' GROUP BY a.key")  # fmt: skip
    assert all(count == 1 for key, count in pages if key in (film.id, late.id))
    for ms in (16 * MINUTE, 2 * HOUR, 30 * HOUR):
        here.at(ms, topic)
        assert visited(here.portal) <= {trial.id, cinema.id}
    assert visited(here.portal) == {trial.id, cinema.id}
    assert here.at(30 * HOUR + MINUTE, topic).only["run"] is None
    agrees(here.sagwan)


def test_a_named_article_is_looked_at_whatever_the_queries_say(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=6, comments=4)
    _, film, _, _ = four(here.portal)
    topic = write(tmp_path, [film.url], queries=["킹크랩 -영화"])
    here.at(0, topic)
    here.at(2 * HOUR, topic)
    assert film.id in visited(here.portal)


def test_a_query_written_otherwise_is_the_same_query(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=3, comments=2)
    here.at(0, write(tmp_path, queries=["계획", "계획  공사", '"계획"']))
    assert {what for (what,) in here.sagwan.rows("SELECT what FROM asked WHERE topic <> ''")} == {"계획", "계획 공사", '"계획"'}
    here.at(14 * MINUTE, write(tmp_path, queries=[" 계획 ", "계획 공사", "“계획”"]))
    assert asked(here.portal, host="s.search") == []
    here.at(15 * MINUTE, write(tmp_path, queries=[" 계획 ", "계획 공사", "“계획”"]))
    assert len(asked(here.portal, host="s.search")) >= 3
