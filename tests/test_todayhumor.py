"""TodayHumor end to end: boards, a best board with numbers of its own, comments, promotions, deletions, faults."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.small_runs import agrees, changed, counts, shown, stored, truth

SITE = "https://www.todayhumor.co.kr/board"
BEST = f"{SITE}/list.php?table=bestofbest"


def run(sagwan: Sagwan, portal: Portal, *seeds: str, queries: tuple[str, ...] = ()) -> Ended:
    """A run of one topic."""
    lines = {"title": "시험", "sources": ["todayhumor"], "seeds": seeds, "queries": queries}
    text = "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in lines.items() if v)
    (sagwan.folder / "t.toml").write_text(text, encoding="utf-8")
    return sagwan.collect(portal, sagwan.folder / "t.toml")


def agree(sagwan: Sagwan, portal: Portal, post: Article) -> None:
    """The rows are the truth; the site says nowhere how many replies a comment has; its mark-up hides blanks at ends."""
    rows = {key: (row[0].replace("\xa0", " "), *row[1:]) for key, row in stored(sagwan, post).items()}
    assert rows == {key: (row[0].strip(), *row[1:6], None, row[7]) for key, row in truth(sagwan, portal, post).items()}


def test_posts_of_a_best_board_are_those_of_their_own(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post, plain = (plant(p.world, "todayhumor", comments=130, replies=20) for _ in range(2))
    p.world.react(post, "best", 2)
    ended = run(sagwan, p, BEST, plain.url)
    assert (ended.only["verdict"], ended.only["declared"], ended.only["collected"]) == ("ok", 260, 260), ended.out
    assert len(p.requests) == 1 + 1 + 2 * 2, "robots.txt, a list, and two for each post"
    agree(sagwan, p, plain)
    assert shown(sagwan, post).keys() - {""} == {str(true["id"]) for true in p.world.truth(post)}
    assert counts(sagwan, plain) == {"comments": 130, "likes": plain.reactions["likes"], "views": plain.reactions["views"]}
    number = post.post
    names = sagwan.rows("SELECT key FROM articles UNION SELECT key FROM aliases")
    assert set(names) >= {(f"sisa/{number}",), (f"bestofbest/{number + 400_000}",), (f"humorbest/{number + 700_000}",)}
    assert sagwan.rows("SELECT count(*) FROM articles") == [(2,)]

    # The site's own log of how the post rose, with its times: events of those lists.
    hour = (post.published + 3_600_000) // 1000
    said = sagwan.rows("SELECT DISTINCT query FROM lists WHERE kind = 'ranking' AND query LIKE '% %' ORDER BY query DESC")
    first, second = (row[0].partition(" ") for row in said)
    assert (first[0], second[0]) == (f"humorbest/{number + 700_000}", f"bestofbest/{number + 400_000}")
    assert sagwan.rows(f"SELECT unixepoch('{first[2]}'), unixepoch('{second[2]}')") == [(hour, hour + 3_600)]

    voted, gone = plain.comments[0], plain.comments[5]
    p.world.vote(voted.id, likes=7, dislikes=2)
    p.world.react(plain, "likes", 9)
    p.world.delete(gone.id)
    assert run(sagwan, p, plain.url).only["verdict"] == "ok", "a mark of a deleted comment may be in the number or not"
    found = changed(sagwan, plain)
    assert {(f"#{gone.id}", "deleted"), (f"#{voted.id}", "counts"), ("", "counts")} <= found
    lines = sagwan("series", f"todayhumor:{plain.id}#{voted.id}", "--json").lines
    assert (lines[-1]["likes"], lines[-1]["dislikes"]) == (voted.likes, voted.dislikes)
    assert shown(sagwan, plain)[str(gone.id)]["state"] == "deleted_by_user"
    agrees(sagwan)


def test_a_list_of_nothing_is_an_alarm(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post, gone = (plant(p.world, "todayhumor", comments=5, replies=1) for _ in range(2))
    p.world.react(post, "best", 2)
    p.faults.set("www.todayhumor.co.kr", "no_script")
    best = f"{SITE}/view.php?table=bestofbest&no={post.post + 400_000}"
    ended = run(sagwan, p, best)  # by the numbers of the best board the site answers with an empty list and status 200
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (2, "broken", 0)
    assert [each["alarm"] for each in ended.only["alarms"] if "comments" in each["page"]] == ["empty"]
    p.faults.clear()
    assert run(sagwan, p, best, gone.url).only["verdict"] == "ok"
    p.world.remove_article(gone)
    assert run(sagwan, p, gone.url).only["verdict"] == "ok"
    assert ("", "gone") in changed(sagwan, gone)
    assert sagwan.rows("SELECT count(*) FROM articles") == [(2,)]


def test_a_search_finds_titles_and_one_that_is_ignored_is_an_alarm(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    posts = [plant(p.world, "todayhumor", comments=1, replies=0) for _ in range(6)]
    p.world.edit_article(posts[2], title="킹크랩 이야기")
    ended = run(sagwan, p, queries=("킹크랩",))
    assert (ended.only["verdict"], ended.only["articles"]) == ("ok", 1), ended.out
    assert sagwan.rows("SELECT kind, query, rank FROM lists") == [("search", "킹크랩", 1)]
    p.faults.set("www.todayhumor.co.kr", "ignore_query")
    ignored = run(sagwan, p, queries=("쯤햬뷁헗캵",))
    assert "search" in {each["alarm"] for each in ignored.only["alarms"]}
