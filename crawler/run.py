"""One run: one topic, one source, from taking the lock to the verdict. The spider navigates, the run keeps and counts."""

from __future__ import annotations

import asyncio
import platform
import uuid
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from scrapy import Request

from archive import archive, questions, recover
from archive.capture import Exchange, Facts, Listed, Seen
from archive.catchup import catch_up
from archive.errors import ArchiveError, Damaged, WriteFailed
from archive.lock import HUNG_AFTER, SourceLock
from archive.pseudonym import Pseudonyms, default_key_file
from archive.records import Listing
from archive.schema import FORMAT
from archive.store import Store
from archive.warc_writer import WarcWriter
from crawler import pages
from crawler.clock import Clock
from crawler.commit import Committer
from crawler.errors import Stopping
from crawler.guard import ConnectTo
from crawler.secrets import Redactor
from crawler.sources import Source
from crawler.topics import Topic

PAGE_ROBOTS = "robots"
ROBOTS_FRESH_MS = 24 * 3600 * 1000  # RFC 9309 2.4: a cached copy should not be used for more than a day
LOCK_WAIT = 50.0  # seconds; a cron run every minute must not pile up behind a long one
CLOCK_STEP_MS = 2000  # smaller corrections are what time daemons do all day


class Gap(Struct):
    """Something that the site declared or the topic asked for and the run did not get."""

    what: str
    declared: int | None
    collected: int | None
    why: str
    ref: str | None = None
    counts: bool = True  # whether it makes the run thin


