"""Naver's URLs, both ways: built as the site wants them, recognised in every form since 2016; and what may be requested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.naver import list_urls, urls
from spiders.naver.source import SOURCE

KEY, DAY = "001/0009845123", date(2018, 1, 17)
ARTICLES = """
https://n.news.naver.com/mnews/article/001/0009845123
https://n.news.naver.com/mnews/article/001/0009845123?sid=100
https://n.news.naver.com/article/001/0009845123?ntype=RANKING
http://n.news.naver.com/article/001/0009845123/
https://n.news.naver.com/mnews/article/comment/001/0009845123?sid=101
https://n.news.naver.com/article/comment/001/0009845123
https://n.news.naver.com/article/newspaper/001/0009845123?date=20240122
https://n.news.naver.com/mnews/article/print/001/0009845123
https://n.news.naver.com/mnews/ranking/article/001/0009845123
https://news.naver.com/main/read.nhn?mode=LSD&mid=sec&sid1=100&oid=001&aid=0009845123
https://news.naver.com/main/read.naver?oid=001&aid=0009845123
http://news.naver.com/main/ranking/read.nhn?mid=etc&rankingType=popular_memo&oid=001&aid=0009845123&rankingSeq=1
https://news.naver.com/main/hotissue/read.nhn?aid=0009845123&oid=001
https://m.news.naver.com/read.nhn?oid=001&aid=0009845123
http://m.news.naver.com/rankingRead.nhn?oid=001&aid=0009845123&date=20170420
https://m.news.naver.com/rankingRead.naver?oid=001&aid=0009845123
https://sports.news.naver.com/news.nhn?oid=001&aid=0009845123
https://sports.news.naver.com/kbaseball/news/read.nhn?oid=001&aid=0009845123
https://m.sports.naver.com/kbaseball/article/001/0009845123
https://m.sports.naver.com/article/001/0009845123
https://entertain.naver.com/read?oid=001&aid=0009845123
https://entertain.naver.com/ranking/read?oid=001&aid=0009845123
https://m.entertain.naver.com/article/001/0009845123
https://m.entertain.naver.com/now/article/001/0009845123
https://m.entertain.naver.com/read?aid=0009845123&oid=001
https://api-gw.sports.naver.com/news/article/001/0009845123
https://api-gw.entertain.naver.com/news/article/001/0009845123
"""
OTHERS = """
https://n.news.naver.com/mnews/article/001/009845123
https://n.news.naver.com/mnews/article/01/0009845123
https://n.news.naver.com/mnews/article/001/0009845123/extra
https://n.news.naver.com/mnews/article/٠٠١/0009845123
https://news.naver.com/main/list.naver?mode=LPOD&oid=001&aid=0009845123
https://news.naver.com/main/read.nhn?oid=001
https://news.naver.com/main/read.nhn?oid=1&aid=0009845123
https://news.naver.com/section/102
https://media.naver.com/press/001/ranking
https://n.news.naver.com.example.com/mnews/article/001/0009845123
https://example.com/mnews/article/001/0009845123
https://v.daum.net/v/20180117123456789
ftp://n.news.naver.com/mnews/article/001/0009845123
n.news.naver.com/mnews/article/001/0009845123
http://[::1/article/001/0009845123
"""


@pytest.mark.parametrize("url", ARTICLES.split())
def test_every_form_of_an_articles_url(url: str) -> None:
    assert urls.article_key(url) == KEY
    assert urls.service(url) in ("news", "sports", "entertain")


@pytest.mark.parametrize("url", OTHERS.split("\n")[1:-1])
def test_what_is_no_articles_url(url: str) -> None:
    assert urls.article_key(url) is None


@given(st.integers(0, 999), st.integers(0, 10**10 - 1))
def test_keys_go_both_ways(oid: int, aid: int) -> None:
    key = f"{oid:03}/{aid:010}"
    builders: list[Callable[[str], str]] = [urls.article_url, urls.comment_view_url, urls.old_article_url]
    assert {urls.article_key(build(key)) for build in builders} == {key}
    assert {urls.article_key(urls.service_article_url(key, name)) for name in ("sports", "entertain")} == {key}
    assert urls.object_key(urls.object_id(key)) == key
    assert urls.like_key(f"ne_{oid:03}_{aid:010}") == key


@pytest.mark.parametrize("key", ["", "001", "1/2", "001/0009845123 ", "001/000984512３", "../0009845123"])
def test_what_is_no_key_makes_no_url(key: str) -> None:
    with pytest.raises(ValueError, match="no article key"):
        urls.article_url(key)
    assert urls.object_key(f"news{key.replace('/', ',')}") is None


def test_layout_by_url() -> None:
    assert urls.is_old_layout("https://news.naver.com/main/read.naver?oid=001&aid=0009205077")
    assert not urls.is_old_layout(urls.article_url(KEY))
    assert not urls.is_old_layout("https://news.naver.com/section/102")


def fields(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_comment_urls() -> None:
    first = fields(urls.comments_url(KEY))
    assert (first["objectId"], first["sort"], first["pageSize"], first["page"]) == ("news001,0009845123", "NEW", "100", "1")
    assert (first["includeAllStatus"], first["initialize"], first["pageType"]) == ("true", "true", "more")
    assert not {"moreParam.next", "parentCommentNo"} & set(first)
    later = fields(urls.comments_url(KEY, "FAVORITE", page=3, cursor="05p4wxu68co7p", parent="750015397515755651", size=20))
    assert (later["moreParam.next"], later["moreParam.direction"], later["initialize"]) == ("05p4wxu68co7p", "next", "false")
    assert (later["parentCommentNo"], later["sort"], later["page"], later["pageSize"]) == (
        "750015397515755651",
        "FAVORITE",
        "3",
        "20",
    )
    assert "objectId=news001%2C0009845123" in urls.comments_url(KEY)
    assert urls.every_asked(urls.counts_url([KEY, "002/0000000001"]), "objectId") == {
        "news001,0009845123",
        "news002,0000000001",
    }
    assert fields(urls.reactions_url([KEY]))["q"] == "NEWS[ne_001_0009845123]"
    both = urls.reactions_url([KEY, "002/0000000001"], "sports")
    assert fields(both)["q"] == "SPORTS[ne_001_0009845123]|SPORTS[ne_002_0000000001]"
    assert urlsplit(both).hostname == "sports.like.naver.com"


def test_search_urls() -> None:
    url = list_urls.search_url('드루킹 "댓글 조작"', DAY, DAY)
    asked = fields(url)
    assert (asked["query"], asked["ds"], asked["de"], asked["pd"]) == ('드루킹 "댓글 조작"', "2018.01.17", "2018.01.17", "3")
    assert (asked["nso"], asked["sort"], asked["start"]) == ("so:dd,p:from20180117to20180117,a:all", "1", "1")
    assert fields(list_urls.search_url("a", sort="0"))["nso"] == "so:r,p:all,a:all"
    assert list_urls.is_search(url)
    assert list_urls.is_search(url.replace("/3/", "/4/"))
    assert not list_urls.is_search(url.replace("s.search.naver.com", "evil.example"))
    assert not list_urls.is_search("https://s.search.naver.com/p/newssearch/3/api/tab/like")
    assert fields(list_urls.api_url("a b", 101)) == {"query": "a b", "display": "100", "start": "101", "sort": "date"}
    assert urlsplit(list_urls.api_url("a", hub=True)).hostname == "naverapihub.apigw.ntruss.com"


LABELS = [
    (list_urls.section_url("102"), "section 102"),
    (list_urls.section_url("102", "249", DAY), "section 102/249 20180117"),
    (list_urls.section_more_url("102", None, None, 2, "20260918093033"), "section 102"),
    (list_urls.section_more_url("102", "249", DAY, 2, "20180117093033"), "section 102/249 20180117"),
    (list_urls.old_list_url("100", "267", DAY, 2), "section 100/267 20180117"),
    (list_urls.ranking_url(day=DAY), "popularDay 20180117"),
    (list_urls.ranking_url("Memo"), "popularMemo"),
    (
        "https://news.naver.com/main/ranking/popularDay.nhn?rankingType=popular_memo&sectionId=100&date=20180117",
        "popularDay popular_memo 100 20180117",
    ),
    (list_urls.press_url("421", "comment", DAY), "press 421 comment 20180117"),
    (list_urls.service_list_url("sports", "kbaseball", DAY), "sports kbaseball 20180117"),
    (list_urls.service_list_url("entertain", "221", DAY, 2, 50), "entertain articles 221 20180117"),
    (list_urls.service_ranking_url("sports", DAY), "sports popular 20180117"),
    (list_urls.service_ranking_url("entertain", DAY), "entertain most-viewed 20180117"),
]


@pytest.mark.parametrize(("url", "label"), LABELS)
def test_lists_have_labels(url: str, label: str) -> None:
    assert list_urls.label(url) == label


def permitted(method: str, url: str) -> bool:
    parts = urlsplit(url)
    return any(rule.permits(method, parts.hostname or "", parts.path) for rule in SOURCE.allow)


def test_everything_that_is_built_may_be_requested() -> None:
    built = [url for url, _ in LABELS]
    built += [urls.article_url(KEY), urls.comment_view_url(KEY), urls.old_article_url(KEY), urls.comments_url(KEY)]
    built += [urls.counts_url([KEY]), list_urls.search_url("a"), list_urls.api_url("a"), list_urls.api_url("a", hub=True)]
    built += [urls.service_article_url(KEY, name) for name in ("sports", "entertain")]
    built += [urls.reactions_url([KEY], name) for name in ("news", "sports", "entertain")]
    assert [url for url in built if not permitted("GET", url)] == []


REFUSED = """
https://apis.naver.com/commentBox/cbox/web_naver_vote_jsonp.json?commentNo=1&voteStatus=SYMPATHY
https://apis.naver.com/commentBox/cbox/web_naver_create_json.json
https://apis.naver.com/commentBox/cbox/web_naver_user_info_jsonp.json?commentNo=1
https://apis.naver.com/commentBox/cbox/web_naver_list_per_user_jsonp.json
https://apis.naver.com/commentBox/cbox/web_naver_follower_list_jsonp.json
https://news.like.naver.com/v1/services/NEWS/contents/ne_001_0009845123?_method=POST
https://nid.naver.com/nidlogin.login
https://n.news.naver.com/
"""


def test_votes_posts_logins_and_peoples_histories_may_not() -> None:
    assert [url for url in REFUSED.split() if permitted("GET", url)] == []
    assert not permitted("POST", urls.comments_url(KEY))
    assert (SOURCE.name, SOURCE.keys) == ("naver", ("NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET"))
    assert SOURCE.article_key(SOURCE.article_url(KEY)) == KEY
