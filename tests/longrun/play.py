"""Two topics, two sources, a portal whose time runs six times as fast, and cron: what happens in the ten minutes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Sagwan
from tests.crond import Crond
from tests.portal import Plan, Portal, Scenario

SPEED = 6  # simulated seconds in a real one
MINUTE = 60_000
EVENING = 40  # simulated minutes in which things happen; the rest is for finding them
DELAYS = {"naver": 0.2, "daum": 0.3}  # real seconds, in the topics
BUDGETS = {"하나": 2000, "둘": 400}  # requests a day, for each source
CRAWL_DELAY = 1.0  # which robots.txt of comment.daum.net asks for
REFUSED = "comment.daum.net"
REFUSED_AT = 7  # simulated minutes after the evening's beginning
BEGINS = 3  # the same: when cron starts
# What each topic asks for: its search at Naver, and which story of Daum's.
ASKED = {"하나": (["강변 체육관"], 0), "둘": (["작은도서관", "마을버스"], 1)}
TOPIC = """\
title = "{title}"
queries = {queries}
seeds = ["https://v.daum.net/v/{story}"]
sources = ["naver", "daum"]
[cadence]
hot = "1m"
hot_walk = "4m"
day = "3m"
counts = "2m"
discovery = "3m"
[budget]
requests_per_day = {budget}
[source.naver]
delay = {naver}
connections = 1
[source.daum]
delay = {daum}
connections = 1
"""


@dataclass
class Played:
    """What was played: the archive by its command, the portal with its log and its record, and what cron mailed."""

    sagwan: Sagwan
    portal: Portal
    scenario: Scenario
    line: str
    minutes: int
    mails: list[str] = field(default_factory=list)
    refused: dict[str, Any] | None = None  # the portal's log of the refusal


class Time:
    """The portal's time: it goes on from the first request."""

    def __init__(self, portal: Portal, start: int) -> None:
        self._portal, self._start = portal, start
        self.begun = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        portal.world.now = start
        portal.catch_up()
        portal.on_request(lambda host, path: self.begun.set())
        self._thread.start()

    def _run(self) -> None:
        self.begun.wait()
        began = time.monotonic()
        while not self._ended.wait(0.02):
            now = self._start + int((time.monotonic() - began) * 1000 * SPEED)
            with self._portal.world.lock:
                if now >= self._start + REFUSED_AT * MINUTE > self._portal.world.now:
                    self._portal.faults.set(f"^{REFUSED}", 429, times=1)
                self._portal.world.now = now
                self._portal.catch_up()

    def stop(self) -> None:
        """It stands still."""
        self.begun.set()
        self._ended.set()
        self._thread.join()


def play(folder: Path, minutes: int) -> Played:
    """Plays so many minutes of real time, from the minute's turn on."""
    with Portal(articles=0, comments=0, gzip=True) as portal:
        plan = Plan(articles=2, accounts=200, targets=3, rivals=1, begins=0.4, gap=7 * MINUTE, exposed=0.7, surge=True)
        scenario = Scenario(
            portal.world, 10, articles=4, evening=EVENING / 60, comments=900, sites=("naver", "daum"), plan=plan
        )
        portal.play(scenario)
        portal.robots["action.daum.net"] = (200, "User-agent: *\nDisallow: /\n")
        portal.robots[REFUSED] = (200, f"User-agent: *\nCrawl-delay: {CRAWL_DELAY:g}\n")
        sagwan = Sagwan(folder)
        sagwan.env["SAGWAN_CONNECT_TO"] = f"*={portal.url}"
        sagwan.env["SAGWAN_CLOCK"] = f"{portal.url}/__clock"
        topics = [_topic(folder, scenario, title) for title in ASKED]
        ended = sagwan("cron", *topics)
        assert ended.code == 0, ended.err
        clock = Time(portal, scenario.start + BEGINS * MINUTE)
        with Crond(folder / "cron", ended.out.rstrip("\n")) as cron:
            assert clock.begun.wait(75), "cron has begun nothing"
            time.sleep(minutes * 60 - 3)  # the last run ends some seconds before the minute's turn
            clock.stop()
        played = Played(sagwan, portal, scenario, ended.out, minutes, cron.mails())
        played.refused = next((entry for entry in portal.requests if entry["status"] == 429), None)
        return played


def _topic(folder: Path, scenario: Scenario, title: str) -> Path:
    queries, place = ASKED[title]
    story = [article for article in scenario.articles if article.site == "daum"][place]
    path = folder / f"{title} 100%.toml"
    words = "[" + ", ".join(f'"{query}"' for query in queries) + "]"
    text = TOPIC.format(title=title, queries=words, story=story.id, budget=BUDGETS[title], **DELAYS)
    path.write_text(text, encoding="utf-8")
    return path
