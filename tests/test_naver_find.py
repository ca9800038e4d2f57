"""How articles come into a topic: searches, the official search with keys, lists; what is left out is counted."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from archive.times import SEOUL
from archive.warc_reader import files, read_records
from tests import naver_runs
from tests.conftest import Sagwan
from tests.naver_runs import agrees, alarms, asked, day_of, listed, visited, write
from tests.portal import Article, Portal

Make = Callable[..., Portal]
ID, SECRET = "an-id-of-the-operator", "his/secret+value=="
DENIED = {"body": json.dumps({"errorMessage": "NID AUTH Result Invalid (1000)", "errorCode": "024"})}
OLD_HOST, HUB = "openapi.naver.com", "naverapihub.apigw.ntruss.com"


def hits(p: Portal, word: str) -> list[Article]:
    """The articles of Naver's news that hold a word, newest first."""
    found = [a for a in p.world.on("naver") if word in f"{a.title} {a.text}" and a.naver and a.naver.service == "news"]
    return sorted(found, key=lambda a: (-a.published, a.id))


def test_queries_find_articles_in_the_window(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=10, naver=60, comments=3, games=2)
    since, until = day_of(p, 50), day_of(p, 8)
    queries = ["둘레길", '"도서관"', "아무도쓰지않은말"]
    ended = sagwan.collect(p, write(tmp_path, queries=queries, since=since, until=until))
    wanted = {
        a.id
        for word in ("둘레길", "도서관")
        for a in hits(p, word)
        if since <= datetime.fromtimestamp(a.published / 1000, SEOUL).date() <= until
    }
    assert (ended.code, ended.only["verdict"], ended.only["gaps"]) == (0, "ok", [])
    assert 5 < len(wanted) == ended.only["articles"]
    assert visited(p) == wanted == set(naver_runs.stored(sagwan))
    naver_runs.complete(sagwan, p, *(p.world.article(key) for key in wanted))
    events = listed(sagwan, "search")
    assert set(events) <= {"둘레길", '"도서관"'}
    assert {key for entries in events.values() for _, key in entries} == wanted
    ranks = [rank for rank, _ in events["둘레길"]]
    assert ranks == sorted(ranks)
    assert all(parse_qs(path)["sort"] == ["1"] for path in asked(p, "newssearch"))
    assert all(parse_qs(path)["ds"] == [f"{since:%Y.%m.%d}"] for path in asked(p, "newssearch"))
    agrees(sagwan)


def test_what_a_topic_says_twice_is_asked_once(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=3, comments=3)
    ranking = "https://news.naver.com/main/ranking/popularMemo.naver"
    assert sagwan.collect(p, write(tmp_path, [ranking, ranking], queries=["둘레길", "둘레길"])).code == 0
    assert (len(asked(p, "newssearch")), len(asked(p, "/main/ranking/"))) == (1, 1)