class Run:
    """Owns the archive for one source while it runs."""

    def __init__(
        self, topic: Topic, source: Source, root: Path, connect_to: ConnectTo, contact: str, trigger: str, user_agent: str
    ) -> None:
        self.topic, self.source, self.root, self.connect_to = topic, source, root, connect_to
        self.options = topic.options(source.name)
        self.uuid = str(uuid.uuid4())
        self.clock = Clock()
        self.redactor = Redactor.from_environment(source.keys)
        self._contact, self._trigger, self._user_agent = contact, trigger, user_agent
        self._lock = SourceLock(root, source.name)
        self._committer: Committer | None = None
        self._budget_left: int | None = None
        self._beat: asyncio.Task[None] | None = None
        self.stop: Callable[[str], None] = lambda reason: None  # set by the spider: ends the crawl
        self.ending: Callable[[], bool] = lambda: self.stopping is not None
        self.stopping: str | None = None
        self.failed: str | None = None  # why the archive could not be written
        self.locked: str | None = None
        self.blocked: str | None = None
        self.blocked_by: str | None = None
        self.broken: list[str] = []
        self.gaps: list[Gap] = []
        self.alarms: list[dict[str, str]] = []
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.articles: set[str] = set()
        self.comments: set[tuple[str | None, str]] = set()
        self.declared = self.collected = 0

    async def begin(self) -> bool:
        """Takes the lock, heals what an earlier run left, writes the run's beginning. False: locked or failed."""
        try:
            if not await self._take_lock():
                return False
            pseudonyms = Pseudonyms.load(default_key_file(), make=True)
            db = archive.open_for_writing(self.root / "archive.db", pseudonyms)
            for line in recover.recover(self.root, self.source.name):
                self.alarm("recovered", line)
            store = Store(db, self.source.name, pseudonyms, pages.parse)
            self.counts["caught_up"] = catch_up(self.root, self.source.name, store)
            self._db = db
            self._committer = Committer(WarcWriter(self.root, self.source.name, self._warcinfo(pseudonyms)), store, self.clock)
            self._beat = asyncio.create_task(self._heartbeat())
            await self.event("run_begun", **self._beginning())
            if self.topic.budget.requests_per_day is not None:
                used = questions.requests_since(db, self.source.name, self.topic.title, self._midnight())
                self._budget_left = self.topic.budget.requests_per_day - used
        except (WriteFailed, ArchiveError, Damaged) as error:
            self._fail(str(error))
            return False
        if wait := questions.retry_after(self.root, db, self.source.name, self.clock.now_us() // 1000):
            self.block("retry-after", f"the site asked on {wait[0]} not to be asked again before {wait[1]}")
            return False
        return True

    async def _take_lock(self) -> bool:
        for _ in range(int(LOCK_WAIT / 0.2)):
            if self._lock.take():
                return True
            pid, age = self._lock.holder()
            if age > HUNG_AFTER:
                self.alarm("hung", f"process {pid} holds {self.source.name} and has not moved for {age / 60:.0f} minutes: look at it")
                break
            await asyncio.sleep(0.2)
        self.locked = f"process {self._lock.holder()[0]} is collecting {self.source.name}"
        return False

    async def _heartbeat(self) -> None:
        while True:
            self._lock.beat()
            await asyncio.sleep(30)

    def _warcinfo(self, pseudonyms: Pseudonyms) -> dict[str, str]:
        return {
            "software": f"sagwan/{version('sagwan')} scrapy/{version('scrapy')} twisted/{version('twisted')} python/{platform.python_version()}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "archive-format": str(FORMAT),
            "operator": self._contact,
            "http-header-user-agent": self._user_agent,
            "source": self.source.name,
            "run": self.uuid,
            "topic": self.topic.title,
            "robots": self.options.robots,
            "robots-reason": self.options.reason or "" if self.options.robots == "ignore" else "",
            "pseudonym-key": pseudonyms.fingerprint,
            "clock": "system",
            "connect-to": " ".join(self.connect_to.hosts()),
        }

    def _beginning(self) -> dict[str, Any]:
        return {
            "run": self.uuid,
            "topic": self.topic.title,
            "source": self.source.name,
            "trigger": self._trigger,
            "code": f"sagwan/{version('sagwan')}",
            "settings": msgspec.to_builtins(self.topic),
            "robots_reason": self.options.reason if self.options.robots == "ignore" else None,
        }

    def _midnight(self) -> int:
        day = 24 * 3600 * 1000
        return self.clock.now_us() // 1000 // day * day

    def facts(self, request: Request) -> Facts:
        """What is known of an exchange before it is made."""
        meta = request.meta
        listed: Listed | None = meta.get("listed")
        return Facts(
            source=self.source.name,
            page=meta["page"],
            run=self.uuid,
            topic=self.topic.title,
            url=request.url,
            method=request.method,
            walk=meta.get("walk"),
            article=meta.get("article"),
            why=meta.get("why"),
            attempt=meta.get("retry_times", 0) + 1,
            listed=listed,
            context=meta.get("context", {}),
        )

    def admit(self, request: Request) -> None:
        """Raises Stopping when the run is ending or its budget is used up; called before each request."""
        if self.ending():
            raise Stopping(self.stopping or "shutdown")
        if self._budget_left is not None:
            if self._budget_left <= 0:
                self.gaps.append(Gap("budget", None, None, "requests_per_day is used up; the rest waits for tomorrow"))
                self.end_early("budget")
                raise Stopping("budget")
            self._budget_left -= 1

    async def keep(self, exchange: Exchange) -> Seen:
        """Makes the exchange durable, bytes first. Raises WriteFailed, after which the run only ends."""
        self.redactor.clean(exchange)
        seen = await self._commit(exchange)
        assert seen is not None
        self._count(seen)
        return seen

    async def event(self, kind: str, **values: Any) -> None:
        """Makes a fact durable that is no exchange. Raises WriteFailed."""
        await self._commit({"kind": kind, **values})

    async def _commit(self, item: Exchange | dict[str, Any]) -> Seen | None:
        assert self._committer is not None
        try:
            return await self._committer.keep(item)
        except WriteFailed as error:
            self._fail(str(error))
            raise

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why
        self.end_early("failed")

    def _count(self, seen: Seen) -> None:
        self.counts["captures"] += 1
        self.counts["observations"] += seen.observations
        for record in seen.parsed.records:
            if type(record) is Listing:
                self.counts["sightings"] += len(record.comments)
                article = seen.facts.article
                self.comments.update((article, comment.key) for comment in record.comments)
        if seen.parsed.outcome == "refused":
            self.block("refused", f"{seen.facts.url}: {seen.parsed.note}")
        elif seen.parsed.outcome in ("layout", "error", "unreadable", "failed"):
            self.errors[f"{seen.facts.page} {seen.parsed.outcome}"] += 1
        elif seen.parsed.outcome == "http":
            self.errors[f"{seen.facts.page} {seen.status}"] += 1

    def block(self, by: str, why: str) -> None:
        """The source refused us: it stops for this run."""
        if self.blocked is None:
            self.blocked, self.blocked_by = why, by
        self.end_early("blocked")

    def end_early(self, reason: str) -> None:
        """Ends the run; requests not yet made are not made."""
        if self.stopping is None:
            self.stopping = reason
            self.stop(reason)

    def alarm(self, name: str, text: str) -> None:
        """One named thing that went wrong; the run exits non-zero."""
        if all(known["text"] != text for known in self.alarms):
            self.alarms.append({"alarm": name, "text": text})

    def kept_robots(self, url: str) -> tuple[int, bytes] | None:
        """Status and body of this robots.txt as the archive last has it, if that is less than a day old."""
        now = self.clock.now_us() // 1000
        return questions.kept_robots(self.root, self._db, url, now - ROBOTS_FRESH_MS)

    async def end(self) -> None:
        """Writes the run's end and closes the file. Never raises: the verdict says what went wrong."""
        if self.clock.step > CLOCK_STEP_MS:
            self.alarm("clock", f"the machine's clock went back by {self.clock.step / 1000:.1f} s during the archive's time")
        committer = self._committer
        if committer is not None:
            try:
                if committer.broken is None:
                    await self.event("run_ended", run=self.uuid, verdict=self.verdict(), counters=self.summary_counters())
                await committer.close()
            except WriteFailed as error:
                self._fail(str(error))
            self._db.close()
        if self._beat is not None:
            self._beat.cancel()
        self._lock.release()

    def verdict(self) -> str:
        """How the run ended: the worst that happened."""
        if self.locked:
            return "locked"
        if self.failed:
            return "failed"
        if self.blocked:
            return "blocked"
        if self.broken:
            return "broken"
        if any(gap.counts for gap in self.gaps):
            return "thin"
        return "ok" if self.articles else "empty"

    def exit_code(self) -> int:
        """0, 2 or 3 as the command line promises."""
        if self.failed:
            return 3
        bad = self.verdict() not in ("ok", "locked")
        return 2 if bad or any(alarm["alarm"] != "recovered" for alarm in self.alarms) else 0

    def first_gap(self) -> str | None:
        """The first gap that makes the run thin, as a sentence."""
        for gap in self.gaps:
            if gap.counts:
                numbers = f": {gap.collected} of {gap.declared}" if gap.declared is not None else ""
                return f"{gap.ref or self.source.name} {gap.what}{numbers} ({gap.why})"
        return None

    def summary_counters(self) -> dict[str, Any]:
        """What the run counted, as in `collect --json`."""
        return {
            "captures": self.counts["captures"],
            "articles": len(self.articles),
            "comments": len(self.comments),
            "sightings": self.counts["sightings"],
            "observations": self.counts["observations"],
            "declared": self.declared,
            "collected": self.collected,
            "walks": {"complete": self.counts["complete"], "incomplete": self.counts["incomplete"]},
            "gaps": [{k: v for k, v in msgspec.to_builtins(gap).items() if k != "counts"} for gap in self.gaps],
            "errors": dict(sorted(self.errors.items())),
            "alarms": self.alarms,
        }


