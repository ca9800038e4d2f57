"""A clock that may not be used, or that does not say the time: no archive, no capture, no invented time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.portal import Portal
from tests.rawserver import RawServer, plain
from tests.test_clock import MINUTE, THEN
from tests.warcs import check, events, exchanges

Make = Callable[..., Portal]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:9/__clock",
        "http://127.0.0.1/__clock",
        "http://127.0.0.1:9",
        "http://10.0.0.1:9/__clock",
        "http://example.org:9/__clock",
        "http://a@127.0.0.1:9/__clock",
        "http://127.0.0.1:999999/__clock",
        "127.0.0.1:9/__clock",
        "now",
    ],
)
def test_another_address_is_refused(sagwan: Sagwan, portal: Make, topic: Write, url: str) -> None:
    site = portal(comments=1)
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}", "--clock", url)
    assert (ended.code, ended.err) == (1, f"sagwan: clock {url!r}: write http://127.0.0.1:PORT/__clock\n")
    assert not sagwan.archive.exists()


def test_simulated_time_is_for_a_simulated_portal_only(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=1)
    for hosts in ([], ["--connect-to", f"v.daum.net={site.url}", "--connect-to", f"comment.daum.net={site.url}"]):
        ended = sagwan("collect", topic(site), "--clock", f"{site.url}/__clock", *hosts)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("sagwan: clock: simulated time is for a simulated portal only.")
        assert ended.err.count("\n") == 1
    assert site.requests == []
    assert not sagwan.archive.exists()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (plain(b'{"now": 1795346400}'), ">= 631152000000"),  # seconds
        (plain(b'{"now": 1795346400000000}'), "<= 4102444800000"),
        (plain(b'{"now": "1795346400000"}'), "Expected `int`"),
        (plain(b'{"now": 1795346400000.5}'), "Expected `int`"),
        (plain(b'{"now": true}'), "Expected `int`"),
        (plain(b'{"time": 1795346400000}'), "`now`"),
        (plain(b"<html>"), "malformed"),
        (plain(b'{"now": 1795346400000}', status=b"503 Busy"), "status 503"),
        (plain(b"", b"Location: http://127.0.0.1:1/", status=b"302 Found"), "status 302"),
        ([b"no HTTP at all\r\n\r\n", b""], "no HTTP at all"),
    ],
)
def test_a_clock_that_says_no_time_is_refused(
    sagwan: Sagwan, portal: Make, topic: Write, answer: bytes | list[bytes], why: str
) -> None:
    site = portal(comments=1)
    with RawServer(lambda target: answer) as clock:
        ended = sagwan.collect(site, topic(site), "--clock", f"{clock.url}/__clock")
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith(f"sagwan: the simulated clock {clock.url}/__clock does not say the time: ")
    assert why in ended.err
    gone = sagwan.collect(site, topic(site), "--clock", f"{clock.url}/__clock")
    assert (gone.code, "Connection refused" in gone.err) == (1, True)
    assert not sagwan.archive.exists()


def test_a_clock_that_fails_ends_the_run_and_no_time_is_invented(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site, told = portal(articles=3, comments=250), portal(articles=0)
    told.world.now = THEN
    file = topic(site, connections=2)

    def hook(host: str, path: str) -> None:
        if len(site.requests) == 6:
            told.world.now = 17

    site.on_request(hook)
    ended = sagwan.collect(site, file, "--clock", f"{told.url}/__clock")
    line = ended.only
    why = f"the simulated clock {told.url}/__clock does not say the time: Expected `int` >= 631152000000 - at `$.now`"
    assert (ended.code, line["verdict"], line["exit"], line["why"]) == (3, "failed", 3, why)
    assert ended.err == f"sagwan: daum: {why}\n"
    assert events(sagwan.archive, "run_ended") == []
    assert 0 < line["captures"] < 6  # the answer that came when nobody knew the time is not kept
    assert {one.facts.sent // 1000 for one in exchanges(sagwan.archive)} == {THEN}
    check(sagwan.archive)
    assert sagwan("verify").code == 0
    asked = len(site.requests)
    told.world.now = THEN + MINUTE
    after = sagwan.collect(site, file, "--clock", f"{told.url}/__clock")
    assert (after.code, after.only["comments"], after.only["alarms"]) == (0, 750, [])
    assert asked < after.only["captures"] / 2
    assert sagwan("rebuild", "--json").only["differences"] == 0
