"""Pages that are well-formed and hostile, or only odd: none stops a source, none hides more than itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archive.capture import Capture
from archive.records import Listing
from crawler.pages import parse
from crawler.sources import all_sources, load_pages
from tests.conftest import Sagwan
from tests.portal import Portal

DATE = "2026-11-21T09:00:00+0900"
ROW = {
    "id": 5, "userId": 1, "parentId": 0, "status": "S", "content": "댓글", "createdAt": DATE, "updatedAt": DATE,
    "childCount": 0, "likeCount": 1, "dislikeCount": 0, "user": {"status": "S", "providerId": "DAUM", "displayName": "n"},
}  # fmt: skip

# the fields of one comment on a page with another, the outcome of the page, and what is stored of its text
COMMENTS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"likeCount": 2**63 - 1}, "ok", "댓글"),
    ({"likeCount": 2**63}, "layout", None),
    ({"dislikeCount": -(2**70)}, "layout", None),
    ({"likeCount": 1.5}, "layout", None),
    ({"likeCount": "1"}, "layout", None),
    ({"id": 2**64 - 1}, "ok", "댓글"),
    ({"id": 6}, "ok", "댓글"),  # the other comment again
    ({"content": "반쪽 \ud83d"}, "ok", "반쪽 \ufffd"),
    ({"content": "\udc4d\ud83d"}, "ok", "\ufffd\ufffd"),
    ({"content": "\U0001f44d \\ud83d"}, "ok", "\U0001f44d \\ud83d"),
    ({"content": "\0\x01\u202e<script>alert(1)</script>"}, "ok", "\0\x01\u202e<script>alert(1)</script>"),
    ({"content": "가" * 1_000_000}, "ok", "가" * 1_000_000),
    ({"content": ""}, "ok", ""),
    ({"content": None}, "layout", None),
    ({"user": None}, "ok", "댓글"),
    ({"user": {"displayName": "\ud83d"}}, "ok", "댓글"),
    ({"createdAt": "gestern"}, "ok", "댓글"),
    ({"createdAt": "9999-12-31T23:59:59-9999"}, "ok", "댓글"),
    ({"status": "NEW_STATE"}, "ok", "댓글"),
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sagwan, dict[int, str]]:
    """One run over an article for each; the article ids by case."""
    sagwan = Sagwan(tmp_path_factory.mktemp("hostile"))
    with Portal(articles=len(COMMENTS), comments=3) as site:
        for article, (fields, _, _) in zip(site.world.articles, COMMENTS, strict=True):
            rows = [ROW | {"postId": article.post} | fields, ROW | {"postId": article.post, "id": 6}]
            site.faults.set(rf"/posts/{article.post}/comments\?.*offset=0&", "body", body=json.dumps(rows))
        file = sagwan.folder / "t.toml"
        seeds = json.dumps([f"https://v.daum.net/v/{article.id}" for article in site.world.articles])
        file.write_text(f'title = "t"\nsources = ["daum"]\nseeds = {seeds}\n', encoding="utf-8")
        for _ in range(2):  # the second run stores it all once more, from a database that knows it
            ended = sagwan.collect(site, file)
            assert (ended.code, ended.only["verdict"], ended.err) == (2, "broken", "")
        return sagwan, {n: article.id for n, article in enumerate(site.world.articles)}


@pytest.mark.parametrize("case", range(len(COMMENTS)))
def test_an_odd_comment_hides_no_more_than_itself(ran: tuple[Sagwan, dict[int, str]], case: int) -> None:
    sagwan, articles = ran
    _, outcome, text = COMMENTS[case]
    of_article = f"JOIN articles a ON a.id = {{}}.article WHERE a.key = '{articles[case]}'"
    pages = "SELECT DISTINCT outcome FROM captures c " + of_article.format("c")
    assert sagwan.rows(pages + " AND c.page = 'daum.comments' AND c.url LIKE '%offset=0&%'") == [(outcome,)]
    texts = "SELECT v.text FROM comment_versions v JOIN comments m ON m.id = v.comment " + of_article.format("m")
    found = [row[0] for row in sagwan.rows(texts)]
    assert (text in found) if text is not None else (found == [])
    if text is not None:
        assert "댓글" in found


@pytest.mark.parametrize("page", ["daum.article", "daum.token", "daum.post", "daum.comments", "daum.children", "daum.emotions"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\0\0",
        b"\xff\xfe",
        b"[" * 100_000 + b"]" * 100_000,
        b"<" * 100_000,
        b"<p>" * 50_000,
        b"null",
        b"{}",
        b"[1]",
    ],
)
def test_no_body_makes_a_parser_crash(page: str, body: bytes) -> None:
    load_pages()
    urls = {"daum.article": "https://v.daum.net/v/1", "daum.emotions": "https://action.daum.net/apis/v1/reactions/home"}
    url = urls.get(page, "https://comment.daum.net/apis/v1/posts/1/comments?offset=x")
    found = parse(Capture(page=page, url=url, status=200, headers=(), body=body, at=1, received_at=1))
    assert found.outcome in ("layout", "empty")
    assert found.records == ()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (rb"\ud83d\udc4d", "\U0001f44d"),
        (rb"\ud83d", "\ufffd"),
        (rb"\uDC4D\uD83D", "\ufffd\ufffd"),
        (rb"\ud83d\ud83d\udc4d", "\ufffd\U0001f44d"),
        (rb"\\ud83d\ud83d", "\\ud83d\ufffd"),
        (rb"\n\u00e9\"\ud83d", '\n\u00e9"\ufffd'),
        (b"a\x80b", "a\ufffdb"),  # a stray byte
        (b"a\x01b", "a\x01b"),  # a control character
    ],
)
def test_a_comment_that_is_no_text_hides_no_page(sent: bytes, text: str) -> None:
    load_pages()
    rows = json.dumps([ROW | {"postId": 1, "content": "%"}, ROW | {"postId": 1, "id": 4}], ensure_ascii=False).encode()
    url = f"https://comment.daum.net/apis/v1/posts/1/comments?{sent.hex()}"
    for _ in range(3):  # read, read for memory, from memory
        body = rows.replace(b"%", sent)
        found = parse(Capture(page="daum.comments", url=url, status=200, headers=(), body=body, at=1, received_at=1))
        listing = next(record for record in found.records if isinstance(record, Listing))
        assert (found.outcome, [one.text for one in listing.comments]) == ("ok", [text, "댓글"])


def test_odd_urls_are_no_articles() -> None:
    odd = [
        "",
        "http://[",
        "https://v.daum.net/v/",
        "https://v.daum.net/v/1",
        "https://v.daum.net/v/２０２００５２２０９３９０２８８０",  # digits that the site does not use
        "//v.daum.net/v/20200522093902880",
        "\0",
        "https://v.daum.net:x/v/1",
    ]
    assert [url for url in odd if all_sources()["daum"].article_key(url) is not None] == []
