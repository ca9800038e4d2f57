"""The run log: bounded, whole with several writers, and without what a site or a person said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from archive import runlog
from crawler.runlog import Warnings
from tests.conftest import Sagwan
from tests.naver_runs import write
from tests.portal import Portal

Make = Callable[..., Portal]


def many(root: Path, who: int, number: int) -> None:
    runlog.LARGEST = 20_000
    for n in range(number):
        runlog.write(root, n, [f"writer {who}: {n}", "x" * 50])


def test_several_writers_lose_no_line_and_it_is_rotated(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        list(pool.map(many, [tmp_path] * 4, range(4), [300] * 4))
    files = sorted(tmp_path.glob("logs/run.log*"))
    assert 3 < len(files) <= 1 + runlog.KEPT
    assert all(path.stat().st_size <= 20_000 for path in files)
    lines = [line for path in files for line in path.read_text().splitlines()]
    for who in range(4):
        told = sorted(int(line.rpartition(" ")[2]) for line in lines if f"writer {who}: " in line)
        assert told == list(range(300))
    assert len(lines) == 2 * 4 * 300


def test_it_never_grows_without_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runlog, "LARGEST", 500)
    for n in range(200):
        runlog.write(tmp_path, n, [f"line {n} {'x' * 3000}"])
    files = sorted(tmp_path.glob("logs/*"), key=lambda path: int(path.suffix[1:]) if path.suffix != ".log" else 0)
    assert [path.name for path in files] == ["run.log", *(f"run.log.{n}" for n in range(1, 10))]
    assert sum(path.stat().st_size for path in files) < 12_000
    assert [path.read_text().split()[2] for path in files] == [str(n) for n in range(199, 189, -1)]


def test_nothing_forges_a_line_or_steers_a_terminal(tmp_path: Path) -> None:
    runlog.write(tmp_path, 0, ["a\nb\r\x1b[2J \u202e c\x00\ud800 \u2028d"])
    assert runlog.log_path(tmp_path).read_text() == "1970-01-01T09:00:00.000+09:00 a b \ufffd[2J \ufffd c\ufffd\ufffd d\n"


def test_no_name_no_text_and_no_secret_stands_in_it(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=2, comments=60)
    sagwan.env |= {"NAVER_CLIENT_ID": "an-identifier", "NAVER_CLIENT_SECRET": "hush-hush-hush"}
    topic = write(tmp_path, site, queries=["계획"])
    for path, fault in (("/comments|web_naver_list", "ignore_sort"), ("openapi", "junk"), ("", None)):
        if fault:
            site.faults.set(path, fault)
        sagwan.collect(site, topic)
        site.faults.clear()
    text = runlog.log_path(sagwan.archive).read_text(encoding="utf-8")
    assert text.count("naver: 시험: ") > 3
    assert "alarm: " in text or "error: " in text
    world = site.world
    people = {account.name for account in world.naver_accounts if len(account.name) > 2}
    assert people
    assert not [name for name in people if name in text]
    assert not [
        row["text"] for article in world.articles for row in world.truth(article) if row["text"] and row["text"] in text
    ]
    assert "hush-hush-hush" not in text
    assert "an-identifier" not in text


def test_a_warning_is_noted_without_its_values(tmp_path: Path) -> None:
    logger, handler = logging.getLogger("sagwan.test"), Warnings(tmp_path)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        logger.warning("reading %s failed\nmore", "닉네임")
        try:
            int("닉네임")
        except ValueError:
            logger.exception("visit of %s failed", "닉네임")
        logger.info("not this")
    finally:
        logger.removeHandler(handler)
    first, second = runlog.log_path(tmp_path).read_text(encoding="utf-8").splitlines()
    assert first.endswith(" warning: sagwan.test: reading %s failed")
    assert " error: sagwan.test: visit of %s failed: ValueError at test_runlog.py:" in second
    assert len(handler.errors) == 1


def test_a_log_that_cannot_be_written_stops_no_run(sagwan: Sagwan, portal: Make, topic: Callable[..., Path]) -> None:
    site = portal(comments=20)
    sagwan.archive.mkdir()
    (sagwan.archive / "logs").write_text("no folder")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["exit"], line["comments"]) == ("ok", 0, 20)
    assert line["notes"] == [f"the run log cannot be written: {sagwan.archive}/logs/run.log: File exists"]
