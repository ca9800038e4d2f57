"""Speed of `sagwan verify --bytes`, the whole command, against sha256 and gunzip of the same files one after the other."""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from archive.capture import Exchange, Facts
from archive.seal import seal
from archive.warc_reader import files
from archive.warc_writer import WarcWriter
from bench import processes
from bench.table import Row
from bench.threads import Threads

FLOOR = 0.5
FILES, SIZE = 8, 32 << 20  # as of eight days
DAY_MS = 24 * 3600 * 1000


def rows(folder: Path, times: int, threads: Threads) -> list[Row]:
    """What the turns gave."""
    made = measure(folder, times, threads)
    return [
        Row(
            "`verify --bytes`, as a part of the speed of sha256 plus gunzip",
            statistics.median(plain / ours for plain, ours in zip(made.plain, made.ours, strict=True)),
            "",
            FLOOR,
            FLOOR,
            least=True,
        ),
        Row("`verify --bytes`", made.size / statistics.median(made.ours) / 1e6, "MB/s"),
        Row("sha256 plus gunzip", made.size / statistics.median(made.plain) / 1e6, "MB/s"),
    ]


class Checked(Struct):
    """Bytes of the files, and the seconds of each turn: of the command, and of sha256 plus gunzip."""

    size: int
    ours: list[float]
    plain: list[float]


def measure(folder: Path, times: int, threads: Threads) -> Checked:
    """Writes the files and reads them so often, in turns. Raises AssertionError when something is found in them."""
    root = folder / "archive-of-days"
    _fill(root, threads)
    paths = files(root)
    made = Checked(sum(path.stat().st_size for path in paths), [], [])
    for n in range(times):
        made.plain.append(_plain(paths))
        made.ours.append(_command(root))
        print(f"  verify {n + 1}: {made.plain[-1] / made.ours[-1]:.2f} of sha256 and gunzip", file=sys.stderr, flush=True)
    return made


def _fill(root: Path, threads: Threads) -> None:
    bodies = [gzip.compress(body, 6) for target, body, _ in threads.responses() if "/comments?" in target]
    writer = WarcWriter(root, "daum", {"software": "bench"})
    for day in range(FILES):
        now, written = 1_790_000_000_000 + day * DAY_MS, 0
        while written < SIZE:
            written = writer.write([_exchange(now + n, body) for n, body in enumerate(bodies)], now)[-1].end
            now += len(bodies)
    writer.close()
    seal(root, now)  # a sealed file is hashed as a whole too


def _exchange(at: int, body: bytes) -> Exchange:
    url = f"https://comment.daum.net/apis/v1/posts/5/comments?parentId=0&offset={at}&limit=100&sort=RECOMMEND"
    about = {"source": "daum", "page": "daum.comments", "run": "r", "topic": "t", "url": url, "article": "20260921090000123"}
    facts = Facts(**about, at=at, received_at=at + 5, sent=at * 1000, fidelity="wire")  # type: ignore[arg-type]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    request = f"GET {url} HTTP/1.1\r\nHost: comment.daum.net\r\n\r\n".encode()
    return Exchange(facts=facts, request=request, head=head.encode(), body=body, ip="127.0.0.1")


def _plain(paths: list[Path]) -> float:
    began = time.perf_counter()
    for path in paths:
        digest = sha256()
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        with gzip.open(path) as unpacked:
            while unpacked.read(1 << 20):
                pass
    return time.perf_counter() - began


def _command(root: Path) -> float:
    ran = processes.run(processes.SAGWAN, "verify", "--bytes", "--archive", root, "--json", pinned=False)
    assert json.loads(ran.out)["findings"] == [], ran.out[:2000]
    return ran.seconds
