"""Signals, two at once, a holder that hangs, and a clock that is set back."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter

from tests import naver_runs
from tests.faults import proofs
from tests.faults.catalogue import fault
from tests.faults.killer import kill
from tests.faults.kills import SEED
from tests.faults.stage import Proven, Shown, Stage
from tests.portal import Portal

DAY = 86_400_000
SIGNALS, A_FEW_SIGNALS = 40, 4


def held_at_the_article(site: Portal) -> tuple[threading.Event, threading.Event]:
    """The first article page waits for the second event; the first says that it was asked for."""
    here, go = threading.Event(), threading.Event()

    def hold(host: str, path: str) -> None:
        if path.startswith("/v/") and not here.is_set():
            here.set()
            go.wait(60)

    site.on_request(hold)
    return here, go


def stopped(stage: Stage, what: signal.Signals) -> Proven:
    """A signal at some request: the run writes its end and closes its file, and the next run has the rest."""
    numbers = (3,) if stage.short else (1, 3, 9, 20)
    for number in numbers:
        site = stage.portal(articles=4, comments=30)
        file = stage.topic(site, connections=2)
        stage.move(f"archive-{number}")
        shown = stage.shown(stage.killed_at(site, file, number, what))
        assert (shown.code, shown.verdicts, shown.ended.err) == (2, ["thin"], ""), shown
        shown.says("(stopped by a signal)")
        stage.agree()
        proofs.same_number(stage.sagwan, site)
        ((verdict, counters),) = stage.sagwan.rows("SELECT verdict, counters FROM runs")
        assert (verdict, json.loads(counters)["stopped"]) == ("thin", "shutdown")
        healed = stage.heals(site, file, 120)
        proofs.nothing_invented(stage.sagwan, site)
    return shown.proven(f"at {len(numbers)} different requests: the run's end is written, its file closed; {healed}")


@fault("stops", "SIGTERM (systemd, a reboot)")
def sigterm(stage: Stage) -> Proven:
    """The run ends itself."""
    return stopped(stage, signal.SIGTERM)


@fault("stops", "SIGINT (Ctrl-C)", long=True)
def sigint(stage: Stage) -> Proven:
    """As SIGTERM."""
    return stopped(stage, signal.SIGINT)


@fault("stops", "SIGTERM at random points, a delay of ten minutes between two requests")
def sigterm_anywhere(stage: Stage) -> Proven:
    """Nobody waits for the delay; the exit code is 2, or that of a run that had ended."""
    chance, ends = random.Random(SEED), Counter[int]()
    longest = 0.0
    for _ in range(A_FEW_SIGNALS if stage.short else SIGNALS):
        site = stage.portal(articles=2, comments=5)
        stage.move(f"archive-{ends.total()}")
        file = stage.topic(site, delay=600, connections=1)
        asked = threading.Event()
        site.on_request(lambda host, path, asked=asked: asked.set())
        process = stage.begin(site, file)
        stage.waits(asked, process)
        threading.Event().wait(chance.uniform(0, 0.08))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        shown = stage.shown(stage.sagwan.wait(process))
        longest = max(longest, time.monotonic() - began)
        assert (shown.code, shown.verdicts, shown.ended.err) == (2, ["thin"], ""), shown
        ends[shown.code] += 1
        stage.agree()
    assert longest < 20, f"a run ended {longest:.0f} s after its signal"
    return shown.proven(f"{ends.total()} signals: each run wrote its end within 20 s; verify 0 findings, rebuild 0 differences")


@fault("turns", "Two runs of a source at once (cron, and somebody by hand)")
def two_runs(stage: Stage) -> Proven:
    """The second gives way when it does not wait, and comes after the first when it does."""
    site = stage.portal(comments=10)
    file = stage.topic(site)
    here, go = held_at_the_article(site)
    first = stage.begin(site, file)
    stage.waits(here, first)
    stage.sagwan.env["SAGWAN_LOCK_WAIT"] = "0.1"
    second = stage.collect(site, file)
    assert (second.code, second.verdicts, second.ended.err) == (0, ["locked"], ""), second
    second.says("process PID is collecting daum")
    refused = stage.sagwan("rebuild", "--accept")  # a third, that would swap the database under the first
    assert (refused.code, f"process {first.pid} is collecting daum" in refused.err) == (1, True), refused
    stage.sagwan.env["SAGWAN_LOCK_WAIT"] = "50"
    waiting = [stage.begin(site, file) for _ in range(2)]
    go.set()
    for process in (first, *waiting):
        shown = stage.shown(stage.sagwan.wait(process))
        assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
    proofs.same_number(stage.sagwan, site)
    assert stage.sagwan.rows("SELECT count(*) FROM run_ended") == [(3,)]
    assert proofs.nothing_invented(stage.sagwan, site) == 10
    return second.proven(f"`rebuild --accept` is refused too; two that waited came one after the other, `ok`; {stage.agree()}")


@fault("turns", "Runs of two sources at once write one archive, and one of them is killed")
def two_sources(stage: Stage) -> Proven:
    """Each source has its own file and lock."""
    daum, naver = stage.portal(articles=2, comments=130), stage.portal(articles=0, naver=2, comments=130)
    files = stage.topic(daum, name="daum.toml"), stage.topic(naver, name="naver.toml")
    chance, killed = random.Random(SEED), 0
    for _ in range(2 if stage.short else 8):
        other = stage.begin(daum, files[0])
        killed += kill(stage, naver, files[1], chance.randrange(1, 25), chance.uniform(0, 0.02))
        shown = stage.shown(stage.sagwan.wait(other))
        assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
    healed = stage.collect(naver, files[1])
    assert (healed.code, healed.verdicts) == (0, ["ok"]), healed
    agreed = stage.agree()
    assert proofs.nothing_invented(stage.sagwan, daum) == 260
    naver_runs.complete(stage.sagwan, naver, *naver.world.on("naver"))
    return shown.proven(f"{killed} kills of the one: the other ended `ok` each time; then both are complete; {agreed}")


@fault("turns", "The holder of the lock hangs (stopped, or waiting for a dead disk)")
def hung(stage: Stage) -> Proven:
    """After ten minutes without a heartbeat that is an alarm; and when it moves again, it has lost nothing."""
    site = stage.portal(comments=10)
    file = stage.topic(site)
    here, go = held_at_the_article(site)
    holder = stage.begin(site, file)
    stage.waits(here, holder)
    os.kill(holder.pid, signal.SIGSTOP)
    lock = stage.sagwan.archive / "locks" / "daum.lock"
    os.utime(lock, (time.time() - 3600,) * 2)
    shown = stage.collect(site, file)
    assert (shown.code, shown.verdicts) == (2, ["locked"]), shown
    assert f"process {holder.pid} holds daum and has not moved for 60 minutes" in shown.ended.out
    os.kill(holder.pid, signal.SIGCONT)
    go.set()
    woken = stage.shown(stage.sagwan.wait(holder))
    assert (woken.code, woken.verdicts) == (0, ["ok"]), woken
    assert proofs.nothing_invented(stage.sagwan, site) == 10
    return shown.proven(f"woken, the holder ended `ok`; {proofs.same_number(stage.sagwan, site)}; {stage.agree()}")


def in_order(stage: Stage) -> None:
    """The archive's own times never went back."""
    for column in ("at", "received_at"):
        times = [row[0] for row in stage.sagwan.rows(f"SELECT {column} FROM captures ORDER BY id")]
        assert times == sorted(set(times)), f"{column} went back"


