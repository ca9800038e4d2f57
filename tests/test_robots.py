"""robots.txt in its three states, kept for a day, and overridden only with a written reason."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from protego import Protego

from archive.questions import kept_robots
from crawler.rules import AGENT, read_rules
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.warcs import exchanges, warcinfos

Make = Callable[..., Portal]
Write = Callable[..., Path]
CLOSED = "User-agent: *\nDisallow: /\n"


def asked(site: Portal) -> list[tuple[str, str]]:
    return [(entry["host"], entry["path"]) for entry in site.requests]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, CLOSED, "does not allow /v/"),
        (200, "User-agent: other\nAllow: /\n\nUser-agent: sagwan\nDisallow: /v/\n", "does not allow /v/"),
        (200, "\ufeff" + CLOSED, "does not allow /v/"),  # a byte order mark hides no rule
        (500, "", "could not be read (status 500)"),
        (503, "", "could not be read (status 503)"),
        (401, "", "could not be read (status 401)"),
        (403, "", "status 403"),
    ],
)
def test_rules_and_silence_close_a_source(sagwan: Sagwan, portal: Make, topic: Write, status: int, body: str, why: str) -> None:
    site = portal(comments=5, articles=2)
    site.robots["v.daum.net"] = (status, body)
    ended = sagwan.collect(site, topic(site))
    line = ended.only
    assert (ended.code, line["verdict"], line["captures"]) == (2, "blocked", 1)
    assert why in line["why"]
    assert asked(site) == [("v.daum.net", "/robots.txt")]
    if status != 403:  # that is a refusal to us, which no override is for
        assert '[source.daum]\n  robots = "ignore"\n  reason = "' in ended.err
    assert len(exchanges(sagwan.archive, "robots")) == 1


def test_where_nobody_answers_nothing_is_fetched(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    file = topic(site)
    site.close()
    ended = sagwan.collect(site, file)
    assert (ended.code, ended.only["verdict"], ended.only["errors"]) == (2, "blocked", {"robots failed": 1})
    assert "refused" in ended.only["why"]
    assert "could not be read" in ended.err
    assert "closes it" not in ended.err  # nobody knows
    assert ("this machine's network" in ended.err, "ignore" in ended.err) == (True, False)  # no reason to write an override


def test_an_answer_that_cannot_be_decoded_allows_nothing(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set(r"v\.daum\.net/robots.txt", "bomb", megabytes=140)
    ended = sagwan.collect(site, topic(site))
    assert (ended.only["verdict"], len(site.requests)) == ("blocked", 1)
    assert "unreadable" in ended.only["why"]


def test_no_robots_txt_allows_everything_and_is_kept_for_a_day(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    for host in ("v.daum.net", "alex.daum.net"):
        site.robots[host] = (404, "none")
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"
    hosts = {"v.daum.net", "alex.daum.net", "comment.daum.net", "action.daum.net"}
    assert sorted(host for host, path in asked(site) if path == "/robots.txt") == sorted(hosts)
    site.forget_requests()
    site.robots["v.daum.net"] = (200, CLOSED)
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"
    assert [path for _, path in asked(site) if path == "/robots.txt"] == []
    db = sqlite3.connect(sagwan.archive / "archive.db")
    url = "https://v.daum.net/robots.txt"
    ((at,),) = db.execute("SELECT at FROM captures WHERE url = ?", (url,))
    assert kept_robots(sagwan.archive, db, url, at) == (404, b"none")
    assert kept_robots(sagwan.archive, db, url, at + 1) is None
    db.close()


def test_rules_are_kept_too_and_not_now_is_not(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["v.daum.net"] = (401, "")
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    site.robots["v.daum.net"] = (500, "")
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    site.robots["v.daum.net"] = (200, CLOSED)
    assert "does not allow" in sagwan.collect(site, topic(site)).only["why"]
    site.forget_requests()
    assert "does not allow" in sagwan.collect(site, topic(site)).only["why"]
    assert site.requests == []


def test_an_override_is_written_wherever_it_must_be(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["v.daum.net"] = (200, CLOSED)
    reason = "공익 연구, approved 2026-11-01, ref. 17/2026"
    ended = sagwan.collect(site, topic(site, robots="ignore", reason=reason))
    assert (ended.code, ended.only["verdict"]) == (0, "ok")
    assert [path for _, path in asked(site) if path == "/robots.txt"] == []
    (info,) = warcinfos(sagwan.archive)
    assert f"robots: ignore\r\nrobots-reason: {reason}\r\n" in info
    ((kept, settings),) = sagwan.rows("SELECT robots_reason, settings FROM runs")
    assert kept == reason
    assert json.loads(settings)["source"]["daum"]["robots"] == "ignore"
    site.robots["comment.daum.net"] = (200, CLOSED)  # the next run obeys again
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    assert "robots: obey\r\n" in warcinfos(sagwan.archive)[1]
    assert "robots-reason" not in warcinfos(sagwan.archive)[1]


def test_the_text_output_prints_the_lines_to_write(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["v.daum.net"] = (200, CLOSED)
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}")
    assert ended.code == 2
    assert ended.out.startswith("daum: 시험: blocked (https://v.daum.net/robots.txt does not allow")
    assert '[source.daum]\n  robots = "ignore"\n  reason = "why' in ended.err


@pytest.mark.parametrize("robots", [(200, CLOSED), (500, ""), (200, "User-agent: *\nDisallow: /apis/v1/reactions\n")])
def test_a_side_page_that_is_closed_is_left_out(sagwan: Sagwan, portal: Make, topic: Write, robots: tuple[int, str]) -> None:
    site = portal(comments=5)
    site.robots["action.daum.net"] = robots
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (0, "ok", 5)
    assert ended.only["errors"] == {"daum.emotions not fetched": 1} | ({"robots 500": 1} if robots[0] == 500 else {})
    assert [path for host, path in asked(site) if host == "action.daum.net"] == ["/robots.txt"]


def test_a_redirect_is_asked_about_at_its_new_host(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    key = site.world.articles[0].id
    site.robots["news.v.daum.net"] = (200, CLOSED)
    site.faults.set(rf"^v.daum.net/v/{key}", "redirect", to=f"https://news.v.daum.net/v/{key}")
    ended = sagwan.collect(site, topic(site))
    assert ended.only["verdict"] == "blocked"
    assert ("news.v.daum.net", "/robots.txt") in asked(site)
    assert ("news.v.daum.net", f"/v/{key}") not in asked(site)


def test_rules_are_read_again_after_a_day(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.world.now = 1_795_346_400_000
    file, clock = topic(site), f"{site.url}/__clock"
    for hours, times in ((0, 1), (23, 0), (2, 1)):
        site.world.now += hours * 3_600_000
        site.forget_requests()
        assert sagwan.collect(site, file, "--clock", clock).only["verdict"] == "ok"
        assert asked(site).count(("v.daum.net", "/robots.txt")) == times
    site.world.now += 25 * 3_600_000
    site.robots["v.daum.net"] = (500, "")  # what was known is too old to go by
    line = sagwan.collect(site, file, "--clock", clock).only
    assert (line["verdict"], "could not be read (status 500)" in line["why"]) == ("blocked", True)


def test_what_a_redirect_led_to_is_kept_too(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set(r"^v\.daum\.net/robots.txt", "redirect", to="https://news.v.daum.net/robots.txt")
    site.robots["news.v.daum.net"] = (200, "User-agent: *\nDisallow: /v/\n")
    for times in (2, 0):
        site.forget_requests()
        line = sagwan.collect(site, topic(site)).only
        assert "does not allow /v/" in line["why"]
        assert [path for _, path in asked(site)] == ["/robots.txt"] * times


@pytest.mark.parametrize("broken", ["http://[", "https://v.daum.net:x/robots.txt", "//[::1", "http://v.daum.net]/"])
def test_a_redirect_to_a_broken_address_is_asked_again(sagwan: Sagwan, portal: Make, topic: Write, broken: str) -> None:
    site = portal(comments=5)
    file, clock = topic(site), f"{site.url}/__clock"
    site.faults.set(r"^v\.daum\.net/robots.txt", "redirect", to=broken, times=1)
    line = sagwan.collect(site, file, "--clock", clock).only
    assert (line["verdict"], line["blocked_by"]) == ("blocked", "unread robots")
    assert sagwan("collect", file, "--connect-to", f"*={site.url}", "--dry-run").err.count("Traceback") == 0
    site.world.now += 6 * 60_000
    site.forget_requests()
    assert sagwan.collect(site, file, "--clock", clock, "--due").only["verdict"] == "ok"
    assert asked(site).count(("v.daum.net", "/robots.txt")) == 1


def test_a_block_page_at_robots_txt_is_no_permission(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set(r"^v\.daum\.net/robots.txt", "block_page")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], "could not be read (block page" in line["why"], len(site.requests)) == ("blocked", True, 1)
    site.faults.clear()
    site.robots["v.daum.net"] = (200, "User-agent: *\nDisallow: /captcha\n")  # a rule about one is a rule
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"


def test_rules_are_read_as_far_as_everybody_reads_them(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    rules = "User-agent: *\nDisallow: /no\n" + "# nothing\n" * 46_000
    site.robots["v.daum.net"] = (200, rules + "Disallow: /v/\n")
    assert len(rules) < 500 << 10
    assert sagwan.collect(site, topic(site)).only["verdict"] == "blocked"
    site.robots["v.daum.net"] = (200, rules + "# nothing\n" * 10_000 + "Disallow: /v/\n")
    sagwan.archive = sagwan.folder / "another"
    sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.archive)
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("User-agent: *\r\nDisallow: /v\r\n", "utf-16"),  # as an editor of Windows writes it, which calls it Unicode
        ("User-agent: *\nDisallow: /v\n", "utf-8-sig"),
        ("# 로봇\nUser-agent: *\nDisallow: /v\n", "cp949"),
        ("User-agent: Sagwan/0.1\nDisallow: /v\n\nUser-agent: *\nAllow: /\n", "utf-8"),  # as we stand in a site's log
        (" user-agent : sagwan/1.0 (archival research)\r\nDisallow: /v\r\n", "utf-8"),
        ("User-agent: Sagwan\nUser-agent: other/2.0\nDisallow: /v\n", "utf-8"),
    ],
)
def test_a_door_is_closed_in_whatever_letters(text: str, charset: str) -> None:
    rules = read_rules(200, text.encode(charset))
    assert isinstance(rules, Protego)
    assert not rules.can_fetch("https://v.daum.net/v/1", AGENT)


@pytest.mark.parametrize("other", ["Sagwanbot", "Sagwan-x/1.0", "other/2.0", "wan", "not Sagwan/1.0"])
def test_rules_for_others_are_not_ours(other: str) -> None:
    rules = read_rules(200, f"User-agent: {other}\nDisallow: /\n".encode())
    assert isinstance(rules, Protego)
    assert rules.can_fetch("https://v.daum.net/v/1", AGENT)


def test_names_of_others_times_their_rules_do_not_fill_the_memory() -> None:
    others = "".join(f"{field} other{n}\n" for n in range(60) for field in ("User-agent:", "user agent", "Useragent :"))
    starred = "".join(f"User-agent: s{'*' * n}\n" for n in range(1, 60))
    lines = f"{others}{starred}User-agent: Sagwan # us\n" + "".join(f"Disallow: /v/{n}\n" for n in range(100))
    rules = read_rules(200, lines.encode())
    assert isinstance(rules, Protego)
    assert (rules.can_fetch("https://v.daum.net/v/99", AGENT), rules.can_fetch("https://v.daum.net/w", AGENT)) == (False, True)
    assert sum(len(group._rules) for group in rules._user_agents.values()) <= 8 * 100  # each was given each: 30,000


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rules_of_a_long_file_are_read_whatever_ends_its_lines(end: str) -> None:
    lines = ["User-agent: *", "Disallow: /v/", *["# nothing"] * 60_000, "Disallow: /w/"]
    rules = read_rules(200, end.join(lines).encode())
    assert isinstance(rules, Protego)
    assert [rules.can_fetch(f"https://v.daum.net/{path}/1", AGENT) for path in "vw"] == [False, True]
