"""Nate Pann end to end: a form is posted for the comments, phones' pages have the replies, the last page repeats itself."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from archive.reading import read
from crawler import pages
from crawler.errors import NotAllowed
from crawler.guard import check
from spiders.pann.source import SOURCE
from tests.conftest import Ended, Sagwan
from tests.nate_runs import changes, expected, no_wrong_row, stored, write
from tests.naver_runs import agrees, alarms, asked, listed
from tests.portal import Article, Portal
from tests.test_schedule import Site
from tests.warcs import exchanges

Make = Callable[..., Portal]
N = 50  # comments under each post: 45 of them top-level ones, on three pages
LOAD, VIEW, REPLY = "/talk/reply/load", r"/talk/\d+$", "subReply"

# what is spoilt and how; then: verdict, words of the reason, alarms, top-level comments stored (None: any number, none wrong)
CASES: list[tuple[str, dict[str, Any], tuple[str, str, list[str]], int | None]] = [
    (LOAD, {"fault": 429}, ("blocked", "429", []), None),
    (LOAD, {"fault": 500, "after": 1}, ("broken", "ended early: http status 500", []), None),
    (LOAD, {"fault": "repeat_page"}, ("broken", "repeated page", ["repeat"]), None),
    (LOAD, {"fault": "no_rows"}, ("thin", "comments: 0 of 45", ["count"]), None),
    (REPLY, {"fault": 500}, ("thin", "replies: 0 of 5 (reply lists could not be read: http status 500", []), 45),
    (VIEW, {"fault": "foreign"}, ("broken", "another post", ["foreign"]), 0),
]  # fmt: skip
NAMES = [f"{path} {fault['fault']}" for path, fault, *_ in CASES]


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://pann.nate.com/talk/reply/write"),
        ("POST", "https://pann.nate.com/talk/reply/loadx"),
        ("POST", "https://pann.nate.com/talk/reply"),
        ("POST", "https://pann.nate.com/talk/370001111"),
        ("POST", "https://m.pann.nate.com/talk/reply/load"),
        ("GET", "https://pann.nate.com/talk/reply/load"),
        ("GET", "https://pann.nate.com/talk/recommend/370001111"),
        ("PUT", "https://pann.nate.com/talk/reply/load"),
    ],
)
def test_one_form_may_be_posted_and_it_only_reads(method: str, url: str) -> None:
    check("POST", "https://pann.nate.com/talk/reply/load", SOURCE)
    with pytest.raises(NotAllowed):
        check(method, url, SOURCE)


def replies(sagwan: Sagwan, article: Article) -> list[tuple[str, str]]:
    """The stored replies: their parent's key and their words."""
    return sorted((row[1], row[0]) for row in stored(sagwan, article).values() if row[1] is not None)


def true_replies(article: Article) -> list[tuple[str, str]]:
    return sorted((str(top.id), reply.text.strip()) for top in article.comments for reply in top.shown_replies())


