"""Naver's comment pages: rows as the site gave them, and each silent wrong answer by its name."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Cue, Listing
from crawler.json_text import unwrapped
from spiders.naver import urls
from tests.naver import ARTICLE, answer, counts, cues, jsonp, of, only, read, row, tombstone

URL = urls.comments_url(ARTICLE)


def comments(rows: list[dict[str, Any]], url: str = URL, sort: str = "NEW", **result: Any) -> Any:
    return only(read("naver.comments", url, jsonp(answer(rows, sort, **result)), article=ARTICLE), Listing)


def test_comments_as_the_site_gave_them() -> None:
    text = "줄\n바꿈 &lt;b&gt; <b>😀</b> ) ( ;"
    listing = comments([row(9, 5, 1, text, replyCount=2), row(7, 3, 0, modTime="2026-09-18T12:00:00+0900")])
    assert (listing.sort, listing.order, listing.rank, listing.parent) == ("NEW", "desc", 1, None)
    first, second = listing.comments
    assert (first.text, first.likes, first.dislikes, first.replies) == (text, 5, 1, 2)
    assert (first.state, first.parent, first.edited) == ("visible", None, None)
    assert first.key == row(9)["commentNo"]
    account = first.account
    assert (account.key, account.name, account.state, account.provider) == ("u2", "abcd2****", "0", "naver")
    assert (first.created.start, first.created.precision) == (1789689600000 + 9 * 60_000, "second")
    assert second.edited.raw == "2026-09-18T12:00:00+0900"


@pytest.mark.parametrize("wrap", ["_callback({});", "jQuery331_({})", "/**/\nx({});", "{}", "﻿{}"])
def test_wrappings(wrap: str) -> None:
    body = wrap.replace("{}", json.dumps(answer([row(1, text="a(b){c}")]))).encode()
    assert only(read("naver.comments", URL, body), Listing).comments[0].text == "a(b){c}"
    assert json.loads(unwrapped(body))["code"] == "1000"


def test_one_comment_that_is_no_text_does_not_hide_its_page() -> None:
    body = jsonp(answer([row(3, text="앞HERE뒤"), row(2, text="다음 😀")]))
    for odd, read_as in ((rb"\ud83d", "\ufffd"), (b"\xff", "\ufffd"), (b"\x01", "\x01"), (rb"\ud83d\ude00", "😀")):
        listing = only(read("naver.comments", URL, body.replace(b"HERE", odd)), Listing)
        assert [each.text for each in listing.comments] == [f"앞{read_as}뒤", "다음 😀"]
    assert read("naver.comments", URL, body.replace(b"HERE", b'"')).outcome == "layout"


def test_numbers_of_2021_are_keys_like_texts() -> None:
    old = row(1, commentNo=2530331624, parentCommentNo=2530331624)
    reply = row(1, commentNo=2530331625, parentCommentNo="2530331624")
    listing = comments([old, reply], sort="FAVORITE", url=urls.comments_url(ARTICLE, "FAVORITE"))
    assert [(each.key, each.parent) for each in listing.comments] == [("2530331624", None), ("2530331625", "2530331624")]


STATES = [
    ({"status": 1, "deleted": True}, "deleted_by_user"),
    ({"status": 2, "deleted": True}, "deleted_by_operator"),
    ({"status": None, "deleted": True}, "placeholder"),
    ({"status": 0, "deleted": True}, "placeholder"),  # that of a comment which nobody deleted
    ({"blind": True}, "blinded"),
    ({"blindReport": True}, "blinded"),
    ({"middleBlindReport": True, "visible": False}, "blinded"),
    ({"userBlind": True}, "blinded"),
    ({"hiddenByCleanbot": True}, "hidden_by_filter"),
    ({"secret": True, "visible": False}, "placeholder"),
    ({"virtual": True}, "placeholder"),
    ({"status": 7}, "unknown"),
    ({"expose": False}, "unknown"),
    ({"visible": False}, "unknown"),
    ({}, "visible"),
]


@pytest.mark.parametrize(("flags", "state"), STATES)
def test_states(flags: dict[str, Any], state: str) -> None:
    with_text, without = comments([row(5, text="말", **flags), row(4, text="", **flags)]).comments
    assert (with_text.state, with_text.text) == (state, "말")  # what the cleanbot hides stays in the answer
    assert (without.state, without.text) == (state, "" if state == "visible" else None)


def test_a_sticker_stands_beside_the_text() -> None:
    with_one, without = comments([row(3, text="", commentType="sticker", stickerId="moon_and_sun_12"), row(2)]).comments
    assert (with_one.text, with_one.attachment, with_one.state) == ("", "moon_and_sun_12", "visible")
    assert without.attachment is None


def test_a_tombstone_keeps_its_time_and_has_no_text_and_no_account() -> None:
    (gone,) = comments([tombstone(3)], listStatus="all").comments
    assert (gone.state, gone.text, gone.account) == ("deleted_by_user", None, None)
    assert (gone.created.raw, gone.edited.raw) == (row(3)["regTime"], "2026-09-19T01:02:03+0900")


def test_all_counts_and_those_with_tombstones_have_names_of_their_own() -> None:
    count = {"comment": 20, "reply": 4, "exposeCount": 16, "delCommentByUser": 4, "delCommentByMon": 1, "total": 24}
    count |= {"blindCommentByUser": 2, "blindReplyByUser": 0, "fallback": False}
    marks = {"comments.exposed": 16, "comments.deleted_by_user": 4, "comments.deleted_by_operator": 1}
    marks |= {"comments.blinded_by_user": 2, "replies.blinded_by_user": 0}
    shown = read("naver.comments", URL, jsonp(answer([row(1)], count=count)))
    assert counts(shown) == {"comments": 24, "comments.top": 20, "replies": 4} | marks
    every = read("naver.comments", URL, jsonp(answer([row(1)], count=count, listStatus="all")))
    assert (
        counts(every)
        == {
            "comments.with_deleted": 24,
            "comments.top.with_deleted": 20,
            "replies.with_deleted": 4,
        }
        | marks
    )
    assert counts(read("naver.comments", URL, jsonp(answer([row(1)], count={"comment": None})))) == {}


def test_cues_for_reading_on() -> None:
    more = {"prev": "05a", "next": "04z", "start": None, "end": "04b"}
    config = {"sortTypes": ["FAVORITE", "NEW"], "defaultSort": "FAVORITE", "useCleanbot": True, "cleanbotEnforced": False}
    parsed = read("naver.comments", URL, jsonp(answer([row(1)], morePage=more, config=config, bestList=[row(1)])))
    said = {"sort": "NEW", "list_status": "current", "page": "1", "rows": "1", "next_page": "0", "prev": "05a", "next": "04z"}
    said |= {"end": "04b", "sorts": "FAVORITE NEW", "default_sort": "FAVORITE", "cleanbot": "offered"}
    assert cues(parsed) == said | {"best": row(1)["commentNo"], "server_time": "2026-09-18T03:00:00+0000"}


def layout(body: object, url: str = URL, article: str | None = ARTICLE, page: str = "naver.comments") -> str:
    parsed = read(page, url, body if isinstance(body, bytes) else jsonp(body), article=article)
    assert (parsed.outcome, parsed.records) == ("layout", ())
    return parsed.note or ""


def test_foreign_threads() -> None:
    foreign = row(2, objectId="news001,0009845123")
    assert "foreign thread: a comment of news001,0009845123" in layout(answer([row(3), foreign]))
    assert "foreign thread" in layout(answer([row(3)], bestList=[foreign]))
    assert "not 001/0009845123" in layout(answer([row(3)]), article="001/0009845123")
    assert "names no object" in layout(answer([row(3)]), url="https://apis.naver.com/commentBox/cbox/x.json")


def test_a_sort_that_was_ignored_and_one_that_the_press_refuses() -> None:
    url = urls.comments_url(ARTICLE, "FAVORITE")
    assert layout(answer([row(3)]), url) == "sort ignored: asked FAVORITE got NEW"
    assert "sort ignored" in layout(answer([row(3)], config={"sortTypes": ["FAVORITE", "NEW"]}), url)
    refused = read("naver.comments", url, jsonp(answer([row(3)], config={"sortTypes": ["NEW"]})))
    assert cues(refused)["sort_refused"] == "asked FAVORITE got NEW; the press allows NEW"
    assert (only(refused, Listing).sort, only(refused, Listing).order) == ("NEW", "desc")
    assert comments([row(3)], url.replace("FAVORITE", "favorite"), "FAVORITE").order == "votes"


def test_no_rows_where_rows_are_declared() -> None:
    page = {"page": 1, "totalRows": 12}
    assert layout(answer([], pageModel=page)) == "0 rows on page 1 of a list that declares 12"
    for url in (urls.comments_url(ARTICLE, cursor="04z", page=2), urls.comments_url(ARTICLE, page=2)):
        assert of(read("naver.comments", url, jsonp(answer([], pageModel=page))), Listing) == []
    nothing = read("naver.comments", URL, jsonp(answer([])))
    assert (nothing.outcome, counts(nothing)["comments"], of(nothing, Listing)) == ("ok", 0, [])


@pytest.mark.parametrize("code", ["3011", "4004"])
def test_known_failures_are_outcomes(code: str) -> None:
    failed = {"success": False, "code": code, "message": "가상일보 댓글 정책에 따라", "result": "?"}
    assert cues(read("naver.comments", URL, jsonp(failed))) == {"code": code, "closed": "가상일보 댓글 정책에 따라"}


def test_other_failures_are_not() -> None:
    assert layout({"success": False, "code": "3999", "message": "잘못된 접근입니다"}) == "cbox says 3999: 잘못된 접근입니다"
    assert "without a result" in layout({"success": True, "code": "1000"})
    for broken in ({"commentNo": ""}, {"commentNo": None}, {"sympathyCount": -1}, {"sympathyCount": 1 << 70}, {"contents": 5}):
        layout(answer([row(1, **broken)]))
    for body in (b"", b"_callback(", b"<html>hello (there)</html>", b")(", jsonp([1])):
        layout(body)


def test_a_closed_pane_says_why() -> None:
    closed = {"status": "COMMENT_OFF", "reason": "언론사 정책"}
    parsed = read("naver.comments", URL, jsonp(answer([], exposureConfig=closed, pageModel={"page": 1, "totalRows": 3})))
    assert cues(parsed)["closed"] == "언론사 정책"
    other = read("naver.comments", urls.comments_url(ARTICLE, "FAVORITE"), jsonp(answer([], exposureConfig=closed)))
    assert (cues(other)["closed"], cues(other)["sort"]) == ("언론사 정책", "NEW")  # no rows, no order that was ignored


def test_replies_name_their_parent() -> None:
    parent = row(1)["commentNo"]
    url = urls.comments_url(ARTICLE, "OLD", parent=parent)
    rows = [row(2, parentCommentNo=parent, replyLevel=2), row(3, parentCommentNo=parent, replyLevel=2)]
    parsed = read("naver.replies", url, jsonp(answer(rows, "OLD")), article=ARTICLE)
    listing = only(parsed, Listing)
    assert counts(parsed) == {}  # nobody knows whether a reply list counts its article's comments or its own
    assert (listing.parent, listing.order, [each.parent for each in listing.comments]) == (parent, "asc", [parent, parent])
    assert "is no reply to" in layout(answer([*rows, row(4)], "OLD"), url, page="naver.replies")


def test_an_order_proves_nothing_where_it_is_in_doubt() -> None:
    cursor = urls.comments_url(ARTICLE, page=2, cursor="04z")
    assert comments([row(9), row(7), row(7, commentNo="x1", parentCommentNo="x1")]).order == "votes"
    assert comments([row(9), row(9)]).order == "votes"
    assert comments([row(9), row(8, parentCommentNo=row(9)["commentNo"])]).order == "votes"
    old = [row(9 - n, commentNo=str(1077873075 - n), parentCommentNo=str(1077873075 - n)) for n in (0, 1)]
    assert comments(old).order == comments([row(9), old[1]]).order == "votes"  # ids of before 2022
    assert comments([row(9), row(8)], cursor).order == "votes"  # a cursor page that says it begins at 1
    second = comments([row(9), row(8)], cursor, pageModel={"page": 2, "startRow": 101, "endRow": 102, "totalRows": 102})
    assert (second.order, second.rank) == ("desc", 101)
    said = only(read("naver.comments", cursor, jsonp(answer([row(9)])), rank="301"), Listing)
    assert (said.order, said.rank) == ("desc", 301)


def test_rows_out_of_order_and_ids_that_disagree_with_their_times_are_kept_and_flagged() -> None:
    parsed = read("naver.comments", URL, jsonp(answer([row(7), row(9)])))
    assert (cues(parsed)["unsorted"], only(parsed, Listing).order) == ("NEW, but the times go both ways", "votes")
    odd = row(5, regTime="2026-09-01T00:00:00+0900")
    parsed = read("naver.comments", URL, jsonp(answer([row(9), odd])))
    assert cues(parsed)["suspect_time"] == odd["commentNo"]
    assert len(only(parsed, Listing).comments) == 2
    small = row(5, commentNo="1077872635", parentCommentNo="1077872635")
    assert "suspect_time" not in cues(read("naver.comments", URL, jsonp(answer([small, row(4, regTime=None)]))))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*row(1), *answer([])["result"]]), inner),
    max_leaves=12,
)


@given(changes=st.dictionaries(st.sampled_from([*row(1)]), json_values), result=json_values, rank=st.text(max_size=3))
def test_no_row_breaks_the_parser(changes: dict[str, Any], result: Any, rank: str) -> None:
    for body in (answer([row(2), row(1, **changes)]), {"success": True, "result": result}):
        parsed = read("naver.comments", URL, jsonp(body), rank=rank)
        assert parsed.outcome in {"ok", "layout", "refused"}, parsed.note


@pytest.mark.parametrize("key", ["9" * 5000, "٣٤", "-5", "1e5"])
def test_odd_keys_are_texts(key: str) -> None:
    listing = comments([row(9), row(8, commentNo=key, parentCommentNo=key)])
    assert (listing.comments[1].key, listing.order) == (key, "votes")


def test_a_page_of_a_hundred_is_read_in_milliseconds() -> None:
    body = jsonp(answer([row(no, text="가" * 120) for no in range(100, 0, -1)]))
    best = 1.0
    for _ in range(20):
        started = time.perf_counter()
        parsed = read("naver.comments", URL, body)
        best = min(best, time.perf_counter() - started)
    assert len(only(parsed, Listing).comments) == 100
    assert Cue("sort", "NEW") in parsed.records
    assert best < 0.01  # 0.5 ms on a quiet machine; a tenfold slip is a bug
