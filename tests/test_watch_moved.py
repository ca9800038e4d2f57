"""`sagwan watch` whose archive is moved away between two turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Sagwan, write_topic
from tests.portal import Portal
from tests.test_watch import QUICK, Watch

Make = Callable[..., Portal]


def test_no_new_archive_is_begun_in_place_of_one_that_was_moved(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Watch(sagwan, portal(articles=1, comments=20), 0)  # its clock stands still: after the first turn nothing is due
    process = sagwan.start(*here.arguments(write_topic(tmp_path, here.portal)), first=QUICK)
    limit = time.monotonic() + 60
    while not here.whys() or not sagwan.rows("SELECT count(*) FROM run_ended")[0][0]:
        assert time.monotonic() < limit
        time.sleep(0.05)
    while list(sagwan.archive.rglob("*.open")):
        time.sleep(0.05)
    asked = len(here.portal.requests)
    sagwan.archive.rename(tmp_path / "elsewhere")
    here.portal.world.now += 20 * 60_000
    ended = sagwan.wait(process, timeout=60)
    assert (ended.code, len(here.portal.requests)) == (3, asked)
    assert f"{sagwan.archive / 'warc'} is gone" in ended.err
    assert not sagwan.archive.exists()
