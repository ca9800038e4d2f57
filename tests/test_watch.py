"""`sagwan watch`: one process that does what is due again and again, by the rules, pauses and locks of `collect --due`."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from archive import pulse
from archive.archive import open_for_reading
from archive.errors import ArchiveError
from crawler.commands import live
from crawler.view import Backlog, Row
from tests.conftest import COMMAND, Ended, Sagwan, write_topic
from tests.faults import proofs
from tests.maker import Maker, row
from tests.naver_runs import agrees, write
from tests.portal import Portal
from tests.test_politeness import LIST
from tests.test_schedule import HOUR, MINUTE

Make = Callable[..., Portal]
# What a watch's process runs before: it looks at the rows more often than a real one, since simulated time passes quickly.
QUICK = "import crawler.job; crawler.job.LONGEST_PAUSE = 0.1; crawler.job.AFTER_NOTHING = 0.3"


class Watch:
    """A portal whose time passes quickly, by `step` ms twenty times a second, and a watch of it."""

    def __init__(self, sagwan: Sagwan, portal: Portal, step: int) -> None:
        self.sagwan, self.portal, self._step = sagwan, portal, step
        portal.world.now = max(article.published for article in portal.world.articles) + HOUR

    def arguments(self, *topics: Path) -> list[object]:
        url = self.portal.url
        return ["watch", *topics, "--connect-to", f"*={url}", "--clock", f"{url}/__clock", "--json"]

    def until(self, told: Callable[[], bool], *topics: Path) -> Ended:
        """Watches until something is so, then Ctrl-C."""
        process = self.sagwan.start(*self.arguments(*topics), first=QUICK)
        limit = time.monotonic() + 60
        while not told():
            assert time.monotonic() < limit
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
            self.portal.world.now += self._step
        process.send_signal(signal.SIGINT)
        return self.sagwan.wait(process)

    def whys(self) -> set[str]:
        """Why captures were made so far."""
        with contextlib.suppress(ArchiveError), contextlib.closing(open_for_reading(self.sagwan.archive)) as db:
            return {why for (why,) in db.execute("SELECT DISTINCT why FROM captures WHERE page != 'robots'")}
        return set()  # there is no archive yet


def _daum(folder: Path, portal: Portal) -> Path:
    seeds = [f"https://v.daum.net/v/{article.id}" for article in portal.world.on("daum")]
    return write_topic(folder, name="daum.toml", text=f'title = "daum"\nsources = ["daum"]\nseeds = {json.dumps(seeds)}\n')


def test_the_ladder_goes_on_in_one_process(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Watch(sagwan, portal(articles=1, naver=1, comments=20), 60_000)
    topics = [write(tmp_path, here.portal), _daum(tmp_path, here.portal)]
    daum = "SELECT count(*) FROM captures c JOIN runs r ON r.id = c.run WHERE r.source = 'daum' AND c.why LIKE 'walk %'"
    wanted = {"article first", "walk first", "counts 5m", "article 15m"}
    ended = here.until(lambda: wanted <= here.whys() and sagwan.rows(daum)[0][0] > 1, *topics)
    assert ended.code == 0, ended
    assert {line["source"] for line in ended.lines} == {"daum", "naver"}
    assert {line["verdict"] for line in ended.lines} == {"ok"}
    assert len({line["run"] for line in ended.lines}) == len(ended.lines) > 2
    assert sagwan.rows("SELECT DISTINCT trigger FROM runs") == [("watch",)]
    looks = sagwan.rows("SELECT article, at FROM captures WHERE why IN ('article first', 'article 15m') ORDER BY article, at")
    assert all(b - a >= 15 * MINUTE - 1000 for (one, a), (other, b) in pairwise(looks) if one == other)
    agrees(sagwan)


def test_a_terminal_shows_what_is_looked_at_every_two_seconds(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = portal(articles=0, naver=1, comments=60, start=int(time.time() * 1000) - 5 * MINUTE)
    (article,) = here.world.on("naver")
    topic = write(tmp_path, here)
    with topic.open("a", encoding="utf-8") as file:
        file.write('[cadence]\nhot = "2s"\n')
    screen, terminal = pty.openpty()
    environment = sagwan.environment() | {"COLUMNS": "150", "TERM": "xterm"}
    command = [COMMAND, "watch", str(topic), "--for", "5s", "--connect-to", f"*={here.url}"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=terminal, text=True
    ) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                data = os.read(screen, 65536)
            except OSError:  # the last writer has gone
                break
            seen += data
        os.close(screen)
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.startswith("naver: 시험: ")) == (0, True), out
    shown = seen.decode()
    for word in ("article", "age", "comments", "likes/min", "last seen", "next due", "backlog", "naver: 시험: "):
        assert word in shown
    assert f"naver:{article.naver.oid}/{article.naver.aid} " in shown
    assert shown.rstrip("\r\n").endswith(("\x1b[2K", "\x1b[?25h", "\x1b[1A"))  # taken away at the end
    peeks = sagwan.rows("SELECT at FROM captures WHERE why = 'peek hot 2s' AND url LIKE '%sort=NEW%' ORDER BY at")
    assert len(peeks) >= 2
    assert all(b - a >= 1000 for (a,), (b,) in pairwise(peeks))


@pytest.mark.parametrize(("width", "last"), [(150, "backlog"), (80, "next due"), (50, "next due")])
def test_a_narrow_terminal_shows_whole_references(width: int, last: str) -> None:
    rows = [Row("daum:20261121090000123", "긴 제목 " * 9, 6 * 24 * HOUR, 12_440, 1234.5, 1_320_000, -180_000, 3)]
    console = Console(width=width)
    with console.capture() as shown:
        console.print(live.Picture(lambda most: (rows, [])).drawn(width, 20))
    assert ("daum:20261121090000123" in shown.get(), shown.get().splitlines()[1].split("  ")[-1].strip()) == (True, last)


def test_elsewhere_lines_say_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    one = Row("naver:1/2", "\x1b[2J", 3 * HOUR, 1234, 45.25, 12_000, -3000, 2)
    monkeypatch.setattr(live, "LINES_EVERY", 0.01)
    told = threading.Event()

    def view(most: int) -> tuple[list[Row], list[Backlog]]:
        if told.is_set():
            raise ArchiveError("it is being made anew")
        told.set()
        return [one][:most], [Backlog("naver", "시험", 2, 3000, 60_000, None), Backlog("daum", "시험", 0, 0, None, "it rests")]

    with live.shown(view, live=False):
        assert told.wait(10)
    assert capsys.readouterr().err.splitlines() == [
        "naver: 시험: 2 due, the latest by 3 s; next in 1 min",
        "daum: 시험: it rests",
        "  article naver:1/2 \ufffd[2J, age 3 h, comments 1,234, likes/min 45.2, last seen 12 s, next due 3 s late, backlog 2",
    ]


def test_likes_a_minute_are_those_of_the_last_looks(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    begun = maker.now
    article = "SELECT id FROM articles"
    maker.page([row(1, 5), row(2, 0)])
    assert pulse.likes_a_minute(maker.db, 1, maker.now) is None  # one look shows no growth
    for likes in (15, 35):
        maker.now += 2 * MINUTE
        maker.page([row(1, likes), row(2, 0)])
    assert maker.db.execute(article).fetchall() == [(1,)]
    assert pulse.likes_a_minute(maker.db, 1, maker.now) == pytest.approx(30 / 4, rel=0.01)
    assert pulse.comments(maker.db, 1) == 2
    maker.now = begun + 3 * HOUR
    assert pulse.likes_a_minute(maker.db, 1, maker.now) is None  # nobody has looked for long
    maker.page([row(1, 395), row(2, 0)])
    assert pulse.likes_a_minute(maker.db, 1, maker.now) == pytest.approx(360 / 176, rel=0.01)  # since the look before
    maker.close()


@pytest.mark.parametrize("number", [3, 9])
def test_ctrl_c_keeps_what_is_on_its_way(sagwan: Sagwan, portal: Make, tmp_path: Path, number: int) -> None:
    here = portal(articles=0, naver=3, comments=250)
    topic = write(tmp_path, here, connections=1)
    ended = sagwan.signalled(here, number, signal.SIGINT, "watch", topic, "--connect-to", f"*={here.url}", "--json")
    assert (ended.code, ended.only["stopped"]) == (0, "shutdown"), ended
    assert len(proofs.exchanges(sagwan.archive)) == len(here.requests) == sagwan.rows("SELECT count(*) FROM captures")[0][0]
    assert list(sagwan.archive.rglob("*.open")) == []
    assert sagwan.rows("SELECT count(*) FROM captures WHERE outcome = 'failed'") == [(0,)]
    agrees(sagwan)


@contextlib.contextmanager
def slow_clock(portal: Portal) -> Iterator[str]:
    """The portal's time at a URL that takes a tenth of a second for it: what is to be kept waits so long for its stamp."""

    class Clock(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            threading.Event().wait(0.1)
            body = json.dumps({"now": portal.world.now}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Clock) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/clock"
        server.shutdown()
        thread.join()


def test_a_look_says_where_it_stopped_before_its_run_ends(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = portal(articles=0, naver=1, comments=20)
    last_of_newest = 9
    with slow_clock(here) as clock:
        args = ("watch", write(tmp_path, here, connections=1), "--connect-to", f"*={here.url}", "--clock", clock, "--json")
        ended = sagwan.signalled(here, last_of_newest, signal.SIGINT, *args)
    assert (ended.only["stopped"], ended.only["why"], ended.err, ended.code) == ("shutdown", None, "", 0)
    walks = sagwan.rows("SELECT sort, stop_reason FROM walk_ended ORDER BY walk")
    assert walks == [("NEW", "end"), ("FAVORITE", "stopped: shutdown")]
    agrees(sagwan)


def test_one_source_fails_and_the_other_goes_on(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Watch(sagwan, portal(articles=1, naver=1, comments=20), 60_000)
    topics = [write(tmp_path, here.portal), _daum(tmp_path, here.portal)]
    (sagwan.archive / "locks" / "daum.lock").mkdir(parents=True)
    ended = here.until(lambda: "article 15m" in here.whys(), *topics)
    assert ended.code == 3
    failed = [line for line in ended.lines if line["source"] == "daum"]
    assert [(line["verdict"], line["captures"]) for line in failed] == [("failed", 0)]
    assert "sagwan: daum: cannot make " in ended.err
    assert {line["verdict"] for line in ended.lines if line["source"] == "naver"} == {"ok"}


def test_a_refused_source_is_asked_again_after_its_rest(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Watch(sagwan, portal(articles=1, comments=20), 120_000)
    here.portal.faults.set(LIST, 403)
    refused = "SELECT count(*) FROM refusals"

    def healed() -> bool:
        if here.whys() and sagwan.rows(refused)[0][0]:
            here.portal.faults.clear()
        return bool(here.whys()) and sagwan.rows("SELECT count(*) FROM comments")[0][0] == 20

    ended = here.until(healed, write_topic(tmp_path, here.portal, connections=1))
    assert ended.code == 2  # something was refused
    assert [line["verdict"] for line in ended.lines][:2] == ["blocked", "ok"]
    last = "SELECT max(c.received_at) FROM capture_rows c JOIN refusals f ON f.capture = c.id"
    then = "SELECT min(at) FROM captures WHERE run > (SELECT run FROM captures WHERE outcome = 'refused')"
    ((last_at, next_at),) = sagwan.rows(f"SELECT ({last}), ({then})")
    assert next_at - last_at >= 30 * MINUTE


def test_a_locked_source_is_waited_for(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Watch(sagwan, portal(articles=1, comments=20), 1000)
    sagwan.env["SAGWAN_LOCK_WAIT"] = "0"
    lock = sagwan.archive / "locks" / "daum.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        begun = time.monotonic()

        def free() -> bool:
            if time.monotonic() > begun + 4:  # a busy machine takes a while until it asks at all
                fcntl.flock(file, fcntl.LOCK_UN)
            return "article first" in here.whys()

        ended = here.until(free, write_topic(tmp_path, here.portal))
    verdicts = [line["verdict"] for line in ended.lines]
    assert (ended.code, verdicts[0], verdicts[-1]) == (0, "locked", "ok")
    assert verdicts.count("locked") < 20  # it is not asked for all the time
