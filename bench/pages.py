"""Pages of `sagwan serve` over the rebuilt campaign: the processor time of the server from a request to the last byte, which is
what a reader waits where nobody else works on the machine."""

from __future__ import annotations

import contextlib
import http.client
import math
import os
import signal
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from archive import search_index
from archive.archive import open_for_reading
from bench import processes
from bench.table import Row

TURNS = 9
GOALS = {0.01: (300, 600), 1.0: (1000, 2000)}  # ms for a page, by the case's size: goal and floor


def rows(root: Path, scale: float) -> Iterator[Row]:
    """A row for each page, its median of some turns after one."""
    goal, floor = GOALS.get(scale, (None, None))
    search_index.follow(root, math.inf)  # else the server makes it while it is measured
    with contextlib.closing(open_for_reading(root)) as db:
        pages = list(_pages(db))
    with _served(root) as (pid, port):
        for what, path in pages:
            yield Row(f"page: {what}", _median(pid, port, path), "ms", goal, floor)


def _pages(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What a page is, and where: the largest thread, one of 40 comments, and what has no article."""
    largest = "SELECT article, max(n) FROM comments GROUP BY article ORDER BY 2 DESC LIMIT 1"
    small = "SELECT article, max(n) FROM comments GROUP BY article ORDER BY abs(max(n) - 40), article LIMIT 1"
    yield "topic, the last day", "/"
    yield "topic, from the beginning", "/?hours=9600"
    for name, sql in (("the largest thread", largest), ("a small thread", small)):
        article, count = db.execute(sql).fetchone()
        source, key = db.execute("SELECT source, key FROM articles WHERE id = ?", (article,)).fetchone()
        first, last = db.execute(
            "SELECT min(received_at), max(received_at) FROM capture_rows WHERE article = ?", (article,)
        ).fetchone()
        (comment,) = db.execute("SELECT key FROM comments WHERE article = ? ORDER BY n LIMIT 1", (article,)).fetchone()
        ref, half = quote(f"{source}:{key}"), _iso((first + last) // 2)
        yield f"article, {name} ({count:,} comments)", f"/article?ref={ref}"
        yield f"article, {name}, two times side by side", f"/article?ref={ref}&at={half}&beside={_iso(last)}"
        yield f"the thread as the slider asks for it, {name}", f"/thread?ref={ref}&at={half}"
        yield f"what was deleted and edited, {name}", f"/happened?ref={ref}"
        yield f"comment, {name}", f"/comment?ref={ref}%23{quote(comment)}"
    (account,) = db.execute("SELECT account FROM comment_versions WHERE account IS NOT NULL LIMIT 1").fetchone()
    yield "account", f"/account?key={account.hex()}"
    hour, captures = db.execute(
        "SELECT received_at / 3600000, count(*) FROM capture_rows GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    yield f"movers of the busiest hour ({captures:,} captures)", f"/movers?minutes=60&to={_iso((hour + 1) * 3_600_000)}"
    (run,) = db.execute(
        "SELECT b.uuid FROM capture_rows c JOIN run_begun b ON b.id = c.run GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    ).fetchone()
    yield "runs", "/captures"
    yield "the largest run, its first captures", f"/captures?run={run}"
    yield "the largest run, errors and refusals only", f"/captures?run={run}&which=trouble"
    (text,) = db.execute("SELECT text FROM comment_versions WHERE length(text) > 9 LIMIT 1").fetchone()
    for letters in (1, 2, 4):
        yield f"search, {letters} letters", "/search?q=" + quote(text[:letters].strip())
    yield "the documented view of observations", "/archive/view_observations?_nocount=1"


def _iso(ms: int) -> str:
    return quote(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(ms / 1000)))


@contextlib.contextmanager
def _served(root: Path) -> Iterator[tuple[int, int]]:
    command = [processes.SAGWAN, "serve", "--port", "0", "--archive", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | processes.key(root)) as server:
        assert server.stdout is not None
        yield server.pid, int(server.stdout.readline().strip().rstrip("/").rpartition(":")[2])
        server.send_signal(signal.SIGINT)


def _spent(pid: int) -> float:
    """The processor time of all threads of a process so far, ms."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def _median(pid: int, port: int, path: str) -> float:
    took = []
    for _ in range(TURNS + 1):
        began = _spent(pid)
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        link.request("GET", path)
        answer = link.getresponse()
        answer.read()
        link.close()
        assert answer.status == 200, (path, answer.status)
        took.append(_spent(pid) - began)
    return statistics.median(took[1:])
