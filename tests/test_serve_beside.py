"""`sagwan serve` beside others: what rebuilds the database, what redacts, what takes it away; and odd addresses and threads."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator

import pytest

from archive.times import iso
from tests.conftest import Sagwan
from tests.maker import KEY, Maker, row
from tests.serving import REF, Served, small_archive


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    command = Sagwan(tmp_path_factory.mktemp("beside"))
    maker = Maker(command.archive)
    maker.walk([row(2, childCount=1), row(1)], replies={2: [row(102, parentId=2)]})
    maker.walk([row(2, 4, childCount=1), row(1)], sort="LATEST", replies={2: [row(102, parentId=2)]})
    maker.now += 60_000
    maker.page([row(1), row(3)])
    maker.walk([row(3, 5), row(1), row(2, 4, childCount=1)], replies={2: [row(102, parentId=2)], 1: []})
    maker.close()
    yield Served(command)
    command.stop()


def test_a_thread_with_replies_is_compared_with_the_look_before(served: Served) -> None:
    for sort in ("RECOMMEND", "LATEST"):
        status, _, text = served.ask(f"/thread?ref={REF}&sort={sort}")
        assert status == 200, text
        assert re.findall(r'data-ref="[^#]+#(\d+)"', text)[:3] in (["3", "1", "2"], ["2", "102", "1"])


def test_a_list_that_is_being_read_is_no_time_without_a_look(served: Served) -> None:
    text = served.ask(f"/thread?ref={REF}")[2]
    last = int(re.findall(r'data-seen="(\d+)"', text)[0])
    assert "1 min ago" not in served.ask(f"/thread?ref={REF}&lang=en")[2]  # its replies are in it, too
    at = iso(last - 5).replace("+", "%2B")  # before its last page
    text = served.ask(f"/thread?ref={REF}&at={at}&lang=en")[2]
    assert "was being read" in text
    assert "in between nothing was seen" not in text


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59"])
@pytest.mark.parametrize(
    "path", [f"/article?ref={REF}&at=", f"/article?ref={REF}&beside=", "/movers?to=", f"/check?ref={REF}&at="]
)
def test_times_out_of_the_world_are_said_so(served: Served, path: str, at: str) -> None:
    status, _, text = served.ask(path + at)
    assert status == 400
    assert "1970" in text


def test_a_table_in_the_other_language_has_its_rows(served: Served) -> None:
    page = "/archive/view_observations?_facet=state&_facet=ref"
    rows = served.ask(page)[2].count("<tr>")
    link = re.search(r'<a href="(\?[^"]+lang=en)"', served.ask(page)[2])
    assert link is not None
    _, headers, text = served.ask("/archive/view_observations" + link[1].replace("&amp;", "&"))
    assert '<html lang="en">' in text
    assert text.count("<tr>") == rows > 2
    assert "All times in these tables are UTC" in text
    assert "_facet=ref" in text
    assert '<html lang="en">' in served.ask("/", Cookie=headers["set-cookie"].partition(";")[0])[2]
    assert len(json.loads(served.ask("/archive/view_observations.json?_shape=array&lang=en")[2])) > 2


@pytest.mark.parametrize("query", ["_next=zz", "_through=%7B%7D", "_col=zz", "_timelimit=x"])
def test_what_a_table_cannot_read_is_no_fault_of_ours(served: Served, query: str) -> None:
    assert served.ask(f"/archive/view_observations?{query}")[0] == 400


def test_the_database_is_made_anew_beside_it(sagwan: Sagwan) -> None:
    small_archive(sagwan.archive)
    served = Served(sagwan)
    for path in ("/", f"/article?ref={REF}", "/search?q=댓글", "/archive/view_observations"):
        assert served.ask(path.replace("댓글", "%EB%8C%93%EA%B8%80"))[0] == 200
    with sqlite3.connect(sagwan.archive / "archive.db") as db:
        db.execute("UPDATE observations SET likes = 7777 WHERE likes = 51")
    db.close()
    assert "7,777" in served.ask(f"/article?ref={REF}")[2]
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    ended = sagwan("rebuild", "--accept")
    assert (ended.code, ended.err) == (2, "")  # it found the row that is another one
    text = served.ask(f"/article?ref={REF}")[2]
    assert "7,777" not in text
    assert 'value="51"' in text
    ended = sagwan("redact", f"{REF}#3", "--reason", "why", "--yes")
    assert ended.code == 0, ended.err
    assert "고친" not in served.ask(f"/article?ref={REF}")[2]
    assert "고친" not in served.ask("/search?q=%EA%B3%A0%EC%B9%9C")[2].partition("<main")[2].partition("</form>")[2]


def test_an_archive_that_is_taken_away_is_missed_and_not_made(sagwan: Sagwan) -> None:
    small_archive(sagwan.archive)
    served = Served(sagwan)
    assert served.ask("/")[0] == 200
    for end in ("", "-wal", "-shm"):
        (sagwan.archive / f"archive.db{end}").unlink(missing_ok=True)
    for path in ("/", "/movers", "/archive", "/archive/view_captures"):
        status, _, text = served.ask(path)
        assert status == 503
        assert "archive.db is missing" in text
        assert "verify" not in text
    assert not (sagwan.archive / "archive.db").exists()


def test_an_archive_of_refusals_says_what_it_has_not(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/posts/5/comments", "daum.comments", b"no", 403))
    maker.event("run_ended", run=maker.run, verdict="blocked", counters={"errors": {"refused": 1}, "captures": 1})
    maker.writer.close()
    maker.db.close()
    text = Served(sagwan).ask("/?lang=en")[2]
    for said in ("no list of comments was seen", "There are no articles yet", "not every source ended ok", ">blocked<"):
        assert said in text
    assert "no gaps" not in text
    assert "figure" not in text.partition("<main")[2].replace("figures", "")
