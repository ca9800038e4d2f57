"""Naver's search at the seam: the next address, the page, the official API with its errors, faults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest

from . import Portal
from .client import ask, rows
from .population import HOUR
from .test_naver_lists import RECORDED, links
from .test_shapes import shapes


@pytest.fixture(scope="module")
def shared() -> Iterator[Portal]:
    with Portal(seed=3, articles=6, naver=200, comments=1, games=4) as running:
        yield running


@pytest.fixture
def portal(shared: Portal) -> Portal:
    """One portal for all these tests: they change nothing but faults, clock and era."""
    shared.faults.clear()
    shared.naver.era = "now"
    shared.world.now = shared.world.on("naver")[0].published + HOUR
    return shared


def search(portal: Portal, query: str, **more: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The press addresses of all results, by following the next address, and the answers."""
    fields = {"ssc": "tab.news.all", "query": query, "sort": "1", "start": "1"} | more
    url: str | None = "s.search.naver.com/p/newssearch/3/api/tab/more?" + "&".join(f"{k}={quote(v)}" for k, v in fields.items())
    found: list[str] = []
    answers: list[dict[str, Any]] = []
    while url and len(answers) < 50:
        body = rows(portal, url.removeprefix("https://"))
        if body["collection"] is None:  # nothing was found
            return [], [body]
        html = body["collection"][0]["html"]
        found += lxml.html.fromstring(html).xpath("//a[@data-heatmap-target='.tit']/@href") if html else []
        answers.append(body)
        url = body["url"]
    return found, answers


def test_search_by_its_next_address(portal: Portal) -> None:
    world = portal.world
    word = "둘레길"
    truth = [a for a in world.articles if word in f"{a.title} {a.text} {a.press}"]
    found, answers = search(portal, word)
    assert len(found) == len(set(found)) == len(truth) > 40
    assert [len(body["collection"]) for body in answers] == [1] * len(answers)
    assert (answers[0]["url"][:8], answers[-1]["url"]) == ("https://", None)
    html = answers[0]["collection"][0]["html"]
    first = sorted(truth, key=lambda a: (-a.published, a.id))[:10]
    own = [a.id for a in first if a.naver and a.naver.service == "news"]
    assert links(html, "//a[@data-heatmap-target='.nav']/@href") == own
    assert f"<mark>{word}</mark>" in html
    assert search(portal, "아무도 쓰지 않은 말")[0] == []
    day = "20261119"
    by_day, _ = search(portal, word, pd="3", ds="2026.11.19", de="2026.11.19", nso=f"so:r,p:from{day}to{day},a:all")
    assert 0 < len(by_day) < len(found)
    assert set(by_day) < set(found)
    both, _ = search(portal, f"{word} 새미동")
    assert set(both) < set(found)
    assert len(search(portal, f"{word} -새미동")[0]) == len(found) - len(both)
    assert search(portal, f'"{word} 계획을"')[0]


def test_searches_that_lie(portal: Portal) -> None:
    portal.faults.set("newssearch", "ignore_query")
    found, _ = search(portal, "아무도 쓰지 않은 말")
    assert len(found) == len(portal.world.articles)
    portal.faults.clear()
    portal.faults.set("newssearch", "repeat_page")
    _, answers = search(portal, "둘레길")
    assert len(answers) == 50
    assert len({body["collection"][0]["html"] for body in answers}) == 1


def test_the_search_page_names_the_rest(portal: Portal) -> None:
    body = ask(portal, f"search.naver.com/search.naver?where=news&query={quote('둘레길')}&sort=1")[2].decode()
    assert len(links(body, "//a[@data-heatmap-target='.tit']/@href")) == 10
    assert 'naver.search.ext = {"url":"https:\\/\\/s.search.naver.com\\/p\\/newssearch\\/3\\/api\\/tab\\/more' in body
    none = ask(portal, f"search.naver.com/search.naver?where=news&query={quote('없는말')}")[2].decode()
    assert "api_noresult_wrap" in none


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("openapi.naver.com/v1/search/news.json", ("X-Naver-Client-Id", "X-Naver-Client-Secret")),
        ("naverapihub.apigw.ntruss.com/search/v1/news", ("X-NCP-APIGW-API-KEY-ID", "X-NCP-APIGW-API-KEY")),
    ],
)
def test_the_official_api(portal: Portal, host: str, names: tuple[str, str]) -> None:
    keys = dict.fromkeys(names, "any")
    url = f"{host}?query={quote('둘레길')}"
    status, _, body = ask(portal, url, **{names[0]: "only one"})
    assert (status, json.loads(body)["errorCode"]) == (401, "024")
    first = rows(portal, f"{url}&display=100&sort=date", **keys)
    rest = rows(portal, f"{url}&display=100&start=101&sort=date", **keys)
    assert len(first["items"]) + len(rest["items"]) == first["total"] > 100
    for fault, code in (("display=101", "SE02"), ("start=1001", "SE03"), ("sort=asc", "SE04")):
        status, _, body = ask(portal, f"{url}&{fault}", **keys)
        assert (status, json.loads(body)["errorCode"]) == (400, code)
    assert json.loads(ask(portal, f"{host}?query=", **keys)[2])["errorCode"] == "SE01"
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded answers at {RECORDED}")
    theirs = json.loads((RECORDED / "openapi-news.json").read_text(encoding="utf-8"))
    assert shapes(first) == shapes(theirs)
    assert [list(item) for item in first["items"][:3]] == [list(item) for item in theirs["items"]]
    assert {item["link"] == item["originallink"] for item in first["items"]} == {True, False}
    date = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0900"
    assert all(re.fullmatch(date, item["pubDate"]) for item in first["items"] + theirs["items"])
