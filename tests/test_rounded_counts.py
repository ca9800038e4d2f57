"""A count that a site rounded is one with its own words, wherever it stands: 12,000 that nobody counted are no 12,000."""

from __future__ import annotations

import pytest

from archive.capture import Parsed
from archive.records import Count, Listing
from crawler.board_pages import count_in
from spiders.pann import urls as pann
from spiders.ppomppu import urls as ppomppu
from tests.conftest import ROOT
from tests.naver import of, only, read
from tests.test_forged_pages import FREE, GNU, PANN

MEMOS = "https://www.todayhumor.co.kr/board/ajax_memo_list.php?parent_table=sisa&parent_id=1&last_memo_no=0&get_all_memo=Y"


def fixture(name: str) -> str:
    return (ROOT / "tests" / "fixtures" / name).read_text(encoding="utf-8")


def of_comments(parsed: Parsed) -> list[tuple[tuple[str, str], ...]]:
    return [each.rounded for each in only(parsed, Listing).comments]


def test_votes_of_ppomppu_and_todayhumor() -> None:
    row = {"no": 1, "name": "갑", "memo": "글", "vote_btn": {"vote_count": "1.2k", "anti_vote_count": 3}}
    found = read("ppomppu.comments", ppomppu.comments_url("freeboard/1", 1), {"comments": [row]})
    assert of_comments(found) == [(("likes", "1.2k"),)]
    memo = {"no": "1", "date": "2026-09-11 10:58:43", "memo": "글", "name": "갑", "ok": "1.2만", "nok": "1,042"}
    memo |= {"is_system": False, "is_del": False}
    found = read("todayhumor.comments", MEMOS, {"is_more_memo": "false", "memos": [memo]})
    assert of_comments(found) == [(("likes", "1.2만"),)]
    assert [(each.likes, each.dislikes) for each in only(found, Listing).comments] == [(12_000, 1_042)]


def test_replies_of_pann_and_votes_of_gnuboard() -> None:
    page = fixture("pann/mobile.html").replace("<em>2</em>", "<em>1.2만</em>")
    assert of_comments(read("pann.mobile", pann.mobile_url(PANN, 1), page.encode()))[0] == (("replies", "1.2만"),)
    page = fixture("gnuboard/post.html").replace("<strong>1,002</strong>", "<strong>1.2만</strong>")
    assert Count("likes", 12_000, "1.2만") in of(read("gnuboard.post", GNU, page.encode(), article=FREE), Count)


def test_more_against_than_for_is_below_zero_and_votes_against_are_a_number() -> None:
    for text, count in (("-3", "-3"), ("추천 -3", "-3"), ("(−3)", "−3"), ("12 - 3", None), ("12 -3", None), ("추천-3", "3")):
        assert count_in(text) == count
    page = fixture("bobaedream/list.html").replace("<font>1,004</font>", "<font>-1,004</font>")
    found = read("bobaedream.list", "https://www.bobaedream.co.kr/list?code=freeb", page.encode())
    assert [each.value for each in of(found, Count) if each.metric == "likes"] == [-1_004]
    page = fixture("ruliweb/post.html").replace('class="dislike_value">20<', 'class="dislike_value">-20<')
    url = "https://bbs.ruliweb.com/community/board/300143/read/70000001"
    found = read("ruliweb.post", url, page.encode())
    assert [each.value for each in of(found, Count) if each.metric == "dislikes"] == [20]


@pytest.mark.parametrize("text", ["100개 이상", "10,000 건 이상", "1만 초과", "9+", "댓글 100명 이하", "1.2만 개 미만"])
def test_a_bound_is_no_count_whatever_stands_between(text: str) -> None:
    assert count_in(text) is None
    assert count_in("댓글 100개 이야기") == "100"
