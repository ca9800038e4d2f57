"""The rows of the schedule: what a capture leaves in them, heat, and that a rebuild makes the same."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import open_for_reading
from archive.heat import HALF_MS, decayed, measured
from archive.history import as_of
from archive.looks import CACHES, COLUMNS, Looks
from archive.pseudonym import Pseudonyms
from archive.rebuild import rebuild
from archive.records import Article, Moment
from crawler import pages
from tests.conftest import ROOT
from tests.maker import ARTICLE, KEY, Maker, row

MINUTE = 60_000


def looked(maker: Maker) -> dict[str, Any]:
    """The one row of `looks`."""
    (found,) = maker.db.execute("SELECT * FROM looks").fetchall()
    return dict(zip(COLUMNS, found, strict=True))


@pytest.mark.parametrize(
    ("why", "walk", "column"),
    [
        ("article 15m", False, "page"),
        ("seed", False, "page"),
        ("peek hot 1m", False, "peek"),
        ("walk first", True, "walk"),
        ("sweep 30d", False, "page"),
        ("sweep 30d", True, "walk"),
        ("deadline 24h", True, "walk"),
    ],
)
def test_why_says_which_look_it_was(tmp_path: Path, why: str, walk: bool, column: str) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1)], why="robots")
    before = looked(maker)
    maker.page([row(1)], why=why, walk=str(uuid.uuid4()) if walk else None)
    changed = {name for name in ("page_at", "peek_at", "walk_at") if looked(maker)[name] != before[name]}
    assert changed == {f"{column}_at"}
    maker.close()


@pytest.mark.parametrize("kind", ["peek", "walk"])
def test_what_cannot_be_opened_is_a_look_that_failed_until_a_page_of_it_comes(tmp_path: Path, kind: str) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1)], why="robots")
    for attempt, status in ((1, 500), (2, 500), (1, 404)):
        facts = {"why": "open 3h", "context": {"opens": kind}, "attempt": attempt}
        sent = maker.keep(maker.exchange("https://comment.daum.net/x", "daum.post", b"", status, **facts)).facts.at
        assert looked(maker)[f"{kind}_at"] == sent
    assert (looked(maker)["peek_failed"], looked(maker)["walk_failed"]) == ((2, 0) if kind == "peek" else (0, 2))
    maker.page([row(1)], why=f"{kind} 3h", walk=str(uuid.uuid4()) if kind == "walk" else None)
    assert looked(maker)[f"{kind}_failed"] == 0
    maker.close()


def test_failures_in_a_row_are_counted_by_looks_not_by_retries(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1)], why="peek hot 1m")
    for attempt in (1, 2, 3, 1):
        maker.keep(maker.exchange("https://comment.daum.net/x", "daum.comments", b"", 500, why="peek hot 1m", attempt=attempt))
    assert looked(maker)["peek_failed"] == 2
    maker.page([row(1)], why="peek hot 1m")
    assert looked(maker)["peek_failed"] == 0
    maker.close()


def test_what_only_a_browser_shows_fails_again_and_again_though_its_page_comes(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    page = (ROOT / "tests/fixtures/daum/article-talk.html").read_bytes()
    for failed, pane in enumerate((b"<p>another one</p>", b"<p>another one</p>", b"<div class=body_timetalk>OVER</div>"), 1):
        of = {"why": "walk 15m", "walk": str(uuid.uuid4())}
        maker.keep(maker.exchange(f"https://v.daum.net/v/{ARTICLE}", "daum.article", page, fidelity="cdp", **of))
        shown = pane.replace(b"OVER", "타임톡이 종료되었습니다.".encode())
        maker.keep(maker.exchange("https://x.daum.net/talk", "daum.talk", shown, method="DOM", fidelity="rendered", **of))
        assert looked(maker)["walk_failed"] == failed % 3
    maker.close()


def test_a_walk_that_brings_not_one_page_was_a_look_all_the_same(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1)], why="seed")
    ended = dict.fromkeys(("declared_before", "declared_after", "declared_replies"))
    ended |= dict.fromkeys(("complete", "collected", "collected_replies", "repeats"), 0)
    for failed, reason in enumerate(("unread", "unread", "closed"), 1):  # a browser that does not start; one that is not asked
        maker.now += MINUTE
        about = {"article": ARTICLE, "sort": "default", "started_at": maker.now, "stop_reason": reason}
        maker.event("walk_ended", walk=str(uuid.uuid4()), run=maker.run, **about, **ended)
        found = looked(maker)
        assert (found["walk_failed"], found["walk_open"]) == (min(failed, 2), 0)
        assert found["walk_at"] == maker.now - (MINUTE if reason == "closed" else 0)
    maker.close()


def test_an_article_that_nobody_has_seen_is_remembered_as_asked(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.keep(maker.exchange("https://v.daum.net/v/x", "daum.article", b"", 500, why="article first"))
    assert maker.db.execute("SELECT source, topic, what, failed FROM asked").fetchall() == [("daum", "", ARTICLE, 1)]
    assert maker.db.execute("SELECT count(*) FROM looks").fetchone() == (0,)
    maker.close()


def test_votes_make_heat_and_time_takes_it(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1), row(2)], why="peek hot 1m")
    maker.now += MINUTE
    maker.page([row(1, likes=100), row(2, likes=50)], why="peek hot 1m")
    found = looked(maker)
    assert found["heat"] == pytest.approx(30, rel=0.01)  # 150 votes in a minute, five to a point
    maker.now += HALF_MS
    maker.page([row(1, likes=100), row(2, likes=50)], why="peek hot 1m")
    assert looked(maker)["heat"] == pytest.approx(15, rel=0.01)
    maker.close()


def test_what_moves_within_seconds_is_added_to_the_next_look() -> None:
    assert measured(0.0, 0, 10, since=0, now=MINUTE) == 10
    assert measured(0.0, 0, 10, since=0, now=1) < 14  # not thousands
    assert measured(8.0, 0, 0, since=0, now=HALF_MS) == decayed(8.0, 0, HALF_MS) == 4


def test_a_walk_is_open_until_its_end(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    walk = str(uuid.uuid4())
    maker.page([row(1)], why="walk first", walk=walk)
    assert looked(maker)["walk_open"] == 1
    maker.walk([row(1)])
    assert looked(maker)["walk_open"] == 1  # another one's end
    maker.close()


def test_a_rebuild_makes_the_same_rows(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for n in range(6):
        maker.now += MINUTE
        maker.page([row(1, likes=n * 7), row(2)], why="peek hot 1m", context={"asked": "질의"} if n == 3 else {})
        maker.page([row(2), row(1, likes=n * 8)], sort="LATEST", why="walk 15m", walk=str(uuid.uuid4()))
    maker.close()
    rebuild(tmp_path, tmp_path / "new.db", Pseudonyms(KEY), pages.parse)
    for table in CACHES:
        rows = []
        for path in (tmp_path / "archive.db", tmp_path / "new.db"):
            with closing(sqlite3.connect(path)) as db:
                rows.append(db.execute(f"SELECT * FROM {table}").fetchall())
        assert rows[0] == rows[1]
        assert rows[0] or table == "members"


def test_a_peek_between_the_pages_of_a_walk_takes_no_ranks_from_it(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    walk = str(uuid.uuid4())
    maker.page([row(5), row(4)], "RECOMMEND", walk=walk, why="walk 15m")
    maker.page([row(9), row(5)], "LATEST", why="peek hot 1m")
    maker.page([row(3), row(2)], "RECOMMEND", 2, walk=walk, why="walk 15m")
    maker.close()
    with closing(open_for_reading(tmp_path)) as db:
        lines = list(as_of(db, 1, at=maker.now + MINUTE))
    ranks = {line["ref"].partition("#")[2]: line["rank"] for line in lines if line["kind"] == "comment"}
    assert ranks == {"5": 1, "4": 2, "3": 3, "2": 4, "9": None}


def test_a_list_says_neither_that_an_article_is_there_nor_less_exactly_when_it_came(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1)], why="walk first")
    looks = Looks(maker.db, "daum", lambda key: 1)
    looks.about(1, Article(ARTICLE, "", state="gone", published=Moment(5000, 5999, "second", "")), maker.now)
    looks.about(1, Article(ARTICLE, "", published=Moment(0, 3_600_000, "hour", "1시간 전")), maker.now, listed=True)
    looks.flush()
    found = looked(maker)
    assert (found["gone"], found["born"], found["born_to"]) == (1, 5000, 5999)
    maker.close()
