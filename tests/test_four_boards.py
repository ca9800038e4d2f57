"""Clien, Ruliweb, Ppomppu and MLBPark end to end, in the same few runs: all comments, what changes of them, lists, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.pseudonym import Pseudonyms
from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.small_runs import agrees, changed, counts, shown, stored

SOURCES = ("clien", "mlbpark", "ppomppu", "ruliweb")
N, REPLIES = 50, 5
# How each shows a comment: the account of a writer, votes, the width of a date in ms, replies below what they answer.
SHOWS: dict[str, tuple[str, tuple[str, ...], int, bool]] = {
    "clien": ("id{0.id}", ("likes",), 1_000, True),
    "mlbpark": ("{0.name}", (), 60_000, False),
    "ppomppu": ("{0.name}", ("likes", "dislikes"), 60_000, True),
    "ruliweb": ("{0.name}", ("likes", "dislikes"), 60_000, True),
}
METRICS = {
    "clien": ("comments", "likes", "views"),
    "mlbpark": ("comments", "likes", "views"),
    "ppomppu": ("comments", "dislikes", "likes", "views"),
    "ruliweb": ("comments", "dislikes", "likes", "views"),
}
# As they were read in 2026-09: boards are open, searches and addresses with a query are not.
ROBOTS = "User-agent: *\nDisallow: /service/search\nDisallow: /*?\n"
LISTS = {
    "clien": ("https://www.clien.net/service/board/park", "section"),
    "mlbpark": ("https://mlbpark.donga.com/mp/best.php", "ranking"),
    "ppomppu": ("https://www.ppomppu.co.kr/rss.php?id=freeboard", "feed"),
    "ruliweb": ("https://bbs.ruliweb.com/best/humor_only/now", "ranking"),
}


@dataclass
class Story:
    """What the runs of all four left."""

    sagwan: Sagwan
    portal: Portal
    posts: dict[str, tuple[Article, Article]]
    first: dict[str, dict[str, Any]]
    rows: dict[str, dict[str, tuple[Any, ...]]]
    true: dict[str, dict[str, tuple[Any, ...]]]
    asked: dict[str, list[str]]
    second: Ended


def write(folder: Path, seeds: list[str], sources: tuple[str, ...] = SOURCES, **more: Any) -> Path:
    """A topic of some of the four."""
    lines = {"title": "시험", "sources": list(sources), "seeds": seeds} | more
    (folder / "t.toml").write_text("".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in lines.items()))
    return folder / "t.toml"


def truth(sagwan: Sagwan, post: Article) -> dict[str, tuple[Any, ...]]:
    """What the archive must hold of the comments that a reader sees, as far as the site shows it."""
    who, votes, width, nested = SHOWS[post.site]
    pseudonyms = Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    rows = [row for top in post.comments for row in (top, *top.replies) if row.shown]
    return {
        str(row.id): (
            row.text.strip(),
            str(row.parent) if row.parent and nested else None,
            row.created // width * width,
            pseudonyms.of(post.site, who.format(row.account)),
            row.likes if "likes" in votes else None,
            row.dislikes if "dislikes" in votes else None,
            None,
            "visible",
        )
        for row in rows
    }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A run; then under each first post a vote, a deletion, a new comment, and the end of each second; another run."""
    sagwan = Sagwan(tmp_path_factory.mktemp("boards"))
    with Portal(articles=0) as portal:
        posts = {}
        for source in SOURCES:
            posts[source] = plant(portal.world, source, comments=N, replies=REPLIES), plant(portal.world, source, 3, 0)
        file = write(sagwan.folder, [post.url for both in posts.values() for post in both])
        first = {line["source"]: line for line in sagwan.collect(portal, file).lines}
        rows = {source: stored(sagwan, post) for source, (post, _) in posts.items()}
        true = {source: truth(sagwan, post) for source, (post, _) in posts.items()}
        asked = {source: [one["path"] for one in portal.requests if source in one["host"]] for source in SOURCES}
        for post, other in posts.values():
            portal.world.vote(post.comments[7].id, likes=11)
            portal.world.delete(post.comments[24].id)
            portal.world.add_comment(post, "새 댓글 😀 <b>")
            portal.world.react(post, "likes", 5)
            portal.world.remove_article(other)
        yield Story(sagwan, portal, posts, first, rows, true, asked, sagwan.collect(portal, file))
        sagwan.stop()


@pytest.mark.parametrize("source", SOURCES)
def test_a_post_with_all_its_comments(story: Story, source: str) -> None:
    line = story.first[source]
    assert (line["verdict"], line["alarms"], line["gaps"]) == ("ok", [], []), line
    assert (line["declared"], line["collected"], line["walks"]) == (N + 3, N + 3, {"complete": 2, "incomplete": 0})
    assert story.rows[source] == story.true[source]


def test_each_asks_no_more_than_it_needs(story: Story) -> None:
    posts = {"clien": 2, "mlbpark": 4, "ppomppu": 2 + 3 + 1, "ruliweb": 2 + 4}
    took = {source: len([path for path in paths if path != "/robots.txt"]) for source, paths in story.asked.items()}
    assert took == posts


