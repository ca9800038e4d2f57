"""gnuboard's addresses and its parsers, on small invented pages: what no recorded page has."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Account, Article, ListEntry, Listing
from crawler.bases import parse
from crawler.sources import all_sources, load_pages
from spiders.gnuboard import urls
from tests.naver import counts, cues, layout, of, only, read

BASE = parse("https://board.example.org/g5")
SITE = "board.example.org/g5"
KEY = "board.example.org/g5/free/77"
POST, SEARCH = ((Path(__file__).parent / "fixtures" / "gnuboard" / f"{name}.html").read_bytes() for name in ("post", "search"))
URL = urls.post_url(BASE, KEY)
load_pages()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://board.example.org/g5/bbs/board.php?bo_table=free&wr_id=77", KEY),
        ("http://BOARD.example.org/g5/bbs/board.php?wr_id=77&bo_table=free&page=3#c_101", KEY),
        ("https://board.example.org/g5/free/77", KEY),
        ("https://board.example.org/g5/free/77/?page=2", KEY),
        ("https://board.example.org/bbs/board.php?bo_table=free&wr_id=77", None),
        ("https://other.example.org/g5/bbs/board.php?bo_table=free&wr_id=77", None),
        ("https://board.example.org/g5/bbs/board.php?bo_table=free", None),
        ("https://board.example.org/g5/bbs/board.php?bo_table=free&wr_id=0", None),
        ("https://board.example.org/g5/bbs/board.php?bo_table=../x&wr_id=7", None),
        ("https://board.example.org/g5/bbs/good.php?bo_table=free&wr_id=77&good=good", None),
        ("ftp://board.example.org/g5/free/77", None),
        ("https://[", None),
    ],
)
def test_addresses_of_a_post(url: str, key: str | None) -> None:
    assert urls.key_at(BASE, url) == key
    assert all_sources()["gnuboard"].based((BASE,)).article_key(url) == key
    assert all_sources()["gnuboard"].article_key(url) is None, "without a base it is nowhere"


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        ("board.php?bo_table=free", "gnuboard.list"),
        ("board.php?bo_table=free&sfl=wr_subject&stx=x&page=3", "gnuboard.list"),
        ("new.php", "gnuboard.list"),
        ("rss.php?bo_table=free", "gnuboard.feed"),
        ("rss.php", None),
        ("board.php?bo_table=free&wr_id=1", None),
        ("password.php?w=s&bo_table=free", None),
        ("write.php?bo_table=free", None),
    ],
)
def test_addresses_of_lists(tail: str, kind: str | None) -> None:
    assert urls.list_kind(BASE, f"{BASE.url}/bbs/{tail}") == kind
    assert urls.list_kind(parse("https://board.example.org"), f"{BASE.url}/bbs/{tail}") is None


def test_pages_of_lists_and_searches() -> None:
    url = f"{BASE.url}/bbs/board.php?bo_table=free&stx=%EA%B5%90"
    assert (urls.list_url(url, 1), urls.list_url(url, 3)) == (url, f"{url}&page=3")
    assert urls.list_url(f"{url}&page=3", 4) == f"{url}&page=4"
    assert "stx=%EA%B5%90%EA%B0%81&page=2" in urls.search_url(BASE, "교각", 2)
    assert "stx=%B1%B3%B0%A2&page=1" in urls.search_url(BASE, "교각", 1, "cp949")


def test_a_search_in_a_board_goes_on_in_older_posts() -> None:
    url = f"{BASE.url}/bbs/board.php?bo_table=free&stx=%B1%B3%B0%A2&spt=-20000&page=2"
    link = "<a class='pg_page pg_search pg_next' href='?stx=x&amp;spt=-10000&amp;page=1'>다음검색</a>"
    page = f"<meta charset='utf-8'><div id='bo_list'></div>{link}"
    step = cues(read("gnuboard.list", url, page.encode()))["step"]
    assert step == f"{BASE.url}/bbs/board.php?bo_table=free&stx=%B1%B3%B0%A2&spt=-10000", "in the bytes in which it was asked"
    assert urls.list_url(step, 2) == f"{step}&page=2"


def test_a_link_to_a_broken_address_leads_nowhere() -> None:
    url = f"{BASE.url}/bbs/board.php?bo_table=free"
    links = "<a class=pg_page href='http://['>2</a><a class=pg_page href='?page=2'>3</a>"
    links += "<a class='pg_page pg_search pg_next' href='//[?spt=1'>다음검색</a>"
    found = cues(read("gnuboard.list", url, f"<meta charset='utf-8'><div id='bo_list'></div>{links}".encode()))
    assert ("next" in found, "step" in found) == (True, False)


def test_nothing_but_reading_is_allowed() -> None:
    allow = all_sources()["gnuboard"].based((BASE,)).allow
    asked = {
        f"/g5/bbs/{name}.php" for name in ("good", "write", "write_update", "delete", "login_check", "download", "view_image")
    }
    assert not any(rule.permits(method, BASE.host, path) for rule in allow for method in ("GET", "POST") for path in asked)
    assert any(rule.permits("GET", BASE.host, "/g5/bbs/board.php") for rule in allow)


def test_a_post_of_a_member_and_its_comments() -> None:
    parsed = read("gnuboard.post", URL, POST, article=KEY)
    article: Article = only(parsed, Article)
    assert (article.key, article.title, article.text) == (KEY, "가상의 글 <1>", "첫 줄\n둘째 & 줄 😀")
    assert article.account == Account("haru01", "하루", provider="member", ip="203.♡.113.9", site=SITE)
    assert counts(parsed) == {"comments": 5, "views": 1234, "likes": 1002}, "who shows no dislikes has none that we know"
    listing: Listing = only(parsed, Listing)
    named, reply, below, secret, nobody = listing.comments
    assert [each.parent for each in listing.comments] == [None, "101", "104", None, None]
    assert named.account == Account("1.2.3.4 198.♡.100.7", "1.2.3.4", provider="guest", ip="198.♡.100.7", site=SITE)
    assert named.text == "이름이 주소\n 다음 줄"
    assert (reply.account, reply.attachment) == (Account("kim", "김", provider="member", site=SITE), "/e.png")
    assert reply.created is not None
    assert reply.created.precision == "second", "a skin that shows seconds is believed"
    assert (below.text, below.created and below.created.precision) == ("옛 껍데기의 답의 답", "minute")
    assert (secret.state, secret.text) == ("placeholder", None)
    assert (nobody.account, nobody.text, nobody.state) == (None, "", "visible")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("글이 존재하지 않습니다.", "gone"),
        ("글을 읽을 권한이 없습니다.", "restricted"),
        ("비밀글 기능으로 보호된 글입니다.", "restricted"),
    ],
)
def test_what_an_alert_says_of_a_post(said: str, state: str) -> None:
    page = f'<script>alert("{said}")</script><noscript><div id="validation_check"><p class="cbg">{said}</p></div></noscript>'
    article: Article = only(read("gnuboard.post", URL, page.encode(), article=KEY), Article)
    assert (article.key, article.state, article.notice) == (KEY, state, said)


def test_no_state_is_made_of_what_nobody_knows() -> None:
    page = '<noscript><div id="validation_check"><p class="cbg">접속자가 많습니다.</p></div></noscript>'
    assert layout("gnuboard.post", URL, page.encode(), article=KEY) == "alert: 접속자가 많습니다."
    skin = read("gnuboard.post", URL, b"<form name='foutlogin'><input type='password' name='mb_password'></form>", article=KEY)
    assert (skin.note, skin.alarm) == ("no #bo_v_con", "broken"), "the form stands on every page: nobody is asked to log in"
    other = POST.replace(b'name="wr_id" value="77"', b'name="wr_id" value="78"')
    assert read("gnuboard.post", URL, other, article=KEY).alarm == "foreign"
    assert read("gnuboard.post", URL, POST, article="board.example.org/g5/free/1").alarm == "foreign"
    start, end = POST.index(b'<article id="c_101"'), POST.index(b"</section><form>")
    assert read("gnuboard.post", URL, POST[:start] + POST[end:], article=KEY).alarm == "empty"
    assert only(read("gnuboard.post", URL, b"", 404, article=KEY), Article).state == "gone"


def test_a_search_of_all_boards() -> None:
    url = urls.search_url(BASE, "교각", 1)
    parsed = read("gnuboard.search", url, SEARCH, query="무너진 교각")
    entries = of(parsed, ListEntry)
    assert [(each.kind, each.query, each.rank, each.article.key) for each in entries] == [
        ("search", "무너진 교각", 1, KEY),
        ("search", "무너진 교각", 3, "board.example.org/g5/news/9"),
    ]
    assert entries[0].article.title == "무너진 교각"
    assert entries[0].article.published is not None
    assert entries[0].article.published.precision == "second"
    assert cues(parsed) == {"charset": "utf-8", "hits": "3", "next": "announced"}
    nothing = SEARCH.replace(b"sch_res_list", b"x")
    assert cues(read("gnuboard.search", url, nothing)) == {"charset": "utf-8", "hits": "0", "next": "announced"}
    assert layout("gnuboard.search", url, b"<html><body>x")


@given(
    kind=st.sampled_from(["gnuboard.list", "gnuboard.post", "gnuboard.search", "gnuboard.feed"]),
    cut=st.integers(0, 4000),
    put=st.binary(max_size=20) | st.sampled_from([b"<p>", b"</article>", b'style="margin-left:', b"c_", b"<rss>", b"\xb1\xb3"]),
    gone=st.integers(0, 60),
)
def test_no_bytes_break_a_parser(kind: str, cut: int, put: bytes, gone: int) -> None:
    for good in (POST, SEARCH):
        spoilt = good[:cut] + put + good[cut + gone :]
        assert read(kind, URL, spoilt).outcome in {"ok", "empty", "layout", "refused"}
