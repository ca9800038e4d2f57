"""Naver's lists at the seam: cursors, encodings, faults; sports and entertainment; robots.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest

from . import Portal
from .client import ask, rows
from .population import HOUR

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "bodies" / "naver"
MORE = "news.naver.com/section/template/SECTION_ARTICLE_LIST"


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


def links(html: str, path: str = "//a[contains(@class,'sa_text_title')]/@href") -> list[str]:
    """The articles that a list names, without their query."""
    if not html:
        return []
    return [re.sub(r".*article/(\d{3}/\d{10}).*", r"\1", link) for link in lxml.html.fromstring(html).xpath(path)]


def more(portal: Portal, section: str, after: str, number: int = 2, name: str = "SECTION_ARTICLE_LIST") -> str:
    url = f"news.naver.com/section/template/{name}?sid={section}&sid2=&cluid=&pageNo={number}&date=&next={after}"
    body = rows(portal, url, Referer="https://news.naver.com/section/102")
    found: str = body["renderedComponent"][name]
    return found


@pytest.mark.parametrize("name", ["SECTION_ARTICLE_LIST", "SECTION_ARTICLE_LIST_FOR_LATEST"])
def test_a_section_by_its_cursor(portal: Portal, name: str) -> None:
    truth = sorted(
        (a for a in portal.world.on("naver") if a.naver and a.naver.section == "102"), key=lambda a: (-a.published, a.id)
    )
    found: list[str] = []
    after, number = "", 1
    while True:
        html = more(portal, "102", after, number, name)
        root = lxml.html.fromstring(html)
        found += links(html)
        after, number = root.get("data-cursor"), number + 1
        if root.get("data-has-next") == "false":
            break
        assert len(links(html)) >= 36
    assert found == [a.id for a in truth]
    assert len(found) == 50
    # The number of the page decides nothing, and without a Referer there is only a shell.
    assert more(portal, "102", "", 7, name).replace('page-no="8"', "") == more(portal, "102", "", 1, name).replace(
        'page-no="2"', ""
    )
    assert rows(portal, f"{MORE}?sid=102")["renderedComponent"] == {"SECTION_ARTICLE_LIST": ""}


def test_a_section_page(portal: Portal) -> None:
    status, headers, body = ask(portal, "news.naver.com/section/102")
    tree = lxml.html.fromstring(body.decode())
    assert (status, headers["Content-Type"]) == (200, "text/html;charset=UTF-8")
    latest = "//div[contains(@class,'section_latest_article')]"
    assert links(body.decode(), f"{latest}//a[contains(@class,'sa_text_title')]/@href") == links(more(portal, "102", ""))
    assert tree.xpath(f"{latest}/@data-cursor-name") == ["next"]
    objects = tree.xpath(f"{latest}//a[contains(@class,'_COMMENT_COUNT_LIST')]/@data-object-id")
    assert all(portal.world.article(name).section == "102" for name in [portal.world.article(o).naver for o in objects][:0])
    assert len(objects) == 36
    whens = tree.xpath(f"{latest}//div[contains(@class,'sa_text_datetime')]/b/text()")
    assert all(re.fullmatch(r"방금전|\d+(분|시간|일)전|\d{4}\.\d\d\.\d\d\.", when) for when in whens)
    part = ask(portal, "news.naver.com/breakingnews/section/102/257?date=20261121")[2].decode()
    days = {a.published for a in portal.world.on("naver") if a.id in links(part)}
    assert days
    assert ask(portal, "news.naver.com/section/nothing")[0] == 404


def test_lists_that_lie(portal: Portal) -> None:
    first = more(portal, "102", "")
    cursor = lxml.html.fromstring(first).get("data-cursor")
    second = more(portal, "102", cursor)
    portal.faults.set("SECTION", "repeat_page", times=1)
    assert more(portal, "102", cursor) == first
    portal.faults.set("SECTION", "ignore_cursor", times=1)
    lie = more(portal, "102", cursor)
    assert set(links(lie)) <= set(links(first))
    assert lxml.html.fromstring(lie).get("data-cursor") == lxml.html.fromstring(second).get("data-cursor")
    portal.faults.set("SECTION", "no_rows", times=1)
    none = more(portal, "102", "")
    assert (links(none), lxml.html.fromstring(none).get("data-has-next")) == ([], "true")


def test_the_ranking_is_in_the_old_code_page(portal: Portal) -> None:
    status, headers, body = ask(portal, "news.naver.com/main/ranking/popularMemo.naver")
    assert (status, headers["Content-Type"]) == (200, "text/html;charset=EUC-KR")
    tree = lxml.html.fromstring(body.decode("cp949"))
    boxes = tree.xpath("//div[@class='rankingnews_box']")
    names = [box.xpath("string(.//strong[@class='rankingnews_name'])") for box in boxes]
    assert sorted(names) == sorted({a.press for a in portal.world.on("naver")})
    for box in boxes:
        ranks = box.xpath(".//ul[@class='rankingnews_list']/li/em[@class='list_ranking_num']/text()")
        assert ranks == ["1", "2", "3", "4", "5"][: len(ranks)]
        assert len(box.xpath(".//a[contains(@class,'list_title')]/@href")) == len(ranks)
    a_day = ask(portal, "news.naver.com/main/ranking/popularDay.naver?date=20261120")[2].decode("cp949")
    assert {
        portal.world.article(key).published // 86_400_000 for key in links(a_day, "//a[contains(@class,'list_title')]/@href")
    }
    one = ask(portal, "media.naver.com/press/971/ranking?type=comment")[2].decode()
    assert {key[:3] for key in links(one, "//a[@class='_es_pc_link']/@href")} == {"971"}
    assert lxml.html.fromstring(one).xpath("//*[@class='list_title']")


def test_the_old_list_is_gone_and_was_once(portal: Portal) -> None:
    url = "news.naver.com/main/list.naver?mode=LS2D&mid=shm&sid1=102&sid2=257&page={}"
    assert ask(portal, url.format(1))[0] == 404
    portal.naver.era = "2022"
    last = ask(portal, url.format(3))[2]
    assert ask(portal, url.format(99))[2] == last
    tree = lxml.html.fromstring(last.decode("cp949"))
    assert len(tree.xpath("//ul[starts-with(@class,'type06')]/li/dl")) == 10
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded answers at {RECORDED}")
    theirs = lxml.html.fromstring((RECORDED / "list-20170101.html").read_text(encoding="utf-8"))
    ours = lxml.html.fromstring(ask(portal, url.format(1))[2].decode("cp949"))
    for path, many in (
        ("//ul[@class='type06_headline']/li/dl/dt[not(@class)]/a/@href", 10),
        ("//ul[@class='type06']/li/dl/dt[not(@class)]/a/@href", 10),
        ("//ul[@class='type06_headline']/li/dl/dd/span[@class='lede']", 10),
        ("//ul[@class='type06_headline']/li/dl/dd/span[@class='writing']", 10),
        ("//ul[@class='type06_headline']/li/dl/dd/span[@class='date']", 10),
        ("//div[@class='paging']/strong", 1),
    ):
        assert len(ours.xpath(path)) == len(theirs.xpath(path)) == many, path


def test_sports_and_entertainment(portal: Portal) -> None:
    games = [a for a in portal.world.on("naver") if a.naver and a.naver.service != "news"]
    for article in games[:2]:
        assert article.naver is not None
        kind = article.naver.service
        status, headers, _ = ask(portal, f"n.news.naver.com/mnews/article/{article.id}")
        assert (status, headers["Location"]) == (302, f"https://m.{kind}.naver.com/article/{article.id}")
        assert b'<div id="root"></div>' in ask(portal, f"m.{kind}.naver.com/article/{article.id}")[2]
        whole = rows(portal, f"api-gw.{kind}.naver.com/news/article/{article.id}")["result"]["articleInfo"]["article"]
        assert whole["title"] == article.title
        listed = rows(portal, f"api-gw.{kind}.naver.com/news/articles/kbaseball?page=1&pageSize=100")["result"]
        assert (listed["totalCount"], len(listed["newsList"])) == (2, 2)


def test_robots(portal: Portal) -> None:
    assert b"Allow: /" in ask(portal, "news.naver.com/robots.txt")[2]
    portal.close_robots()
    assert ask(portal, "news.naver.com/robots.txt")[2].startswith(b"User-agent: *\nDisallow: /\n")
    assert b"Disallow" not in ask(portal, "apis.naver.com/robots.txt")[2]
    portal.robots.clear()
