"""The ways in which boards give out comments: each is walked to its end, looked at again, and says what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended, Sagwan
from tests.portal import Portal
from tests.portal.boards import MINUTE, plant

WAYS = ("all", "last", "first", "json", "token", "session", "pieces")
FIRST = "from crawler import settings; settings.SPIDER_MODULES.append('tests.ways_spider'); import tests.ways_spider"
# Requests of a first visit of a thread of 34 comments, 10 a page: never the post's page twice.
ROWS = """
SELECT c.key, v.text, coalesce(v.parent_key, ''), o.likes, o.dislikes FROM comments c JOIN articles a ON a.id = c.article
  JOIN comment_versions v ON v.comment = c.id JOIN observations o ON o.comment = c.id WHERE a.source = 'way_{}'"""
WALKS = "SELECT count(*), count(e.walk), sum(e.complete) FROM walk_begun b LEFT JOIN walk_ended e ON e.walk = b.id"
COST = {"all": 1, "last": 4, "first": 4, "json": 2, "token": 5, "session": 5, "pieces": 5}


def topic(folder: Path, *ways: str, number: int = 10_000, **more: Any) -> Path:
    """A topic of one post in each of these ways."""
    lines: dict[str, Any] = {"title": "시험", "sources": [f"way_{way}" for way in ways]}
    lines["seeds"] = [f"https://ways.example.org/{way}/{number}" for way in ways]
    (folder / "t.toml").write_text("\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in (lines | more).items()))
    return folder / "t.toml"


def run(sagwan: Sagwan, portal: Portal, file: Path, *args: str) -> Ended:
    """A run of `collect`."""
    return sagwan("collect", file, "--connect-to", f"*={portal.url}", "--json", *args, first=FIRST)


def asked(portal: Portal) -> dict[str, int]:
    """How many requests each way took."""
    paths = [str(entry["path"]).split("/")[1].partition("?")[0] for entry in portal.requests]
    return {way: paths.count(way) for way in WAYS if way in paths}


@pytest.fixture
def board(portal: Callable[..., Portal]) -> Portal:
    """One post with 30 comments and 4 replies."""
    p = portal(articles=0)
    plant(p.world, "ways", comments=34, replies=4)
    return p


def test_each_way_is_walked_to_its_end(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    post = board.world.on("ways")[0]
    ended = run(sagwan, board, topic(tmp_path, *WAYS))
    assert {line["source"]: (line["verdict"], line["declared"], line["collected"]) for line in ended.lines} == {
        f"way_{way}": ("ok", 34, 34) for way in WAYS
    }
    assert asked(board) == COST
    truth = {str(c["id"]): (c["text"], str(c["parent"] or ""), c["likes"], c["dislikes"]) for c in board.world.truth(post)}
    for way in WAYS:
        assert {key: tuple(values) for key, *values in sagwan.rows(ROWS.format(way))} == truth, way

    # A vote, a deletion, a new comment.
    ids = [c.id for c in post.comments]
    board.world.vote(ids[4], likes=7)
    board.world.delete(ids[20])
    board.world.add_comment(post, "새 댓글")
    assert {line["verdict"] for line in run(sagwan, board, topic(tmp_path, *WAYS)).lines} == {"ok"}
    changes = sagwan("changes", "--json", first=FIRST).lines
    gone = {line["ref"] for line in changes if line["change"] == "gone"}
    assert gone == {f"way_{way}:{post.id}#{ids[20]}" for way in WAYS}
    series = sagwan("series", f"way_token:{post.id}#{ids[4]}", "--json", first=FIRST).lines
    assert series[-1]["likes"] - series[0]["likes"] == 7
    voted = {line["ref"] for line in changes if line["change"] == "counts" and line["ref"].endswith(f"#{ids[4]}")}
    assert voted == {f"way_{way}:{post.id}#{ids[4]}" for way in WAYS}
    assert sagwan("rebuild", "--json", first=FIRST).only["differences"] == 0


def test_the_schedule_reads_a_post_once(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    ended = run(sagwan, board, topic(tmp_path, *WAYS), "--due")
    assert {line["verdict"] for line in ended.lines} == {"ok"}
    took = asked(board)
    # Where the post's page lists comments, the walk goes on from it; elsewhere the schedule asks for it once more.
    assert {way: took[way] - COST[way] for way in WAYS} == {way: int(way not in ("all", "last", "first")) for way in WAYS}
    board.forget_requests()
    assert {line["captures"] for line in run(sagwan, board, topic(tmp_path, *WAYS), "--due").lines} <= {0}
    assert asked(board) == {}


def test_a_post_and_its_walk_that_fall_due_together_are_one_walk(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    ways, clock = ("all", "last", "first", "json"), ("--due", "--clock", f"{board.url}/__clock")
    board.world.now = start = board.world.now
    assert {line["verdict"] for line in run(sagwan, board, topic(tmp_path, *ways), *clock).lines} == {"ok"}
    for step in (1, 2):
        board.forget_requests()
        board.world.now = start + step * 3 * 60 * MINUTE  # both are due every three hours
        assert {line["verdict"] for line in run(sagwan, board, topic(tmp_path, *ways), *clock).lines} == {"ok"}
        took = asked(board)
        assert {way: took[way] - COST[way] for way in ways} == {"all": 0, "last": 0, "first": 0, "json": 1}
    assert sagwan.rows(WALKS) == [(3 * len(ways),) * 3]


def test_a_walk_that_was_refused_goes_on_and_none_is_left_open(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path
) -> None:
    p = portal(articles=0)
    p.world.now = start = p.world.now
    plant(p.world, "ways", comments=34, replies=4, age=40)  # so young that page and walk are due every 15 minutes
    due, file = ("--due", "--clock", f"{p.url}/__clock"), topic(tmp_path, "last")
    p.faults.set("page=2", "429", times=1)
    assert run(sagwan, p, file, *due).only["verdict"] == "blocked"
    p.world.now = start + 31 * MINUTE
    assert {line["verdict"] for line in run(sagwan, p, file, *due).lines} == {"ok"}
    assert sagwan.rows(WALKS) == [(2, 2, 2)]  # the rest of the first, and the one that was due since
    assert asked(p) == {"last": COST["last"] + 1 + COST["last"]}


@pytest.mark.parametrize(("fault", "verdict"), [("junk", "broken"), ("429", "blocked")])
def test_a_walk_has_an_end_where_its_first_page_cannot_be_read(
    sagwan: Sagwan, board: Portal, tmp_path: Path, fault: str, verdict: str
) -> None:
    board.faults.set("/last/10000", fault)
    assert run(sagwan, board, topic(tmp_path, "last")).only["verdict"] == verdict
    assert sagwan.rows(WALKS) == [(1, 1, 0)]


def test_a_soft_404_is_a_state_of_the_post(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    run(sagwan, board, topic(tmp_path, "all", "token"))
    board.world.remove_article(board.world.on("ways")[0])
    ended = run(sagwan, board, topic(tmp_path, "all", "token"))
    assert {line["verdict"] for line in ended.lines} == {"ok"}
    for way in ("all", "token"):
        lines = sagwan("as-of", "now", "--article", f"way_{way}:10000", "--json", first=FIRST).lines
        assert lines[0]["state"] == "gone"


def test_what_is_missing_is_said(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    post = board.world.on("ways")[0]
    board.world.mark(post.comments[5].id, "blind")  # no list shows it
    board.sites["ways.example.org"] = _declaring(board.sites["ways.example.org"], b"data-count=33", b"data-count=34")
    ended = run(sagwan, board, topic(tmp_path, "last"))
    line = ended.only
    assert (line["verdict"], line["declared"], line["collected"]) == ("thin", 34, 33)
    assert [alarm["alarm"] for alarm in line["alarms"]] == ["count"]
    assert asked(board) == {"last": COST["last"] + 1}  # the page is asked once more for the number


def _declaring(site: Callable[..., Any], old: bytes, new: bytes) -> Callable[..., Any]:
    def answer(question: Any) -> Any:
        made = site(question)
        made.body = made.body.replace(old, new)
        return made

    return answer


def test_a_list_is_read_page_by_page(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    for _ in range(2):
        plant(board.world, "ways", comments=3, replies=0)
    ended = run(sagwan, board, topic(tmp_path, "all", seeds=["https://ways.example.org/list"]))
    assert (ended.only["verdict"], ended.only["articles"], ended.only["collected"]) == ("ok", 3, 40)


def test_a_list_that_turns_in_a_circle_is_an_alarm(sagwan: Sagwan, board: Portal, tmp_path: Path) -> None:
    site = board.sites["ways.example.org"]

    def last_page(question: Any) -> Any:
        question.query.pop("page", None)
        return site(question)

    board.sites["ways.example.org"] = last_page
    ended = run(sagwan, board, topic(tmp_path, "last"))
    assert (ended.only["verdict"], ended.only["collected"]) == ("broken", 4)
    assert {alarm["alarm"] for alarm in ended.only["alarms"]} >= {"repeat"}
    assert asked(board) == {"last": 4}  # the page, two that bring nothing, and the page once more for its number
