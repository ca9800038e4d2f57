"""The faults of Naver's lists, seen from the client's end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from . import Portal
from .client import ask, cbox, rows
from .things import Article


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(seed=4, articles=0, naver=2, comments=100) as running:
        yield running


@pytest.fixture
def article(portal: Portal) -> Article:
    return portal.world.on("naver")[0]


def pages(portal: Portal, article: Article, sort: str = "NEW") -> tuple[dict[str, Any], dict[str, Any]]:
    """The first page and the one that its cursor leads to."""
    first = cbox(portal, article, f"sort={sort}&pageSize=20&pageType=more")["result"]
    after = first["morePage"]["next"]
    return first, cbox(portal, article, f"sort={sort}&pageSize=20&pageType=more&moreParam.next={after}")["result"]


def test_lists_that_lie(portal: Portal, article: Article) -> None:
    honest = pages(portal, article)
    favorite = pages(portal, article, "FAVORITE")[0]["commentList"]
    seen = {}
    for fault in ("repeat_page", "ignore_cursor", "no_rows", "ignore_sort", "false_sort", "foreign"):
        portal.faults.clear()
        portal.faults.set("cbox", fault)
        seen[fault] = pages(portal, article)
    assert seen["repeat_page"] == (honest[0], honest[0])
    assert [page["commentList"] for page in seen["ignore_cursor"]] == [honest[0]["commentList"]] * 2
    assert seen["ignore_cursor"][1]["morePage"] == honest[1]["morePage"]
    assert all((page["commentList"], page["count"]) == ([], honest[0]["count"]) for page in seen["no_rows"])
    assert [(page["sort"], page["commentList"]) for page in (seen["ignore_sort"][0], seen["false_sort"][0])] == [
        ("FAVORITE", favorite),
        ("NEW", favorite),
    ]
    assert {row["objectId"] for row in seen["foreign"][0]["commentList"]} == {portal.world.on("naver")[1].hash}


def test_the_other_faults_meet_naver_too(portal: Portal, article: Article) -> None:
    portal.faults.set("cbox", "block_page", times=1)
    url = f"apis.naver.com/commentBox/cbox/web_naver_list_jsonp.json?objectId={article.hash}"
    status, headers, body = ask(portal, url, Referer=article.url)
    assert (status, headers["Content-Type"], "자동입력방지" in body.decode()) == (200, "text/html;charset=UTF-8", True)
    portal.faults.set("cbox", 429, times=1, retry_after=9)
    assert ask(portal, url, Referer=article.url)[0] == 429
    portal.faults.set("cbox", "empty", times=1)
    assert ask(portal, url, Referer=article.url)[2] == b""
    portal.faults.set("cbox", "euc-kr", times=1)
    body = ask(portal, url, Referer=article.url)[2]
    assert cbox(portal, article)["message"] in body.decode("cp949")


def test_answers_about_something_else(portal: Portal, article: Article) -> None:
    counts = f"news.naver.com/api/comment/listCount.json?objectId={article.hash}"
    likes = f"news.like.naver.com/v1/search/contents?q=NEWS[ne_{article.id.replace('/', '_')}]"
    page = article.url.removeprefix("https://")
    other = portal.world.on("naver")[1]
    portal.faults.set("listCount|search/contents|mnews/article", "foreign")
    assert list(rows(portal, counts)["result"]) == [other.hash]
    assert rows(portal, likes)["contents"][0]["contentsId"] == f"ne_{other.id.replace('/', '_')}"
    assert other.hash in ask(portal, page)[2].decode()
    portal.faults.clear()
    portal.faults.set("listCount", "no_rows")
    assert rows(portal, counts)["result"] == {}
    days = "s.search.naver.com/p/newssearch/3/api/tab/more?query=%EC%A3%BC%EB%AF%BC&sort=1&nso=so:dd,p:from20180117to20180117"
    assert rows(portal, days)["collection"] is None
    portal.faults.set("newssearch", "ignore_days")
    assert rows(portal, days)["collection"]
