"""`sagwan collect`: topics times sources, each a run; progress, summary and exit code."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from msgspec import Struct
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.errors import Misuse
from crawler.guard import ConnectTo
from crawler.run import Run
from crawler.spider import contact_from_config
from crawler.topics import Topic


class Job(Struct):
    """One topic on one source, and how it went."""

    topic: Topic
    source: str
    run: Run | None = None
    began: float = 0.0
    seconds: float = 0.0

    def summary(self) -> dict[str, Any]:
        """The line of `collect --json`."""
        if self.run is None:
            return {"source": self.source, "topic": self.topic.title, "run": None, "verdict": "failed", "exit": 3}
        head = {"source": self.source, "topic": self.topic.title, "run": self.run.uuid, "verdict": self.run.verdict()}
        rest = self.run.summary_counters()
        return head | {"exit": self.run.exit_code()} | rest | {"why": self.why(), "seconds": round(self.seconds, 3)}

    def why(self) -> str | None:
        """The one sentence behind a verdict that is not ok."""
        run = self.run
        if run is None:
            return "the run could not be started"
        return run.locked or run.failed or run.blocked or next(iter(run.broken), None) or run.first_gap()


class Collection:
    """Runs jobs: sources side by side, the topics of one source one after the other (it has one file and one lock)."""

    def __init__(self, jobs: list[Job], settings: Settings, limit: int, seconds: float | None) -> None:
        self.jobs, self._limit, self._seconds = jobs, limit, seconds
        self._settings = settings
        self._loader = SpiderLoader.from_settings(settings)
        self.current: set[str] = set()
        self.interrupted = False

    def start(self) -> None:
        """Returns when all runs have ended, or after SIGINT or SIGTERM when they have closed their files."""
        process = AsyncCrawlerProcess(self._settings)
        loop = asyncio.get_event_loop()
        main = loop.create_task(self._all(process))
        process.start(stop_after_crawl=False)
        if main.done() and not main.cancelled() and (error := main.exception()):
            raise error

    async def _all(self, process: AsyncCrawlerProcess) -> None:
        from twisted.internet import reactor

        queues: dict[str, list[Job]] = defaultdict(list)
        for job in self.jobs:
            queues[job.source].append(job)
        try:
            if self._seconds is not None:
                asyncio.get_running_loop().call_later(self._seconds, self._time_is_up)
            await asyncio.gather(*(self._source(process, queue) for queue in queues.values()))
        finally:
            if not self.interrupted:
                reactor.callLater(0, reactor.stop)  # type: ignore[attr-defined]

    async def _source(self, process: AsyncCrawlerProcess, queue: list[Job]) -> None:
        for job in queue:
            if self.interrupted:
                return
            self.current.add(job.source)
            crawler = process.create_crawler(self._loader.load(job.source))
            job.began = time.monotonic()
            await process.crawl(crawler, topic=job.topic, limit=self._limit)
            job.run = getattr(crawler.spider, "run", None)
            job.seconds = time.monotonic() - job.began
            self.interrupted = self.interrupted or (job.run is not None and job.run.stopping == "shutdown")
            self.current.discard(job.source)

    def _time_is_up(self) -> None:
        for job in self.jobs:
            if job.run is not None:
                job.run.end_early("time")


def jobs_for(topics: list[Topic], only: tuple[str, ...]) -> list[Job]:
    """What is to be done. Raises Misuse when that is nothing."""
    jobs = [Job(t, s) for t in topics for s in t.source_names() if not only or s in only]
    if not jobs:
        raise Misuse(f"nothing to collect: none of the topics has a source among {', '.join(only) or 'those known'}")
    return jobs


def project_settings(archive: Path, connect_to: tuple[str, ...], trigger: str, verbose: bool) -> Settings:
    """Scrapy's settings of this project with what the command line says. Raises Misuse."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("SAGWAN_ARCHIVE", str(archive), priority="cmdline")
    if connect_to:
        settings.set("SAGWAN_CONNECT_TO", list(connect_to), priority="cmdline")
    settings.set("SAGWAN_TRIGGER", trigger, priority="cmdline")
    settings.set("LOG_LEVEL", "INFO" if verbose else "ERROR", priority="cmdline")
    hosts = ConnectTo(settings.getlist("SAGWAN_CONNECT_TO")).hosts()
    if "*" not in hosts and not (settings.get("SAGWAN_CONTACT") or contact_from_config()):
        raise Misuse(
            "no contact: set SAGWAN_CONTACT to an e-mail or web address where a site's operator reaches you. "
            "Nothing leaves this machine without it"
        )
    return settings


def run_jobs(jobs: list[Job], settings: Settings, limit: int, seconds: float | None) -> int:
    """Runs them; the exit code is the worst of all."""
    logging.captureWarnings(True)
    Collection(jobs, settings, limit, seconds).start()
    return max(job.run.exit_code() if job.run is not None else 3 for job in jobs)
