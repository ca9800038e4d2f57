"""The one clock of the archive's times. UTC microseconds; the archive keeps milliseconds.

How long something is waited for (a lock, a timeout, a delay, `--for`) is measured by the machine, never by this clock.
"""

from __future__ import annotations

import asyncio
import http.client
import time
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from archive.errors import WriteFailed
from crawler.errors import Misuse
from crawler.guard import ConnectTo

STEP_MS = 2000  # smaller corrections are what time daemons do all day
# Simulated time stands still while captures come, each a millisecond after the one before: this is sixty thousand of them.
STILL_MS = 60_000
PATIENCE = 5.0  # real seconds that the simulated clock has to answer
LONGEST = 1000  # bytes of its answer


class _Reading(Struct):
    now: Annotated[int, Meta(ge=631_152_000_000, le=4_102_444_800_000)]  # UTC ms of 1990 to 2100; seconds or µs are neither


class SimulatedTime:
    """The time of a simulated portal (`GET` answers `{"now": UTC ms}`). It stands still between two readings."""

    def __init__(self, url: str, connect_to: ConnectTo) -> None:
        """Raises Misuse for an address that is not on this machine, and where a host is not connected to this machine."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = None
        own = f"http://{parts.hostname}:{port}{parts.path}"
        if parts.hostname not in ("127.0.0.1", "localhost") or port is None or not parts.path or url != own:
            raise Misuse(f"clock {url!r}: write http://127.0.0.1:PORT/__clock")
        if "*" not in connect_to.hosts():
            raise Misuse("clock: simulated time is for a simulated portal only. Add --connect-to '*=http://127.0.0.1:PORT'")
        self._url, self._port, self._path = url, port, parts.path
        self._lock = asyncio.Lock()
        self._begun = 0  # readings
        self._failed: str | None = None
        self.now_us = 0  # as last read

    def read(self) -> int:
        """The time there, UTC microseconds. Raises WriteFailed, from then on always: nobody knows a failed clock's time."""
        if self._failed is None:
            try:
                return self._ask() * 1000
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._failed = f"the simulated clock {self._url} does not say the time: {error or type(error).__name__}"
        raise WriteFailed(self._failed)

    def _ask(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("GET", self._path, headers={"Connection": "close"})
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise ValueError(f"status {answer.status}")
            return msgspec.json.decode(answer.read(LONGEST), type=_Reading).now
        finally:
            connection.close()

    async def refresh(self) -> None:
        """Returns when a reading that began after this call has ended; many callers share one. Raises WriteFailed."""
        begun = self._begun
        async with self._lock:
            if self._begun == begun or self._failed is not None:
                self._begun += 1
                self.now_us = await asyncio.to_thread(self.read)


class Clock:
    """Stamps that never go back: the machine's time or a simulated one; `step` says by how much it was ever set back (ms)."""

    def __init__(self, simulated: SimulatedTime | None = None) -> None:
        self._simulated = simulated
        self.kind = "system" if simulated is None else "simulated"
        self.step = 0
        self._latest = 0

    async def refresh(self) -> None:
        """Called where time may have gone on. Raises WriteFailed when simulated time cannot be read: none is invented."""
        if self._simulated is not None:
            await self._simulated.refresh()

    def now_us(self) -> int:
        """The time, UTC microseconds; simulated time as it was last read."""
        now = time.time_ns() // 1000 if self._simulated is None else self._simulated.now_us
        if now < self._latest:
            self.step = max(self.step, (self._latest - now) // 1000)
        self._latest = max(self._latest, now)
        return now

    def not_before(self, ms: int) -> None:
        """Tells the clock what the archive has seen: to be earlier than that is a step back too."""
        self._latest = max(self._latest, ms * 1000)

    def set_back(self) -> str | None:
        """What to say when it went back by more than is harmless."""
        if self.step <= (STEP_MS if self._simulated is None else STILL_MS):
            return None
        return f"the {self.kind} clock went back by {self.step / 1000:.1f} s during the archive's time"


def clock_of(url: str, connect_to: ConnectTo) -> Clock:
    """The machine's clock, or the simulated one at this URL. Raises Misuse for one that may not be used."""
    return Clock(SimulatedTime(url, connect_to) if url else None)


def check_clock(url: str, connect_to: ConnectTo) -> int:
    """The time of a simulated clock, UTC ms. Raises Misuse when it may not be used or does not say the time."""
    try:
        return SimulatedTime(url, connect_to).read() // 1000
    except WriteFailed as error:
        raise Misuse(str(error)) from None
