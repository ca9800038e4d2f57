"""Processes that die: kill -9 at random points of a collection and of a rebuild, and the power that fails."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from archive.warc_reader import files, read_records
from tests import naver_runs
from tests.conftest import write_topic
from tests.faults import proofs
from tests.faults.catalogue import fault
from tests.faults.killer import dies, kill
from tests.faults.stage import KILLED, Proven, Stage
from tests.portal import Portal

SEED = 20261126
POINTS, A_FEW = 100, 3
OF_ONE_ARCHIVE = 10  # kills, after which a new one is begun
LATER = 0.03  # seconds after a request came; a page is answered, kept and stored in about five milliseconds
STARTS = 0.3  # seconds in which a run has begun
REBUILDS, A_FEW_REBUILDS = 20, 2


def answered(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of a run over one connection a host that it acknowledged: it asked that host for something else then."""
    last = {entry["host"]: place for place, entry in enumerate(log)}
    return [entry for place, entry in enumerate(log) if place < last[entry["host"]]]


def both_sources(stage: Stage, site: Portal) -> Path:
    """A topic on both sources, with one connection a host: the next request then says that the answer before is kept."""
    seeds = ", ".join(f'"{article.url}"' for article in site.world.articles)
    options = "".join(f"[source.{name}]\nconnections = 1\n" for name in ("daum", "naver"))
    return write_topic(stage.folder, text=f'title = "t"\nsources = ["daum", "naver"]\nseeds = [{seeds}]\n{options}')


def left(stage: Stage) -> str:
    """What a killed run left behind."""
    if not files(stage.sagwan.archive):
        return "before the first byte"
    with contextlib.suppress(Exception):  # the database may not be there yet
        stored = dict(stage.sagwan.rows("SELECT name, stored_to FROM warcs"))
        if any(path.stat().st_size > stored.get(path.name.removesuffix(".open"), 0) for path in files(stage.sagwan.archive)):
            return "with bytes that had no rows yet"
        return "between two writes"
    return "while the database was made"


def move(site: Portal, chance: random.Random) -> None:
    """Votes, and new comments."""
    for article in site.world.articles:
        for comment in chance.sample(article.comments, 5):
            site.world.vote(comment.id, likes=chance.randrange(1, 9))
        site.world.add_comment(article)


def everything(stage: Stage, site: Portal, acknowledged: list[dict[str, Any]]) -> None:
    """The archive holds all that the portal has, as it is, and each acknowledged answer."""
    proofs.acknowledged(stage.sagwan, acknowledged)
    stage.agree()
    naver = [naver_runs.expected(stage.sagwan, site, article) for article in site.world.on("naver")]
    daum = [site.world.truth(article) for article in site.world.on("daum")]
    assert proofs.nothing_invented(stage.sagwan, site) == sum(map(len, [*daum, *naver]))


@fault("stops", "`kill -9` of a collection of two sources, at random points")
def kill_9(stage: Stage) -> Proven:
    """After each kill the next run has everything, once; now and then it is killed too."""
    chance, states, wanted = random.Random(SEED), Counter[str](), A_FEW if stage.short else POINTS
    kept, shown, recovered = 0, None, 0  # kept: acknowledged answers
    while states.total() < wanted:
        site = stage.portal(articles=2, comments=130, naver=2, seed=chance.randrange(1000))
        file = both_sources(stage, site)
        stage.move(f"archive-{states.total()}")
        acknowledged: list[dict[str, Any]] = []
        until = min(states.total() + OF_ONE_ARCHIVE, wanted)
        while states.total() < until:
            number = chance.randrange(50)
            if kill(stage, site, file, number, chance.uniform(0, LATER if number else STARTS)):
                states[left(stage)] += 1
            acknowledged += answered(site.requests)
            site.forget_requests()
            if states.total() < until and chance.random() < 0.3:
                continue
            shown = stage.collect(site, file)
            assert (shown.code, shown.verdicts) == (0, ["ok", "ok"]), shown
            recovered += sum("recovered" in line for line in shown.lines)
            acknowledged += site.requests
            site.forget_requests()
            everything(stage, site, acknowledged)
            move(site, chance)
        kept += len(acknowledged)
    assert shown is not None
    where = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return shown.proven(
        f"{states.total()} kills: {where}; {recovered} files closed by the next run, which each time was `ok` with every "
        f"comment of both sites and its counts, once; all {kept} acknowledged answers are there, byte for byte; verify 0 "
        "findings and rebuild 0 differences each time"
    )


