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
from bench.table import Row
from bench.threads import Threads

AIM, FLOOR = 1.0, 0.75
NAIVE_AIM, NAIVE_PAGES = 8.0, 120  # so many pages are enough for the plain project


class Speed(Struct):
    """One crawl: pages, seconds between first request and last response, seconds of the whole process, and of the processor."""

    pages: int
    seconds: float
    whole: float
    cpu: float
    peak: int

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def rows(folder: Path, pairs: int, threads: Threads) -> list[Row]:
    """What the pairs gave. The first crawl is not counted: it brings the list of URLs and warms the caches."""
    with processes.server(threads.articles, threads.pages) as port:
        urls = _urls(_sagwan(folder, "warm", threads, port)[1])
        measured = [_pair(folder, n, threads, port, urls) for n in range(pairs)]
        naive = _naive(folder, urls, port)
    ours, plain = [one for one, _ in measured], [other for _, other in measured]
    by_clock = statistics.median(a.rate / b.rate for a, b in measured)
    by_cpu = statistics.median(b.cpu / a.cpu for a, b in measured)
    return [
        Row("`collect`, pages/s, as a part of plain Scrapy's", by_clock, "", AIM, FLOOR, least=True),
        Row("the same by processor time (steadier on a busy machine)", by_cpu),
        Row("pages/s of `collect`", statistics.median(one.rate for one in ours)),
        Row("pages/s of plain Scrapy", statistics.median(one.rate for one in plain)),
        Row(
            "`collect`, times the pages/s of a plain project",
            statistics.median(one.rate for one in ours) / naive.rate,
            "",
            NAIVE_AIM,
            None,
            least=True,
        ),
        Row(f"`collect`, most memory over {ours[0].pages:,} pages", max(one.peak for one in ours) / 1e6, "MB"),
    ]


def _pair(folder: Path, n: int, threads: Threads, port: int, urls: list[str]) -> tuple[Speed, Speed]:
    if n % 2:
        plain, ours = _plain(urls, port), _sagwan(folder, str(n), threads, port)[0]
    else:
        ours, plain = _sagwan(folder, str(n), threads, port)[0], _plain(urls, port)
    assert ours.pages == plain.pages == len(urls), (ours.pages, plain.pages, len(urls))
    print(f"  pair {n + 1}: sagwan {ours.rate:.0f} pages/s, plain {plain.rate:.0f}", file=sys.stderr, flush=True)
    return ours, plain


def _naive(folder: Path, urls: list[str], port: int) -> Speed:
    """The plain project, over list pages alone."""
    some = [url for url in urls if "/comments?" in url][:NAIVE_PAGES]
    (folder / "naive").mkdir()
    ran = processes.run(sys.executable, "-m", "bench.naive", str(port), str(folder / "naive"), given="\n".join(some))
    said = json.loads(ran.out)
    return Speed(said["pages"], said["seconds"], ran.seconds, ran.cpu, ran.peak)


def _sagwan(folder: Path, name: str, threads: Threads, port: int) -> tuple[Speed, Path]:
    archive = folder / f"archive-{name}"
    ran = processes.collect(folder, archive, threads.keys(), port)
    said = json.loads(ran.out)
    assert (said["comments"], said["gaps"]) == (100 * threads.pages * threads.articles, []), ran.out[:2000]
    db = sqlite3.connect(archive / "archive.db")
    pages, first, last = db.execute("SELECT count(*), min(at), max(received_at) FROM captures WHERE status = 200").fetchone()
    db.close()
    return Speed(pages, (last - first) / 1000, ran.seconds, ran.cpu, ran.peak), archive


def _plain(urls: list[str], port: int) -> Speed:
    ran = processes.run(sys.executable, "-m", "bench.plain", str(port), given="\n".join(urls))
    said = json.loads(ran.out)
    return Speed(said["pages"], said["seconds"], ran.seconds, ran.cpu, ran.peak)


def _urls(archive: Path) -> list[str]:
    db = sqlite3.connect(archive / "archive.db")
    urls = [url for (url,) in db.execute("SELECT url FROM captures ORDER BY id")]
    db.close()
    return urls
