"""One comment's life, an account's, a run's exchanges, and the bytes of a capture."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.account import account
from archive.comment_life import life
from archive.errors import ArchiveError, Damaged
from archive.evidence import check, evidence, records
from archive.exchanges import Exchanges, exchanges, run, runs
from archive.lookup import find_article
from archive.search_index import follow, opened
from archive.timeline import Event, Timeline
from crawler import pages
from tests.maker import ARTICLE, Maker, row
from tests.test_presence import story

END = 1 << 62
OTHER = "20260921090000456"


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "archive")
    yield made
    made.close()


@pytest.fixture
def index(maker: Maker) -> Iterator[sqlite3.Connection]:
    """search.db, made when the test has begun: what it writes later is followed by `account_of`."""
    follow(maker.root, 60)
    with contextlib.closing(opened(maker.root)) as db:
        yield db


def test_a_timeline_of_some_comments_is_theirs_in_that_of_all(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    story(maker, random.Random(5))
    article = find_article(maker.db, "daum", ARTICLE)
    found = [event for event in Timeline(maker.db, article, END).events() if isinstance(event, Event)]
    comments = sorted({comment for (comment,) in maker.db.execute("SELECT id FROM comments")})
    for few in ([comment] for comment in comments[::5]):
        only = Timeline(maker.db, article, END, frozenset(few))
        assert [one for one in only.events() if isinstance(one, Event)] == [one for one in found if one.comment in few]
    some = frozenset(comments[::3])
    only = Timeline(maker.db, article, END, some)
    assert [one for one in only.events() if isinstance(one, Event)] == [one for one in found if one.comment in some]
    assert only.presence.keys() <= some
    maker.close()


def test_a_life_has_every_look_and_what_became_of_it_with_bounds(maker: Maker) -> None:
    first = maker.page([row(1, 5), row(2, 7)])
    maker.page([row(2, 7), row(1, 5)], sort="LATEST")
    edited = maker.page([row(1, 9, 1, text="고친 글"), row(2, 8)])
    last = maker.page([row(1, 9, 1, text="고친 글", status="D"), row(2, 8)])
    maker.walk([row(2, 8)])
    maker.walk([row(2, 8)])
    told = life(maker.db, 1, "1")
    assert [(one.sort, one.rank, one.likes) for one in told.sightings] == [
        ("RECOMMEND", 1, 5), ("LATEST", 2, 5), ("RECOMMEND", 1, 9), ("RECOMMEND", 1, told.sightings[-1].likes)
    ]  # fmt: skip
    assert [one.text for one in told.versions][:2] == ["댓글 1", "고친 글"]
    assert told.versions[1].capture == edited.record
    visible, deleted, missing, gone = told.states
    assert (visible.state, visible.not_before, visible.evidence) == ("visible", None, (first.record,))
    assert deleted.state == "unknown"  # what Daum means by D nobody knows
    assert (deleted.not_before, deleted.seen_at) == (edited.facts.received_at, last.facts.received_at)
    assert (missing.state, gone.state, told.state) == ("missing", "gone", "gone")
    assert missing.not_before == gone.not_before == told.last_seen == last.facts.received_at
    assert missing.seen_at < gone.seen_at
    assert len(gone.evidence) == 2
    with pytest.raises(ArchiveError, match="no comment #99"):
        life(maker.db, 1, "99")


def test_an_account_has_its_comments_their_states_and_who_shares_articles(maker: Maker) -> None:
    for article in (ARTICLE, OTHER):
        maker.page([row(key, key) for key in range(1, 30)], article=article)
    maker.walk([row(key, key, status="D" if key == 8 else "S") for key in range(1, 30) if key != 15])
    (who,) = maker.db.execute(
        "SELECT account FROM comment_versions v JOIN comments c ON c.id = v.comment WHERE c.key = '8'"
    ).fetchone()
    follow(maker.root, 60)
    with contextlib.closing(opened(maker.root)) as index:
        told = account(maker.db, index, who.hex(), limit=6)
        rest = account(maker.db, index, who.hex(), told.next, 6)
    mine = {str(key) for key in range(1, 30) if key % 7 == 1}
    assert (told.count, told.articles, told.source) == (2 * len(mine), 2, "daum")
    refs = [one.ref for one in (*told.comments, *rest.comments)]
    assert set(refs) == {f"daum:{article}#{key}" for article in (ARTICLE, OTHER) for key in mine}
    assert len(refs) == len(set(refs)) == told.count
    assert rest.next is None
    by_ref = {one.ref: one for one in (*told.comments, *rest.comments)}
    assert by_ref[f"daum:{ARTICLE}#8"].state == "unknown"
    assert by_ref[f"daum:{ARTICLE}#15"].state == "missing"
    assert by_ref[f"daum:{ARTICLE}#15"].missing_since is not None
    assert by_ref[f"daum:{OTHER}#15"].state == "visible"
    assert sum(count for _, count in told.states) == told.count
    assert len(told.times) == told.count
    assert {(one.articles, one.of) for one in told.shared} == {(2, 2)}
    assert len(told.shared) == 6


def test_what_came_back_is_in_the_state_in_which_it_is_seen(maker: Maker) -> None:
    maker.walk([row(1), row(2)])
    maker.walk([row(2)])
    maker.walk([row(2)])
    maker.walk([row(1), row(2)])
    told = life(maker.db, 1, "1")
    assert [one.state for one in told.states] == ["visible", "missing", "gone", "returned"]
    assert told.state == "visible"
    assert told.states[-1].seen_at == told.last_seen


@pytest.mark.parametrize("who", ["", "zz", "00" * 16, "0", "' OR 1=1", "한글"])
def test_an_account_that_is_none_is_one_clear_line(maker: Maker, index: sqlite3.Connection, who: str) -> None:
    with pytest.raises(ArchiveError, match=r"is no account|has no comment of the account"):
        account(maker.db, index, who)


def test_every_exchange_of_a_run_stands_on_one_page_each(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    other = Maker(maker.root, "naver")  # beside it: its captures are not ours
    for n in range(23):
        maker.page([row(1, n)])
        other.now = maker.now
        other.keep(other.exchange(f"https://n.news.naver.com/{n}", "naver.article", b"?", 404, article=None))
    refused = maker.keep(maker.exchange("https://comment.daum.net/x", "daum.comments", b"no", 403))
    failed = maker.exchange("https://comment.daum.net/y", "daum.comments", b"")
    failed.head, failed.facts.error = None, "connection refused"
    maker.keep(failed)
    maker.now += 10
    maker.event("run_ended", run=maker.run, verdict="blocked", counters={"errors": {"refused": 1}})
    found = run(maker.db, maker.run)
    assert found is not None
    assert (found.verdict, found.counters) == ("blocked", {"errors": {"refused": 1}})
    assert {one.uuid for one in runs(maker.db)} == {maker.run, other.run}
    seen: list[str] = []
    page = exchanges(maker.db, found, limit=4)
    while page.next is not None:
        seen += [one.capture for one in page.rows]
        page = exchanges(maker.db, found, page.next, limit=4)
    seen += [one.capture for one in page.rows]
    assert len(seen) == len(set(seen)) == 25
    trouble = exchanges(maker.db, found, which="trouble")
    assert [(one.outcome, one.status) for one in trouble.rows] == [("refused", 403), ("failed", None)]
    assert trouble.rows[0].capture == refused.record
    assert run(maker.db, "nobody's") is None
    assert exchanges(maker.db, found, (END, END)) == Exchanges((), None)
    other.close()
    maker.writer.close()
    maker.db.close()


def test_the_bytes_of_a_capture_are_text_that_steers_nothing(maker: Maker) -> None:
    text = "<script>alert(1)</script> \x1b[31m \u202e뒤집힌 \u200b"
    seen = maker.page([row(1, text=text)])
    found = evidence(maker.db, seen.record)
    assert (found.source, found.status, found.listed, found.warc) == ("daum", 200, 1, found.warc)
    request, response, metadata = records(maker.root, found)
    assert [one.type for one in (request, response, metadata)] == ["request", "response", "metadata"]
    assert response.offset == found.offset
    assert "<script>alert(1)</script>" in response.text
    for shown in (request.text, response.text, metadata.text):
        assert not set(shown) & {"\x1b", "\u202e", "\u200b"}
    assert "\\u202e뒤집힌" in response.text
    for name in ("", "x", "00" * 16, seen.record + "0", "é"):
        with pytest.raises(ArchiveError, match=r"is no capture|has no capture"):
            evidence(maker.db, name)


def test_bytes_in_korean_codes_of_old_are_read_by_what_the_head_says(maker: Maker) -> None:
    exchange = maker.exchange("https://comment.daum.net/z", "daum.comments", "똠방각하".encode("cp949"))
    exchange.head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=EUC-KR\r\n\r\n".replace(b"EUC-KR", b"cp949")
    seen = maker.keep(exchange)
    assert "똠방각하" in records(maker.root, evidence(maker.db, seen.record))[1].text


def test_a_check_says_what_verify_says(maker: Maker) -> None:
    maker.page([row(1, 5)])
    seen = maker.page([row(1, 6)])
    found = check(maker.root, maker.db, "daum", ARTICLE, "1", maker.now + 10, pages.parse)
    assert (found.failed, found.state) == (0, "visible")
    assert ("last seen", "first seen with these counts") in [why for why, _ in found.parts]
    with pytest.raises(ArchiveError, match="nothing was known"):
        check(maker.root, maker.db, "daum", ARTICLE, "1", 5, pages.parse)
    maker.db.execute("UPDATE observations SET likes = 600 WHERE likes = 6")
    wrong = check(maker.root, maker.db, "daum", ARTICLE, "1", maker.now + 10, pages.parse)
    assert wrong.failed > 0
    place = evidence(maker.db, seen.record)
    (path,) = (maker.root / "warc").glob("*/*/*/*")
    data = path.read_bytes()
    path.write_bytes(data[: place.offset + 20] + b"\0" * 30 + data[place.offset + 50 :])
    with pytest.raises(Damaged, match="verify"):
        records(maker.root, place)