def test_everything_of_two_posts_and_what_changes_of_it(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, pann=2, comments=N)
    first, other = p.world.on("pann")
    file = write(tmp_path, "pann", p)
    ended = sagwan.collect(p, file)
    line = ended.only
    assert (ended.code, line["verdict"], line["alarms"], line["gaps"]) == (0, "ok", [], [])
    assert (line["comments"], line["collected"], line["walks"]) == (100, 100, {"complete": 2, "incomplete": 0})
    for article in (first, other):
        assert {key: row for key, row in stored(sagwan, article).items() if row[1] is None} == expected(sagwan, article)
        assert replies(sagwan, article) == true_replies(article)
    assert sagwan.rows("SELECT DISTINCT declared_before, collected, collected_replies, complete FROM walks") == [(50, 45, 5, 1)]
    assert set(sagwan.rows("SELECT sort, stable FROM sightings WHERE parent IS NULL")) == {("W", 1), ("BEST", 0)}
    assert sagwan.rows("SELECT max(first_rank) FROM sightings WHERE parent IS NULL") == [
        (41,)
    ]  # the last page again is no list
    # The bytes of the form are in the archive, and what they asked for is in the facts beside them.
    forms = [one for one in exchanges(sagwan.archive) if one.facts.method == "POST"]
    assert {parse_qs(one.facts.context["form"])["page"][0] for one in forms} == {"1", "2", "3", "4"}
    for one in forms:
        assert one.request.startswith(b"POST /talk/reply/load HTTP/1.1\r\n")
        assert one.request.partition(b"\r\n\r\n")[2].decode() == one.facts.context["form"]
        assert read(one, pages.parse).request_digest is not None
    digests = sagwan.rows("SELECT count(DISTINCT request_digest), count(DISTINCT url) FROM captures WHERE method = 'POST'")
    assert digests == [(8, 1)]

    voted, operator, blind, own = (c.id for c in first.comments[12:16])
    p.world.vote(voted, likes=3)
    p.world.delete(operator, by="operator")
    p.world.mark(blind, "blind")
    p.world.delete(own, by="user")
    p.world.add_comment(first, text="새 글 😀 &amp; <b>\n둘째 줄")
    p.world.react(first, "likes", 7)
    p.world.remove_article(other)
    again = sagwan.collect(p, file)
    assert (again.code, again.only["verdict"]) == (0, "ok"), again.only
    ref = f"pann:{first.id}"
    assert changes(sagwan) >= {
        (f"{ref}#{voted}", "counts"), (f"{ref}#{operator}", "deleted"), (f"{ref}#{blind}", "state"), (f"{ref}#{own}", "gone"),
        (ref, "counts"), (f"pann:{other.id}", "gone"),
    }  # fmt: skip
    now = {line["ref"]: line for line in sagwan("as-of", "now", "--article", first.url, "--json").lines}
    assert (now[ref]["type"], now[ref]["author"]) == ("post", None)
    assert now[ref]["counts"] == first.reactions | {"comments": 45}
    ranked = [line for line in now.values() if line["kind"] == "comment" and line["parent"] is None and line["rank"]]
    assert [line["rank"] for line in ranked] == list(range(1, 46))
    assert {line["sort"] for line in ranked} == {"W"}
    likes = [line["likes"] for line in sagwan("series", ref, "--metric", "likes", "--json").lines]
    assert (likes[0], likes[-1]) == (first.reactions["likes"] - 7, first.reactions["likes"])
    agrees(sagwan)


