"""A run that does only what is due: the most valuable look first, short ones beside and between the pages of a long one."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import aclosing
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from archive.capture import Listed
from archive.errors import WriteFailed
from archive.times import AHEAD_MS
from crawler.alarms import SCHEDULE
from crawler.due import Look, too_late
from crawler.errors import Stopping
from crawler.job import Slice
from crawler.ladder import MINUTE, words
from crawler.schedule import Agenda, finds_of
from crawler.walk import unread

if TYPE_CHECKING:
    from crawler.spider import SourceSpider

FRESH_MS = 10_000  # after which the agenda is read again even where nothing was to fall due
KNOWN_IN_A_ROW = 30  # hits of a query that the topic has: what follows is older
SHORT = 5  # requests; a longer look leaves a place to others
LOOK: ContextVar[Look | None] = ContextVar("look", default=None)  # the look that a spider's requests belong to
PAUSE = 0.5  # seconds after which a turn's end and what fell due meanwhile are looked for
_ON_ARTICLES = frozenset({"article", "walk", "peek"})
_ONE = frozenset({"article", "walk"})  # of one article
_OF_THREADS = frozenset({"walk", "peek"})
_MAIN = frozenset({"seed", "found", "walk", "peek", "counts"})


def told(look: Look, meta: dict[str, Any]) -> dict[str, Any]:
    """What the captures of a look say of it: why they were made, and what was asked for."""
    step = meta["why"]
    whole = look.why.startswith(("sweep ", "deadline "))
    rung = look.why if whole else look.why.partition(" ")[2]
    why = look.why if step in _MAIN else f"{step} {rung}"
    asked = {"asked": look.key} if look.kind == "discovery" else {}
    if step == "open" and look.kind in ("peek", "walk"):  # where it fails, no page of the look itself comes
        asked = {"opens": look.kind}
    return {"why": why, "context": meta.get("context", {}) | asked}


class Round:
    """The looks of one run. It holds no state that outlives it: what was not looked at is still due."""

    def __init__(self, spider: SourceSpider, part: Slice) -> None:
        self._spider, self._run, self._part = spider, spider.run, part
        self._delay = spider.crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._agenda = Agenda()
        self._read_at = 0
        self._stale = True  # something was done since the agenda was read
        self._begun: dict[tuple[str, str], int] = {}  # when a look was begun in this run: a failed one is one, too
        self._going: dict[asyncio.Task[None], Look] = {}
        self._late: list[tuple[int, Look]] = []  # by how much (ms), and what
        self._rested_until = self._run.memory.rested_until()
        self._usual = self._run.memory.usual_pause()

    async def work(self) -> None:
        """Does what is due until nothing is, or the turn is over."""
        try:
            while not self._over():
                if (look := self._next()) is not None:
                    self._begin(look)
                elif self._going:
                    await self._page()
                elif not await self._rest():
                    self._no_time()
                    break
        finally:
            await self.ended()
        if not self._run.failed:
            self._tell()

    async def ended(self) -> None:
        """Returns when no look goes on; in a run that ends each ends at its next page, and says where its walk stopped."""
        if self._going:
            await asyncio.wait(self._going)

    async def _rest(self) -> bool:
        """Waits a little where something falls due before the end and nobody else has a turn; whether it did."""
        until, next_at = self._part.until, self._agenda.next_at
        if until is None or next_at is None or not self._part.alone:
            return False
        await self._run.clock.refresh()
        wait = max(0, next_at - self._now()) / 1000
        if time.monotonic() + wait >= until:
            return False
        await asyncio.sleep(min(wait, PAUSE))
        return True

    async def _page(self) -> None:
        """Returns when a page came or a look ended, or after a pause."""
        page = asyncio.ensure_future(self._spider.looked.wait())
        await asyncio.wait({page, *self._going}, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)
        page.cancel()
        self._spider.looked.clear()

    def _over(self) -> bool:
        if self._part.until is not None and time.monotonic() >= self._part.until:
            self._run.end_early(self._part.why)
        return self._run.ending()

    def _no_time(self) -> None:
        """Ends the run early where something is due that could not come to its end: else nobody would hear of it."""
        now = self._now()
        if any(self._may_begin(look, now) and not self._has_time(look) for look in self._agenda.looks):
            self._run.end_early(self._part.why)

    def _now(self) -> int:
        return self._run.clock.now_us() // 1000

    def _next(self) -> Look | None:
        now, next_at = self._now(), self._agenda.next_at
        if now - self._read_at >= FRESH_MS or (next_at is not None and now >= next_at):
            self._read(now)
        look = self._pick(now)
        if look is None and self._stale:
            self._read(now)
            look = self._pick(now)
        return look

    def _read(self, now: int) -> None:
        self._agenda, self._read_at, self._stale = self._run.memory.agenda(), now, False

    def _pick(self, now: int) -> Look | None:
        """The most valuable look that there is a place and time for."""
        if len(self._going) >= self._spider.at_once:
            return None
        long_ones = sum(map(_is_long, self._going.values()))
        going = {(look.kind, look.key) for look in self._going.values()}
        for look in self._agenda.looks:
            if _is_long(look) and long_ones >= max(1, self._spider.at_once - 1):
                continue
            if look.kind == "walk" and ("article", look.key) in going:  # which may begin it
                continue
            if self._may_begin(look, now) and self._has_time(look):
                self._agenda.looks.remove(look)
                return look
        return None

    def _may_begin(self, look: Look, now: int) -> bool:
        begun = self._begun.get((look.kind, look.key))
        if begun is not None and now < begun + look.every:
            return False
        limit, articles = self._spider.limit, self._run.articles
        return not limit or look.kind not in _ON_ARTICLES or look.key in articles or len(articles) < limit

    def _has_time(self, look: Look) -> bool:
        # What begins a turn need not come to its end in it: with short turns or a long delay nothing would ever be begun.
        needed = min(look.cost, SHORT) * self._delay if self._begun else 0
        return self._part.until is None or time.monotonic() + needed < self._part.until

    def _begin(self, look: Look) -> None:
        now = self._now()
        self._run.late = max(self._run.late, look.late(now) / 1000)
        together = [look]
        if look.kind == "counts":
            together += [each for each in self._agenda.looks if each.kind == "counts" and self._may_begin(each, now)]
            together = together[: self._run.source.counted]
            self._agenda.looks = [each for each in self._agenda.looks if each not in together]
        elif look.kind in _ONE:  # the one can be part of the other: what is still due then says the agenda
            self._agenda.looks = [each for each in self._agenda.looks if each.key != look.key or each.kind not in _ONE]
        self._run.counts["looks"] += 1
        self._note_late(look, now)
        self._begun |= {(each.kind, each.key): now for each in together}
        task = asyncio.ensure_future(self._do(look, [each.key for each in together]))
        self._going[task] = look
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        look = self._going.pop(task)
        self._stale = True
        if look.kind in _ONE:  # an agenda that was read meanwhile has the walk that it has just ended as one to go on with
            self._agenda.looks = [each for each in self._agenda.looks if each.key != look.key or each.kind not in _ONE]

    async def _do(self, look: Look, keys: list[str]) -> None:
        LOOK.set(look)  # of this task only
        if look.kind in _ON_ARTICLES:
            self._run.articles.add(look.key)
        before = self._run.memory.traces(look.key, look.kind) if look.kind in _OF_THREADS else ()
        try:
            try:
                await self._look(look, keys)
            except (Stopping, WriteFailed):
                raise
            except Exception as error:
                self._spider.logger.exception("%s of %s failed", look.kind, look.key)
                self._run.breaks(f"{self._run.source.name}:{look.key}: {type(error).__name__}: {error}", look.key)
            if before and before == self._run.memory.traces(look.key, look.kind):  # its thread could not be opened
                await unread(self._run, look.key)
        except (Stopping, WriteFailed):
            pass  # the run knows why; what was not captured is still due

    async def _look(self, look: Look, keys: list[str]) -> None:
        spider, key = self._spider, look.key
        if look.kind == "article":
            seeds = list(spider.seeds)
            await spider.read_page(key, Listed("seed", seeds.index(key) + 1) if key in seeds else None)
        elif look.kind == "walk":
            if look.resume is not None:
                self._run.memory.go_on_with(key, look.resume)
            await spider.read_thread(key)
        elif look.kind == "peek":
            await spider.peek(key)
        elif look.kind == "counts":
            await spider.count(keys)
        else:
            await self._discover(key)

    async def _discover(self, what: str) -> None:
        """Reads hits until those come that the topic had before."""
        before, in_a_row = self._now(), 0
        find = next(each for each in finds_of(self._spider.topic, self._run.source) if str(each) == what)
        async with aclosing(self._spider.hits(find)) as hits:
            async for article in hits:
                since = self._run.memory.known_since(article.key)
                known = since is not None and not before <= since <= self._now() + AHEAD_MS
                in_a_row = in_a_row + 1 if known else 0
                if in_a_row >= KNOWN_IN_A_ROW:
                    return

    def _tell(self) -> None:
        """What was due and is put off, and why."""
        early = self._run.stopping is not None
        if early:
            self._read(self._now())
            left = Counter(look.value for look in self._agenda.looks)
            self._put_off(str(self._run.stopping), left)
            for look in self._agenda.looks:
                self._note_late(look, self._now())
        for why, values in self._agenda.put_off.items():
            self._put_off(why, values)
        self._say_late()

    def _note_late(self, look: Look, now: int) -> None:
        late = now - max(look.due_at, self._rested_until)  # what a rest kept waiting is told as `blocked`
        budgeted = self._run.topic.budget.requests_per_day is not None
        if self._usual is not None and too_late(look, late, self._usual, budgeted=budgeted):
            self._late.append((late, look))

    def _say_late(self) -> None:
        """One alarm, however many looks came late or wait still; the latest one's captures show it."""
        if self._late:
            late, look = max(self._late, key=lambda each: each[0])
            what = f"{look.kind} of {look.key} ({look.why})"
            said = (
                f"{len(self._late)} looks came too late or wait still, the latest, {what}, by {words(late // MINUTE * MINUTE)}"
            )
            self._run.alarm("late", said, page=SCHEDULE, about=look.key)

    def _put_off(self, why: str, values: Counter[str]) -> None:
        held = Counter(self._run.put_off.get(why, {})) + values
        if held:
            self._run.put_off[why] = dict(held)


def _is_long(look: Look) -> bool:
    return look.kind == "discovery" or look.cost > SHORT
