"""How fast: a delay is a floor, chance only adds, a slow site is asked more slowly, and a new run does not begin anew.

Proven by the portal's own log of when it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler

from crawler.pace import JITTER, LONGEST, SCRAPYS_JITTER, Pace, middle, slower
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.portal.small import plant
from tests.test_politeness import LIST, gaps

Make = Callable[..., Portal]
Write = Callable[..., Path]
SECONDS = st.floats(0, 7200)


@given(SECONDS)
def test_chance_only_adds_to_a_delay(floor: float) -> None:
    slot = Slot(1, middle(floor), SCRAPYS_JITTER)
    drawn = [slot.download_delay() for _ in range(30)]
    assert min(drawn) >= floor * (1 - 1e-9)
    assert max(drawn) <= floor * (1 + JITTER) * (1 + 1e-9)
    assert len(set(drawn)) > 1 or floor < 1e-300


@pytest.mark.parametrize(
    ("delay", "floor", "took", "expected"),
    [
        (2, 2, 0.3, 2),  # a quick site: the floor
        (2, 2, 5, 10),  # at once twice as long as it worked
        (10, 2, 0.5, 5.5),  # and back by halves
        (5.5, 2, 0.5, 3.25),
        (3.25, 2, 0.5, 2.125),
        (2, 2, 600, 60),  # there is an end to it
        (60, 90, 600, 90),  # but a floor may be longer
    ],
)
def test_a_slow_answer_makes_the_next_request_wait(delay: float, floor: float, took: float, expected: float) -> None:
    assert slower(delay, floor, took) == pytest.approx(expected)


@given(st.lists(SECONDS, min_size=1, max_size=40), SECONDS)
def test_no_answers_bring_a_delay_below_its_floor_or_beyond_its_end(answers: list[float], floor: float) -> None:
    delay = floor
    for took in answers:
        delay = slower(delay, floor, took)
        assert floor <= delay <= max(floor, LONGEST)
    for _ in range(60):
        delay = slower(delay, floor, 0)
    assert delay == pytest.approx(floor, abs=1e-6)


def test_the_portal_is_left_alone_while_it_is_slow(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5, articles=6)
    fault = site.faults.set(LIST, "slow", seconds=0.4, times=1)
    file = topic(site, delay=0.1, connections=1, replies=False)
    assert sagwan.collect(site, file).only["verdict"] == "ok"
    log = [entry for entry in site.requests if entry["host"] == "comment.daum.net"]
    (slow,) = [n for n, entry in enumerate(log) if "slow" in entry["faults"]]
    waits = gaps(site, "comment.daum.net")
    assert (fault.hits, min(waits) >= 60) == (1, True)
    assert waits[slow] >= 780  # twice as long as the answer took
    assert waits[slow + 1] >= 390
    assert min(waits[slow + 4 :]) < 390  # and faster again when it is fast


def test_on_loopback_nobody_is_slowed_down(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set(LIST, "slow", seconds=2, times=1)
    assert sagwan.collect(site, topic(site, replies=False)).only["verdict"] == "ok"
    (slow,) = [entry for entry in site.requests if "slow" in entry["faults"]]
    after = [entry["at"] for entry in site.requests if entry["at"] > slow["at"] and entry["host"] == "comment.daum.net"]
    assert after[0] < slow["at"] + 3900  # 4 s at a host that is not


def test_a_new_run_keeps_the_delay_since_the_one_before(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=0)
    text = 'title = "t"\nsources = ["daum"]\nseeds = ["https://v.daum.net/v/20200101000000001"]\n[source.daum]\ndelay = {}\n'
    for delay in (0.1, 2):  # a run of one page takes less than a second
        assert sagwan.collect(site, topic(text=text.format(delay))).only["articles"] == 1
    times = [entry["at"] for entry in site.requests if entry["host"] == "v.daum.net"]
    assert len(times) == 3  # robots.txt and the page, then the page
    assert times[2] - times[1] >= 1990
    assert [entry["path"] for entry in site.requests][2].startswith("/v/")


# What the process runs before: the clock by which pauses are measured began when the machine did, a second ago.
BOOTED = """
import time
now, began = time.monotonic, time.monotonic()
time.monotonic = lambda now=now, began=began: now() - began + 1
import scrapy.core.downloader
scrapy.core.downloader.monotonic = time.monotonic
"""


@pytest.mark.parametrize("before", [False, True])
def test_on_a_machine_that_just_started_nobody_waits_since_then(
    sagwan: Sagwan, portal: Make, topic: Write, before: bool
) -> None:
    site, asked = portal(comments=0), threading.Event()
    if before:
        assert sagwan.collect(site, topic(site), "--clock", f"{site.url}/__clock").code == 0
        site.world.now += 1_000_000  # longer than the delay
    site.on_request(lambda host, path: path.startswith("/__") or asked.set())
    command = ("collect", topic(site, delay=600), "--connect-to", f"*={site.url}", "--clock", f"{site.url}/__clock", "--json")
    process = sagwan.start(*command, first=BOOTED)
    assert asked.wait(60)
    process.send_signal(signal.SIGTERM)
    assert sagwan.wait(process).only["stopped"] == "shutdown"


@pytest.mark.parametrize(
    ("robots", "least"),
    [
        ("User-agent: *\nCrawl-delay: 30\n\nUser-agent: Sagwan\nCrawl-delay: 0.4\n", 300),
        ("User-agent: *\nCrawl-delay: 30\n\nUser-agent: Sagwan\nDisallow: /no\n", 0),  # its own group says nothing
        ("User-agent: other\nCrawl-delay: 30\n\nUser-agent: *\nCrawl-delay: 0.4\nAllow: /\n", 300),
        ("User-agent: *\nCrawl-delay: soon\n", 0),
    ],
)
def test_the_crawl_delay_is_the_one_for_us(sagwan: Sagwan, portal: Make, topic: Write, robots: str, least: int) -> None:
    site = portal(comments=5)
    site.robots["comment.daum.net"] = (200, robots)
    assert sagwan.collect(site, topic(site, replies=False)).only["verdict"] == "ok"
    waits = gaps(site, "comment.daum.net")
    assert len(waits) >= 3
    assert min(waits) >= least
    assert max(waits) < 10_000


def test_a_crawl_delay_beyond_all_measure_is_a_closed_door(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["v.daum.net"] = (200, "User-agent: *\nCrawl-delay: 86400\n")
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], len(site.requests)) == (2, "blocked", 1)
    assert "asks for 86400 s between two requests" in ended.only["why"]


def test_a_slow_answer_takes_no_crawl_delay_back(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["comment.daum.net"] = (200, "User-agent: *\nCrawl-delay: 0.3\n")
    site.faults.set(LIST, "slow", seconds=0.1, times=1)
    assert sagwan.collect(site, topic(site, delay=0.05, connections=1, replies=False)).only["verdict"] == "ok"
    log = [entry for entry in site.requests if entry["host"] == "comment.daum.net"][1:]  # from when it was known
    waits = [later["at"] - earlier["at"] for earlier, later in itertools.pairwise(log)]
    assert min(waits) >= 290


class _SlowNowAndThen(BaseHTTPRequestHandler):
    """A clock that needs a tenth of a second and more for every third reading."""

    asked = itertools.count()

    def do_GET(self) -> None:
        if next(self.asked) % 3 == 0:
            time.sleep(0.12)
        body = json.dumps({"now": int(time.time() * 1000)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_what_takes_time_on_the_way_makes_no_gap_shorter(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5, articles=2)
    with ThreadingHTTPServer(("127.0.0.1", 0), _SlowNowAndThen) as clock:
        threading.Thread(target=clock.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{clock.server_address[1]}/__clock"
        ended = sagwan.collect(site, topic(site, delay=0.2, connections=1, replies=False), "--clock", url)
        clock.shutdown()
    assert ended.only["verdict"] == "ok"
    waits = gaps(site, "comment.daum.net")
    assert len(waits) >= 3
    assert min(waits) >= 170


@pytest.mark.parametrize("processes", [1, 2])
def test_sources_that_share_a_host_share_its_delay(sagwan: Sagwan, portal: Make, topic: Write, processes: int) -> None:
    site = portal(articles=0, naver=1, comments=110)
    post = plant(site.world, "naver_blog", comments=210)
    seeds = [article.url for article in (*site.world.on("naver"), post)]
    text = f'title = "t"\nsources = ["naver", "naver_blog"]\nseeds = {json.dumps(seeds)}\n'
    text += "".join(f"[source.{name}]\ndelay = 0.3\nconnections = 1\n" for name in ("naver", "naver_blog"))
    file, to, met = topic(text=text), ("--connect-to", f"*={site.url}", "--json"), threading.Barrier(2)

    def meet(host: str, path: str) -> None:
        """Neither goes on at the host that they share before the other is there, too."""
        if host == "apis.naver.com" and not met.broken and met.n_waiting < 2:
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait(30)
            met.abort()

    if processes == 2:
        site.on_request(meet)
    each = [[]] if processes == 1 else [["--source", "naver"], ["--source", "naver_blog"]]
    ended = [sagwan.wait(one) for one in [sagwan.start("collect", file, *to, *only) for only in each]]
    assert [line["verdict"] for one in ended for line in one.lines] == ["ok", "ok"], ended
    both = {source for (source,) in sagwan.rows(
        "SELECT DISTINCT r.source FROM captures c JOIN runs r ON r.id = c.run WHERE c.url LIKE 'https://apis.naver.com/%'"
    )}  # fmt: skip
    assert both == {"naver", "naver_blog"}
    waits = gaps(site, "apis.naver.com")[processes - 1 :]  # from when both are there
    assert len(waits) >= 6
    assert sum(waits) >= 295 * len(waits)  # each on its own, they come twice as often
    assert min(waits) >= 150  # the portal may be slow to hear of one of them


def test_who_keeps_a_longer_delay_at_a_shared_host_has_his_turns(tmp_path: Path) -> None:
    """Else another that may ask more often never leaves him the time that he waits for."""
    gone = Counter[float]()

    async def ask(floor: float) -> None:
        pace = Pace(Crawler(Spider, {"DOWNLOAD_DELAY": middle(floor), "SAGWAN_ARCHIVE": str(tmp_path)}))
        while gone.total() < 12:
            await pace.free("https://shared.example/", lambda: gone.total() >= 12)
            gone[floor] += 1

    async def both() -> None:
        await asyncio.gather(ask(0.15), ask(0.3))  # so long that a busy machine is not late by as much

    asyncio.run(both())
    assert gone[0.3] >= 3, gone
