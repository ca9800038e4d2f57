"""A living page whose layout is not known is an unknown layout, whatever its scripts say: it is never `gone`."""

from __future__ import annotations

import pytest

from archive.records import Article, Cue
from crawler.said import alerted
from crawler.sources import load_pages
from spiders.daum import urls as daum
from spiders.nate import urls as nate
from spiders.naver import urls as naver
from spiders.pann import urls as pann
from tests.naver import of, only, read

load_pages()
POSTS = {
    "82cook.post": ("https://www.82cook.com/entiz/read.php?num=1", "1"),
    "bobaedream.post": ("https://www.bobaedream.co.kr/view?code=freeb&No=1", "freeb/1"),
    "clien.post": ("https://www.clien.net/service/board/park/1", "park/1"),
    "dcinside.post": ("https://gall.dcinside.com/board/view/?id=hike&no=1", "main/hike/1"),
    "fmkorea.post": ("https://www.fmkorea.com/best/5000123", "5000123"),
    "ilbe.post": ("https://www.ilbe.com/view/11447167727", "11447167727"),
    "inven.post": ("https://www.inven.co.kr/board/webzine/2097/1", "webzine/2097/1"),
    "mlbpark.post": ("https://mlbpark.donga.com/mp/b.php?m=view&b=bullpen&id=1", "bullpen/1"),
    "nate.article": ("https://news.nate.com/view/20260715n00317", "20260715n00317"),
    "pann.post": ("https://pann.nate.com/talk/370001111", "370001111"),
    "ppomppu.post": ("https://www.ppomppu.co.kr/zboard/view.php?id=freeboard&no=1", "freeboard/1"),
    "rhymix.post": ("https://board.example.org/humor/1", "board.example.org/1"),
    "ruliweb.post": ("https://bbs.ruliweb.com/community/board/300143/read/1", "community/300143/1"),
    "theqoo.post": ("https://theqoo.net/square/1", "1"),
    "todayhumor.post": ("https://www.todayhumor.co.kr/board/view.php?table=sisa&no=1271155", "sisa/1271155"),
}
LISTS = {"nate.comments": nate.comments_url("20260715n00317"), "pann.comments": pann.COMMENTS}
ALERT = "이미 삭제된 댓글입니다."
SCRIPT = f'<script>function del() {{ if (!own) {{ alert("{ALERT}"); return; }} }}</script>'
LIVING = f"<html><head><title>글</title>{SCRIPT}</head><body><div id='newBody'>살아 있는 글</div></body></html>"
NAVER = ("999/0000000123", naver.article_url("999/0000000123"))
DAUM = ("20220301120000123", daum.article_url("20220301120000123"))


@pytest.mark.parametrize("kind", POSTS)
def test_an_alert_in_a_script_of_a_living_page_says_nothing_of_it(kind: str) -> None:
    url, key = POSTS[kind]
    charset = "cp949" if kind in ("nate.article", "ppomppu.post") else "utf-8"
    unknown = read(kind, url, LIVING.encode(charset), article=key)
    assert (unknown.outcome, unknown.alarm, unknown.records) == ("layout", None, ())


@pytest.mark.parametrize("kind", LISTS)
def test_nor_of_a_list_of_comments(kind: str) -> None:
    charset = "cp949" if kind == "nate.comments" else "utf-8"
    assert read(kind, LISTS[kind], LIVING.encode(charset), rank="1").outcome == "layout"
    closed = read(kind, LISTS[kind], f"<script>alert('{ALERT}')</script>".encode(charset), rank="1")
    assert of(closed, Cue) == [Cue("closed", ALERT)]


@pytest.mark.parametrize(
    "around",
    [
        "{0}",
        "\ufeff\n{0}<title>알림</title>",
        "<html><head><style>p {{ }}</style>{0}</head><body>\n<!-- -->&nbsp;</body></html>",
        "{0}<noscript>스크립트를 켜 주세요</noscript>",
    ],
)
def test_a_page_that_shows_nothing_else_says_what_its_alert_says(around: str) -> None:
    assert alerted(around.format(SCRIPT)) == ALERT
    assert alerted(around.format(SCRIPT) + "<p>글") is None


@pytest.mark.parametrize(
    "body",
    [
        '<script>var said = {none: "존재하지 않는 기사입니다"};</script><h2 id="new_title">제목</h2><p>본문</p>',
        "<title>존재하지 않는 기사입니다</title><h2 id='new_title'>제목</h2><p>본문</p>",
        "<h2 id='new_title'>제목</h2><div id='dic_area'>그 주소에는 '존재하지 않는 기사입니다'만 남았다</div>",
    ],
)
def test_words_that_no_reader_of_an_article_sees_in_its_place_are_none(body: str) -> None:
    key, url = NAVER
    assert read("naver.article", url, body.encode(), article=key).outcome == "layout"


def test_where_a_reader_sees_them_an_article_is_gone() -> None:
    key, url = NAVER
    page = "<title>네이버</title><div class='error_msg'><strong>존재하지 않는 <b>기사입니다</b></strong></div>".encode()
    article: Article = only(read("naver.article", url, page, article=key), Article)
    assert (article.state, article.notice) == ("gone", "존재하지 않는 기사입니다")


def test_the_mark_of_a_missing_article_of_daum_is_one_only_where_none_is() -> None:
    key, url = DAUM
    head = '<meta property="og:title" content="제목"><meta property="og:regDate" content="20220301120000">'
    none = '<div class="comments"><p class="desc_empty">아직 작성된 댓글이 없습니다.</p></div>'
    living = f'{head}<div id="harmonyContainer" class="article_view"><p>글</p></div>{none}'
    article: Article = only(read("daum.article", url, living.encode(), article=key), Article)
    assert (article.state, article.title, article.text) == ("visible", "제목", "글")
    assert read("daum.article", url, f'{head}<div id="newBody">글</div>{none}'.encode(), article=key).outcome == "layout"
    assert only(read("daum.article", url, none.encode(), article=key), Article).state == "gone"