@fault("stops", "`kill -9` just before each renaming of a file: taken up, given back, recovered")
def kill_9_renames(stage: Stage) -> Proven:
    """A run renames the file of the day when it takes it up and gives it back, and before that what a killed one left."""
    site = stage.portal(articles=2, comments=30)
    file = stage.topic(site)
    args = ("collect", file, "--connect-to", f"*={site.url}")
    assert stage.sagwan(*args).code == 0
    number, points = 0, []
    while dies(stage, number, *args):
        opened = [path.name for path in files(stage.sagwan.archive) if path.name.endswith(".open")]
        points.append(f"{len(opened)} open")
        shown = stage.collect(site, file)
        assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
        stage.agree()
        if number == 1:  # once more, with a file to recover
            assert dies(stage, 1, *args)
            assert dies(stage, 0, *args)
            points += ["to recover"]
            assert stage.collect(site, file).verdicts == ["ok"]
        number += 1
    assert number >= 2
    assert proofs.nothing_invented(stage.sagwan, site) == 60
    return shown.proven(f"{len(points)} such kills; after each the next run is `ok`; {stage.agree()}")


@fault("stops", "`kill -9` of `rebuild --accept`, at random points and before each step of the swap")
def kill_9_rebuild(stage: Stage) -> Proven:
    """Whichever database stands there then has all rows; at worst there is none, and the message says what to do."""
    chance = random.Random(SEED)
    site = stage.portal(articles=2, comments=400)
    file = stage.topic(site)
    for _ in range(3):
        assert stage.collect(site, file).verdicts == ["ok"]
        move(site, chance)
    began = time.monotonic()
    assert stage.sagwan("rebuild", "--accept").code == 0
    takes = time.monotonic() - began
    rows = stage.sagwan.rows("SELECT count(*) FROM captures")
    killed = steps = 0
    while dies(stage, steps, "rebuild", "--accept"):
        steps += 1
        if not (stage.sagwan.archive / "archive.db").exists():
            shown = stage.shown(stage.sagwan("ls"))
            assert shown.code == 1
            shown.says("sagwan rebuild")
            assert stage.sagwan("rebuild").code == 0
        assert stage.sagwan.rows("SELECT count(*) FROM captures") == rows
        proofs.verified(stage.sagwan, rebuild=False)
    for _ in range(A_FEW_REBUILDS if stage.short else REBUILDS):
        process = stage.sagwan.start("rebuild", "--accept")
        threading.Event().wait(chance.uniform(0, takes))
        process.send_signal(signal.SIGKILL)
        killed += stage.sagwan.wait(process).code == KILLED
        assert stage.sagwan.rows("SELECT count(*) FROM captures") == rows
        proofs.verified(stage.sagwan, rebuild=False)
    assert stage.sagwan("rebuild", "--accept").code == 0
    assert list(stage.sagwan.archive.glob("archive.rebuilding*")) == []
    return shown.proven(
        f"{killed} kills at random points: the archive answers as before; {steps} before a step of the swap: at worst no "
        f"database stands there, and the message says what to do; all {rows[0][0]} captures each time, verify 0 "
        "findings, rebuild 0 differences"
    )


@fault("stops", "The power fails: half a record at the end of the file, and a database that lost its last rows")
def power(stage: Stage) -> Proven:
    """SQLite may lose its last transactions then; fsynced bytes are there."""
    site = stage.portal(articles=4, comments=30)
    file, archive, torn = stage.topic(site), stage.sagwan.archive, 0
    assert stage.collect(site, file).verdicts == ["ok"]
    for number in (12,) if stage.short else (3, 5, 12, 30):
        shutil.copy(archive / "archive.db", stage.folder / "earlier.db")
        assert stage.killed_at(site, file, number, signal.SIGKILL).code == KILLED
        path = next(path for path in files(archive) if path.name.endswith(".open"))
        last = list(read_records(path))[-1]
        half = path.read_bytes()[last.offset : last.offset + last.length - number]
        with path.open("ab") as stream:
            stream.write(half)
        for name in ("archive.db-wal", "archive.db-shm"):
            (archive / name).unlink(missing_ok=True)
        (stage.folder / "earlier.db").replace(archive / "archive.db")
        shown = stage.collect(site, file)
        assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
        shown.says("alarm: recovered", "torn bytes")
        torn += 1
        parts = list(archive.rglob("*.torn"))
        assert len(parts) == torn
        assert half in [part.read_bytes() for part in parts]
        assert {part.stat().st_mode & 0o777 for part in parts} == {0o600}
        agreed = stage.agree()
        assert proofs.nothing_invented(stage.sagwan, site) == 120
    return shown.proven(
        f"{torn} power cuts: the torn bytes stand in a `.torn` file, the lost rows are made again from the bytes; {agreed}"
    )
