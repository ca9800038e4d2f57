"""A run that is stopped, killed, timed out or locked out: files closed, nothing doubled, nothing lost, and the next goes on."""

from __future__ import annotations

import fcntl
import json
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

from archive.warc_reader import files, read_records
from tests.conftest import Ended, Sagwan
from tests.portal import Portal
from tests.warcs import check, events, exchanges, ids, warcinfos

Make = Callable[..., Portal]
Write = Callable[..., Path]


def rows_and_bytes_agree(sagwan: Sagwan) -> None:
    """Every exchange in the WARC is a row, once, and the other way round; every file is closed and whole."""
    records = [record.replace("-", "") for record in ids(sagwan.archive)]
    assert len(records) == len(set(records))
    assert [row[0] for row in sagwan.rows("SELECT lower(hex(record)) FROM captures ORDER BY id")] == records
    assert sagwan.rows("SELECT count(*) FROM run_begun") == [(len(events(sagwan.archive, "run_begun")),)]
    check(sagwan.archive)


def stored(sagwan: Sagwan) -> int:
    """How many captures are rows so far."""
    if not (sagwan.archive / "archive.db").exists():
        return 0
    try:
        return int(sagwan.rows("SELECT count(*) FROM captures")[0][0])
    except sqlite3.OperationalError:  # the tables are just being made
        return 0


def hears_sigterm(pid: int) -> bool:
    """Whether a process has its handler for SIGTERM: Scrapy's, so the run is beginning."""
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def send_at(sagwan: Sagwan, site: Portal, number: int, what: int, *args: object) -> Ended:
    """Collects, and sends a signal to the process while its request of that number (from 1) is on the way."""
    known, sent = threading.Event(), []
    process: list[Any] = []

    def hook(host: str, path: str) -> None:
        if len(site.requests) >= number and not sent:
            sent.append(path)
            known.wait(10)
            os.kill(process[0].pid, what)

    site.on_request(hook)
    process.append(sagwan.start("collect", *args, "--connect-to", f"*={site.url}", "--json"))
    known.set()
    ended = sagwan.wait(process[0])
    assert sent
    return ended


