"""A page that was cut off before it left its site: all that it shows is as in the whole one, or it is unknown."""

from __future__ import annotations

import re
from contextlib import nullcontext
from time import process_time
from typing import Any

import pytest

from archive.capture import Parsed
from archive.records import Article, Count, Cue, ListEntry, Listing
from crawler.markup import first, lines, lines_of, running_text, tree, words
from crawler.pages import LayoutError
from spiders.nate import urls as nate
from tests.conftest import ROOT
from tests.naver import read
from tests.test_forged_pages import COMMENTS, POSTS

PLACES = 60  # of each page
LISTS = [
    ("82cook.list", "https://www.82cook.com/entiz/enti.php?bn=15", "82cook/list.html"),
    ("bobaedream.list", "https://www.bobaedream.co.kr/list?code=freeb", "bobaedream/list.html"),
    ("clien.list", "https://www.clien.net/service/board/park?po=0", "clien/list.html"),
    ("daum.search", "https://search.daum.net/search?w=news&q=%EA%B8%B8&sort=recency&p=1", "daum/search.html"),
    ("dcinside.list", "https://gall.dcinside.com/mgallery/board/lists/?id=virtual", "dcinside/list.html"),
    ("fmkorea.list", "https://www.fmkorea.com/best", "rhymix/webzine.html"),
    ("ilbe.list", "https://www.ilbe.com/list/politics", "ilbe/list.html"),
    ("inven.list", "https://www.inven.co.kr/board/webzine/2097", "inven/list.html"),
    ("mlbpark.list", "https://mlbpark.donga.com/mp/b.php?m=list&b=bullpen", "mlbpark/list.html"),
    ("nate.ranking", "https://news.nate.com/rank/cmt", "nate/ranking.html"),
    ("naver.press", "https://media.naver.com/press/999/ranking?type=comment", "naver/press.html"),
    ("naver.ranking", "https://news.naver.com/main/ranking/popularMemo.naver?date=20261120", "naver/ranking.html"),
    ("naver.section", "https://news.naver.com/section/102", "naver/section.html"),
    ("naver.section_old", "https://news.naver.com/main/list.nhn?mode=LS2D&page=2", "naver/section-old.html"),
    ("pann.ranking", "https://pann.nate.com/talk/ranking/d", "pann/ranking.html"),
    ("ppomppu.list", "https://www.ppomppu.co.kr/zboard/zboard.php?id=freeboard", "ppomppu/list.html"),
    ("ppomppu.rss", "https://www.ppomppu.co.kr/rss.php?id=freeboard", "ppomppu/rss.xml"),
    ("ruliweb.list", "https://bbs.ruliweb.com/community/board/300143", "ruliweb/list.html"),
]
ARTICLES = [
    ("daum.article", "https://v.daum.net/v/20220304050607123", "daum/article-2022.html"),
    ("nate.article", nate.article_url("20251230n00123"), "nate/article.html"),
    ("naver.article", "https://n.news.naver.com/mnews/article/999/0000000123", "naver/article-2024.html"),
    ("zum.article", "https://news.zum.com/articles/97264265", "zum/article.html"),
]
PAGED = [("nate.comments", "nate/comments.html"), ("pann.comments", "pann/comments.html"), ("pann.mobile", "pann/mobile.html")]
ONWARD = ("next", "last", "pages", "step", "page", "next_page", "list", "more")
OPEN = [  # what a page may end within
    "",
    "<b",
    "<a href='",
    '<a href="',
    "<!-- ",
    "<script>a",
    "<textarea>a",
    '<script src="a',
    "<script src='a",
    "<script src=a",
    "<script src",
    "<script><!-- <script>a",
    '<iframe src="a',
    "<iframe src=a",
    "<iframe src=a>",
    '<textarea name="a',
    "<style>a",
]
WHOLE = [(kind, url, None, file) for kind, url, file in LISTS + ARTICLES]
WHOLE += [(kind, url, key, file) for kind, url, key, file, _ in POSTS + COMMENTS]


def shown(parsed: Parsed) -> list[Any]:
    """What becomes a row, the comments one by one."""
    found: list[Any] = [each for each in parsed.records if isinstance(each, Article | Count | ListEntry)]
    return found + [each for listing in listings(parsed) for each in listing.comments]


