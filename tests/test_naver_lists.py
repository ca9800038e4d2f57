"""Naver's lists and searches: entries at their places, cursors, and each silent wrong answer by its name."""

from __future__ import annotations

from datetime import date

from archive.capture import Parsed
from archive.records import Article, ListEntry
from spiders.naver import list_urls, urls
from tests.naver import ARTICLE, FIXTURES, SEEN, cues, fixture, layout, of, only, read


def ranks(parsed: Parsed) -> list[tuple[int, str]]:
    return [(entry.rank, entry.article.key) for entry in of(parsed, ListEntry)]


def test_section() -> None:
    url = list_urls.section_url("102")
    parsed = read("naver.section", url, fixture("section.html"))
    assert ranks(parsed) == [(1, "999/0000000201"), (2, "999/0000000202"), (4, "999/0000000203")]
    first, second, _ = of(parsed, ListEntry)
    assert (first.kind, first.query, first.article.title, first.article.press) == (
        "section",
        "section 102",
        '머리기사 "하나"',
        "가상일보",
    )
    assert (first.article.published.precision, second.article.published.precision) == ("relative", "day")
    assert cues(parsed) == {"items": "3", "next": "20260918093033"}
    html = (FIXTURES / "section.html").read_text(encoding="utf-8").replace('has-next="true"', 'has-next="false"')
    more = {"component": {}, "renderedComponent": {"SECTION_ARTICLE_LIST": html}, "uhv": 1}
    parsed = read("naver.section", list_urls.section_more_url("102", None, None, 2, "20260918093033"), more, rank="41")
    assert (ranks(parsed)[0], cues(parsed)) == ((41, "999/0000000201"), {"items": "3"})
    head, latest = html.split('<div class="section_latest_article', 1)
    unlisted = f'{head}<div class="section_latest_article{latest.replace("sa_item", "x")}'
    assert layout("naver.section", url, unlisted.encode()) == "0 items on page 1 of a section"  # there are headlines
    empty = html.replace("sa_item", "x")
    assert layout("naver.section", url, empty.encode()) == "0 items on page 1 of a section"
    for shell in (b"<html></html>", b"", {"renderedComponent": {}}, {"renderedComponent": {"X": None}}):
        assert layout("naver.section", url, shell) == "no list with a cursor"


def test_section_of_before_2024() -> None:
    url = "https://news.naver.com/main/list.nhn?mode=LS2D&mid=shm&sid1=100&sid2=267&date=20180117&page=2"
    parsed = read("naver.section_old", url, fixture("section-old.html", "cp949"))
    assert ranks(parsed) == [(21, "999/0000000301"), (22, "998/0000000302")]
    entry = of(parsed, ListEntry)[0]
    assert (entry.query, entry.article.title, entry.article.press) == ("section 100/267 20180117", "쀍뷁 하나", "가상일보")
    assert entry.article.published.raw == "2018.01.17. 오후 10:20"
    assert cues(parsed) == {"items": "2", "page": "2", "next": "3"}
    beyond = read("naver.section_old", url.replace("page=2", "page=9"), fixture("section-old.html", "cp949"))
    assert (ranks(beyond)[0][0], cues(beyond)) == (21, {"items": "2", "page": "2"})
    assert layout("naver.section_old", url, b"<p>hello") == "no ul.type06"


def test_rankings() -> None:
    url = list_urls.ranking_url("Memo")
    parsed = read("naver.ranking", url, fixture("ranking.html", "cp949"))
    assert [(e.rank, e.query, e.article.key, e.article.title) for e in of(parsed, ListEntry)] == [
        (1, "popularMemo 가상일보", "999/0000000401", "많이 본 하나"),
        (2, "popularMemo 가상일보", "999/0000000402", "많이 본 둘"),
        (3, "popularMemo 예시신문", "998/0000000403", "많이 본 셋"),
    ]
    old = read("naver.ranking", "https://news.naver.com/main/ranking/popularDay.nhn", fixture("ranking-2018.html", "cp949"))
    assert [(e.rank, e.article.key, e.article.press) for e in of(old, ListEntry)] == [
        (1, "999/0000000411", "가상일보"),
        (2, "998/0000000412", "예시신문"),
    ]
    press = read("naver.press", "https://media.naver.com/press/999/ranking?type=comment", fixture("press.html"))
    assert [(e.kind, e.rank, e.article.title) for e in of(press, ListEntry)] == [
        ("ranking", 1, "댓글 많은 하나"),
        ("ranking", 2, "댓글 많은 둘"),
    ]
    assert "0 items" in layout("naver.ranking", url, b"<p>hello")
    assert "no ul.press_ranking_list" in layout("naver.press", url, b"<p>hello")


