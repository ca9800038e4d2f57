"""`sagwan probe`: one page of each kind, from what the archive has, under the rules, and kept like any capture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended, Sagwan
from tests.naver_runs import agrees, asked, write
from tests.portal import Portal

Make = Callable[..., Portal]
WORD = "둘레길"


def probe(sagwan: Sagwan, site: Portal, *args: object) -> Ended:
    site.forget_requests()
    return sagwan("probe", "--connect-to", f"*={site.url}", *args)


def pages(ended: Ended) -> dict[str, dict[str, Any]]:
    """The lines, by page kind."""
    return {line["page"]: line for line in ended.lines}


@pytest.fixture
def collected(sagwan: Sagwan, portal: Make, tmp_path: Path) -> Iterator[tuple[Sagwan, Portal, Path]]:
    """An archive that has searched, and has read threads of both sources; its portal and topic."""
    site = portal(articles=1, naver=24, comments=30)
    topic = write(tmp_path, [site.world.on("daum")[0].url], queries=[WORD], sources=["daum", "naver"])
    ended = sagwan.collect(site, topic, "--limit", "2")
    assert ended.code == 0, ended.out
    return sagwan, site, topic


def test_it_asks_one_of_each_kind_and_keeps_it(collected: tuple[Sagwan, Portal, Path]) -> None:
    sagwan, site, _ = collected
    before = sagwan.rows("SELECT count(*) FROM captures")[0][0]
    ended = probe(sagwan, site, "daum", "naver", "--json")
    found = pages(ended)
    assert (ended.code, ended.err) == (0, "")
    assert {line["source"] for line in ended.lines} == {"daum", "naver"}
    sure = {"daum.article", "daum.token", "daum.post", "daum.comments", "daum.children", "daum.emotions", "naver.article"}
    sure |= {"naver.comments", "naver.replies", "naver.reactions", "naver.counts", "naver.search", "naver.section"}
    for page in sure | {"naver.ranking", "daum.search"}:
        line = found.pop(page)
        assert (line["verdict"], line["status"], line["captures"] > 0) == ("ok", 200, True), line
        assert (line["records"] > 0) == (page != "daum.token")
        assert line["url"].startswith("https://")
        assert line["capture"].replace("-", "") in {row[0] for row in sagwan.rows("SELECT lower(hex(record)) FROM captures")}
    assert {line["verdict"] for line in found.values()} == {"not asked"}
    assert all("nothing to ask" in line["why"] for line in found.values())
    kept = sagwan.rows("SELECT count(*) FROM captures")[0][0] - before
    assert len([one for one in site.requests if not one["path"].startswith("/__")]) == kept < 60
    assert {row[0] for row in sagwan.rows("SELECT trigger FROM runs WHERE topic = 'sagwan probe'")} == {"probe"}
    agrees(sagwan)
    told = probe(sagwan, site, "naver")
    assert "naver.comments" in told.out
    assert "daum" not in told.out
    assert "finds nothing, as it must" in told.out


FAULTS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("newssearch", {"fault": "ignore_query"}, "naver.search", "search", "search ignored"),
    ("web_naver_list", {"fault": "login_page"}, "naver.comments", "login", "a login page"),
    (r"/mnews/article/\d", {"fault": "junk"}, "naver.article", "broken", "no #title_area"),
    ("v1/search/contents", {"fault": "junk"}, "naver.reactions", "broken", "JSON"),
    ("/section/102", {"fault": 500}, "naver.section", "broken", "status 500"),
]


@pytest.mark.parametrize(("path", "fault", "page", "verdict", "why"), FAULTS, ids=[case[2] for case in FAULTS])
def test_what_works_no_more_is_named(
    collected: tuple[Sagwan, Portal, Path], path: str, fault: dict[str, Any], page: str, verdict: str, why: str
) -> None:
    sagwan, site, _ = collected
    site.faults.set(path, **fault)
    ended = probe(sagwan, site, "naver", "--json")
    line = pages(ended)[page]
    assert (ended.code, line["verdict"]) == (2, verdict)
    assert why in line["why"]
    assert line["capture"]
    # The rest is asked all the same.
    assert [other["verdict"] for kind, other in pages(ended).items() if kind in ("naver.ranking", "naver.counts")] == ["ok"] * 2


def test_a_nonsense_word_shows_a_search_that_finds_anything(collected: tuple[Sagwan, Portal, Path]) -> None:
    sagwan, site, _ = collected
    site.faults.set("newssearch", "ignore_query", after=1)  # only the second, which is the nonsense
    line = pages(probe(sagwan, site, "naver", "--json"))["naver.search"]
    assert line["verdict"] == "search"
    assert len(asked(site, "newssearch")) == 2


def test_a_nonsense_word_that_finds_so_few_that_no_parser_doubts_them(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=3, comments=4)
    assert sagwan.collect(site, write(tmp_path, site, queries=[WORD], sources=["naver"])).code == 0
    site.faults.set("newssearch", "ignore_query", after=1)
    ended = probe(sagwan, site, "naver", "--json")
    line = pages(ended)["naver.search"]
    assert (ended.code, line["verdict"]) == (2, "search")
    assert line["why"].endswith(", and no article has that word")


def test_it_ends_the_alarms_of_every_topic(collected: tuple[Sagwan, Portal, Path]) -> None:
    sagwan, site, topic = collected
    site.faults.set(r"/mnews/article/\d", "junk")
    assert {line["exit"] for line in sagwan.collect(site, topic, "--limit", "2", "--source", "naver").lines} == {2}
    stands = [line for line in sagwan("status", "--json").lines if line["kind"] == "alarm"]
    assert {(line["alarm"], line["page"], line["topic"]) for line in stands} >= {("broken", "naver.article", "시험")}
    site.faults.clear()
    assert probe(sagwan, site, "naver").code == 0
    after = [line for line in sagwan("status", "--json").lines if line["kind"] == "alarm"]
    assert "naver.article" not in {line["page"] for line in after}
    site.faults.set(r"/mnews/article/\d", "junk")
    assert probe(sagwan, site, "naver").code == 2
    assert [line["topic"] for line in sagwan("status", "--json").lines if line.get("page") == "naver.article"] == [
        "sagwan probe"
    ]
    site.faults.clear()
    sagwan.collect(site, topic, "--limit", "2")  # and what a probe saw is ended by whoever sees it well
    assert [line for line in sagwan("status", "--json").lines if line.get("page") == "naver.article"] == []


def test_robots_rests_and_budgets_hold(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(articles=0, naver=2, comments=10)
    site.close_robots("news.naver.com")
    closed = probe(sagwan, site, "naver", "--json")
    assert closed.code == 2
    assert all("robots.txt does not allow" in line["why"] for line in closed.lines)
    assert {one["path"] for one in site.requests} == {"/robots.txt"}
    path = write(tmp_path, site, robots="ignore", reason="test")
    rules = path.read_text(encoding="utf-8") + "[budget]\nrequests_per_day = {}\n"
    path.write_text(rules.format(8), encoding="utf-8")
    few = probe(sagwan, site, "naver", "--rules", path, "--json")
    assert len(site.requests) == 8
    assert {line["verdict"] for line in few.lines} == {"ok", "not asked"}
    assert "requests_per_day is used up" in pages(few)["naver.api"]["why"]
    assert {row[0] for row in sagwan.rows("SELECT topic FROM runs WHERE trigger = 'probe'")} == {"sagwan probe", "시험"}
    site.faults.set("/section/102", 429)
    path.write_text(rules.format(800), encoding="utf-8")
    refused = probe(sagwan, site, "naver", "--rules", path, "--json")
    assert pages(refused)["naver.section"]["verdict"] == "blocked"
    site.faults.clear()
    rests = probe(sagwan, site, "naver", "--rules", path, "--json")
    assert (rests.code, site.requests) == (2, [])
    assert all("not to be asked again before" in line["why"] for line in rests.lines)


def test_where_there_is_nothing_to_ask_it_says_so(sagwan: Sagwan, portal: Make) -> None:
    site = portal(articles=1)
    ended = probe(sagwan, site, "zum")
    assert (ended.code, ended.err, site.requests) == (2, "", [])
    assert "nothing to ask: the archive has nothing of zum; collect a topic first" in ended.out
    assert not sagwan.archive.exists()
    wrong = probe(sagwan, site, "nosuch")
    assert (wrong.code, wrong.err.count("\n")) == (1, 1)
