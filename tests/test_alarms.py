"""Every alarm, from a portal that really misbehaves so: it stands with its capture and sentence, until a run sees it well."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.alarms import KINDS
from tests.conftest import ROOT, Sagwan, write_topic
from tests.naver_runs import write
from tests.portal import Portal
from tests.standing import Site

Make = Callable[..., Portal]
MINUTE = 60_000
FIRST, LATER, LIST = r"sort=NEW&.*initialize=true$", r"sort=NEW&.*moreParam\.next", "web_naver_list"
PAGE, SEARCH, MORE = r"/mnews/article/\d", "newssearch", "/section/template/"
WORD = "둘레길"
LOGIN = "https://nid.naver.com/nidlogin.login?url=x"

# what is spoilt and how; the alarms that stand then, by kind and what has to go well; words of a sentence
CASES: list[tuple[str, dict[str, Any], set[tuple[str, str]], str]] = [
    (PAGE, {"fault": "junk"}, {("broken", "naver.article")}, "no #title_area"),
    (FIRST, {"fault": 500}, {("broken", "naver.comments"), ("thin", "walk")}, "ended early: http status 500"),
    (LATER, {"fault": "no_rows"}, {("thin", "walk"), ("count", "walk")}, "comments: 100 of 111"),
    (FIRST, {"fault": "no_rows"}, {("empty", "naver.comments"), ("thin", "walk")}, "0 rows on page 1"),
    (LIST, {"fault": "repeat_page"}, {("repeat", "naver.comments"), ("thin", "walk")}, "only comments seen before"),
    (SEARCH, {"fault": "ignore_query"}, {("search", "naver.search")}, "search ignored"),
    (SEARCH, {"fault": "repeat_page"}, {("repeat", "naver.search")}, "brings only hits seen before"),
    (FIRST, {"fault": "foreign"}, {("foreign", "naver.comments"), ("thin", "walk")}, "foreign thread"),
    (LIST, {"fault": "false_sort"}, {("sort", "naver.comments")}, "unsorted: "),
    (PAGE, {"fault": "login_page"}, {("login", "naver.article")}, "a login page: "),
    (PAGE, {"fault": "redirect", "to": LOGIN}, {("login", "naver.article")}, "leads to a login"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "fault", "standing", "words"), CASES, ids=[f"{case[0]} {case[1]['fault']}" for case in CASES])
def test_it_stands_until_a_run_sees_it_well(
    sagwan: Sagwan, portal: Make, tmp_path: Path, path: str, fault: dict[str, Any], standing: set[tuple[str, str]], words: str
) -> None:
    searched = path == SEARCH
    site = portal(articles=0, naver=24 if searched else 2, comments=130 if path in (LATER, LIST) else 9)
    seeds = [site.world.on("naver")[0].url]
    args = ("--limit", "1") if searched else ()
    topic = (
        write(tmp_path, queries=["없는말" if fault["fault"] == "ignore_query" else WORD])
        if searched
        else write(tmp_path, seeds)
    )
    here = Site(sagwan, site, topic, *args)
    site.faults.set(path, **fault)
    if fault["fault"] == "repeat_page" and searched:
        here.args = ()
    ended = here.collect()
    assert ended.code == 2
    assert {(line["alarm"], line["page"]) for line in ended.only["standing"]} == standing
    assert any(words in line["text"] for line in ended.only["standing"])
    rows = sagwan.rows("SELECT kind, page, count, total FROM alarms")
    assert {row[:2] for row in rows} == standing
    assert all(count == total > 0 for _, _, count, total in rows)
    if path == PAGE:  # once is enough
        said = sagwan("status").out
        assert all(f"stands: {kind} of {page} since " in said for kind, page in standing)
        assert sagwan("status", "--json").code == 2
    (again,) = [line for line in here.collect().only["standing"] if (line["alarm"], line["page"]) == min(standing)]
    assert again["count"] > min(row[2] for row in rows if row[:2] == min(standing))  # it is one alarm, seen twice
    assert again["since"] < again["last"]
    site.faults.clear()
    if searched:
        write(tmp_path, queries=[WORD])
    assert here.stands() == set()
    if path in (LATER, SEARCH):
        here.agrees()


def test_a_refusal_stands_while_the_source_rests_and_until_it_answers(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=1, comments=10)
    site.world.now = max(article.published for article in site.world.articles) + MINUTE
    here = Site(sagwan, site, write(tmp_path, site), "--clock", f"{site.url}/__clock")
    site.faults.set(PAGE, 429)
    (alarm,) = here.collect().only["standing"]
    assert (alarm["alarm"], alarm["page"], alarm["count"]) == ("blocked", "run", 1)
    assert "status 429" in alarm["text"]
    site.faults.clear()
    (rests,) = here.collect().only["standing"]  # it asks for nothing; the capture that shows it is still named
    assert (rests["alarm"], rests["count"], rests["capture"]) == ("blocked", 2, alarm["capture"])
    site.world.now += 40 * MINUTE
    assert here.stands() == set()
    here.agrees()


def test_a_clock_that_went_back_stands_until_it_is_right(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=1, comments=10)
    then = site.world.now = max(article.published for article in site.world.articles) + MINUTE
    here = Site(sagwan, site, write(tmp_path, site), "--clock", f"{site.url}/__clock")
    assert here.stands() == set()
    site.world.now = then - 60 * MINUTE
    (alarm,) = here.collect().only["standing"]
    assert (alarm["alarm"], alarm["page"]) == ("clock", "run")
    assert "went back by 36" in alarm["text"]
    site.world.now = then + MINUTE
    assert here.stands() == set()
    here.agrees()


def test_what_comes_too_late_stands_until_a_run_is_in_time(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=1, comments=10)
    site.world.now = max(article.published for article in site.world.articles) + MINUTE
    here = Site(sagwan, site, write(tmp_path, site), "--due", "--clock", f"{site.url}/__clock")
    for _ in range(7):  # somebody's cron runs every half hour: that is late for some looks, and no alarm
        assert sagwan.collect(site, here.topic, *here.args).code == 0
        site.world.now += 30 * MINUTE
    site.world.now += 180 * MINUTE  # nothing ran for hours
    ended = here.collect()
    (alarm,) = ended.only["standing"]
    assert (ended.code, ended.only["verdict"], alarm["alarm"], alarm["page"]) == (2, "ok", "late", "schedule")
    assert "looks came too late or wait still, the latest, " in alarm["text"]
    site.world.now += 30 * MINUTE
    assert here.stands() == set()
    here.agrees()


def test_a_hung_holder_stands_as_long_as_it_holds(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=1, comments=10)
    topic, here, go = write_topic(tmp_path, site), threading.Event(), threading.Event()

    def hold(host: str, path: str) -> None:
        if path.startswith("/v/"):
            here.set()
            go.wait(60)

    site.on_request(hold)
    holder = sagwan.start("collect", topic, "--connect-to", f"*={site.url}", "--json")
    assert here.wait(60)
    os.kill(holder.pid, signal.SIGSTOP)
    os.utime(sagwan.archive / "locks" / "daum.lock", (time.time() - 3600,) * 2)
    (alarm,) = [line for line in sagwan("status", "--json").lines if line["kind"] == "alarm"]
    assert (alarm["source"], alarm["topic"], alarm["alarm"], alarm["page"]) == ("daum", None, "hung", "lock")
    assert f"process {holder.pid} holds daum and has not moved for 60 minutes" in alarm["text"]
    ended = sagwan.collect(site, topic)
    assert (ended.code, ended.only["verdict"], ended.only["alarms"][0]["alarm"]) == (2, "locked", "hung")
    os.kill(holder.pid, signal.SIGCONT)
    go.set()
    assert sagwan.wait(holder).code == 0
    assert sagwan("status").code == 0


def test_daum_s_silent_answers_are_alarms_too(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=1, comments=120)
    then = site.world.now = max(article.published for article in site.world.articles) + MINUTE
    here = Site(sagwan, site, write_topic(tmp_path, site), "--due", "--clock", f"{site.url}/__clock")
    assert here.stands() == set()
    (article,) = site.world.articles
    site.world.vote(site.world.listed(article, "RECOMMEND", None)[0].id, likes=5_000)
    site.world.now = then + 16 * MINUTE
    here.collect()
    site.faults.set("sort=LATEST", "false_sort")
    site.faults.set("sort=RECOMMEND", "no_rows")
    site.world.now += 2 * MINUTE  # a peek: it is hot
    assert here.stands() >= {("sort", "daum.comments"), ("empty", "daum.comments")}
    site.faults.clear()
    site.world.now += 2 * MINUTE
    assert here.stands() == set()


def test_an_alarm_of_one_topic_is_not_another_s_and_a_killed_run_ends_none(
    sagwan: Sagwan, portal: Make, tmp_path: Path
) -> None:
    site = portal(articles=0, naver=2, comments=10)
    first, second = site.world.on("naver")
    one = Site(sagwan, site, write(tmp_path, [first.url]))
    other = Site(sagwan, site, write(tmp_path, [second.url], "u.toml", title="다른"))
    fault = site.faults.set(PAGE, "junk", times=1)
    assert one.stands() == {("broken", "naver.article")}
    assert fault.hits == 1
    ended = sagwan.collect(site, other.topic)
    assert (ended.code, ended.only["standing"]) == (0, [])
    sagwan.signalled(site, 4, signal.SIGKILL, "collect", one.topic, "--connect-to", f"*={site.url}")
    assert [line["topic"] for line in sagwan("status", "--json").lines if line["kind"] == "alarm"] == ["시험"]
    site.faults.set("web_naver_list", "junk", times=1)
    said = sagwan("collect", one.topic, "--connect-to", f"*={site.url}")  # the page is well, its comments are not
    assert "  stands: broken of naver.comments since " in said.out
    assert "naver.article" not in said.out
    assert one.stands() == set()


def test_a_past_that_cannot_be_read_ends_no_run_in_silence(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=1, comments=10)
    topic = write(tmp_path, site)
    assert sagwan.collect(site, topic).code == 0
    with contextlib.closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("DROP TABLE run_pages")
    ended = sagwan.collect(site, topic)
    assert (ended.code, ended.only["verdict"]) == (3, "failed")
    assert "archive.db cannot take the run's end: no such table: run_pages" in ended.err


def test_every_alarm_stands_in_its_page_and_every_one_raised_is_known() -> None:
    text = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8").partition("## What ends one")[0]
    assert re.findall(r"(?m)^\| `([a-z]+)` \| [^|]{20,} \| [^|]{5,} \|$", text) == list(KINDS)
    raised = set()
    for path in [path for package in ("crawler", "spiders") for path in (ROOT / package).rglob("*.py")]:
        code = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r"\.alarm\(\s*\"(\w+)\"|\balarm=\"(\w+)\"", code))
        raised |= {(name, "") for name in re.findall(r"LayoutError\([^\n]*, \"(\w+)\"\)", code)}
    assert {first or second for first, second in raised} <= set(KINDS)
    assert len(raised) > 8
