"""Naver's answers beside recorded ones of the real site: same fields, types and marks. Only shapes are compared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from . import Portal
from .client import ask, cbox, rows
from .test_shapes import shapes

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "bodies" / "naver"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded answers at {RECORDED}")
NEWEST_ONLY = 1  # the place of the article whose press offers what the recorded presses offered


def recorded(name: str) -> Any:
    text = (RECORDED / name).read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def without_texts(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Shapes without the paths where a null and a text both were recorded."""
    loose = ("userProfileImage", ".morePage.start", ".morePage.end")
    return {(path, kind) for path, kind in found if not path.endswith(loose)}


@pytest.mark.parametrize(
    ("name", "query", "era", "comments"),
    [
        ("cbox-news214-0001179316.js", "initialize=true&useAltSort=true&pageSize=10&sort=FAVORITE", "2022", 80),
        ("cbox-news015-0002303155.js", "initialize=true&useAltSort=true&pageSize=100&sort=FAVORITE", "2022", 4),
        ("cbox-2021-numeric.js", "pageSize=1", "2021", 80),
    ],
)
def test_comments(name: str, query: str, era: str, comments: int) -> None:
    theirs = recorded(name)
    with Portal(seed=2, articles=0, naver=2, comments=comments) as portal:
        portal.naver.era = era
        article = portal.world.on("naver")[NEWEST_ONLY]
        for comment in article.comments:  # the recordings have plain ones only
            portal.world.restore(comment.id)
            portal.world.mark(comment.id, "visible")
            comment.sticker = None
        ours = cbox(portal, article, query)
        portal.naver.era = "now"
        now = cbox(portal, article, query)
    assert without_texts(shapes(ours)) == without_texts(shapes(theirs))
    if era == "2022":
        assert without_texts(shapes(now)) > {pair for pair in without_texts(shapes(ours)) if "serviceId" not in pair[0]}
    one, other = ours["result"]["commentList"][0], theirs["result"]["commentList"][0]
    for key in ("ticket", "categoryId", "lang", "country", "idType", "idProvider", "profileType", "status", "userStatus"):
        assert one[key] == other[key]
    for key in ("regTime", "regTimeGmt", "commentNo"):
        assert re.sub(r"\d", "9", str(one[key]))[-20:] == re.sub(r"\d", "9", str(other[key]))[-20:] or key == "commentNo"


def test_bulk_counts() -> None:
    theirs = recorded("listCount.json")
    with Portal(articles=0, naver=1, comments=20) as portal:
        name = portal.world.articles[0].hash
        ours = rows(portal, f"news.naver.com/api/comment/listCount.json?objectId={name}")
    for body in (ours, theirs):
        body["result"] = list(body["result"].values())
    assert shapes(ours) == shapes(theirs)


def test_reactions() -> None:
    theirs = recorded("reactions-entertain.js")["contents"]
    with Portal(articles=0, naver=1, comments=1) as portal:
        name = portal.world.articles[0].id.replace("/", "_")
        ours = rows(portal, f"news.like.naver.com/v1/search/contents?q=NEWS[ne_{name}]%7CJOURNALIST[70000(period)]")["contents"]
    for contents in (ours, theirs):
        for content in contents:
            content["reactionMap"] = list(content["reactionMap"].values())
            content["reactionTextMap"] = list(content["reactionTextMap"])
    assert shapes(ours) == shapes(theirs)
    assert [content["countType"] for content in ours] == [content["countType"] for content in theirs]


