"""How fast the core is while something is measured: the MB/s at which the standard library's `json.loads` reads a list page."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import threading
import time
import timeit
from collections.abc import Callable, Iterator

from bench.threads import Threads

SET_ON = 136  # MB/s of the machine that the goals were set on
EVERY = 30.0  # seconds


def pace() -> float:
    """The best of some turns, by the processor: what is measured beside it has the same core."""
    page = next(body for target, body, _ in Threads(1, 1).responses() if "/comments?" in target)
    best = min(timeit.repeat(lambda: json.loads(page), timer=time.thread_time, number=20, repeat=9))
    return 20 * len(page) / best / 1e6


@contextlib.contextmanager
def paced() -> Iterator[Callable[[], float]]:
    """What it was, in the middle, on the first core from here on; the function is called after the end."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # of this thread
        seen.append(pace())
        while not over.wait(EVERY):
            seen.append(pace())
        seen.append(pace())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: statistics.median(seen)
    finally:
        over.set()
        thread.join()
