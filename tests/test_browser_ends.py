"""What ends a browser early, a full disk or our own end: nothing is lost, and no process is left. And what it meets outside."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler import chromium
from tests import warcs
from tests.browsing import INSTALL, SITE, answers, asked, descendants
from tests.conftest import ROOT, Ended, Sagwan
from tests.faults.island import ARTICLE
from tests.rawserver import RawServer

pytestmark = pytest.mark.skipif(
    chromium.find() is None or not Path("/proc/self/stat").exists(), reason=f"{chromium.MISSING}; and there must be a /proc"
)


def kill_driver(process: int) -> None:
    """Kills what stands between us and the browser."""
    for pid, command in descendants(process):
        if "/driver/node" in command:
            os.kill(pid, signal.SIGKILL)


# name: the request at which something is done to the process, what, and the pages that were to be shown.
DONE: dict[str, tuple[str, Callable[[int], None], tuple[str, ...]]] = {
    "kill": ("/a/never", lambda process: os.kill(process, signal.SIGKILL), ("hangs",)),
    "term": ("/a/never", lambda process: os.kill(process, signal.SIGTERM), ("hangs", "plain")),
    "driver": ("/a/never", kill_driver, ("hangs", "plain")),
    "disk": ("/api/one", lambda process: resource.prlimit(process, resource.RLIMIT_FSIZE, (1, 1)) and None, ("page", "plain")),
}


@dataclass
class Shot:
    """One process: how it ended, what reached the server, what of its descendants is left."""

    sagwan: Sagwan
    ended: Ended
    asked: list[str]
    left: list[int]


def left(pids: list[int]) -> list[int]:
    """Which of these processes have not ended after some seconds."""
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            break
        time.sleep(0.1)
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def shoot(folder: Path, name: str) -> Shot:
    """Shows pages; at one request something is done to the process."""
    at, react, pages = DONE[name]
    sagwan, below = Sagwan(folder), list[int]()

    def reacting(target: str) -> bytes | list[bytes] | Iterator[bytes]:
        if target == at:
            below.extend(pid for pid, _ in descendants(process.pid))
            react(process.pid)
        return answers(target)

    with RawServer(reacting) as server:
        urls = [f"{SITE}{page}" for page in pages]
        process = sagwan.start("shot", *urls, "--connect-to", f"*={server.url}", "--json", first=INSTALL)
        ended = sagwan.wait(process)
        seen = [url for _, url in asked(server)]
    assert below, f"{at} was never asked for"
    return Shot(sagwan, ended, seen, left(below))


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Shot]]]:
    """All of them side by side: each waits most of its time."""
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(shoot, tmp_path_factory.mktemp(name), name) for name in DONE}


def test_when_we_are_killed_the_browser_ends(shots: dict[str, Future[Shot]]) -> None:
    shot = shots["kill"].result()
    assert (shot.ended.code, shot.left) == (-9, [])
    assert warcs.exchanges(shot.sagwan.archive)[-1].facts.url == f"{SITE}hangs"


def test_when_we_are_told_to_end_what_is_under_way_is_kept(shots: dict[str, Future[Shot]]) -> None:
    shot = shots["term"].result()
    assert (shot.ended.code, shot.left) == (2, [])
    assert f"{SITE}plain" not in shot.asked
    never = next(one for one in warcs.exchanges(shot.sagwan.archive) if one.facts.url == f"{SITE}never")
    assert (never.head, never.facts.error) == (None, "the page was closed before it was answered")
    assert shot.ended.only["verdict"] != "ok"


def test_when_the_driver_dies_the_next_page_has_a_new_one(shots: dict[str, Future[Shot]]) -> None:
    shot = shots["driver"].result()
    assert (shot.ended.code, shot.left) == (2, [])
    assert shot.ended.only["problems"] == [f"{SITE}hangs: the browser died"]
    assert f"{SITE}plain" in {one.facts.url for one in warcs.exchanges(shot.sagwan.archive) if one.facts.method == "DOM"}


def test_a_full_disk_ends_the_page_before_it_sees_the_answer(shots: dict[str, Future[Shot]]) -> None:
    shot = shots["disk"].result()
    assert (shot.ended.code, shot.left) == (3, [])
    assert shot.ended.err.startswith("sagwan: probe: cannot ")
    assert len(shot.ended.err.splitlines()) == 1
    assert "https://www.probe.kr/api/one" in shot.asked
    assert "https://www.probe.kr/api/two" not in shot.asked  # the page asks for it when it has seen the first
    assert f"{SITE}plain" not in shot.asked


def test_tls_and_addresses_are_checked_for_the_browser_too(sagwan: Sagwan) -> None:
    """In a network of its own, on public addresses: a right certificate, one of another name, and a private address."""
    hosts = {"v.daum.net": "8.8.8.8", "v.media.daum.net": "8.8.4.4", "news.v.daum.net": "10.0.0.1"}
    topic = sagwan.folder / "t.toml"
    rules = '[source.daum]\nrobots = "ignore"\nreason = "test"\ndelay = 0\n'
    topic.write_text(f'title = "t"\nqueries = ["x"]\n{rules}')
    urls = [f"https://{host}/v/2020052209390288{n}" for n, host in enumerate(hosts)]
    words = ["shot", *urls, "--json", "--topic"]
    plan = {"hosts": hosts, "listen": list(hosts.values()), "trusted": True, "words": words}
    command = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.faults.island", json.dumps(plan), str(topic)]
    try:
        ran = subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=200)
    except FileNotFoundError:
        pytest.skip("there is no `unshare` here (util-linux)")
    if "unshare failed" in ran.stderr:
        pytest.skip(f"no network of its own: {ran.stderr.strip()}")
    told = json.loads(ran.stdout)
    assert told["code"] == 2, told
    kept = {one.facts.url: one for one in warcs.exchanges(sagwan.archive) if one.facts.page == "daum.shot"}
    good, other, private = (kept[url] for url in urls)
    assert good.body == ARTICLE
    assert (good.facts.fidelity, good.ip, good.facts.connect_to) == ("cdp", "8.8.8.8", None)
    assert re.fullmatch("[0-9a-f]{64}", good.facts.tls or "")
    assert "certificate verify failed" in (other.facts.error or "")
    assert (other.request, private.request) == (b"", b"")  # none was sent
    assert private.facts.error == "news.v.daum.net resolves to 10.0.0.1, a private address: never fetched"
    assert {line.split()[0] for line in told["log"]} == {"8.8.8.8"}
