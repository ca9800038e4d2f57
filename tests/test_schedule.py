"""`collect --due` against the simulated portal in its own time: the captures show the ladder."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Ended, Sagwan
from tests.naver_runs import agrees, expected, no_wrong_row, write
from tests.portal import Portal
from tests.test_house import loaded

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Site:
    """A portal whose time we set, and `collect --due` at any moment of it."""

    def __init__(self, sagwan: Sagwan, portal: Portal) -> None:
        self.sagwan, self.portal = sagwan, portal
        self.start = portal.world.now = max(article.published for article in portal.world.articles) + HOUR

    def due(self) -> tuple[str, ...]:
        """The arguments of every call."""
        url = self.portal.url
        return "--due", "--connect-to", f"*={url}", "--clock", f"{url}/__clock", "--json"

    def at(self, ms: int, *topics: Path, args: tuple[object, ...] = (), first: str = "") -> Ended:
        """What is due so long after the start."""
        self.portal.world.now = self.start + ms
        self.portal.forget_requests()
        ended = self.sagwan("collect", *topics, *self.due(), *args, first=first)
        named = {alarm["alarm"] for line in ended.lines for alarm in line["alarms"]}
        assert ended.code == 0 or named == {"late"}, ended.out + ended.err  # tests leave long pauses between two runs
        return ended

    def pass_time(self, ms: int, path: str) -> None:
        """A request takes time."""
        if not path.startswith("/__"):
            self.portal.world.now += ms

    def whys(self, after: int = 0) -> Counter[str]:
        """Why captures were made since that ms after the start, without robots.txt."""
        sql = f"SELECT why, count(*) FROM captures WHERE at >= {self.start + after} AND page != 'robots' GROUP BY why"
        return Counter(dict(self.sagwan.rows(sql)))


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def test_the_captures_show_the_ladder(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=30)
    topic = write(tmp_path, here.portal)
    first = here.at(0, topic).only
    assert (first["verdict"], first["articles"], first["walks"]) == ("ok", 1, {"complete": 1, "incomplete": 0})
    assert {"article first", "walk first", "top first", "reactions first", "counts 5m"} == set(here.whys())
    wanted = {
        4: set(),
        5: {"counts 5m"},
        14: {"counts 5m"},  # one is enough, however many were due
        16: {"article 15m", "reactions 15m", "walk 15m", "top 15m"},
        35: {"article 15m", "reactions 15m", "counts 5m", "peek 15m"},  # nothing was added: the walk waits
        49: {"counts 5m"},
        59: {"article 15m", "reactions 15m", "counts 5m", "peek 15m"},
        77: {"article 15m", "reactions 15m", "counts 5m", "walk quiet 1h", "top quiet 1h"},
        3 * 60: {"article 1h", "reactions 1h", "walk quiet 1h", "top quiet 1h", "counts 5m"},
        25 * 60: {"article 3h", "reactions 3h", "walk quiet 12h", "top quiet 12h", "counts 1h"},
        25 * 60 + 5: set(),
        25 * 60 + 60: {"counts 1h"},
        8 * 24 * 60: {"article 3d", "reactions 3d", "walk 3d", "top 3d"},
        11 * 24 * 60 - 1: set(),
        31 * 24 * 60: {"sweep 30d", "reactions sweep 30d", "top sweep 30d"},
        85 * 24 * 60: set(),
        100 * 24 * 60: {"sweep 90d", "reactions sweep 90d", "top sweep 90d"},
        300 * 24 * 60: set(),
        400 * 24 * 60: {"sweep 365d", "reactions sweep 365d", "top sweep 365d"},
        900 * 24 * 60: set(),
    }
    found = {}
    for minute in wanted:
        here.at(minute * MINUTE + minute * 10, topic)  # a little later each time, as cron is
        found[minute] = set(here.whys(minute * MINUTE))
    assert found == wanted
    agrees(here.sagwan)


def test_nothing_due_is_ok_and_leaves_no_trace(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    topic = write(tmp_path, here.portal)
    here.at(0, topic)
    before = here.sagwan.rows("SELECT (SELECT count(*) FROM run_begun), (SELECT count(*) FROM captures)")
    files = {path: path.stat().st_mtime_ns for path in (here.sagwan.archive / "warc").rglob("*.gz")}
    line = here.at(MINUTE, topic).only
    assert (line["verdict"], line["run"], line["captures"], line["put_off"]) == ("ok", None, 0, {})
    assert here.portal.requests == [] or {one["path"] for one in here.portal.requests} == {"/__clock"}
    assert here.sagwan.rows("SELECT (SELECT count(*) FROM run_begun), (SELECT count(*) FROM captures)") == before
    assert {path: path.stat().st_mtime_ns for path in (here.sagwan.archive / "warc").rglob("*.gz")} == files
    url = here.portal.url
    said = here.sagwan("collect", topic, "--due", "--connect-to", f"*={url}", "--clock", f"{url}/__clock")
    assert "nothing is due" in said.out


def test_what_only_asks_whether_something_is_due_loads_no_scrapy() -> None:
    modules = loaded("import crawler.commands.collect, crawler.job, crawler.schedule, crawler.topics")
    assert {"crawler.due", "archive.watched"} <= modules
    assert modules.isdisjoint({"scrapy", "twisted", "sqlite_utils", "dateparser", "rich"})


def test_an_old_article_that_is_voted_on_is_looked_at_every_minute(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=40)
    topic = write(tmp_path, here.portal)
    loud, still = sorted(here.portal.world.on("naver"), key=lambda article: "FAVORITE" not in article.naver.sorts)
    here.at(2 * DAY, topic)
    target = here.portal.world.listed(loud, "FAVORITE")[2].id
    here.portal.world.vote(target, likes=3000)
    begun = 2 * DAY + 3 * HOUR + 5 * MINUTE
    here.at(begun, topic)
    for minute in range(1, 11):
        here.portal.world.vote(target, likes=40)
        here.at(begun + minute * MINUTE + 10_000, topic)
    assert here.whys(begun + MINUTE)["peek hot 1m"] == 20  # two pages a minute
    sql = "SELECT count(*) FROM captures c JOIN articles a ON a.id = c.article WHERE c.why = 'peek hot 1m' AND a.key = "
    assert here.sagwan.rows(f"{sql} '{still.naver.oid}/{still.naver.aid}'") == [(0,)]
    looks = here.sagwan("series", f"naver:{loud.naver.oid}/{loud.naver.aid}#{target}", "--json").lines
    assert len({line["likes"] for line in looks}) >= 11
    for minute in (40, 41, 42):  # nobody votes any more
        here.at(begun + minute * MINUTE + 10_000, topic)
    assert here.whys(begun + 41 * MINUTE)["peek hot 1m"] == 0


def test_a_killed_walk_goes_on_where_it_was(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=1200)
    topic = write(tmp_path, here.portal, connections=1, replies=False)
    count = 0
    process = None

    def kill(_: str, path: str) -> None:
        nonlocal count
        if "web_naver_list" in path and "sort=NEW" in path:
            count += 1
            if count == 6 and process is not None:
                process.send_signal(signal.SIGKILL)

    here.portal.on_request(kill)
    process = here.sagwan.start("collect", topic, *here.due())
    assert here.sagwan.wait(process).code == -signal.SIGKILL
    assert 2 <= here.sagwan.rows("SELECT count(*) FROM captures WHERE walk IS NOT NULL")[0][0] <= 6
    here.at(MINUTE, topic)
    (article,) = here.portal.world.on("naver")
    pages = here.sagwan.rows("SELECT count(DISTINCT url) FROM captures WHERE walk IS NOT NULL AND url LIKE '%sort=NEW%'")[0][0]
    assert pages >= 9
    whole = "SELECT count(*), max(e.complete), count(DISTINCT c.run) FROM walk_begun b JOIN walk_ended e ON e.walk = b.id "
    whole += "JOIN captures c ON c.walk = b.id WHERE e.sort = 'NEW'"
    assert here.sagwan.rows(whole) == [(pages, 1, 2)]
    assert here.whys(MINUTE)["walk first"] + here.whys(MINUTE)["walk hot 15m"] + here.whys(MINUTE)["walk 15m"] > 0
    tops = [row for row in expected(here.sagwan, here.portal, article).values() if row[1] is None]
    assert no_wrong_row(here.sagwan, here.portal) == len(tops)
    agrees(here.sagwan)


def test_a_long_walk_gives_way_to_peeks(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=9000)
    topic = write(tmp_path, here.portal, connections=1, replies=False)
    here.portal.on_request(lambda host, path: here.pass_time(2000, path))
    here.at(0, topic)
    sql = "SELECT c.at, a.key FROM captures c JOIN articles a ON a.id = c.article WHERE why = 'peek hot 1m' ORDER BY c.at"
    walks = "SELECT min(c.at), max(c.at) FROM captures c JOIN walk_begun b ON b.id = c.walk GROUP BY b.id HAVING count(*) > 20"
    (begun, ended), *_ = here.sagwan.rows(walks)
    assert ended - begun > 70_000
    for article in here.portal.world.on("naver"):
        peeks = [at for at, key in here.sagwan.rows(sql) if key == f"{article.naver.oid}/{article.naver.aid}"]
        moments = [begun, *(at for at in peeks if begun < at < ended), ended]
        assert max(b - a for a, b in pairwise(moments)) < 75_000  # a minute, and what was under way