def test_search() -> None:
    url = list_urls.search_url("가상")
    following = url.replace("start=1", "start=11")
    found = {"collection": [{"html": fixture("search.html").decode(), "script": "", "style": ""}], "url": following}
    parsed = read("naver.search", url, found)
    first, second = of(parsed, ListEntry)
    assert (first.kind, first.query, first.rank, first.article.key) == ("search", "가상", 1, "999/0000000601")
    assert (first.article.title, first.article.press) == ("가상 하나", "가상일보")
    assert (first.article.published.raw, second.article.published.precision) == ("2018.01.17.", "relative")
    assert (second.rank, second.article.title, second.article.press) == (2, "가상 둘", "예시신문")
    reached = str(SEEN - 3 * 24 * 3_600_000)  # the last date, whatever press it is of
    digest = cues(parsed)["digest"]  # of all hits, that of another site too
    assert cues(parsed) == {"items": "2", "next": following, "reached": reached, "digest": digest}
    last = read("naver.search", following, found | {"url": None})
    assert cues(last) == {"items": "2", "reached": reached, "digest": digest}
    elsewhere = fixture("search.html").decode().replace("elsewhere.example/602", "elsewhere.example/603")
    assert cues(read("naver.search", url, {"collection": [{"html": elsewhere}]}))["digest"] != digest
    assert layout("naver.search", following, {"collection": [{"html": ""}]}) == "0 items on a further page of a search"
    assert cues(read("naver.search", url, {"collection": None, "url": None})) == {"items": "0"}
    assert layout("naver.search", url, {"collection": [{"html": "<p>"}]}) == "0 items on page 1 of a search"
    other = {"url": following.replace("%EA%B0%80%EC%83%81", "x")}
    assert layout("naver.search", url, found | other) == "search ignored: asked 가상, the next page is of x"
    assert "no search" in layout("naver.search", url, found | {"url": "https://evil.example/?query=x"})


def test_the_official_search() -> None:
    link = "https://news.naver.com/main/read.nhn?mode=LSD&oid=999&aid=0000000701"
    hit = {
        "title": "<b>가상</b> &quot;하나&quot;",
        "originallink": "x",
        "link": link,
        "pubDate": "Tue, 30 Mar 2021 22:15:00 +0900",
    }
    answer = {"total": 326, "start": 11, "display": 10, "items": [hit | {"link": "http://else.example/"}, hit]}
    parsed = read("naver.api", list_urls.api_url("가상", 11, display=10), answer)
    entry = only(parsed, ListEntry)
    assert (entry.rank, entry.article.key, entry.article.title) == (12, "999/0000000701", "<b>가상</b> &quot;하나&quot;")
    assert entry.article.published.start == 1617110100000
    said = {"items": "1", "foreign": "1", "total": "326", "next": "21", "reached": "1617110100999"}
    assert cues(parsed) == said | {"digest": cues(parsed)["digest"]}
    other = [hit | {"title": "다른 <b>말</b>", "description": "가<b>상</b>"}, *[hit | {"title": "다른 말"}] * 4]
    assert read("naver.api", list_urls.api_url("가상", 11), answer | {"items": other}).outcome == "ok"
    assert "search ignored" in layout("naver.api", list_urls.api_url("가상", 11), answer | {"items": [*other[1:], other[1]]})
    assert "0 items at 11 of 326" in layout("naver.api", list_urls.api_url("가상", 11), answer | {"items": []})
    last = read("naver.api", list_urls.api_url("가상", 321), answer | {"start": 321})
    assert "next" not in cues(last)
    url = list_urls.api_url("가상")
    assert cues(read("naver.api", url, {"total": 0, "start": 1, "display": 0, "items": []})) == {"items": "0", "total": "0"}
    assert "0 items at 1 of 5" in layout("naver.api", url, {"total": 5, "start": 1, "display": 0, "items": []})
    assert "start ignored: asked 11 got 1" in layout("naver.api", list_urls.api_url("가상", 11), answer | {"start": 1})
    failed = read("naver.api", url, {"errorMessage": "Incorrect query request", "errorCode": "SE01"}, 400)
    assert (failed.outcome, failed.note) == ("layout", "the API says SE01: Incorrect query request")


def test_sports_and_entertainment() -> None:
    url = urls.service_article_url(ARTICLE, "sports")
    body = {"title": "제목", "content": "첫 줄<br>둘째 <b>줄</b>"}
    article = only(read("naver.sports", url, {"code": 200, "result": {"articleInfo": {"article": body}}}), Article)
    assert (article.key, article.title, article.text, article.section) == (ARTICLE, "제목", "첫 줄\n둘째 줄", "sports")
    assert only(read("naver.entertain", url, b"", 404), Article).state == "gone"
    assert "names" in layout("naver.sports", url, {}, article="001/0009845123")
    day = date(2026, 9, 18)
    item = {"oid": "999", "aid": "0000000801", "title": "하나", "sourceName": "가상일보", "dateTime": "2026-09-18T10:00:00"}
    listed = read("naver.sports_list", list_urls.service_list_url("sports", "kbaseball", day), {"result": {"newsList": [item]}})
    assert (ranks(listed), only(listed, ListEntry).kind) == ([(1, "999/0000000801")], "section")
    ranked = {"result": [{"officeId": "999", "articleId": "0000000802", "title": "둘", "readCount": 5}]}
    parsed = read("naver.entertain_list", list_urls.service_ranking_url("entertain", day), ranked)
    assert (only(parsed, ListEntry).kind, only(parsed, ListEntry).query) == ("ranking", "entertain most-viewed 20260918")
    assert "0 items" in layout("naver.sports_list", url, {"result": []})
    assert cues(read("naver.sports_list", url, {"result": {"newsList": [], "totalCount": 0}})) == {"items": "0", "total": "0"}
    assert "is no article" in layout("naver.sports_list", url, {"result": [{"oid": "1", "aid": "2"}]})
