"""What ends a browser early, a full disk or our own end: nothing is lost, and no process is left."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import chromium
from tests import warcs
from tests.browsing import INSTALL, SITE, answers, asked, descendants
from tests.conftest import Ended, Sagwan
from tests.rawserver import RawServer

pytestmark = pytest.mark.skipif(
    chromium.find() is None or not Path("/proc/self/stat").exists(), reason=f"{chromium.MISSING}; and there must be a /proc"
)


def gone(pids: list[int]) -> bool:
    """Whether all of these processes end within some seconds."""
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


def shot(sagwan: Sagwan, at: str, react: Callable[[int, list[tuple[int, str]]], None], *names: str) -> Ended:
    """Shows pages; at the request of `at` something is done, given the process and those below it. None is left at the end."""
    seen: list[int] = []

    def reacting(target: str) -> object:
        if target == at:
            below = descendants(process.pid)
            seen.extend(pid for pid, _ in below)
            react(process.pid, below)
        return answers(target)

    with RawServer(reacting) as server:  # type: ignore[arg-type]
        pages = [f"{SITE}{name}" for name in names]
        process = sagwan.start("shot", *pages, "--connect-to", f"*={server.url}", "--json", first=INSTALL)
        ended = sagwan.wait(process)
        sagwan.asked = asked(server)  # type: ignore[attr-defined]
    assert seen, f"{at} was never asked for"
    assert gone(seen)
    return ended


def test_a_full_disk_ends_the_page_before_it_sees_the_answer(sagwan: Sagwan) -> None:
    def fill(process: int, _: list[tuple[int, str]]) -> None:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (1, 1))

    ended = shot(sagwan, "/api/one", fill, "page", "plain")
    assert ended.code == 3
    assert ended.err.startswith("sagwan: probe: cannot ")
    assert len(ended.err.splitlines()) == 1
    urls = {url for _, url in sagwan.asked}  # type: ignore[attr-defined]
    assert "https://www.probe.kr/api/one" in urls
    assert "https://www.probe.kr/api/two" not in urls  # the page asks for it when it has seen the first
    assert f"{SITE}plain" not in urls


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_we_end_the_browser_ends(sagwan: Sagwan, number: signal.Signals) -> None:
    ended = shot(sagwan, "/a/never", lambda process, _: os.kill(process, number), "hangs")
    assert ended.code == (-9 if number == signal.SIGKILL else 2)
    assert warcs.exchanges(sagwan.archive)[-1].facts.url in (f"{SITE}hangs", f"{SITE}never")
