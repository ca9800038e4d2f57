"""Feeds: their entries as they stand there, in a charset that is named and never guessed, and nothing is ever opened."""

from __future__ import annotations

import pytest

from archive.capture import Capture
from crawler import feeds
from crawler.feeds import Item
from crawler.markup import named_charset
from crawler.pages import LayoutError

RSS = """<?xml version="1.0" encoding="{}" ?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>판</title>
<item><title>첫 글 &lt;1&gt;</title><link>https://board.example/b.php?t=free&amp;amp;id=1</link>
<description><![CDATA[<p>하나 &amp; 둘</p><script>x()</script><p>셋</p>]]></description><dc:creator>가</dc:creator>
<dc:date>2026-11-22T12:00:14+09:00</dc:date></item>
<item><title></title><link>https://board.example/2</link><pubDate>Sun, 22 Nov 2026 12:00:14 +0900</pubDate></item>
</channel></rss>"""


def read(body: bytes, *headers: tuple[str, str]) -> list[Item]:
    """The entries of a feed that came so."""
    return feeds.items(Capture(page="x", url="http://x/", status=200, headers=headers, body=body, at=1, received_at=1))


@pytest.mark.parametrize(
    ("declared", "encoding", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("euc-kr", "cp949", ""),
        ("utf-8", "cp949", "text/xml; charset=EUC-KR"),  # the head goes first
        ("x-unknown", "utf-8", "text/xml; charset=iso-8859-1"),
    ],
)
def test_entries_stand_as_their_feed_has_them(declared: str, encoding: str, header: str) -> None:
    first, second = read(RSS.format(declared).encode(encoding), ("content-type", header))
    link = "https://board.example/b.php?t=free&id=1"
    assert first == Item(link, "첫 글 <1>", "하나 & 둘\n셋", "가", "2026-11-22T12:00:14+09:00")
    assert second == Item("https://board.example/2", None, None, None, "Sun, 22 Nov 2026 12:00:14 +0900")


@pytest.mark.parametrize("piece", ["<!-- x -->", " ", "<?x?>", "</div>", "<p>"])
def test_an_entry_without_a_word_hides_none_of_the_others(piece: str) -> None:
    first, second = read(RSS.format("utf-8").replace("<p>하나 &amp; 둘</p><script>x()</script><p>셋</p>", piece).encode())
    assert (first.title, first.text, second.link) == ("첫 글 <1>", None, "https://board.example/2")


def test_a_feed_without_entries_is_empty() -> None:
    assert read(b'<rss version="2.0"><channel><title>x</title></channel></rss>') == []


@pytest.mark.parametrize("body", [b"", b"<html><body>login", b"/etc/passwd", b"http://127.0.0.1:9/", b"{}"])
def test_what_is_no_feed_is_no_empty_one(body: bytes) -> None:
    with pytest.raises(LayoutError, match="no feed"):
        read(body)


def test_a_feed_opens_no_file() -> None:
    body = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body += b'<rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>'
    assert [each.title for each in read(body)] == ["&x;"]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b'<meta charset="euc-kr">', "cp949"),
        (b'<META http-equiv="Content-Type" content="text/html; charset=EUC-KR">', "cp949"),
        (b"<?xml version='1.0' encoding='euc-kr'?>", "cp949"),
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<meta charset=latin1>", "utf-8"),
        (b"<p>charset=euc-kr", "utf-8"),
        (b" " * 1_024 + b'<meta charset="euc-kr">', "utf-8"),
    ],
)
def test_a_page_names_its_charset(body: bytes, charset: str) -> None:
    assert named_charset(body) == charset
