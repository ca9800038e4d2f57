"""Daum's parsers: bytes in, records out. Small invented pages of the same shape, and the real recordings where they are."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import Capture, Parsed
from archive.records import Article, Comment, Count, Cue, Listing
from crawler import pages
from crawler.sources import load_pages
from spiders.daum import urls
from tests.maker import row

FIXTURES = Path(__file__).parent / "fixtures" / "daum"
RECORDED = Path(__file__).parents[2] / "shared" / "recorded"
SEEN = 1_646_556_000_000  # 2022-03-06 17:40 in Seoul
THREAD = "https://comment.daum.net/apis/v1/posts/5/comments?parentId=0&offset={}&limit=100&sort={}"
load_pages()
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")


def read(page: str, url: str, body: bytes | object, status: int = 200, article: str | None = None) -> Parsed:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    capture = Capture(page=page, url=url, status=status, headers=(), body=data, at=SEEN, received_at=SEEN, article=article)
    return pages.parse(capture)


def cues(parsed: Parsed) -> dict[str, str]:
    return {record.name: record.value for record in parsed.records if isinstance(record, Cue)}


def only(parsed: Parsed, kind: type) -> Any:
    (found,) = [record for record in parsed.records if isinstance(record, kind)]
    return found


def test_article_of_the_2022_layout() -> None:
    parsed = read("daum.article", "https://v.daum.net/v/aBcDeFgH12", (FIXTURES / "article-2022.html").read_bytes())
    article: Article = only(parsed, Article)
    assert (article.key, article.aliases) == ("20220304050607123", ("aBcDeFgH12",))
    assert (article.title, article.press, article.author) == ('가상시, "버스 노선" 넓힌다', "가상일보", "이가상 기자")
    assert (article.section, article.pane, article.state) == ("society", "alex", "visible")
    assert article.text == "첫 문단 <그대로> 😀\n둘째 문단"
    assert article.published is not None
    assert (article.published.start, article.published.precision) == (1646337967000, "second")  # 05:06:07 in Seoul
    assert article.modified is not None
    assert (article.modified.start, article.modified.precision) == (1646345280000, "minute")
    assert cues(parsed) == {"client_id": "CLIENT1", "post_key": "20220304050607123", "item_key": "20220304050607123"}


def test_what_later_layouts_moved_is_read_where_it_stands_now() -> None:
    page = (FIXTURES / "article-2022.html").read_text(encoding="utf-8")
    bare = page.replace('<meta property="og:article:author" content="가상일보">', "")
    assert bare != page
    later = bare.replace('span class="info_view"', 'div class="info_view"').replace('id="harmonyContainer"', "")
    for body, press in (
        (bare, "가상일보"),  # C: the logo's text, to 2025
        (later.replace("img class", "b class").replace("<body>", '<body><a id="kakaoServiceLogo"> 둘째일보 </a>'), "둘째일보"),
        (later.replace("img class", "b class"), None),
    ):
        article: Article = only(read("daum.article", "https://v.daum.net/v/aBcDeFgH12", body.encode()), Article)
        assert (article.press, article.author, article.text) == (press, "이가상 기자", "첫 문단 <그대로> 😀\n둘째 문단")
        assert article.modified is not None


@pytest.mark.parametrize(("asked", "other"), [("20220304050607123", "20220304050607999"), ("aBcDeFgH12", "aBcDeFgH99")])
def test_another_article_than_the_one_that_was_asked_for(asked: str, other: str) -> None:
    page = (FIXTURES / "article-2022.html").read_text(encoding="utf-8").replace(asked, other)
    parsed = read("daum.article", f"https://v.daum.net/v/{asked}", page.encode(), article=asked)
    assert (parsed.outcome, parsed.alarm) == ("layout", "foreign")


def test_article_whose_pane_offers_only_talk() -> None:
    parsed = read("daum.article", "https://v.daum.net/v/tAlKtAlK34", (FIXTURES / "article-talk.html").read_bytes())
    article: Article = only(parsed, Article)
    assert (article.key, article.pane) == ("tAlKtAlK34", "talk")
    assert cues(parsed) == {}


def test_who_loads_no_thread_gets_its_token_from_the_emotions() -> None:
    actions = '<div class="alex-actions" data-client-id="CLIENT1" data-item-key="20220304050607123"></div>'
    body = (FIXTURES / "article-talk.html").read_text(encoding="utf-8").replace("</body>", f"{actions}</body>")
    parsed = read("daum.article", "https://v.daum.net/v/tAlKtAlK34", body.encode())
    assert cues(parsed) == {"client_id": "CLIENT1", "item_key": "20220304050607123"}


def test_a_missing_article_is_the_sites_own_word() -> None:
    parsed = read("daum.article", "https://v.daum.net/v/20220304050607123", b"", 404, "20220304050607123")
    assert only(parsed, Article).state == "gone"
    assert read("daum.article", "https://v.daum.net/v/20220304050607123", b"", 500).outcome == "http"


def test_a_page_that_is_no_article_is_an_unknown_layout() -> None:
    assert read("daum.article", "https://v.daum.net/v/aBcDeFgH12", b"<html><p>hello").outcome == "layout"
    blocked = "<html><p>비정상적인 접근입니다. 자동입력방지 문자를 입력하세요</p></html>"
    assert read("daum.article", "https://v.daum.net/v/aBcDeFgH12", blocked.encode()).outcome == "refused"
    assert read("daum.comments", THREAD.format(0, "LATEST"), blocked.encode("cp949")).outcome == "refused"


def test_token_and_post() -> None:
    assert cues(read("daum.token", "https://alex.daum.net/oauth/token", {"access_token": "a.b.c"})) == {"token": "a.b.c"}
    post = read("daum.post", urls.post_url("1"), {"post": {"id": -99, "commentCount": 7, "childCount": 2}})
    assert cues(post) == {"post": "-99"}
    assert [record for record in post.records if isinstance(record, Count)] == [Count("comments", 7), Count("replies", 2)]


@pytest.mark.parametrize(
    ("asked", "named", "outcome"),
    [
        ("20220304050607123", "20220304050607123", "ok"),
        ("20220304050607123", "20220304050607124", "layout"),
        ("aBcDeFgH12", "aBcDeFgH21", "layout"),
        ("aBcDeFgH12", "20220304050607123", "ok"),  # the other form of its key: nobody knows
        ("20220304050607123", None, "ok"),
    ],
)
def test_the_thread_of_another_article(asked: str, named: str | None, outcome: str) -> None:
    key = {"postKey": named} if named else {}
    parsed = read("daum.post", urls.post_url(asked), {"post": {"id": 5, "commentCount": 7, "childCount": 2, **key}})
    assert (parsed.outcome, parsed.alarm) == (outcome, "foreign" if outcome == "layout" else None)


def test_comments_as_the_site_gave_them() -> None:
    rows = [row(9, 5, 1, "줄\n바꿈 <b>😀</b>"), row(7, 3, 0)]
    rows[0]["icon"] = "2212206:15:3"
    rows[1]["user"] = {}
    rows[1]["updatedAt"] = "2026-09-21T10:00:00+0900"
    listing: Listing = only(read("daum.comments", THREAD.format(200, "RECOMMEND"), rows), Listing)
    assert (listing.sort, listing.order, listing.rank, listing.parent) == ("RECOMMEND", "votes", 201, None)
    first, second = listing.comments
    assert (first.key, first.text, first.likes, first.dislikes, first.replies) == ("9", "줄\n바꿈 <b>😀</b>", 5, 1, 0)
    assert (first.state, first.parent, first.edited) == ("visible", None, None)
    assert first.account is not None
    assert (first.account.key, first.account.name, first.account.state, first.account.provider) == ("-1", "이름2", "S", "DAUM")
    assert first.created is not None
    assert (first.created.start, first.created.precision) == (1789949411000, "second")
    assert second.account is not None
    assert (second.account.name, second.edited is not None) == (None, True)


@pytest.mark.parametrize(("sort", "order"), [("LATEST", "desc"), ("CHRONOLOGICAL", "asc"), ("RECOMMEND", "votes")])
def test_orders(sort: str, order: str) -> None:
    assert only(read("daum.comments", THREAD.format(0, sort), [row(1)]), Listing).order == order


@pytest.mark.parametrize("sort", ["LATEST", "CHRONOLOGICAL"])
@pytest.mark.parametrize("ids", [(1, 3, 2), (3, 1, 2)])
def test_a_list_in_another_order_than_it_claims_has_no_places(sort: str, ids: tuple[int, ...]) -> None:
    """Else each comment between its first and its last number that stands on another page would be gone."""
    listed = read("daum.comments", THREAD.format(0, sort), [row(n) for n in ids])
    replies = read("daum.children", urls.children_url("9", 0, 100), [row(n, parentId=9) for n in ids])
    for parsed in (listed, replies):
        assert ([c.key for c in only(parsed, Listing).comments], only(parsed, Listing).order) == ([*map(str, ids)], "votes")
        assert "unsorted" in cues(parsed)


@pytest.mark.parametrize(("content", "text"), [("", None), ("삭제된 댓글입니다.", "삭제된 댓글입니다.")])
def test_a_status_that_was_never_recorded_is_unknown(content: str, text: str | None) -> None:
    """And where nothing is said any more, nobody wrote nothing."""
    parsed = read("daum.comments", THREAD.format(0, "LATEST"), [row(1, status="D", content=content)])
    (comment,) = only(parsed, Listing).comments
    assert (comment.state, comment.text) == ("unknown", text)


def test_the_end_is_empty_and_a_foreign_thread_is_no_layout() -> None:
    assert read("daum.comments", THREAD.format(100, "LATEST"), []).outcome == "empty"
    foreign = read("daum.comments", THREAD.format(0, "LATEST"), [row(1), row(2, postId=6)])
    assert (foreign.outcome, foreign.records) == ("layout", ())
    assert "foreign thread" in (foreign.note or "")
    for broken in ([{"id": 1}], {"post": 1}, [1], "x", [row(1, likeCount="many")]):
        assert read("daum.comments", THREAD.format(0, "LATEST"), broken).outcome == "layout"


def test_replies_name_their_parent() -> None:
    listing = only(read("daum.children", urls.children_url("9", 0, 100), [row(11, parentId=9)]), Listing)
    assert (listing.parent, listing.order, listing.comments[0].parent) == ("9", "asc", "9")
    assert read("daum.children", urls.children_url("9", 0, 100), [row(11, parentId=8)]).outcome == "layout"


def test_emotions() -> None:
    parsed = read("daum.emotions", urls.emotions_url("1"), {"item": {"itemKey": "1", "stats": {"LIKE": 3, "ANGRY": 0}}})
    assert parsed.records == (Count("emotion.angry", 0), Count("emotion.like", 3))


PAGES = [
    "daum.article",
    "daum.token",
    "daum.post",
    "daum.comments",
    "daum.children",
    "daum.emotions",
    "daum.talk",
    "daum.search",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*row(1), "post", "item", "stats"]), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(page=st.sampled_from(PAGES), body=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_break_a_parser(page: str, body: bytes) -> None:
    assert read(page, THREAD.format(0, "LATEST"), body, article="20220304050607123").outcome in {
        "ok",
        "empty",
        "layout",
        "refused",
    }


def test_every_page_kind_is_tested_here() -> None:
    assert [entry.kind for entry in pages.registered() if entry.kind.startswith("daum.")] == sorted(PAGES)


def exchanges(page: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    for line in (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines():
        exchange = json.loads(line)
        if exchange["page"] == page:
            body = (RECORDED / exchange["body"]).read_bytes()
            yield exchange, gzip.decompress(body) if exchange["body"].endswith(".gz") else body


@recorded
def test_the_recorded_thread_reads_as_its_raw_bytes() -> None:
    found: dict[str, Comment] = {}
    raw: dict[str, dict[str, Any]] = {}
    for exchange, body in exchanges("daum.comments"):
        for record in read("daum.comments", exchange["url"], body).records:
            assert isinstance(record, Listing)
            found |= {comment.key: comment for comment in record.comments}
        raw |= {str(one["id"]): one for one in json.loads(body)}
    assert len(found) == len(raw) == 4371  # the thread's 4,370, and the one of the other article
    for key, one in raw.items():
        comment = found[key]
        assert (comment.text, comment.likes, comment.dislikes) == (one["content"], one["likeCount"], one["dislikeCount"])
        assert (comment.replies, comment.account and comment.account.key) == (one["childCount"], str(one["userId"]))
        assert comment.created is not None
        assert comment.created.raw == one["createdAt"]
    assert sum(comment.likes or 0 for comment in found.values()) == 31100


@recorded
def test_the_recorded_articles_read_as_an_independent_reader_does() -> None:
    seen = 0
    for exchange, body in exchanges("daum.article"):
        text = body.decode()
        article: Article = only(read("daum.article", exchange["url"], body), Article)
        meta = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', text))
        assert article.title == meta["og:title"].replace("&quot;", '"')
        assert article.press == meta["og:article:author"]
        assert article.key in exchange["url"]
        assert article.aliases == (meta["mccp:docId"],)
        assert article.pane == "alex"
        assert article.published is not None
        assert article.published.raw == meta["og:regDate"]
        assert article.modified is not None
        assert article.text is not None
        assert len(article.text) > 200
        seen += 1
    assert seen == 2
