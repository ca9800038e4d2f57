"""Nate news end to end: from seeds, searches and rankings to rows, and what its wrong answers are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import NotAllowed
from crawler.guard import check
from spiders.nate.source import SOURCE
from tests.conftest import Ended, Sagwan
from tests.nate_runs import changes, expected, no_wrong_row, stored, write
from tests.naver_runs import agrees, alarms, asked, listed, opened
from tests.portal import Portal
from tests.portal.nate_population import listed as places
from tests.test_schedule import Site

Make = Callable[..., Portal]
N = 50  # comments under each article: 45 of them top-level ones, on three pages
LIST, FIRST, LATER = "order=&best=0", r"order=&best=0&page=1$", r"order=&best=0&page=[23]$"
COUNT, VIEW, TOP = r"m\.comm\S*/ArticleComment/List", "/view/", "order=O"

# what is spoilt and how; then: verdict, words of the reason, alarms, top-level comments stored (None: any number, none wrong)
CASES: list[tuple[str, dict[str, Any], tuple[str, str, list[str]], int | None]] = [
    (FIRST, {"fault": 429}, ("blocked", "429", []), 0),
    (LATER, {"fault": 500}, ("broken", "ended early: http status 500", []), None),
    (LIST, {"fault": "repeat_page"}, ("broken", "repeated page", ["repeat"]), None),
    (LATER, {"fault": "no_rows"}, ("thin", "comments: 20 of 50", ["count"]), None),
    (COUNT, {"fault": 500}, ("thin", "the site declares no number", []), 45),
    (TOP, {"fault": 500}, ("thin", "the list by O ended early", []), 45),
    (VIEW, {"fault": "foreign"}, ("broken", "another article", ["foreign"]), 45),
]  # fmt: skip
NAMES = [f"{path} {fault['fault']}" for path, fault, *_ in CASES]


def test_only_reading_is_allowed() -> None:
    for path in (
        "Comment/ArticleComment/Write",
        "Comment/ArticleComment/Vote",
        "Comment/ArticleComment/List/x",
        "view/GetUpDown",
    ):
        for method in ("GET", "POST"):
            with pytest.raises(NotAllowed):
                check(method, f"https://comm.news.nate.com/{path}", SOURCE)
    assert {rule.method for rule in SOURCE.allow} == {"GET"}


def test_everything_of_two_articles_and_what_changes_of_it(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, nate=2, comments=N, gzip=True)
    first, other = p.world.on("nate")
    file = write(tmp_path, "nate", p)
    ended = sagwan.collect(p, file)
    line = ended.only
    assert (ended.code, line["verdict"], line["alarms"], line["walks"]) == (0, "ok", [], {"complete": 2, "incomplete": 0})
    assert {(gap["what"], gap["declared"]) for gap in line["gaps"]} == {("replies", 5)}
    assert (line["comments"], line["collected"], line["declared"]) == (90, 90, 100)
    for article in (first, other):
        assert stored(sagwan, article) == expected(sagwan, article)
    walked = "SELECT DISTINCT declared_before, declared_after, declared_replies, collected, repeats FROM walks WHERE complete"
    assert sagwan.rows(walked) == [(50, 50, 5, 45, 0)]  # copies of the best are not counted twice
    for sort, order in (("default", "newest"), ("O", "likes"), ("X", "dislikes")):
        sql = (
            "SELECT c.key FROM sightings s JOIN json_each(unpack_sightings(s.ids)) j JOIN comments c ON c.article = s.article "
            f"AND c.n = j.value JOIN articles a ON a.id = s.article WHERE a.key = '{first.id}' AND s.sort = '{sort}' "
            "ORDER BY s.first_rank + j.key"
        )
        there = [str(c.id) for c in places(first, order)]
        assert [key for (key,) in opened(sagwan, sql)] == (there if sort == "default" else there[:40])
    assert sagwan.rows("SELECT DISTINCT stable FROM sightings WHERE sort = 'default'") == [(-1,)]
    said = sagwan.rows(
        "SELECT a.key, title, press, section, pane, published_from FROM article_versions JOIN articles a ON a.id = article"
    )
    assert set(said) == {(a.id, a.title, a.press, "사회", "cmt", a.published // 60_000 * 60_000) for a in (first, other)}

    voted, operator, blind, own = [c.id for c in first.comments[12:] if not c.replies][:4]
    p.world.vote(voted, likes=3)
    p.world.delete(operator, by="operator")
    p.world.mark(blind, "blind")
    p.world.delete(own, by="user")
    added = p.world.add_comment(first, text="새 글 😀 &amp; <b>\n둘째 줄")
    p.world.remove_article(other)
    again = sagwan.collect(p, file)
    assert (again.code, again.only["verdict"]) == (0, "ok")
    ref = f"nate:{first.id}"
    assert changes(sagwan) >= {
        (f"{ref}#{voted}", "counts"), (f"{ref}#{operator}", "deleted"), (f"{ref}#{blind}", "state"), (f"{ref}#{own}", "gone"),
        (f"nate:{other.id}", "gone"),
    }  # fmt: skip
    now = {line["ref"]: line for line in sagwan("as-of", "now", "--article", first.url, "--json").lines}
    states = {key: now[f"{ref}#{key}"]["state"] for key in (voted, operator, blind, own)}
    assert states == {voted: "visible", operator: "deleted_by_operator", blind: "blinded", own: "gone"}
    assert now[f"{ref}#{added}"]["text"] == "새 글 😀 &amp; <b>\n둘째 줄"
    likes = next(c.likes for c in first.comments if c.id == voted)
    series = [line["likes"] for line in sagwan("series", f"{ref}#{voted}", "--metric", "likes", "--json").lines]
    assert (series[0], series[-1]) == (likes - 3, likes)
    gone = sagwan("as-of", "now", "--article", other.url, "--json").lines[0]
    assert (gone["state"], gone["title"], gone["notice"]) == ("gone", other.title, "언론사의 요청으로 삭제된 기사입니다.")
    agrees(sagwan)


def spoil(folder: Path, path: str, fault: dict[str, Any]) -> tuple[Sagwan, Ended, int]:
    sagwan = Sagwan(folder)
    with Portal(articles=0, nate=2, comments=N) as site:
        site.faults.set(path, **fault)
        (first, _) = site.world.on("nate")
        ended = sagwan.collect(site, write(folder, "nate", [first.url]))
        assert any(one["faults"] for one in site.requests)
        return sagwan, ended, no_wrong_row(sagwan, first)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Sagwan, Ended, int]]]:
    """The runs of all cases, a few at a time: each is mostly the start of a process."""
    with ThreadPoolExecutor(3) as pool:
        runs = {
            name: pool.submit(spoil, tmp_path_factory.mktemp("nate"), case[0], case[1])
            for name, case in zip(NAMES, CASES, strict=True)
        }
        yield {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_has_its_name_and_makes_no_wrong_row(spoilt: dict[str, tuple[Sagwan, Ended, int]], name: str) -> None:
    _, _, (verdict, why, names), comments = CASES[NAMES.index(name)]
    _, ended, kept = spoilt[name]
    line, said = ended.only, " ".join(str(ended.only[part]) for part in ("why", "gaps", "alarms"))
    assert (line["verdict"], alarms(line)) == (verdict, names), said
    assert ended.code == (0 if verdict == "ok" else 2)
    assert why in said
    assert comments in (None, kept)


def test_searches_and_rankings_bring_articles(
    sagwan: Sagwan, portal: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.portal.nate.RANKED", 8)
    p = portal(articles=0, nate=12, comments=2)
    everything = p.world.on("nate")
    wanted = [a for a in everything if "둘레길" in a.title + a.text]
    ranking = "https://news.nate.com/rank/cmt?sc=all&p=day"
    found = sagwan.collect(p, write(tmp_path, "nate", [ranking], queries=["둘레길 -없는말"]), "--limit", "2")
    assert (found.code, found.only["articles"]) == (0, 2)
    hits = listed(sagwan, "search")
    assert {key for _, key in hits["둘레길 -없는말"]} <= {a.id for a in wanted}
    whole = sagwan.collect(p, write(tmp_path, "nate", [ranking], replies=False))
    assert (whole.code, whole.only["verdict"], whole.only["articles"]) == (0, "ok", 12)
    ranks = listed(sagwan, "ranking")["rank cmt all day"]
    assert [rank for rank, _ in ranks][-12:] == list(range(1, 13))
    assert {page.partition("page=")[2] for page in asked(p, "/rank/cmt")} == {"", "2"}
    counted = sagwan.rows("SELECT DISTINCT value FROM article_counts WHERE metric = 'comments'")
    assert counted == [(2,)]


def test_a_pane_that_is_off_and_a_site_that_is_closed(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, nate=1, comments=10)
    (article,) = p.world.on("nate")
    p.world.close_pane(article)
    off = sagwan.collect(p, write(tmp_path, "nate", p))
    assert (off.code, off.only["verdict"], asked(p, "ArticleComment/List", "//comm")) == (0, "ok", [])
    assert sagwan.rows("SELECT pane, notice FROM article_versions") == [("closed", "이 기사는 댓글을 제공하지 않습니다.")]
    p.close_robots("news.nate.com")
    sagwan.env["SAGWAN_ARCHIVE"] = str(tmp_path / "other")
    closed = sagwan.collect(p, write(tmp_path, "nate", ["https://news.nate.com/rank/cmt"]))
    assert (closed.code, closed.only["verdict"], closed.only["blocked_by"]) == (2, "blocked", "robots")


def test_a_hot_article_is_looked_at_by_the_minute(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    here = Site(sagwan, portal(articles=0, nate=1, comments=N))
    topic = write(tmp_path, "nate", here.portal)
    here.at(0, topic)
    assert here.whys()["walk first"] >= 3
    (article,) = here.portal.world.on("nate")
    for comment in article.comments[:30]:
        here.portal.world.vote(comment.id, likes=40)
    for n in range(30):
        here.portal.world.add_comment(article, text=f"새로 {n}")
    for minute in (16, 17):
        here.at(minute * 60_000, topic)
    peeks = sagwan.rows("SELECT url FROM captures WHERE why LIKE 'peek%'")
    assert {url.partition("order=")[2] for (url,) in peeks} >= {"&best=0&page=1", "O&best=0&page=1", "X&best=0&page=1"}