def entries(parsed: Parsed) -> list[ListEntry]:
    return [each for each in parsed.records if isinstance(each, ListEntry)]


def listings(parsed: Parsed) -> list[Listing]:
    return [each for each in parsed.records if isinstance(each, Listing)]


def counts(parsed: Parsed) -> list[Count]:
    return [each for each in parsed.records if isinstance(each, Count)]


def onward(parsed: Parsed) -> set[tuple[str, str]]:
    """What a page says of the pages behind it."""
    cues = [each for each in parsed.records if isinstance(each, Cue)]
    return {(each.name, each.value) for each in cues if each.name in ONWARD}


def charset(kind: str) -> str:
    old = kind.startswith(("nate", "ppomppu", "naver.ranking", "naver.section_old"))
    return "cp949" if old and kind != "ppomppu.rss" else "utf-8"


@pytest.mark.parametrize(("kind", "url", "key", "file"), sorted(set(WHOLE), key=str))
def test_what_a_cut_page_shows_is_what_the_whole_one_does(kind: str, url: str, key: str | None, file: str) -> None:
    body = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8").encode(charset(kind), "xmlcharrefreplace")
    whole = read(kind, url, body, article=key, rank="1", number="1")
    assert whole.outcome == "ok", whole.note
    rows = shown(whole)
    for place in range(1, PLACES):
        end = len(body) * place // PLACES
        cut = read(kind, url, body[:end], article=key, rank="1", number="1")
        if cut.outcome == "ok":
            assert [each for each in shown(cut) if each not in rows] == [], body[:end][-80:].decode(charset(kind), "replace")
        else:
            assert cut.outcome in ("layout", "empty"), cut.note


