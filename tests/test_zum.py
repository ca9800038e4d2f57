"""Zum: its parsers on small invented pages, the two recorded (and blanked) answers, and from a seed to rows and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Article, Listing
from crawler.sources import load_pages
from spiders.zum import urls
from tests.conftest import Sagwan
from tests.naver import RECORDED, counts, cues, layout, only, read
from tests.portal import Portal
from tests.portal.small import plant
from tests.small_runs import agrees, changed, collect, shown, stored, truth
from tests.small_runs import counts as counted

Make = Callable[..., Portal]
KEY = "97264265"
PAGE = (Path(__file__).parent / "fixtures" / "zum" / "article.html").read_text(encoding="utf-8")
load_pages()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://news.zum.com/articles/97264265", KEY),
        ("https://m.news.zum.com/articles/97264265/%ED%8C%90%EA%B5%90?utm_source=x", KEY),
        ("https://news.zum.com/list?c=05", None),
        ("https://zum.com/articles/97264265", None),
        ("https://news.zum.com/articles/abc", None),
    ],
)
def test_addresses_of_an_article(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key


def test_an_article() -> None:
    parsed = read("zum.article", urls.article_url(KEY), PAGE.encode(), article=KEY)
    found: Article = only(parsed, Article)
    assert (found.key, found.title, found.press, found.pane) == (KEY, '가상시 "버스"', "가상일보", "zum")
    assert (found.text, cues(parsed)) == ("첫 줄 <그대로> 😀\n둘째 줄", {"code": "SYS007"})
    assert found.published is not None
    assert (found.published.start, found.published.precision) == (1743384000000, "minute")
    bare = only(read("zum.article", urls.article_url(KEY), PAGE.replace("sysCode", "other").encode()), Article)
    assert bare.pane == "none", "a section that the page does not name is not guessed"
    assert only(read("zum.article", urls.article_url(KEY), b"", 404, article=KEY), Article).state == "gone"
    assert layout("zum.article", urls.article_url(KEY), b"<html><p>hello")


def test_counts() -> None:
    said = {"sysCode": "SYS007", "articleIdx": int(KEY), "cmntCount": 7, "deletedCount": 1, "likeCount": 3, "hateCount": 2}
    parsed = read("zum.info", urls.info_url("SYS007", KEY), said | {"validScmntCount": None}, article=KEY)
    assert counts(parsed) == {"comments.counted": 7, "comments.deleted": 1, "likes": 3, "dislikes": 2}
    assert layout("zum.info", urls.info_url("SYS007", KEY), said, article="1")


def listed(rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"hasNext": True, "totalPage": 2, "totalValidCmnt": 25, "totalValidScmnt": 3, "cmntList": rows} | more


def test_items_of_the_guessed_shape_and_of_any_other() -> None:
    url = urls.comments_url("SYS007", KEY, 1)
    item = {"id": 5, "content": "글 😀", "writeDateTime": "2025-03-31T10:20:30", "userDisplayId": "ha**", "deletedBy": None}
    gone = item | {"id": 4, "content": "", "deletedBy": "USER"}
    parsed = read("zum.comments", url, listed([item, gone, item | {"id": 3, "deletedBy": "BOT"}]), article=KEY)
    listing: Listing = only(parsed, Listing)
    assert (listing.order, cues(parsed), counts(parsed)) == ("votes", {"next_page": "2"}, {"comments": 25})
    assert [each.state for each in listing.comments] == ["visible", "deleted_by_user", "unknown"]
    first = listing.comments[0]
    assert (first.text, first.likes, first.account and first.account.key) == ("글 😀", None, "ha**")
    assert first.created is not None
    assert first.created.start == 1743384030000
    assert layout("zum.comments", url, listed([{"cmntIdx": 5, "cmnt": "글"}]))
    assert layout("zum.comments", url, listed([]))
    assert read("zum.comments", urls.comments_url("SYS007", KEY, 2), listed([], totalValidCmnt=None)).outcome == "empty"


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")
def test_the_recorded_shapes() -> None:
    info = (RECORDED / "bodies" / "zum" / "article-info.json").read_bytes()
    raw = json.loads(info)
    parsed = read("zum.info", urls.info_url("SYS000", str(raw["articleIdx"])), info, article=str(raw["articleIdx"]))
    assert counts(parsed) == {
        "comments.counted": raw["cmntCount"],
        "comments.deleted": raw["deletedCount"],
        "replies": raw["validScmntCount"],
        "likes": raw["likeCount"],
        "dislikes": raw["hateCount"],
    }
    body = (RECORDED / "bodies" / "zum" / "cmnt-article-list.json").read_bytes()
    none = read("zum.comments", urls.comments_url("SYS000", "12345678", 1), body, article="12345678")
    assert (counts(none), [r for r in none.records if isinstance(r, Listing)]) == ({"comments": 0}, [])


def test_an_article_from_seed_to_rows(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    busy, quiet, gone = (plant(p.world, "zum", comments=size, replies=0) for size in (45, 0, 3))
    p.world.set_pane(quiet, "none")
    ended = collect(sagwan, p, busy, quiet, gone)
    line = ended.only
    assert (ended.code, line["verdict"], line["gaps"], line["alarms"], line["errors"]) == (0, "ok", [], [], {})
    assert (line["comments"], line["declared"], line["walks"]) == (48, 48, {"complete": 2, "incomplete": 0})
    no_replies = {key: (*row[:6], None, row[7]) for key, row in truth(sagwan, p, busy, "{}****").items()}
    assert stored(sagwan, busy) == no_replies
    assert counted(sagwan, busy) == {"comments": 45, "comments.counted": 45, "comments.deleted": 0, "replies": 0}\
        | {"likes": 3, "dislikes": 1}  # fmt: skip
    said = shown(sagwan, busy)[""]
    assert (said["title"], said["press"], said["pane"], said["author"]) == (busy.title, busy.press, "zum", None)
    voted, lost = busy.comments[-3], busy.comments[-5]
    p.world.vote(voted.id, likes=4)
    p.world.delete(lost.id)
    p.world.add_comment(busy, "답글", busy.comments[0].id)
    p.world.remove_article(gone)
    again = collect(sagwan, p, busy, gone)
    assert (again.code, again.only["verdict"], again.only["alarms"]) == (2, "thin", [])
    assert [(gap["what"], gap["declared"], gap["collected"]) for gap in again.only["gaps"]] == [("replies", 1, 0)]
    assert changed(sagwan, busy) == {(f"#{voted.id}", "counts"), (f"#{lost.id}", "missing"), ("", "counts")}
    assert changed(sagwan, gone) == {("", "gone")}
    series = sagwan("series", f"zum:{busy.id}#{voted.id}", "--metric", "likes", "--json").lines
    assert (series[0]["likes"], series[-1]["likes"]) == (voted.likes - 4, voted.likes)
    agrees(sagwan)
