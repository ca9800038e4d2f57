"""Naver Blog's parsers: small invented pages of the same shape, and the real recordings where they are."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.records import Article, Count, Listing
from archive.times import SEOUL
from crawler.sources import load_pages
from spiders.naver_blog import urls
from tests.naver import RECORDED, answer, counts, cues, layout, only, read, row

POST = "https://m.blog.naver.com/haru-log/223000000123"
KEY = "haru-log/223000000123"
FIXTURE = Path(__file__).parent / "fixtures" / "naver_blog" / "editor-one.html"
load_pages()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (POST, KEY),
        ("https://blog.naver.com/Haru-Log/223000000123/", KEY),
        ("https://blog.naver.com/PostView.naver?blogId=haru-log&logNo=223000000123&from=search", KEY),
        ("https://m.blog.naver.com/PostView.nhn?blogId=haru-log&logNo=223000000123", KEY),
        ("https://blog.naver.com/haru-log?Redirect=Log&logNo=223000000123", KEY),
        ("https://blog.naver.com/haru-log", None),
        ("https://blog.naver.com/PostList.naver?blogId=haru-log&categoryNo=7", None),
        ("https://m.blog.naver.com/api/223000000123/comments", None),
        ("https://n.news.naver.com/mnews/article/001/0009845123", None),
        ("ftp://blog.naver.com/haru-log/223000000123", None),
    ],
)
def test_addresses_of_a_post(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key
    assert key is None or urls.article_key(urls.article_url(key)) == key


def test_a_post_of_editor_one() -> None:
    parsed = read("naver_blog.post", POST, FIXTURE.read_bytes(), article=KEY)
    post: Article = only(parsed, Article)
    assert (post.key, post.kind, post.pane, post.state) == (KEY, "post", "cbox", "visible")
    assert (post.title, post.press, post.section, post.author) == ('가상시 "버스" 이야기', "하루의 기록", "- 하루", None)
    assert post.text == "첫 줄 <그대로> 😀\n둘째 줄\n셋째 줄"
    assert post.account is not None
    assert (post.account.key, post.account.name) == ("haru-log", "하루")
    assert post.published is not None
    assert (post.published.start, post.published.end) == (1761645334309, 1761645334309)
    assert (counts(parsed), cues(parsed)) == ({"comments": 1204}, {"blog_no": "17000001"})


def test_the_number_of_a_blog_is_said_by_its_script_and_not_in_a_text() -> None:
    said = "var blogNo = '1'"
    page = FIXTURE.read_text(encoding="utf-8").replace("첫 줄", f"{said} 첫 줄<script>{said};</script>")
    page = page.replace("- 하루</a>", f"- 하루 {said}</a>").replace('이야기"/>', f'이야기 {said}"/>')
    assert cues(read("naver_blog.post", POST, page.encode(), article=KEY)) == {"blog_no": "17000001"}
    none = page.replace("var blogNo = '17000001';", "")
    assert cues(read("naver_blog.post", POST, none.encode(), article=KEY)) == {}


def test_what_is_not_said_is_not_invented() -> None:
    page = FIXTURE.read_bytes().replace(b'commentCount="1,204"', b'commentCount=""').replace(b'addDate="1761645334309"', b"")
    parsed = read("naver_blog.post", POST, page)
    assert (counts(parsed), only(parsed, Article).published) == ({}, None)


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (404, "", "gone"),
        (200, "<p>삭제되었거나 존재하지 않는 게시물입니다.</p>", "gone"),
        (200, "<p>서로이웃에게만 공개된 글입니다.</p>", "restricted"),
    ],
)
def test_a_post_that_nobody_may_read_is_a_state(status: int, body: str, state: str) -> None:
    post = only(read("naver_blog.post", POST, body.encode(), status, article=KEY), Article)
    assert (post.key, post.state, post.title) == (KEY, state, None)


def test_other_pages_are_unknown_layouts() -> None:
    assert "no #_post_property" in layout("naver_blog.post", POST, b"<html><p>hello")
    for unseen in (
        "<script>var said = {0}</script>",
        "<!-- {0} -->",
        "<style>a::after {{content: {0}}}</style>",
        "<a title={0}>x</a>",
    ):
        page = "<html><body>" + unseen.format("'비공개 글입니다'") + "<p>hello</p></body></html>"
        assert "no #_post_property" in layout("naver_blog.post", POST, page.encode())
    for said in ("비공개 글입니다", "삭제되었거나 존재하지 않는"):  # in the words of a post that is there
        quoted = FIXTURE.read_text(encoding="utf-8").replace("_post_property", "_post_facts").replace("첫 줄", said)
        assert "no #_post_property" in layout("naver_blog.post", POST, quoted.encode())
    unknown = FIXTURE.read_bytes().replace(b"editorversion='4'", b"editorversion='5'")
    assert "editor 5" in layout("naver_blog.post", POST, unknown)
    foreign = read("naver_blog.post", POST, FIXTURE.read_bytes(), article="haru-log/223000000999")
    assert (foreign.outcome, foreign.alarm) == ("layout", "foreign")


def test_comments_with_replies_among_them() -> None:
    name = urls.object_id("17000001", KEY)
    rows = [
        row(9, 3, 1, objectId=name, userIdNo=None, idNo=None, profileUserId="p9"),
        row(5, objectId=name, secret=True, contents="", replyCount=1),
        row(7, objectId=name, parentCommentNo=row(5)["commentNo"]),
        row(1, objectId=name, deleted=True, status=1, contents=""),
    ]
    parsed = read("naver_blog.comments", urls.comments_url("17000001", KEY, 1), answer(rows, "REVERSE_NEW"), article=KEY)
    listing: Listing = only(parsed, Listing)
    assert (listing.sort, listing.order, listing.rank, listing.parent) == ("REVERSE_NEW", "votes", 1, None)
    assert [each.parent for each in listing.comments] == [None, None, row(5)["commentNo"], None]
    assert [each.state for each in listing.comments] == ["visible", "placeholder", "visible", "deleted_by_user"]
    first = listing.comments[0]
    assert (first.text, first.likes, first.dislikes, first.account and first.account.key) == ("댓글 9", 3, 1, "p9")
    assert (counts(parsed)["comments"], counts(parsed)["replies"], cues(parsed)["next_page"]) == (4, 0, "0")
    foreign = read("naver_blog.comments", urls.comments_url("17000001", "haru-log/9", 1), answer(rows), article=KEY)
    assert (foreign.outcome, foreign.alarm) == ("layout", "foreign")


def test_sympathy() -> None:
    content = {"serviceId": "BLOG", "contentsId": "haru-log_223000000123", "reactions": [{"reactionType": "like", "count": 12}]}
    parsed = read("naver_blog.sympathy", urls.sympathy_url(KEY), {"contents": [content]}, article=KEY)
    assert only(parsed, Count) == Count("emotion.like", 12)
    assert layout("naver_blog.sympathy", urls.sympathy_url("haru-log/1234567"), {"contents": [content]})


RECORDINGS = [
    ("blog-se2-code-image-autolayout", "2019. 4. 3. 11:07", 0),
    ("blog-se2-legacy", "2015. 10. 1. 18:33", 3),
    ("blog-se2-thumburl-image-group", "2018. 12. 22. 21:34", 0),
    ("blog-se3-legacy", "2018. 3. 25. 14:38", 0),
    ("blog-se3-quote-table-vita", "2018. 6. 3. 23:13", 0),
    ("blog-se4-formula-code-linkcard", "2023. 3. 4. 22:38", 0),
    ("blog-se4-image-group", "2025. 10. 28. 18:55", 4),
    ("blog-se4-image-legacy-link", "2019. 7. 19. 12:11", 1),
    ("blog-se4-video-table", "2018. 6. 19. 13:16", 0),
]
_CONTAINERS = {
    "2": ('id="viewTypeSelector">', '<div class="_checkVisible">'),
    "3": ('<div class="se_component_wrap sect_dsc __se_component_area">', "<!-- SE_DOC_CONTENTS_END -->"),
    "4": ('<div class="se-main-container">', '<div class="_checkVisible">'),
}


def _plain(markup: str) -> str:
    """The letters in a piece of HTML, by a reader that shares no code with the parser."""
    bare = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", "", markup, flags=re.DOTALL)
    return "".join(html.unescape(bare).split())


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")
@pytest.mark.parametrize(("name", "date", "comments"), RECORDINGS)
def test_recorded_posts_field_by_field(name: str, date: str, comments: int) -> None:
    lines = (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines()
    exchange: dict[str, Any] = next(one for line in lines if (one := json.loads(line))["id"] == f"naver/{name}")
    body = (RECORDED / exchange["body"]).read_bytes()
    text = body.decode("utf-8")
    facts = text.partition('<div id="_post_property"')[2].partition("></div>")[0]
    said = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)", facts))
    parsed = read("naver_blog.post", exchange["url"], body, charset="utf-8")
    post: Article = only(parsed, Article)
    assert post.key == exchange["url"].partition("m.blog.naver.com/")[2]
    title = re.search(r'og:title" content="(.*?)"/>', text)
    assert title
    assert post.title == html.unescape(html.unescape(title[1]))
    assert post.published is not None
    assert post.published.start == int(said["addDate"])
    local = datetime.fromtimestamp(post.published.start / 1000, SEOUL)
    assert f"{local.year}. {local.month}. {local.day}. {local:%H:%M}" == date
    assert re.search(rf">\s*{re.escape(date)}\s*<", text), "the date that the reader sees"
    assert counts(parsed) == {"comments": comments}
    assert int(said["commentCount"]) == comments
    assert (post.press, post.pane) == (said["blogName"], "cbox")
    category = re.search(r'gsCategoryName = "(.*?)"', text)
    assert category
    assert post.section == category[1]
    assert post.account is not None
    assert f'naverblog:nickname" content="{post.account.name}"' in text
    assert cues(parsed)["blog_no"] == re.findall(r"blogNo = '(\d+)'", text)[0]
    start, end = _CONTAINERS[said["editorversion"]]
    held = text.partition(start)[2].partition(end)[0]
    assert post.text
    assert "".join(post.text.split()) == _plain(held)
