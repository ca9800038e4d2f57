"""The real browser against a hostile site: stored bytes equal served bytes, nothing leaves but what is kept, nothing is left."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from archive.capture import Exchange
from crawler import chromium
from tests import warcs
from tests.browsing import DONE, HOST, LINES, PAGE, answers
from tests.conftest import Ended, Sagwan
from tests.rawserver import RawServer

pytestmark = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
INSTALL = "from tests.browsing import install; install()"
SHOWN = ("page", "moved", "leaks", "around", "on", "hangs", "busy", "cut", "attached", "closed")


@dataclass
class Visit:
    """What one process did that showed all pages one after the other."""

    sagwan: Sagwan
    ended: Ended
    asked: list[tuple[str, str]]  # method and URL of every request that reached the server
    kept: list[Exchange]

    def of(self, name: str, method: str = "GET") -> list[Exchange]:
        """What was kept under a URL of the site."""
        return [one for one in self.kept if one.facts.url == name and one.facts.method == method]


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    sagwan = Sagwan(tmp_path_factory.mktemp("browser"))
    with RawServer(answers) as server:
        names = [f"https://{HOST}/a/{name}" for name in SHOWN]
        ended = sagwan("shot", *names, "--connect-to", f"*={server.url}", "--json", first=INSTALL)
        asked = []
        for one in server.log:
            method, target = one.request.split(b" ")[:2]
            host = next(line[6:] for line in one.request.split(b"\r\n") if line.lower().startswith(b"host: "))
            asked.append((method.decode(), f"https://{host.decode()}{target.decode()}"))
        DONE.set()
    yield Visit(sagwan, ended, asked, warcs.exchanges(sagwan.archive))
    sagwan.stop()


def test_debug(visit):
    print(visit.ended.err)
    import json

    line = visit.ended.only
    print(json.dumps({k: v for k, v in line.items() if k != "captures"}, ensure_ascii=False, indent=1))
    for a in visit.asked:
        print(a)
    print("----")
    for k in visit.kept:
        print(
            k.facts.method,
            k.facts.url,
            k.facts.page,
            k.facts.fidelity,
            k.facts.error,
            k.facts.truncated,
            len(k.body),
            (k.head or b"")[:40],
        )
    assert 0