PLACES = (
    "//meta[starts-with(@property,'og:')]/@property",
    "//meta[starts-with(@name,'twitter:')]/@name",
    "//meta[@name='napp-site-analysis'][starts-with(@content,'gdid=')]",
    "//h2[@id='title_area'][@class='media_end_head_headline']/span",
    "//span[contains(@class,'_ARTICLE_DATE_TIME')][@data-date-time]",
    "//a[@class='media_end_head_origin_link'][@href]",
    "//div[contains(@class,'media_end_head_top')]//img[@alt][@title]",
    "//em[@class='media_end_head_journalist_name']",
    "//a[@id='comment_count'][contains(@class,'media_end_head_cmtcount_button')]",
    "//em[@class='media_end_categorize_item']",
    "//div[@id='newsct_article']/article[@id='dic_area'][contains(@class,'_article_content')]",
    "//article[@id='dic_area']//em[@class='img_desc']",
    "//article[@id='dic_area']//strong[@class='media_end_summary']",
    "//span[@class='byline_s']",
    "//div[@id='cbox_module']",
    "//div[contains(@class,'_reactionModule')][@data-sid='NEWS'][starts-with(@data-cid,'ne_')]",
    "//li[contains(@class,'u_likeit_list')]/a/@data-type",
)


def test_article_page() -> None:
    text = (RECORDED / "article-082-0001252309.html").read_text(encoding="utf-8")
    with Portal(articles=0, naver=1, comments=1) as portal:
        mine = ask(portal, portal.world.articles[0].url[8:])[2].decode()
    ours, theirs = lxml.html.fromstring(mine), lxml.html.fromstring(text)
    for path in PLACES:
        one, two = ours.xpath(path), theirs.xpath(path)
        assert len(one) == len(two) > 0, path
        if path.endswith("@property") or path.endswith("@name") or path.endswith("data-type"):
            assert one == two
    for page in (mine, text):
        assert re.search(r'data-date-time="\d{4}-\d\d-\d\d \d\d:\d\d:\d\d">\d{4}\.\d\d\.\d\d\. 오[전후] \d+:\d\d</span>', page)
        assert re.search(r'var article = \{\s*isSubscribe: false,\s*officeId: "\d{3}",\s*articleId: "\d{10}",', page)
        assert re.search(r'gdid: "88[0-9A-F]{6}_\d{24}"', page)
        assert re.search(r'firstSection: "\d{3}",\s*secondSection: "\d{3}"', page)
    options = [
        json.loads(found[1]) for page in (mine, text) if (found := re.search(r"__htCboxOption = (\{.*\});\n", page)) is not None
    ]
    assert shapes(options[0]) == shapes(options[1])
    assert list(options[0]) == list(options[1])


OLD_PLACES = (
    "//h3[@id='articleTitle']",
    "//div[@class='sponsor']/span[@class='t11']",
    "//div[@class='sponsor']/a[contains(@class,'btn_artialoriginal')][@href]",
    "//div[@class='press_logo']//img[@alt]",
    "//meta[@property='me2:category1'][@content]",
    "//meta[@property='og:article:author'][@content]",
    "//em[@class='guide_categorization_item']",
    "//a[@id='articleTitleCommentCount']",
    "//div[@id='articleBodyContents']",
    "//div[@id='cbox_module']",
    "//p[@class='b_text']",
)


def test_old_article_page() -> None:
    theirs = lxml.html.fromstring((RECORDED / "read-001-0009205077.html").read_text(encoding="utf-8"))
    with Portal(articles=0, naver=2, comments=1, old=2) as portal:
        portal.naver.era = "2022"
        article = portal.world.articles[1]  # never changed, as the recorded one
        oid, aid = article.id.split("/")
        _, headers, body = ask(portal, f"news.naver.com/main/read.naver?mode=LSD&mid=sec&oid={oid}&aid={aid}")
    assert headers["Content-Type"] == "text/html;charset=EUC-KR"
    ours = lxml.html.fromstring(body.decode("cp949"))
    for path in OLD_PLACES:
        assert len(ours.xpath(path)) == len(theirs.xpath(path)) == 1, path
    for tree in (ours, theirs):
        assert re.fullmatch(r"\d{4}\.\d\d\.\d\d\. 오[전후] \d+:\d\d", tree.xpath("string(//span[@class='t11'])"))
        assert "flash 오류를 우회하기 위한 함수 추가" in tree.xpath("string(//div[@id='articleBodyContents'])")
