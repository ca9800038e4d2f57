"""LiveRe: its parser beside the raw bytes of the recording, and from a seed to rows and back against the portal's truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Article, Listing
from crawler import when
from crawler.sources import load_pages
from spiders.livere import urls
from tests.conftest import Sagwan
from tests.naver import RECORDED, cues, layout, of, only, read
from tests.portal import Portal
from tests.portal.small import plant
from tests.small_runs import agrees, changed, collect, shown, stored, truth

Make = Callable[..., Portal]
FIXTURE = Path(__file__).parent / "fixtures" / "livere" / "list.js"
KEY = "623/15201/714/5000001"
URL = urls.comments_url(KEY, 1)
PERSONAL = ("@example.invalid", "203.0.113", "Mozilla")
load_pages()


def test_addresses() -> None:
    widget = "https://api-zero.livere.com/v1/comments/list?callback=jQuery1_2&limit=10&offset=3&repSeq=5000001&consumerSeq=623"
    assert urls.article_key(f"{widget}&livereSeq=15201&smartloginSeq=714&code=&_=1") == KEY
    assert urls.article_key(urls.article_url(KEY)) == KEY
    for url in (
        widget,
        URL.replace("/list", "/write"),
        URL.replace("api-zero", "evil"),
        URL.replace("623", "6x3"),
        "http://[x",
    ):
        assert urls.article_key(url) is None


def test_parents_children_and_what_is_not_shown() -> None:
    parsed = read("livere.comments", URL, FIXTURE.read_bytes(), article=KEY, rank="5")
    page: Article = only(parsed, Article)
    assert (page.key, page.kind, page.title, page.pane) == (KEY, "page", "가상시 버스 노선 넓힌다", "livere")
    assert page.original == "https://www.gasang.invalid/news/1"
    listing: Listing = only(parsed, Listing)
    assert (listing.order, listing.rank, listing.parent, cues(parsed)["next_page"]) == ("desc", 5, None, "2")
    rows = {each.key: each for each in listing.comments}
    assert [(key, each.parent, each.state) for key, each in rows.items()] == [
        ("900", None, "visible"),
        ("901", "900", "visible"),
        ("800", None, "placeholder"),
        ("700", None, "placeholder"),
        ("600", None, "unknown"),
    ]
    first = rows["900"]
    assert (first.text, first.likes, first.dislikes, first.replies) == ("첫 글 <b>😀</b>\n둘째 줄", 7, 2, 1)
    assert first.created is not None
    assert (first.created.start, first.created.precision) == (1545923440000, "second")
    assert first.account is not None
    assert (first.account.key, first.account.name, first.account.provider) == ("kakao:a1", "하루", "kakao")
    assert (rows["600"].likes, rows["600"].account) == (None, None), "what is missing is not 0"
    assert not any(word in str(parsed.records) for word in PERSONAL)


@pytest.mark.parametrize("change", [("5000001", "5000002"), ('"resultCode":200', '"resultCode":500'), ('"parents"', '"pa"')])
def test_an_answer_that_is_another_is_no_row(change: tuple[str, str]) -> None:
    assert layout("livere.comments", URL, FIXTURE.read_text(encoding="utf-8").replace(*change).encode(), article=KEY)


def test_the_end_is_a_page_without_comments() -> None:
    none = b'/**/ typeof cb === \'function\' && cb({"results":{"parents":[],"children":[]},"resultCode":200});'
    assert read("livere.comments", urls.comments_url(KEY, 2), none, article=KEY).outcome == "empty"
    assert only(read("livere.comments", URL, none, article=KEY), Article).title is None


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")
def test_the_recording_field_by_field() -> None:
    body = (RECORDED / "bodies" / "livere" / "list-2nd.js").read_bytes()
    text = body.decode("utf-8")
    raw: list[dict[str, Any]] = json.loads(text[text.index("({") + 1 : text.rindex(")")])["results"]["parents"]
    url = urls.comments_url("1020/28583/5154/4272904", 1)  # the list that these rows name; the recording's index has another
    parsed = read("livere.comments", url, body, article="1020/28583/5154/4272904")
    listing: Listing = only(parsed, Listing)
    assert len(listing.comments) == len(raw) == 10
    for comment, row in zip(listing.comments, raw, strict=True):
        assert (comment.key, comment.text, comment.parent, comment.state) == (
            str(row["replySeq"]),
            row["content"],
            None,
            "visible",
        )
        assert (comment.likes, comment.dislikes, comment.replies) == (row["good"], row["bad"], row["subCount"])
        assert comment.account is not None
        assert (comment.account.key, comment.account.name) == (f"{row['memberDomain']}:{row['memberId']}", row["name"])
        assert comment.created == when.iso(row["regdate"])
        assert comment.created is not None
        assert not {row["ipAddress"], row["agent"]} & set(map(str, (comment.text, comment.account.name, comment.attachment)))
        assert row["ipAddress"] not in str(comment)
        assert row["agent"] not in str(comment)
    assert listing.order == "desc"
    page: Article = only(parsed, Article)
    assert (page.title, page.original) == (raw[0]["title"], raw[0]["site"])
    assert len(of(parsed, Listing)) == 1


def test_a_page_of_a_publisher_from_seed_to_rows(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    busy, quiet = plant(p.world, "livere", comments=130, replies=20), plant(p.world, "livere", comments=0)
    ended = collect(sagwan, p, busy, quiet)
    line = ended.only
    assert (ended.code, line["verdict"], line["gaps"], line["alarms"], line["errors"]) == (0, "ok", [], [], {})
    assert (line["comments"], line["articles"], line["walks"]) == (130, 2, {"complete": 2, "incomplete": 0})
    assert stored(sagwan, busy) == truth(sagwan, p, busy, "naver:{}")
    assert sagwan.rows("SELECT declared_before, declared_after, collected, collected_replies FROM walks ORDER BY 3") == [
        (None, None, 0, 0),
        (None, None, 110, 20),
    ]
    said = shown(sagwan, busy)[""]
    assert (said["title"], said["type"], said["pane"]) == (busy.title, "page", "livere")
    tops = [c for c in busy.comments if not c.replies]
    voted, lost = tops[-4], tops[-2]
    marked = next(c for c in busy.comments if c.replies)
    p.world.vote(voted.id, dislikes=5)
    p.world.delete(lost.id)
    p.world.delete(marked.id)
    assert collect(sagwan, p, busy).code == 0
    assert changed(sagwan, busy) == {(f"#{voted.id}", "counts"), (f"#{lost.id}", "gone"), (f"#{marked.id}", "state")}
    series = sagwan("series", f"livere:{busy.id}#{voted.id}", "--metric", "dislikes", "--json").lines
    assert (series[0]["dislikes"], series[-1]["dislikes"]) == (voted.dislikes - 5, voted.dislikes)
    agrees(sagwan)
    rows = sagwan.archive.joinpath("archive.db").read_bytes()
    assert not any(word.encode() in rows for word in PERSONAL), "address, e-mail and browser are in the WARC files alone"


def test_a_list_that_repeats_itself_or_is_anothers(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    page, _ = plant(p.world, "livere", comments=120), plant(p.world, "livere", comments=3)
    p.faults.set("offset=2", "repeat_page")
    ended = collect(sagwan, p, page)
    assert (ended.code, ended.only["verdict"], [one["alarm"] for one in ended.only["alarms"]]) == (2, "broken", ["repeat"])
    assert sagwan.rows("SELECT complete, stop_reason FROM walks") == [(0, "repeated page")]
    p.faults.clear()
    p.faults.set("offset=2", 404)
    ended = collect(sagwan, p, page)
    assert (ended.code, ended.only["verdict"], ended.only["errors"]) == (2, "broken", {"livere.comments 404": 1})
    assert sagwan.rows("SELECT complete, collected FROM walks ORDER BY id DESC LIMIT 1") == [(0, 100)]
    p.faults.clear()
    p.faults.set("livere", "foreign")
    ended = collect(sagwan, p, page)
    assert (ended.code, [one["alarm"] for one in ended.only["alarms"]]) == (2, ["foreign"])
    assert stored(sagwan, page) == {
        key: row for key, row in truth(sagwan, p, page, "naver:{}").items() if key in stored(sagwan, page)
    }


def test_what_is_written_meanwhile_pushes_the_last_ones_on(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    page = plant(p.world, "livere", comments=100, replies=0)
    p.on_request(lambda _, path: p.world.add_comment(page) if "offset=2" in path else None)
    ended = collect(sagwan, p, page)
    assert (ended.code, ended.only["verdict"], ended.only["alarms"], ended.only["comments"]) == (0, "ok", [], 100)
    assert sagwan.rows("SELECT complete, collected, repeats FROM walks") == [(1, 100, 1)]
