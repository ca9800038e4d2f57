"""The parsers of Bobaedream, Ilbe, Inven and 82cook: small invented pages in the shapes of public code."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.capture import Capture, Parsed
from archive.records import Account, Article, Comment, Count, Cue, ListEntry, Listing
from archive.times import SEOUL
from crawler import pages
from crawler.errors import NotAllowed
from crawler.guard import check
from crawler.sources import all_sources, load_pages
from spiders.bobaedream import urls as bobaedream
from spiders.cook82 import urls as cook82
from spiders.ilbe import urls as ilbe
from spiders.inven import urls as inven
from tests.conftest import ROOT
from tests.portal.nate import alert

load_pages()
SEEN = int(datetime(2026, 9, 16, 12, 0, tzinfo=SEOUL).timestamp() * 1000)
COOK, BOBAE, ILBE, INVEN = "4075073", "freeb/123", "11447167727", "webzine/2097/2730613"
URLS = {
    "82cook": (cook82, COOK, f"https://www.82cook.com/entiz/read.php?bn=15&num={COOK}&page=1"),
    "bobaedream": (bobaedream, BOBAE, "https://www.bobaedream.co.kr/view?No=123&code=freeb&bm=1"),
    "ilbe": (ilbe, ILBE, f"https://m.ilbe.com/view/{ILBE}?page=2"),
    "inven": (inven, INVEN, f"https://www.inven.co.kr/board/{INVEN}?my=chu"),
}
LISTS = {
    "82cook": "https://www.82cook.com/entiz/enti.php?bn=15",
    "bobaedream": "https://www.bobaedream.co.kr/list?code=best",
    "ilbe": "https://www.ilbe.com/list/politics?listStyle=list",
    "inven": "https://www.inven.co.kr/board/webzine/2097?my=chu",
}
VOTES = [
    ("82cook", "GET", "https://www.82cook.com/ajax/reple.php"),
    ("bobaedream", "GET", "https://www.bobaedream.co.kr/board_renew/bulletin/comment_vote.php"),
    ("bobaedream", "POST", "https://www.bobaedream.co.kr/board_renew/bulletin/comment_list.php"),
    ("ilbe", "GET", "https://www.ilbe.com/vote/11447167727"),
    ("ilbe", "POST", "https://www.ilbe.com/commentlist/11447167727"),
    ("inven", "POST", "https://www.inven.co.kr/common/board/comment.json.php"),
    ("inven", "GET", "https://www.inven.co.kr/common/board/comment.json.php"),
]


def fixture(name: str) -> bytes:
    return (ROOT / "tests" / "fixtures" / name).read_bytes()


def read(page: str, url: str, body: bytes | str, status: int = 200, **more: Any) -> Parsed:
    """What the parser makes of a body."""
    data = body.encode() if isinstance(body, str) else body
    return pages.parse(Capture(page=page, url=url, status=status, headers=(), body=data, at=SEEN, received_at=SEEN, **more))


def every(parsed: Parsed, kind: type) -> list[Any]:
    assert parsed.outcome == "ok", parsed.note
    return [record for record in parsed.records if isinstance(record, kind)]


def counts(parsed: Parsed) -> dict[str, int]:
    return {count.metric: count.value for count in every(parsed, Count)}


def cues(parsed: Parsed) -> dict[str, str]:
    return {cue.name: cue.value for cue in every(parsed, Cue)}


def times(found: Article | Comment) -> tuple[str, str] | None:
    """When it was written, in Seoul, and how exactly that is known."""
    moment = found.published if isinstance(found, Article) else found.created
    return (f"{datetime.fromtimestamp(moment.start / 1000, SEOUL):%Y-%m-%d %H:%M:%S}", moment.precision) if moment else None


def nick(name: str, ip: str | None = None) -> Account:
    return Account(name, name, provider="nickname", ip=ip)


@pytest.mark.parametrize("source", URLS)
def test_addresses(source: str) -> None:
    urls, key, url = URLS[source]
    assert (urls.article_key(url), urls.article_key(urls.article_url(key))) == (key, key)
    other = [
        "https://evil.test/view/11447167727",
        LISTS[source],
        "http://[::1",
        f"{url}x" if source == "inven" else "",
        "nothing",
    ]
    assert [urls.article_key(each) for each in other if each != f"{url}x"] == [None] * len([e for e in other if e != f"{url}x"])
    assert urls.list_page(LISTS[source]) == f"{source}.list"
    assert urls.list_page(url) is None
    searched = None if source == "ilbe" else f"{source}.search"  # its search is no board's
    assert urls.list_page(urls.search_url("둘레길", 1)) == searched
    assert urls.list_page("https://evil.test/list/ilbe") is None
    for mine in (url, LISTS[source], urls.search_url("둘레길 <b>", 2)):
        if "m.ilbe" not in mine:
            check("GET", mine, all_sources()[source])


@pytest.mark.parametrize(("source", "method", "url"), VOTES)
def test_what_writes_is_never_asked(source: str, method: str, url: str) -> None:
    with pytest.raises(NotAllowed):
        check(method, url, all_sources()[source])


def test_82cook_post_with_its_comments() -> None:
    parsed = read("82cook.post", cook82.article_url(COOK), fixture("82cook/post.html"), article=COOK)
    (post,) = every(parsed, Article)
    assert (post.key, post.kind, post.title, post.text) == (COOK, "post", "가상의 글 <제목>", "첫 줄\n둘째 줄 & 끝")
    assert (post.account, post.pane, times(post)) == (nick("글쓴이2"), "82cook", ("2026-09-14 23:38:47", "second"))
    assert counts(parsed) == {"views": 4868, "comments": 3}
    (listing,) = every(parsed, Listing)
    first, gone, own = listing.comments
    assert (listing.sort, listing.rank, [each.key for each in listing.comments]) == (
        "LISTED",
        1,
        ["40335017", "40335018", "40335019"],
    )
    assert (first.text, first.account, first.likes) == ("한 줄\n또 한 줄 😀", nick("갑", "112.156.xxx.57"), None)
    assert times(first) == ("2026-09-15 20:00:00", "minute")
    assert (gone.state, gone.text, gone.account, gone.created) == ("placeholder", None, None, None)
    # Anybody can write the words of a mark.
    assert (own.state, own.text, own.attachment) == ("visible", "삭제된 댓글입니다.", "https://img.example/a.jpg")
    assert times(own) == ("2026-09-16 00:05:00", "minute")


def test_bobaedream_post_shows_the_newest_comments_and_where_the_others_are() -> None:
    parsed = read("bobaedream.post", bobaedream.article_url(BOBAE), fixture("bobaedream/post.html"), article=BOBAE)
    (post,) = every(parsed, Article)
    assert (post.key, post.title, post.text, post.account) == (BOBAE, "가상의 글", "첫 줄\n둘째 줄", nick("글쓴이3"))
    assert (post.section, times(post)) == ("freeb", ("2020-04-22 10:53:00", "minute"))
    assert counts(parsed) == {"views": 12345, "likes": 67, "comments": 155}
    (listing,) = every(parsed, Listing)
    first, gone, last = listing.comments
    assert (listing.rank, first.key, first.text, first.account) == (153, "1018669", "한 줄 \n또 한 줄", nick("갑"))
    assert (first.likes, first.dislikes, first.rounded) == (12_000, 3, (("likes", "1.2만"),))
    assert (gone.state, gone.text, last.likes, times(last)) == ("placeholder", None, None, ("2020-04-22 12:20:00", "minute"))
    more = "https://www.bobaedream.co.kr/board_renew/bulletin/comment_list.php?tb=uni_cmt_2004&code=freeb&No=123&page=1"
    assert cues(parsed) == {"more": more, "page": "2", "pages": "2"}, "an address that names another post is none of it"
    whole = fixture("bobaedream/post.html").replace(b"(155)", b"(3)")
    assert cues(read("bobaedream.post", bobaedream.article_url(BOBAE), whole, article=BOBAE)) == {}
    older = read("bobaedream.comments", more, whole, article=BOBAE, context={"rank": "1"})
    assert [(each.rank, len(each.comments)) for each in every(older, Listing)] == [(1, 3)]
    assert read("bobaedream.comments", more, "<p>점검 중</p>", article=BOBAE).outcome == "layout"


def test_ilbe_post_and_a_piece_of_comments() -> None:
    parsed = read("ilbe.post", ilbe.article_url(ILBE), fixture("ilbe/post.html"), article=ILBE)
    (post,) = every(parsed, Article)
    assert (post.title, post.text, times(post)) == ("가상의 글", "첫 줄\n둘째 줄", ("2026-09-15 21:48:00", "second"))
    assert post.account == nick("글쓴이", "211.36.*.*")
    assert counts(parsed) == {"likes": 1340, "comments": 1102}, "an empty number is none, not 0"
    pieces = read(
        "ilbe.comments", ilbe.comments_url(ILBE, 2), fixture("ilbe/comments.html"), article=ILBE, context={"rank": "101"}
    )
    (listing,) = every(pieces, Listing)
    first, reply, gone = listing.comments
    assert (listing.rank, cues(pieces)) == (101, {"pages": "3", "above": "0:503"})
    assert (first.key, first.text, first.account, first.parent) == ("501", "한 줄\n또 한 줄", nick("갑", "1.2.*.*"), None)
    assert (first.likes, first.dislikes, times(first)) == (12, 3, ("2026-09-15 21:50:01", "second"))
    assert (reply.key, reply.parent, reply.account, reply.likes, reply.dislikes) == ("507", "501", nick("괄호(웃음)"), 0, None)
    assert (gone.state, gone.text, gone.account) == ("deleted_by_user", None, None)
    assert read("ilbe.comments", ilbe.comments_url(ILBE, 1), b"<p>hm</p>", article=ILBE).outcome == "layout"
    none = read("ilbe.comments", ilbe.comments_url(ILBE, 1), '<div class="comment-list"></div>', article=ILBE)
    assert (every(none, Listing), cues(none)) == ([], {"pages": "1", "above": ""})
    begins = fixture("ilbe/comments.html").replace(b'id="comment_501" data-depth="0"', b'id="comment_501" data-depth="1"')
    for context, parent in (({"above": "0:499"}, "499"), ({}, None)):  # the page before ended so; or nobody knows
        found = read("ilbe.comments", ilbe.comments_url(ILBE, 2), begins, article=ILBE, context=context)
        assert [each.comments[0].parent for each in every(found, Listing)] == [parent]


def test_inven_post_and_blocks_of_comments() -> None:
    parsed = read("inven.post", inven.article_url(INVEN), fixture("inven/post.html"), article=INVEN)
    (post,) = every(parsed, Article)
    assert (post.title, post.text, post.account) == ("가상의 글", "첫 줄\n둘째 줄", nick("글쓴이"))
    assert (counts(parsed), times(post)) == ({"views": 1234, "likes": 5, "dislikes": 2}, ("2026-09-15 23:17:00", "minute"))
    url, body = f"{inven.SITE}{inven.COMMENTS}", fixture("inven/comments.json")
    newest = read("inven.comments", url, body, article=INVEN, context={"form": urlencode(inven.comments_form(INVEN))})
    (listing,) = every(newest, Listing)
    first, picture, gone = listing.comments
    assert (listing.sort, listing.rank, cues(newest)) == ("date", 201, {"page": "3", "pages": "3"})
    assert (first.text, first.account, first.parent) == ("한 줄\n또 한 줄 <b> & 끝", nick("갑"), None)
    assert (first.likes, first.dislikes, times(first)) == (12, 0, ("2026-09-15 23:20:01", "second"))
    assert (picture.text, picture.attachment, picture.parent, picture.likes) == ("", "https://img.example/c.jpg", "501", 3)
    assert (picture.dislikes, picture.created and picture.created.precision) == (None, "relative")
    assert (gone.state, gone.text, gone.account, gone.created) == ("placeholder", None, None, None)
    form = inven.comments_form(INVEN, 2)
    assert (form["comeidx"], form["articlecode"], form["titles"]) == ("2097", "2730613", "200")
    swapped = body.replace(b'"titlenum":200', b'"titlenum":-1').replace(b'"titlenum":0', b'"titlenum":200')
    block = read("inven.comments", url, swapped, article=INVEN, context={"form": urlencode(form)})
    assert ([each.rank for each in every(block, Listing)], cues(block)) == ([101], {"page": "2", "pages": "3"})
    assert read("inven.comments", url, body, article=INVEN, context={"form": urlencode(form)}).alarm == "empty"
    for wrong in (b'{"message":-1,"commentlist":[]}', b"{}", b"<p>"):
        assert read("inven.comments", url, wrong, article=INVEN).outcome == "layout"


ROWS = {
    "82cook": [
        (COOK, "둘레길 이야기", ("2026-09-16 11:02:03", "second"), {"comments": 12, "views": 1042}),
        ("4075072", "다른 이야기", ("2026-09-15 00:00:00", "day"), {"views": 7}),
    ],
    "bobaedream": [
        ("freeb/124", "둘레길 이야기", ("2026-09-16 11:25:00", "minute"), {"comments": 23, "likes": 1004, "views": 25_000}),
        (BOBAE, "다른 이야기", ("2026-09-12 00:00:00", "day"), {"views": 31}),
    ],
    "ilbe": [(ILBE, "둘레길 이야기", ("2026-09-16 11:25:03", "second"), {"comments": 12, "views": 2048, "likes": 31})],
    "inven": [(INVEN, "둘레길 이야기", ("2026-09-12 00:00:00", "day"), {"comments": 45, "views": 1042, "likes": 33})],
}
GOES_ON = {"82cook": "announced", "bobaedream": None, "ilbe": "announced", "inven": "announced"}


@pytest.mark.parametrize("source", ROWS)
def test_a_board_and_a_search(source: str) -> None:
    urls, body = URLS[source][0], fixture(f"{source}/list.html")
    parsed = read(f"{source}.list", LISTS[source], body, context={"rank": "31"})
    entries = every(parsed, ListEntry)
    for entry, told in zip(entries, ROWS[source], strict=True):
        numbers = {count.metric: count.value for count in every(parsed, Count) if count.article == entry.article}
        assert (entry.article.key, entry.article.title, times(entry.article), numbers) == told
    kind = "section" if source in ("82cook", "ilbe") else "ranking"  # the best posts
    assert [(each.kind, each.rank, each.query) for each in entries] == [
        (kind, 31 + n, "bn 15" if source == "82cook" else urls.label(LISTS[source])) for n in range(len(entries))
    ]
    assert cues(parsed).get("next") == GOES_ON[source]
    found = read(f"{source}.search", urls.search_url("둘레길", 1), fixture("ilbe/search.html") if source == "ilbe" else body)
    hit = every(found, ListEntry)[0]
    assert (hit.kind, hit.query, hit.article.key) == ("search", "둘레길", ROWS[source][0][0])
    assert "둘레길" in hit.shown
    for page, url in (("list", LISTS[source]), ("search", urls.search_url("둘레길", 1))):
        assert read(f"{source}.{page}", url, "<p>점검 중</p>").outcome == "layout"


def test_a_search_of_inven_says_where_the_range_before_is() -> None:
    url, body = inven.search_url("둘레길", 1), fixture("inven/list.html")
    assert "step" not in cues(read("inven.search", url, body))
    link = '<a href="?query=list&amp;p=1&amp;sterm=2720613&amp;name=subjcont&amp;keyword=둘레길">다음 검색</a>'.encode()
    before = cues(read("inven.search", url, body.replace(b"</body>", link + b"</body>")))["step"]
    assert before == "https://www.inven.co.kr/board/webzine/2097?query=list&p=1&sterm=2720613&name=subjcont&keyword=둘레길"
    for other in (link.replace("둘레길".encode(), b"x"), link.replace(b"?q", b"//x.kr/?q")):
        assert read("inven.search", url, body.replace(b"</body>", other + b"</body>")).alarm == "search"
    again = read("inven.search", before, body.replace(b"</body>", link + b"</body>"))
    assert "step" not in cues(again), "a range does not lead to itself"


GONE = [("82cook", COOK), ("bobaedream", BOBAE), ("ilbe", ILBE), ("inven", INVEN)]


@pytest.mark.parametrize(("source", "key"), GONE)
def test_where_no_post_is_its_page_says_so(source: str, key: str) -> None:
    url = URLS[source][0].article_url(key)
    for body, status in ((alert("삭제된 게시물입니다."), 200), ("", 404)):
        (post,) = every(read(f"{source}.post", url, body, status, article=key), Article)
        assert (post.key, post.state, post.text) == (key, "gone", None)
    for body in (alert("로그인이 필요합니다."), "", "<html><body>서버 점검 중입니다</body></html>"):
        unknown = read(f"{source}.post", url, body, article=key)
        assert (unknown.outcome, unknown.records) == ("layout", ())
    foreign = read(f"{source}.post", url, fixture(f"{source}/post.html"), article="other/1/2")
    assert foreign.alarm == "foreign"


@pytest.mark.parametrize(
    ("script", "outcome"),
    [("alert('삭제된 글입니다.');history.back();", "ok"), ("history.back();", "layout"), ("location.href='/';", "layout")],
)
def test_a_script_that_leads_back_without_a_word_says_nothing(script: str, outcome: str) -> None:
    url = "https://www.bobaedream.co.kr/view?code=freeb&No=1"
    assert read("bobaedream.post", url, f"<script>{script}</script>", article="freeb/1").outcome == outcome
