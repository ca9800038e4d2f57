"""`sagwan collect`: topics times sources, each a run; progress, summary and exit code."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from twisted.internet.error import ReactorNotRunning

from crawler.clock import check_clock
from crawler.contact import contact_of
from crawler.errors import Misuse
from crawler.guard import ConnectTo
from crawler.run import Run, run_of
from crawler.tally import Tally
from crawler.topics import Topic

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase


class Job(Struct):
    """One topic on one source, and how it went. `run` is None until it begins."""

    topic: Topic
    source: str
    run: Run | None = None
    left_out: str | None = None  # why it never began
    seconds: float = 0.0

    def tally(self) -> Tally:
        """The books of its run; those of a run that never began say why."""
        if self.run is not None:
            return self.run
        tally = Tally(self.source)
        tally.stopping = self.left_out
        tally.unfinished(len(self.topic.seeds_of(self.source)), 0)
        return tally

    def summary(self) -> dict[str, Any]:
        """The line of `collect --json`."""
        tally = self.tally()
        run = self.run.uuid if self.run is not None else None
        head: dict[str, Any] = {"source": self.source, "topic": self.topic.title, "run": run}
        head |= {"verdict": tally.verdict(), "exit": tally.exit_code()}
        head |= {"since": _iso(self.topic.since), "until": _iso(self.topic.until)}
        return head | tally.summary() | {"notes": tally.notes, "why": tally.why(), "seconds": round(self.seconds, 3)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


class _Process(AsyncCrawlerProcess):
    """Scrapy's process, but after SIGINT or SIGTERM it lets the runs end themselves: Scrapy 2.19 never ends a crawl that it
    stops while it starts."""

    main: asyncio.Task[None]
    interrupt: Callable[[], None]

    async def stop(self) -> None:
        """Called after a signal, and again before the reactor stops: completes when all runs have closed their files."""
        self.interrupt()
        await asyncio.wait([self.main])


class Collection:
    """Runs jobs: sources side by side, the topics of one source one after the other (it has one file and one lock)."""

    def __init__(self, jobs: list[Job], settings: Settings, limit: int, seconds: float | None) -> None:
        self._limit, self._seconds = limit, seconds
        self._settings = settings
        self._loader = SpiderLoader.from_settings(settings)
        self._queues: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            self._queues[job.source].append(job)
        self._running: set[Crawler] = set()
        self._over: str | None = None  # why no further job begins

    def start(self) -> None:
        """Returns when all runs have ended, or after SIGINT or SIGTERM when they have closed their files."""
        process = _Process(self._settings)
        process.main = main = asyncio.get_event_loop().create_task(self._all(process))
        process.interrupt = partial(self._end, "shutdown")
        process.start(stop_after_crawl=False)
        main.result()

    async def _all(self, process: AsyncCrawlerProcess) -> None:
        if self._seconds is not None:
            asyncio.get_running_loop().call_later(self._seconds, self._end, "time")
        try:
            await asyncio.gather(*(self._source(process, queue) for queue in self._queues.values()))
        finally:
            asyncio.get_running_loop().call_soon(_stop_reactor)

    async def _source(self, process: AsyncCrawlerProcess, queue: list[Job]) -> None:
        for job in queue:
            if self._over is not None:
                job.left_out = self._over
                continue
            crawler = process.create_crawler(self._loader.load(job.source))
            self._running.add(crawler)
            began = time.monotonic()
            try:
                crawl = process.crawl(crawler, topic=job.topic, limit=self._limit)
                await asyncio.sleep(0)  # the spider is made
                if self._over is not None:
                    self._end(self._over)
                await crawl
            finally:
                self._running.discard(crawler)
                job.seconds = time.monotonic() - began
            job.run = run_of(crawler)

    def runs(self) -> list[Run]:
        """The runs that are going on."""
        return [run_of(crawler) for crawler in list(self._running) if crawler.spider is not None]

    def _end(self, reason: str) -> None:
        self._over = self._over or reason
        for run in self.runs():
            run.end_early(reason)


def _stop_reactor() -> None:
    from twisted.internet import reactor

    with contextlib.suppress(ReactorNotRunning):  # after SIGTERM Scrapy stops it too
        cast("ReactorBase", reactor).stop()


def jobs_for(topics: list[Topic], only: tuple[str, ...]) -> list[Job]:
    """What is to be done. Raises Misuse when that is nothing."""
    jobs = [Job(t, s) for t in topics for s in t.source_names() if not only or s in only]
    if not jobs:
        raise Misuse(f"nothing to collect: none of the topics has a source among {', '.join(only) or 'those known'}")
    return jobs


def project_settings(archive: Path, connect_to: tuple[str, ...], clock: str, trigger: str, verbose: bool) -> Settings:
    """Scrapy's settings of this project with what the command line says. Raises Misuse."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("SAGWAN_ARCHIVE", str(archive), priority="cmdline")
    if connect_to:
        settings.set("SAGWAN_CONNECT_TO", list(connect_to), priority="cmdline")
    if clock:
        settings.set("SAGWAN_CLOCK", clock, priority="cmdline")
    settings.set("SAGWAN_TRIGGER", trigger, priority="cmdline")
    settings.set("LOG_LEVEL", "INFO" if verbose else "ERROR", priority="cmdline")
    if not re.fullmatch(r"\d+(\.\d+)?", settings["SAGWAN_LOCK_WAIT"]):
        raise Misuse(f"SAGWAN_LOCK_WAIT {settings['SAGWAN_LOCK_WAIT']!r} is no number of seconds: write 50")
    connections = ConnectTo(settings.getlist("SAGWAN_CONNECT_TO"))
    contact_of(settings, connections)  # before an archive is made, as the clock
    check_clock(settings["SAGWAN_CLOCK"], connections)
    return settings


def run_jobs(jobs: list[Job], settings: Settings, limit: int, seconds: float | None, live: bool) -> int:
    """Runs them, with a live line on stderr if `live`; the exit code is the worst of all."""
    logging.captureWarnings(True)
    # Comments are no garbage: what is loaded by now is not looked through again, and the rest a fiftieth as often as usual.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    collection = Collection(jobs, settings, limit, seconds)
    if live:
        from crawler.progress import Progress  # rich is only loaded for a person's terminal

        with Progress(collection.runs):
            collection.start()
    else:
        collection.start()
    return max(job.tally().exit_code() for job in jobs)