def spoil(folder: Path, path: str, fault: dict[str, Any]) -> tuple[Ended, int]:
    sagwan = Sagwan(folder)
    with Portal(articles=0, pann=2, comments=N) as site:
        site.faults.set(path, **fault)
        (first, _) = site.world.on("pann")
        ended = sagwan.collect(site, write(folder, "pann", [first.url]))
        assert any(one["faults"] for one in site.requests)
        return ended, no_wrong_row(sagwan, first)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Ended, int]]]:
    """The runs of all cases, a few at a time: each is mostly the start of a process."""
    with ThreadPoolExecutor(3) as pool:
        runs = {
            name: pool.submit(spoil, tmp_path_factory.mktemp("pann"), case[0], case[1])
            for name, case in zip(NAMES, CASES, strict=True)
        }
        yield {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_has_its_name_and_makes_no_wrong_row(spoilt: dict[str, tuple[Ended, int]], name: str) -> None:
    _, _, (verdict, why, names), comments = CASES[NAMES.index(name)]
    ended, kept = spoilt[name]
    line, said = ended.only, " ".join(str(ended.only[part]) for part in ("why", "gaps", "alarms"))
    assert (line["verdict"], alarms(line)) == (verdict, names), said
    assert ended.code == 2
    assert why in said
    assert comments in (None, kept)


def test_where_the_form_is_no_more_the_pages_of_phones_are_read(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, pann=1, comments=N)
    (post,) = p.world.on("pann")
    p.faults.set(LOAD, 404)
    ended = sagwan.collect(p, write(tmp_path, "pann", p))
    assert (ended.code, ended.only["verdict"], ended.only["walks"]["complete"]) == (0, "ok", 1)
    assert [gap["what"] for gap in ended.only["gaps"]] == ["votes"]
    true = expected(sagwan, post)
    found = {key: row for key, row in stored(sagwan, post).items() if row[1] is None}
    assert found.keys() == true.keys()
    assert all(row[:4] == true[key][:4] and row[6:] == true[key][6:] for key, row in found.items())
    assert replies(sagwan, post) == true_replies(post)


def test_a_killed_walk_of_forms_goes_on_where_it_was(
    sagwan: Sagwan, portal: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.portal.pann.PAGING", False)  # the end is a page that comes again
    here = Site(sagwan, portal(articles=0, pann=1, comments=150))
    topic, loads = write(tmp_path, "pann", here.portal), 0

    def kill(_: str, path: str) -> None:
        nonlocal loads
        loads += LOAD in path
        if loads == 4 and process is not None:
            process.send_signal(signal.SIGKILL)

    process = None
    here.portal.on_request(kill)
    process = sagwan.start("collect", topic, *here.due())
    assert sagwan.wait(process).code == -signal.SIGKILL
    before = sagwan.rows("SELECT count(*) FROM captures WHERE method = 'POST'")[0][0]
    assert 1 <= before <= 4
    process = None
    here.at(60_000, topic)
    (post,) = here.portal.world.on("pann")
    assert {key: row for key, row in stored(sagwan, post).items() if row[1] is None} == expected(sagwan, post)
    walks = "SELECT count(DISTINCT c.walk), count(DISTINCT c.run), count(DISTINCT request_digest), count(*) FROM captures c "
    walks += "WHERE method = 'POST' AND walk IS NOT NULL AND outcome = 'ok'"
    assert sagwan.rows(walks) == [(1, 2, 8, 8)]  # no page twice: 135 comments, and the last page again
    agrees(sagwan)


def test_a_hot_post_is_looked_at_where_its_newest_stand(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Site(sagwan, portal(articles=0, pann=1, comments=N))
    topic = write(tmp_path, "pann", here.portal)
    here.at(0, topic)
    (post,) = here.portal.world.on("pann")
    for n in range(30):
        here.portal.world.add_comment(post, text=f"새로 {n}")
    here.at(16 * 60_000, topic)
    added = here.portal.world.add_comment(post, text="마지막")
    here.at(17 * 60_000, topic)
    assert here.whys(17 * 60_000)["peek hot 1m"] == 3  # the post with its votes, the first page, the last
    assert str(added) in stored(sagwan, post)


def test_searches_and_rankings_bring_posts(
    sagwan: Sagwan, portal: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.portal.pann.HITS", 3)
    p = portal(articles=0, pann=10, comments=2)
    wanted = [a.id for a in p.world.on("pann") if "둘레길" in a.title + a.text]
    found = sagwan.collect(p, write(tmp_path, "pann", queries=["둘레길 -없는말"]))
    assert (found.code, found.only["verdict"], found.only["articles"]) == (0, "ok", len(wanted))
    assert [key for _, key in listed(sagwan, "search")["둘레길 -없는말"]] == wanted
    assert len(asked(p, "/search/talk")) == -(-len(wanted) // 3) > 1
    ranking = "https://pann.nate.com/talk/ranking/d"
    more = sagwan.collect(p, write(tmp_path, "pann", [ranking]), "--limit", "1")
    assert more.only["articles"] == 1
    assert [rank for rank, _ in listed(sagwan, "ranking")["ranking d"]] == list(range(1, 11))
    p.close_robots("pann.nate.com")
    sagwan.env["SAGWAN_ARCHIVE"] = str(tmp_path / "other")
    closed = sagwan.collect(p, write(tmp_path, "pann", [ranking]))
    assert (closed.code, closed.only["verdict"], closed.only["blocked_by"]) == (2, "blocked", "robots")
