"""A terminal that is closed (ssh, a window) ends the runs as SIGTERM does. Under nohup nothing changes."""

from __future__ import annotations

import os
import signal


def end_at_hangup() -> None:
    """Has SIGHUP do what SIGTERM does, unless it is ignored. What was to be shown on the terminal goes nowhere."""
    if signal.getsignal(signal.SIGHUP) != signal.SIG_DFL:
        return
    terminals = [fd for fd in (0, 1, 2) if os.isatty(fd)]

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the shell sends one, too, and a second SIGTERM waits for nobody
        nowhere = os.open(os.devnull, os.O_RDWR)
        for fd in terminals:
            os.dup2(nowhere, fd)
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGHUP, end)
