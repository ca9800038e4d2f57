"""What processes know of each other's requests to a host: `locks/HOST.asked`. That they keep to it is in test_pace.py."""

from __future__ import annotations

import asyncio
import fcntl
import time
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler

from crawler import pace
from crawler.asked import claim, went_out

HOST = "apis.naver.com"


def test_the_shorter_delay_of_the_two_is_kept(tmp_path: Path) -> None:
    assert claim(tmp_path, HOST, 3000) == 0
    for floor in (3000, 30_000):
        assert 2000 < (claim(tmp_path, HOST, floor) or 0) <= 3000
    assert 1000 < (claim(tmp_path, HOST, 2000) or 0) <= 2000
    assert claim(tmp_path, "news.naver.com", 3000) == 0
    went_out(tmp_path, HOST, 30_000)
    assert 20_000 < (claim(tmp_path, HOST, 40_000) or 0) <= 30_000


@pytest.mark.parametrize("kept", ["", "nonsense", "nan nan", "1 2 3", "\0" * 50, "9e12 60", "1 60", "-inf inf"])
def test_what_was_written_before_the_start_or_is_no_time_holds_nobody_up(tmp_path: Path, kept: str) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / f"{HOST}.asked").write_text(kept)
    assert claim(tmp_path, HOST, 3000) == 0
    assert 2000 < (claim(tmp_path, HOST, 3000) or 0) <= 3000


def test_where_nothing_can_be_written_nobody_is_known(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("no folder")
    assert [claim(tmp_path, HOST, 30), claim(tmp_path, HOST, 30)] == [0, 0]
    went_out(tmp_path, HOST, 30)


def test_who_was_stopped_while_he_looked_holds_nobody_up_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_STUCK", 0.1)
    claim(tmp_path, HOST, 0.01)
    with (tmp_path / "locks" / f"{HOST}.asked").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert claim(tmp_path, HOST, 30) is None
        settings = {"DOWNLOAD_DELAY": pace.middle(0.01), "SAGWAN_ARCHIVE": str(tmp_path)}
        waiting = pace.Pace(Crawler(Spider, settings)).free(f"https://{HOST}/", lambda: False)
        began = time.monotonic()
        asyncio.run(asyncio.wait_for(waiting, 60))
        assert time.monotonic() - began >= 0.1
