"""A look that brings nothing is a look: whatever fails, the next one waits twice as long."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from archive.looks import Looked
from archive.watched import Watched
from crawler.due import HOT, of_article
from crawler.ladder import Ladder
from spiders.daum.source import SOURCE
from tests.conftest import Sagwan
from tests.naver_runs import agrees
from tests.portal import Portal
from tests.test_schedule import MINUTE, Site

Write = Callable[..., Path]
BROKEN = "#!/bin/sh\necho no >&2\nexit 1\n"


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def looked(here: Site, minutes: range, topic: Path, whats: str) -> list[int]:
    """The minutes at which something was tried, of those at which `collect --due` ran. `whats` counts it."""
    found, before = list[int](), 0
    for minute in minutes:
        here.portal.world.now = here.start + minute * MINUTE
        ended = here.sagwan("collect", topic, *here.due(), "--for", "20s")
        assert ended.code in (0, 2), ended
        ((now,),) = here.sagwan.rows(whats)
        if now > before:
            found.append(minute)
        assert now <= before + 2, (minute, now - before)  # not again and again
        before = now
    return found


@pytest.mark.parametrize("path", ["/oauth/token", "/posts/.*/comments"])
def test_a_thread_that_cannot_be_opened_and_a_list_that_cannot_be_read_wait_longer_each_time(
    site: Callable[..., Site], topic: Write, path: str
) -> None:
    here = site(articles=1, comments=10)
    fault = here.portal.faults.set(path, 404)
    tried = looked(here, range(0, 9 * 60, 15), topic(here.portal), "SELECT coalesce(sum(walk_failed), 0) FROM looks")
    pauses = [later - before for before, later in pairwise(tried)]
    assert len(pauses) >= 3
    assert all(later >= 1.8 * before for before, later in pairwise(pauses)), pauses
    assert fault.hits < 60  # the page asks for a token too, for its reactions
    agrees(here.sagwan)


def test_where_no_browser_starts_each_look_waits_longer_and_status_says_why(
    site: Callable[..., Site], topic: Write, tmp_path: Path
) -> None:
    here = site(articles=1, comments=10)
    here.portal.world.talk_only(here.portal.world.articles[0])
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "chromium"
    program.write_text(BROKEN)
    program.chmod(0o755)
    here.sagwan.env["PATH"] = str(program.parent)
    file, unread = topic(here.portal), "SELECT count(*) FROM walks WHERE stop_reason = 'unread'"
    tried = looked(here, range(0, 4 * 60, 15), file, unread)
    pauses = [later - before for before, later in pairwise(tried)]
    assert len(pauses) >= 2
    assert all(later >= 1.8 * before for before, later in pairwise(pauses)), pauses
    status = here.sagwan("status")
    assert (status.code, f"{program} does not start" in status.out) == (2, True)


@pytest.mark.parametrize(("walk_failed", "peek_failed", "pause"), [(0, 0, 1), (3, 0, 8), (3, 1, 8), (0, 2, 4)])
def test_a_peek_that_left_nothing_waits_as_the_walk_that_says_so(walk_failed: int, peek_failed: int, pause: int) -> None:
    born = 1_790_035_200_000
    now = born + 60 * MINUTE
    looks = {"walk_at": now, "walk_failed": walk_failed, "peek_at": now - MINUTE, "peek_failed": peek_failed}
    hot = Looked(1, "daum", born, born, pane="alex", page_at=now, heat=50.0 * HOT, heat_at=now, **looks)  # type: ignore[arg-type]
    (peek,) = [look for look in of_article(now, Watched("1", hot), Ladder(), SOURCE) if look.kind == "peek"]
    assert peek.due_at == now + pause * MINUTE
