"""Nate's parsers: bytes in, records out. Small invented pages in the shapes of public code; nothing of it was ever recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, Parsed
from archive.records import Account, Article, Count, Cue, ListEntry, Listing
from crawler import pages
from crawler.addresses import further
from crawler.iso import iso
from crawler.sources import load_pages
from spiders.nate import urls
from spiders.nate.comment_pages import created
from spiders.pann import urls as pann
from tests.portal.nate import alert

FIXTURES = Path(__file__).parent / "fixtures"
KEY = "20251230n00123"
LIST = urls.comments_url(KEY)
SEEN = 1_767_225_600_000  # 2026-01-01 09:00 in Seoul
load_pages()


def fixture(name: str) -> bytes:
    """A page as Nate serves it: what its code page lacks is a number already."""
    return (FIXTURES / name).read_text(encoding="utf-8").encode("cp949" if name.startswith("nate") else "utf-8")


def read(page: str, url: str, body: bytes | str, seen: int = SEEN, status: int = 200, **more: Any) -> Parsed:
    """What a parser makes of a body."""
    data = body if isinstance(body, bytes) else body.encode("cp949", "xmlcharrefreplace")
    capture = Capture(page=page, url=url, status=status, headers=(), body=data, at=seen, received_at=seen, **more)
    return pages.parse(capture)


def every(parsed: Parsed, kind: type) -> list[Any]:
    """The records of a kind."""
    return [record for record in parsed.records if isinstance(record, kind)]


def cues(parsed: Parsed) -> dict[str, str]:
    """What a page says to the spider."""
    return {cue.name: cue.value for cue in every(parsed, Cue)}


def ms(text: str) -> int:
    """A time of Seoul."""
    moment = iso(f"{text}:00+09:00")
    assert moment is not None
    return moment.start


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"https://news.nate.com/view/{KEY}?mid=n1006", KEY),
        (f"http://m.news.nate.com/view/{KEY.upper()}/", KEY),
        ("https://news.nate.com/view/summary1", None),
        (f"https://news.nate.com.evil.test/view/{KEY}", None),
        (f"https://comm.news.nate.com/view/{KEY}", None),
        ("https://news.nate.com/rank/cmt?sc=all", None),
        ("https://[", None),
    ],
)
def test_which_addresses_are_articles(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key
    assert urls.article_key(urls.article_url(KEY)) == KEY


@pytest.mark.parametrize("path", ["rank", "rank/", "rank/interest", "rank/cmt?sc=all&p=day&date=20260715", "rank/updown/"])
def test_which_addresses_are_rankings(path: str) -> None:
    assert urls.list_page(f"https://news.nate.com/{path}") == "nate.ranking"
    assert urls.list_page(f"https://m.news.nate.com/{path}") is None
    assert urls.list_page("https://news.nate.com/rank/other") is None
    second = further("https://news.nate.com/rank/cmt?sc=all&date=20260715", 2)
    assert (second, urls.label(second)) == (
        "https://news.nate.com/rank/cmt?sc=all&date=20260715&page=2",
        "rank cmt all 20260715",
    )


def test_article() -> None:
    (article,) = every(read("nate.article", urls.article_url(KEY), fixture("nate/article.html")), Article)
    assert (article.key, article.title) == (KEY, '가상시, "버스 노선" 넓힌다')
    assert article.text == "첫 문단 <그대로> 😀\n둘째 문단"
    assert (article.press, article.section, article.pane, article.notice) == ("가상일보", "사회", "cmt", None)
    assert (article.published.start, article.published.precision) == (ms("2025-12-30T23:50"), "minute")
    assert article.modified.start == ms("2025-12-31T08:00")


def test_an_alert_is_a_state_and_no_row() -> None:
    url = urls.article_url(KEY)
    gone = read("nate.article", url, alert("언론사의 요청으로 삭제된 기사입니다."))
    (article,) = every(gone, Article)
    assert (article.state, article.notice, article.title) == ("gone", "언론사의 요청으로 삭제된 기사입니다.", None)
    login = read("nate.article", url, alert("로그인이 필요합니다."))
    assert (login.outcome, login.records, login.note) == ("layout", (), "alert: 로그인이 필요합니다.")
    assert every(read("nate.article", url, b"", status=404), Article)[0].state == "gone"
    closed = read("nate.comments", LIST, alert("댓글을 제공하지 않는 기사입니다."))
    assert (closed.records, closed.outcome) == ((Cue("closed", "댓글을 제공하지 않는 기사입니다."),), "ok")
    for page, where in (("nate.article", url), ("nate.comments", LIST), ("nate.count", urls.count_url(KEY))):
        passing = read(page, where, alert("서비스가 일시 중단되었습니다. 잠시 후 다시 시도해 주세요."))
        assert (passing.outcome, passing.records) == ("layout", ())
        assert (passing.note or "").startswith("alert: 서비스가 일시")


def test_an_article_that_says_that_it_has_no_comments() -> None:
    text = fixture("nate/article.html").decode("cp949")
    notice = "<div class='cmt_notice'>이 기사는 댓글을 제공하지 않습니다.</div>"
    (article,) = every(read("nate.article", urls.article_url(KEY), text.replace("</body>", f"{notice}</body>")), Article)
    assert (article.pane, article.notice) == ("closed", "이 기사는 댓글을 제공하지 않습니다.")
    (article,) = every(
        read("nate.article", urls.article_url(KEY), text.replace("둘째 문단", "댓글을 제공하지 않습니다.")), Article
    )
    assert article.pane == "cmt"


def test_another_article_or_thread_is_an_alarm() -> None:
    other = read("nate.article", urls.article_url("20251230n99999"), fixture("nate/article.html"))
    assert (other.outcome, other.alarm) == ("layout", "foreign")
    led = read("nate.article", urls.article_url(KEY), fixture("nate/article.html"), article="20251230n99999")
    assert (led.outcome, led.alarm) == ("layout", "foreign")
    thread = read("nate.comments", urls.comments_url("20251230n99999"), fixture("nate/comments.html"))
    assert (thread.outcome, thread.alarm, thread.records) == ("layout", "foreign", ())


def test_comments_with_their_votes_and_best_copies_once() -> None:
    parsed = read("nate.comments", LIST, fixture("nate/comments.html"), context={"rank": "21"})
    (listing,) = every(parsed, Listing)
    assert (listing.sort, listing.order, listing.rank, listing.parent) == ("default", "desc", 21, None)
    assert [comment.key[-2:] for comment in listing.comments] == ["13", "12", "11", "10", "09"]
    assert (cues(parsed), every(parsed, Count)) == ({"best": "90000011"}, [Count("comments", 1206)])
    first, operator, best, joke, blind = listing.comments
    assert (first.text, first.account) == ("새해 <b> 👍\n둘째 줄", Account("4400002", "둘째"))
    assert (first.likes, first.dislikes, first.replies, first.rounded) == (0, 12_000, 3, (("dislikes", "1.2만"),))
    assert (first.created.start, first.created.raw) == (ms("2026-01-01T00:10"), "01.01 00:10")
    assert (best.likes, best.dislikes, best.replies) == (1234, 5, None)
    assert best.created.start == ms("2025-12-31T23:59")  # the year before
    assert (operator.state, operator.text, operator.account, operator.likes) == ("deleted_by_operator", None, None, None)
    assert (joke.state, joke.text) == ("visible", "삭제된 댓글입니다.")  # somebody wrote that
    assert (blind.state, blind.text) == ("blinded", None)


def test_a_ranked_list_proves_no_place() -> None:
    (listing,) = every(read("nate.comments", urls.comments_url(KEY, order="O"), fixture("nate/comments.html")), Listing)
    assert (listing.sort, listing.order) == ("O", "votes")


def test_the_end_of_a_list_and_lists_that_are_none() -> None:
    text = fixture("nate/comments.html").decode("cp949")
    last = text.replace('<strong class="on">1</strong>', "").replace(
        "2</a></div></div>", "2</a><strong class='on'>3</strong></div>"
    )
    assert cues(read("nate.comments", LIST, last))["last"] == "true"
    nothing = "<em id='totalcnt'>{}</em><div class='cmt_list'></div>"
    assert cues(read("nate.comments", LIST, nothing.format(0))) == {"last": "true"}
    empty = read("nate.comments", LIST, nothing.format(7))
    assert (empty.outcome, empty.alarm) == ("layout", "empty")
    assert read("nate.comments", LIST, "<html><p>점검 중</p></html>").outcome == "layout"
    assert read("nate.comments", LIST, "<p>비정상적인 접근입니다. 자동입력방지</p>").outcome == "refused"


@pytest.mark.parametrize("page", ["nate.comments", "pann.comments"])
def test_a_comment_whose_words_have_another_place_is_not_one_without_words(page: str) -> None:
    """Each would be edited to nothing."""
    url = urls.comments_url(KEY) if page == "nate.comments" else pann.COMMENTS
    text = (FIXTURES / page.replace(".", "/")).with_suffix(".html").read_text(encoding="utf-8")
    renamed = text.replace("usertxt", "txt").encode("cp949" if page == "nate.comments" else "utf-8", "xmlcharrefreplace")
    assert read(page, url, renamed).outcome == "layout"


@pytest.mark.parametrize(
    ("raw", "key", "seen", "span", "precision"),
    [
        ("12.31 23:59", "20251230n00123", "2026-01-01T09:00", ("2025-12-31T23:59", "2025-12-31T23:59"), "minute"),
        ("01.01 00:10", "20251230n00123", "2026-01-01T09:00", ("2026-01-01T00:10", "2026-01-01T00:10"), "minute"),
        ("05.30 11:20", "20220530n31323", "2026-11-26T09:00", ("2022-05-30T11:20", "2026-05-30T11:20"), "relative"),
        ("05.30 11:20", "20220530n31323", "2023-05-01T09:00", ("2022-05-30T11:20", "2022-05-30T11:20"), "minute"),
        ("02.29 12:00", "20240201n00001", "2024-12-31T09:00", ("2024-02-29T12:00", "2024-02-29T12:00"), "minute"),
        ("12.29 23:59", "20251230n00123", "2026-01-01T09:00", None, None),  # before its article
        ("13.01 10:00", "20251230n00123", "2026-01-01T09:00", None, None),
    ],
)
def test_a_date_without_its_year_lies_after_its_article(
    raw: str, key: str, seen: str, span: tuple[str, str] | None, precision: str | None
) -> None:
    moment = created(raw, key, ms(seen))
    if span is None:
        assert moment is None
    else:
        assert moment is not None
        assert (moment.start, moment.end, moment.precision) == (ms(span[0]), ms(span[1]) + 59_999, precision)


def test_a_byte_that_is_no_letter_does_not_lose_a_page() -> None:
    body = fixture("nate/comments.html")
    half = body.replace("아주".encode("cp949"), b"\xbe\xc6\xc1", 2)  # a letter cut in two before a blank
    (listing,) = every(read("nate.comments", LIST, half), Listing)
    assert listing.comments[2].text == "아\ufffd 좋은 글"
    assert [comment.likes for comment in listing.comments] == [0, None, 1234, 1, None]
    for stray in (b"\xff", b"\x80", b"\xa1"):
        cut = body.replace("둘째 줄".encode("cp949"), stray)
        assert len(every(read("nate.comments", LIST, cut), Listing)[0].comments) == 5
    rare = body.replace("둘째 줄".encode("cp949"), "뷁 똠방각하 펲시".encode("cp949"))  # not in EUC-KR, but in CP949
    assert every(read("nate.comments", LIST, rare), Listing)[0].comments[0].text.endswith("뷁 똠방각하 펲시")


def test_a_page_in_another_charset_is_no_row() -> None:
    text = fixture("nate/comments.html").decode("cp949")
    wrong = read("nate.comments", LIST, text.replace("아주 좋은 글", "아주 좋은 글 " * 300).encode())
    assert (wrong.outcome, wrong.note) == ("layout", "not cp949")
    capture = Capture(page="nate.comments", url=LIST, status=200, headers=(("content-type", "text/html; charset=utf-8"),),
                      body=text.encode(), at=SEEN, received_at=SEEN)  # fmt: skip
    assert every(pages.parse(capture), Listing)[0].comments[2].text == "아주 좋은 글"


def test_numbers_beside_the_article() -> None:
    assert read("nate.count", urls.count_url(KEY), "<em id='totalcnt'>1,206</em>").records == (Count("comments", 1206),)
    assert read("nate.emotions", urls.emotions_url(KEY), '({"totalcount":"1,043"})').records == (Count("emotions", 1043),)
    assert read("nate.emotions", urls.emotions_url(KEY), "({})").outcome == "layout"


def test_ranking() -> None:
    url = "https://news.nate.com/rank/cmt?sc=all&p=day&date=20260715&page=2"
    parsed = read("nate.ranking", url, fixture("nate/ranking.html"), context={"rank": "51"})
    first, second = every(parsed, ListEntry)
    assert (first.kind, first.query, first.rank, first.article.key) == (
        "ranking",
        "rank cmt all day 20260715",
        51,
        "20260715n00317",
    )
    assert (first.article.title, first.article.press, first.article.published.precision) == ('가상의 "일"', "가상일보", "day")
    assert (second.rank, second.article.title, second.article.press, second.article.published) == (
        52,
        "둘째 일",
        "물빛저널",
        None,
    )
    assert [(count.metric, count.value, count.article.key) for count in every(parsed, Count)] == [
        ("comments", 1913, "20260715n00317"),
        ("comments", 88, "20260714n41000"),
    ]
    assert cues(parsed) == {"next": "announced"}
    assert read("nate.ranking", url, "<p>없음</p>").alarm == "empty"


def test_search() -> None:
    url = urls.search_url("둘레길", 1, None, None)
    parsed = read("nate.search", url, fixture("nate/search.html"))
    first, second = every(parsed, ListEntry)
    assert (first.query, first.rank, first.article.key) == ("둘레길", 1, "20260715n00317")
    assert (first.article.press, first.shown) == ("누리샘일보", "둘레길 새로 연다\n가온시가 둘레길을")
    assert first.article.published.raw == "2026.07.15 09:30"
    assert (second.rank, second.article.key, second.article.published) == (3, "20260713n00001", None)
    assert cues(parsed) == {"items": "2", "next": "announced"}
    plain = fixture("nate/search.html")
    plain = (
        plain.replace(b' class="search-list"', b"") if isinstance(plain, bytes) else plain.replace(' class="search-list"', "")
    )
    assert read("nate.search", url, plain) == parsed, "of the list only the place is known since 2022"
    moved = read(
        "nate.search", url, "<div id='search-option'><p><a href='//news.nate.com/view/20260713n00001'>새 길</a></p></div>"
    )
    assert (moved.outcome, moved.note) == ("layout", "articles, and no ul in div.search-result")
    none = read("nate.search", url, "<div id='search-option'>검색결과가 없습니다.</div>")
    assert (none.outcome, cues(none)) == ("ok", {"items": "0"})
    hits = "<li class='items'><a href='//news.nate.com/view/20260713n0000{}'>딴 일</a></li>"
    other = read("nate.search", url, f"<ul class='search-list'>{''.join(hits.format(n) for n in range(6))}</ul>")
    assert (other.outcome, other.alarm) == ("layout", "search")
    assert read("nate.search", url, "<p>점검 중</p>").outcome == "layout"
