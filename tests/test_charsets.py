"""Pages in another charset than they or we say: they are unknown, and no text of them is stored; stray bytes hide no page."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from archive.capture import Capture
from archive.records import Article
from crawler.markup import decoded, named_charset
from crawler.pages import LayoutError
from crawler.sources import load_pages
from tests.conftest import ROOT
from tests.naver import only, read

load_pages()
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


def test_emoji_in_two_halves_hide_no_page() -> None:
    """As old databases write them, six bytes each, on a page of few letters."""
    page = "<body>" + "<p>x</p>" * 2_000 + "가나다라마바사아자차" * 3
    capture = Capture(page="x", url=CLIEN, status=200, headers=(), body=b"", at=0, received_at=0)
    halves = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    body = page.encode() + halves * 3
    assert decoded(replace(capture, body=body), "utf-8").startswith(page)
    with pytest.raises(LayoutError):
        decoded(replace(capture, body=page.encode() + b"\xff" * 18), "utf-8")


def test_a_charset_in_a_remark_is_not_the_page_s() -> None:
    remark = b'<!-- <meta charset="euc-kr"> -->'
    assert named_charset(remark + b'<meta charset="utf-8">') == "utf-8"
    assert named_charset(remark) == "utf-8"
    assert named_charset(b'<!-- x --><meta charset="euc-kr">') == "cp949"
