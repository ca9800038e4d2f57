"""A Rhymix board at the site that a topic names: its list, its search, a thread of some thousand comments, and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.pseudonym import Pseudonyms
from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.small_runs import agrees, changed, counts, stored

SITE = "https://board.example.org"
PEOPLE = """
SELECT hex(v.account) FROM comment_versions v JOIN comments c ON c.id = v.comment JOIN articles a ON a.id = c.article"""


def topic(folder: Path, *seeds: str, queries: tuple[str, ...] = (), base: object = SITE, **own: Any) -> Path:
    """A topic of one board."""
    lines = ['title = "시험"', f"seeds = {json.dumps(seeds)}", f"queries = {json.dumps(queries, ensure_ascii=False)}"]
    lines += ['sources = ["rhymix"]', "[source.rhymix]", f"base = {json.dumps(base)}"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in own.items()]
    (folder / "t.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "t.toml"


def collect(sagwan: Sagwan, portal: Portal, *seeds: str, **more: Any) -> Ended:
    """A run of it."""
    return sagwan.collect(portal, topic(sagwan.folder, *seeds, **more))


def truth(sagwan: Sagwan, post: Article, comments: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """What the archive must hold of these comments: text, parent, account, likes, dislikes, state."""
    pseudonyms = Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    names = {c.id: c.account.name for top in post.comments for c in (top, *top.replies)}
    return {
        str(c["id"]): (c["text"].strip(), str(c["parent"]) if c["parent"] else None,
                       pseudonyms.of("rhymix", f"board.example.org {names[c['id']]}"), c["likes"], c["dislikes"], "visible")
        for c in comments
    }  # fmt: skip


def held(sagwan: Sagwan, post: Article) -> dict[str, tuple[Any, ...]]:
    """The same as the archive holds it."""
    return {key: (text and text.strip(), parent, account, likes, dislikes, state)
            for key, (text, parent, _, account, likes, dislikes, _, state) in stored(sagwan, post).items()}  # fmt: skip


@pytest.fixture
def board(portal: Callable[..., Portal]) -> Portal:
    """Some posts on one board."""
    p = portal(articles=0)
    for comments in (12, 130, 0):
        plant(p.world, "rhymix", comments=comments, replies=min(5, comments))
    return p


def test_some_thousand_comments_over_all_pages(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post = plant(p.world, "rhymix", comments=2030, replies=300, age=3 * 24 * 60)
    ended = collect(sagwan, p, post.url)
    assert (ended.code, ended.only["verdict"], ended.only["declared"], ended.only["collected"]) == (0, "ok", 2030, 2030)
    paths = [entry["path"] for entry in p.requests]
    assert paths == ["/robots.txt", "/humor/3000"] + [f"/humor/3000?cpage={n}" for n in range(1, 21)]
    mine = held(sagwan, post)
    expected = truth(sagwan, post, p.world.truth(post))
    # Whom a reply answers that begins the last page, nobody says there.
    assert {key for key in mine if mine[key] != expected[key]} <= {key for key in mine if mine[key][1] is None}
    assert mine.keys() == expected.keys()
    assert counts(sagwan, post) == {"views": post.reactions["views"], "likes": post.reactions["likes"],
                                    "dislikes": post.reactions["dislikes"], "comments": 2030}  # fmt: skip

    ids = [c.id for c in post.comments]
    p.world.vote(ids[7], likes=3)
    p.world.react(post, "likes", 5)
    p.world.delete(ids[1230])  # in the middle: what follows moves up a place, also from page to page
    assert collect(sagwan, p, post.url).only["verdict"] == "ok"
    series = sagwan("series", f"rhymix:{post.id}#{ids[7]}", "--json").lines
    assert series[-1]["likes"] - series[0]["likes"] == 3
    likes = sagwan("series", post.url, "--metric", "likes", "--json").lines
    assert likes[-1]["likes"] - likes[0]["likes"] == 5
    assert changed(sagwan, post) == {("", "counts"), (f"#{ids[7]}", "counts"), (f"#{ids[1230]}", "gone")}
    assert sagwan("rebuild", "--json").only["differences"] == 0


def test_a_list_and_a_search_bring_posts(sagwan: Sagwan, board: Portal) -> None:
    posts = board.world.on("rhymix")
    word = posts[1].title.split()[0]
    ended = collect(sagwan, board, f"{SITE}/humor", queries=(word,))
    assert (ended.only["verdict"], ended.only["articles"], ended.only["collected"]) == ("ok", 3, 142)
    assert {entry["path"].partition("?")[0] for entry in board.requests} >= {"/humor", "/humor/3001"}
    rows = sagwan.rows("SELECT kind, query, rank FROM lists WHERE kind <> 'seed' ORDER BY kind, rank")
    assert [row for row in rows if row[0] == "section"] == [("section", "board.example.org/humor", n) for n in (1, 2, 3)]
    assert ("search", word) in {row[:2] for row in rows}
    assert sagwan("verify", "--row", f"{posts[0].url}@now").code == 0
    asked = {line["page"]: line for line in sagwan(
        "probe", "rhymix", "--rules", sagwan.folder / "t.toml", "--connect-to", f"*={board.url}", "--json").lines}  # fmt: skip
    assert {page: line["verdict"] for page, line in asked.items()} == {
        "rhymix.comments": "not asked", "rhymix.list": "ok", "rhymix.post": "ok", "rhymix.search": "ok",
    }  # fmt: skip
    listed = sagwan("ls", "--json").lines
    assert {line["url"] for line in listed} == {post.url for post in posts}
    agrees(sagwan)


def test_a_search_that_is_ignored_is_an_alarm(sagwan: Sagwan, board: Portal) -> None:
    board.faults.set("search_keyword", "ignore_query")
    ended = collect(sagwan, board, f"{SITE}/humor", queries=("뷁쉙뛟",))
    assert (ended.code, [alarm["alarm"] for alarm in ended.only["alarms"]]) == (2, ["search"])


def test_gone_closed_and_refused_are_three_things(sagwan: Sagwan, board: Portal) -> None:
    posts = board.world.on("rhymix")
    collect(sagwan, board, *(post.url for post in posts))
    board.world.remove_article(posts[0])
    board.world.set_pane(posts[1], "off")
    ended = collect(sagwan, board, *(post.url for post in posts))
    assert ended.only["verdict"] == "ok"
    states = {line["ref"]: line["state"] for post in posts
              for line in sagwan("as-of", "now", "--article", post.url, "--json").lines[:1]}  # fmt: skip
    assert list(states.values()) == ["gone", "restricted", "visible"]
    board.faults.set("/humor", "430")
    ended = collect(sagwan, board, *(post.url for post in posts))
    assert (ended.code, ended.only["verdict"]) == (2, "blocked")


@pytest.mark.parametrize(
    ("where", "fault", "verdict", "alarm"),
    [
        ("/humor/3001", "foreign", "broken", "foreign"),
        ("cpage=", "repeat_page", "thin", "count"),
        ("cpage=1", "half", "broken", None),
        ("cpage=1", "block_page", "blocked", None),
    ],
)
def test_a_fault_is_no_row_and_is_said(
    sagwan: Sagwan, board: Portal, where: str, fault: str, verdict: str, alarm: str | None
) -> None:
    post = board.world.on("rhymix")[1]
    board.faults.set(where, fault)
    ended = collect(sagwan, board, post.url)
    assert (ended.code, ended.only["verdict"]) == (2, verdict)
    assert alarm is None or alarm in {each["alarm"] for each in ended.only["alarms"]}
    rows = sagwan.rows("SELECT count(*) FROM comments")[0][0]
    assert rows == (0 if fault == "foreign" else 30)  # those of the last page
    assert sagwan.rows("SELECT count(*) FROM walks WHERE complete = 1") == [(0,)]


def test_comments_that_a_script_asks_for_are_json(sagwan: Sagwan, board: Portal) -> None:
    post = board.world.on("rhymix")[1]
    expected = board.world.truth(post)
    board.world.set_pane(post, "script")
    ended = collect(sagwan, board, f"{SITE}/3001")
    assert (ended.only["verdict"], ended.only["collected"]) == ("ok", 130)
    assert [(entry["method"], entry["path"]) for entry in board.requests][1:] == [
        ("GET", "/3001"), ("GET", "/humor/3001"), *[("POST", "/index.php")] * 3,
    ]  # fmt: skip
    assert held(sagwan, post) == truth(sagwan, post, expected)
    assert (board.requests[-1]["referer"], board.requests[-1]["cookie"]) == (post.url, "PHPSESSID=s0")
    agrees(sagwan)


def test_a_list_that_refuses_our_request_is_no_list(sagwan: Sagwan, board: Portal) -> None:
    post = board.world.on("rhymix")[1]
    board.world.set_pane(post, "script")
    board.sites["board.example.org"] = _without_session(board.sites["board.example.org"])
    ended = collect(sagwan, board, post.url)
    assert ended.code == 2
    assert "ERR_CSRF_CHECK_FAILED" in ended.only["why"]
    assert sagwan.rows("SELECT count(*) FROM comments") == [(0,)]


def _without_session(site: Callable[..., Any]) -> Callable[..., Any]:
    def answer(question: Any) -> Any:
        question.headers.pop("cookie", None)
        return site(question)

    return answer


def test_several_sites_and_a_path(sagwan: Sagwan, board: Portal) -> None:
    board.sites["xe.example.org"] = _below("/xe", board.sites["board.example.org"])
    file = topic(sagwan.folder, f"{SITE}/humor/3000", "https://xe.example.org/xe/humor/3000",
                 base=[SITE, "https://xe.example.org/xe"])  # fmt: skip
    assert sagwan.collect(board, file).only["articles"] == 2
    refs = {line["ref"] for line in sagwan("ls", "--json").lines}
    assert refs == {"rhymix:board.example.org/3000", "rhymix:xe.example.org/xe/3000"}
    # The same names and numbers at two sites are not the same people.
    people = [set(sagwan.rows(f"{PEOPLE} WHERE a.key = '{ref.partition(':')[2]}'")) for ref in sorted(refs)]
    assert [len(each) for each in people] == [len(people[0])] * 2
    assert people[0].isdisjoint(people[1])
    for url in ("https://xe.example.org/xe/humor/3000", "https://xe.example.org/xe/index.php?document_srl=3000"):
        lines = sagwan("as-of", "now", "--article", url, "--json").lines
        assert (lines[0]["ref"], len(lines)) == ("rhymix:xe.example.org/xe/3000", 13)
    assert sagwan("status", "--json").code == 0


def test_the_schedule_ends_each_walk_that_a_page_begins(sagwan: Sagwan, board: Portal) -> None:
    posts = board.world.on("rhymix")  # the last has no comments, the second none on its page
    board.world.set_pane(posts[1], "script")
    ended = sagwan.collect(board, topic(sagwan.folder, *(post.url for post in posts)), "--due")
    assert ended.code == 0, ended.out
    paths = [str(entry["path"]) for entry in board.requests]
    assert {post.url: paths.count(post.url.removeprefix(SITE)) for post in posts} == dict.fromkeys(
        (post.url for post in posts), 1
    )
    assert sagwan.rows("SELECT count(*), count(e.walk) FROM walk_begun b LEFT JOIN walk_ended e ON e.walk = b.id") == [(3, 3)]


def test_a_site_without_short_addresses(sagwan: Sagwan, board: Portal) -> None:
    board.sites["board.example.org"] = _by_query(board.sites["board.example.org"])
    seed = f"{SITE}/index.php?mid=humor&document_srl=3001"
    for _ in range(2):
        ended = collect(sagwan, board, seed)
        assert (ended.only["verdict"], ended.only["collected"]) == ("ok", 130)
    assert {str(entry["path"]).partition("?")[0] for entry in board.requests} == {"/robots.txt", "/index.php"}
    (line,) = sagwan("ls", "--json").lines
    assert (line["ref"], line["url"]) == ("rhymix:board.example.org/3001", seed)


def _by_query(site: Callable[..., Any]) -> Callable[..., Any]:
    def answer(question: Any) -> Any:
        question.path = f"/humor/{question.query.get('document_srl', 'nothing')}"
        return site(question)

    return answer


def _below(path: str, site: Callable[..., Any]) -> Callable[..., Any]:
    def answer(question: Any) -> Any:
        question.path = question.path.removeprefix(path)
        return site(question)

    return answer


@pytest.mark.parametrize(
    ("own", "seed", "why"),
    [
        ({}, f"{SITE}/humor/1", 'source `rhymix` is software that many sites run. Write [source.rhymix] base = "https://'),
        ({"base": "http://127.0.0.1:8080"}, f"{SITE}/humor/1", "[source.rhymix] `base`: 'http://127.0.0.1:8080' has a port"),
        ({"base": "http://127.0.0.1"}, f"{SITE}/humor/1", "[source.rhymix] `base`: 'http://127.0.0.1' is a private"),
        (
            {"base": "https://www.fmkorea.com"},
            f"{SITE}/1",
            "[source.rhymix] `base`: https://www.fmkorea.com is the source `fmkorea`",
        ),
        (
            {"base": "https://m.fmkorea.com"},  # another name of a site that has rules of its own
            f"{SITE}/1",
            "[source.rhymix] `base`: https://m.fmkorea.com is the source `fmkorea`",
        ),
        ({"base": "https://www.arca.live"}, f"{SITE}/1", "[source.rhymix] `base`: Arca.live refuses programs"),
        ({"base": [SITE, f"{SITE}/"]}, f"{SITE}/humor/1", f"[source.rhymix] `base`: {SITE} stands there twice"),
        ({"base": "https://other.org"}, f"{SITE}/humor/1", f"seed '{SITE}/humor/1' is no URL of an article"),
    ],
)
def test_a_topic_without_a_site_is_refused(sagwan: Sagwan, own: dict[str, Any], seed: str, why: str) -> None:
    file = sagwan.folder / "t.toml"
    table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in own.items())
    file.write_text(f'title = "시험"\nsources = ["rhymix"]\nseeds = ["{seed}"]\n[source.rhymix]\n{table}\n', encoding="utf-8")
    ended = sagwan("collect", file)
    assert ended.code == 1
    assert ended.err.strip().startswith(f"sagwan: {file}: {why}") or f"{file}: {why}" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
