"""Daum's news search: one page read by its parser, and a topic's queries end to end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from archive.capture import Capture, Parsed
from archive.records import Cue, ListEntry
from crawler import pages
from crawler.addresses import asked
from crawler.sources import load_pages
from spiders.daum import urls
from tests.conftest import ROOT, Sagwan, write_topic
from tests.naver_runs import listed
from tests.portal import Portal, daum_search

Make = Callable[..., Portal]
SEEN = 1_646_556_000_000  # 2022-03-06 17:40 in Seoul
HITS = (ROOT / "tests/fixtures/daum/search.html").read_text(encoding="utf-8")
WORD = "둘레길"
load_pages()


def read(html: str, query: str = WORD, page: int = 1, **context: str) -> Parsed:
    url, body = urls.search_url(query, page, None, None), html.encode()
    capture = Capture(
        page="daum.search", url=url, status=200, headers=(), body=body, at=SEEN, received_at=SEEN, context=context
    )
    return pages.parse(capture)


def test_addresses() -> None:
    assert urls.search_url("새 길", 2, None, None) == (
        "https://search.daum.net/search?w=news&q=%EC%83%88+%EA%B8%B8&sort=recency&p=2"
    )
    days = asked(urls.search_url("x", 1, date(2026, 11, 1), date(2026, 11, 3)))
    assert (days["period"], days["sd"], days["ed"]) == ("u", "20261101000000", "20261103235959")


def test_hits_that_daum_shows_itself() -> None:
    parsed = read(HITS, rank="11", query="둘레길 -없는말")
    first, second = (record for record in parsed.records if isinstance(record, ListEntry))
    assert (first.kind, first.query, first.rank, second.rank) == ("search", "둘레길 -없는말", 11, 13)
    assert (first.article.key, first.article.title, first.article.press) == (
        "20220304050607123",
        "새 둘레길을 연다",
        "가상일보",
    )
    assert first.shown == "새 둘레길을 연다\n가온시가 <길>을"
    assert first.article.published is not None
    assert (first.article.published.precision, first.article.published.end) == ("relative", SEEN - 3 * 3_600_000)
    assert (second.article.key, second.article.press) == ("aBcDeFgH12", None)
    cues = {record.name: record.value for record in parsed.records if isinstance(record, Cue)}
    assert (cues["hits"], cues["next"], len(cues["elsewhere"])) == ("3", "announced", 64)
    assert "next" not in {record.name for record in read(HITS, page=2).records if isinstance(record, Cue)}


def test_nothing_found_is_no_unknown_page_and_other_hits_are_none() -> None:
    assert read("<p>검색결과가 없습니다.</p>").outcome == "empty"
    assert read("<p>점검 중</p>").outcome == "layout"
    five = f'<ul class="c-list-basic">{"<li><div class=item-title>다른 말</div></li>" * 5}</ul>'
    ignored = read(five)
    assert (ignored.outcome, ignored.alarm) == ("layout", "search")


def wanted(site: Portal) -> list[str]:
    """The articles that hold the word and that Daum shows itself, the newest first."""
    known = sorted(site.world.on("daum"), key=lambda a: (-a.published, a.id))
    return [a.id for n, a in enumerate(known) if WORD in a.title + a.text and not daum_search.elsewhere(n)]


def test_a_query_brings_articles_and_a_closed_search_blocks(
    sagwan: Sagwan, portal: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.portal.daum_search.HITS", 2)
    site = portal(articles=16, comments=2)
    found = wanted(site)
    assert len(found) > 2
    topic = write_topic(tmp_path, text=f'title = "시험"\nsources = ["daum"]\nqueries = ["{WORD} -없는말"]\n')
    line = sagwan.collect(site, topic).only
    assert (line["verdict"], line["exit"], line["articles"]) == ("ok", 0, len(found)), line
    rows = listed(sagwan, "search")[f"{WORD} -없는말"]
    assert [key for _, key in rows] == found
    asked = [one["path"] for one in site.requests if one["host"] == daum_search.HOST and one["path"] != "/robots.txt"]
    assert len(asked) > 2
    assert "-%EC" not in asked[0]  # what its search may not know is filtered here

    site.close_robots(daum_search.HOST)
    sagwan.env["SAGWAN_ARCHIVE"] = str(tmp_path / "other")
    line = sagwan.collect(site, topic).only
    assert (line["verdict"], line["exit"], line["articles"], line["blocked_by"]) == ("blocked", 2, 0, "robots")


def test_words_of_a_script_do_not_make_an_unknown_page_an_empty_one() -> None:
    page = "<html><body><div class='new-hits'>기사</div><script>var a = '검색결과가 없습니다'</script></body></html>"
    assert read(page).outcome == "layout"
