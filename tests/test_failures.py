"""What goes wrong on the way: each failure is in the WARC, has its name in the books, and makes no wrong rows."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Ended, Sagwan
from tests.portal import Portal
from tests.warcs import check, exchanges

ARTICLE, TOKEN, POST, LIST, EMOTIONS = r"/v/\d", "/oauth/token", "/ui/single/main", r"/posts/.*/comments", "/reactions/"
COMMENTS = 20

# what is spoilt and how; then: verdict, a word of the reason, errors, comments stored
CASES: list[tuple[str, dict[str, Any], str, str, dict[str, int], int]] = [
    (ARTICLE, {"fault": "reset", "times": 1}, "ok", "", {"daum.article failed": 1}, COMMENTS),
    (ARTICLE, {"fault": "reset"}, "broken", "could not be fetched", {"daum.article failed": 3}, 0),
    (LIST, {"fault": "half", "times": 2}, "ok", "", {"daum.comments failed": 2}, COMMENTS),
    (LIST, {"fault": "half"}, "broken", "ended early", {"daum.comments failed": 3}, 0),
    (LIST, {"fault": "wrong_length", "by": 7}, "broken", "ended early", {"daum.comments failed": 3}, 0),
    (LIST, {"fault": "bomb"}, "broken", "more than 128 MB", {"daum.comments unreadable": 1}, 0),
    (ARTICLE, {"fault": "redirect"}, "broken", "max redirections", {"daum.article not fetched": 1}, 0),
    (ARTICLE, {"fault": "redirect", "to": "http://127.0.0.1:1/v/1"}, "broken", "private", {"daum.article not fetched": 1}, 0),
    (ARTICLE, {"fault": "redirect", "to": "file:///etc/passwd"}, "broken", "etc/passwd", {"daum.article not fetched": 1}, 0),
    (ARTICLE, {"fault": "redirect", "to": "https://evil.test/v/1"}, "broken", "not among", {"daum.article not fetched": 1}, 0),
    (ARTICLE, {"fault": 500, "times": 2}, "ok", "", {"daum.article 500": 2}, COMMENTS),
    (LIST, {"fault": 404}, "broken", "status 404", {"daum.comments 404": 1}, 0),
    (ARTICLE, {"fault": "junk"}, "broken", "layout", {"daum.article layout": 1}, 0),
    (TOKEN, {"fault": "junk"}, "broken", "could not be opened", {"daum.token layout": 1}, 0),
    (POST, {"fault": 401}, "broken", "could not be opened", {"daum.post 401": 2}, 0),
    (POST, {"fault": 401, "times": 1}, "ok", "", {"daum.post 401": 1}, COMMENTS),
    (LIST, {"fault": "junk"}, "broken", "layout", {"daum.comments layout": 1}, 0),
    (LIST, {"fault": "euc-kr"}, "broken", "layout", {"daum.comments layout": 1}, 0),
    (ARTICLE, {"fault": "block_page"}, "blocked", "block page", {"daum.article block page": 1}, 0),
    (LIST, {"fault": "block_page"}, "blocked", "block page", {"daum.comments block page": 1}, 0),
    (ARTICLE, {"fault": "big_header"}, "broken", "could not be fetched", {"daum.article failed": 3}, 0),
    (EMOTIONS, {"fault": "junk"}, "ok", "", {"daum.emotions layout": 1}, COMMENTS),
]  # fmt: skip


NAMES = [f"{path.strip('/')} {' '.join(map(str, fault.values()))}" for path, fault, *_ in CASES]


@dataclass
class Spoilt:
    """A run over one spoilt thing: its command, how it ended, and what was asked for."""

    sagwan: Sagwan
    ended: Ended
    requests: list[dict[str, Any]]


def spoil(folder: Path, path: str, fault: dict[str, Any]) -> Spoilt:
    sagwan = Sagwan(folder)
    with Portal(articles=1, comments=COMMENTS) as site:
        site.faults.set(path, **fault)
        (folder / "t.toml").write_text(
            f'title = "t"\nsources = ["daum"]\nseeds = ["https://v.daum.net/v/{site.world.articles[0].id}"]\n'
        )
        return Spoilt(sagwan, sagwan.collect(site, folder / "t.toml"), site.requests)


@pytest.fixture(scope="module")
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Spoilt]:
    """The runs of all chosen cases, a few at a time: each is mostly the start of a process."""
    ours = [item for item in request.session.items if item.path == Path(__file__) and hasattr(item, "callspec")]
    chosen = {item.callspec.params.get("name") for item in ours}
    with ThreadPoolExecutor(3) as pool:
        under_way = {
            name: pool.submit(spoil, tmp_path_factory.mktemp("spoilt"), case[0], case[1])
            for name, case in zip(NAMES, CASES, strict=True)
            if name in chosen
        }
        return {name: run.result() for name, run in under_way.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_is_named_and_kept(spoilt: dict[str, Spoilt], name: str) -> None:
    _, fault, verdict, why, errors, comments = CASES[NAMES.index(name)]
    run = spoilt[name]
    sagwan, line = run.sagwan, run.ended.only
    assert (line["verdict"], line["exit"], run.ended.code) == (verdict, 0 if verdict == "ok" else 2, line["exit"])
    assert why in (line["why"] or "")
    assert line["errors"] == errors
    assert run.ended.err == ""
    assert sagwan.rows("SELECT count(*) FROM comments") == [(comments,)]
    kept = exchanges(sagwan.archive)
    assert len(kept) == line["captures"] == len(run.requests)
    hit = [entry["path"] for entry in run.requests if entry["faults"]]
    (page,) = {kind.rpartition(" ")[0].removesuffix(" not").removesuffix(" block") for kind in errors}
    attempts = [one.facts.attempt for one in kept if one.facts.page == page]
    assert len(attempts) >= len(hit)
    if fault["fault"] in ("reset", "half", 500):
        assert attempts[: len(hit)] == [1, 2, 3][: len(hit)]
    if fault["fault"] in ("reset", "half"):
        cut = [one for one in kept if one.facts.truncated]
        assert len(cut) == len(hit)
        assert all(one.facts.truncated == "disconnect" and one.body and "DataLoss" in (one.facts.error or "") for one in cut)
    check(sagwan.archive)


def test_a_list_that_repeats_its_first_page_is_an_alarm(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=150)
    site.faults.set(LIST, "repeat_page")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["exit"]) == ("broken", 2)
    assert [alarm["alarm"] for alarm in line["alarms"]] == ["repeat"]
    assert sum("/comments?" in entry["path"] for entry in site.requests) == 2
    assert sagwan.rows("SELECT complete, stop_reason, repeats FROM walks") == [(0, "repeated page", 100)]


def test_comments_of_another_thread_make_no_rows(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(articles=2, comments=COMMENTS)
    first = site.world.articles[0]
    site.faults.set(f"/posts/{first.post}/comments", "foreign")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["comments"]) == ("broken", COMMENTS)
    assert "foreign thread" in line["why"]
    owners = "SELECT a.key, count(*) FROM comments c JOIN articles a ON a.id = c.article GROUP BY 1"
    assert sagwan.rows(owners) == [(site.world.articles[1].id, COMMENTS)]


def test_a_refused_connection_is_kept(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    site = portal(comments=COMMENTS)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused
        closed = f"v.daum.net=http://127.0.0.1:{nobody.getsockname()[1]}"
        file = topic(site, robots="ignore", reason="test")
        ended = sagwan.collect(site, file, "--connect-to", closed)
    assert (ended.code, ended.only["verdict"], ended.only["errors"]) == (2, "broken", {"daum.article failed": 3})
    kept = exchanges(sagwan.archive)
    assert [one.facts.attempt for one in kept] == [1, 2, 3]
    assert all(one.head is None and not one.request and "refused" in (one.facts.error or "") for one in kept)
    assert sagwan.rows("SELECT outcome, status, digest FROM captures") == [("failed", None, None)] * 3
    check(sagwan.archive)


def crawl(sagwan: Sagwan, site: Portal, file: Path, *settings: str) -> Ended:
    """`scrapy crawl`, where any setting can be given."""
    command = [str(Path(sys.executable).with_name("scrapy")), "crawl", "daum", "-a", f"topic={file}"]
    for setting in settings:
        command += ["-s", setting]
    sagwan.env["SAGWAN_CONNECT_TO"] = f"*={site.url}"
    ended = subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize(
    ("fault", "setting", "truncated"),
    [
        ({"fault": "slow", "seconds": 50}, "DOWNLOAD_TIMEOUT=0.5", None),
        ({"fault": "slow_body", "seconds": 50}, "DOWNLOAD_TIMEOUT=0.5", "time"),
        ({"fault": "endless", "size": 100_000}, "DOWNLOAD_MAXSIZE=300000", "length"),
    ],
)
def test_slow_and_endless_answers_are_cut(
    sagwan: Sagwan,
    portal: Callable[..., Portal],
    topic: Callable[..., Path],
    fault: dict[str, Any],
    setting: str,
    truncated: str | None,
) -> None:
    site = portal(comments=COMMENTS)
    site.faults.set(ARTICLE, **fault)
    ended = crawl(sagwan, site, topic(site), setting, "RETRY_TIMES=0")
    assert "Traceback" not in ended.err
    (kept,) = exchanges(sagwan.archive, "daum.article")
    assert kept.facts.truncated == truncated
    assert kept.request.startswith(b"GET /v/")
    assert (kept.head is None) == (truncated is None)
    if truncated == "length":
        assert 300_000 < len(kept.body) < 2_000_000
        assert b"X-Archive-Orig-Transfer-Encoding" in (kept.head or b"")
    ((verdict, counters),) = sagwan.rows("SELECT verdict, counters FROM runs")
    assert (verdict, json.loads(counters)["errors"]) == ("broken", {"daum.article failed": 1})
    assert sagwan.rows("SELECT outcome, digest FROM captures WHERE page = 'daum.article'") == [("failed", None)]
    check(sagwan.archive)
