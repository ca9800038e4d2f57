"""`collect --due` against the simulated portal in its own time: the captures show the ladder."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended, Sagwan
from tests.naver_runs import agrees, write
from tests.portal import Portal

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Site:
    """A portal whose time we set, and `collect --due` at any moment of it."""

    def __init__(self, sagwan: Sagwan, portal: Portal) -> None:
        self.sagwan, self.portal = sagwan, portal
        self.start = portal.world.now = max(article.published for article in portal.world.articles) + MINUTE

    def at(self, ms: int, *topics: Path, args: tuple[object, ...] = ()) -> Ended:
        """What is due so long after the start."""
        self.portal.world.now = self.start + ms
        self.portal.forget_requests()
        url = self.portal.url
        ended = self.sagwan("collect", *topics, "--due", "--connect-to", f"*={url}", "--clock", f"{url}/__clock", "--json", *args)
        assert ended.code == 0, ended.out + ended.err
        return ended

    def whys(self, after: int = 0) -> Counter[str]:
        """Why captures were made since that ms after the start."""
        sql = f"SELECT why, count(*) FROM captures WHERE at >= {self.start + after} GROUP BY why"
        return Counter(dict(self.sagwan.rows(sql)))


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def test_the_captures_show_the_ladder(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=2, comments=30)
    topic = write(tmp_path, here.portal)
    first = here.at(0, topic).only
    assert (first["verdict"], first["articles"], first["walks"]["complete"]) == ("ok", 2, 2)
    print(here.whys())
    for minute in (1, 5, 15, 16, 20, 30, 60, 61, 120, 180, 240):
        ended = here.at(minute * MINUTE, topic)
        print(minute, ended.only["verdict"], ended.only["run"], here.whys(minute * MINUTE))
    agrees(here.sagwan)
