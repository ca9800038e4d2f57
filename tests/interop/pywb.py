"""pywb replays our files: its own index, its own server on loopback, every captured URL asked for by time with `id_`."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tests.interop.archives import Capture
from tests.interop.readers import TOOLS, Indexed, decoded, run


@contextmanager
def wayback(folder: Path, collections: dict[str, list[Path]]) -> Iterator[int]:
    """pywb's server with these collections; its port."""
    folder.mkdir()
    here = Path.cwd()
    os.chdir(folder)  # wb-manager knows no other way to say where
    try:
        for name, paths in collections.items():
            for order in (["init", name], ["add", name, *map(str, paths)]):
                done = run(TOOLS / "wb-manager", *order)
                assert done.returncode == 0, f"wb-manager {order[0]} {name}: {done.stdout}{done.stderr}"
    finally:
        os.chdir(here)
    port = _free_port()
    log = (folder / "wayback.log").open("w")
    command = [str(TOOLS / "wayback"), "--bind", "127.0.0.1", "--port", str(port), "-d", str(folder)]
    server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(port, server, folder / "wayback.log")
        yield port
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"pywb did not start: {log.read_text()[-2000:]}")


def replay(port: int, name: str, captures: list[Capture], lines: dict[tuple[str, int], Indexed], wrong: list[str]) -> int:
    """Asks pywb for every captured URL at its time; how many bodies came back right.

    pywb's times are seconds: of several captures of a URL in one second it may give back any, and for one that was cut short
    the client waits in vain for the length that the head declares. So a second with such a one is left out.
    """
    at: dict[tuple[str, str], set[tuple[int, str | None]]] = defaultdict(set)
    for capture in captures:
        line = lines.get((capture.warc, capture.offset))
        if line is not None:  # what is not indexed was said already
            at[line.timestamp[:14], capture.url].add((capture.status, capture.digest))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    right = 0
    for (timestamp, url), expected in at.items():
        if any(digest is None for _, digest in expected):
            continue
        connection.request("GET", f"/{name}/{timestamp}id_/{url}", headers={"Accept-Encoding": "gzip, deflate"})
        response = connection.getresponse()
        body = decoded(response.read(), response.getheader("Content-Encoding") or "")
        if (response.status, sha256(body).hexdigest()) in expected:
            right += 1
        else:
            wrong.append(f"pywb {name}: {timestamp} {url}: status {response.status}, {len(body)} bytes: not what was captured")
    connection.close()
    return right
