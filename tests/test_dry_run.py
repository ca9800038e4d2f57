"""`collect --dry-run`: whom a topic asks and how much in a day, from the archive and the real schedule; nobody is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.looks import Looked
from archive.watched import Watched
from crawler import forecast
from crawler.due import HOUR, MINUTE, UNKNOWN
from crawler.forecast import most_in_a_day
from crawler.ladder import DAY, Ladder
from crawler.sources import Source, all_sources
from crawler.topics import SourceOptions, Topic
from tests.conftest import Sagwan
from tests.naver_runs import write
from tests.portal import Portal
from tests.test_schedule import Site

NOW = 1_795_222_800_000


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def looked_at(age: int, **more: object) -> Watched:
    """An article of Naver with 30 comments, all of it looked at just now."""
    values = {"page_at": NOW, "walk_at": NOW, "walk_pages": 2, "counts_at": NOW, "count": 30, "walk_count": 30, "pane": "cbox"}
    return Watched("1/2", Looked(1, "naver", NOW - age, NOW - age, **values | more))  # type: ignore[arg-type]


def naver() -> Source:
    return all_sources()["naver"]


def played(watched: Watched, moving: bool, rungs: Ladder | None = None) -> float:
    """The requests that it is asked for in a day."""
    return sum(cost for _, cost in forecast._played(watched, NOW, rungs or Ladder(), naver(), moving))


@pytest.mark.parametrize(
    ("age", "moving", "requests"),
    [
        # pages 8 * 2; counts 24 / 33; a walk of 2.3 pages every 12 h, between them two peeks of 2 each
        (3 * DAY, False, 8 * 2 + 24 / 33 + 2 * 2.3 + 6 * 2),
        (3 * DAY, True, 8 * 2 + 24 / 33 + 8 * 2.5),
        (10 * DAY, True, 0),  # every three days, and that was now
        (400 * DAY, True, 0),
    ],
)
def test_a_day_of_an_article_is_what_its_ladder_says(age: int, moving: bool, requests: float) -> None:
    assert played(looked_at(age), moving) == pytest.approx(requests, abs=0.15 * requests + 0.1)


def test_an_article_that_grows_up_is_asked_less() -> None:
    new, day = played(looked_at(HOUR), True), played(looked_at(20 * HOUR), True)
    assert (new > 3 * day, day > 2 * played(looked_at(6 * DAY), True)) == (True, True)
    assert played(looked_at(HOUR), True, Ladder(day=30 * MINUTE)) < 0.7 * new
    hot = played(looked_at(2 * DAY, heat=16.0, heat_at=NOW), False) - played(looked_at(2 * DAY), False)
    assert 40 * 2 < hot < 50 * 2 + 3 * UNKNOWN  # it cools in 40 minutes, a peek each


def test_the_delay_bounds_a_day() -> None:
    topic = Topic(title="t", queries=["a"])
    assert most_in_a_day(topic, naver()) == 43_200
    slow = Topic(title="t", queries=["a"], source={"naver": SourceOptions(delay=10)})
    assert most_in_a_day(slow, naver()) == 8640
    assert most_in_a_day(Topic(title="t", queries=["a"], source={"naver": SourceOptions(delay=0)}), naver()) is None


def test_before_the_first_run_nobody_knows(sagwan: Sagwan, tmp_path: Path) -> None:
    seed = "https://n.news.naver.com/mnews/article/001/0009845123"
    file = write(tmp_path, [seed], queries=["계획"], robots="ignore", reason="approved")
    line = sagwan("collect", file, "--dry-run", "--json").only
    assert not sagwan.archive.exists()
    assert {host["robots"] for host in line["hosts"]} == {"unknown"}
    assert (line["robots_override"], line["bytes_per_day"]) == ("approved", None)
    told = line["requests_per_day"]
    assert (told["discovery"], told["articles"], told["new_articles"], told["most"]) == (192, 1, None, 43_200)
    assert 200 < told["each_new"][0] < told["each_new"][1] < 800
    assert told["known"] == told["each_new"]  # the seed
    said = sagwan("collect", file, "--dry-run").out
    assert "  robots.txt is not obeyed: approved\n" in said
    assert "  robots.txt was not read within a day, a run reads it first: n.news.naver.com, " in said
    assert "on its first day for each new article, not counted here: how many come nobody knows yet" in said
    adds_up(said, articles=1, new=False)
    assert "  disk a day: not known before the first run\n" in said


def test_it_knows_the_archive_and_asks_nobody(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=3, comments=30)
    topic = write(tmp_path, here.portal, queries=["계획"])
    with topic.open("a", encoding="utf-8") as file:
        file.write("[budget]\nrequests_per_day = 900\n")
    here.at(0, topic)
    here.portal.forget_requests()
    files = {path: path.stat().st_mtime_ns for path in here.sagwan.archive.rglob("*.gz")}
    arguments = [word for word in here.due() if word != "--due"]
    line = here.sagwan("collect", topic, "--dry-run", *arguments).only
    assert {one["path"] for one in here.portal.requests} <= {"/__clock"}
    assert {path: path.stat().st_mtime_ns for path in here.sagwan.archive.rglob("*.gz")} == files
    assert {host["robots"] for host in line["hosts"] if host["host"] == "n.news.naver.com"} == {"allowed"}
    told = line["requests_per_day"]
    assert (told["articles"], told["most"], told["budget"], told["high"]) == (3, 900, 900, 900)
    assert told["wanted"] > 900 > told["low"] > 300
    assert 0 < line["bytes_per_day"][0] < line["bytes_per_day"][1]
    assert told["wanted"] == told["discovery"] + told["known"][1] + told["coming"][1]
    said = here.sagwan("collect", topic, "--dry-run", *arguments[:-1]).out
    assert "  of these the budget lets 900: what is worth least waits\n" in said
    adds_up(said, articles=3, new=True)


def adds_up(said: str, *, articles: int, new: bool) -> None:
    """Whether the parts that are printed are those of the sum that is."""
    (line,) = [line for line in said.splitlines() if line.startswith("  requests a day: ")]
    numbers = [
        (int(low.replace(",", "")), int((high or low).replace(",", "")))
        for low, high in re.findall(r"(?:day: |\(|; )([0-9,]+)(?: to ([0-9,]+))?(?= wanted| for| \()", line)
    ]
    total, *parts = numbers
    assert len(parts) == 2 + new, line
    assert total == tuple(map(sum, zip(*parts, strict=True))), line
    assert f" for {articles} articles" in line


def test_what_robots_txt_closes_is_said(site: Callable[..., Site], topic: Callable[..., Path]) -> None:
    here = site(comments=5)
    here.portal.robots["v.daum.net"] = (200, "User-agent: *\nDisallow: /v/\nCrawl-delay: 7\n")
    arguments = [word for word in here.due() if word not in ("--due", "--json")]
    here.sagwan("collect", topic(here.portal), *arguments)
    said = here.sagwan("collect", topic(here.portal), "--dry-run", *arguments).out
    assert "  robots.txt closes all, 7 s between two requests: v.daum.net\n" in said
