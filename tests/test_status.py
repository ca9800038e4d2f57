"""`sagwan status`: what runs, what is due and what is wrong, from the archive alone or by the topics as they are now."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive import overview
from archive.archive import open_for_reading
from tests.conftest import Sagwan
from tests.maker import ARTICLE, KEY, Maker, row
from tests.naver_runs import write
from tests.portal import Portal
from tests.test_politeness import LIST
from tests.test_schedule import DAY, MINUTE, Site

Make = Callable[..., Portal]
Write = Callable[..., Path]


@pytest.fixture
def site(sagwan: Sagwan, portal: Make) -> Callable[..., Site]:
    """Makes a portal with its own time."""
    return lambda **more: Site(sagwan, portal(**more))


def lines(sagwan: Sagwan, *args: object) -> list[dict[str, Any]]:
    """The lines of the topics."""
    return [line for line in sagwan("status", "--json", *args).lines if line["kind"] == "run"]


def test_an_archive_says_by_itself_what_is_due(site: Callable[..., Site], topic: Write) -> None:
    here = site(articles=2, comments=10)
    both = topic(here.portal)
    here.at(0, both)
    (line,) = lines(here.sagwan)
    assert (line["verdict"], line["due"], line["overdue"], line["resting"], line["budget"]) == ("ok", 0, 0, None, None)
    first, second = (article.id for article in here.portal.world.articles)
    seed = f'title = "one"\nsources = ["daum"]\nseeds = ["https://v.daum.net/v/{first}"]\n'
    here.at(40 * MINUTE, topic(name="one.toml", text=seed))  # the archive's time goes on
    said = {line["topic"]: line for line in lines(here.sagwan)}
    assert (said["one"]["overdue"], said["one"]["due"]) == (0, 0)
    late = said["시험"]
    assert late["overdue"]
    assert {look["what"] for look in late["overdue_looks"]} == {f"daum:{second}"}
    assert 20 * 60 < late["late_s"] < 40 * 60
    ended = here.sagwan("status")
    assert ended.code == 0  # nobody says that the topic is to go on
    assert ended.out.index("daum: 시험: ok") < ended.out.index("daum: one: ok")  # the worst first
    assert "  overdue: " in ended.out.partition("daum: one")[0]
    assert here.sagwan("status", both).code == 2
    assert "daum: one" not in here.sagwan("status", both).out
    assert here.sagwan("status", both.with_name("one.toml")).code == 0


def test_a_topic_file_counts_as_it_is_now(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=1, comments=5)
    here.at(0, write(tmp_path, here.portal))
    assert lines(here.sagwan)[0]["due"] == 0
    changed = write(tmp_path, here.portal, queries=["계획"])
    (line,) = lines(here.sagwan, changed)
    assert (line["due"], line["verdict"]) == (1, "ok")
    new = write(tmp_path, here.portal, name="new.toml", title="new")
    (line,) = lines(here.sagwan, new)
    assert (line["verdict"], line["run"], line["due"]) == ("never", None, 0)  # the other topic has looked at it
    assert "naver: new: never, no run" in here.sagwan("status", new).out
    assert here.sagwan("status", tmp_path / "none.toml").code == 1


def test_a_refused_source_rests_until(site: Callable[..., Site], tmp_path: Path, topic: Write) -> None:
    here = site(comments=5)
    file = topic(here.portal, connections=1)
    here.portal.faults.set(LIST, 403)
    assert here.sagwan("collect", file, *here.due()).code == 2
    here.portal.world.now += 20 * MINUTE
    here.sagwan("collect", file, *here.due())  # nothing is asked
    (line,) = lines(here.sagwan)
    rest = line["resting"]
    assert (line["verdict"], rest["by"], rest["since"] < rest["until"]) == ("blocked", "rest", True)
    assert line["next_at"] == rest["until"]
    ended = here.sagwan("status")
    assert ended.code == 2
    assert "  blocked: the site refused us on " in ended.out
    assert f"not to be asked again before {rest['until']}" in ended.out


def test_the_budget_of_the_day_and_what_it_puts_off(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site(articles=0, naver=8, comments=20)
    topic = write(tmp_path, here.portal, connections=1)
    with topic.open("a", encoding="utf-8") as file:
        file.write("[budget]\nrequests_per_day = 40\n")
    here.at(-here.start % DAY + MINUTE, topic)
    (line,) = lines(here.sagwan)
    made = here.sagwan.rows("SELECT count(*) FROM captures")[0][0]
    budget = {"requests_per_day": 40, "used": made, "left": 40 - made}
    assert {name: line["budget"][name] for name in budget} == budget
    assert line["budget"]["renews_at"].endswith("T09:00:00.000+09:00")
    assert line["put_off"]["budget"] > 0
    assert f"  budget: {made} of 40 requests used today, {40 - made} left; renewed " in here.sagwan("status").out


def test_a_hung_run_is_an_alarm(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    here = portal(comments=5)
    sagwan.collect(here, topic(here))
    lock = sagwan.archive / "locks" / "daum.lock"
    assert lines(sagwan)[0]["running"] is None
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("4711\n")
        file.flush()
        assert lines(sagwan)[0]["running"]["pid"] == "4711"
        assert sagwan("status").code == 0
        os.utime(lock, (time.time() - 1200,) * 2)
        ended = sagwan("status")
    assert ended.code == 2
    assert "  running: process 4711 hangs: look at it, last sign of life 20 min ago" in ended.out


def test_a_run_that_was_killed_is_worth_a_look(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    here = portal(articles=1, comments=5)
    killed = sagwan.signalled(here, 3, signal.SIGKILL, "collect", topic(here), "--connect-to", f"*={here.url}")
    assert killed.code < 0
    ended = sagwan("status")
    assert (ended.code, lines(sagwan)[0]["verdict"]) == (2, "unfinished")
    assert sagwan.collect(here, topic(here)).code == 0
    assert sagwan("status").code == 0


def test_a_probe_under_a_topics_rules_is_no_run_of_it(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    here = portal(articles=1, comments=5)
    file = topic(here)
    run = sagwan.collect(here, file).only["run"]
    assert sagwan("probe", "daum", "--rules", file, "--connect-to", f"*={here.url}").code == 0
    assert [line["run"] for line in lines(sagwan)] == [run]


def test_alarms_of_the_last_run_stand_until_a_good_one(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    here = portal(comments=150)
    here.faults.set(r"/posts/.*/comments", "repeat_page")
    assert sagwan.collect(here, topic(here)).code == 2
    stands = [line for line in sagwan("status", "--json").lines if line["kind"] == "alarm"]
    assert ("daum", "시험", "repeat") in {(line["source"], line["topic"], line["alarm"]) for line in stands}
    ended = sagwan("status")
    assert (ended.code, stands[0]["text"] in ended.out) == (2, True)
    here.faults.clear()
    assert sagwan.collect(here, topic(here)).code == 0
    assert [line for line in sagwan("status", "--json").lines if line["kind"] == "alarm"] == []
    assert sagwan("status").code == 0


def test_what_is_there_is_known_without_counting_it(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    here = portal(articles=2, comments=130)
    sagwan.collect(here, topic(here))
    sagwan.collect(here, topic(here))
    total = sagwan("status", "--json").lines[0]
    for name, table in (("captures", "capture_rows"), ("articles", "articles"), ("comments", "comments")):
        assert [(total[name],)] == sagwan.rows(f"SELECT count(*) FROM {table}")
    assert total["disk_left"] > 0 < total["keep_free"]
    assert (total["bytes_a_day"], total["days_left"]) == (None, None)  # before a day is over
    assert "how fast it grows is known after a whole day" in sagwan("status").out


def test_rows_of_another_version_say_so(sagwan: Sagwan) -> None:
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    maker = Maker(sagwan.archive)  # its run has no settings
    maker.page([row(1, 5)])
    maker.close()
    assert "due: not known" in sagwan("status").out
    file = sagwan.folder / "t.toml"
    seed = f"https://v.daum.net/v/{ARTICLE}"
    file.write_text(f'title = "t"\nsources = ["daum"]\nseeds = [{json.dumps(seed)}]\n')
    ended = sagwan("status", file)
    assert (ended.code, "overdue: " in ended.out) == (2, True)


def test_what_there_is_costs_nothing_to_know(tmp_path: Path) -> None:
    steps: list[int] = []
    for pages in (5, 205):
        maker = Maker(tmp_path / str(pages))
        for n in range(pages):
            maker.page([row(1, n), row(2, n)])
        maker.close()
        with contextlib.closing(open_for_reading(maker.root)) as db:
            steps.append(0)
            db.set_progress_handler(lambda: steps.append(steps.pop() + 1), 10)
            assert overview.totals(maker.root, db, maker.now)["captures"] == pages
            assert len(list(overview.runs(db))) == 1
    assert steps[1] <= steps[0] + 1  # forty times as many rows
