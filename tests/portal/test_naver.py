"""Naver's comments at the seam: cursors, counts, marks of deleted ones, panes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from . import Portal
from .client import all_naver, ask, cbox, walk_naver
from .things import Article

ALL = "includeAllStatus=true"
WEIGHTS = {
    "NEW": lambda r: -int(r["commentNo"]),
    "OLD": lambda r: int(r["commentNo"]),
    "FAVORITE": lambda r: (r["antipathyCount"] - r["sympathyCount"], -int(r["commentNo"])),
    "REPLY": lambda r: (-r["replyCount"], -int(r["commentNo"])),
}


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(seed=4, articles=1, naver=4, comments=260, old=1) as running:
        yield running


@pytest.fixture
def article(portal: Portal) -> Article:
    return portal.world.on("naver")[0]


@pytest.mark.parametrize("sort", ["NEW", "OLD", "FAVORITE", "REPLY", "RELATIVE"])
def test_a_cursor_gives_every_comment_once_in_its_order(portal: Portal, article: Article, sort: str) -> None:
    found = walk_naver(portal, article, sort, 30, ALL)
    assert sorted(int(row["commentNo"]) for row in found) == sorted(c.id for c in article.comments)
    if sort in WEIGHTS:
        assert found == sorted(found, key=WEIGHTS[sort])
    assert {row["objectId"] for row in found} == {article.hash}


def test_five_thousand_comments() -> None:
    with Portal(articles=0, naver=1, comments=5_000) as portal:
        (article,) = portal.world.articles
        begun = time.monotonic()
        tops, replies = all_naver(portal, article)
        assert time.monotonic() - begun < 20
        again = walk_naver(portal, article, "FAVORITE", rest=ALL)
        counts = cbox(portal, article, f"pageSize=1&{ALL}")["result"]["count"]
    assert len({row["commentNo"] for row in tops + replies}) == len(tops + replies) == 5_000
    assert {row["commentNo"] for row in again} == {row["commentNo"] for row in tops}
    assert (counts["comment"], counts["reply"], counts["total"]) == (len(tops), len(replies), 5_000)


def test_both_statuses_agree_with_their_counts_and_the_truth(portal: Portal, article: Article) -> None:
    tops, replies = all_naver(portal, article)
    current = walk_naver(portal, article)
    every, shown = (cbox(portal, article, f"pageSize=1&{rest}")["result"] for rest in (ALL, ""))
    assert (every["listStatus"], shown["listStatus"]) == ("all", "current")
    assert every["count"]["comment"] == every["pageModel"]["totalRows"] == len(tops)
    assert shown["count"]["comment"] == shown["pageModel"]["totalRows"] == shown["count"]["exposeCount"] == len(current)
    assert every["count"]["reply"] == len(replies)
    assert all(result["count"]["total"] == result["count"]["comment"] + result["count"]["reply"] for result in (every, shown))
    truth = {row["id"]: row for row in portal.world.truth(article)}
    visible = {int(row["commentNo"]): row for row in tops + replies if row["visible"]}
    assert visible.keys() == truth.keys()
    assert {int(row["commentNo"]) for row in current} == {key for key, row in truth.items() if not row["parent"]}
    for key, row in visible.items():
        known = truth[key]
        assert (row["contents"], row["sympathyCount"], row["antipathyCount"]) == (
            known["text"],
            known["likes"],
            known["dislikes"],
        )
        assert (row["userIdNo"], row["userName"], row["regTime"]) == (known["account"], known["name"], known["created"])
        assert row["parentCommentNo"] == str(known["parent"] or key)
        assert (row["replyLevel"], row["replyCount"]) == (2 if known["parent"] else 1, known["replies"])
    gone = {row["id"]: row for row in portal.world.gone(article)}
    marks = {int(row["commentNo"]): row for row in tops + replies if not row["visible"]}
    assert marks.keys() == gone.keys() != set()
    assert every["count"]["delCommentByUser"] == sum(row["by"] == "user" for row in gone.values())
    assert every["count"]["delCommentByMon"] == sum(row["by"] == "operator" for row in gone.values())


def test_a_deleted_comment_leaves_a_mark_with_its_time(portal: Portal, article: Article) -> None:
    world = portal.world
    kept = next(c for c in article.comments if c.shown and c.shown_replies())
    world.now = article.published + 30 * 3_600_000
    before = cbox(portal, article, ALL)["result"]["count"]
    world.delete(kept.id)
    other = world.truth(article)[0]["id"]
    world.delete(other, by="operator")
    rows = {int(row["commentNo"]): row for row in walk_naver(portal, article, rest=ALL)}
    mark = rows[kept.id]
    assert (mark["status"], mark["originalStatus"], mark["deleted"], mark["visible"], mark["expose"]) == (
        1,
        1,
        True,
        False,
        False,
    )
    assert (mark["contents"], mark["userIdNo"], mark["userName"]) == ("", None, kept.account.name)
    assert mark["modTime"] == "2026-11-22T15:00:00+0900" != mark["regTime"]
    assert mark["modTimeGmt"] == "2026-11-22T06:00:00+0000"
    assert rows[other]["status"] not in (0, 1)
    assert kept.id not in {int(row["commentNo"]) for row in walk_naver(portal, article)}
    after = cbox(portal, article, ALL)["result"]["count"]
    assert after["comment"] == before["comment"]  # the marks are counted in a list of every status
    assert after["exposeCount"] == before["exposeCount"] - 2
    assert after["delCommentByUser"] == before["delCommentByUser"] + 1
    assert after["delCommentByMon"] == before["delCommentByMon"] + 1
    under = walk_naver(portal, article, rest=f"{ALL}&parentCommentNo={kept.id}")
    assert len(under) == len(kept.replies)  # its replies can still be read


def test_the_time_is_in_the_number(portal: Portal) -> None:
    *newer, old = portal.world.on("naver")
    for row in walk_naver(portal, newer[0]):
        assert (int(row["commentNo"]) >> 30) + 946_684_800 == row["sortValue"] // 1000
    found = walk_naver(portal, old, "NEW", 40)
    assert all(int(row["commentNo"]) < 1 << 40 and row["commentNo"].endswith("5") for row in found)
    assert [row["sortValue"] // 1000 for row in found] == sorted((row["sortValue"] // 1000 for row in found), reverse=True)
    cursor = cbox(portal, old, "sort=NEW&pageSize=1")["result"]["morePage"]["next"]
    assert (int(cursor, 36) >> 30) + 946_684_800 == found[0]["sortValue"] // 1000


def test_pages_cursors_and_sizes(portal: Portal, article: Article) -> None:
    result = cbox(portal, article, f"sort=NEW&pageSize=1000&{ALL}")["result"]
    assert len(result["commentList"]) == result["pageModel"]["pageSize"] == 100  # cut without a word
    by_page = cbox(portal, article, f"sort=NEW&pageSize=100&page=2&{ALL}")["result"]["commentList"]
    cursor = result["morePage"]["next"]
    by_cursor = cbox(portal, article, f"sort=NEW&pageSize=100&pageType=more&moreParam.next={cursor}&{ALL}")["result"]
    assert by_page == by_cursor["commentList"] != result["commentList"]
    back = f"moreParam.direction=prev&moreParam.prev={by_cursor['morePage']['prev']}"
    assert (
        cbox(portal, article, f"sort=NEW&pageSize=100&pageType=more&{back}&{ALL}")["result"]["commentList"]
        == (result["commentList"])
    )
    # Asked for more by page number alone, the site gives the first page again.
    assert (
        cbox(portal, article, f"sort=NEW&pageSize=100&pageType=more&page=2&{ALL}")["result"]["commentList"]
        == (result["commentList"])
    )
    assert {len(str(result["morePage"][key])) for key in ("prev", "next", "start", "end")} == {13}


def test_sorts_are_those_of_the_press(portal: Portal) -> None:
    free, newest_only = portal.world.on("naver")[:2]
    assert cbox(portal, free, "sort=favorite")["result"]["sort"] == "FAVORITE"
    result = cbox(portal, newest_only, "sort=FAVORITE&initialize=true")["result"]
    assert (result["sort"], result["config"]["sortTypes"]) == ("NEW", ["NEW"])
    portal.world.set_pane(free, "surge")
    assert cbox(portal, free, "sort=FAVORITE")["result"]["sort"] == "NEW"


def test_panes(portal: Portal, article: Article) -> None:
    pages: dict[str, str] = {}
    for pane in ("open", "restricted", "surge", "off", "refused"):
        portal.world.set_pane(article, pane)
        pages[pane] = ask(portal, article.url[8:])[2].decode()
    assert all("__htCboxOption" in page for page in pages.values())
    assert ['id="cbox_module"' in page for page in pages.values()] == [True, False, False, False, False]
    assert "이용자 반응이 급증한 댓글이 감지돼" in pages["surge"]
    assert "본문 하단에는 댓글 서비스를 제공하지 않습니다." in pages["restricted"]
    assert "댓글 정책에 따라<br>이 기사에서는 댓글을 제공하지 않습니다." in pages["off"].rpartition("_COMMENT_NOTICE")[2]
    refused = cbox(portal, article)
    assert (refused["success"], refused["code"], refused["result"]) == (False, "3011", None)
    portal.world.close_pane(article)
    off = cbox(portal, article)["result"]
    assert (off["exposureConfig"]["status"], off["commentList"], off["count"]["total"]) == ("COMMENT_OFF", [], 0)
    assert portal.world.truth(article) == []
    portal.world.open_pane(article)
    portal.world.remove_article(article)
    assert ask(portal, article.url[8:])[0] == 404
    assert cbox(portal, article)["result"]["commentList"] != []  # the comments outlive the article


def test_refusals_and_forms(portal: Portal, article: Article) -> None:
    path = f"apis.naver.com/commentBox/cbox/web_neo_list_json.json?ticket=news&objectId={article.hash}"
    status, headers, body = ask(portal, path)
    assert (status, json.loads(body)["success"], json.loads(body)["code"]) == (200, False, "3999")
    _, headers, body = ask(portal, path, Referer="http://www.naver.com")
    assert (headers["Content-Type"], json.loads(body)["success"]) == ("application/json;charset=UTF-8", True)
    named = cbox(portal, article, "_callback=jQuery11_12&pageSize=1", "jQuery11_12")
    assert json.loads(body)["result"]["count"] == named["result"]["count"]
    assert cbox(portal, article, "parentCommentNo=12")["code"] == "4004"
    unknown = ask(portal, path.replace(article.hash, "news971,0000000001"), Referer="http://www.naver.com")[2]
    assert json.loads(unknown)["result"]["commentList"] == []
    # What is no object id at all gets somebody else's comments, as happened in 2022.
    wrong = json.loads(ask(portal, path.replace(article.hash, "971_0001"), Referer="http://www.naver.com")[2])
    assert {row["objectId"] for row in wrong["result"]["commentList"]} == {article.hash}


def test_bulk_counts_and_reactions(portal: Portal) -> None:
    first, second, *_, old = portal.world.on("naver")
    names = "&".join(f"objectId={a.hash}" for a in (first, second))
    status, _, body = ask(portal, f"news.naver.com/api/comment/listCount.json?resultType=MAP&ticket=news&{names}")
    result = json.loads(body)["result"]
    assert (status, list(result)) == (200, [first.hash, second.hash])
    for article in (first, second):
        counts = cbox(portal, article)["result"]["count"]
        assert [result[article.hash][key] for key in ("comment", "reply", "count")] == [
            counts[key] for key in ("comment", "reply", "total")
        ]
    wanted = "|".join(f"NEWS[ne_{a.id.replace('/', '_')}]" for a in (first, old))
    _, _, body = ask(portal, f"news.like.naver.com/v1/search/contents?q={wanted}&callback=jQuery1_2")
    text = body.decode()
    assert text.startswith("/**/\njQuery1_2({")
    contents = json.loads(text[text.index("(") + 1 : text.rindex(")")])["contents"]
    assert [{r["reactionType"]: r["count"] for r in content["reactions"]} for content in contents] == [
        {kind: count for kind, count in a.reactions.items() if count} for a in (first, old)
    ]
    assert set(old.reactions) == {"like", "warm", "sad", "angry", "want"}


def test_a_vote_shows_at_once_and_changes_no_other_article(portal: Portal) -> None:
    one, other = portal.world.on("naver")[0], portal.world.on("naver")[2]
    before = other.revision
    chosen = next(row["id"] for row in portal.world.truth(one) if not row["parent"])
    portal.world.vote(chosen, likes=50_000)
    assert cbox(portal, one, "sort=FAVORITE")["result"]["commentList"][0]["commentNo"] == str(chosen)
    assert other.revision == before
    written = portal.world.add_comment(one, "새 글")
    assert cbox(portal, one, "sort=NEW")["result"]["commentList"][0]["commentNo"] == str(written)


def test_daum_is_the_same_with_and_without_naver() -> None:
    with Portal(seed=4, articles=2, comments=30) as without, Portal(seed=4, articles=2, comments=30, naver=1) as both:
        worlds = [portal.world for portal in (without, both)]
        one, two = ([world.truth(a) for a in world.on("daum")] for world in worlds)
        assert one == two
        name = both.world.on("naver")[0].hash
        assert ask(both, f"comment.daum.net/apis/v1/posts/@{name}/comments")[0] == 404
