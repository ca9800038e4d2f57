"""Naver Cafe: its parsers on small invented answers (nothing was ever recorded), and from a seed to rows and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Article, Listing
from crawler.sources import load_pages
from spiders.naver_cafe import urls
from tests.conftest import Sagwan
from tests.naver import counts, cues, layout, only, read
from tests.portal import Portal
from tests.portal.small import plant
from tests.small_runs import agrees, changed, collect, shown, stored, truth

Make = Callable[..., Portal]
KEY = "27000001/67793"
READ, LIST = urls.read_url(KEY), urls.comments_url(KEY, "asc", 1)
ANSWER: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "naver_cafe" / "article.json").read_text("utf-8"))
FACTS = ANSWER["result"]["article"]
load_pages()


def answered(**result: Any) -> dict[str, Any]:
    return {"result": ANSWER["result"] | result, "hasNext": False}


def row(key: int, **more: Any) -> dict[str, Any]:
    writer = {"memberKey": f"m{key}", "nick": "가온"}
    own = {"id": key, "refId": key, "isRef": False, "content": f"글 {key}", "writer": writer}
    return own | {"updateDate": 1749029333000} | more


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://cafe.naver.com/HaruCafe/67793", "harucafe/67793"),
        ("https://m.cafe.naver.com/harucafe/67793?art=x", "harucafe/67793"),
        ("https://cafe.naver.com/ca-fe/cafes/27000001/articles/67793", KEY),
        ("https://cafe.naver.com/f-e/cafes/27000001/articles/67793?menuid=1", KEY),
        ("https://m.cafe.naver.com/ca-fe/web/cafes/27000001/articles/67793", KEY),
        ("https://cafe.naver.com/ArticleRead.nhn?clubid=27000001&articleid=67793", KEY),
        ("https://cafe.naver.com/ArticleList.nhn?search.clubid=27000001", None),
        ("https://cafe.naver.com/harucafe", None),
        ("https://blog.naver.com/harucafe/67793", None),
    ],
)
def test_addresses_of_an_article(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key
    assert key is None or urls.article_key(urls.article_url(key)) == key


def test_an_article_and_its_two_names() -> None:
    asked = urls.read_url("harucafe/67793")
    assert "useCafeId=false" in asked
    parsed = read("naver_cafe.article", asked, answered(), article="harucafe/67793")
    found: Article = only(parsed, Article)
    assert (found.key, found.aliases, found.kind, found.state) == (KEY, ("harucafe/67793",), "post", "visible")
    assert (found.title, found.press, found.section, found.pane) == ("가상시 <버스> 이야기", "하루 카페", "자유게시판", "cafe")
    assert (found.text, found.author) == ("첫 줄 <그대로> 😀\n둘째 줄", None)
    assert found.account is not None
    assert (found.account.key, found.account.name) == ("k1", "하루")
    assert found.published is not None
    assert found.published.start == 1749029333663
    assert counts(parsed) == {"comments": 3, "views": 890}
    blind = only(read("naver_cafe.article", READ, answered(article=FACTS | {"isBlind": True})), Article)
    assert (blind.state, blind.notice) == ("restricted", "isBlind")


@pytest.mark.parametrize(
    ("status", "code", "reason", "state"),
    [
        (404, "4003", "삭제되었거나 존재하지 않는 게시글입니다.", "gone"),
        (401, "0004", "로그인하지 않았습니다.", "restricted"),
        (403, "5001", "멤버 등급이 아닙니다.", "restricted"),
        (403, "9000", "잠시 후 다시 시도해 주세요.", None),
        (200, "9000", None, None),
    ],
)
def test_why_there_is_nothing_to_read(status: int, code: str, reason: str | None, state: str | None) -> None:
    refusal = {"result": {"errorCode": code, "reason": reason}}
    parsed = read("naver_cafe.article", READ, refusal, status, article=KEY)
    listed = read("naver_cafe.comments", LIST, refusal, status, article=KEY)
    if state is None:
        assert (parsed.outcome, listed.outcome) == ("layout", "layout")
    else:
        said = f"{code}: {reason}"
        assert (only(parsed, Article).state, only(parsed, Article).notice, cues(listed)) == (state, said, {"closed": said})


def test_comments_with_replies_among_them() -> None:
    rows = [
        row(5),
        row(9, refId=5, isRef=True),
        row(7, isDeleted=True, content=""),
        row(8, content="", sticker={"id": "cafe_8"}),
    ]
    parsed = read("naver_cafe.comments", LIST, answered(comments={"items": rows}) | {"hasNext": True}, article=KEY, rank="3")
    listing: Listing = only(parsed, Listing)
    # Three comments that stand by their numbers may do so by chance.
    assert (listing.sort, listing.order, listing.rank, cues(parsed)) == ("asc", "votes", 3, {"next_page": "2"})
    more = answered(comments={"items": [row(number) for number in range(5, 10)]}) | {"hasNext": True}
    assert only(read("naver_cafe.comments", LIST, more, article=KEY), Listing).order == "asc"
    assert only(read("naver_cafe.comments", LIST.replace("asc", "desc"), more, article=KEY), Listing).order == "votes"
    assert [(c.key, c.parent, c.state, c.text) for c in listing.comments] == [
        ("5", None, "visible", "글 5"),
        ("9", "5", "visible", "글 9"),
        ("7", None, "placeholder", None),
        ("8", None, "visible", ""),
    ]
    assert listing.comments[3].attachment == "cafe_8"
    assert (listing.comments[2].account, listing.comments[0].likes) == (None, None)
    newest = read("naver_cafe.comments", urls.comments_url(KEY, "desc", 1), answered(comments={"items": rows}), article=KEY)
    assert (only(newest, Listing).order, cues(newest)) == ("votes", {"next_page": "0"})  # the other way: it proves nothing


def test_answers_that_are_others() -> None:
    assert "asked 27000001/1" in layout("naver_cafe.article", urls.read_url("27000001/1"), answered())
    assert layout("naver_cafe.article", urls.read_url("27000002/67793"), answered())
    assert layout("naver_cafe.comments", LIST, answered(comments={"items": []}), article=KEY)
    assert layout("naver_cafe.comments", LIST, answered(comments=None), article=KEY)
    assert layout("naver_cafe.comments", LIST, answered(comments={"items": [row(1)]}), article="27000001/9")


def test_an_article_from_seed_to_rows(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    busy, members, level, gone = (plant(p.world, "naver_cafe", comments=size) for size in (130, 4, 4, 4))
    p.world.set_pane(members, "members")
    ended = collect(sagwan, p, busy, members, level, gone)
    line = ended.only
    assert (ended.code, line["verdict"], line["gaps"], line["alarms"], line["errors"]) == (0, "ok", [], [], {})
    assert (line["articles"], line["comments"], line["declared"], line["collected"]) == (4, 138, 138, 138)
    assert sagwan.rows("SELECT complete, declared_after, declared_replies, collected, collected_replies FROM walks "
                       "ORDER BY 2 DESC LIMIT 1") == [(1, 130, None, 126, 4)]  # fmt: skip
    true = truth(sagwan, p, busy, "member-{}")
    assert stored(sagwan, busy) == {key: (*row[:4], None, None, None, row[7]) for key, row in true.items()}, (
        "no votes are shown"
    )
    said = shown(sagwan, busy)[""]  # by the address with the cafe's name
    assert (said["ref"], said["title"], said["press"], len(said["author"])) == (
        f"naver_cafe:{busy.id}",
        busy.title,
        busy.press,
        32,
    )
    assert shown(sagwan, members)[""]["state"] == "restricted"
    tops = [c for c in busy.comments if not c.replies]
    lost, marked = tops[5], next(c for c in busy.comments if c.replies)
    p.world.delete(lost.id)
    p.world.delete(marked.id)
    p.world.set_pane(members, "open")
    p.world.set_pane(level, "level")
    p.world.remove_article(gone)
    again = collect(sagwan, p, busy, members, level, gone)
    assert (again.code, again.only["verdict"], again.only["alarms"]) == (0, "ok", [])
    assert changed(sagwan, busy) == {(f"#{lost.id}", "gone"), (f"#{marked.id}", "state"), ("", "counts")}
    assert (changed(sagwan, level), changed(sagwan, gone)) == ({("", "state")}, {("", "gone")})
    assert shown(sagwan, members)[""]["state"] == "visible"
    assert shown(sagwan, level)[""]["title"] == level.title
    panes = dict(sagwan.rows("SELECT key, l.pane FROM looks l JOIN articles a ON a.id = l.article"))
    assert (panes[level.id], panes[busy.id]) == ("restricted", "cafe"), "in what is for members no walk is due"
    series = sagwan("series", f"naver_cafe:{busy.id}", "--metric", "comments", "--json").lines
    assert (series[0]["comments"], series[-1]["comments"]) == (130, 129)
    agrees(sagwan)


def test_a_refusal_of_us_is_one(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    article = plant(p.world, "naver_cafe", comments=4)
    p.world.set_pane(article, "strange")
    ended = collect(sagwan, p, article)
    assert (ended.code, ended.only["verdict"]) == (2, "blocked")
    assert sagwan.rows("SELECT outcome, status FROM captures WHERE page LIKE 'naver_cafe%'") == [("refused", 403)]
