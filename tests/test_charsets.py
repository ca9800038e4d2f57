"""Pages in another charset than they or we say: they are unknown, and no text of them is stored; stray bytes hide no page."""

from __future__ import annotations

import pytest

from archive.records import Article
from crawler.markup import named_charset
from tests.conftest import ROOT
from tests.naver import only, read

CLIEN = "https://www.clien.net/service/board/park/19000001"
MARKUP = "<body>" + "<div class='ad'><a href='/x'>x</a></div>" * 5_000  # most of a page is no text
TEXT = (ROOT / "tests/fixtures/clien/post.html").read_text(encoding="utf-8").replace("<body>", MARKUP, 1)


@pytest.mark.parametrize(("written", "said"), [("cp949", None), ("cp949", "utf-8"), ("utf-8", "euc-kr")])
def test_a_page_in_another_charset_than_it_says_is_unknown(written: str, said: str | None) -> None:
    body = TEXT.encode(written, "xmlcharrefreplace")
    wrong = read("clien.post", CLIEN, body, article="park/19000001", charset=said)
    assert (wrong.outcome, wrong.records) == ("layout", ())
    assert wrong.note == f"not {'cp949' if said == 'euc-kr' else 'utf-8'}"


@pytest.mark.parametrize("stray", [b"\xff", b"\xea\xb0", b"\xff" * 10])
def test_a_few_stray_bytes_hide_no_page(stray: bytes) -> None:
    body = TEXT.encode().replace("답글".encode(), stray, 1)
    article: Article = only(read("clien.post", CLIEN, body, article="park/19000001"), Article)
    assert article.state == "visible"


def test_a_charset_in_a_remark_is_not_the_page_s() -> None:
    remark = b'<!-- <meta charset="euc-kr"> -->'
    assert named_charset(remark + b'<meta charset="utf-8">') == "utf-8"
    assert named_charset(remark) == "utf-8"
    assert named_charset(b'<!-- x --><meta charset="euc-kr">') == "cp949"
