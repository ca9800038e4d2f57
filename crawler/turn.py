"""A run's turn at its source: the lock that one run holds, waited for, and the heartbeat that says that it is alive."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from archive.alarms import hung
from archive.lock import BEAT, HUNG_AFTER, SourceLock
from crawler.tally import Tally


class Turn:
    """One run's turn. What goes wrong while it waits stands in the run's books."""

    def __init__(self, root: Path, source: str, patience: float) -> None:
        self._lock = SourceLock(root, source)
        self._source, self._patience = source, patience
        self._beat: asyncio.Task[None] | None = None

    async def wait(self, tally: Tally, ending: Callable[[], bool]) -> bool:
        """Whether it came within `patience` seconds. Raises WriteFailed where no lock can be made."""
        deadline = time.monotonic() + self._patience
        while not self._lock.take():
            pid, age = self._lock.holder()
            if age > HUNG_AFTER:
                tally.alarm("hung", hung(self._source, pid, age))
                break
            if ending() or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.2)
        else:
            self._beat = asyncio.create_task(self._heartbeat())
            return True
        tally.locked = f"process {self._lock.holder()[0]} is collecting {self._source}"
        return False

    async def _heartbeat(self) -> None:
        while True:
            self._lock.beat()
            await asyncio.sleep(BEAT)

    def end(self) -> None:
        """Lets the next one in."""
        if self._beat is not None:
            self._beat.cancel()
        self._lock.release()
