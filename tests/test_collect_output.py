"""What `sagwan collect` says: to a program, to a person, and to a person who watches."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.commands.options import gap_line
from tests.conftest import COMMAND, Sagwan
from tests.portal import Portal
from tests.portal.small import plant

Make = Callable[..., Portal]
Write = Callable[..., Path]
FIELDS = {
    "source", "topic", "run", "verdict", "exit", "captures", "articles", "comments", "sightings", "observations", "declared",
    "collected", "walks", "gaps", "errors", "alarms", "standing", "stopped", "notes", "why", "put_off", "late_s", "seconds",
    "since", "until", "unmatched", "blocked_by",
}  # fmt: skip


def test_a_program_gets_one_line_a_source(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=2, comments=40)
    ended = sagwan.collect(site, topic(site))
    line = ended.only
    assert (ended.code, ended.err, set(line)) == (0, "", FIELDS)
    assert (line["source"], line["topic"], line["verdict"], line["why"]) == ("daum", "시험", "ok", None)
    assert (line["articles"], line["comments"], line["sightings"], line["observations"]) == (2, 80, 80, 80)
    assert (line["declared"], line["collected"], line["walks"]) == (80, 80, {"complete": 2, "incomplete": 0})
    assert line["captures"] == len(site.requests)
    ((uuid, verdict, counters, trigger),) = sagwan.rows("SELECT uuid, verdict, counters, trigger FROM runs")
    assert (uuid, verdict, trigger) == (line["run"], "ok", "cron")
    assert {key: line[key] for key in json.loads(counters)} == json.loads(counters)
    again = sagwan.collect(site, topic(site)).only
    assert (again["comments"], again["sightings"], again["observations"]) == (80, 80, 0)


def test_a_person_gets_a_few_lines(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=2, comments=40)
    site.faults.set("/children", 404)
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}")
    assert (ended.code, ended.err) == (2, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("daum: 시험: thin (daum:")
    assert sum(line.startswith("  gap: replies daum:") for line in lines) == 2
    assert any(line.startswith("  error: daum.children 404: ") for line in lines)
    assert lines[-1] == f"archive: {sagwan.archive}"


def test_who_watches_sees_a_live_line_on_stderr(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=1, comments=10)
    screen, terminal = pty.openpty()
    environment = sagwan.environment() | {"TERM": "xterm", "COLUMNS": "120"}
    command = [COMMAND, "collect", str(topic(site, delay=0.1, connections=1)), "--connect-to", f"*={site.url}", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=terminal, text=True) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                data = os.read(screen, 65536)
            except OSError:  # Linux says so when the last writer has gone
                break
            seen += data
        os.close(screen)
        assert process.stdout is not None
        line = json.loads(process.stdout.read())
    assert (process.returncode, line["verdict"]) == (0, "ok")
    shown = seen.decode()
    assert " captures, 0 articles, 0 comments" in shown
    assert "1 articles, " in shown
    assert shown.rstrip("\r\n").endswith(("\x1b[2K", "\x1b[?25h", "\x1b[1A"))  # taken away at the end


def test_a_limit_and_a_source_narrow_the_work(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=5)
    line = sagwan.collect(site, topic(site), "--limit", "1", "--source", "daum").only
    assert (line["verdict"], line["articles"]) == ("ok", 1)


def test_a_topic_of_queries_says_what_a_source_without_a_search_cannot(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    text = 'title = "t"\nsources = ["zum"]\nqueries = ["드루킹"]\n'
    line = sagwan.collect(site, topic(text=text)).only
    assert (line["verdict"], line["exit"], line["captures"]) == ("thin", 2, 0)
    assert "collected from seeds only" in line["why"]
    seed = plant(site.world, "zum", comments=5, replies=0).url
    line = sagwan.collect(site, topic(text=text + f'seeds = ["{seed}"]\n')).only
    assert (line["verdict"], line["exit"], [gap["what"] for gap in line["gaps"]]) == ("ok", 0, ["search"])
    assert "\n  gap: search: none: Zum is collected from seeds only" in sagwan("status").out


def test_an_article_without_a_pane_is_no_gap_and_a_gone_one_is_an_answer(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=5, start=int(time.time() * 1000) - 50 * 3_600_000)
    closed, talk, gone = site.world.articles
    site.world.close_pane(closed)
    site.world.talk_only(talk)
    site.world.remove_article(gone)
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["exit"], line["articles"], line["comments"]) == ("ok", 0, 3, 0)
    assert [(gap["what"], gap["ref"]) for gap in line["gaps"]] == [("talk", f"daum:{talk.id}")]
    panes = dict(
        sagwan.rows(
            "SELECT a.key, v.state || ' ' || coalesce(v.pane, '') FROM article_versions v JOIN articles a ON a.id = v.article"
        )
    )
    assert panes == {closed.id: "visible none", talk.id: "visible talk", gone.id: "gone "}


@pytest.mark.parametrize(("declared", "collected", "said"), [(5, 3, "3 of 5"), (None, 3, "3"), (None, None, "none")])
def test_a_gap_says_what_is_known(declared: int | None, collected: int | None, said: str) -> None:
    gap = {"what": "ads", "ref": None, "declared": declared, "collected": collected, "why": "no rows"}
    assert gap_line(gap) == f"gap: ads: {said}: no rows"


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_a_run_begins_also_where_a_stream_is_closed(sagwan: Sagwan, portal: Make, topic: Write, closed: str) -> None:
    site = portal(comments=5)
    held = set[str]()

    def look(host: str, path: str) -> None:
        if Path("/proc/self/fd").exists():
            held.update(str(Path(f"/proc/{process.pid}/fd/{number}").readlink()) for number in (0, 2))

    words = shlex.join([COMMAND, "collect", str(topic(site)), "--connect-to", f"*={site.url}", "--json"])
    site.on_request(look)
    process = sagwan.start(command=["sh", "-c", f"exec {words} {closed}"])
    ended = sagwan.wait(process)
    assert (ended.code, ended.only["verdict"], ended.err) == (0, "ok", "")
    assert [name for name in held if str(sagwan.archive) in name] == []  # else what is said on stderr would stand in that file
