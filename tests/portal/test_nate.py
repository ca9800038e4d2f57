"""Nate and Pann at the portal's seam: their charset, their alerts, their last page that comes again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.portal import Portal
from tests.portal.client import ask

NUMBER = re.compile(r"content_area_dl_([0-9]+)'")
ITEM = re.compile(rb"cmt_item_([0-9]+)'")


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(articles=0, nate=2, pann=2, comments=50) as running:
        yield running


def load(portal: Portal, post: str, page: int) -> str:
    body = urlencode({"pann_id": post, "reply_id": 0, "rereply_id": 0, "page": page, "penm": "", "order": "W"}).encode()
    status, _, answer = ask(portal, "pann.nate.com/talk/reply/load", "POST", body)
    assert status == 200
    return answer.decode()


def test_nate_is_euc_kr_and_writes_what_that_lacks_as_numbers(portal: Portal) -> None:
    (article, _) = portal.world.on("nate")
    status, headers, body = ask(portal, f"news.nate.com/view/{article.id}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=EUC-KR")
    assert article.press in body.decode("cp949")
    pages = [ask(portal, f"comm.news.nate.com/Comment/ArticleComment/List?artc_sq={article.id}&page={n}")[2] for n in (1, 2, 3)]
    assert "&#128077;" in b"".join(pages).decode("cp949")  # a thumb
    found = [int(number) for page in pages for number in ITEM.findall(page)]
    assert found == sorted((c.id for c in article.comments), reverse=True)
    assert pages[0].count(b"cmt_best_") == 3


def test_what_is_gone_answers_with_an_alert(portal: Portal) -> None:
    for url in ("news.nate.com/view/20260101n00001", "pann.nate.com/talk/99999999"):
        status, _, body = ask(portal, url)
        assert (status, b"alert('" in body) == (200, True)


def test_the_last_page_of_a_post_comes_again(portal: Portal) -> None:
    (post, _) = portal.world.on("pann")
    pages = [NUMBER.findall(load(portal, post.id, page)) for page in (1, 2, 3, 4, 9)]
    assert [int(number) for page in pages[:3] for number in page] == sorted(c.id for c in post.comments)
    assert pages[2] == pages[3] == pages[4]
    assert ask(portal, "pann.nate.com/talk/reply/load")[0] == 404
    top = next(c for c in post.comments if c.replies)
    _, _, body = ask(portal, f"m.pann.nate.com/talk/reply/subReply?pann_id={post.id}&prts_reply_id={top.id}&rPage=7")
    assert body.count(b"r-reply") == len(top.shown_replies())


def test_votes_on_a_post_show_at_once(portal: Portal) -> None:
    (_, post) = portal.world.on("pann")
    portal.world.react(post, "likes", 1_000_000)
    assert f"<span>{post.reactions['likes']:,}</span>".encode() in ask(portal, f"pann.nate.com/talk/{post.id}")[2]
