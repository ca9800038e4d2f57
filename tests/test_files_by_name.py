"""A capture's file is found by its name: what a run asks of its past costs the same in an archive of a day and of years."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from archive import kept, questions
from archive.archive import open_for_reading
from archive.capture import Seen
from archive.lookup import uuid_text
from archive.warc_reader import file_named, files
from crawler import pages
from crawler.sources import load_pages
from tests.conftest import Sagwan
from tests.portal import Portal

Make = Callable[..., Portal]
Write = Callable[..., Path]
_listed: list[list[str]] = []  # the folders that are listed while somebody watches


def _hear(event: str, args: tuple[object, ...]) -> None:
    if _listed and event in ("os.scandir", "os.listdir"):
        _listed[-1].append(str(args[0]))


sys.addaudithook(_hear)


def test_what_a_run_reads_back_lists_no_folder(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=250)
    assert sagwan.collect(site, topic(site)).code == 0
    site.faults.set("/v/", "429", retry_after=3600)
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    load_pages()
    (key,) = (article.id for article in site.world.articles)
    with closing(open_for_reading(sagwan.archive)) as db:
        (walk,) = {row[0] for row in db.execute("SELECT w.uuid FROM captures c JOIN walk_begun w ON w.id = c.walk")}
        (now,) = db.execute("SELECT max(received_at) FROM captures").fetchone()
        _listed.append([])
        try:
            read = kept.walked(sagwan.archive, db, uuid_text(walk), pages.parse)
            page = kept.last_page(sagwan.archive, db, "daum", key, "daum.article", pages.parse)
            asked = questions.retry_after(sagwan.archive, db, "daum", now)
            robots = questions.kept_robots(sagwan.archive, db, "https://v.daum.net/robots.txt", now - 60_000)
        finally:
            listed = _listed.pop()
    assert (len(read) > 1, isinstance(page, Seen), asked is not None, robots is not None) == (True, True, True, True)
    assert listed == []


def test_a_file_is_found_by_its_name_open_or_not(tmp_path: Path) -> None:
    folder = tmp_path / "warc" / "2026" / "11" / "23"
    folder.mkdir(parents=True)
    name = "sagwan-daum-20261123-00001-a.host.warc.gz"
    assert file_named(tmp_path, name) is None
    (folder / (name + ".open")).touch()
    assert [file_named(tmp_path, name)] == files(tmp_path) == [folder / (name + ".open")]
    (folder / (name + ".open")).rename(folder / name)
    assert [file_named(tmp_path, name)] == files(tmp_path) == [folder / name]
    assert file_named(tmp_path, "../" + name) is None


def test_a_wait_that_was_asked_for_long_ago_is_not_read_again(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set("/v/", "429", retry_after=99_999_999)  # three years
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    (refused,) = sagwan.rows("SELECT received_at FROM captures WHERE status = 429")[0]
    year = 366 * 24 * 3_600_000
    with closing(open_for_reading(sagwan.archive)) as db:
        found = [questions.retry_after(sagwan.archive, db, "daum", refused + later) for later in (year - 1000, year + 1000)]
    assert [one is not None for one in found] == [True, False]