def set_back(stage: Stage, during: bool) -> Shown:
    """Two runs in a portal's time, which is set back by a day between them, or in the second."""
    site = stage.portal(articles=2, comments=30)
    file, clock = stage.topic(site), ("--clock", f"{site.url}/__clock")
    then = site.world.now
    site.world.now = then
    assert stage.collect(site, file, *clock).code == 0

    def back(host: str, path: str) -> None:
        site.world.now = then - DAY

    if during:
        site.world.now = then + 60_000
        site.on_request(back)
    else:
        back("", "")
    shown = stage.collect(site, file, *clock)
    assert (shown.code, shown.verdicts) == (2, ["ok"]), shown
    shown.says("alarm: clock", "went back by 86")
    in_order(stage)
    proofs.same_number(stage.sagwan, site)
    assert proofs.nothing_invented(stage.sagwan, site) == 60
    assert len(list(stage.sagwan.archive.rglob("*.warc.gz"))) == 1  # no file of an earlier day
    return shown


@fault("turns", "The clock is set back by a day between two runs")
def clock_back(stage: Stage) -> Proven:
    """Simulated time: the machine's own is not ours to set."""
    shown = set_back(stage, during=False)
    return shown.proven(f"all is kept; the archive's times only grow, `sent` keeps what the clock said; {stage.agree()}")


@fault("turns", "The clock is set back by a day while a run collects", long=True)
def clock_back_during(stage: Stage) -> Proven:
    """As between two runs."""
    shown = set_back(stage, during=True)
    return shown.proven(f"all is kept; the archive's times only grow, `sent` keeps what the clock said; {stage.agree()}")
