"""XE and Rhymix pages of invented content: what skins, members, states and abbreviations come to, and URLs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Article, Comment, Count, ListEntry, Listing
from crawler.bases import Base
from crawler.errors import NotAllowed
from crawler.guard import check
from crawler.sources import all_sources
from spiders.fmkorea import urls as fmkorea
from spiders.rhymix import urls
from spiders.theqoo import urls as theqoo
from tests.naver import counts, cues, of, only
from tests.xe import SEEN, read

FIXTURES = Path(__file__).parent / "fixtures" / "rhymix"
POST = (FIXTURES / "fmkorea-post.html").read_bytes()
AT = "https://www.fmkorea.com/best/5000123"
BOARD = Base("https", "example.org", "/xe")


def test_a_post_with_abbreviated_counts() -> None:
    parsed = read("fmkorea.post", AT, POST, "5000123")
    article: Article = only(parsed, Article)
    assert (article.title, article.text, article.section) == ("가상의 글", "첫 줄\n둘째 줄", "best")
    assert article.account is not None
    assert (article.account.key, article.account.name, article.account.provider) == ("77001", "가상인물", None)
    assert counts(parsed) == {"views": 3_000_000, "likes": 1204, "comments": 104}
    assert {c.metric: c.raw for c in of(parsed, Count)} == {"views": "3백만", "likes": None, "comments": None}


def test_comments_once_each_with_their_states() -> None:
    listing: Listing = only(read("fmkorea.post", AT, POST, "5000123"), Listing)
    found = {comment.key: comment for comment in listing.comments}
    assert list(found) == ["9000101", "9000102", "9000103", "9000104"]  # the chosen one stands on another page
    assert [comment.state for comment in listing.comments] == ["visible", "visible", "placeholder", "deleted_by_operator"]
    assert [comment.text for comment in listing.comments[2:]] == [None, None]
    first, second = found["9000101"], found["9000102"]
    assert (first.likes, first.dislikes, first.rounded) == (12_000, 3, (("likes", "1.2만"),))
    assert (second.likes, second.dislikes, second.attachment) == (None, None, "//img.example.org/con.png")
    assert second.text == "하나 & 둘\n셋"
    assert first.created is not None
    assert (first.created.end - first.created.start, first.created.end) == (59_999, SEEN - 9 * 60_000)
    assert listing.rank == 101


@pytest.mark.parametrize(("above", "parent"), [("", None), ("0:9000099", "9000099"), ("0:9000050 1:9000099", "9000050")])
def test_a_reply_that_begins_a_page_answers_one_of_the_page_before(above: str, parent: str | None) -> None:
    listing: Listing = only(read("fmkorea.post", AT, POST, "5000123", above=above, rank="101"), Listing)
    assert listing.comments[0].parent == parent


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (404, "<html>x</html>", "gone"),
        (200, "<script>alert('삭제되었거나 존재하지 않는 글입니다.');history.back();</script>", "gone"),
        (200, '<div class="message"><h1>대상을 찾을 수 없습니다.</h1></div>', "gone"),
        (403, '<div id="access"><h1>권한이 없습니다.</h1></div>', "restricted"),
        (200, "<script>alert('로그인이 필요합니다.')</script>", "restricted"),
    ],
)
def test_a_page_without_the_post_says_why(status: int, body: str, state: str) -> None:
    found: Article = only(read("fmkorea.post", AT, body, "5000123", status), Article)
    assert (found.key, found.state) == ("5000123", state)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("<title>에펨코리아 보안 시스템</title><div>잠시만 기다리면 사이트에 자동으로 접속됩니다.</div>", "refused"),
        ("<html><body>Service Unavailable</body></html>", "layout"),
        ("<script>alert('잠시 후 다시 시도해 주세요')</script>", "layout"),
        ("", "layout"),
        (POST.replace(b"document_5000123_", b"document_5000124_"), "layout"),
    ],
)
def test_what_says_nothing_of_the_post_is_no_state(body: str | bytes, outcome: str) -> None:
    assert read("fmkorea.post", AT, body, "5000123").outcome == outcome


def test_a_list_as_a_webzine() -> None:
    parsed = read("fmkorea.list", "https://www.fmkorea.com/best", (FIXTURES / "webzine.html").read_bytes())
    entries: list[ListEntry] = of(parsed, ListEntry)
    assert [(e.kind, e.query, e.rank, e.article.key, e.article.title) for e in entries] == [
        ("ranking", "best", 1, "5000123", "가상의 글"), ("ranking", "best", 2, "5000090", "다른 글"),
    ]  # fmt: skip
    assert [e.article.published.precision for e in entries if e.article.published] == ["relative", "day"]
    assert [(c.article.key, c.metric, c.value) for c in of(parsed, Count) if c.article] == [
        ("5000123", "comments", 104), ("5000123", "likes", 1204), ("5000090", "likes", 77),
    ]  # fmt: skip
    assert cues(parsed)["next"] == "announced"


def test_words_that_are_shown_after_an_hour() -> None:
    parsed = read("theqoo.comments", theqoo.COMMENTS, (FIXTURES / "theqoo-comments.json").read_bytes(), "777", number="0")
    comments: tuple[Comment, ...] = only(parsed, Listing).comments
    assert [(c.key, c.text, c.state) for c in comments] == [
        ("8000001", "오래된 댓글\n둘째 줄", "visible"),
        ("8000002", None, "placeholder"),  # 11 minutes old
        ("8000003", "1시간 이내에 끝내자는 말", "visible"),  # somebody's own words
    ]
    assert {comment.created.precision for comment in comments if comment.created} == {"second"}
    assert cues(parsed) == {"page": "2", "pages": "2"}


@pytest.mark.parametrize("row", [{}, {"ct": None}])
def test_of_a_comment_that_the_answer_gives_no_words_of_nobody_knows(row: dict[str, None]) -> None:
    answer = {"comment_list": [{"srl": 1, "rd": "20261122125000", **row}], "now_comment_page": 1}
    parsed = read("theqoo.comments", theqoo.COMMENTS, json.dumps(answer), "777", number="0")
    assert [(c.text, c.state) for c in only(parsed, Listing).comments] == [(None, "unknown")]


@pytest.mark.parametrize(
    ("answer", "outcome", "cue"),
    [
        ({"error": -1, "errorDetail": "ERR_CSRF_CHECK_FAILED", "message": "보안정책상"}, "layout", {}),
        ({"error": -1, "message": "권한이 없습니다."}, "ok", {"closed": "권한이 없습니다."}),
        ({"comment_list": [], "now_comment_page": 1}, "ok", {"page": "1", "pages": "1"}),
        ({"comment_list": [{"srl": 1, "ct": "x", "rd": ""}]}, "layout", {}),
        ({"error": -1, "message": "삭제된 글입니다."}, "ok", {"closed": "삭제된 글입니다."}),
        ({"error": -1, "message": "DB 오류입니다."}, "layout", {}),  # what is not known may be a passing trouble
        ({"error": 0, "message": "success"}, "layout", {}),
        ({"unknown": 1}, "layout", {}),
        ([], "layout", {}),
    ],
)
def test_answers_without_comments(answer: object, outcome: str, cue: dict[str, str]) -> None:
    parsed = read("theqoo.comments", theqoo.COMMENTS, json.dumps(answer), "777", number="0")
    assert (parsed.outcome, cues(parsed) if parsed.outcome == "ok" else {}) == (outcome, cue)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://example.org/xe/humor/3111", "3111"),
        ("http://example.org/xe/3111", "3111"),
        ("https://example.org/xe/humor/3111?cpage=2#comment_7", "3111"),
        ("https://example.org/xe/humor/3111/4000", "3111"),
        ("https://example.org/xe/index.php?mid=humor&document_srl=3111", "3111"),
        ("https://example.org/xe/?document_srl=3111", "3111"),
        ("https://example.org/xe/index.php?document_srl=3111&act=dispBoardDelete", None),
        ("https://example.org/humor/3111", None),
        ("https://example.org/xe/humor", None),
        ("https://example.org/xe/humor/a1", None),
        ("https://other.org/xe/humor/3111", None),
        ("mailto:a@example.org", None),
    ],
)
def test_a_post_by_any_of_its_urls(url: str, number: str | None) -> None:
    assert urls.post_number(BOARD, url) == number
    assert urls.post_key([Base("https", "example.org"), BOARD], url) == (
        f"example.org/xe/{number}" if number else {"https://example.org/humor/3111": "example.org/3111"}.get(url)
    )


def test_addresses() -> None:
    assert urls.post_url([BOARD], "example.org/xe/3111") == "https://example.org/xe/3111"
    assert urls.board_of([BOARD], "https://example.org/xe/humor?category=3") == (BOARD, "humor")
    assert urls.board_of([BOARD], "https://example.org/xe/humor?act=dispBoardWrite") is None
    assert urls.board_of([BOARD], "https://example.org/xe/index.php?mid=humor") is None
    for url in ("https://m.fmkorea.com/best/7", "https://fmkorea.com/7", "https://www.fmkorea.com/index.php?document_srl=7"):
        assert fmkorea.article_key(url) == "7"
    assert fmkorea.article_url("7") == "https://www.fmkorea.com/best/7"
    assert fmkorea.article_url("7", "https://www.fmkorea.com/humor/7") == "https://www.fmkorea.com/humor/7"
    assert fmkorea.article_url("7", "https://www.fmkorea.com/stock/7") == "https://www.fmkorea.com/best/7"
    assert [fmkorea.list_page(f"https://www.fmkorea.com/{mid}") for mid in ("best2", "stock")] == ["fmkorea.list", None]
    assert theqoo.article_key("https://www.theqoo.net/hot/123") == "123"


@pytest.mark.parametrize(
    ("name", "method", "url", "body", "allowed"),
    [
        ("rhymix", "GET", "https://example.org/xe/humor/7?cpage=2", b"", True),
        ("rhymix", "GET", "https://example.org/xe/humor?act=procBoardVote", b"", False),
        ("rhymix", "GET", "https://example.org/xe/index.php?act=IS&is_keyword=x", b"", True),
        ("rhymix", "GET", "https://example.org/xe/index.php?act=procMemberLogout", b"", False),
        ("rhymix", "GET", "https://example.org/xe/humor?%20act=procBoardVote", b"", False),  # PHP takes these for `act`, too
        ("rhymix", "GET", "https://example.org/xe/humor?act%00=procBoardVote", b"", False),
        ("rhymix", "GET", "https://example.org/xe/humor?act[]=procBoardVote", b"", False),
        ("rhymix", "GET", "https://example.org/xe/member/login", b"", False),  # its newer routes name the act in the path
        ("rhymix", "GET", "https://example.org/xe/humor/3111", b"", True),
        ("fmkorea", "GET", "https://www.fmkorea.com/best/vote", b"", False),
        ("theqoo", "GET", "https://theqoo.net/square/write", b"", False),
        ("rhymix", "GET", "https://example.org/index.php?act=IS", b"", False),
        ("rhymix", "POST", "https://example.org/xe/index.php", b'{"act":"dispBoardContentCommentList"}', True),
        ("rhymix", "POST", "https://example.org/xe/index.php", b'{"act":"procDocumentVoteUp"}', False),
        ("rhymix", "POST", "https://example.org/xe/index.php", b'{"act":"dispBoardContentCommentList","act":"procX"}', False),
        ("rhymix", "POST", "https://example.org/xe/index.php?act=procX", b'{"act":"dispBoardContentCommentList"}', False),
        ("rhymix", "POST", "https://example.org/xe/humor/7", b"", False),
        ("theqoo", "POST", theqoo.COMMENTS, theqoo.asked("7", 0).encode(), True),
        ("theqoo", "POST", theqoo.COMMENTS, b'{"act":"procDocumentVoteUp"}', False),
        ("fmkorea", "GET", "https://www.fmkorea.com/best/7?cpage=1", b"", True),
        ("fmkorea", "GET", "https://www.fmkorea.com/7", b"", False),
        ("fmkorea", "GET", "https://www.fmkorea.com/search.php", b"", False),
    ],
)  # fmt: skip
def test_what_changes_something_cannot_be_asked(name: str, method: str, url: str, body: bytes, allowed: bool) -> None:
    source = all_sources()[name].based((BOARD,))
    if allowed:
        check(method, url, source, body=body)
        return
    with pytest.raises(NotAllowed):
        check(method, url, source, body=body)


KINDS: list[tuple[str, str]] = [
    ("fmkorea.post", AT), ("fmkorea.list", "https://www.fmkorea.com/best"), ("rhymix.post", "https://example.org/humor/5000123"),
    ("rhymix.search", "https://example.org/humor?search_keyword=x"), ("rhymix.comments", "https://example.org/index.php"),
    ("theqoo.comments", theqoo.COMMENTS), ("theqoo.post", "https://theqoo.net/square/5000123"),
]  # fmt: skip
GOOD = [path.read_bytes() for path in sorted(FIXTURES.iterdir())]


@given(
    kind=st.sampled_from(KINDS),
    good=st.sampled_from(GOOD),
    cut=st.integers(0, 3000),
    put=st.binary(max_size=20)
    | st.sampled_from([b"null", b"-1", b"[]", b"{}", b"9" * 30, b"\\ud83d", b"<li id='comment_'>", b'"']),
    gone=st.integers(0, 40),
)
def test_no_bytes_break_a_parser(kind: tuple[str, str], good: bytes, cut: int, put: bytes, gone: int) -> None:
    spoilt: Any = good[:cut] + put + good[cut + gone :]
    assert read(kind[0], kind[1], spoilt).outcome in {"ok", "empty", "layout", "refused"}
