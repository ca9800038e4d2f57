"""DC Inside's parsers: bytes in, records out. Small invented pages in the shapes of public code; nothing was ever recorded."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import pytest

from archive.records import Account, Article, Count, ListEntry, Listing
from crawler.errors import NotAllowed
from crawler.guard import check
from spiders.dcinside import urls
from spiders.dcinside.source import SOURCE
from tests.portal.nate import alert
from tests.test_nate_pages import cues, every, fixture, read

KEY = "minor/virtual/2870402"
VIEW = "https://gall.dcinside.com/mgallery/board/view/?id=virtual&no=2870402"
LIST = "https://gall.dcinside.com/mgallery/board/lists/?id=virtual"
STEP = LIST + "&search_pos=-2870402&s_type=search_subject_memo&s_keyword=%EB%91%98%EB%A0%88%EA%B8%B8"
SEEN = 1_788_136_200_000  # 2026-08-31 07:30 in Seoul
FORM = {"form": urlencode(urls.comments_form(KEY, 1, {"e_s_n_o": "3eab"})), "rank": "1"}


def ms(text: str) -> int:
    """A time of Seoul."""
    return int(datetime.fromisoformat(f"{text}+09:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (VIEW + "&page=3&exception_mode=recommend", KEY),
        ("https://gall.dcinside.com/board/view/?id=hike&no=4242", "main/hike/4242"),
        ("https://enter.dcinside.com/board/view?id=hike&no=4242", "main/hike/4242"),
        ("https://gall.dcinside.com/mini/board/view/?id=walk&no=7", "mini/walk/7"),
        ("https://gall.dcinside.com/person/board/view/?id=some_one&no=1", "person/some_one/1"),
        ("https://gall.dcinside.com/hike/4242", "main/hike/4242"),
        ("https://gall.dcinside.com/m/virtual/2870402", KEY),
        ("https://gall.dcinside.com/board/lists/?id=hike&no=1", None),
        ("https://gall.dcinside.com/board/view/?id=../x&no=1", None),
        ("https://gall.dcinside.com/board/view/?id=hike&no=x", None),
        ("https://m.dcinside.com/board/hike/4242", None),
        ("https://evil.test/board/view/?id=hike&no=4242", None),
    ],
)
def test_which_addresses_are_posts(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key
    assert key is None or urls.article_key(urls.article_url(key)) == key


def test_lists_and_searches_have_addresses_of_their_own() -> None:
    kinds = {url: urls.list_page(url) for url in (LIST, LIST + "&page=2&exception_mode=recommend", STEP, VIEW, urls.COMMENTS)}
    assert list(kinds.values()) == ["dcinside.list", "dcinside.list", "dcinside.gallery_search", None, None]
    assert urls.list_url(LIST + "&page=9&list_num=100", 2) == LIST + "&list_num=100&page=2"
    assert urls.label(LIST + "&exception_mode=recommend&search_head=10&page=2") == "minor virtual recommend 10"
    assert urls.position(STEP) == -2870402
    assert urls.position(LIST) is None
    assert urls.search_url("이 a.b%", 3) == "https://search.dcinside.com/post/p/3/sort/latest/q/.EC.9D.B4.20a.2Eb.25"


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://gall.dcinside.com/board/forms/comment_submit"),
        ("POST", "https://gall.dcinside.com/board/recommend/vote"),
        ("POST", "https://gall.dcinside.com/board/comment/comment_delete_submit"),
        ("POST", "https://gall.dcinside.com/mgallery/board/comment/"),
        ("GET", "https://gall.dcinside.com/board/comment/"),
        ("GET", "https://gall.dcinside.com/board/write/"),
        ("POST", VIEW),
        ("GET", "https://app.dcinside.com/api/gall_list_new.php"),
    ],
)
def test_one_form_may_be_posted_and_it_only_reads(method: str, url: str) -> None:
    check("POST", urls.COMMENTS, SOURCE)
    for ours in (VIEW, LIST, STEP, urls.search_url("a", 1), "https://gall.dcinside.com/derror/deleted/virtual"):
        check("GET", ours, SOURCE)
    with pytest.raises(NotAllowed):
        check(method, url, SOURCE)


def test_a_list_with_the_counters_of_its_posts() -> None:
    parsed = read("dcinside.list", LIST, fixture("dcinside/list.html"), SEEN, context={"rank": "31"})
    first, second = every(parsed, ListEntry)
    assert (first.kind, first.query, first.rank, first.article.key) == ("section", "minor virtual", 31, KEY)
    assert (first.article.title, first.article.section) == ("둘레길 <사진>", "virtual")
    assert first.article.account == Account("221.152", "ㅇㅇ", provider="ip", ip="221.152")
    assert (first.article.published.start, first.article.published.precision) == (ms("2026-08-31T01:25:01"), "second")
    assert (second.rank, second.article.account) == (32, Account("fixed01", "고정", provider="uid"))
    assert (second.article.published.start, second.article.published.precision) == (ms("2026-04-15T00:00"), "day")
    counts = {(c.article.key[-1], c.metric): c.value for c in every(parsed, Count)}
    assert counts == {("2", "comments"): 1059, ("2", "comments.voice"): 2, ("2", "views"): 1042, ("2", "likes"): 17,
                      ("1", "likes"): 0}  # fmt: skip
    assert cues(parsed) == {"items": "2", "next": "announced"}
    best = read("dcinside.list", LIST + "&exception_mode=recommend", fixture("dcinside/list.html"), SEEN)
    assert {(entry.kind, entry.query) for entry in every(best, ListEntry)} == {("ranking", "minor virtual recommend")}
    other = read("dcinside.list", LIST.replace("virtual", "other"), fixture("dcinside/list.html"), SEEN)
    assert (other.outcome, other.alarm) == ("layout", "foreign")
    assert read("dcinside.list", LIST, "<p>점검 중</p>".encode(), SEEN).outcome == "layout"


def test_a_step_of_a_search_without_hits_leads_on() -> None:
    parsed = read("dcinside.gallery_search", STEP, fixture("dcinside/step.html"), SEEN)
    assert every(parsed, ListEntry) == []
    assert (cues(parsed).keys(), urls.position(cues(parsed)["step"])) == ({"items", "step"}, -2860402)
    kept = fixture("dcinside/list.html").replace(b"page=2", b"page=2&amp;s_keyword=%EB%91%98%EB%A0%88%EA%B8%B8")
    hits = read("dcinside.gallery_search", STEP, kept, SEEN)
    assert [(e.kind, e.query, e.rank) for e in every(hits, ListEntry)] == [("search", "둘레길", 1), ("search", "둘레길", 2)]
    ignored = read("dcinside.gallery_search", STEP, fixture("dcinside/list.html"), SEEN)  # its paging has lost the words
    assert (ignored.outcome, ignored.alarm) == ("layout", "search")
    for wrong, alarm in ((b"id=virtual", "foreign"), (b"%EB%91%98", "search")):
        spoilt = fixture("dcinside/step.html").replace(wrong, wrong[:-1] + b"x" if alarm == "foreign" else b"")
        assert read("dcinside.gallery_search", STEP, spoilt, SEEN).alarm == alarm


def test_search_in_all_galleries() -> None:
    url = urls.search_url("둘레길", 1)
    parsed = read("dcinside.search", url, fixture("dcinside/search.html"), SEEN, context={"query": "둘레길", "rank": "11"})
    one, two = every(parsed, ListEntry)
    assert (one.kind, one.query, one.rank, one.article.key) == ("search", "둘레길", 11, "main/hike/4242")
    assert (one.shown, one.article.published.start) == ("둘레길 다녀옴\n첫 줄 요약", ms("2026-08-30T22:10"))
    assert (two.article.key, two.article.published.precision) == ("mini/walk/7", "day")
    assert cues(parsed) == {"items": "2", "next": "announced"}
    assert read("dcinside.search", url, "<p>점검 중</p>".encode(), SEEN).outcome == "layout"
    none = read("dcinside.search", url, "<p>검색결과가 없습니다.</p>".encode(), SEEN)
    assert every(none, ListEntry) == []
    hits = "".join(f"<li><a class='tit_txt' href='{urls.article_url(f'main/hike/{n}')}'>산 {n}</a></li>" for n in range(5))
    five = fixture("dcinside/search.html").replace(b"</ul>", f"{hits}</ul>".encode())
    assert read("dcinside.search", url, five, SEEN, context={"query": "쯤햬뷁헗캵"}).alarm == "search"


def test_post_with_its_votes_and_what_its_comments_are_asked_with() -> None:
    parsed = read("dcinside.post", VIEW, fixture("dcinside/post.html"), SEEN)
    (post,) = every(parsed, Article)
    assert (post.key, post.kind, post.title, post.section, post.pane) == (KEY, "post", "둘레길 <사진>", "virtual", "dcinside")
    assert post.text == "첫 줄\n둘째 줄 & 끝\n출처: 등산 갤러리 [원본 보기]"
    assert (post.account, post.original) == (
        Account("221.152", "ㅇㅇ", provider="ip", ip="221.152"),
        "https://gall.dcinside.com/board/view/?id=hike&no=4242",
    )
    assert post.published.start == ms("2026-08-31T01:25:01")
    assert {count.metric: count.value for count in every(parsed, Count)} == {
        "views": 1042,
        "comments": 1059,
        "likes": 17,
        "likes.members": 5,
        "dislikes": 3,
    }
    assert cues(parsed) == {"e_s_n_o": "3eabc219ebdd65f53e", "_GALLTYPE_": "M", "secret_article_key": "s3cret"}
    asked = urls.comments_form(KEY, 2, cues(parsed))
    assert (asked["e_s_n_o"], asked["_GALLTYPE_"], asked["comment_page"], asked["no"], asked["cmt_id"]) == (
        "3eabc219ebdd65f53e", "M", "2", "2870402", "virtual",
    )  # fmt: skip


def test_what_is_gone_elsewhere_or_refused() -> None:
    def states(url: str, body: str, status: int = 200) -> list[tuple[str, str | None]]:
        found = read("dcinside.post", url, body.encode(), SEEN, article=KEY, status=status)
        return [(post.state, post.notice) for post in every(found, Article)]

    words = "해당 게시물은 삭제되었습니다."
    assert states(VIEW, alert(words)) == [("gone", words)]
    assert states("https://gall.dcinside.com/derror/deleted/virtual/minor", "<p>삭제</p>") == [("gone", None)]
    assert states(VIEW, "Not Found", 404) == [("gone", None)]
    assert read("dcinside.post", VIEW, alert("성인 인증이 필요합니다.").encode(), SEEN).outcome == "layout"
    moved = f"<script>location.replace('{VIEW.replace('/mgallery', '')}');</script>"
    assert cues(read("dcinside.post", VIEW, moved.encode(), SEEN, article=KEY)) == {"moved": "main/virtual/2870402"}
    again = read("dcinside.post", VIEW.replace("/mgallery", ""), fixture("dcinside/post.html"), SEEN, article=KEY)
    assert [(post.key, post.aliases) for post in every(again, Article)] == [("main/virtual/2870402", (KEY,))]
    assert read("dcinside.post", VIEW + "1", fixture("dcinside/post.html"), SEEN).alarm == "foreign"
    for words in ("너무 많은 요청입니다.", "Too Many Attempts.", "<meta content='/penalty-box'>"):
        for kind, url in (("post", VIEW), ("list", LIST), ("comments", urls.COMMENTS)):
            assert read(f"dcinside.{kind}", url, words.encode(), SEEN, context=FORM).outcome == "refused"


def test_comments_of_the_form_that_was_posted() -> None:
    parsed = read("dcinside.comments", urls.COMMENTS, fixture("dcinside/comments.json"), SEEN, context=FORM | {"rank": "41"})
    (listing,) = every(parsed, Listing)
    assert (listing.sort, listing.order, listing.rank) == ("D", "votes", 41)  # four are too few to say how they stand
    one, answer, gone, sticker, voice = listing.comments
    assert (one.key, one.text, one.parent, one.likes) == ("13000001", "첫 댓글 <b>\n둘째 줄", None, None)
    assert one.account == Account("223.62", "ㅇㅇ", provider="ip", ip="223.62")
    assert (one.created.start, one.created.precision) == (ms("2026-08-31T01:26:02"), "second")
    assert (answer.parent, answer.account) == ("13000001", Account("fixed01", "고정", provider="uid"))
    assert (gone.state, gone.text, gone.account) == ("deleted_by_user", None, None)
    assert (sticker.created.start, sticker.attachment) == (ms("2025-12-31T23:59:59"), "https://dcimg5.example/dccon.php?no=62")
    assert (sticker.text or "").startswith('<img class="written_dccon"')  # it has no words: what the site gave
    assert (voice.attachment, (voice.text or "")[:7]) == ("voice v77", "<iframe")
    assert [count.value for count in every(parsed, Count)] == [105]
    assert cues(parsed) == {"pages": "2", "ads": "2"}


def test_comments_that_are_none_or_of_another_post() -> None:
    empty = read("dcinside.comments", urls.COMMENTS, b"", SEEN, context=FORM)
    assert (empty.outcome, empty.alarm) == ("layout", "empty")
    none = read("dcinside.comments", urls.COMMENTS, b'{"total_cnt":0,"comments":null,"pagination":""}', SEEN, context=FORM)
    assert ([count.value for count in every(none, Count)], every(none, Listing)) == ([0], [])
    lost = read("dcinside.comments", urls.COMMENTS, b'{"total_cnt":"12","comments":null}', SEEN, context=FORM)
    assert (lost.outcome, lost.alarm) == ("layout", "empty")
    other = {"form": urlencode(urls.comments_form("minor/virtual/5", 1, {}))}
    assert read("dcinside.comments", urls.COMMENTS, fixture("dcinside/comments.json"), SEEN, context=other).alarm == "foreign"
    nameless = fixture("dcinside/comments.json").replace(b'"13000003"', b'"0"')
    assert read("dcinside.comments", urls.COMMENTS, nameless, SEEN, context=FORM).outcome == "layout"
    assert read("dcinside.comments", urls.COMMENTS, b"<p>x</p>", SEEN, context=FORM).outcome == "layout"