@pytest.mark.parametrize("number", [1, 3, 9, 20])
@pytest.mark.parametrize("what", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_cleanly(sagwan: Sagwan, portal: Make, topic: Write, number: int, what: int) -> None:
    site = portal(articles=4, comments=30)
    file = topic(site, connections=2)
    ended = send_at(sagwan, site, number, what, file)
    line = ended.only
    assert (ended.code, ended.err) == (2, "")
    assert (line["verdict"], line["stopped"]) == ("thin", "shutdown")
    assert line["why"].endswith("(stopped by a signal)")
    rows_and_bytes_agree(sagwan)
    ((verdict, counters),) = sagwan.rows("SELECT verdict, counters FROM runs")
    assert (verdict, json.loads(counters)["stopped"]) == ("thin", "shutdown")
    assert len(exchanges(sagwan.archive)) == line["captures"]
    after = sagwan.collect(site, file)
    assert (after.code, after.only["comments"], after.only["alarms"]) == (0, 120, [])
    rows_and_bytes_agree(sagwan)
    assert sagwan.rows("SELECT count(*) FROM comments") == [(120,)]


def test_nobody_waits_for_a_delay_or_a_slow_server(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=5)
    begun = time.monotonic()
    waiting = sagwan.start("collect", topic(site, delay=600, connections=1), "--connect-to", f"*={site.url}", "--json")
    while stored(sagwan) == 0:
        assert waiting.poll() is None
    waiting.send_signal(signal.SIGTERM)  # robots.txt is there, the article's turn is in ten minutes
    ended = sagwan.wait(waiting)
    assert (ended.code, ended.err, ended.only["stopped"], ended.only["captures"]) == (2, "", "shutdown", 1)
    site.faults.set("/v/", "slow", seconds=50)
    site.forget_requests()
    ended = send_at(sagwan, site, 2, signal.SIGTERM, topic(site))
    assert (ended.code, ended.err, ended.only["stopped"]) == (2, "", "shutdown")
    assert time.monotonic() - begun < 20
    cut = [one.facts.error for one in exchanges(sagwan.archive, "daum.article") if one.facts.error]
    assert cut
    assert set(cut) == {"Stopping: shutdown"}
    rows_and_bytes_agree(sagwan)


@pytest.mark.parametrize("wait", [0.0, 0.01, 0.03, 0.06])
def test_a_signal_at_the_very_start_is_heard(sagwan: Sagwan, portal: Make, topic: Write, wait: float) -> None:
    site = portal(articles=2, comments=5)
    process = sagwan.start("collect", topic(site), "--connect-to", f"*={site.url}", "--json")
    while not hears_sigterm(process.pid):
        assert process.poll() is None
    threading.Event().wait(wait)  # somewhere between the start of the reactor and the first requests
    process.send_signal(signal.SIGTERM)
    ended = sagwan.wait(process)
    assert (ended.code, ended.err) == (2, "")
    assert (ended.only["verdict"], ended.only["stopped"]) == ("thin", "shutdown")
    assert [path.name for path in sagwan.archive.rglob("*.open")] == []
    if stored(sagwan):
        rows_and_bytes_agree(sagwan)


@pytest.mark.parametrize("number", [1, 2, 5, 12, 30])
def test_a_killed_run_leaves_nothing_to_repair(sagwan: Sagwan, portal: Make, topic: Write, number: int) -> None:
    site = portal(articles=4, comments=30)
    file = topic(site)
    assert send_at(sagwan, site, number, signal.SIGKILL, file).code == -signal.SIGKILL
    (path,) = files(sagwan.archive)
    assert path.name.endswith(".open")
    if number > 2:  # and the power went in the middle of a write
        last = list(read_records(path))[-1]
        torn_bytes = path.read_bytes()[last.offset : last.offset + last.length - number]
        with path.open("ab") as stream:
            stream.write(torn_bytes)
    ended = sagwan.collect(site, file)
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (0, "ok", 120)
    assert [alarm["alarm"] for alarm in ended.only["alarms"]] == ["recovered"]
    assert sagwan("status").code == 0
    assert len(warcinfos(sagwan.archive)) == 2
    rows_and_bytes_agree(sagwan)
    assert sagwan.rows("SELECT count(*), count(DISTINCT key) FROM comments") == [(120, 120)]
    assert sagwan.rows("SELECT count(*) FROM observations") == [(120,)]
    assert sagwan.rows("SELECT count(*) FROM runs WHERE verdict IS NULL") == [(1,)]
    torn = list(sagwan.archive.rglob("*.torn"))
    assert [one.stat().st_mode & 0o777 for one in torn] == ([0o600] if number > 2 else [])
    assert sagwan("verify").code == 0
    (difference,) = sagwan("rebuild", "--into", sagwan.folder / "again.db", "--json").lines
    assert difference["differences"] == 0


def test_a_second_run_of_a_source_waits_or_gives_way(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=10)
    here, go = threading.Event(), threading.Event()

    def hold(host: str, path: str) -> None:
        if path.startswith("/v/") and not here.is_set():
            here.set()
            go.wait(30)

    site.on_request(hold)
    args = ("collect", topic(site), "--connect-to", f"*={site.url}", "--json")
    first = sagwan.start(*args)
    assert here.wait(30)
    sagwan.env["SAGWAN_LOCK_WAIT"] = "soon"
    misused = sagwan(*args)
    assert (misused.code, len(misused.err.splitlines()), "SAGWAN_LOCK_WAIT 'soon'" in misused.err) == (1, 1, True)
    sagwan.env["SAGWAN_LOCK_WAIT"] = "0.1"
    second = sagwan(*args)
    assert (second.code, second.only["verdict"], second.err) == (0, "locked", "")
    assert second.only["why"] == f"process {first.pid} is collecting daum"
    sagwan.env["SAGWAN_LOCK_WAIT"] = "50"
    stopped, third = sagwan.start(*args), sagwan.start(*args)
    while not hears_sigterm(stopped.pid):
        assert stopped.poll() is None
    stopped.send_signal(signal.SIGTERM)
    go.set()
    assert sagwan.wait(first).only["verdict"] == "ok"
    assert sagwan.wait(third).only["verdict"] == "ok"
    ended = sagwan.wait(stopped)
    assert (ended.code, ended.only["stopped"], ended.err) in [(0, "shutdown", ""), (2, "shutdown", "")]
    rows_and_bytes_agree(sagwan)


def test_a_holder_without_a_heartbeat_is_an_alarm(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    lock = sagwan.archive / "locks" / "daum.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.write("4711\n")
        handle.flush()
        os.utime(lock, (time.time() - 3600,) * 2)
        ended = sagwan.collect(portal(comments=1), topic(portal(comments=1)))
    assert (ended.code, ended.only["verdict"]) == (2, "locked")
    assert [alarm["alarm"] for alarm in ended.only["alarms"]] == ["hung"]
    assert "process 4711" in ended.only["alarms"][0]["text"]
    assert "60 minutes" in ended.only["alarms"][0]["text"]


def test_the_time_given_ends_all_topics(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=2, comments=5)
    first = topic(site, "one.toml", title="one", delay=0.5, connections=1)
    second = topic(site, "two.toml", title="two")
    ended = sagwan("collect", first, second, "--for", "1s", "--connect-to", f"*={site.url}", "--json")
    one, two = ended.lines
    assert (ended.code, ended.err) == (2, "")
    assert (one["verdict"], one["stopped"], one["seconds"] < 5) == ("thin", "time", True)
    assert (two["verdict"], two["stopped"], two["run"], two["captures"]) == ("thin", "time", None, 0)
    assert two["why"] == "daum articles: 0 of 2 (the time given with --for was up)"
    assert set(one) == set(two)
    rows_and_bytes_agree(sagwan)
    assert sagwan("collect", second, "--for", "50s", "--connect-to", f"*={site.url}").code == 0
