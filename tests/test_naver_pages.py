"""Naver's articles, counts and reactions: small invented pages of each layout; and no bytes break any of the parsers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Article, Count, Cue
from crawler import pages
from spiders.naver import list_urls, urls
from tests.naver import ARTICLE, FIXTURES, answer, counts, counts_of_others, cues, fixture, jsonp, layout, of, only, read, row

OLD_URL = "https://news.naver.com/main/read.nhn?mode=LSD&mid=sec&oid=999&aid=0000000456"


def test_article_of_the_layout_since_2022() -> None:
    parsed = read("naver.article", urls.article_url(ARTICLE), fixture("article-2024.html"), article=ARTICLE)
    article = only(parsed, Article)
    assert (article.key, article.url) == (ARTICLE, urls.article_url(ARTICLE))
    assert (article.title, article.press) == ('가상시, "버스 노선" 넓힌다', "가상일보")
    assert (article.author, article.section) == ("이가상 기자, 박예시 기자", "사회, 생활")
    assert article.text == "\n부제 하나사진 설명\n\n첫 문단 <그대로> 😀\n둘째 문단\n"
    assert (article.pane, article.state, article.kind, article.aliases) == ("cbox", "visible", "news", ())
    assert (article.published.start, article.published.precision) == (1789690211000, "second")
    assert (article.modified.start, article.modified.raw) == (1789693200000, "2026-09-18 10:00:00")
    assert (article.original, article.notice) == ("https://press.example/view?code=1&x=2", None)
    assert cues(parsed) == {
        "cbox.ticket": "news",
        "cbox.template": "view_society",
        "cbox.object": "news999,0000000123",
        "cbox.like": "ne_999_0000000123",
        "cbox.sort": "FAVORITE",
        "cbox.sorts": "FAVORITE NEW RELATIVE",
        "cbox.page_size": "5",
        "cbox.reply_page_size": "20",
        "cbox.api": "https://apis.naver.com/commentBox/cbox5",
    }


@pytest.mark.parametrize(("charset", "declared"), [("cp949", None), ("cp949", "EUC-KR"), ("utf-8", "UTF-8")])
@pytest.mark.parametrize("page", ["naver.article", "naver.article_old"])
def test_article_of_the_layout_before_2022(page: str, charset: str, declared: str | None) -> None:
    parsed = read(page, OLD_URL, fixture("article-2022.html", charset), article="999/0000000456", charset=declared)
    article = only(parsed, Article)
    assert (article.key, article.title) == ("999/0000000456", "[가상소식] 쀍뷁 군, 새 다리")
    assert (article.press, article.author, article.section, article.pane) == ("가상일보", "이가상 기자", "사회", "cbox")
    assert " ".join(article.text.split()) == "(가상=가상일보) 첫 문장. 둘째 문장 '따옴표'."
    assert ".\n\n둘째" in article.text
    assert (article.published.start, article.published.precision) == (1516171980000, "minute")  # 15:53 in Seoul
    assert article.modified.raw == "2018.01.17. 오후 6:05"
    assert article.original == "http://press.example/2?a=1&b=2"
    assert cues(parsed)["cbox.object"] == "news999,0000000456"


def test_what_an_old_or_short_page_leaves_out_is_not_invented() -> None:
    body = '<h2 id="title_area">제목</h2><article id="dic_area">글</article>'.encode()
    parsed = read("naver.article", urls.article_url(ARTICLE), body)
    article = only(parsed, Article)
    assert (article.press, article.author, article.section, article.published) == (None, None, None, None)
    assert (article.pane, of(parsed, Cue)) == ("none", [])


def test_what_an_article_quotes_says_nothing_of_its_comments() -> None:
    quote = 'window.__htCboxOption = {"sTicket": "x", "sObjectId": "news999,0000000999"} exposureStatus: "COMMENT_OFF"'
    body = f'<h2 id="title_area">제목</h2><article id="dic_area">{quote}</article>'.encode()
    parsed = read("naver.article", urls.article_url(ARTICLE), body, article=ARTICLE)
    assert (only(parsed, Article).pane, of(parsed, Cue)) == ("none", [])


PANES = [
    ("가상일보 댓글 정책에 따라<br>이 기사에서는 댓글을 제공하지 않습니다.", "closed"),
    ("<em>가상일보</em> 댓글 정책에 따라 이 기사의<br> 본문 하단에는 댓글 서비스를 제공하지 않습니다.", "press-restricted"),
    ("이용자 반응이 급증한 댓글이 감지돼 해당 기사의 본문 하단에는 댓글 서비스를 제공하지 않습니다.", "surge"),
]


@pytest.mark.parametrize(("notice", "pane"), PANES)
def test_a_pane_that_is_not_open_says_so(notice: str, pane: str) -> None:
    page = fixture("article-2024.html").decode()
    page = page.replace("<!-- NOTICE -->", f'<div class="media_end_comment_off"><p>{notice}</p></div>')
    parsed = read("naver.article", urls.article_url(ARTICLE), page.encode())
    said = " ".join(notice.replace("<br>", " ").replace("<em>", "").replace("</em>", "").split())
    assert (only(parsed, Article).pane, only(parsed, Article).notice) == (pane, said)
    told = page.replace(f"<p>{notice}", "<p>").replace("둘째", f"둘째 댓글 {notice}")  # an article about it is not it
    assert only(read("naver.article", urls.article_url(ARTICLE), told.encode()), Article).pane == "cbox"


def test_a_pane_that_the_old_page_declares_off() -> None:
    page = fixture("article-2022.html", "cp949").replace(b"COMMENT_ON", b"COMMENT_OFF")
    parsed = read("naver.article_old", OLD_URL, page)
    assert (only(parsed, Article).pane, only(parsed, Article).notice) == ("closed", "COMMENT_OFF")


def test_missing_articles_and_other_addresses() -> None:
    gone = only(read("naver.article", urls.article_url(ARTICLE), b"", 404, ARTICLE), Article)
    assert (gone.state, gone.key, gone.title) == ("gone", ARTICLE, None)
    assert only(read("naver.article_old", OLD_URL, b"", 410), Article).key == "999/0000000456"
    body = "<html><p>언론사 요청에 의해 삭제된 기사입니다.</p></html>".encode()
    said = only(read("naver.article", urls.article_url(ARTICLE), body), Article)
    assert (said.state, said.notice) == ("gone", "언론사 요청에 의해 삭제된 기사입니다")
    shell = read("naver.article", f"https://m.sports.naver.com/kbaseball/article/{ARTICLE}", b"<div id=root></div>")
    assert shell.records == (Cue("service", "sports"),)
    assert read("naver.article", urls.article_url(ARTICLE), b"", 500).outcome == "http"


def test_pages_that_are_no_article() -> None:
    url, page = urls.article_url(ARTICLE), fixture("article-2024.html")
    assert "no #title_area" in layout("naver.article", url, b"<html><p>hello")
    assert "no #dic_area" in layout("naver.article", url, page.replace(b"dic_area", b"body"))
    assert "no #articleTitle" in layout("naver.article_old", OLD_URL, b"<p>hello")
    assert "another article" in layout("naver.article", urls.article_url("001/0009845123"), page)
    blocked = "<p>비정상적인 접근입니다. 자동입력방지 문자를 입력하세요".encode()
    assert read("naver.article", url, blocked).outcome == "refused"


def test_bulk_counts() -> None:
    closed = {"status": "COMMENT_OFF", "reason": "policy"}
    result = {
        "news999,0000000123": {"comment": 8, "reply": 3, "count": 11, "delCommentByUser": None, "exposureConfig": None},
        "news998,0000000001": {"comment": 0, "reply": 0, "count": 0, "exposureConfig": closed},
    }
    asked = urls.counts_url([ARTICLE, "998/0000000001", "997/0000000001"])
    parsed = read("naver.counts", asked, {"success": True, "code": "1000", "result": result}, article=ARTICLE)
    assert counts(parsed) == {"comments": 11, "comments.top": 8, "replies": 3}
    assert counts_of_others(parsed, "comments") == {"998/0000000001": 0}
    assert cues(parsed) == {"closed:998/0000000001": "policy", "missing": "news997,0000000001"}
    body = {"success": True, "code": "1000", "result": result}
    assert "was not asked for" in layout("naver.counts", urls.counts_url([ARTICLE]), body)
    assert "listCount says 3999" in layout("naver.counts", asked, {"success": False, "code": "3999"})


def test_reactions_in_every_vocabulary() -> None:
    def content(service: str, name: str, **given: int) -> dict[str, Any]:
        reactions = [{"reactionType": each, "count": n, "isReacted": False} for each, n in given.items()]
        return {"serviceId": service, "contentsId": name, "reactions": reactions, "reactionMap": {"x@1": {}}}

    own, url = "ne_999_0000000123", urls.reactions_url([ARTICLE])
    main = content("NEWS_MAIN", own, like=4)
    body = jsonp({"contents": [content("NEWS", own, useful=7, wow=0), main, content("JOURNALIST", "1", cheer=9)]})
    parsed = read("naver.reactions", url, b"/**/\n" + body, article=ARTICLE)
    assert counts(parsed) == {"emotion.useful": 7, "emotion.wow": 0}  # those without votes may be missing: they are not 0
    assert cues(parsed) == {f"news_main.like:{own}": "4", "journalist.cheer:1": "9", "vocabulary": "news since 2022"}
    old = read("naver.reactions", url, {"contents": [content("NEWS", own, like=1, warm=2, want=3)]})
    assert (counts(old)["emotion.warm"], cues(old)["vocabulary"]) == (2, "news until 2022")
    odd = read("naver.reactions", url, {"contents": [content("NEWS", own, like=1, useful=2)]})
    assert cues(odd)["vocabulary"] == "unknown"
    assert "was not asked" in layout("naver.reactions", url, {"contents": [content("NEWS", "ne_001_0009845123", like=1)]})
    twice = {"contents": [content("NEWS", own, like=1), content("SPORTS", own, like=2)]}
    assert "two counts" in layout("naver.reactions", url, twice)


PROVEN = {"article", "article_old", "comments", "section_old", "counts", "reactions", "api"}
UNPROVEN = {"replies", "search", "section", "ranking", "press", "sports", "sports_list", "entertain", "entertain_list"}


def test_what_is_proven_and_what_is_not() -> None:
    proofs = {entry.kind: entry.proof for entry in pages.registered() if entry.kind.startswith("naver.")}
    assert {kind for kind, proof in proofs.items() if proof.startswith("R: recorded ")} == {f"naver.{kind}" for kind in PROVEN}
    assert {kind for kind, proof in proofs.items() if proof == "unproven"} == {f"naver.{kind}" for kind in UNPROVEN}
    assert len(proofs) == len(PROVEN) + len(UNPROVEN)


KINDS = [entry.kind for entry in pages.registered() if entry.kind.startswith("naver.")]
URLS = [
    "x",
    OLD_URL,
    urls.comments_url(ARTICLE),
    list_urls.search_url("a"),
    urls.service_article_url(ARTICLE, "sports"),
    "http://[::1",
]
BODIES = [path.read_bytes() for path in sorted(FIXTURES.iterdir())] + [jsonp(answer([row(1)])), json.dumps(answer([])).encode()]


@given(st.sampled_from(KINDS), st.sampled_from(URLS), st.binary(max_size=200) | st.sampled_from(BODIES), st.data())
def test_no_bytes_break_a_parser(page: str, url: str, body: bytes, data: st.DataObject) -> None:
    if body in BODIES:  # a page that was cut, or has other bytes somewhere
        at = data.draw(st.integers(0, len(body)))
        body = body[:at] + data.draw(st.binary(max_size=3) | st.just(b"[" * 3000)) + body[at + data.draw(st.integers(0, 9)) :]
    parsed = read(page, url, body, article=data.draw(st.sampled_from([None, ARTICLE])))
    assert parsed.outcome in {"ok", "empty", "layout", "refused"}, parsed.note
    assert all(type(each.value) is int for each in parsed.records if isinstance(each, Count))
