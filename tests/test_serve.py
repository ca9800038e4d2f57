"""`sagwan serve`: how it begins and ends, what its pages and tables hold, what is said when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from archive.records import STATES
from archive.schema import VIEWS
from archive.web.csv_cells import defused
from archive.web.pages import PAGES
from archive.web.worded import differences
from archive.web.words import SHARED, language, speaker
from tests.conftest import ROOT, Sagwan
from tests.maker import Maker, row
from tests.serving import FORMULA, REF, Served, small_archive


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sagwan]:
    command = Sagwan(tmp_path_factory.mktemp("served"))
    small_archive(command.archive)
    yield command
    command.stop()


@pytest.fixture(scope="module")
def served(kept: Sagwan) -> Served:
    return Served(kept)


def test_it_ends_cleanly_at_ctrl_c(sagwan: Sagwan) -> None:
    small_archive(sagwan.archive)
    running = Served(sagwan)
    assert running.ask("/")[0] == 200
    running.process.send_signal(signal.SIGINT)
    ended = sagwan.wait(running.process, 30)
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_ctrl_c_waits_for_no_question(sagwan: Sagwan) -> None:
    """A question can take a minute: here the database is not let go by another."""
    maker = Maker(sagwan.archive)
    maker.close()
    sagwan.env["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-c", "from crawler.cli import main; main()"]
    running = sagwan.start("serve", "--port", 0, command=command)
    assert running.stdout is not None
    where = urlsplit(running.stdout.readline().strip())
    db = sqlite3.connect(sagwan.archive / "archive.db", isolation_level=None, timeout=60)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("BEGIN EXCLUSIVE")
    with socket.create_connection((where.hostname, where.port)) as link:
        asked = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        link.sendall((asked.format("/static/icon.svg") + asked.format("/")).encode())
        assert link.recv(1 << 20).startswith(b"HTTP/1.1 200")  # the other has begun
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        ended = sagwan.wait(running, 120)
    assert time.monotonic() - began < 30
    assert (ended.code, ended.err) == (0, "")
    db.close()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--archive", "nowhere"], "no archive at nowhere: run `sagwan collect`, or name another with --archive"),
        (["--host", "192.0.2.77"], "cannot listen on 192.0.2.77 port 8001: "),
        (["--host", ""], "--host is empty: leave it out, or write the address to listen on"),
        (["--port", "70000"], "Invalid value for '--port'"),
    ],
)
def test_what_is_wrong_is_one_line(sagwan: Sagwan, args: list[str], said: str) -> None:
    ended = sagwan("serve", *args)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"sagwan: {said}")
    assert len(ended.err.splitlines()) == 1


def test_a_port_that_is_taken_is_one_line(sagwan: Sagwan) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = sagwan("serve", "--port", taken.getsockname()[1])
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "Name another with --port" in ended.err


def test_each_view_is_a_page_json_and_csv(served: Served) -> None:
    for name in (name for name in VIEWS if name.startswith("view_")):
        assert served.ask(f"/archive/{name}")[0] == 200
        answer = json.loads(served.ask(f"/archive/{name}.json?_shape=array")[2])
        table = list(csv.DictReader(io.StringIO(served.ask(f"/archive/{name}.csv")[2].removeprefix("\ufeff"))))
        assert len(answer) == len(table) > 2
        assert list(answer[0]) == list(table[0])


def test_a_cell_that_looks_like_a_formula_is_text(served: Served) -> None:
    status, headers, text = served.ask("/archive/view_comment_versions.csv?text__startswith==HYP")
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert [line["text"] for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))] == [f"'{FORMULA}"]
    for cell in ("=1", "+1", "-1", "@SUM(1)", "\t=1", "  =1", "\uff1d1"):
        assert defused(cell) == f"'{cell}"
    assert [defused(cell) for cell in (-1, None, "a=1", "", 2.5)] == [-1, None, "a=1", "", 2.5]


@pytest.mark.parametrize(
    "cell", ["911153917511860636", "007", "3-1", "3/1", "10:30", "1e5", "1,000", "1.50", "50%", "3월 1일", " 12"]
)
def test_a_text_that_a_spreadsheet_would_read_as_another_number_or_a_day_is_text(cell: str) -> None:
    """It keeps 15 digits of a number, and makes a day of 3-1: a comment's key was another, a comment's words a date."""
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["0", "17", "529348107", "1 e", "2026-11-21T09:02:00.005Z", "1번", "제1-2조", ":)", "..."])
def test_other_texts_with_digits_are_left_alone(cell: str) -> None:
    assert defused(cell) == cell


def test_the_language_is_the_readers(served: Served) -> None:
    assert '<html lang="ko">' in served.ask("/")[2]
    assert '<html lang="en">' in served.ask("/", Accept_Language="en-US,en;q=0.9,ko;q=0.5")[2]
    _, headers, text = served.ask("/?lang=en", Accept_Language="ko")
    assert '<html lang="en">' in text
    cookie = headers["set-cookie"].partition(";")[0]
    assert '<html lang="en">' in served.ask("/", Accept_Language="ko", Cookie=cookie)[2]
    for others in ("a/b=1; lang=en", 'theirs={"a": 1}; lang=en', "lang=en; x[y]=1"):  # of other servers on this machine
        assert '<html lang="en">' in served.ask("/", Cookie=others)[2]
    assert [language(None, said) for said in ("", "fr", "*;q=x", "de,en;q=0.2,ko;q=0.1")] == ["ko", "ko", "ko", "en"]


def test_every_word_is_in_both_languages_and_means_one_thing() -> None:
    known = dict(SHARED)
    assert {*STATES, "missing", "gone"} <= known.keys()
    for page in PAGES:
        for key, both in page.words.items():
            assert known.setdefault(key, both) == both, f"two pages have another {key}"
            assert both[0].count("{}") == both[1].count("{}"), key


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/article", 400),
        ("/article?ref=x", 400),
        ("/article?ref=daum:1", 404),
        (f"/article?ref={REF}&at=gestern", 400),
        (f"/article?ref={REF}&at=9999999999", 400),
        (f"/article?ref={REF}&at=2000-01-01T00:00", 200),
        (f"/article?ref={REF}&n=1000000", 400),
        (f"/article?ref={REF}&n=-1", 400),
        (f"/thread?ref={REF}&sort=NOPE", 404),
        ("/?topic=nope", 404),
        ("/?hours=x", 400),
        ("/happened?ref=daum:1", 404),
    ],
)
def test_what_cannot_be_shown_is_said_on_a_page(served: Served, path: str, status: int) -> None:
    answered, _, text = served.ask(path)
    assert answered == status
    assert "<h1" in text
    assert "Traceback" not in text


def test_the_thread_is_what_as_of_says(kept: Sagwan, served: Served) -> None:
    for at in ("2026-09-21T23:13:30+09:00", "2026-09-21T23:14:50+09:00", "2026-09-22"):
        lines = kept("as-of", at, "--article", REF, "--json").lines
        text = served.ask(f"/thread?ref={REF}&at={at.replace('+', '%2B')}")[2]
        assert re.findall(r'data-ref="([^"]+)"', text) == [line["ref"] for line in lines[1:]]
        assert re.findall(r'class="num likes">.*?<data value="(\d+)"', text) == [str(line["likes"]) for line in lines[1:]]
        assert text.count('class="state gone"') == sum(line["state"] == "gone" for line in lines[1:])
    assert "<ins>고친 </ins>댓글<del> 3</del>" in text  # of the one that is gone, too


@pytest.mark.parametrize("path", [f"/article?ref={REF}", f"/article?ref={REF}&beside=2026-09-21T23:14:50.007", "/movers"])
def test_a_form_sent_as_it_stands_shows_the_same(served: Served, path: str) -> None:
    """Its times are those of captures, to the millisecond: cut to the second, the last look would be gone."""
    _, _, page = served.ask(path)
    form = page[page.index('<form class="controls"') :].partition("</form>")[0]
    fields = re.findall(r'name="(\w+)"(?: step="[\d.]+")? value="([^"]*)"', form)
    chosen = re.findall(r'<select name="(\w+)">.*?<option(?: value="(\w+)")? selected>(\w*)', form)
    asked = urlencode([*fields, *((name, value or shown) for name, value, shown in chosen)])
    assert len(fields) in (1, 3)
    _, _, again = served.ask(f"{path.partition('?')[0]}?{asked}")
    assert _times(again) == _times(page)


def _times(page: str) -> list[str]:
    return re.findall(r'<time datetime="([^"]+)"', page)


def test_an_article_that_only_a_list_named_has_a_page(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    maker.walk([row(1)])
    maker.db.execute("INSERT INTO articles (source, key, url, kind, first_capture) VALUES ('daum', '9', 'http://x', 'news', 1)")
    maker.close()
    running = Served(sagwan)
    for path in ("article", "thread", "happened"):
        assert running.ask(f"/{path}?ref=daum:9")[0] == 200
    text = running.ask("/article?ref=daum:9")[2]
    assert "이 기사의 쪽은 읽은 적이 없습니다" in text
    assert "이때까지 본 것이 없습니다" in text


def test_an_archive_without_runs_has_a_first_page(sagwan: Sagwan) -> None:
    Maker(sagwan.archive).close()
    with sqlite3.connect(sagwan.archive / "archive.db", isolation_level=None) as db:
        db.executescript("DELETE FROM run_ended; DELETE FROM run_begun")
    status, _, text = Served(sagwan).ask("/")
    assert (status, "아직 수집한 주제가 없습니다" in text) == (200, True)


def test_a_collector_may_write_meanwhile(kept: Sagwan, served: Served) -> None:
    with sqlite3.connect(kept.archive / "archive.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO facts VALUES ('meanwhile', '1')")
        assert served.ask("/")[0] == 200
        writer.execute("ROLLBACK")


def test_differences_of_texts() -> None:
    assert differences("버스 두 대", "버스 세 대") == [("same", "버스 "), ("del", "두"), ("ins", "세"), ("same", " 대")]
    assert differences(None, "새") == [("ins", "새")]
    assert differences("한", None) == [("del", "한")]
    assert "".join(text for kind, text in differences("a b\nc" * 3000, "a c\nc" * 3000) if kind != "del") == "a c\nc" * 3000


def test_no_text_keeps_a_page_waiting() -> None:
    """Few words, very often: what a comparison word by word would take a minute for."""
    began = time.process_time()
    for old, new in (("가 나 " * 490, "나 다 가 " * 330), ("a " * 1400, "a b " * 99), ("a\nb\n" * 5000, "b\na\nc\n" * 4000)):
        assert "".join(text for kind, text in differences(old, new) if kind != "del") == new
        assert "".join(text for kind, text in differences(old, new) if kind != "ins") == old
    assert time.process_time() - began < 20


def test_one_is_no_more_than_one() -> None:
    say = speaker({"x": ("댓글 {}개, 기사 {}건", "{} comment[s] under {} article[s]"), "y": ("댓글", "comment[s]")}, "en")
    assert [say("x", 1, 2), say("x", "2", "1")] == ["1 comment under 2 articles", "2 comments under 1 article"]
    assert [say("y"), say("y", 1), say("y", 0)] == ["comments", "comment", "comments"]
    assert say("x", "<b>", "[s]") == "&lt;b&gt; comments under [s] articles"
