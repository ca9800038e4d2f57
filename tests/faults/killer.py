"""Kills a command: some time after something happened, or just before it renames a file."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

from tests.faults.stage import KILLED, Stage
from tests.portal import Portal

# What the command's process runs before: it dies by `kill -9` just before its rename of that number (from 0).
DIES = """
import os, signal, sys  # names of a hook's own: the rest of the module goes away
left = [{0}]
def hook(event, args, left=left, os=os, signal=signal):
    if event == "os.rename":
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""


class Killer:
    """Kills a command at some time after something happened, once."""

    def __init__(self, later: float) -> None:
        self._later = later
        self._now = threading.Event()
        self._process: Any = None
        self._thread = threading.Thread(target=self._kill, daemon=True)

    def strikes(self, process: Any) -> None:
        """The process that is to be killed."""
        self._process = process
        self._thread.start()

    def now(self) -> None:
        """What was waited for has happened."""
        self._now.set()

    def _kill(self) -> None:
        if self._now.wait(60):
            threading.Event().wait(self._later)
            self._process.send_signal(signal.SIGKILL)

    def done(self) -> None:
        """Waits until it has struck."""
        self._now.set()
        self._thread.join()


def kill(stage: Stage, site: Portal, file: Path, number: int, later: float) -> bool:
    """Begins a collection and kills it `later` seconds after its request of that number (0: after its start). Whether it
    was still alive."""
    killer, seen = Killer(later), [0]

    def hook(host: str, path: str) -> None:
        seen[0] += 1
        if seen[0] == number:
            killer.now()

    site.on_request(hook)
    killer.strikes(process := stage.begin(site, file))
    if not number:
        killer.now()
    ended = stage.sagwan.wait(process)
    killer.done()
    assert ended.code in (0, KILLED), ended
    return ended.code == KILLED


def dies(stage: Stage, number: int, *args: object) -> bool:
    """A command that dies before that rename; whether it did."""
    code = stage.sagwan(*args, first=DIES.format(number)).code
    assert code in (0, KILLED)
    return code == KILLED
