"""The browser as a guest: one connection to a host, and a pause between two requests, whatever a page asks for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler import chromium
from tests.browsing import HTML, INSTALL, SITE, answers
from tests.conftest import Sagwan
from tests.rawserver import RawServer, plain

pytestmark = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
DELAY = 0.3
POLLS = b"<script>setInterval(() => fetch('/api/one').catch(e => 0), 10)</script>"


def test_a_page_that_never_stops_asking_keeps_no_place_and_no_haste(sagwan: Sagwan, tmp_path: Path) -> None:
    came: list[float] = []

    def answering(target: str) -> bytes | list[bytes] | Iterator[bytes]:
        came.append(time.monotonic())
        return plain(POLLS, HTML) if target == "/a/polls" else answers(target)

    topic = tmp_path / "t.toml"
    topic.write_text(f'title = "t"\nseeds = ["{SITE}polls"]\n[source.probe]\nconnections = 1\ndelay = {DELAY}\n')
    with RawServer(answering) as server:
        connect = ("--connect-to", f"*={server.url}")
        # Where the first page's last request kept the one place at the host, the second one would wait for ever.
        ended = sagwan("shot", f"{SITE}polls", f"{SITE}plain", "--topic", topic, *connect, "--json", first=INSTALL, timeout=60)
    assert (ended.code, [line["verdict"] for line in ended.lines]) == (2, ["broken"]), ended.err
    assert all(f"{SITE}polls: " in problem for problem in ended.only["problems"])
    kept = {one["url"] for one in ended.only["captures"]}
    assert {f"{SITE}polls", f"{SITE}plain"} <= kept
    assert len(came) > 4
    assert min(after - before for before, after in pairwise(came)) > DELAY / 2  # as they arrive: a busy machine bunches them
