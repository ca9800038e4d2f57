"""How long each host is left alone between two requests: a floor, a little chance on top, and more where it answers slowly.

Scrapy's AutoThrottle is not used: its floor is one for all hosts, so it takes back a Crawl-delay (see
docs/decisions/0022-our-own-pace.md).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.asked import claim, went_out
from crawler.guard import ConnectTo
from crawler.sources import Source
from crawler.topics import SourceOptions

LOCAL_CONNECTIONS = 16  # to a host on loopback, where nobody is a guest
ASSETS = 10  # times as often as other hosts: what a page needs for its looks are dozens of small files, made to be fetched
JITTER = 0.25  # of a delay, added by chance: never less than was promised
LONGEST = 60.0  # seconds that slow answers can make us wait; a floor may be longer
_LOOKS = 0.005  # seconds: another process looks for less whether it may ask a host
_STUCK = 5.0  # seconds: then it was stopped, or waits for a dead disk, and asks nobody either
_MIDDLE = 1 + JITTER / 2  # Scrapy's chance goes both ways around a delay
SCRAPYS_JITTER = JITTER / 2 / _MIDDLE


def middle(floor: float) -> float:
    """The delay around which Scrapy varies so that what comes out lies between `floor` and a quarter more. Seconds."""
    return floor * _MIDDLE


def slower(delay: float, floor: float, took: float) -> float:
    """The next delay of a host that took so long to answer. Seconds.

    From request to request it has twice as long as it worked for us; faster answers bring that back to the floor by halves.
    """
    return max(floor, min(max(2 * took, delay / 2 + took), LONGEST))


def pace_of(crawler: Crawler) -> Pace:
    """The pace of a crawl."""
    pace: Pace = crawler.spider.pace  # type: ignore[union-attr]
    return pace


def set_pace(settings: BaseSettings, source: Source, options: SourceOptions, connect_to: ConnectTo) -> int:
    """Tells Scrapy the delay and connections of a source's hosts, by the topic's options; connect-to changes only defaults.
    The connections to a host."""
    local = "*" in connect_to.hosts()
    delay = options.delay if options.delay is not None else 0.0 if local else source.delay
    connections = options.connections or (LOCAL_CONNECTIONS if local else 1)
    settings.set("DOWNLOAD_DELAY", middle(delay), priority="spider")
    settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", connections, priority="spider")
    loopback: dict[str, float] = {} if options.delay is not None else {"delay": 0.0}
    loopback |= {} if options.connections is not None else {"concurrency": LOCAL_CONNECTIONS}
    slots: dict[str, dict[str, float]] = {host: {"delay": middle(delay / ASSETS)} for host in source.assets}
    slots |= {host: dict(loopback) for host in connect_to.hosts() if host != "*"}
    settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
    return connections


class Pace:
    """The pace of one crawl at each of its hosts. A host without a floor (on loopback nobody is a guest) has no pace."""

    # Host -> when its last request went out, by the machine's monotonic clock; of all crawls, as sources may share a host.
    _sent: ClassVar[dict[str, float]] = {}
    # Host -> when it is the turn of the last request in the queue: else who waits longer than others would wait for ever.
    _turns: ClassVar[dict[str, float]] = {}

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._root = Path(crawler.settings["SAGWAN_ARCHIVE"])
        # In a simulated time other processes were there a minute ago when it was a second.
        self._shares = not crawler.settings.get("SAGWAN_CLOCK")
        self._floors: dict[str, float] = {}
        self._delays: dict[str, float] = {}

    def floor(self, host: str) -> float:
        """Seconds between two requests to a host, at least."""
        if host not in self._floors:
            settings = self._crawler.settings
            slot = settings.getdict("DOWNLOAD_SLOTS").get(host, {})
            self._floors[host] = float(slot.get("delay", settings.getfloat("DOWNLOAD_DELAY"))) / _MIDDLE
        return self._floors[host]

    def at_least(self, host: str, seconds: float) -> None:
        """Raises a host's floor, for a Crawl-delay."""
        if seconds > self.floor(host):
            self._floors[host] = seconds
            self._set(host, max(seconds, self._delays.get(host, 0.0)))

    def answered(self, url: str, seconds: float) -> None:
        """A host took so long for an answer, or for none."""
        host = urlsplit(url).hostname or ""
        if floor := self.floor(host):
            self._set(host, slower(self._delays.get(host, floor), floor, seconds))

    async def free(self, url: str, ending: Callable[[], bool]) -> None:
        """Returns when a request to a host does not come too early, or when the run ends. Scrapy counts from when it lets a
        request go; what happens to one until it goes out (its turn at the host, reading the clock) may take longer than for
        the next."""
        host, never = urlsplit(url).hostname or "", -math.inf
        turn = self._turns[host] = max(time.monotonic(), self._turns.get(host, never) + self.floor(host))
        looked_at: float | None = None  # since when another process is looking
        while not ending():
            now = time.monotonic()
            early = max(turn, self._sent.get(host, never) + self.floor(host)) - now
            if early <= 0 and self._shares and (floor := self.floor(host)):
                if (left := claim(self._root, host, floor)) is not None:
                    early, looked_at = left, None
                elif now - (looked_at := looked_at or now) < _STUCK:
                    early = _LOOKS
            if early <= 0:
                break
            await asyncio.sleep(min(early, 0.2))
        self._sent[host] = time.monotonic()

    def goes_out(self, url: str) -> None:
        """A request to a host goes out now."""
        host = urlsplit(url).hostname or ""
        self._sent[host] = time.monotonic()
        if self._shares and (floor := self.floor(host)):
            went_out(self._root, host, floor)

    def asked_before(self, request: Request, ago: float | None) -> None:
        """An earlier run's last request to a host is so many seconds ago: the first one of this run waits too. None: it was
        not asked for longer than any delay. Scrapy's 0 is a time, too, on its clock: the machine's start."""
        _, slot = self._crawler.engine.downloader._get_slot(request)
        slot.lastseen = max(slot.lastseen or -math.inf, time.monotonic() - (math.inf if ago is None else ago))

    async def turn(self, request: Request) -> None:
        """Returns when it is this request's turn at its host: for one that does not go through Scrapy's queues."""
        _, slot = self._crawler.engine.downloader._get_slot(request)
        while (wait := slot.lastseen + slot.download_delay() - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        slot.lastseen = time.monotonic()

    def _set(self, host: str, delay: float) -> None:
        self._delays[host] = delay
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings.setdefault(host, {})["delay"] = middle(delay)  # for a slot that is made anew
        if host in downloader.slots:
            downloader.slots[host].delay = middle(delay)
