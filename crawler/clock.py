"""The one clock. UTC microseconds; the archive's times are its milliseconds."""

from __future__ import annotations

import time


class Clock:
    """Stamps that never go back: `now` is the machine's clock, `step` says by how much it was ever set back (ms)."""

    def __init__(self) -> None:
        self.step = 0
        self._latest = 0

    def now_us(self) -> int:
        """The machine's time, UTC microseconds."""
        now = time.time_ns() // 1000
        if now < self._latest:
            self.step = max(self.step, (self._latest - now) // 1000)
        self._latest = max(self._latest, now)
        return now

    def not_before(self, ms: int) -> None:
        """Tells the clock what the archive has seen: to be earlier than that is a step back too."""
        self._latest = max(self._latest, ms * 1000)
