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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.internet.error import ReactorNotRunning

from archive import times
from archive.errors import WriteFailed
from crawler.clock import check_clock
from crawler.contact import contact_of
from crawler.errors import Misuse
from crawler.guard import ConnectTo
from crawler.hangup import end_at_hangup
from crawler.job import Job, Slice, pause, plan, slice_of
from crawler.probe import Questions
from crawler.room import keep_free
from crawler.run import Run, run_of

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase


TURNS_AT_ONCE = 20  # in a watch: what these leave (0.35 MB each, all of it in circles) is cleared away together


class _Settings(Settings):
    """Scrapy's own, of which a loader of spiders gets no copy: ours reads them only where all spiders are asked for."""

    def frozencopy(self) -> Self:
        return self


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

    def __init__(
        self,
        jobs: list[Job],
        settings: Settings,
        limit: int,
        seconds: float | None,
        now: Callable[[], int] | None,
        watcher: Callable[[Job], None] | None = None,
    ) -> None:
        """`now` tells the time (UTC ms) where only what is due is done. A `watcher` is told of each turn at its end, and
        has it go on until the seconds are over."""
        self._limit, self._seconds = limit, seconds
        self._settings = settings
        self._root = Path(settings["SAGWAN_ARCHIVE"])
        self._queues: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            self._queues[job.source].append(job)
        self._now = now or times.now
        self._go = self._source if now is None else self._turns
        self.jobs = jobs if now is None else []  # where only what is due is done, one for each turn that a topic had
        self._watching = watcher is not None
        self._told = watcher or self.jobs.append
        self._turns_ended = 0
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._running: set[Crawler] = set()
        self._over: str | None = None  # why no further job begins
        self._kept = (self._root / "warc").exists()  # something, before or by these jobs

    def start(self) -> None:
        """Returns when all runs have ended, or after SIGINT, SIGTERM or SIGHUP when they have closed their files."""
        end_at_hangup()
        process = _Process(self._settings)
        process.main = main = asyncio.get_event_loop().create_task(self._all(process))
        process.interrupt = partial(self._end, "shutdown")
        process.start(stop_after_crawl=False)
        main.result()

    async def _all(self, process: AsyncCrawlerProcess) -> None:
        if self._seconds is not None:
            asyncio.get_running_loop().call_later(self._seconds, self._end, "time")
        try:
            # What one source's trouble ends is that source: the others go on.
            ended = await asyncio.gather(*(self._go(process, queue) for queue in self._queues.values()), return_exceptions=True)
            for error in filter(None, ended):
                raise error
        finally:
            asyncio.get_running_loop().call_soon(_stop_reactor)

    async def _source(self, process: AsyncCrawlerProcess, queue: list[Job]) -> None:
        for job in queue:
            if self._over is not None:
                job.left_out = self._over
            else:
                await self._run(process, job, job.questions)

    async def _turns(self, process: AsyncCrawlerProcess, queue: list[Job]) -> None:
        """The topics of a source take turns as long as something is due, the one that waited longest first."""
        waiting, had = list(queue), set[str]()
        while self._over is None and await self._until_due(waiting):
            due = [job for job in waiting if job.ready()]
            job = due[0]
            waiting.remove(job)
            had.add(job.topic.title)
            try:
                await self._run(process, job, slice_of(len(queue), len(due), self._ends))
            finally:
                self._told(job)
                self._turns_ended += 1
                if self._watching and self._turns_ended % TURNS_AT_ONCE == 0:
                    gc.collect()
            if (again := job.following(self._watching)) is not None:
                waiting.append(again)
            self._plan(waiting)
        for job in waiting:
            if job.topic.title not in had:
                job.left_out = self._over if job.agenda and job.agenda.looks else None
                self._told(job)

    async def _until_due(self, jobs: list[Job]) -> bool:
        """Whether something is due, if need be after a pause: what falls due within --for is not left to the next run."""
        while self._over is None and (seconds := pause(jobs, self._now(), self._ends, self._watching)) is not None:
            began = time.monotonic()
            while self._over is None and time.monotonic() < began + seconds:
                await asyncio.sleep(min(seconds, 0.2))
            self._plan(jobs)
        return self._over is None and any(job.ready() for job in jobs)

    def _plan(self, jobs: list[Job]) -> None:
        """What is due now. Raises WriteFailed where the archive was taken away: a new one in its place would know of no look,
        no rest and no budget, and all would be asked for again."""
        files = self._root / "warc"
        if self._kept and not files.exists():
            raise WriteFailed(f"{files} is gone: was the archive moved, or its disk taken away? No new one is begun")
        plan(self._root, jobs, self._now())

    async def _run(self, process: AsyncCrawlerProcess, job: Job, part: Slice | Questions | None = None) -> None:
        crawler = process.create_crawler(job.spider or job.source)
        self._running.add(crawler)
        began = time.monotonic()
        try:
            crawl = process.crawl(crawler, topic=job.topic, limit=self._limit, part=part)
            await asyncio.sleep(0)  # the spider is made
            if self._over is not None:
                self._end(self._over)
            await crawl
        finally:
            self._running.discard(crawler)
            job.seconds = time.monotonic() - began
        job.run = run_of(crawler)
        self._kept = self._kept or job.run.counts["captures"] > 0

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


