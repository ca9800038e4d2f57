"""Walks of Naver's threads that do not go straight: stopped, in an order that the press chose, in a thread that grows."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import naver_runs
from tests.conftest import Sagwan
from tests.naver_runs import agrees, asked, complete, write
from tests.portal import Portal

Make = Callable[..., Portal]


@pytest.mark.parametrize("how", ["signal", "time", "budget"])
def test_a_walk_that_is_stopped_says_where(sagwan: Sagwan, portal: Make, tmp_path: Path, how: str) -> None:
    p = portal(articles=0, naver=2, comments=400)
    file = write(tmp_path, [p.world.on("naver")[0].url], connections=1)
    if how == "signal":
        ended = sagwan.signalled(p, 7, signal.SIGTERM, "collect", file, "--connect-to", f"*={p.url}", "--json")
    elif how == "time":
        p.faults.set("moreParam.next", "slow", seconds=1.5)
        ended = sagwan.collect(p, file, "--for", "1s")
    else:
        file.write_text(file.read_text() + "[budget]\nrequests_per_day = 7\n")
        ended = sagwan.collect(p, file)
    line: dict[str, Any] = ended.only
    reason = {"signal": "shutdown", "time": "time", "budget": "budget"}[how]
    assert (ended.code, line["verdict"], line["stopped"]) == (2, "thin", reason)
    ((complete_, why, collected),) = sagwan.rows("SELECT complete, stop_reason, collected FROM walks")
    assert (complete_, why) == (0, f"stopped: {reason}")
    assert 0 < collected < 340
    assert naver_runs.no_wrong_row(sagwan, p) == collected
    if how != "signal":
        return
    assert sagwan.collect(p, write(tmp_path, p)).code == 0
    complete(sagwan, p, *p.world.on("naver"))
    agrees(sagwan)


def test_a_ranked_list_that_is_stopped_says_so_too(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=60)
    p.faults.set("sort=FAVORITE", 429)
    assert sagwan.collect(p, write(tmp_path, p)).only["verdict"] == "blocked"
    walks = sagwan.rows("SELECT sort, complete, stop_reason FROM walks ORDER BY id")
    assert walks == [("NEW", 1, "end"), ("FAVORITE", 0, "stopped: blocked")]


def test_a_press_that_does_not_allow_the_newest_first_is_read_in_its_own_order(
    sagwan: Sagwan, portal: Make, tmp_path: Path
) -> None:
    p = portal(articles=0, naver=1, comments=300)
    (article,) = p.world.on("naver")
    assert article.naver
    article.naver.sorts = ("FAVORITE", "REPLY")
    ended = sagwan.collect(p, write(tmp_path, p))
    assert (ended.code, ended.only["verdict"], ended.only["alarms"]) == (0, "ok", [])
    complete(sagwan, p, article)
    assert sagwan.rows("SELECT DISTINCT sort, complete FROM walks") == [("FAVORITE", 1)]
    assert len(asked(p, "sort=NEW")) == 1  # once asked for, and refused


def test_a_thread_that_grows_while_it_is_read_is_complete(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=330)
    (article,) = p.world.on("naver")
    old = article.comments[0]
    reached: list[str] = []

    def live(host: str, path: str) -> None:
        if "moreParam.next" in path and "FAVORITE" not in path and len(reached) < 2:
            reached.append(path)
            p.world.add_comment(article, text=f"그 사이에 {len(reached)}")
            p.world.add_comment(article, text="답글", parent=old.id)
            p.world.delete(article.comments[1 + len(reached)].id)

    p.on_request(live)
    ended = sagwan.collect(p, write(tmp_path, p))
    assert (len(reached), ended.code, ended.only["verdict"], ended.only["gaps"]) == (2, 0, "ok", [])
    assert naver_runs.no_wrong_row(sagwan, p) >= 330 + 2  # the replies of the meantime; new comments are above the first page
    assert sagwan.collect(p, write(tmp_path, p)).code == 0
    complete(sagwan, p, article)


def test_a_thread_that_vanishes_is_an_alarm_and_nothing_in_it_is_gone(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=40)
    file = write(tmp_path, p)
    assert sagwan.collect(p, file).code == 0
    nothing = {"commentList": [], "exposureConfig": {"status": "COMMENT_ON"}, "pageModel": {"page": 1, "totalRows": 0}}
    nothing |= {"count": {"comment": 0, "reply": 0, "total": 0}, "listStatus": "all", "sort": "NEW"}
    p.faults.set("web_naver_list", "body", body=json.dumps({"success": True, "code": "1000", "result": nothing}))
    runs = [sagwan.collect(p, file) for _ in range(3)]
    assert [(ended.code, [each["alarm"] for each in ended.only["alarms"]]) for ended in runs] == [
        (2, ["vanished"]),
        (0, []),  # once: it is the change that must be looked at
        (0, []),
    ]
    lines = sagwan("changes", "--kind", "missing,gone", "--json").lines
    assert {line["change"] for line in lines} == {"missing"}
    assert len(lines) == 40
    p.faults.clear()
    assert sagwan.collect(p, file).code == 0
    assert len(sagwan("changes", "--kind", "returned", "--json").lines) == 40
