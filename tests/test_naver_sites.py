"""Naver's robots.txt, the recorded server, and the commands that name the source."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.naver_runs import agrees, alarms, asked, complete, write
from tests.portal import Portal
from tests.test_house import scrapy
from tests.test_politeness import gaps
from tests.warcs import check, exchanges, warcinfos

Make = Callable[..., Portal]
GONE = "https://n.news.naver.com/mnews/article/015/0002303155"
OF_2021 = "https://n.news.naver.com/mnews/article/055/0000887008"


def test_closed_robots_stop_the_source_before_anything_else(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=30, comments=5)
    p.close_robots()
    file = write(tmp_path, p, queries=["둘레길"])
    ended = sagwan.collect(p, file)
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (2, "blocked", 0)
    assert "https://news.naver.com/robots.txt does not allow /mnews/article/" in ended.only["why"]
    assert '[source.naver]\n  robots = "ignore"\n  reason = "why' in ended.err
    paths = {(one["host"], one["path"].partition("?")[0]) for one in p.requests}
    search = "s.search.naver.com"  # its own robots.txt, which allows it
    assert paths <= {("news.naver.com", "/robots.txt"), (search, "/robots.txt"), (search, "/p/newssearch/3/api/tab/more")}
    assert exchanges(sagwan.archive, "robots")


@pytest.mark.parametrize("url", ["https://news.naver.com/section/102", "https://news.naver.com/main/read.naver?oid=971&aid=1"])
def test_no_list_and_no_old_address_is_a_side_door(sagwan: Sagwan, portal: Make, tmp_path: Path, url: str) -> None:
    p = portal(articles=0, naver=3, comments=5)
    p.close_robots()
    article = p.world.on("naver")[0].naver
    assert article
    ended = sagwan.collect(p, write(tmp_path, [url.replace("oid=971&aid=1", f"oid={article.oid}&aid={article.aid}")]))
    assert (ended.code, ended.only["verdict"]) == (2, "blocked")
    assert [one["path"] for one in p.requests] == ["/robots.txt"]


def test_a_crawl_delay_at_the_front_door_holds_at_the_other_hosts(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=30)
    p.robots["news.naver.com"] = (200, "User-agent: *\nCrawl-delay: 0.2\n")
    assert sagwan.collect(p, write(tmp_path, p)).only["verdict"] == "ok"
    waits = gaps(p, "apis.naver.com")
    assert len(waits) >= 3
    assert min(waits) >= 170


def test_an_override_with_a_reason_collects_and_is_written_down(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=2, comments=30)
    p.close_robots()
    reason = "공익 연구, approved 2026-11-01, ref. 17/2026"
    ended = sagwan.collect(p, write(tmp_path, p, robots="ignore", reason=reason))
    assert (ended.code, ended.only["verdict"]) == (0, "ok")
    complete(sagwan, p, *p.world.on("naver"))
    assert asked(p, "robots.txt") == []
    assert f"robots: ignore\r\nrobots-reason: {reason}\r\n" in warcinfos(sagwan.archive)[0]
    assert sagwan.rows("SELECT robots_reason FROM runs") == [(reason,)]


def test_the_recorded_article_that_is_gone_keeps_its_comments(sagwan: Sagwan, recorded: str, tmp_path: Path) -> None:
    ended = sagwan("collect", write(tmp_path, [GONE]), "--connect-to", f"*={recorded}", "--json")
    line = ended.only
    assert (ended.code, line["verdict"], line["comments"], line["gaps"], line["alarms"]) == (0, "ok", 3, [], [])
    assert line["walks"] == {"complete": 1, "incomplete": 0}
    assert sagwan.rows("SELECT status, outcome FROM captures WHERE page = 'naver.article'") == [(404, "ok")]
    (kept,) = exchanges(sagwan.archive, "naver.article")
    assert (kept.head or b"").split(b" ")[1] == b"404"
    article, *comments = sagwan("as-of", "now", "--article", GONE, "--json").lines
    assert (article["state"], len(comments)) == ("gone", 3)
    assert all(each["text"] for each in comments)
    agrees(sagwan)
    check(sagwan.archive)


def test_a_recorded_list_in_another_order_is_no_walk(sagwan: Sagwan, recorded: str, tmp_path: Path) -> None:
    """Of 2021 the ranked list was recorded: asked for the newest first, the server gives that."""
    ended = sagwan("collect", write(tmp_path, [OF_2021]), "--connect-to", f"*={recorded}", "--json")
    line = ended.only
    assert (ended.code, line["verdict"], alarms(line), line["comments"]) == (2, "broken", ["sort"], 0)
    assert line["why"].endswith("its comment list ended early: layout sort ignored: asked NEW got FAVORITE")
    assert line["walks"] == {"complete": 0, "incomplete": 1}
    assert sagwan.rows("SELECT complete, stop_reason, collected FROM walks") == [
        (0, "layout sort ignored: asked NEW got FAVORITE", 0)
    ]
    agrees(sagwan)


def test_scrapy_crawls_naver_too(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=20)
    sagwan.env["SAGWAN_CONNECT_TO"] = f"*={p.url}"
    assert "naver" in scrapy(sagwan, "list").stdout.split()
    ended = scrapy(sagwan, "crawl", "naver", "-a", f"topic={write(tmp_path, p)}")
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False)
    complete(sagwan, p, *p.world.on("naver"))
    again = sagwan.collect(p, write(tmp_path, p)).only
    assert (again["verdict"], again["comments"], again["observations"], alarms(again)) == ("ok", 20, 0, [])


def test_sources_say_what_of_naver_is_unproven(sagwan: Sagwan) -> None:
    line = next(line for line in sagwan("sources", "--json").lines if line["source"] == "naver")
    proofs = {page["page"]: page["proof"] for page in line["pages"]}
    unproven = {page for page, proof in proofs.items() if proof == "unproven"}
    assert unproven >= {"naver.replies", "naver.search", "naver.section", "naver.ranking", "naver.press", "naver.sports"}
    assert all(proof == "unproven" or proof.startswith("R: recorded") for proof in proofs.values())
    assert line["keys"] == ["NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET"]
    assert all(rule.startswith("GET ") for rule in line["requests"])
    assert re.search(r"naver\.search [0-9]+: unproven", sagwan("sources").out)


def test_a_dry_run_names_queries_and_lists(sagwan: Sagwan, tmp_path: Path) -> None:
    lists = ["https://news.naver.com/section/102", "https://media.naver.com/press/973/ranking?type=comment"]
    file = write(tmp_path, [GONE, *lists], queries=["드루킹", '"댓글 조작" 김경수'])
    ended = sagwan("collect", file, "--dry-run")
    assert (ended.code, sagwan.archive.exists()) == (0, False)
    assert ended.out.splitlines()[:6] == [
        "naver: 시험: 1 seeds, 2 lists, 2 queries",
        f"  {GONE}",
        *(f"  list: {url}" for url in lists),
        "  search: 드루킹",
        '  search: "댓글 조작" 김경수',
    ]
    file.write_text('title = "t"\nsources = ["zum"]\nqueries = ["드루킹"]\n', encoding="utf-8")
    assert sagwan("collect", file, "--dry-run").out.splitlines()[:2] == [
        "zum: t: 0 seeds",
        "  Zum is collected from seeds only; where it lists replies is not known, and none of its comments was ever recorded",
    ]
