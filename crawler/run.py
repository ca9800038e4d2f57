"""One run: one topic, one source, from taking the lock to the verdict. The spider navigates, the run keeps and counts."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from archive import archive, questions, recover, redacted
from archive.alarms import standing
from archive.capture import Exchange, Facts, Seen
from archive.catchup import catch_up
from archive.errors import ArchiveError, Damaged, WriteFailed
from archive.pseudonym import Pseudonyms, default_key_file
from archive.rebuild import check_key
from archive.seal import seal
from archive.store import Store
from archive.warc_writer import WarcWriter
from crawler import begun, pages, provenance, room
from crawler.commit import Committer
from crawler.errors import Stopping, words
from crawler.ladder import DAY
from crawler.memory import Memory
from crawler.pace import LOCAL_CONNECTIONS
from crawler.runlog import log_run
from crawler.secrets import Redactor
from crawler.setup import Setup
from crawler.sources import Source
from crawler.tally import Tally
from crawler.topics import Topic
from crawler.turn import Turn

PAGE_ROBOTS = "robots"
STOP_GRACE = 3.0  # seconds that a download gets to end when its run ends early


class Run(Tally):
    """Owns the archive for one source while it runs, and keeps the books of it."""

    def __init__(self, topic: Topic, source: Source, setup: Setup) -> None:
        super().__init__(source.name)
        self.topic, self.source, self.root, self.connect_to = topic, source, setup.root, setup.connect_to
        self.options = topic.options(source.name)
        self.uuid = str(uuid.uuid4())
        self.clock = setup.clock
        self.redactor = Redactor.from_environment(source.keys)
        self.stop: Callable[[str], None] = lambda reason: None  # set by the spider: ends the crawl
        self.ending: Callable[[], bool] = lambda: self.stopping is not None
        self._places: dict[str, asyncio.Semaphore] = {}
        self.under_way: set[asyncio.Future[Any]] = set()  # downloads
        self._setup = setup
        self._turn = Turn(setup.root, source.name, setup.lock_wait)
        self._db: sqlite3.Connection | None = None
        self._writer: WarcWriter | None = None
        self.memory: Memory  # from when the archive is open
        self._committer: Committer | None = None
        self._budget_left: int | None = None
        self._keep_free = room.keep_free(setup.root)

    async def begin(self) -> bool:
        """Takes the lock, heals what an earlier run left, writes the run's beginning. False: nothing is to be fetched."""
        try:
            await self.clock.refresh()  # before an archive is made
            if self.ending() or not self._has_room() or not await self._turn.wait(self, self.ending):
                return False
            db = await self._open()
            if self.topic.budget.requests_per_day is not None:
                midnight = self.clock.now_us() // 1000 // DAY * DAY
                used = questions.requests_since(db, self.source.name, self.topic.title, midnight)
                self._budget_left = self.topic.budget.requests_per_day - used
            self.memory = Memory(self.root, db, self.topic, self.source, self.clock)
            resting = self.memory.rest()
        except (WriteFailed, ArchiveError, Damaged, OSError, sqlite3.Error) as error:
            self.misuse = isinstance(error, ArchiveError)
            self.fail(str(error))
            return False
        if resting is not None:
            self.block("rest", resting.said())
        return not self.ending()

    def _has_room(self) -> bool:
        """Whether more is left on the disk than is kept free; the run fails where not, while its end can still be written."""
        if (full := room.full(self.root, self._keep_free)) is not None:
            self.fail(full)
        return full is None

    async def _open(self) -> sqlite3.Connection:
        pseudonyms = Pseudonyms.load(default_key_file(), make=not archive.exists(self.root))
        redacted.refuse_half_done(self.root)
        check_key(self.root, pseudonyms)  # the files know it too, where the database is lost
        database = self.root / "archive.db"
        self.notes += archive.close_to_others(self.root)
        db = self._db = archive.open_for_writing(database, pseudonyms)
        store = Store(db, self.source.name, pseudonyms, pages.parse)
        for line in recover.recover(self.root, self.source.name, store.stored_to):
            self.alarm("recovered", line)
        self.counts["caught_up"] = catch_up(self.root, self.source.name, store)
        self._writer = WarcWriter(self.root, self.source.name, self._about(pseudonyms))
        self._committer = Committer(self._writer, store, database, self.clock)
        about = provenance.beginning(self.uuid, self.topic, self.source.name, self._setup.trigger, self.clock.kind)
        await self.event("run_begun", **about)
        if self.clock.kind == "system":
            begun.note(self.root)
        return db

    def _about(self, pseudonyms: Pseudonyms) -> dict[str, str]:
        setup = self._setup
        try:
            manifest = provenance.sealed(self.root)
        except Damaged as error:
            manifest = ""
            self.notes.append(f"{error}: `sagwan verify` says more")
        more = {"operator": setup.contact, "http-header-user-agent": setup.user_agent, "pseudonym-key": pseudonyms.fingerprint}
        more |= {"connect-to": " ".join(self.connect_to.hosts()), "sealed": manifest}
        return provenance.warcinfo(self.uuid, self.topic, self.source.name, self.clock.kind) | more

    def facts(self, request: Request) -> Facts:
        """What is known of an exchange before it is made."""
        meta = request.meta
        return Facts(
            source=self.source.name,
            page=meta["page"],
            run=self.uuid,
            topic=self.topic.title,
            url=urldefrag(request.url).url,
            method=request.method,
            walk=meta.get("walk"),
            article=meta.get("article"),
            why=meta.get("why"),
            attempt=meta.get("retry_times", 0) + 1,
            listed=meta.get("listed"),
            context=meta.get("context", {}),
        )

    def place(self, url: str) -> asyncio.Semaphore:
        """The connections that we may have to a host. Scrapy 2.19's own count lets bursts through: it counts too late."""
        host = urlsplit(url).hostname or ""
        if host not in self._places:
            here = LOCAL_CONNECTIONS if self.connect_to.target(url) else 1
            self._places[host] = asyncio.Semaphore(self.options.connections or here)
        return self._places[host]

    async def admit(self) -> int:
        """The time (UTC microseconds) just before a request goes out. Raises Stopping when the run is ending or its budget
        is used up, WriteFailed when nobody knows the time or the disk has no more room."""
        try:
            await self.clock.refresh()
        except WriteFailed as error:
            self.fail(str(error))
            raise
        if not self.ending() and not self._has_room():
            raise WriteFailed(str(self.failed))
        if self._budget_left is not None and not self.ending():
            if self._budget_left <= 0:
                self.end_early("budget")
            self._budget_left -= 1
        if self.ending():
            raise Stopping(self.stopping or "shutdown")
        return self.clock.now_us()

    @contextlib.contextmanager
    def closing(self) -> Iterator[None]:
        """What goes wrong with an answer before it is kept fails the run: else that attempt would be no capture, and the next
        would be made. Raises WriteFailed."""
        try:
            yield
        except Exception as error:
            self.fail(words(error))
            raise WriteFailed(str(self.failed)) from error

    async def keep(self, exchange: Exchange) -> Seen:
        """Makes the exchange durable, bytes first. Raises WriteFailed, after which the run only ends."""
        with self.closing():
            self.redactor.clean(exchange)
        seen = await self._commit(exchange)
        assert seen is not None
        self.count(seen)
        waits = seen.status == 503 and questions.wait_asked_for(seen.headers, seen.facts.received_at) is not None
        if waits or seen.parsed.outcome == "refused":
            said = f"{seen.facts.url}: {'status 503, and asked to wait' if waits else seen.parsed.note}"
            self.block("refused", said)  # before anything is read or worded that could fail
            if self.blocked == said and (resting := self.memory.rest()) is not None:
                self.blocked = f"{said}: {resting.until_when()}"
        return seen

    async def event(self, kind: str, **values: Any) -> None:
        """Makes a fact durable that is no exchange. Raises WriteFailed."""
        await self._commit({"kind": kind, **values})

    async def _commit(self, item: Exchange | dict[str, Any]) -> Seen | None:
        assert self._committer is not None
        try:
            return await self._committer.keep(item)
        except WriteFailed as error:
            self.fail(str(error))
            raise

    def fail(self, why: str) -> None:
        """The archive could not be written: the run only ends."""
        self.failed = self.failed or why
        self.end_early("failed")

    def block(self, by: str, why: str, about: str | None = None) -> None:
        """The source refused us: it stops for this run. `about`: the URL that shows it, where that is not the last capture."""
        if self.blocked is None:
            self.blocked, self.blocked_by, self.blocked_in = why, by, self.evidence.of(about, bad=True)[1]
        self.end_early("blocked")

    def end_early(self, reason: str) -> None:
        """Ends the run: requests not yet made are not made, those under way get a little time."""
        if self.stopping is None:
            self.stopping = reason
            self.stop(reason)
            asyncio.get_running_loop().call_later(STOP_GRACE, self._cut_short)

    def _cut_short(self) -> None:
        for download in list(self.under_way):
            download.cancel()

    def collected_before(self, article: str) -> int:
        """How many comments the last complete walk of an article collected."""
        assert self._db is not None
        return questions.collected_before(self._db, self.source.name, article)

    async def end(self) -> None:
        """Writes the run's end and closes the file. Never raises: the verdict says what went wrong."""
        if set_back := self.clock.set_back():
            self.alarm("clock", set_back)
        committer = self._committer
        if committer is not None and self._db is not None:
            if committer.broken is None:
                names = self.source.name, self.topic.title
                try:
                    await self.event("run_ended", run=self.uuid, **provenance.ending(self, self._db, *names))
                    self.standing = standing(self.root, self._db, *names)
                except (WriteFailed, sqlite3.Error) as error:  # what was written is closed all the same
                    self.fail(f"{self.root / 'archive.db'} cannot take the run's end: {error}")
            try:
                await committer.close()
            except WriteFailed as error:
                self.fail(str(error))
        if self._db is not None:
            with contextlib.suppress(ArchiveError):  # the key was taken away meanwhile
                self.notes += redacted.notes(self._db, Pseudonyms.load(default_key_file(), make=False), self.uuid)
            self._db.close()
        self._turn.end()
        if self._writer is not None and self._writer.made_file and self.stopping not in ("shutdown", "failed"):
            await self._seal()
        self.notes += log_run(self, self._setup.trigger)

    async def _seal(self) -> None:
        """Seals the files before the one that this run began; the source is free for the next run meanwhile."""
        sealing = partial(seal, self.root, self.clock.now_us() // 1000, newest=False)
        try:
            done = await asyncio.get_running_loop().run_in_executor(None, sealing)
            self.notes += [f"not sealed: {line}" for line in done.damaged]
        except (WriteFailed, Damaged, OSError) as error:
            self.notes.append(f"not sealed: {error}")


def run_of(crawler: Crawler) -> Run:
    """The run of a crawler's spider."""
    run: Run = crawler.spider.run  # type: ignore[union-attr]
    return run
