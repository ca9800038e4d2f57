"""Bobaedream, Ilbe, Inven and 82cook end to end: from boards and searches to posts, their comments, and what changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from archive.pseudonym import Pseudonyms
from tests.conftest import Ended, Sagwan
from tests.naver_runs import alarms, listed
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.portal.forum import thread
from tests.small_runs import agrees, counts, stored

LISTS = {
    "82cook": "https://www.82cook.com/entiz/enti.php?bn=15",
    "bobaedream": "https://www.bobaedream.co.kr/list?code=freeb",
    "ilbe": "https://www.ilbe.com/list/politics",
    "inven": "https://www.inven.co.kr/board/webzine/2097",
}
THREADED = ("ilbe", "inven")  # what a comment answers is there to be read, and when it was written to the second
N = 130  # comments under the first post of each: two pages, where there are pages
LAST = 93  # the comment that ends the first page where there are replies: one to it begins the second
REQUESTS = {"82cook": 1, "bobaedream": 2, "ilbe": 3, "inven": 3}  # for that post and all its comments
Row = tuple[Any, ...]


@dataclass
class Visits:
    """Two visits, what happened between them, and what was stored, and true, after the first."""

    sagwan: Sagwan
    ended: list[Ended] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    posts: dict[str, Article] = field(default_factory=dict)
    gone: dict[str, Article] = field(default_factory=dict)
    voted: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[dict[str, Row], dict[str, Row]]] = field(default_factory=dict)


def topic(folder: Path, sources: list[str], **fields: Any) -> Path:
    """A topic file."""
    lines = {"title": "시험", "sources": sources} | fields
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())
    (folder / "t.toml").write_text(text, encoding="utf-8")
    return folder / "t.toml"


def expected(sagwan: Sagwan, article: Article) -> dict[str, Row]:
    """What must be stored of the comments that a reader sees."""
    site, pseudonyms = article.site, Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    exact = 1_000 if site in THREADED else 60_000
    return {
        str(c.id): (
            c.text.strip(),
            str(c.parent) if c.parent else None,
            c.created // exact * exact,
            pseudonyms.of(site, c.account.name),
            c.likes if site != "82cook" else None,
            c.dislikes if site != "82cook" else None,
            None,
            "visible",
        )
        for top in article.comments
        for c in (top, *top.replies)
        if c.shown
    }


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    with Portal(articles=0) as portal:
        made, world = Visits(Sagwan(tmp_path_factory.mktemp("boards"))), portal.world
        for site in LISTS:
            made.gone[site] = plant(world, site, comments=2, replies=0)
            made.posts[site] = post = plant(world, site, comments=N - 1, replies=6 if site in THREADED else 0)
            world.add_comment(post, "답글", post.comments[LAST].id if site in THREADED else None)
        assert all(thread(made.posts[site])[100].parent for site in THREADED)
        file = topic(made.sagwan.folder, list(LISTS), seeds=list(LISTS.values()))
        made.ended.append(made.sagwan.collect(portal, file))
        made.asked = portal.requests
        for site, post in made.posts.items():
            made.first[site] = stored(made.sagwan, post), expected(made.sagwan, post)
            made.voted[site], made.deleted[site] = post.comments[12].id, post.comments[14].id
            world.vote(made.voted[site], likes=7, dislikes=2)
            world.delete(made.deleted[site])
            world.add_comment(post, "새 글 😀 &amp; <b>\n둘째 줄")
            world.react(post, "likes", 5)
            world.remove_article(made.gone[site])
        seeds = [post.url for post in (*made.posts.values(), *made.gone.values())]
        made.ended.append(made.sagwan.collect(portal, topic(made.sagwan.folder, list(LISTS), seeds=seeds)))
        yield made


def test_both_visits_are_whole(visits: Visits) -> None:
    for ended in visits.ended:
        assert ended.code == 0, ended.out
        told = [(line["source"], line["verdict"], line["gaps"], line["alarms"], line["errors"]) for line in ended.lines]
        assert told == [(site, "ok", [], [], {}) for site in LISTS]
    assert [line["walks"] for line in visits.ended[0].lines] == [{"complete": 2, "incomplete": 0}] * len(LISTS)


@pytest.mark.parametrize("site", LISTS)
def test_all_comments_are_stored_as_they_are(visits: Visits, site: str) -> None:
    found, true = visits.first[site]
    assert (len(true), found) == (N, true)
    now, true = stored(visits.sagwan, visits.posts[site]), expected(visits.sagwan, visits.posts[site])
    assert {key: row for key, row in now.items() if key in true} == true
    assert set(now) - set(true) == {str(visits.deleted[site])}


@pytest.mark.parametrize("site", LISTS)
def test_each_page_is_asked_for_once_and_from_the_post(visits: Visits, site: str) -> None:
    number = str(visits.posts[site].post)
    asked = [one for one in visits.asked if site in one["host"] and number in f"{one['path']} {one['referer']}"]
    assert len(asked) == REQUESTS[site]
    assert all(number in one["referer"] for one in asked[1:])


@pytest.mark.parametrize("site", LISTS)
def test_a_board_says_what_it_counts_and_where_a_post_stands(visits: Visits, site: str) -> None:
    post, told = visits.posts[site], counts(visits.sagwan, visits.posts[site])
    sql = "SELECT l.rank, a.key FROM lists l JOIN articles a ON a.id = l.article WHERE l.kind = 'section' AND a.source = '{}'"
    assert set(visits.sagwan.rows(sql.format(site))) == {(1, post.id), (2, visits.gone[site].id)}
    # Where what was deleted leaves a mark, that is counted; Inven's number is that of the board, before.
    assert told.pop("comments") == N + (site in ("82cook", "ilbe"))
    real = {"likes": post.reactions["likes"], "dislikes": post.reactions["dislikes"], "views": post.reactions["views"]}
    lacks = {"82cook": {"likes", "dislikes"}, "bobaedream": {"dislikes"}}.get(site, set())
    assert told == {metric: value for metric, value in real.items() if metric not in lacks}


@pytest.mark.parametrize("site", LISTS)
def test_what_changed_is_told(visits: Visits, site: str) -> None:
    ref = f"{site}:{visits.posts[site].id}"
    went = {"82cook": "state", "bobaedream": "gone", "ilbe": "deleted", "inven": "deleted"}  # 82cook does not say by whom
    found = {(line["ref"], line["change"]) for line in visits.sagwan("changes", "--json").lines if line["not_before"]}
    assert (f"{ref}#{visits.deleted[site]}", went[site]) in found
    assert (f"{site}:{visits.gone[site].id}", "gone") in found
    for what, votes in ((f"{ref}#{visits.voted[site]}", 7), (ref, 5)):
        likes = [line["likes"] for line in visits.sagwan("series", what, "--metric", "likes", "--json").lines]
        if site == "82cook":
            assert set(likes) <= {None}
        else:
            assert likes[-1] - likes[0] == votes
            assert (what, "counts") in found


def test_a_part_of_an_address_is_a_pseudonym_that_says_what_is_hidden(visits: Visits) -> None:
    sql = (
        "SELECT a.source, v.ip FROM comment_versions v JOIN comments c ON c.id = v.comment JOIN articles a ON a.id = c.article"
    )
    rows = visits.sagwan.rows(f"{sql} WHERE v.account IS NOT NULL")
    hidden = {site: {ip and ip.partition("/")[2] for source, ip in rows if source == site} for site in LISTS}
    assert hidden == {"82cook": {"3"}, "bobaedream": {None}, "ilbe": {"3,4"}, "inven": {None}}


def test_the_archive_agrees_with_its_bytes(visits: Visits) -> None:
    agrees(visits.sagwan)


def test_a_query_finds_posts_and_what_ignores_it_is_an_alarm(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path
) -> None:
    p, wanted = portal(articles=0), dict[str, set[str]]()
    for site in LISTS:
        for place in range(12):
            post = plant(p.world, site, comments=1, replies=0)
            post.title, post.text = ("쯤햬 둘레길" if place % 2 else "다른 말"), "본문"
            wanted.setdefault(site, set()).update({post.id} if place % 2 else ())
    p.faults.set(r"ilbe\.com/search", "ignore_query")
    p.faults.set(r"ilbe\.com/search", "rename", old="쯤햬", new="헗캵")
    ended = sagwan.collect(p, topic(tmp_path, list(LISTS), queries=["쯤햬 -없는말"]))
    told = {line["source"]: (line["verdict"], alarms(line), line["articles"]) for line in ended.lines}
    assert told.pop("ilbe") == ("broken", ["search"], 0)
    assert told == {site: ("ok", [], 6) for site in LISTS if site != "ilbe"}
    ranges = [one["path"] for one in p.requests if "keyword" in one["path"]]
    assert len(ranges) == 2, "a search of Inven looks through some posts at a time"
    found = {key for _, key in listed(sagwan, "search")["쯤햬 -없는말"]}
    assert found == set().union(*(keys for site, keys in wanted.items() if site != "ilbe"))


# what is spoilt and how; then: verdict, words of the reason, alarms
CASES: list[tuple[str, str, dict[str, Any], tuple[str, str, list[str]]]] = [
    ("82cook", "read.php", {"fault": 429}, ("blocked", "429", [])),
    ("82cook", "read.php", {"fault": "no_rows"}, ("thin", "0 of 130", ["count"])),
    ("bobaedream", "comment_list", {"fault": 500}, ("broken", "ended early: http status 500", [])),
    ("ilbe", "page=2", {"fault": "repeat_page"}, ("thin", "100 of 130", ["count"])),
    ("inven", "comment.json", {"fault": "junk", "after": 1}, ("broken", "ended early: layout", [])),
    ("inven", "comment.json", {"fault": "body", "body": '{"message":-1,"commentlist":[]}'}, ("broken", "message -1", [])),
]
NAMES = [f"{site} {fault['fault']}" for site, _, fault, _ in CASES]


def spoil(folder: Path, site: str, path: str, fault: dict[str, Any]) -> Ended:
    with Portal(articles=0) as portal:
        portal.faults.set(path, **fault)
        post = plant(portal.world, site, comments=N, replies=0)
        ended = Sagwan(folder).collect(portal, topic(folder, [site], seeds=[post.url]))
        assert any(one["faults"] for one in portal.requests)
        return ended


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    with ThreadPoolExecutor(2) as pool:
        runs = {
            name: pool.submit(spoil, tmp_path_factory.mktemp("spoilt"), *case[:3])
            for name, case in zip(NAMES, CASES, strict=True)
        }
        yield {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_has_its_name(spoilt: dict[str, Ended], name: str) -> None:
    verdict, why, names = CASES[NAMES.index(name)][3]
    line = spoilt[name].only
    said = " ".join(str(line[part]) for part in ("why", "gaps", "alarms"))
    assert (spoilt[name].code, line["verdict"], alarms(line)) == (2, verdict, names), said
    assert why in said


def test_a_missing_board_says_no_word_and_is_no_state(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    url = "https://www.bobaedream.co.kr/view?code=nosuch&No=1"
    ended = sagwan.collect(portal(articles=0), topic(tmp_path, ["bobaedream"], seeds=[url]))
    assert (ended.code, ended.only["verdict"]) == (2, "broken")
    assert sagwan.rows("SELECT state FROM article_versions") == []
