"""The portal at its seam: what a client with a Host header gets from it, and how the verbs of its world show.

Its faults are tested in portal/test_faults.py, its likeness to the recorded site in portal/test_shapes.py.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator

import lxml.html
import pytest

from tests.portal import Portal, World
from tests.portal.client import ask, bearer, listing, order, post, rows, walk


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(seed=7, articles=3, comments=60) as running:
        yield running


# -- what is there


@pytest.mark.parametrize("sort", ["RECOMMEND", "LATEST", "CHRONOLOGICAL"])
@pytest.mark.parametrize("place", [0, 1])
def test_paging_gives_each_comment_once_in_its_order(portal: Portal, sort: str, place: int) -> None:
    article = portal.world.articles[place]
    found = walk(portal, article.post, sort)
    truth = {row["id"]: row for row in portal.world.truth(article)}
    assert [row["id"] for row in found] == order(found, sort)
    assert {row["id"] for row in found} == {key for key, row in truth.items() if not row["parent"]}
    replies = []
    for row in found:
        under = rows(portal, f"comment.daum.net/apis/v1/comments/{row['id']}/children?offset=0&limit=100")
        assert len(under) == row["childCount"]
        assert under == rows(portal, listing(article.post, 0, 100, "CHRONOLOGICAL", row["id"]))
        replies += under
    assert len(found) + len(replies) == len(truth) == post(portal, place)["commentCount"] == 60
    assert len(replies) == post(portal, place)["childCount"] == 6
    for row in found + replies:
        known = truth[row["id"]]
        shown = (row["parentId"], row["content"], row["likeCount"], row["dislikeCount"], row["createdAt"])
        assert shown == tuple(known[key] for key in ("parent", "text", "likes", "dislikes", "created"))
        assert (row["userId"], row["user"]["displayName"]) == (known["account"], known["name"])
        assert row["recommendCount"] == row["likeCount"] - row["dislikeCount"]


def test_one_answer_holds_at_most_a_hundred() -> None:
    with Portal(articles=1, comments=150) as portal:
        number = portal.world.articles[0].post
        assert len(rows(portal, listing(number, 0, 10_000))) == 100
        assert len(rows(portal, listing(number, 100, 10_000))) == 35


def test_an_article_answers_to_both_names(portal: Portal) -> None:
    article = portal.world.articles[0]
    status, headers, page = ask(portal, f"v.daum.net/v/{article.id}")
    assert (status, headers["Content-Type"]) == (200, "text/html;charset=UTF-8")
    assert ask(portal, f"v.daum.net/v/{article.hash}")[2] == page
    status, headers, _ = ask(portal, f"news.v.daum.net/v/{article.hash}?x=1")
    assert (status, headers["Location"]) == (301, f"https://v.daum.net/v/{article.hash}?x=1")
    assert ask(portal, "v.daum.net/v/20200101000000000")[0] == 404
    assert article.press in page.decode()


def test_the_same_seed_gives_the_same_world() -> None:
    one, two, other = (World(seed, 2, 30) for seed in (3, 3, 4))
    assert [one.truth(a) for a in one.articles] == [two.truth(a.id) for a in one.articles]
    assert [a.id for a in one.articles] != [a.id for a in other.articles]


def test_without_a_valid_token_the_post_is_refused(portal: Portal) -> None:
    address = f"comment.daum.net/apis/v1/ui/single/main/@{portal.world.articles[0].id}"
    status, headers, body = ask(portal, address)
    assert (status, headers["Content-Type"]) == (401, "application/json;charset=UTF-8")
    assert json.loads(body)["error"] == "unauthorized"
    assert ask(portal, address, Authorization="Bearer made-up")[0] == 401
    token = bearer(portal)
    assert ask(portal, address, Authorization=token)[0] == 200
    portal.world.now += 43_201_000
    assert ask(portal, address, Authorization=token)[0] == 401
    assert ask(portal, "alex.daum.net/oauth/token?grant_type=alex_credentials&client_id=x")[0] == 401


def test_emotions_of_an_article(portal: Portal) -> None:
    article = portal.world.articles[0]
    address = f"action.daum.net/apis/v1/reactions/home?itemKey={article.id}"
    before = rows(portal, address, Authorization=bearer(portal))["item"]["stats"]["RECOMMEND"]
    portal.world.react(article, "RECOMMEND", 5)
    assert rows(portal, address, Authorization=bearer(portal))["item"]["stats"]["RECOMMEND"] == before + 5


# -- what changes


def test_verbs_show_at_once(portal: Portal) -> None:
    world, article = portal.world, portal.world.articles[0]
    first, second = walk(portal, article.post)[:2]
    world.vote(second["id"], likes=100_000, dislikes=1)
    world.edit(first["id"], "고쳐 쓴 글")
    world.mark(first["id"], "X")
    world.rename(first["userId"], "새 이름")
    reply = world.add_comment(article, "답글", parent=second["id"])
    now = {row["id"]: row for row in walk(portal, article.post)}
    assert next(iter(now)) == second["id"]
    assert now[second["id"]]["likeCount"] == second["likeCount"] + 100_000
    assert now[second["id"]]["childCount"] == second["childCount"] + 1
    assert now[first["id"]]["content"] == "고쳐 쓴 글"
    assert (now[first["id"]]["status"], now[first["id"]]["user"]["displayName"]) == ("X", "새 이름")
    assert reply > max(now)
    assert post(portal)["commentCount"] == 61
    world.delete(reply)
    world.delete(first["id"])
    left = post(portal)
    assert (left["commentCount"], left["childCount"]) == (59, 6)
    assert first["id"] not in {row["id"] for row in walk(portal, article.post)}
    world.restore(first["id"])
    assert first["id"] in {row["id"] for row in walk(portal, article.post)}


def test_replies_of_a_deleted_comment_stay_counted_but_unseen(portal: Portal) -> None:
    article = portal.world.articles[0]
    parent = next(c for c in portal.world.listed(article) if c.replies)
    portal.world.delete(parent.id)
    assert (post(portal)["commentCount"], post(portal)["childCount"]) == (59, 6)
    assert len(portal.world.truth(article)) == 59 - len(parent.replies)
    assert rows(portal, f"comment.daum.net/apis/v1/comments/{parent.id}/children") == []


@pytest.mark.parametrize("verb", ["close_pane", "talk_only", "remove_article"])
def test_a_pane_that_cannot_be_read(portal: Portal, verb: str) -> None:
    article = portal.world.articles[0]
    getattr(portal.world, verb)(article)
    status, _, page = ask(portal, f"v.daum.net/v/{article.id}")
    tree = lxml.html.fromstring(page.decode())
    assert tree.xpath("//div[@id='alex-area']") == []
    assert bool(tree.xpath("//div[@class='inner_ttalk']//iframe[@name='timetalkFrame']")) == (verb == "talk_only")
    assert bool(tree.xpath("//p[@class='desc_empty']")) == (status == 404) == (verb == "remove_article")
    assert ask(portal, listing(article.post))[0] == 404
    assert portal.world.truth(article) == []


def test_an_edited_article(portal: Portal) -> None:
    article = portal.world.articles[0]
    portal.world.now = article.published + 86_400_000
    portal.world.edit_article(article, title='새 "제목"', text="첫 문단\n둘째 줄\n\n다음 <문단>")
    tree = lxml.html.fromstring(ask(portal, f"v.daum.net/v/{article.id}")[2].decode())
    assert tree.xpath("string(//h3[@class='tit_view'])") == '새 "제목"'
    assert tree.xpath("string(//meta[@property='og:title']/@content)") == '새 "제목"'
    assert [e.text for e in tree.xpath("//section/*[@dmcf-ptype='general']")] == ["첫 문단", "다음 <문단>"]
    assert tree.xpath("string((//span[@class='num_date'])[2])") == "2026. 11. 22. 09:00"


def test_a_hook_changes_the_world_in_the_middle_of_a_walk(portal: Portal) -> None:
    article = portal.world.articles[0]
    last = walk(portal, article.post)[-1]["id"]

    def lift(host: str, path: str) -> None:
        if host == "comment.daum.net" and "offset=20" in path:
            portal.world.vote(last, likes=99_999)

    portal.on_request(lift)
    found = [row["id"] for row in walk(portal, article.post)]
    assert last not in found
    assert len(found) != len(set(found))  # what stood at place 19 was pushed to 20: read twice


def test_the_control_addresses(portal: Portal) -> None:
    article = portal.world.articles[0]

    def order(**what: object) -> tuple[int, object]:
        status, _, body = ask(portal, "any.host/__control", "POST", json.dumps(what).encode())
        return status, json.loads(body).get("result")

    first = rows(portal, f"any.host/__truth?article={article.hash}")[0]
    assert order(op="vote", comment_id=first["id"], likes=3) == (200, None)
    status, made = order(op="add_comment", article=article.id, text="밖에서 쓴 글")
    assert status == 200
    truth = {row["id"]: row for row in rows(portal, f"any.host/__truth?article={article.id}")}
    assert (truth[first["id"]]["likes"], truth[made]["text"]) == (first["likes"] + 3, "밖에서 쓴 글")
    assert order(op="set_now", now=1_800_000_000_000)[0] == 200
    assert rows(portal, "any.host/__clock") == {"now": 1_800_000_000_000}
    assert order(op="fault", path="/v/", fault=503, times=1, retry_after=9)[0] == 200
    status, headers, _ = ask(portal, f"v.daum.net/v/{article.id}")
    assert (status, headers["Retry-After"]) == (503, "9")
    assert order(op="robots", host="v.daum.net", body="User-agent: *\nDisallow: /\n")[0] == 200
    assert b"Disallow: /" in ask(portal, "v.daum.net/robots.txt")[2]
    assert b"Disallow" not in ask(portal, "comment.daum.net/robots.txt")[2]
    assert [order(op="nonsense")[0], order(op="vote")[0], order(op="vote", comment_id=1)[0]] == [400] * 3
    assert [row["id"] for row in rows(portal, "any.host/__articles")] == [a.id for a in portal.world.articles]


def test_the_log_of_requests(portal: Portal) -> None:
    link = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=5)
    for method in ("GET", "HEAD", "POST"):
        link.request(method, "/v/1?a=b", headers={"Host": "v.daum.net", "User-Agent": "reader", "Cookie": "a=b"})
        link.getresponse().read()
    link.close()
    ask(portal, "other.example/", Referer="https://v.daum.net/v/1")
    *ours, other = rows(portal, "any.host/__requests")
    assert [(row["method"], row["status"]) for row in ours] == [("GET", 404), ("HEAD", 404), ("POST", 405)]
    assert {(row["host"], row["path"], row["user_agent"]) for row in ours} == {("v.daum.net", "/v/1?a=b", "reader")}
    assert len({row["connection"] for row in ours}) == 1
    assert (other["host"], other["referer"], other["status"]) == (
        "other.example",
        "https://v.daum.net/v/1",
        404,
    )
    assert ours[0]["cookie"] == "a=b"
    assert portal.requests == [*ours, other]


def test_answers_do_not_wait_for_delayed_acknowledgements(portal: Portal) -> None:
    link = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=5)
    begun = time.monotonic()
    for _ in range(50):
        link.request("GET", "/robots.txt", headers={"Host": "v.daum.net"})
        link.getresponse().read()
    link.close()
    assert time.monotonic() - begun < 50 * 0.04


def test_a_hook_that_fails_fails_the_test() -> None:
    def broken() -> None:
        with Portal(articles=1, comments=1) as portal:
            portal.on_request(lambda host, path: 1 / 0)
            assert ask(portal, "v.daum.net/robots.txt")[0] == 500

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        broken()
