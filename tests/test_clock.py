"""Simulated time: every time of an archive is the portal's, as it was when the portal answered; or nothing is written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Ended, Sagwan
from tests.portal import Portal, Scenario
from tests.portal.client import ask
from tests.warcs import check, events, exchanges, groups, warcinfos

Make = Callable[..., Portal]
Write = Callable[..., Path]
MINUTE, DAY = 60_000, 86_400_000
THEN = 1_795_346_400_000  # 2026-11-22 20:20 in Seoul, 11:20 UTC


def simulated(sagwan: Sagwan, site: Portal, file: Path, *args: object) -> Ended:
    """`collect` in the portal's time."""
    return sagwan.collect(site, file, "--clock", f"{site.url}/__clock", *args)


def advance(site: Portal, ms: int) -> None:
    """Puts the portal's clock forward as another process would."""
    status, _, _ = ask(site, "portal/__clock", "POST", json.dumps({"advance": ms}).encode())
    assert status == 200


def dates(root: Path) -> list[str]:
    """The WARC-Date of every record."""
    return [str(record.headers["warc-date"]) for group in groups(root) for record in group.records]


def test_every_time_of_the_archive_is_the_portals(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=250)
    (article,) = site.world.articles
    number = site.world.listed(article)[0].id
    site.world.now = THEN
    file = topic(site)
    first = simulated(sagwan, site, file)
    assert (first.code, first.err, first.only["comments"]) == (0, "", 250)
    advance(site, 10 * MINUTE)
    site.world.vote(number, likes=7)
    second = simulated(sagwan, site, file)
    assert (second.code, second.only["observations"], second.only["alarms"]) == (0, 1, [])
    looks = sagwan.rows("SELECT run, at, received_at FROM captures ORDER BY id")
    for _, at, received_at in looks:
        assert THEN <= at <= received_at
    begun, then = sagwan.rows("SELECT started_at, ended_at FROM runs ORDER BY id")
    captures = [first.only["captures"], second.only["captures"]]
    for (start, end), moment, count in zip((begun, then), (THEN, THEN + 10 * MINUTE), captures, strict=True):
        assert moment <= start <= end <= moment + count
    assert {one.facts.sent // 1000 for one in exchanges(sagwan.archive)} == {THEN, THEN + 10 * MINUTE}
    for started, ended in sagwan.rows("SELECT started_at, ended_at FROM walks"):
        assert (started - THEN) % (10 * MINUTE) < 1000
        assert 0 <= ended - started < MINUTE
    assert {date[:16] for date in dates(sagwan.archive)} == {"2026-11-22T11:20", "2026-11-22T11:30"}
    assert [path.name[:23] for path in sagwan.archive.rglob("*.warc.gz")] == ["sagwan-daum-20261122-00"]
    grown = [line["likes"] for line in sagwan("series", f"daum:{article.id}#{number}", "--metric", "likes", "--json").lines]
    assert grown[-1] == grown[0] + 7
    check(sagwan.archive)
    assert sagwan("verify").code == 0
    assert sagwan("rebuild", "--json").only["differences"] == 0


def test_warcinfo_and_run_say_that_time_is_simulated(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    assert sagwan.collect(site, topic(site)).code == 0
    sagwan.env["SAGWAN_CLOCK"] = f"{site.url}/__clock"  # the portal's time is real until it is set
    assert sagwan.collect(site, topic(site)).code == 0
    assert ["clock: simulated" in told for told in warcinfos(sagwan.archive)] == [False, True]
    assert "clock: system" in warcinfos(sagwan.archive)[0]
    settings = [json.loads(row[0]) for row in sagwan.rows("SELECT settings FROM run_begun ORDER BY id")]
    assert ["clock" in one for one in settings] == [False, True]
    assert settings[1]["clock"] == "simulated"


def test_scrapy_crawl_has_the_clock_too(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.world.now = THEN
    sagwan.env |= {"SAGWAN_CONNECT_TO": f"*={site.url}", "SAGWAN_CLOCK": f"{site.url}/__clock"}
    command = [str(Path(sys.executable).with_name("scrapy")), "crawl", "daum", "-a", f"topic={topic(site)}"]
    ended = subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert sagwan.rows("SELECT started_at, verdict FROM runs") == [(THEN, "ok")]
    assert "clock: simulated" in warcinfos(sagwan.archive)[0]
    sagwan.env |= {"SAGWAN_CLOCK": f"{site.url}/nowhere", "SAGWAN_ARCHIVE": str(sagwan.folder / "never")}
    ended = subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60)
    assert f"daum: failed: the simulated clock {site.url}/nowhere does not say the time: status 404" in ended.stderr
    assert not (sagwan.folder / "never").exists()


def test_time_goes_on_while_a_run_collects(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=250)
    site.world.now = THEN
    told: list[tuple[str, int]] = []

    def tick(host: str, path: str) -> None:
        site.world.now += MINUTE
        told.append((f"https://{host}{path}", site.world.now))

    site.on_request(tick)
    ended = simulated(sagwan, site, topic(site, connections=1))
    assert (ended.code, ended.only["alarms"]) == (0, [])
    looks = exchanges(sagwan.archive)
    assert len(looks) > 5
    assert [(one.facts.url, one.facts.sent // 1000, one.facts.received_at) for one in looks] == [
        (url, answered - MINUTE, answered) for url, answered in told
    ]
    assert events(sagwan.archive, "run_ended")[0]["at"] == site.world.now


def test_a_series_is_the_truth_at_each_look(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=0)
    evening = site.play(Scenario(site.world, 3, articles=2, evening=2, comments=300, sites=("daum",)))
    site.world.now = evening.start
    site.catch_up()
    seed = f"https://v.daum.net/v/{evening.articles[0].id}"
    file = topic(text=f'title = "저녁"\nseeds = ["{seed}"]\nsources = ["daum"]\n')
    for _ in range(5):
        advance(site, 17 * MINUTE)
        assert simulated(sagwan, site, file).code == 0
    seen = 0
    sent = {one.facts.received_at: one.facts.sent // 1000 for one in exchanges(sagwan.archive)}
    for key, received_at, likes, dislikes in sagwan.rows(
        "SELECT c.key, p.received_at, o.likes, o.dislikes FROM observations o JOIN comments c ON c.id = o.comment "
        "JOIN captures p ON p.id = o.capture"
    ):
        assert evening.counts_at(int(key), sent[received_at]) == (likes, dislikes)
        seen += 1
    assert seen > 60


def test_the_day_and_the_budget_are_of_simulated_time(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    (article,) = site.world.articles
    seed = f"https://v.daum.net/v/{article.id}"
    file = topic(text=f'title = "예산"\nsources = ["daum"]\nseeds = ["{seed}"]\n[budget]\nrequests_per_day = 6\n')
    site.world.now = THEN
    used = [simulated(sagwan, site, file).only["captures"]]
    advance(site, 12 * 60 * MINUTE)  # the day is not over in UTC
    used.append(simulated(sagwan, site, file).only["captures"])
    advance(site, DAY)
    used.append(simulated(sagwan, site, file).only["captures"])
    assert sum(used[:2]) == used[2] == 6
    assert [path.name[12:20] for path in sorted(sagwan.archive.rglob("*.warc.gz"))] == ["20261122", "20261123"]


def test_retry_after_and_robots_wait_in_simulated_time(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.world.now = THEN
    file = topic(site)
    assert simulated(sagwan, site, file).only["verdict"] == "ok"
    site.faults.set("/v/", "429", retry_after=3600)
    advance(site, MINUTE)
    assert simulated(sagwan, site, file).only["verdict"] == "blocked"
    site.faults.clear()
    advance(site, 59 * MINUTE)
    site.forget_requests()
    early = simulated(sagwan, site, file)
    assert (early.only["verdict"], early.only["captures"]) == ("blocked", 0)
    assert "before 2026-11-22T21:21" in early.only["why"]
    advance(site, 2 * MINUTE)
    assert simulated(sagwan, site, file).only["verdict"] == "ok"
    assert "/robots.txt" not in [one["path"] for one in site.requests]  # a copy of an hour ago is fresh
    advance(site, DAY)
    assert simulated(sagwan, site, file).only["verdict"] == "ok"
    assert "/robots.txt" in [one["path"] for one in site.requests]


# -- back, and from one clock to the other


def test_looks_while_time_stands_still_are_no_step_back(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=4, comments=120)
    site.world.now = THEN
    for _ in range(3):
        ended = simulated(sagwan, site, topic(site))
        assert (ended.code, ended.only["alarms"]) == (0, [])
    times = [row[0] for row in sagwan.rows("SELECT received_at FROM captures ORDER BY id")]
    assert times == list(range(times[0], times[0] + len(times)))
    assert times[0] == THEN + 1  # the run begins at THEN


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_an_archive_that_changes_its_clock_never_goes_back(sagwan: Sagwan, portal: Make, topic: Write, ahead: int) -> None:
    site = portal(comments=5)
    site.world.now = site.world.now + ahead
    first, second = (site, "--clock", f"{site.url}/__clock"), (site,)
    kinds = ["simulated", "system"]
    if ahead < 0:  # the machine's time first, then an earlier simulated one
        first, second = second, first
        kinds.reverse()
    assert sagwan.collect(site, topic(site), *first[1:]).code == 0
    ended = sagwan.collect(site, topic(site), *second[1:])
    assert (ended.code, ended.only["verdict"]) == (2, "ok")
    (alarm,) = ended.only["alarms"]
    assert alarm["alarm"] == "clock"
    assert alarm["text"].startswith(f"the {kinds[1]} clock went back by 86")
    times = [row[0] for row in sagwan.rows("SELECT received_at FROM captures ORDER BY id")]
    assert times == sorted(times)
    assert sagwan("verify").code == 0
    now = sagwan("as-of", "now", "--json")
    assert (now.code, now.err, len(now.lines)) == (0, "", 6)