@pytest.mark.parametrize("source", SOURCES)
def test_what_changes_is_seen(story: Story, source: str) -> None:
    line = next(line for line in story.second.lines if line["source"] == source)
    assert line["verdict"] == "ok", line
    sagwan, (post, other) = story.sagwan, story.posts[source]
    voted, gone = post.comments[7].id, post.comments[24].id
    votes, marks = SHOWS[source][1], source in ("clien", "ruliweb")  # two leave a mark where a comment was, two leave nothing
    expected = {("", "counts"), (f"#{gone}", "deleted" if marks else "gone")}
    expected |= ({(f"#{voted}", "counts")} if votes else set()) | ({(f"#{gone}", "counts")} if marks else set())
    assert changed(sagwan, post) == expected
    assert changed(sagwan, other) == {("", "gone")}
    ref = f"{source}:{post.id}"
    if votes:
        likes = [each["likes"] for each in sagwan("series", f"{ref}#{voted}", "--json").lines]
        assert likes[-1] - likes[0] == 11
    now = counts(sagwan, post)
    assert set(now) == set(METRICS[source])
    assert now["likes"] == post.reactions["likes"] == sagwan("series", ref, "--metric", "likes", "--json").lines[0]["likes"] + 5
    assert {key: row for key, row in stored(sagwan, post).items() if key != str(gone)} == truth(sagwan, post)
    assert shown(sagwan, post)[""]["title"] == post.title


def test_the_same_rows_come_from_the_bytes(story: Story) -> None:
    agrees(story.sagwan)
    assert story.sagwan.rows("SELECT DISTINCT sort FROM sightings ORDER BY 1") == [("LISTED",)]


def test_addresses_say_what_is_hidden(story: Story) -> None:
    sql = "SELECT DISTINCT a.source, substr(v.ip, 33) FROM comment_versions v JOIN comments c ON c.id = v.comment "
    found = story.sagwan.rows(sql + "JOIN articles a ON a.id = c.article WHERE v.ip IS NOT NULL ORDER BY 1")
    assert found == [("clien", "/2"), ("mlbpark", "/3,4")]
    assert b"118." not in (story.sagwan.archive / "archive.db").read_bytes()


def test_lists_and_searches_bring_posts(tmp_path: Path) -> None:
    sagwan = Sagwan(tmp_path)
    with Portal(articles=0) as portal:
        for source in SOURCES:
            for _ in range(12):
                plant(portal.world, source, comments=1, replies=0)
        portal.robots["www.clien.net"] = (200, ROBOTS)
        ended = sagwan.collect(portal, write(tmp_path, [url for url, _ in LISTS.values()], queries=["둘레길 -없는말"]))
        wanted = {source: [a.id for a in portal.world.on(source) if "둘레길" in a.title + a.text][::-1] for source in SOURCES}
    assert {line["source"]: line["verdict"] for line in ended.lines} == dict.fromkeys(SOURCES, "ok") | {"clien": "thin"}, (
        ended.out
    )
    assert "closed to programs" in next(line["why"] for line in ended.lines if line["source"] == "clien")
    sql = "SELECT a.source, l.kind, a.key FROM lists l JOIN articles a ON a.id = l.article ORDER BY l.capture, l.rank"
    found = sagwan.rows(sql)
    for source, (_, kind) in LISTS.items():
        every = [a.id for a in portal.world.on(source)][::-1]
        assert [key for name, what, key in found if (name, what) == (source, kind)] == every[
            : 10 if kind == "feed" or source == "clien" else None
        ]
        hits = [key for name, what, key in found if (name, what) == (source, "search")]
        assert hits == ([] if source == "clien" else wanted[source])
    assert min(map(len, wanted.values())) > 0


# What is spoilt and how; then the verdict, words of its reason, and the alarms.
FAULTS: dict[str, tuple[str, dict[str, Any], str, str, list[str]]] = {
    "clien": ("/service/board/park/", {"fault": "no_rows"}, "thin", "comments: 0 of 50", ["count"]),
    "mlbpark": ("m=reply", {"fault": "junk"}, "broken", "no .reply_list", []),
    "ppomppu": ("c_page=2", {"fault": "repeat_page"}, "broken", "repeated page", ["repeat"]),
    "ruliweb": ("/commentView", {"fault": 429, "after": 1}, "blocked", "429", []),
}


def test_a_fault_has_its_name_and_leaves_no_wrong_row(tmp_path: Path) -> None:
    sagwan = Sagwan(tmp_path)
    with Portal(articles=0) as portal:
        posts = {source: plant(portal.world, source, comments=N, replies=REPLIES) for source in SOURCES}
        for path, fault, *_ in FAULTS.values():
            portal.faults.set(path, **fault)
        ended = sagwan.collect(portal, write(tmp_path, [post.url for post in posts.values()]))
    assert ended.code == 2
    for line in ended.lines:
        _, _, verdict, words, alarms = FAULTS[line["source"]]
        said = " ".join(str(line[part]) for part in ("why", "gaps", "alarms"))
        assert (line["verdict"], [alarm["alarm"] for alarm in line["alarms"]]) == (verdict, alarms), said
        assert words in said
        true = truth(sagwan, posts[line["source"]])
        rows = stored(sagwan, posts[line["source"]])
        assert all(row == true[key] for key, row in rows.items())
