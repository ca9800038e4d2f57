"""Pann's parsers: bytes in, records out. Small invented pages in the shapes of public code; nothing of it was ever recorded."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from archive.records import Account, Article, Count, ListEntry, Listing
from spiders.pann import urls
from tests.portal.nate import alert
from tests.test_nate_pages import cues, every, fixture, ms, read

KEY = "370001111"
SEEN = 1_785_600_000_000  # 2026-08-02 01:00 in Seoul
FORM = {"form": urlencode(urls.comments_form(KEY, 1)), "rank": "1"}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"https://pann.nate.com/talk/{KEY}", KEY),
        (f"http://m.pann.nate.com/talk/{KEY}?order=N", KEY),
        ("https://pann.nate.com/talk/c20038", None),
        ("https://pann.nate.com/talk/ranking/d", None),
        ("https://pann.nate.com/talk/reply/load", None),
        (f"https://evil.test/talk/{KEY}", None),
    ],
)
def test_which_addresses_are_posts(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key


def test_which_addresses_are_rankings() -> None:
    ours = [f"https://pann.nate.com/talk/ranking{end}" for end in ("", "/d", "/w?stdt=20260715", "/d?stdt=20260715&page=2")]
    assert {urls.list_page(url) for url in ours} == {"pann.ranking"}
    assert urls.list_page("https://pann.nate.com/talk/c20038") is None
    assert urls.label(ours[3]) == "ranking d 20260715"


def test_post_with_its_votes_and_its_best_comments() -> None:
    parsed = read("pann.post", urls.article_url(KEY), fixture("pann/post.html"), SEEN)
    (post,) = every(parsed, Article)
    assert (post.key, post.kind, post.title, post.text) == (KEY, "post", "가상의 일", "첫 줄\n둘째 줄 & 끝")
    assert (post.section, post.pane, post.author) == ("세상에이런일이", "pann", None)
    assert post.published.start == ms("2026-07-31T18:55")
    assert {count.metric: count.value for count in every(parsed, Count)} == {
        "views": 44_903,
        "likes": 93,
        "dislikes": 20,
        "comments": 83,
    }
    (listing,) = every(parsed, Listing)
    assert (listing.sort, listing.order, listing.rank) == ("BEST", "votes", 1)
    (best,) = listing.comments  # one that has no number of its own would be a comment that nobody wrote
    assert (best.key, best.text, best.likes, best.dislikes, best.replies) == ("920000005", "으뜸 글", 106, 20, 22)
    assert best.account == Account("ㅇㅇ", "ㅇㅇ", provider="nickname")


def test_an_alert_is_a_state_and_no_row() -> None:
    gone = read("pann.post", urls.article_url(KEY), alert("존재하지 않는 게시물입니다.").encode(), SEEN)
    assert [(post.state, post.notice) for post in every(gone, Article)] == [("gone", "존재하지 않는 게시물입니다.")]
    adult = read("pann.post", urls.article_url(KEY), alert("성인 인증이 필요합니다.").encode(), SEEN)
    assert (adult.outcome, adult.records) == ("layout", ())
    closed = read("pann.comments", urls.COMMENTS, alert("볼 수 없는 게시물입니다.").encode(), SEEN, context=FORM)
    assert cues(closed) == {"closed": "볼 수 없는 게시물입니다."}
    other = read("pann.post", urls.article_url("370009999"), fixture("pann/post.html"), SEEN)
    assert other.alarm == "foreign"


def test_comments_of_the_form_that_was_posted() -> None:
    parsed = read("pann.comments", urls.COMMENTS, fixture("pann/comments.html"), SEEN, context=FORM | {"rank": "41"})
    (listing,) = every(parsed, Listing)
    assert (listing.sort, listing.order, listing.rank) == ("W", "votes", 41)  # three are too few to say how they stand
    first, own, third = listing.comments
    assert (first.key, first.text, first.attachment) == ("920000001", "첫 글 <b> 😀\n둘째 줄", "//img.example/e.png")
    assert (first.likes, first.dislikes, first.replies, first.created.start) == (1006, 20, 2, ms("2026-07-31T19:03"))
    assert (own.state, own.text, own.account) == ("deleted_by_user", None, None)
    assert (third.likes, third.dislikes, third.replies) == (None, None, 0)  # not shown is not nothing
    assert cues(parsed) == {"pages": "5"}
    beyond = {"form": urlencode(urls.comments_form(KEY, 6)), "rank": "101"}
    again = read("pann.comments", urls.COMMENTS, fixture("pann/comments.html"), SEEN, context=beyond)
    assert (every(again, Listing), cues(again)) == ([], {"pages": "5"})  # the last page once more: no places of its own
    empty = read("pann.comments", urls.COMMENTS, b"<div class='cmt_list'></div>", SEEN, context=FORM)
    assert (empty.outcome, empty.records) == ("empty", ())
    for rank, outcome in (("1", "layout"), ("21", "empty")):  # nothing at all is the end of a list, and no beginning
        assert read("pann.comments", urls.COMMENTS, b"", SEEN, context=FORM | {"rank": rank}).outcome == outcome
    assert read("pann.comments", urls.COMMENTS, "<p>점검 중</p>".encode(), SEEN, context=FORM).outcome == "layout"


def test_comments_of_phones_have_no_votes() -> None:
    parsed = read("pann.mobile", urls.mobile_url(KEY, 1), fixture("pann/mobile.html"), SEEN)
    (listing,) = every(parsed, Listing)
    first, gone = listing.comments
    assert (listing.sort, first.key, first.text, first.likes, first.replies) == ("N", "920000003", "전화기로 본 글", None, 2)
    assert (gone.key, gone.state, gone.text) == ("920000002", "placeholder", None)
    assert "last" not in cues(parsed)
    foreign = read("pann.mobile", urls.mobile_url("370009999", 1), fixture("pann/mobile.html"), SEEN)
    assert (foreign.outcome, foreign.alarm) == ("layout", "foreign")
    assert "last" in cues(read("pann.mobile", urls.mobile_url(KEY, 2), fixture("pann/mobile.html"), SEEN))


def test_a_phone_page_whose_words_stand_elsewhere_is_unknown_and_no_empty_text() -> None:
    moved = fixture("pann/mobile.html").replace(b"userText", b"replyText")
    assert read("pann.mobile", urls.mobile_url(KEY, 1), moved, SEEN).outcome == "layout"


def test_replies_have_names_made_of_what_does_not_change() -> None:
    url = urls.replies_url(KEY, "920000003", 1)
    (listing,) = every(read("pann.replies", url, fixture("pann/replies.html"), SEEN), Listing)
    one, two, numbered = listing.comments
    assert (listing.parent, listing.order, {comment.parent for comment in listing.comments}) == (
        "920000003",
        "votes",
        {"920000003"},
    )
    assert one.key.startswith("920000003-")
    assert (two.key, numbered.key) == (f"{one.key}-2", "920000999")
    renamed = fixture("pann/replies.html").replace("갑".encode(), "새이름".encode())
    assert every(read("pann.replies", url, renamed, SEEN + 1), Listing)[0].comments[0].key == one.key
    assert read("pann.replies", url, b"<div id='listDiv'></div>", SEEN).outcome == "empty"


def test_ranking_and_search() -> None:
    parsed = read("pann.ranking", "https://pann.nate.com/talk/ranking/d?stdt=20260731", fixture("pann/ranking.html"), SEEN)
    assert [(e.kind, e.query, e.rank, e.article.key, e.article.title) for e in every(parsed, ListEntry)] == [
        ("ranking", "ranking d 20260731", 1, KEY, "가상의 일"),
        ("ranking", "ranking d 20260731", 2, "370002222", "둘째"),
    ]
    counts = {(count.article.key, count.metric): count.value for count in every(parsed, Count)}
    assert counts == {(KEY, "comments"): 1116, (KEY, "views"): 12_345, (KEY, "likes"): 678}
    assert cues(parsed) == {}
    found = read("pann.search", urls.search_url("둘레길", 1), fixture("pann/search.html"), SEEN)
    (entry,) = every(found, ListEntry)
    assert (entry.query, entry.rank, entry.article.key, entry.article.kind) == ("둘레길", 1, KEY, "post")
    assert entry.article.published.start == ms("2026-07-31T18:55")
    assert cues(found) == {"items": "1", "next": "unsaid"}
    assert read("pann.search", urls.search_url("둘레길", 1), "<p>점검 중</p>".encode(), SEEN).outcome == "layout"