def test_what_a_search_does_not_reach_is_asked_for_by_days(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    # 2,060 hits, nearly all of presses that publish elsewhere: those of the oldest days lie beyond the 2,000 of one search.
    p = portal(articles=2_060, naver=1, old=1, comments=0)
    for place, article in enumerate(p.world.articles):
        article.title, article.text = f"킹크랩 {place}", "속보"
    (last,) = p.world.on("naver")
    last.published = min(a.published for a in p.world.on("daum")) - 1_000
    assert last.naver
    first = datetime.fromtimestamp(last.published / 1000, SEOUL).date()
    ended = sagwan.collect(p, write(tmp_path, queries=["킹크랩"], since=first))
    assert (ended.code, ended.only["verdict"], ended.only["gaps"], ended.only["articles"]) == (0, "ok", [], 1)
    windows = list(dict.fromkeys(parse_qs(path)["de"][0] for path in asked(p, "newssearch")))
    assert len(windows) == 2
    assert len(asked(p, "newssearch")) < 215
    p.forget_requests()
    sagwan.env |= {"NAVER_CLIENT_ID": ID, "NAVER_CLIENT_SECRET": SECRET}  # the official search ends at 1,000 hits
    assert sagwan.collect(p, write(tmp_path, queries=["킹크랩"], since=first, until=first)).only["articles"] == 1
    assert [parse_qs(path)["de"] for path in asked(p, "newssearch")] == [[f"{first:%Y.%m.%d}"]]
    sagwan.env |= {"NAVER_CLIENT_ID": None, "NAVER_CLIENT_SECRET": None}
    p.forget_requests()
    open_ended = sagwan.collect(p, write(tmp_path, queries=["킹크랩"]))
    ((what, why),) = [(gap["what"], gap["why"]) for gap in open_ended.only["gaps"]]
    assert (what, open_ended.only["articles"], open_ended.code) == ("search", 0, 2)
    assert "2000 hits at most: write `since`" in why
    assert len(asked(p, "newssearch")) == 200


@pytest.mark.parametrize("host", [OLD_HOST, HUB])
def test_the_official_search_on_both_hosts(sagwan: Sagwan, portal: Make, tmp_path: Path, host: str) -> None:
    p = portal(articles=0, naver=230 if host == OLD_HOST else 40, comments=0)
    if host == HUB:
        p.faults.set("^/v1/search/news", 401, **DENIED)  # keys of the new host are none there
    sagwan.env |= {"NAVER_CLIENT_ID": ID, "NAVER_CLIENT_SECRET": SECRET}
    wanted = hits(p, "둘레길")
    day = datetime.fromtimestamp(wanted[-1].published / 1000, SEOUL).date()
    ended = sagwan.collect(p, write(tmp_path, queries=["둘레길", "없는말없는말"], since=day))
    assert (ended.code, ended.only["verdict"], ended.only["gaps"]) == (0, "ok", [])
    assert ended.only["errors"] == ({"naver.api layout": 1} if host == HUB else {})
    assert visited(p) == {a.id for a in wanted}
    found = listed(sagwan, "search")["둘레길"]
    assert [key for _, key in found] == [a.id for a in wanted]
    assert [rank for rank, _ in found] == list(range(1, len(wanted) + 1))
    assert asked(p, "newssearch") == []
    assert len(asked(p, quote("둘레길"), OLD_HOST)) == 1 + (host == OLD_HOST and len(wanted) > 100)
    assert asked(p, quote("없는말"), OLD_HOST if host == HUB else HUB) == []  # the host that took the keys is known
    for path in files(sagwan.archive):
        text = b"".join(record.block for record in read_records(path))
        assert b"X-Naver-Client-Id" in text or b"X-NCP-APIGW" in text
        assert ID.encode() not in text
        assert SECRET.encode() not in text
    assert ID.encode() not in (sagwan.archive / "archive.db").read_bytes()


@pytest.mark.parametrize(
    ("fault", "alarm"),
    [
        ({"fault": 500}, []),
        ({"fault": 401}, []),
        ({"fault": "junk"}, []),
        ({"fault": "no_rows"}, ["empty"]),
        ({"fault": "no_rows", "after": 1}, ["empty"]),
        ({"fault": "repeat_page"}, ["repeat"]),
        ({"fault": "ignore_query"}, ["search"]),
    ],
)
def test_where_the_official_search_fails_its_page_is_read(
    sagwan: Sagwan, portal: Make, tmp_path: Path, fault: dict[str, Any], alarm: list[str]
) -> None:
    p = portal(articles=150, naver=20, comments=0)
    for each in p.world.on("daum"):
        each.title = "장수풍뎅이"
    word = hits(p, "둘레길")[0]
    word.title = "장수풍뎅이 둘레길"
    p.faults.set("^/(v1/search|search/v1)/news", **fault)
    wanted = "장수하늘소" if fault["fault"] == "ignore_query" else "장수풍뎅이"  # in none, in two pages of hits
    sagwan.env |= {"NAVER_CLIENT_ID": ID, "NAVER_CLIENT_SECRET": SECRET}
    ended = sagwan.collect(p, write(tmp_path, queries=[wanted]))
    assert (alarms(ended.only), ended.code) == (alarm, 2 if alarm else 0)
    assert visited(p) == ({word.id} if wanted in word.title else set())
    assert asked(p, "newssearch")
    gaps = [(gap["what"], gap["ref"]) for gap in ended.only["gaps"]]
    assert gaps == ([("search", wanted)] if alarm != ["repeat"] else [])


@pytest.mark.parametrize(
    ("there", "missing"), [("NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET"), ("NAVER_CLIENT_SECRET", "NAVER_CLIENT_ID")]
)
def test_one_key_alone_is_said(sagwan: Sagwan, portal: Make, tmp_path: Path, there: str, missing: str) -> None:
    p = portal(articles=0, naver=5, comments=0)
    sagwan.env |= {"NAVER_CLIENT_ID": None, "NAVER_CLIENT_SECRET": None, there: "a-key-of-the-operator"}
    ended = sagwan.collect(p, write(tmp_path, queries=["둘레길", "도서관"]))
    assert (ended.code, len(ended.only["gaps"])) == (0, 1)
    assert ended.only["gaps"][0]["why"].startswith(f"{missing} is not set, so the official search is not used")
    assert asked(p, "newssearch")
    p.forget_requests()
    assert sagwan.collect(p, write(tmp_path, p)).only["gaps"] == []  # nothing is searched for


def test_a_signal_while_searching_ends_the_run_cleanly(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=60, naver=5, comments=0)
    for article in p.world.articles:
        article.title = "킹크랩"
    file = write(tmp_path, queries=["킹크랩"], connections=1)
    ended = sagwan.signalled(p, 4, signal.SIGTERM, "collect", file, "--connect-to", f"*={p.url}", "--json")
    assert (ended.code, ended.only["verdict"], ended.only["stopped"], ended.err) == (2, "thin", "shutdown", "")
    p.forget_requests()
    assert sagwan.collect(p, write(tmp_path, queries=["킹크랩"])).code == 0
    assert visited(p) == {a.id for a in p.world.on("naver")}
    agrees(sagwan)


def test_a_window_without_bounds_is_one(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=12, comments=0)
    ever = {"since": date(1900, 1, 1), "until": date(9999, 12, 31)}
    ended = sagwan.collect(p, write(tmp_path, queries=["둘레길"], **ever))
    assert (ended.code, ended.only["verdict"], visited(p)) == (0, "ok", {a.id for a in hits(p, "둘레길")})


def test_a_list_that_cannot_be_asked_for_breaks_the_run_and_not_the_archive(
    sagwan: Sagwan, portal: Make, tmp_path: Path
) -> None:
    p = portal(articles=0, naver=2, games=2, comments=0)
    odd = "https://api-gw.sports.naver.com/news/articles/general?pageSize=%C2%B2"  # a digit, but no number
    ended = sagwan.collect(p, write(tmp_path, [odd, p.world.on("naver")[0].url]))
    assert (ended.code, ended.only["verdict"], ended.only["articles"]) == (2, "broken", 2)
    assert "ValueError" in ended.only["why"]
