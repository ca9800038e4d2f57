"""`collect --due` with several topics, a budget, and an end: turns, what is put off, and what goes on later."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.naver_runs import agrees, asked, write
from tests.portal import Portal
from tests.test_schedule import DAY, HOUR, MINUTE, Site


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def test_two_topics_do_not_fetch_an_article_twice(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=20)
    one, two = (write(tmp_path, here.portal, name=f"{name}.toml", title=name) for name in ("one", "two"))
    lines = here.at(0, one, two).lines
    assert sorted(line["topic"] for line in lines) == ["one", "two"]
    assert len(asked(here.portal, "/mnews/article/", "n.news")) == 2
    here.at(16 * MINUTE, one, two)
    pages = asked(here.portal, "/mnews/article/", "n.news")
    assert len(pages) == len(set(pages)) > 0
    assert here.at(17 * MINUTE, two).only["run"] is None


def test_topics_take_turns_by_when_they_had_their_last(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=6, comments=20)
    articles = [article.url for article in here.portal.world.on("naver")]
    topics = [write(tmp_path, articles[n : n + 2], name=f"{n}.toml", title=str(n)) for n in (0, 2, 4)]
    here.at(0, topics[1])
    here.at(HOUR, topics[2])
    lines = here.at(3 * HOUR, *topics).lines
    assert [line["topic"] for line in lines if line["run"]] == ["0", "2", "4"]
    begun = here.sagwan.rows("SELECT topic FROM run_begun ORDER BY id")
    assert [topic for (topic,) in begun] == ["2", "4", "0", "2", "4"]


# What the process runs before: turns as short as the delays of these tests are.
QUICK = "import crawler.job; crawler.job.TURN = 2; crawler.job.SHORTEST = 1"


def test_a_topic_with_much_to_do_gives_way(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=3000)
    big, small = here.portal.world.on("naver")
    topics = [
        write(tmp_path, [article.url], name=f"{name}.toml", title=name, delay=0.1, connections=1, replies=False)
        for name, article in (("big", big), ("small", small))
    ]
    lines = here.at(0, *topics, args=("--for", "8s"), first=QUICK).lines
    turns = [line["topic"] for line in lines if line["run"]]
    assert turns[:2] == ["big", "small"]
    assert {line["verdict"] for line in lines} == {"ok"}
    assert lines[0]["stopped"] == "turn"
    assert lines[0]["put_off"]["turn"]  # its walk, by how much it is worth
    assert {line["stopped"] for line in lines} <= {"turn", "time", None}  # which is last depends on the machine
    here.at(MINUTE, *topics, first=QUICK)  # until nothing is due
    walks = here.sagwan.rows(
        "SELECT count(DISTINCT c.run), e.complete FROM walk_ended e JOIN captures c ON c.walk = e.walk "
        "WHERE e.sort = 'NEW' GROUP BY e.walk"
    )
    assert [complete for _, complete in walks][:2] == [1, 1]
    assert max(runs for runs, _ in walks) > 1  # gone on with, not begun anew
    agrees(here.sagwan)


def test_a_long_walk_comes_to_its_end_in_turns_that_are_shorter(site: Callable[..., Site], tmp_path: Path) -> None:
    """As where many topics share a source: no turn has time for five requests."""
    here = site(articles=0, naver=1, comments=400)
    topic = write(tmp_path, here.portal, delay=0.5, connections=1, replies=False)
    ended = "SELECT e.complete, count(DISTINCT c.run) > 1 FROM walk_ended e JOIN captures c ON c.walk = e.walk "
    ended += "WHERE e.sort = 'NEW' GROUP BY e.walk"
    for minute in range(30):  # a busy machine makes fewer requests in a turn
        assert {line["verdict"] for line in here.at(minute * MINUTE, topic, args=("--for", "2s")).lines} == {"ok"}
        made = [entry for entry in here.portal.requests if entry["host"] == "apis.naver.com"]
        assert len(made) < 5
        if walks := here.sagwan.rows(ended):
            break
    assert walks == [(1, 1)]
    agrees(here.sagwan)


def test_what_no_time_is_left_for_is_put_off_and_told(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal, delay=4)
    line = here.at(0, topic, args=("--for", "6s")).lines[-1]  # a page and its reactions; for the thread there is no time
    assert (line["verdict"], line["stopped"], set(line["put_off"]["time"])) == ("ok", "time", {"new"})
    assert len(asked(here.portal, "/mnews/article/", "n.news")) == 1


def test_with_a_delay_longer_than_a_run_each_run_makes_a_request(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal, delay=9)
    for minute in range(3):
        here.at(minute * MINUTE, topic, args=("--for", "4s"))
        assert [one for one in here.portal.requests if not one["path"].startswith("/__")]


def test_a_budget_puts_off_the_least_valuable_and_says_so(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=8, comments=20)
    topic = write(tmp_path, here.portal, connections=1)
    text = topic.read_text(encoding="utf-8")
    topic.write_text(text + "[budget]\nrequests_per_day = 40\n", encoding="utf-8")
    midnight = -here.start % DAY
    here.at(midnight + MINUTE, topic)
    made = here.sagwan.rows("SELECT count(*) FROM captures")[0][0]
    assert 4 < made <= 40
    ended = here.at(midnight + 2 * MINUTE, topic).only
    assert ended["verdict"] == "ok"
    assert sum(ended["put_off"]["budget"].values()) >= 4
    said = here.sagwan("collect", topic, *(word for word in here.due() if word != "--json")).out
    assert "put off (requests_per_day is used up; the rest waits for tomorrow): " in said
    for hour in range(1, 24, 2):
        here.at(midnight + hour * HOUR, topic)
    assert here.sagwan.rows("SELECT count(*) FROM captures")[0][0] <= 40
    here.at(midnight + 25 * HOUR, topic)
    assert here.sagwan.rows("SELECT count(*) FROM captures")[0][0] > 40


def test_a_query_is_asked_by_its_rung_and_only_for_what_is_new(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=3, comments=5)
    topic = write(tmp_path, queries=["계획", "공사"])
    here.at(0, topic)
    first = len(asked(here.portal, host="s.search"))
    assert first >= 2
    here.at(14 * MINUTE, topic)
    assert asked(here.portal, host="s.search") == []
    here.at(15 * MINUTE, topic)
    assert len(asked(here.portal, host="s.search")) >= 2
    assert here.whys(15 * MINUTE)["search 15m"] == len(asked(here.portal, host="s.search"))


def test_a_refusal_is_a_look_and_is_not_repeated_at_once(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal)
    here.portal.faults.set("n.news.naver.com/mnews/article", 500)
    failing = here.sagwan("collect", topic, *here.due())
    assert (failing.code, failing.only["verdict"]) == (2, "broken")
    tried = here.sagwan.rows("SELECT count(*) FROM captures WHERE why = 'article first'")[0][0]
    assert tried == 3  # one look, with its retries
    here.portal.world.now += 20 * MINUTE
    assert here.sagwan("collect", topic, *here.due()).only["run"] is None  # 15 minutes, doubled
    here.portal.faults.clear()
    here.portal.world.now += 11 * MINUTE
    assert here.sagwan("collect", topic, *here.due()).only["verdict"] == "ok"


def test_what_falls_due_before_the_end_is_waited_for(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    here = portal(articles=0, naver=1, comments=60, start=int(time.time() * 1000) - 5 * MINUTE)
    topic = write(tmp_path, here)
    topic.write_text(topic.read_text(encoding="utf-8") + '[cadence]\nhot = "2s"\n', encoding="utf-8")
    began = time.monotonic()
    ended = sagwan("collect", topic, "--due", "--for", "12s", "--connect-to", f"*={here.url}", "--json")
    assert (ended.code, ended.only["verdict"]) == (0, "ok")  # one run
    assert time.monotonic() - began < 60
    peeks = [
        at for (at,) in sagwan.rows("SELECT at FROM captures WHERE why = 'peek hot 2s' AND url LIKE '%sort=NEW%' ORDER BY at")
    ]
    assert len(peeks) >= 2
    assert all(b - a >= 1000 for a, b in pairwise(peeks))
