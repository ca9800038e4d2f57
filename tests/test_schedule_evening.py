"""An evening with a campaign, looked at by the schedule: peeks invent nothing, and what they saw is the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.portal import Plan, Portal, Scenario
from tests.test_campaign import (
    MINUTE,
    MINUTES,
    Evening,
    every_deletion_is_found_and_none_invented,
    every_sighting_is_the_truth,
    ms,
)


class Scheduled(Evening):
    """Only what is due each minute, and everything twice at the end."""

    def collect(self, topic: Path) -> None:
        """A look every minute at what is due then."""
        for minute in range(MINUTES + 3):
            self.portal.world.now = self.scenario.start + min(minute, MINUTES + 1) * MINUTE
            self.portal.catch_up()
            due = ["--due"] if minute <= MINUTES else []
            ended = self.sagwan.collect(self.portal, topic, "--clock", f"{self.portal.url}/__clock", *due)
            assert ended.code == 0, ended.out + ended.err
            self.runs += ended.lines


@pytest.fixture
def evening(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> Scheduled:
    site = portal(articles=0, comments=0, gzip=True)
    plan = Plan(articles=2, accounts=150, targets=2, rivals=1, begins=0.4, gap=9 * MINUTE, exposed=0.6, surge=True)
    scenario = Scenario(site.world, 12, articles=3, evening=MINUTES / 60, comments=1500, sites=("naver", "daum"), plan=plan)
    played = Scheduled(sagwan, site, site.play(scenario))
    first = next(article for article in scenario.articles if article.site == "daum")
    topic = tmp_path / "evening.toml"
    topic.write_text(
        f'title = "저녁"\nqueries = ["계획"]\nseeds = ["https://v.daum.net/v/{first.id}"]\nsources = ["naver", "daum"]\n',
        encoding="utf-8",
    )
    played.collect(topic)
    return played


def test_a_scheduled_evening_is_kept_as_it_was(evening: Scheduled) -> None:
    every_sighting_is_the_truth(evening)
    every_deletion_is_found_and_none_invented(evening)
    every_burst_is_seen_by_the_minute(evening)
    assert {(run["verdict"], run["walks"]["incomplete"], len(run["alarms"])) for run in evening.runs} == {("ok", 0, 0)}
    whys = {why for (why,) in evening.sagwan.rows("SELECT DISTINCT why FROM captures")}
    assert {"peek hot 1m", "walk hot 15m", "search 15m", "walk first", "counts 5m", "article first"} <= whys
    assert evening.sagwan("rebuild", "--json").only["differences"] == 0
    assert evening.sagwan("verify", "--json").only["findings"] == []


def every_burst_is_seen_by_the_minute(evening: Scheduled) -> None:
    """While the campaign clicks, each target has a look in nearly every minute."""
    struck = [event for event in evening.scenario.truth() if event.kind == "vote" and event.by == "campaign"]
    for ref in evening.targets():
        number = int(ref.partition("#")[2])
        moments = [event.at for event in struck if event.comment == number]
        lines = evening.sagwan("series", ref, "--json").lines
        seen = {ms(line["seen_at"]) // MINUTE for line in lines}
        wanted = set(range(min(moments) // MINUTE, max(moments) // MINUTE + 1))
        print(ref, len(wanted & seen), len(wanted))
        assert len(wanted & seen) >= 0.7 * len(wanted)
