"""What a person writes is no part of the page: a copy of the page in the text of a post or comment changes no other row."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec import structs

from archive.capture import Parsed
from archive.records import Article, Count, Listing, Record
from crawler.sources import load_pages
from spiders.nate import urls as nate
from spiders.pann import urls as pann
from tests.conftest import ROOT
from tests.naver import counts, cues, of, only, read

load_pages()
PANN, FREE = "370001111", "board.example.org/g5/free/77"
GNU = "https://board.example.org/g5/bbs/board.php?bo_table=free&wr_id=77"
ILBE, MLB = "https://www.ilbe.com/commentlist/11447167727?page=2", "https://mlbpark.donga.com/mp/b.php"
COOK = ("82cook.post", "https://www.82cook.com/entiz/read.php?num=4075073", "4075073")
BOBAE = ("bobaedream.post", "https://www.bobaedream.co.kr/view?code=freeb&No=123", "freeb/123")
CLIEN = ("clien.post", "https://www.clien.net/service/board/park/19000001", "park/19000001")
DC = ("dcinside.post", "https://gall.dcinside.com/mgallery/board/view/?id=virtual&no=2870402", "minor/virtual/2870402")
FM = ("fmkorea.post", "https://www.fmkorea.com/best/5000123", "5000123")
RULI = ("ruliweb.post", "https://bbs.ruliweb.com/community/board/300143/read/70000001", "community/300143/70000001")
TALK = ("pann.post", pann.article_url(PANN), PANN)
POSTS = [
    (*COOK, "82cook/post.html", '<div id="articleBody">'),
    (*BOBAE, "bobaedream/post.html", '<div class="bodyCont" itemprop="articleBody">'),
    (*CLIEN, "clien/post.html", '<div class="post_article">'),
    (*DC, "dcinside/post.html", '<div class="write_div">'),
    (*FM, "rhymix/fmkorea-post.html", '<div class="document_5000123_77001 xe_content">'),
    ("gnuboard.post", GNU, FREE, "gnuboard/post.html", '<div id="bo_v_con">'),
    ("ilbe.post", "https://www.ilbe.com/view/11447167727", "11447167727", "ilbe/post.html", '<div class="post-content">'),
    ("inven.post", "https://www.inven.co.kr/board/webzine/2097/2730613", None, "inven/post.html", '<div id="powerbbsContent">'),
    (
        "mlbpark.post",
        f"{MLB}?m=view&b=bullpen&id=202607310000002",
        None,
        "mlbpark/post.html",
        "id='contentDetail'>",
    ),
    (
        "ppomppu.post",
        "https://www.ppomppu.co.kr/zboard/view.php?id=freeboard&no=9000001",
        None,
        "ppomppu/post.html",
        '<td class="board-contents">',
    ),
    (*RULI, "ruliweb/post.html", '<div class="view_content">'),
    (*TALK, "pann/post.html", '<div id="contentArea">'),
]
COMMENTS = [
    (*BOBAE, "bobaedream/post.html", '<dd id="small_cmt_1018669">'),
    (*CLIEN, "clien/post.html", '<div class="comment_view">첫'),
    (*FM, "rhymix/fmkorea-post.html", '<div class="comment_9000101_13 xe_content">'),
    ("gnuboard.post", GNU, FREE, "gnuboard/post.html", '<div class="cmt_contents">'),
    (
        "ilbe.comments",
        "https://www.ilbe.com/commentlist/11447167727?page=2",
        None,
        "ilbe/comments.html",
        '<span class="cmt">한',
    ),
    (
        "mlbpark.comments",
        "https://mlbpark.donga.com/mp/b.php?m=reply&b=bullpen&id=1",
        None,
        "mlbpark/reply.html",
        "'re_txt'>첫",
    ),
    ("nate.comments", nate.comments_url("20251230n00123"), None, "nate/comments.html", 'class="usertxt">\n'),
    ("pann.comments", pann.COMMENTS, None, "pann/comments.html", 'class="usertxt"><img'),
    ("pann.mobile", pann.mobile_url(PANN, 1), None, "pann/mobile.html", '<dd class="userText">전'),
    ("pann.replies", pann.replies_url(PANN, "920000003", 1), None, "pann/replies.html", "<em>같은"),
    (*TALK, "pann/post.html", 'class="usertxt"><span>으뜸'),
    (*RULI, "ruliweb/post.html", '<span class="text">앞쪽'),
]


def page(kind: str, url: str, key: str | None, text: str) -> Parsed:
    charset = "cp949" if kind.startswith(("nate", "ppomppu")) else "utf-8"
    form = urlencode(pann.comments_form(PANN, 1))
    return read(kind, url, text.encode(charset, "xmlcharrefreplace"), article=key, form=form, rank="1", number="1")


def forged(text: str) -> str:
    """All that a page shows, with other numbers: what somebody may paste who copied it."""
    shown = re.sub(r"(?s)^.*?<body>|</?(?:html|head|body)>", "", text)
    return re.sub("[0-9]", "9", re.sub(r"pann_id=\d+", "pann_id=300000001", shown))


def others(parsed: Parsed) -> list[Any]:
    """All but the texts."""
    bare: list[Record] = []
    for record in parsed.records:
        if isinstance(record, Article):
            record = structs.replace(record, text=None, original=None)
        if isinstance(record, Listing):
            found = (
                structs.replace(each, key=each.key.partition("-")[0], text=None, attachment=None) for each in record.comments
            )
            record = structs.replace(record, comments=tuple(found))
        bare.append(record)
    return bare


@pytest.mark.parametrize(("kind", "url", "key", "file", "mark"), POSTS + COMMENTS)
def test_a_copy_of_the_page_in_a_text_changes_nothing_but_the_text(
    kind: str, url: str, key: str | None, file: str, mark: str
) -> None:
    text = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    at = text.index(mark) + mark.index(">") + 1
    plain, copied = page(kind, url, key, text), page(kind, url, key, text[:at] + forged(text) + text[at:])
    assert plain.outcome == "ok"
    assert (copied.outcome, copied.alarm) == ("ok", None), copied.note
    assert copied.records != plain.records
    assert others(copied) == others(plain)


def test_a_comment_that_stands_in_another_one_of_82cook_is_none() -> None:
    text = (ROOT / "tests/fixtures/82cook/post.html").read_text(encoding="utf-8")
    item = '<ul class="reples"><li class="rp" data-rn="999"><h5><strong>남</strong></h5><p>쓰지 않은 말</p></li></ul>'
    listing: Listing = only(page(*COOK, text.replace("<p>한 줄", f"<p>{item}한 줄")), Listing)
    assert [each.key for each in listing.comments] == ["40335017", "40335018", "40335019"]


def test_a_text_that_is_not_closed_swallows_the_comments_and_what_declares_them() -> None:
    text = (ROOT / "tests/fixtures/82cook/post.html").read_text(encoding="utf-8")
    swallowed = page(*COOK, text.replace('<div id="articleBody">', '<div id="articleBody"><div>'))
    assert counts(swallowed) == {"views": 4868}, "without a declared number no walk is complete"
    assert of(swallowed, Listing) == []


def test_likes_in_a_text_are_no_likes() -> None:
    text = (ROOT / "tests/fixtures/ruliweb/post.html").read_text(encoding="utf-8")
    more = text.replace('<div class="view_content">', '<div class="view_content"><span class="like_value">99999</span>')
    assert counts(page(*RULI, more)) == {"views": 44_903, "likes": 93, "dislikes": 20, "comments": 153}
    none = more.replace('<span class="like_value">93</span>', "")
    assert [count.metric for count in of(page(*RULI, none), Count)] == ["views", "dislikes", "comments"]


def test_pages_that_a_comment_of_ilbe_names_are_none() -> None:
    text = (ROOT / "tests/fixtures/ilbe/comments.html").read_text(encoding="utf-8")
    for said in ("loadComment(999999)", '<a onclick="loadComment(999999)">x</a>'):
        assert cues(page("ilbe.comments", ILBE, None, text.replace("한 줄<br>", f"한 줄 {said}<br>")))["pages"] == "3"


def test_addresses_that_a_text_of_bobaedream_names_are_none() -> None:
    text = (ROOT / "tests/fixtures/bobaedream/post.html").read_text(encoding="utf-8")
    said = "/board_renew/bulletin/comment_list.php?tb=x&amp;code=freeb&amp;No=123&amp;page=7"
    found = cues(
        page(*BOBAE, text.replace("<p>첫 줄", f"<p>{said} <a href='{said}'>첫</a> 줄").replace("한 줄", f"{said} 한 줄"))
    )
    assert found == cues(page(*BOBAE, text))


def test_a_link_to_another_talk_in_a_comment_makes_no_foreign_thread() -> None:
    link = '<a href="https://m.pann.nate.com/talk/reply/view?pann_id=300000001">이 글</a>'
    for kind, url, file in (
        ("pann.comments", pann.COMMENTS, "comments"),
        ("pann.mobile", pann.mobile_url(PANN, 1), "mobile"),
        ("pann.replies", pann.replies_url(PANN, "920000003", 1), "replies"),
    ):
        text = (ROOT / f"tests/fixtures/pann/{file}.html").read_text(encoding="utf-8")
        inside = re.sub(r'(class="user(?:txt|Text)">)', rf"\1{link}", text)
        assert inside != text
        assert page(kind, url, None, inside).outcome == "ok"
        assert page(kind, url, None, f"{text}{link}").alarm == "foreign"