@pytest.mark.parametrize(("kind", "url", "file"), LISTS)
def test_a_list_that_was_cut_off_is_no_shorter_one(kind: str, url: str, file: str) -> None:
    text = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    whole = read(kind, url, text.encode(charset(kind), "xmlcharrefreplace"))
    ends = [found.end() for found in re.finditer("</(?:table|tbody|ul|ol|section|div)>", text)]
    for place in [*(len(text) * place // PLACES for place in range(1, PLACES)), *ends[-PLACES:]]:
        cut = read(kind, url, text[:place].encode(charset(kind), "xmlcharrefreplace"))
        if cut.outcome == "ok":
            assert entries(cut) == entries(whole), text[:place][-80:]
            assert onward(cut) in (onward(whole), {("next", "unsaid")}), text[:place][-80:]


OPEN += ['<style type="a', "<noembed>", "<noframes>", "<plaintext>a", '<!-- a --><plaintext a="b']


@pytest.mark.parametrize(("kind", "url", "key", "file", "mark"), POSTS)
def test_a_post_that_was_cut_off_has_no_fewer_comments_or_counts(
    kind: str, url: str, key: str | None, file: str, mark: str
) -> None:
    """A count that a page does not show is not shown any more."""
    text = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    text = re.sub(r"</(?:body|html)>\n", "", text)  # in what a person wrote: cut behind it, a page is as if it ended there
    whole = read(kind, url, text.encode(charset(kind), "xmlcharrefreplace"), article=key)
    for found in re.finditer("</[a-z]+>", text):
        cut = read(kind, url, text[: found.end()].encode(charset(kind), "xmlcharrefreplace"), article=key)
        if cut.outcome == "ok":
            assert onward(cut) == onward(whole), text[: found.end()][-80:]
            assert listings(cut) == listings(whole), text[: found.end()][-80:]
            assert counts(cut) == counts(whole), text[: found.end()][-80:]


@pytest.mark.parametrize(("kind", "file"), PAGED)
def test_comments_that_were_cut_off_before_their_paging_are_not_all(kind: str, file: str) -> None:
    piece = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    text = f"<html><body>{piece}<p><a href='/'>처음</a></p></body></html>"
    url = next(each[1] for each in COMMENTS if each[0] == kind)
    whole = read(kind, url, text.encode(charset(kind), "xmlcharrefreplace"), rank="1", number="1")
    assert whole.outcome == "ok"
    for found in re.finditer("</[a-z]+>", text):
        cut = read(kind, url, text[: found.end()].encode(charset(kind), "xmlcharrefreplace"), rank="1", number="1")
        assert cut == whole if cut.outcome == "ok" else cut.alarm == "broken", text[: found.end()][-80:]


@pytest.mark.parametrize("cut", [f"<p>끝{each}" for each in OPEN])
def test_what_is_open_where_a_page_ends_is_no_text(cut: str) -> None:
    open_at_the_end = first(tree(f"<div id='all'><p>글</p>{cut}"), "//p[2]")
    assert open_at_the_end is not None
    for text in (words, lines, lines_of, running_text):
        with pytest.raises(LayoutError, match="ends before its end: within p") as found:
            text(open_at_the_end)
        assert found.value.alarm == "broken"
    for end in ("</p>", "</p></div>", "</div>", "</body>", "</html>\n<!-- 0.1 s --><script>count('<p>')</script>"):
        assert words(first(tree(f"<div id='all'><p>글</p><p>끝{end}"), "//p[2]")) == "끝"


@pytest.mark.parametrize("cut", ["<xmp>", '<xmp a="', '<title a="b', "<title>a", *OPEN])
def test_what_a_cut_page_ends_in_is_open_whatever_it_is(cut: str) -> None:
    body = first(tree(f"<html><body><div id='all'>글 <!-- 앞 -->{cut}"), "//*[@id='all']")
    assert body is not None
    with pytest.raises(LayoutError, match="ends before its end: within div all"):
        lines_of(body)


def test_a_post_that_was_cut_off_within_a_script_or_a_frame_has_no_text() -> None:
    post = (
        "<html><body><section><div id='post'>글<p>앞</p><iframe src=\"http://x.example/a?b='c'\" title='영상'>없음</iframe>"
        "가운데<script async src=\"http://x.example/ad.js?a='b'\" data-a='1'></script><script>a('</p>')</script> 끝"
    )
    end = "</div></section><p>아래</p></body></html>"
    body = first(tree(post + end), "//*[@id='post']")
    assert body is not None
    assert lines_of(body) == "글\n앞\n없음가운데 끝"
    for place in range(post.index("글"), len(post)):
        cut = first(tree(post[:place]), "//*[@id='post']")
        assert cut is not None, post[:place]
        with pytest.raises(LayoutError, match="ends before its end: within div post"):
            lines_of(cut)
    for place in range(len(post + "</div>"), len(post + end)):  # what was closed before is whole
        closed = first(tree((post + end)[:place]), "//*[@id='post']")
        with pytest.raises(LayoutError) if place < len(post + "</div></section>") else nullcontext():
            assert closed is not None
            assert lines_of(closed) == lines_of(body)


@pytest.mark.parametrize(
    "behind",
    [
        "\ufeff",
        "\0",
        "<img src=log.gif>",
        "<iframe src=x></iframe>",
        "<STYLE>a</style >",
        "<link rel=x>",
        "<meta name=a content='b'/>\n<!-- 0.1 s -->",
        f"<script>{'count(1);' * 2_000}</script>",
    ],
)
def test_what_nobody_reads_behind_the_end_of_a_page_does_not_break_it(behind: str) -> None:
    page = tree(f"<html><body><div id=wrapper><p>글</p><div id='all'><p>끝</p></body></html>{behind}")
    assert words(first(page, "//*[@id='all']")) == "끝"


@pytest.mark.parametrize(
    "row", ["<!--", "<script ", "<script></script ", "<img ", "<img>", "\ufeff", "<style></style>", "</html>", " "]
)
def test_what_stands_behind_an_end_is_gone_through_once(row: str) -> None:
    began = process_time()
    tree(f"<html><body><p>글</p></body></html>{row * 100_000}<p>")
    assert process_time() - began < 20  # a second or so; each row for each other would be hours


@pytest.mark.parametrize("early", ["</body>", "</html>", "</body></html>", "</BODY ></html x>"])
@pytest.mark.parametrize(("kind", "url", "key", "file", "mark"), POSTS)
def test_what_stands_behind_an_early_end_of_a_page_is_read(
    kind: str, url: str, key: str | None, file: str, mark: str, early: str
) -> None:
    text = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    at = text.index(mark) + mark.index(">") + 1
    whole, early_end = (
        read(kind, url, each.encode(charset(kind), "xmlcharrefreplace"), article=key)
        for each in (text, text[:at] + early + text[at:])
    )
    assert whole.outcome == "ok"
    assert early_end == whole
