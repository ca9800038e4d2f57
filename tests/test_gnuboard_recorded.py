"""gnuboard's parsers against pages of a real server: each field beside a reader of the raw bytes that shares no code."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from functools import cache
from html import unescape
from urllib.parse import urlsplit

import pytest

from archive.capture import Capture, Parsed
from archive.records import Article, ListEntry, Listing
from crawler import pages
from crawler.sources import load_pages
from tests.naver import RECORDED, counts, counts_of_others, cues, of, only

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded pages (../shared/recorded) are not here")
KST = timezone(timedelta(hours=9))
SEEN = int(datetime(2026, 11, 22, 12, 0, 20, tzinfo=KST).timestamp() * 1000)
load_pages()


@cache
def exchange(name: str) -> tuple[str, bytes, tuple[tuple[str, str], ...]]:
    """URL, body and headers of one recording."""
    for line in (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"] == f"gnuboard/{name}":
            headers = tuple((key.lower(), value) for key, value in row["headers"].items())
            return row["url"], (RECORDED / row["body"]).read_bytes(), headers
    raise AssertionError(f"no recording {name}")


def parsed(kind: str, name: str, *, headless: bool = False) -> Parsed:
    """What the parser makes of it, with or without what its head declares."""
    url, body, headers = exchange(name)
    return pages.parse(
        Capture(page=kind, url=url, status=200, headers=() if headless else headers, body=body, at=SEEN, received_at=SEEN)
    )


def raw(name: str) -> str:
    """The page as text."""
    return exchange(name)[1].decode("cp949" if "euckr" in name else "utf-8")


def ms(text: str, form: str) -> int:
    """A time of Seoul."""
    return int(datetime.strptime(text, form).replace(tzinfo=KST).timestamp() * 1000)


@pytest.mark.parametrize("headless", [False, True])
@pytest.mark.parametrize("name", ["list", "list_p2", "search_board", "euckr_list"])
def test_every_row_of_a_list(name: str, headless: bool) -> None:
    found = parsed("gnuboard.list", name, headless=headless)
    site = urlsplit(exchange(name)[0]).hostname
    rows = re.findall(r'<td class="td_num2">.*?</tr>', raw(name), re.DOTALL)
    assert len(rows) == (8 if name == "search_board" else 15)
    entries, seen = (
        of(found, ListEntry),
        {metric: counts_of_others(found, metric) for metric in ("comments", "views", "likes", "dislikes")},
    )
    assert [entry.rank for entry in entries] == list(range(1, len(rows) + 1))
    for row, entry in zip(rows, entries, strict=True):
        number, title = re.search(r"wr_id=(\d+)[^>]*>(.*?)</a>", row, re.DOTALL).groups()
        key = f"{site}/free/{number}"
        assert entry.article.key == key
        assert entry.article.title == " ".join(unescape(re.sub("<[^>]+>", "", title)).split())
        comments = re.search(r'cnt_cmt">(\d+)', row)
        views, likes, dislikes = re.findall(r'<td class="td_num">(\d+)', row)
        assert comments is not None
        assert [values[key] for values in seen.values()] == [int(n) for n in (comments[1], views, likes, dislikes)]
        date, published = re.search(r'td_datetime">([^<]+)', row), entry.article.published
        assert date is not None
        assert published is not None
        if ":" in date[1]:
            assert (published.start, published.precision) == (ms(f"2026-11-22 {date[1]}", "%Y-%m-%d %H:%M"), "minute")
        else:  # the day of the latest year that it can be of: what an older post prints looks the same
            assert published.start < ms("2000-01-01", "%Y-%m-%d")
            assert (published.end + 1, published.precision) == (ms(f"2026-{date[1]}", "%Y-%m-%d") + 86_400_000, "day")
        assert published.raw == date[1]
    more = {"next": "announced"} if "pg_end" in raw(name) else {}
    assert cues(found) == more


def test_the_list_for_phones_says_the_same() -> None:
    wide, phone = parsed("gnuboard.list", "list"), parsed("gnuboard.list", "list_mobile")
    assert of(phone, ListEntry) == of(wide, ListEntry)
    for metric in ("comments", "views", "likes", "dislikes"):
        assert counts_of_others(phone, metric) == counts_of_others(wide, metric)
    assert len(of(phone, ListEntry)) == raw("list_mobile").count('class="bo_subject"') == 15


@pytest.mark.parametrize("headless", [False, True])
@pytest.mark.parametrize("name", ["post", "euckr_post"])
def test_every_field_of_a_post_and_its_comments(name: str, headless: bool) -> None:
    found, text = parsed("gnuboard.post", name, headless=headless), raw(name)
    site = urlsplit(exchange(name)[0]).hostname
    article: Article = only(found, Article)
    assert (article.key, article.kind, article.state, article.section) == (f"{site}/free/890", "post", "visible", "자유게시판")
    assert article.title == re.search(r'bo_v_tit">\s*(.*?)</span>', text)[1]
    body = re.search(r'id="bo_v_con">(.*?)</div>', text)[1]
    assert article.text == "\n".join(unescape(line) for line in re.findall("<p>(.*?)</p>", body))
    date = re.search(r"(\d\d-\d\d-\d\d \d\d:\d\d)</strong>", text)[1]
    assert article.published is not None
    assert (article.published.start, article.published.precision) == (ms(date, "%y-%m-%d %H:%M"), "minute")
    name_, ip = re.search(r'<span class="sv_guest">([^<]+)</span>&nbsp;\(([^)]+)\)', text).groups()
    assert article.account is not None
    assert (article.account.name, article.account.ip, article.account.provider) == (name_, ip, "guest")
    numbers = {
        "comments": r"(\d+)건</a>", "views": r"([\d,]+)회</strong>",
        "likes": r'bo_v_good">.*?<strong>([\d,]+)', "dislikes": r'bo_v_nogood">.*?<strong>([\d,]+)',
    }  # fmt: skip
    read = {metric: int(re.search(form, text)[1].replace(",", "")) for metric, form in numbers.items()}
    assert counts(found) == read

    listing: Listing = only(found, Listing)
    blocks = re.findall(r'<article id="c_(\d+)"([^>]*)>(.*?)</article>', text, re.DOTALL)
    assert (len(listing.comments), listing.rank) == (len(blocks), 1)
    assert len(blocks) == read["comments"] == 130
    above: dict[int, str] = {}
    for (key, style, block), comment in zip(blocks, listing.comments, strict=True):
        depth = int((re.search(r"margin-left:(\d+)px", style) or ["", "0"])[1]) // 50
        above[depth] = key
        assert (comment.key, comment.parent) == (key, above[depth - 1] if depth else None)
        assert comment.text == unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", block, re.DOTALL)[1])
        shown = re.search(r"cmt_contents\">\s*<p>\s*(.*?)\s*</p>", block, re.DOTALL)[1]
        assert comment.text == unescape(shown.replace("<br/>", "\n"))
        nick, ip = re.search(r'class="guest">([^<]+).*?<span>\(([^)]+)\)', block, re.DOTALL).groups()
        account, created = comment.account, comment.created
        assert account is not None
        assert created is not None
        assert (account.name, account.ip, account.whole) == (nick, ip, f"{site} {nick} {ip}")
        time = re.search(r"<time[^>]*>([^<]+)", block)[1]
        assert (created.start, created.end) == (ms(time, "%y-%m-%d %H:%M"), ms(time, "%y-%m-%d %H:%M") + 59_999)
        assert (comment.likes, comment.dislikes, comment.state, created.precision) == (None, None, "visible", "minute")


def test_a_feed() -> None:
    found, text = of(parsed("gnuboard.feed", "rss"), ListEntry), raw("rss")
    items = re.findall(r"<item>(.*?)</item>", text, re.DOTALL)
    assert len(found) == len(items) == 15
    for rank, (item, entry) in enumerate(zip(items, found, strict=True), 1):
        number = re.search(r"wr_id=(\d+)", item)[1]
        date = re.search("<dc:date>(.*?)<", item)[1]
        assert (entry.kind, entry.rank, entry.article.key) == ("feed", rank, f"gnuboard.example/free/{number}")
        assert entry.article.title == re.search("<title>(.*?)<", item)[1]
        published = entry.article.published
        assert published is not None
        assert published.start == int(datetime.fromisoformat(date).timestamp() * 1000)
        assert (published.end - published.start, published.precision) == (999, "second")


def test_what_stands_in_the_place_of_a_page() -> None:
    gone: Article = only(parsed("gnuboard.post", "notfound_http200"), Article)
    assert (gone.key, gone.state, gone.title) == ("gnuboard.example/free/999999", "gone", None)
    assert gone.notice == "글이 존재하지 않습니다. 글이 삭제되었거나 이동된 경우입니다."
    nowhere = parsed("gnuboard.list", "nosuchboard")
    assert (nowhere.outcome, nowhere.note) == ("layout", "alert: 존재하지 않는 게시판입니다.")
    assert parsed("gnuboard.list", "new").outcome == "empty", "a list that says that it is empty is no unknown page"
    assert parsed("gnuboard.post", "list").outcome == "layout"
    assert parsed("gnuboard.feed", "list").outcome == "layout"
