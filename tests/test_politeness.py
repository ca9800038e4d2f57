"""A good guest: who we are, how fast, when we stop, and when we come back."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.questions import wait_asked_for
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.rawserver import RawServer, plain

Make = Callable[..., Portal]
Write = Callable[..., Path]
LIST = r"/posts/.*/comments"


def gaps(site: Portal, host: str) -> list[int]:
    """Milliseconds between the requests to a host."""
    times = [entry["at"] for entry in site.requests if entry["host"] == host]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_a_delay_in_the_topic_applies_on_loopback_too(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5, articles=2)
    ended = sagwan.collect(site, topic(site, delay=0.15, connections=1, replies=False))
    assert ended.only["verdict"] == "ok"
    waits = gaps(site, "comment.daum.net")
    assert len(waits) >= 8
    assert min(waits) >= 120  # never less than was promised; the times are those of the answers


def test_a_crawl_delay_is_obeyed(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.robots["comment.daum.net"] = (200, "User-agent: *\nCrawl-delay: 0.2\n")
    for _ in range(2):  # the second time from the kept robots.txt
        site.forget_requests()
        assert sagwan.collect(site, topic(site, replies=False)).only["verdict"] == "ok"
        waits = gaps(site, "comment.daum.net")
        assert len(waits) >= 3
        assert min(waits) >= 170
        assert min(gaps(site, "v.daum.net") or [0]) < 170


def test_one_connection_means_one_at_a_time(sagwan: Sagwan) -> None:
    keys = [f"2020020200000{i:04}" for i in range(30)]
    here, most, lock = [0], [0], threading.Lock()

    def answers(target: str) -> bytes:
        with lock:
            here[0] += 1
            most[0] = max(most[0], here[0])
        threading.Event().wait(0.005)  # long enough for a second request to come in, if there were one
        with lock:
            here[0] -= 1
        return plain(b"<p>", status=b"404 Not Found")

    file = sagwan.folder / "t.toml"
    seeds = ", ".join(f'"https://v.daum.net/v/{key}"' for key in keys)
    file.write_text(f'title = "t"\nsources = ["daum"]\nseeds = [{seeds}]\n[source.daum]\nconnections = 1\n')
    with RawServer(answers) as server:
        ended = sagwan("collect", file, "--connect-to", f"*={server.url}", "--json")
    assert (ended.code, ended.only["captures"]) == (0, 31)
    assert most == [1]
    assert len({one.connection for one in server.log}) == 1


def test_we_say_who_we_are(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    sagwan.env["SAGWAN_CONTACT"] = "mailto:a@example.org\r\nX-Evil: 1"
    sagwan.collect(site, topic(site))
    (agent,) = {entry["user_agent"] for entry in site.requests}
    assert agent.startswith("Sagwan/")
    assert agent.endswith("(archival research; mailto:a@example.org X-Evil: 1)")


def test_without_a_contact_nothing_leaves_the_machine(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    sagwan.env["SAGWAN_CONTACT"] = None
    for args in ([], ["--connect-to", f"v.daum.net={site.url}"]):
        ended = sagwan("collect", topic(site), *args)
        assert (ended.code, len(ended.err.splitlines()), sagwan.archive.exists()) == (1, 1, False)
        assert "SAGWAN_CONTACT" in ended.err
    sagwan.env["SAGWAN_CONTACT"] = "us"
    ended = sagwan("collect", topic(site), "--connect-to", f"v.daum.net={site.url}")
    assert (ended.code, "SAGWAN_CONTACT: 'us' is neither an e-mail nor a web address" in ended.err) == (1, True)
    sagwan.env["SAGWAN_CONTACT"] = None
    assert site.requests == []
    config = sagwan.folder / "config" / "sagwan" / "config.toml"
    config.parent.mkdir(parents=True)
    for mistake in ("contact =\n", 'contact: "us"\n'):
        config.write_text(mistake)
        ended = sagwan("collect", topic(site))
        assert (ended.code, len(ended.err.splitlines()), f"{config}: cannot be read" in ended.err) == (1, 1, True)
    config.write_text('contact = "https://example.org/us"\n')
    assert sagwan.collect(site, topic(site)).code == 0
    assert {entry["user_agent"].partition("; ")[2] for entry in site.requests} == {"https://example.org/us)"}


@pytest.mark.parametrize(
    "rule", ["x", "a=https://127.0.0.1:1", "a=http://10.0.0.1:1", "a=http://127.0.0.1", "=http://127.0.0.1:1"]
)
def test_connect_to_leads_to_loopback_only(sagwan: Sagwan, portal: Make, topic: Write, rule: str) -> None:
    ended = sagwan("collect", topic(portal(comments=1)), "--connect-to", rule)
    assert (ended.code, len(ended.err.splitlines()), sagwan.archive.exists()) == (1, 1, False)
    assert rule in ended.err


@pytest.mark.parametrize("status", [403, 429, 430])
def test_the_first_refusal_stops_the_source(sagwan: Sagwan, portal: Make, topic: Write, status: int) -> None:
    site = portal(comments=5, articles=4)
    site.faults.set(LIST, status)
    ended = sagwan.collect(site, topic(site, connections=1))
    line = ended.only
    assert (ended.code, line["verdict"], line["stopped"]) == (2, "blocked", "blocked")
    assert f"status {status}" in line["why"]
    after = [entry for entry in site.requests if entry["at"] > site.requests[-1]["at"]]
    refused = [i for i, entry in enumerate(site.requests) if entry["status"] == status]
    # What was already on its way to another host may still come; to this host nothing does.
    rest = [entry["host"] for entry in site.requests[refused[0] + 1 :]]
    assert (after, len(refused), "comment.daum.net" in rest) == ([], 1, False)
    assert len(rest) <= 1
    assert {"what": "articles", "declared": 4, "collected": 0, "why": "the source stopped us", "ref": None} in line["gaps"]


def test_the_next_run_waits_as_long_as_it_was_asked(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    fault = site.faults.set(LIST, 503, times=1, retry_after=3)  # a request to wait; what a refusal means stands in test_rest
    file = topic(site)
    assert sagwan.collect(site, file).only["verdict"] == "blocked"
    refused = next(entry["at"] for entry in site.requests if entry["status"] == 503)
    runs = 0
    while True:  # a run takes about a second
        site.forget_requests()
        begun = time.time() * 1000
        line = sagwan.collect(site, file).only
        runs += 1
        if site.requests:
            break
        assert (line["verdict"], line["captures"], begun < refused + 3000) == ("blocked", 0, True)
        assert "not to be asked again before" in line["why"]
    assert runs > 1
    assert site.requests[0]["at"] >= refused + 3000
    assert (line["verdict"], fault.hits) == ("ok", 1)


@pytest.mark.parametrize(
    ("value", "seconds"),  # received on 2026-11-22 at midnight
    [("120", 120), ("0", 0), ("Sun, 22 Nov 2026 00:01:00 GMT", 60), ("Sat, 21 Nov 2026 23:59:00 GMT", -60), ("soon", None),
     ("-5", None), ("", None), ("99999999999", 366 * 86_400), ("1" * 5_000, 366 * 86_400),
     ("Sun, 22 Nov 99999 00:00:00 GMT", None),
     ("99999999", 366 * 86_400), ("Fri, 31 Dec 9999 23:59:59 GMT", 366 * 86_400),
     ("30.0", 30), ("0.65", 1), ("60, 120", 120), ("60, soon", None), ("１２０", None), ("1e5", None),
     ("Sun Nov 22 00:01:00 2026", 60), ("Sunday, 22-Nov-26 00:01:00 GMT", 60)],  # in the two old forms, always GMT
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    until = wait_asked_for((("retry-after", value),), 1_795_305_600_000)
    assert until == (1_795_305_600_000 + seconds * 1000 if seconds is not None else None)
    twice = wait_asked_for((("retry-after", "60"), ("retry-after", value)), 1_795_305_600_000)
    assert twice == 1_795_305_600_000 + max(60, seconds or 0) * 1000


def test_a_budget_ends_the_day(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    file = topic(site)
    file.write_text(file.read_text(encoding="utf-8") + "[budget]\nrequests_per_day = 6\n", encoding="utf-8")
    line = sagwan.collect(site, file).only
    assert (line["verdict"], line["exit"], line["captures"], len(site.requests)) == ("thin", 2, 6, 6)
    assert "requests_per_day" in line["why"]
    site.forget_requests()
    assert (sagwan.collect(site, file).only["captures"], site.requests) == (0, [])


def test_a_seed_under_two_names_is_visited_once(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    article = site.world.articles[0]
    seeds = [f"https://v.daum.net/v/{name}" for name in (article.id, article.hash, article.id)]
    line = sagwan.collect(site, topic(text=f'title = "t"\nsources = ["daum"]\nseeds = {seeds!r}\n')).only
    assert (line["verdict"], line["articles"], line["walks"]["complete"]) == ("ok", 1, 1)
    assert sum(entry["path"].startswith("/v/") for entry in site.requests) == 2
    assert sagwan.rows("SELECT count(*) FROM articles") == [(1,)]
