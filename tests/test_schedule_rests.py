"""`collect --due` of a source that is not to be asked: no run begins, nothing is written, and what waits is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended, Sagwan
from tests.naver_runs import asked, write
from tests.portal import Portal
from tests.test_schedule import DAY, HOUR, MINUTE, Site

Write = Callable[..., Path]


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def run(here: Site, ms: int, *topics: Path) -> Ended:
    """What is due so long after the start, however it ends."""
    here.portal.world.now = here.start + ms
    here.portal.forget_requests()
    return here.sagwan("collect", *topics, *here.due())


def waits(here: Site, ms: int, topic: Path) -> dict[str, Any]:
    """The line of a call that begins no run."""
    before = here.sagwan.rows("SELECT count(*) FROM run_begun")
    ended = run(here, ms, topic)
    line = ended.only
    assert (ended.code, line["verdict"], line["run"], line["captures"]) == (2, "blocked", None, 0)
    assert {one["path"] for one in here.portal.requests} <= {"/__clock"}
    assert here.sagwan.rows("SELECT count(*) FROM run_begun") == before
    return line


def test_a_source_that_rests_is_not_asked_and_begins_no_run(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=5)
    topic = write(tmp_path, here.portal, connections=1)
    here.portal.faults.set("web_naver_list", 403)
    refused = run(here, 0, topic).only
    assert (refused["verdict"], refused["blocked_by"], bool(refused["run"])) == ("blocked", "refused", True)
    assert sum(refused["put_off"]["blocked"].values()) > 0
    here.portal.faults.clear()
    early = waits(here, MINUTE, topic)
    assert "the site refused us" in early["why"]
    late = waits(here, 29 * MINUTE, topic)
    assert sum(late["put_off"]["blocked"].values()) > 0
    assert late["late_s"] - early["late_s"] == pytest.approx(28 * 60, abs=1)
    plain = here.sagwan("collect", topic, *(word for word in here.due() if word != "--json"))
    assert (plain.code, "naver: 시험: blocked (the site refused us" in plain.out) == (2, True)
    assert "put off (the source stopped us): " in plain.out
    again = run(here, 31 * MINUTE, topic)
    assert (again.code, again.only["verdict"], again.only["late_s"] > 25 * 60) == (0, "ok", True)


def test_a_source_that_robots_close_is_tried_again_when_they_are_read_anew(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal)
    here.portal.close_robots()
    closed = run(here, 0, topic).only
    assert (closed["verdict"], closed["blocked_by"]) == ("blocked", "robots")
    said = run(here, 23 * HOUR, topic).err
    assert 'robots = "ignore"' in said
    assert "robots.txt kept us out" in waits(here, DAY - MINUTE, topic)["why"]
    assert run(here, DAY + MINUTE, topic).only["run"]
    assert len(asked(here.portal, "/robots.txt")) == 1
    waits(here, DAY + HOUR, topic)
    own = write(tmp_path, here.portal, robots="ignore", reason="시험, 2026-11-26")
    assert run(here, DAY + HOUR + MINUTE, own).only["verdict"] == "ok"


def test_robots_that_could_not_be_read_are_tried_soon(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal)
    here.portal.faults.set("robots.txt", 500)
    assert run(here, 0, topic).only["blocked_by"] == "unread robots"
    here.portal.faults.clear()
    waits(here, 4 * MINUTE, topic)
    assert run(here, 6 * MINUTE, topic).only["verdict"] == "ok"


def test_an_article_that_was_not_there_once_is_looked_at_again(site: Callable[..., Site], tmp_path: Path) -> None:
    """Sites answer 404 for a minute, and desks take an article down and put it back."""
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal)
    here.at(0, topic)
    here.portal.faults.set("n.news.naver.com/mnews/article", 404)
    here.at(20 * MINUTE, topic)
    assert set(here.sagwan.rows("SELECT gone FROM looks")) == {(1,)}
    here.portal.faults.clear()
    here.at(40 * MINUTE, topic)
    assert here.whys(40 * MINUTE)["article 15m"] == 1
    assert set(here.sagwan.rows("SELECT gone FROM looks")) == {(0,)}
    here.portal.faults.set("n.news.naver.com/mnews/article", 404)
    for minute in range(60, 300, 16):  # not 15: a run takes a millisecond or none, and is not to decide what is due
        here.at(minute * MINUTE, topic)
    looks = here.sagwan.rows(f"SELECT at FROM captures WHERE status = 404 AND at >= {here.start + HOUR} ORDER BY at")
    assert 2 < len(looks) < 6  # less and less often
    threads = here.sagwan.rows(f"SELECT max(at) - {here.start} FROM captures WHERE why LIKE 'walk %'")
    assert threads[0][0] < 90 * MINUTE  # the site has said it twice


@pytest.mark.parametrize("fault", ["/ui/single/main/", "/oauth/token"])
def test_a_thread_that_cannot_be_opened_is_asked_less_and_less(site: Callable[..., Site], topic: Write, fault: str) -> None:
    """No page of its list is asked for, so no walk begins: it is a look that failed all the same, also between two topics."""
    here = site(articles=1, comments=5)
    both = topic(here.portal, connections=1), topic(here.portal, name="other.toml", title="다른", connections=1)
    run(here, 0, *both)
    here.portal.faults.set(fault, 500)
    opened = {}
    for minute in range(0, 300, 20):
        ended = run(here, minute * MINUTE, *both)
        opened[minute] = len(asked(here.portal, fault))
        assert ended.code in (0, 2)
    assert sum(1 for times in opened.values() if times) <= 12, opened  # those of its page, an hour apart, among them
    assert max(opened.values()) <= 6, opened  # three attempts each, for the page and for the walk
    here.portal.faults.clear()
    before = here.sagwan("rebuild", "--json").only
    assert (before["differences"], before["explained"]) == (0, 0)
    run(here, 2 * DAY, *both)
    assert here.sagwan.rows("SELECT walk_failed, walk_at > page_at - 1000 FROM looks") == [(0, 1)]