def project_settings(
    archive: Path, connect_to: tuple[str, ...], clock: str, trigger: str, verbose: bool, quiet: bool
) -> Settings:
    """Scrapy's settings of this project with what the command line says; `quiet`: nothing on stderr. Raises Misuse."""
    settings = _Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("SAGWAN_ARCHIVE", str(archive), priority="cmdline")
    if connect_to:
        settings.set("SAGWAN_CONNECT_TO", list(connect_to), priority="cmdline")
    if clock:
        settings.set("SAGWAN_CLOCK", clock, priority="cmdline")
    settings.set("SAGWAN_TRIGGER", trigger, priority="cmdline")
    settings.set("LOG_LEVEL", "INFO" if verbose else "ERROR", priority="cmdline")
    settings.set("LOG_ENABLED", not quiet, priority="cmdline")
    if not re.fullmatch(r"\d+(\.\d+)?", settings["SAGWAN_LOCK_WAIT"]):
        raise Misuse(f"SAGWAN_LOCK_WAIT {settings['SAGWAN_LOCK_WAIT']!r} is no number of seconds: write 50")
    keep_free(archive)  # a size that is none is said before anything begins
    connections = ConnectTo(settings.getlist("SAGWAN_CONNECT_TO"))
    contact_of(settings, connections)  # before an archive is made, as the clock
    if settings["SAGWAN_CLOCK"]:
        check_clock(settings["SAGWAN_CLOCK"], connections)
    return settings


def run_jobs(
    jobs: list[Job], settings: Settings, limit: int, seconds: float | None, live: bool, due: Callable[[], int] | None = None
) -> list[Job]:
    """Runs them, with a live line on stderr if `live`; the jobs that came of it. `due` tells the time (UTC ms) where only what
    is due is done: then each turn of a topic is a job."""
    _settle()
    collection = Collection(jobs, settings, limit, seconds, due)
    if live:
        from crawler.progress import Progress  # rich is only loaded for a person's terminal

        with Progress(collection.runs):
            collection.start()
    else:
        collection.start()
    return collection.jobs


def watch_jobs(
    jobs: list[Job], settings: Settings, seconds: float | None, now: Callable[[], int], told: Callable[[Job], None]
) -> None:
    """Does what is due, again and again, until the seconds are over or a signal comes; `told` hears of each turn at its end."""
    _settle()
    Collection(jobs, settings, 0, seconds, now, told).start()


def _settle() -> None:
    logging.captureWarnings(True)
    # Comments are no garbage: what is loaded by now is not looked through again, and the rest a fiftieth as often as usual.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
