"""`collect --due` after a clock that was ahead: the schedule goes on by the machine's time, and the alarm is raised."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.looks import CACHES
from archive.watched import usual_pause
from tests.conftest import Ended, Sagwan
from tests.naver_runs import write
from tests.portal import Portal
from tests.test_schedule import DAY, HOUR, MINUTE, Site

Write = Callable[..., Path]


@pytest.fixture
def site(sagwan: Sagwan, portal: Callable[..., Portal]) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def run(here: Site, minute: float, *topics: Path) -> Ended:
    """What is due so long after the start, however it ends."""
    here.portal.world.now = here.start + int(minute * MINUTE)
    here.portal.forget_requests()
    return here.sagwan("collect", *topics, *here.due())


def asked(here: Site) -> int:
    """How many requests the last call made."""
    return sum(not one["path"].startswith("/__") for one in here.portal.requests)


def alarms(ended: Ended) -> list[str]:
    """The names of the alarms that a call raised."""
    return [alarm["alarm"] for line in ended.lines for alarm in line["alarms"]]


def test_after_a_clock_that_was_ahead_all_goes_on_at_its_pace(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=3, comments=5)
    file = topic(here.portal, connections=1)
    first = run(here, 0, file)
    assert (first.code, alarms(first)) == (0, [])
    assert run(here, 9 * 60, file).code == 0  # nobody knows yet
    found = {}
    for minute in (1, 2, 3, 15, 17, 20, 33, 180, 500):
        ended = run(here, minute, file)
        found[minute] = asked(here) > 0
        named = ["clock"] if found[minute] else []
        assert (ended.code, [name for name in alarms(ended) if name != "late"]) == (2 if named else 0, named), ended.out
        if named:
            (said,) = [alarm["text"] for alarm in ended.only["alarms"] if alarm["alarm"] == "clock"]
            assert said.startswith("the simulated clock went back by ")
    # At once, as nobody knows when it was; then each quarter of an hour by the clock as it is.
    assert found == {1: True, 2: False, 3: False, 15: False, 17: True, 20: False, 33: True, 180: True, 500: True}
    times = here.sagwan.rows("SELECT at, received_at FROM captures ORDER BY id")
    assert times == sorted(times)
    status = here.sagwan("status", "--json")
    assert (status.code, next(line["alarm"] for line in status.lines if line["kind"] == "alarm")) == (2, "clock")
    assert here.sagwan("verify").code == 0
    before = caches(here.sagwan.archive / "archive.db")
    new = here.sagwan.folder / "new.db"
    assert here.sagwan("rebuild", "--into", new, "--json").only["differences"] == 0
    assert caches(new) == before
    with closing(sqlite3.connect(here.sagwan.archive / "archive.db")) as db:
        assert usual_pause(db, "daum", "시험") is None  # the pauses of those runs are not known
    ended = run(here, 10 * 60, file)  # it has caught up
    assert (ended.code, [name for name in alarms(ended) if name != "late"], asked(here) > 0) == (0, [], True)
    assert "clock" not in {line.get("alarm") for line in here.sagwan("status", "--json").lines}


def caches(path: Path) -> list[list[tuple[object, ...]]]:
    """What the schedule is made from."""
    with closing(sqlite3.connect(path)) as db:
        return [sorted(db.execute(f"SELECT * FROM {table}"), key=str) for table in CACHES]


def test_what_is_first_seen_by_a_clock_that_is_ahead_is_watched_all_the_same(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=2, comments=5)
    file = topic(here.portal, connections=1)
    assert run(here, 30 * 24 * 60, file).code == 0
    assert [(run(here, minute, file).code, asked(here) > 0) for minute in (0, 1, 16)] == [(2, True), (0, False), (2, True)]


def test_a_source_that_had_the_right_time_is_not_touched_by_the_other(
    site: Callable[..., Site], topic: Write, tmp_path: Path
) -> None:
    here = site(articles=2, comments=5, naver=1)
    seed = f"https://v.daum.net/v/{here.portal.world.on('daum')[0].id}"
    right = topic(text=f'title = "시험"\nsources = ["daum"]\nseeds = ["{seed}"]\n')
    wrong = write(tmp_path, here.portal, name="wrong.toml")
    assert run(here, 0, right, wrong).code == 0
    assert run(here, 9 * 60, wrong).code == 0
    assert (run(here, 20, right).code, asked(here) > 0) == (0, True)


def test_what_fails_is_asked_less_and_less_also_while_the_clock_is_behind(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=1, comments=5)
    file = topic(here.portal, connections=1)
    run(here, 9 * 60, file)
    here.portal.faults.set("/v/", 500)
    pages = {}
    for minute in range(0, 120, 5):
        run(here, minute, file)
        pages[minute] = any(one["path"].startswith("/v/") for one in here.portal.requests)
    assert [minute for minute, asked_for in pages.items() if asked_for] == [0, 30, 90]


def test_a_refusal_rests_half_an_hour_also_while_the_clock_is_behind(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=1, comments=5)
    file = topic(here.portal, connections=1)
    run(here, 9 * 60, file)
    here.portal.faults.set("/v/", 429)
    refused = run(here, 0, file)
    assert (refused.only["verdict"], "clock" in alarms(refused)) == ("blocked", True)
    here.portal.faults.clear()
    early = run(here, 29, file)
    assert (early.only["verdict"], early.only["run"], asked(here)) == ("blocked", None, 0)
    again = run(here, 32, file)
    assert (again.only["verdict"], asked(here) > 0) == ("ok", True)


@pytest.mark.parametrize("seconds", [3600, None])
def test_how_long_the_site_asks_us_to_wait_is_counted_from_its_answer(
    site: Callable[..., Site], topic: Write, seconds: int | None
) -> None:
    here = site(articles=1, comments=5)
    file = topic(here.portal, connections=1)
    run(here, 9 * 60, file)
    here.portal.faults.set("/v/", 429, **({"retry_after": seconds} if seconds else {}))
    run(here, 0, file)
    here.portal.faults.clear()
    least = (seconds or 1800) // 60
    assert [(run(here, minute, file), asked(here) > 0)[1] for minute in (least - 1, least + 1)] == [False, True]


def test_a_days_budget_is_of_the_day_also_while_the_clock_is_behind(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=1, comments=5)
    here.start = here.start // DAY * DAY + 12 * HOUR
    seed = f"https://v.daum.net/v/{here.portal.world.articles[0].id}"
    file = topic(text=f'title = "a"\nsources = ["daum"]\nseeds = ["{seed}"]\n[budget]\nrequests_per_day = 40\n')
    run(here, 30 * 24 * 60, file)
    for hour in range(0, 10):
        run(here, hour * 60, file)
    line = run(here, 11 * 60, file).only
    assert json.dumps(line["put_off"]) != "{}"  # used up
    assert (run(here, 24 * 60, file), asked(here) > 0)[1]  # but not to-morrow


def test_a_robots_txt_is_a_day_old_when_the_site_says_so(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    file = write(tmp_path, here.portal)
    here.portal.close_robots()
    assert run(here, 30 * 24 * 60, file).only["blocked_by"] == "robots"
    with closing(sqlite3.connect(here.sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE capture_rows SET server_at = server_at - ?", (30 * DAY,))  # its clock is right
        db.commit()
    early = run(here, 23 * 60, file)
    assert (early.only["verdict"], early.only["run"], asked(here)) == ("blocked", None, 0)
    late = run(here, 25 * 60, file)
    assert (late.only["blocked_by"], "clock" in alarms(late), asked(here)) == ("robots", True, 1)
