"""DC Inside end to end: comments behind the token of a post's page, a search by steps of post numbers, a deleted post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from archive.pseudonym import Pseudonyms
from tests.conftest import Ended, Sagwan
from tests.nate_runs import write
from tests.naver_runs import alarms, asked, listed
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.portal.dcinside import who
from tests.small_runs import agrees, changed, shown, stored
from tests.warcs import exchanges

Make = Callable[..., Portal]
LISTS = "https://gall.dcinside.com/mgallery/board/lists/?id=virtual"
COMMENTS, VIEW = "/board/comment/", "/board/view/"
N = 20

# what is spoilt and how; then: verdict, words of the reason, alarms
CASES: list[tuple[str, dict[str, Any], tuple[str, str, list[str]]]] = [
    (COMMENTS, {"fault": 429}, ("blocked", "429", [])),
    (
        VIEW,
        {"fault": 200, "body": "<html><body>너무 많은 요청입니다. /penalty-box</body></html>"},
        ("blocked", "penalty-box", []),
    ),
    (COMMENTS, {"fault": 200, "body": " "}, ("broken", "an empty answer: the token", ["empty"])),
    (COMMENTS, {"fault": "foreign"}, ("broken", "foreign thread", ["foreign"])),
    (COMMENTS, {"fault": "no_rows"}, ("broken", "0 rows on page 1", ["empty"])),
    (VIEW, {"fault": 200, "body": "<script>alert('성인 인증이 필요합니다.');</script>"}, ("broken", "성인 인증", [])),
]
NAMES = [f"{path} {fault['fault']} {said[1]}" for path, fault, said in CASES]


def true(sagwan: Sagwan, article: Article) -> dict[str, tuple[Any, ...]]:
    """What must be stored of the comments that a reader sees."""
    pseudonyms = Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    rows = [row for top in article.comments for row in (top, *top.replies) if row.shown]
    return {
        str(c.id): (
            c.text.strip(),
            str(c.parent) if c.parent else None,
            c.created // 1000 * 1000,
            pseudonyms.of("dcinside", who(c)["user_id"] or who(c)["ip"]),
            *(None, None, None, "visible"),
        )
        for c in rows
    }


def test_everything_of_two_posts_and_what_changes_of_it(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0)
    first, other = (plant(p.world, "dcinside", comments=n, replies=9) for n in (230, 12))
    file = write(tmp_path, "dcinside", [first.url, other.url])
    ended = sagwan.collect(p, file)
    line = ended.only
    assert (ended.code, line["verdict"], line["alarms"], line["collected"], line["declared"]) == (0, "ok", [], 242, 242)
    assert [(gap["what"], gap["collected"]) for gap in line["gaps"]] == [("ads", 4)]
    for article in (first, other):
        assert stored(sagwan, article) == true(sagwan, article)
    assert sagwan.rows("SELECT DISTINCT provider FROM comment_versions ORDER BY 1") == [("ip",), ("uid",)]
    masks = {ip.partition("/")[2] for (ip,) in sagwan.rows("SELECT ip FROM comment_versions WHERE ip IS NOT NULL")}
    assert masks == {"3,4"}
    assert set(sagwan.rows("SELECT sort, stable, max(first_rank) FROM sightings")) == {("D", 1, 201)}
    forms = [one for one in exchanges(sagwan.archive) if one.facts.method == "POST"]
    assert {parse_qs(one.facts.context["form"])["comment_page"][0] for one in forms} == {"1", "2", "3"}
    assert all(len(parse_qs(one.facts.context["form"])["e_s_n_o"][0]) == 24 for one in forms)

    mark, operator, own = first.comments[0].id, first.comments[20].id, first.comments[30].id
    p.world.delete(mark)
    p.world.delete(operator, by="operator")
    p.world.delete(own)
    p.world.add_comment(first, text="새 글 😀 <b>\n둘째 줄")
    p.world.react(first, "likes", 7)
    p.world.remove_article(other)
    again = sagwan.collect(p, file)
    assert (again.code, again.only["verdict"], again.only["alarms"]) == (0, "ok", []), again.only
    found = changed(sagwan, first)
    assert found >= {(f"#{mark}", "deleted"), (f"#{operator}", "deleted"), (f"#{own}", "gone"), ("", "counts")}
    assert changed(sagwan, other) == {("", "gone")}
    now = shown(sagwan, first)
    assert (now[""]["counts"]["likes"], now[""]["counts"]["likes.members"]) == (
        first.reactions["likes"],
        first.reactions["likes"] // 2,
    )
    assert {now[str(key)]["state"] for key in (mark, operator)} == {"deleted_by_user", "deleted_by_operator"}
    likes = [line["likes"] for line in sagwan("series", f"dcinside:{first.id}", "--metric", "likes", "--json").lines]
    assert (likes[0], likes[-1]) == (first.reactions["likes"] - 7, first.reactions["likes"])
    # 228 are declared, and two marks stand for what is not: the walk is whole, and the number stays the site's.
    walks = sagwan.rows("SELECT declared_before, collected + collected_replies, complete FROM walks ORDER BY id")
    assert walks[-1] == (228, 230, 1)

    # The minor gallery has become a main one: its old addresses lead to the new ones, and the history goes on.
    there = first.url.replace("/mgallery", "")
    p.faults.set(f"/mgallery/board/view/.*no={first.post}", 200, body=f"<script>location.replace('{there}');</script>")
    moved = sagwan.collect(p, write(tmp_path, "dcinside", [first.url]))
    assert (moved.code, moved.only["verdict"], moved.only["collected"]) == (0, "ok", 230), moved.only
    assert sagwan.rows("SELECT key FROM aliases") == [(f"main/virtual/{first.post}",)]
    assert sagwan.rows("SELECT count(*) FROM articles") == [(2,)]
    agrees(sagwan)


def test_lists_and_searches_bring_posts(sagwan: Sagwan, portal: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("STEP", 2), ("ROWS", 5), ("HITS", 2)):
        monkeypatch.setattr(f"tests.portal.dcinside.{name}", number)
    p = portal(articles=0)
    posts = [plant(p.world, "dcinside", comments=3, replies=0) for _ in range(9)]
    for place, post in enumerate(posts):
        p.world.edit_article(post, title=f"{'희한한말' if place in (0, 1, 7) else '다른 글'} {place}")
        p.world.react(post, "likes", -post.reactions["likes"] + 2 * place)
    search = f"{LISTS}&s_type=search_subject_memo&s_keyword=%ED%9D%AC%ED%95%9C%ED%95%9C%EB%A7%90"
    seeds = [search, f"{LISTS}&exception_mode=recommend", LISTS]
    ended = sagwan.collect(p, write(tmp_path, "dcinside", seeds, queries=["희한한말"]))
    line = ended.only
    assert (ended.code, line["verdict"], line["articles"], line["walks"]["complete"]) == (0, "ok", 9, 9), line
    keys = [post.id for post in reversed(posts)]
    # Steps without a hit lie between; the ranks go on. The search in all galleries found the same, two a page.
    assert set(listed(sagwan, "search")["희한한말"]) == {(1, posts[7].id), (2, posts[1].id), (3, posts[0].id)}
    assert len(asked(p, "s_keyword")) == 5
    assert len(asked(p, "/post/p/", "search.dcinside.com")) == 2
    assert "/q/.ED.9D.AC.ED.95.9C.ED.95.9C.EB.A7.90" in asked(p, "/post/p/1/")[0]
    assert listed(sagwan, "section")["minor virtual"] == list(enumerate(keys, 1))
    assert listed(sagwan, "ranking")["minor virtual recommend"] == list(enumerate(keys[:4], 1))
    comments = "SELECT count(*) FROM (SELECT DISTINCT article, value FROM article_counts WHERE metric = 'comments')"
    assert sagwan.rows(comments) == [(9,)]  # the list and the post say the same

    file = write(tmp_path, "dcinside", [search])
    few = sagwan("collect", file, "--connect-to", f"*={p.url}", "--json", first="import crawler.listed as l; l.MOST_STEPS = 2")
    (gap,) = (gap for gap in few.only["gaps"] if gap["what"] == "list")
    assert (few.code, few.only["verdict"], few.only["alarms"]) == (2, "thin", [])
    assert "only 2 steps" in gap["why"]
    assert "search_pos=-2870406" in gap["why"]

    circle = search.replace("s_type", "search_pos=-7&s_type").partition("dcinside.com")[2]
    p.faults.set("s_keyword", 200, body=f"<div class='empty_list'></div><a class='search_next' href='{circle}'>x</a>")
    again = sagwan.collect(p, file)
    assert (again.code, alarms(again.only)) == (2, ["repeat"]), again.only
    p.faults.clear()
    p.faults.set("s_keyword", "ignore_query")  # the plain list in the place of hits
    other = sagwan.collect(p, file)
    assert (other.code, alarms(other.only)) == (2, ["search"])


def spoil(folder: Path, path: str, fault: dict[str, Any]) -> tuple[Ended, dict[str, Any], dict[str, Any]]:
    sagwan = Sagwan(folder)
    with Portal(articles=0) as site:
        post, _ = (plant(site.world, "dcinside", comments=N) for _ in range(2))
        site.faults.set(path, **fault)
        ended = sagwan.collect(site, write(folder, "dcinside", [post.url]))
        assert any(one["faults"] for one in site.requests)
        return ended, stored(sagwan, post), true(sagwan, post)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Ended, dict[str, Any], dict[str, Any]]]]:
    """The runs of all cases, a few at a time: each is mostly the start of a process."""
    with ThreadPoolExecutor(2) as pool:
        runs = {
            name: pool.submit(spoil, tmp_path_factory.mktemp("dc"), case[0], case[1])
            for name, case in zip(NAMES, CASES, strict=True)
        }
        yield {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_has_its_name_and_makes_no_row(spoilt: dict[str, tuple[Ended, Any, Any]], name: str) -> None:
    _, _, (verdict, why, names) = CASES[NAMES.index(name)]
    ended, rows, _ = spoilt[name]
    line, said = ended.only, " ".join(str(ended.only[part]) for part in ("why", "gaps", "alarms"))
    assert (ended.code, line["verdict"], alarms(line)) == (2, verdict, names), said
    assert why in said
    assert rows == {}
