"""The parsers of Clien, Ruliweb, Ppomppu and MLBPark: bytes in, records out. Small invented pages; none was ever recorded."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.capture import Parsed
from archive.records import Account, Article, Count, ListEntry, Listing
from crawler.board_pages import count_in
from crawler.sources import all_sources
from spiders.clien import urls as clien
from spiders.mlbpark import urls as mlbpark
from spiders.ppomppu import urls as ppomppu
from spiders.ruliweb import urls as ruliweb
from tests.portal.nate import alert
from tests.test_nate_pages import FIXTURES, cues, every, ms, read

SEEN = 1_785_600_000_000  # 2026-08-02 01:00 in Seoul
LATER = 1_791_500_000_000  # 2026-10-09
CLIEN, RULIWEB, PPOMPPU, MLBPARK = "park/19000001", "community/300143/70000001", "freeboard/9000001", "bullpen/202607310000002"


def page(kind: str, url: str, file: str, seen: int = LATER, **more: Any) -> Parsed:
    body = (FIXTURES / file).read_text(encoding="utf-8")
    return read(kind, url, body.encode("cp949" if file.startswith("ppomppu") and "json" not in file else "utf-8"), seen, **more)


def counts(parsed: Parsed) -> dict[str, int]:
    return {count.metric: count.value for count in every(parsed, Count) if count.article is None}


def rows(parsed: Parsed) -> list[tuple[Any, ...]]:
    """The entries of a list with their counts."""
    found = [(each.article.key, each.article) for each in every(parsed, Count) if each.article]
    assert all(key in {entry.article.key for entry in every(parsed, ListEntry)} for key, _ in found)
    return [
        (entry.kind, entry.query, entry.rank, entry.article.key, entry.article.title,
         {each.metric: each.value for each in every(parsed, Count) if each.article and each.article.key == entry.article.key})
        for entry in every(parsed, ListEntry)
    ]  # fmt: skip


def test_a_clien_post_holds_a_whole_page_and_its_comments_stand_behind_it() -> None:
    parsed = page("clien.post", clien.article_url(CLIEN), "clien/post.html")
    (post,) = every(parsed, Article)
    assert (post.key, post.kind, post.title, post.section, post.pane) == (CLIEN, "post", "가상의 글 & 제목", "park", "clien")
    assert post.text == "첫 줄 댓글 [99]\n둘째 줄 연결"
    assert (post.published.start, post.published.precision) == (ms("2026-09-16T23:34") + 27_000, "second")
    assert counts(parsed) == {"views": 12_345, "likes": 1_200, "comments": 3}
    assert [count.raw for count in every(parsed, Count) if count.metric == "likes"] == ["1.2 k"]
    (listing,) = every(parsed, Listing)
    first, reply, gone = listing.comments
    assert (first.key, first.text, first.attachment) == ("150000001", "첫 댓글 <b> 😀\n둘째 줄", "https://img.example/e.gif")
    assert (first.likes, first.dislikes, first.created.start) == (7, None, ms("2026-09-16T23:40") + 1_000)
    assert first.account == Account("haru01", "하루", ip="118.♡.24.92")
    assert (reply.parent, reply.account.name, reply.account.ip, reply.likes) == ("150000001", "그림이름", "10.♡.2.160", 0)
    assert (gone.key, gone.state, gone.text, gone.account, gone.likes) == ("150000002", "placeholder", None, None, None)


def test_clien_lists_have_short_numbers_and_go_on_only_where_the_topic_asks_for_a_page() -> None:
    parsed = page("clien.list", "https://www.clien.net/service/board/park?po=0", "clien/list.html")
    assert rows(parsed) == [
        ("section", "park", 1, "park/19000002", "둘째 글", {"comments": 17, "likes": 5, "views": 1_200}),
        ("section", "park", 2, "park/19000001", "첫 글", {"comments": 0, "views": 2_000_000}),
    ]
    assert every(parsed, ListEntry)[0].article.published.start == ms("2026-09-16T23:34") + 27_000
    assert cues(parsed)["next"] == "announced"
    assert "next" not in cues(page("clien.list", "https://www.clien.net/service/board/park", "clien/list.html"))


def test_a_ruliweb_post_shows_its_last_comments_and_says_that_others_are_elsewhere() -> None:
    parsed = page("ruliweb.post", ruliweb.article_url(RULIWEB), "ruliweb/post.html")
    (post,) = every(parsed, Article)
    assert (post.key, post.title, post.text, post.section) == (RULIWEB, "가상의 글", "첫 줄\n둘째 줄 & 끝", "community/300143")
    assert (post.account, post.published.start) == (
        Account("글쓴이", "글쓴이", provider="nickname"),
        ms("2026-09-12T14:05") + 33_000,
    )
    assert counts(parsed) == {"views": 44_903, "likes": 93, "dislikes": 20, "comments": 153}
    (last,) = every(parsed, Listing)  # without the copy of the best one
    assert (last.rank, [c.key for c in last.comments]) == (151, ["200000151", "200000152", "200000153"])
    assert [c.parent for c in last.comments] == [None, None, "200000152"]  # what the first answers, the page does not say
    assert (last.comments[1].text, last.comments[1].likes, last.comments[1].dislikes) == ("첫 줄\n둘째 줄", 1_006, 20)
    assert last.comments[0].dislikes is None
    assert cues(parsed) == {"page": "0", "pages": "0", "next_page": "1"}


def test_older_comments_of_ruliweb_are_html_in_json() -> None:
    html = (FIXTURES / "ruliweb/post.html").read_text(encoding="utf-8")
    context = {"form": urlencode(ruliweb.comments_form(RULIWEB, 2)), "number": "2", "rank": "101"}
    parsed = read(
        "ruliweb.comments", ruliweb.COMMENTS, json.dumps({"success": True, "view": html}).encode(), SEEN, context=context
    )
    (listing,) = every(parsed, Listing)
    assert (listing.rank, len(listing.comments), cues(parsed)["next_page"]) == (101, 3, "3")
    behind = read("ruliweb.comments", ruliweb.COMMENTS, b'{"success": true, "view": ""}', SEEN, context=context)
    assert (every(behind, Listing), cues(behind)) == ([], {"next_page": "0"})
    for refused in (b'{"success": false, "view": ""}', b'{"success": true}', b"<p>x</p>"):
        assert read("ruliweb.comments", ruliweb.COMMENTS, refused, SEEN, context=context).outcome == "layout"


def test_ruliweb_lists_leave_out_what_stands_above_every_page() -> None:
    parsed = page("ruliweb.list", "https://bbs.ruliweb.com/best/humor_only/now", "ruliweb/list.html")
    assert rows(parsed) == [
        ("ranking", "best humor_only now", 1, RULIWEB, "가상의 글", {"comments": 75, "likes": 93, "views": 44_903}),
        ("ranking", "best humor_only now", 2, "community/300143/70000002", "둘째", {"views": 7}),
    ]
    assert cues(parsed)["next"] == "announced"
    assert rows(page("ruliweb.list", "https://bbs.ruliweb.com/community/board/300143", "ruliweb/list.html"))[0][0] == "section"
    found = page("ruliweb.search", ruliweb.search_url("둘레길", 1), "ruliweb/search.html")
    (hit,) = every(found, ListEntry)
    assert (hit.query, hit.article.key, hit.shown.split()[0]) == ("둘레길", "community/300148/70000003", "둘레길")


def test_ppomppu_is_cp949_and_not_what_it_says() -> None:
    parsed = page("ppomppu.post", ppomppu.article_url(PPOMPPU), "ppomppu/post.html")
    (post,) = every(parsed, Article)
    assert (post.title, post.text) == ("똠방각하 가상의 글", "첫 줄 햏\n둘째 줄")  # 똠 and 햏 are not in EUC-KR
    assert (post.published.start, post.account.name) == (ms("2026-09-12T11:25"), "그림이름")
    assert counts(parsed) == {"views": 1_234, "likes": 12, "dislikes": 3, "comments": 38}
    by_id = (
        (FIXTURES / "ppomppu/post.html").read_text(encoding="utf-8").replace("추천 12", '<i id="vote_list_btn_txt">13</i> 명 1')
    )
    assert counts(read("ppomppu.post", ppomppu.article_url(PPOMPPU), by_id.encode("cp949"), SEEN))["likes"] == 13
    assert ppomppu.searched(ppomppu.search_url("똠 둘레길", 2)) == "똠 둘레길"
    assert "keyword=%8Cc+%B5%D1%B7%B9%B1%E6&" in ppomppu.search_url("똠 둘레길", 2)


def test_comments_of_ppomppu_hold_their_replies() -> None:
    parsed = page("ppomppu.comments", ppomppu.comments_url(PPOMPPU, 1), "ppomppu/comments.json", context={"rank": "21"})
    (listing,) = every(parsed, Listing)
    first, reply, blind, own = listing.comments
    assert (listing.rank, cues(parsed)) == (21, {"pages": "3"})
    assert (first.key, first.text, first.likes, first.dislikes) == ("160000001", "첫 글 <b> 😀\n둘째 줄", 7, None)
    assert (first.account, first.created.start) == (Account("갑", "갑", provider="nickname"), ms("2026-10-02T16:21"))
    assert (reply.key, reply.parent, reply.text, reply.likes, reply.dislikes) == ("160000004", "160000001", "답글", 0, 2)
    assert (blind.state, blind.text, blind.account) == ("blinded", None, None)
    assert (own.state, own.text) == ("deleted_by_user", None)
    odd = b'{"comments": [{"no": 1, "name": "a", "memo": "<!-- -->", "sub_cmt": null}]}'  # no page of its own
    assert every(read("ppomppu.comments", ppomppu.comments_url(PPOMPPU, 1), odd, SEEN), Listing)[0].comments[0].text is None
    none = read("ppomppu.comments", ppomppu.comments_url(PPOMPPU, 1), b'{"comments": [], "total_page": 0}', SEEN)
    assert (every(none, Listing), cues(none)) == ([], {"pages": "1"})


def test_lists_of_ppomppu_say_up_and_down() -> None:
    url = "https://www.ppomppu.co.kr/zboard/zboard.php?id=freeboard"
    parsed = page("ppomppu.list", url, "ppomppu/list.html", SEEN)
    assert rows(parsed) == [
        (
            "section",
            "zboard freeboard",
            1,
            "freeboard/9000002",
            "둘째 글",
            {"comments": 7, "views": 1042, "likes": 12, "dislikes": 3},
        ),
        ("section", "zboard freeboard", 2, PPOMPPU, "첫 글", {"views": 9}),
    ]
    dates = [entry.article.published for entry in every(parsed, ListEntry)]
    assert [date.start for date in dates] == [ms("2026-08-01T11:25") + 3_000, ms("2026-07-12T00:00")]
    assert rows(page("ppomppu.list", "https://www.ppomppu.co.kr/hot.php?category=2", "ppomppu/list.html"))[0][:2] == (
        "ranking",
        "hot 2",
    )
    (hit,) = every(page("ppomppu.search", ppomppu.search_url("둘레길", 1), "ppomppu/search.html"), ListEntry)
    assert (hit.article.key, hit.article.title, hit.article.published.start) == (
        "issue/9000003",
        "둘레길 똠",
        ms("2026-07-12T00:00"),
    )
    feed = page("ppomppu.rss", "https://www.ppomppu.co.kr/rss.php?id=freeboard", "ppomppu/rss.xml")
    assert rows(feed) == [
        (
            "feed",
            "rss freeboard",
            1,
            "freeboard/9000002",
            "둘째 글 똠",
            {"comments": 7, "views": 1042, "likes": 12, "dislikes": 3},
        ),
        ("feed", "rss freeboard", 2, PPOMPPU, "첫 글", {}),  # of three numbers nobody knows which they are
    ]


def test_mlbpark_post_and_its_comments() -> None:
    parsed = page("mlbpark.post", mlbpark.article_url(MLBPARK), "mlbpark/post.html", SEEN)
    (post,) = every(parsed, Article)
    assert (post.title, post.text, post.published.start) == ("가상의 글", "첫 줄\n둘째 줄 & 끝", ms("2026-07-31T18:55"))
    assert counts(parsed) == {"likes": 93, "views": 44_903, "comments": 12}
    url = mlbpark.article_url(MLBPARK, "reply")
    (listing,) = every(page("mlbpark.comments", url, "mlbpark/reply.html", SEEN), Listing)
    first, mine, gone = listing.comments
    assert (first.key, first.text, first.likes, first.dislikes) == ("30000001", "첫 글 <b> 😀\n둘째 줄", None, None)
    assert first.account == Account("갑", "갑", provider="nickname", ip="118.235.***.***")
    assert (mine.key, mine.text, mine.parent) == ("30000002", "갑 답한 글", None)
    assert (gone.state, gone.text) == ("placeholder", None)
    for body, outcome in (("", "empty"), ("<div class='reply_list'></div>", "empty"), (alert("잘못된 접근입니다."), "layout")):
        assert read("mlbpark.comments", url, body.encode(), SEEN).outcome == outcome


def test_lists_of_mlbpark_go_on_by_rows() -> None:
    url = "https://mlbpark.donga.com/mp/b.php?m=list&b=bullpen"
    parsed = page("mlbpark.list", url, "mlbpark/list.html", SEEN)
    assert rows(parsed) == [
        ("section", "bullpen", 1, MLBPARK, "둘째 글", {"comments": 12, "views": 1042}),
        ("section", "bullpen", 2, "bullpen/202605280000001", "첫 글", {"views": 9}),
    ]
    assert [entry.article.published.start for entry in every(parsed, ListEntry)] == [
        ms("2026-08-01T07:58") + 38_000,
        ms("2026-05-28T00:00"),
    ]
    assert cues(parsed)["next"] == "announced"
    assert every(page("mlbpark.search", mlbpark.search_url("둘째", 1), "mlbpark/list.html"), ListEntry)[0].query == "둘째"


@pytest.mark.parametrize(
    ("kind", "url", "other"),
    [
        ("clien.post", clien.article_url(CLIEN), clien.article_url("park/2")),
        ("ruliweb.post", ruliweb.article_url(RULIWEB), ruliweb.article_url("community/300143/2")),
        ("ppomppu.post", ppomppu.article_url(PPOMPPU), ppomppu.article_url("freeboard/2")),
        ("mlbpark.post", mlbpark.article_url(MLBPARK), mlbpark.article_url("bullpen/2")),
    ],
)
def test_a_post_that_is_not_there_is_a_state_and_another_one_is_none(kind: str, url: str, other: str) -> None:
    gone = read(kind, url, alert("삭제되었거나 존재하지 않는 게시물입니다."), SEEN)
    if not kind.startswith("ppomppu"):
        gone = read(kind, url, alert("삭제되었거나 존재하지 않는 게시물입니다.").encode(), SEEN)
    assert [(post.state, post.notice) for post in every(gone, Article)] == [
        ("gone", "삭제되었거나 존재하지 않는 게시물입니다.")
    ]
    deleted = "<html><body><p>삭제된 게시물입니다.</p></body></html>".encode()
    assert [post.state for post in every(read(kind, url, deleted, SEEN, 404), Article)] == ["gone"]
    passing = alert("쿠키를 삭제하고 다시 접속해 주세요."), alert("잠시 후 다시 시도해 주세요. 존재하지 않는 요청입니다.")
    for said in (*passing, alert("로그인이 필요합니다."), "<html><body>점검 중</body></html>", ""):
        assert read(kind, url, said.encode(), SEEN).outcome == "layout"
    name = kind.partition(".")[0]
    wrong = page(kind, other, f"{name}/post.html", article=all_sources()[name].article_key(url))
    assert (wrong.outcome, wrong.alarm) == ("layout", "foreign")


@pytest.mark.parametrize("body", ["", "<html><body>404 Not Found<script>삭제</script></body></html>"])
def test_a_404_of_clien_alone_makes_no_post_gone(body: str) -> None:
    assert read("clien.post", clien.article_url(CLIEN), body.encode(), SEEN, 404).outcome == "layout"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("(75)", "75"),
        ("조회 1.23만", "1.23만"),
        ("12 - 3", None),
        ("99+", None),
        ("10,000 이상", None),
        ("-", None),
        (None, None),
    ],
)
def test_a_count_is_one_number_and_no_bound(text: str | None, count: str | None) -> None:
    assert count_in(text) == count
