"""Pages per second of `sagwan collect` against plain Scrapy: the same server, URLs and connections, in turns A B B A.

Seconds go from the first request sent to the last response received, both taken inside the process. One side keeps every
exchange durably and reads every comment; the other throws everything away.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.threads import Threads

AIM, FLOOR = 0.9, 0.6


class Speed(Struct):
    """One crawl: pages, seconds between first request and last response, seconds of the whole process, and of the processor."""

    pages: int
    seconds: float
    whole: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def measure(folder: Path, pairs: int, threads: Threads) -> list[tuple[Speed, Speed]]:
    """(sagwan, plain) per pair. The first crawl is not counted: it brings the list of URLs and warms the caches."""
    with processes.server(threads.articles, threads.pages) as port:
        urls = _urls(_sagwan(folder, "warm", threads, port)[1])
        measured = []
        for pair in range(pairs):
            if pair % 2:
                plain, ours = _plain(urls, port), _sagwan(folder, str(pair), threads, port)[0]
            else:
                ours, plain = _sagwan(folder, str(pair), threads, port)[0], _plain(urls, port)
            assert ours.pages == plain.pages == len(urls), (ours.pages, plain.pages, len(urls))
            measured.append((ours, plain))
            print(f"  pair {pair + 1}: sagwan {ours.rate:.0f} pages/s, plain {plain.rate:.0f}", file=sys.stderr, flush=True)
    return measured


def _sagwan(folder: Path, name: str, threads: Threads, port: int) -> tuple[Speed, Path]:
    archive = folder / f"archive-{name}"
    ran = processes.collect(folder, archive, threads.keys(), port)
    said = json.loads(ran.out)
    assert (said["comments"], said["gaps"]) == (100 * threads.pages * threads.articles, []), ran.out[:2000]
    db = sqlite3.connect(archive / "archive.db")
    pages, first, last = db.execute("SELECT count(*), min(at), max(received_at) FROM captures WHERE status = 200").fetchone()
    db.close()
    return Speed(pages, (last - first) / 1000, ran.seconds, ran.cpu), archive


def _plain(urls: list[str], port: int) -> Speed:
    ran = processes.run(sys.executable, "-m", "bench.plain", str(port), given="\n".join(urls))
    said = json.loads(ran.out)
    return Speed(said["pages"], said["seconds"], ran.seconds, ran.cpu)


def _urls(archive: Path) -> list[str]:
    db = sqlite3.connect(archive / "archive.db")
    urls = [url for (url,) in db.execute("SELECT url FROM captures ORDER BY id")]
    db.close()
    return urls


def ratio(measured: list[tuple[Speed, Speed]]) -> float:
    """The median over the pairs of our rate to the other's."""
    return statistics.median(ours.rate / plain.rate for ours, plain in measured)
