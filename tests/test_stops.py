"""A run that is stopped or timed out at odd moments: files closed, nothing doubled, nothing lost. More in tests/faults."""

from __future__ import annotations

import os
import pty
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.faults.proofs import agree
from tests.faults.turns import held_at_the_article
from tests.portal import Portal
from tests.warcs import exchanges

Make = Callable[..., Portal]
Write = Callable[..., Path]


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


def test_nobody_waits_for_a_delay_or_a_slow_server(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=5)
    begun = time.monotonic()
    waiting = sagwan.start("collect", topic(site, delay=600, connections=1), "--connect-to", f"*={site.url}", "--json")
    while stored(sagwan) == 0:
        assert waiting.poll() is None
        threading.Event().wait(0.05)  # who asks a database all the time keeps its maker out of it
    waiting.send_signal(signal.SIGTERM)  # robots.txt is there, the article's turn is in ten minutes
    ended = sagwan.wait(waiting)
    assert (ended.code, ended.err, ended.only["stopped"], ended.only["captures"]) == (2, "", "shutdown", 1)
    site.faults.set("/v/", "slow", seconds=50)
    site.forget_requests()
    args = ("collect", topic(site), "--connect-to", f"*={site.url}", "--json")
    ended = sagwan.signalled(site, 2, signal.SIGTERM, *args)
    assert (ended.code, ended.err, ended.only["stopped"]) == (2, "", "shutdown")
    assert time.monotonic() - begun < 20
    cut = [one.facts.error for one in exchanges(sagwan.archive, "daum.article") if one.facts.error]
    assert cut
    assert set(cut) == {"Stopping: shutdown"}
    agree(sagwan, rebuild=False)


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
        agree(sagwan, rebuild=False)


@pytest.mark.parametrize("nohup", [False, True])
@pytest.mark.parametrize("command", ["collect", "watch"])
def test_a_terminal_that_is_closed_ends_the_run_as_a_signal_does(
    sagwan: Sagwan, portal: Make, topic: Write, command: str, nohup: bool
) -> None:
    site = portal(articles=2, comments=5)
    here, go = held_at_the_article(site)
    screen, terminal = pty.openpty()
    first = "import os, signal; os.setsid(); "  # the terminal that it opens is its own
    first += f"os.dup2(os.open({os.ttyname(terminal)!r}, os.O_RDWR), 2)"
    first += "; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.dup2(1, 2)" if nohup else ""
    more = ("--for", "2s") if command == "watch" else ()
    process = sagwan.start(command, topic(site), "--connect-to", f"*={site.url}", "--json", *more, first=first)
    assert here.wait(60)
    os.close(terminal)
    os.close(screen)
    go.set()
    ended = sagwan.wait(process)
    if nohup:
        assert (ended.code, {line["verdict"] for line in ended.lines}) == (0, {"ok"})
    else:
        assert (ended.code, [line["stopped"] for line in ended.lines]) == (2 if command == "collect" else 0, ["shutdown"])
    assert ended.err == ""
    assert [path.name for path in sagwan.archive.rglob("*.open")] == []
    agree(sagwan, rebuild=False)


def test_how_long_a_lock_is_waited_for_is_a_number(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    sagwan.env["SAGWAN_LOCK_WAIT"] = "soon"
    misused = sagwan.collect(portal(), topic(portal()))
    assert (misused.code, len(misused.err.splitlines()), "SAGWAN_LOCK_WAIT 'soon'" in misused.err) == (1, 1, True)


def test_a_run_that_waits_for_its_turn_can_be_stopped(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=10)
    here, go = held_at_the_article(site)
    args = ("collect", topic(site), "--connect-to", f"*={site.url}", "--json")
    first = sagwan.start(*args)
    assert here.wait(60)
    stopped = sagwan.start(*args)
    while not hears_sigterm(stopped.pid):
        assert stopped.poll() is None
    stopped.send_signal(signal.SIGTERM)
    go.set()
    assert sagwan.wait(first).only["verdict"] == "ok"
    ended = sagwan.wait(stopped)
    assert (ended.code, ended.only["stopped"], ended.err) in [(0, "shutdown", ""), (2, "shutdown", "")]
    agree(sagwan, rebuild=False)


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
    agree(sagwan, rebuild=False)
    assert sagwan("collect", second, "--for", "50s", "--connect-to", f"*={site.url}").code == 0
