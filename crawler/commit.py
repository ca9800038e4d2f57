"""Group commit without a timer: idle means write, fsync and store at once; what arrives meanwhile shares the next."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from archive.archive import checkpoint
from archive.capture import Exchange, Seen
from archive.errors import WriteFailed
from archive.event_kinds import event_of
from archive.store import Store
from archive.warc_writer import Placed, WarcWriter
from crawler.clock import Clock
from crawler.errors import words

ROWS_AT_ONCE = 8  # exchanges in one transaction: enough to share its cost, few enough to keep the connections busy
CHECKPOINT = 400  # exchanges after which the rows are brought from SQLite's WAL into the database: some 30 MB of first looks
LET_ON = 4  # turns of the event loop that a request takes from the spider to the socket

_Waiting = tuple[Exchange | dict[str, Any], "asyncio.Future[Seen | None]"]


class Committer:
    """The way of every exchange and event into the archive. After the first failure it takes nothing more (fail closed)."""

    def __init__(self, writer: WarcWriter, store: Store, database: Path, clock: Clock) -> None:
        self._writer, self._store, self._database, self._clock = writer, store, database, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="warc")
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._folding: asyncio.Future[None] | None = None
        self._unfolded = 0  # exchanges
        self._at, self._received_at = store.last_at()
        self.broken: Exception | None = None
        clock.not_before(self._received_at)

    async def keep(self, item: Exchange | dict[str, Any]) -> Seen | None:
        """Returns when the item's bytes are fsynced and its rows are committed. Raises WriteFailed."""
        try:
            await self._clock.refresh()
        except WriteFailed as error:
            self.broken = self.broken or error
        if self.broken is not None:
            raise WriteFailed(str(self.broken))
        self._stamp(item)
        future: asyncio.Future[Seen | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await future

    def _stamp(self, item: Exchange | dict[str, Any]) -> None:
        """Inside a source `at` and `received_at` only grow, in the order of the file."""
        now = self._clock.now_us() // 1000
        if isinstance(item, Exchange):
            self._at = max(item.facts.sent // 1000, self._at + 1)
            self._received_at = max(now, self._received_at + 1, self._at)
            item.facts.at, item.facts.received_at = self._at, self._received_at
        else:
            self._received_at = max(now, self._received_at)
            item["at"] = self._received_at

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                items = [item for item, _ in batch]
                placed = await loop.run_in_executor(self._thread, self._writer.write, items, self._received_at)
                for n in range(0, len(batch), ROWS_AT_ONCE):
                    self._rows(batch[n : n + ROWS_AT_ONCE], placed[n : n + ROWS_AT_ONCE])
                    for _ in range(LET_ON):  # who has his answer may ask on while the rest is stored
                        await asyncio.sleep(0)
            except Exception as error:
                self.broken = error if isinstance(error, WriteFailed) else WriteFailed(words(error))
                for _, future in batch + self._waiting:
                    if not future.done():
                        future.set_exception(WriteFailed(str(self.broken)))
                self._waiting = []
                break
        self._flushing = None

    def _rows(self, batch: list[_Waiting], placed: list[Placed]) -> None:
        """The rows of some items in one transaction, without an await inside; then their futures."""
        seen: list[Seen | None] = []
        with self._store.transaction():
            for (item, _), where in zip(batch, placed, strict=True):
                if isinstance(item, Exchange):
                    seen.append(self._store.exchange(item, where))
                else:
                    self._store.event(event_of(item), where)
                    seen.append(None)
        for (_, future), one in zip(batch, seen, strict=True):
            if not future.done():
                future.set_result(one)
        self._unfolded += len(batch)
        if self._unfolded >= CHECKPOINT and (self._folding is None or self._folding.done()):
            self._unfolded = 0
            self._folding = asyncio.get_running_loop().run_in_executor(None, checkpoint, self._database)

    async def close(self) -> None:
        """Waits for what is under way and gives the file its name back. Raises WriteFailed."""
        if self._flushing is not None:
            await self._flushing
        if self._folding is not None:
            await self._folding
        self.broken = self.broken or WriteFailed("the run has ended")
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.close)
        finally:
            self._thread.shutdown(wait=True)
