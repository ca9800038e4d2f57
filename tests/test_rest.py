"""A source that refused us rests, longer each time it refuses again, until a run goes well; all of it from the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.rest import pause
from tests.conftest import Sagwan
from tests.naver_runs import agrees
from tests.portal import Portal
from tests.test_politeness import LIST

Make = Callable[..., Portal]
Write = Callable[..., Path]
MINUTE, HOUR = 60_000, 3_600_000
THEN = 1_795_346_400_000  # 2026-11-22 20:20 in Seoul


def test_a_pause_doubles_up_to_a_day() -> None:
    hours = [pause(times) / HOUR for times in range(1, 9)]
    assert hours == [0.5, 1, 2, 4, 8, 16, 24, 24]


class Site:
    """A portal in its own time, and runs on it."""

    def __init__(self, sagwan: Sagwan, site: Portal, file: Path) -> None:
        self.sagwan, self.site, self.file = sagwan, site, file
        site.world.now = THEN

    def run(self, after: int, *args: object) -> tuple[str, int, str]:
        """Verdict, requests and reason of a run so many ms later."""
        self.site.world.now += after
        self.site.forget_requests()
        line = self.sagwan.collect(self.site, self.file, "--clock", f"{self.site.url}/__clock", *args).only
        return line["verdict"], len(self.site.requests), line["why"] or ""


def test_each_refusal_in_a_row_makes_the_source_rest_longer(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    p = portal(comments=5)
    site = Site(sagwan, p, topic(p, connections=1))
    p.faults.set(LIST, 403)
    verdict, asked, why = site.run(0)
    assert (verdict, asked > 0) == ("blocked", True)
    assert "status 403: not to be asked again before 2026-11-22T20:50:" in why
    verdict, asked, why = site.run(29 * MINUTE)
    assert (verdict, asked) == ("blocked", 0)
    assert why.startswith("the site refused us on 2026-11-22T20:20:")
    assert "not to be asked again before 2026-11-22T20:50:" in why
    verdict, asked, why = site.run(2 * MINUTE)  # 20:51: refused again, so for an hour
    assert (verdict, asked > 0, "before 2026-11-22T21:51:" in why) == ("blocked", True, True)
    assert site.run(59 * MINUTE)[:2] == ("blocked", 0)
    assert "(2 times in a row)" in site.run(0)[2]
    p.faults.clear()
    assert site.run(2 * MINUTE)[0] == "ok"
    p.faults.set(LIST, 403)
    verdict, asked, why = site.run(MINUTE)  # 21:53: a good run lies between, so it begins anew
    assert (verdict, asked > 0, "before 2026-11-22T22:23:" in why) == ("blocked", True, True)
    agrees(sagwan)
    (sagwan.archive / "archive.db").unlink()
    assert sagwan("rebuild").code == 0
    assert site.run(29 * MINUTE)[:2] == ("blocked", 0)  # the bytes know it too


@pytest.mark.parametrize(("asked_for", "free"), [(60, 30), (7200, 120)])
def test_the_longer_of_our_pause_and_the_sites_own_counts(
    sagwan: Sagwan, portal: Make, topic: Write, asked_for: int, free: int
) -> None:
    p = portal(comments=5)
    site = Site(sagwan, p, topic(p, connections=1))
    p.faults.set(LIST, 429, retry_after=asked_for)
    assert site.run(0)[0] == "blocked"
    p.faults.clear()
    verdict, asked, why = site.run((free - 1) * MINUTE)
    assert (verdict, asked) == ("blocked", 0)
    assert ("refused us" if free == 30 else "asked on 2026-11-22T20:20") in why
    assert site.run(2 * MINUTE)[0] == "ok"


FOREVER = "Fri, 31 Dec 9999 23:59:59"
YEAR = 366 * 24 * HOUR


@pytest.mark.parametrize(
    ("asked_for", "waits"),
    [
        *((f"{FOREVER} GMT", True), (f"{FOREVER} -2359", True), ("99999999", True), ("999999999", True), ("9" * 5_000, True)),
        # What cannot be read asks for nothing.
        *(("Fri, 31 Dec 99999 23:59:59 GMT", False), (f"{FOREVER} +{'9' * 30}", False), ("-1", False)),
    ],
)
def test_a_site_that_asks_for_an_absurd_pause_stops_us_at_once(
    sagwan: Sagwan, portal: Make, topic: Write, asked_for: str, waits: bool
) -> None:
    p = portal(articles=3, comments=5)
    site = Site(sagwan, p, topic(p, connections=1))
    p.faults.set("/v/", 429, retry_after=asked_for)
    verdict, _, why = site.run(0)
    assert (verdict, sum("/v/" in entry["path"] for entry in p.requests)) == ("blocked", 1)
    assert f"before {'2027-11-23' if waits else '2026-11-22T20:50'}" in why
    p.faults.clear()
    status = sagwan("status")
    assert (status.code, status.err) == (2, "")  # the refusal stands
    verdict, asked, why = site.run(2 * HOUR, "--due")
    assert (verdict, asked > 1) == (("blocked", False) if waits else ("ok", True))
    assert ("for a pause: not to be asked again before 2027-11-23" in why) == waits
    status = sagwan("status")
    assert (status.code, status.err) == (2 if waits else 0, "")
    plain = sagwan("collect", site.file, "--connect-to", f"*={p.url}", "--clock", f"{p.url}/__clock", "--due", "--quiet")
    assert "Traceback" not in plain.err
    assert site.run(YEAR)[0] == "ok"  # no site is left alone for ever


def test_a_block_page_is_a_refusal_too(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    p = portal(comments=5)
    site = Site(sagwan, p, topic(p))
    p.faults.set(LIST, "block_page")
    assert site.run(0)[0] == "blocked"
    p.faults.clear()
    assert site.run(MINUTE)[:2] == ("blocked", 0)
    assert site.run(30 * MINUTE)[0] == "ok"


def test_a_refusal_of_one_topic_is_one_for_all_of_the_source(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    p = portal(comments=5)
    p.faults.set("robots.txt", 403)
    one, two = topic(p, "one.toml", title="하나"), topic(p, "two.toml", title="둘")
    ended = sagwan("collect", one, two, "--connect-to", f"*={p.url}", "--json")
    first, second = ended.lines
    assert (first["verdict"], second["verdict"], second["captures"], len(p.requests)) == ("blocked", "blocked", 0, 1)
    assert "the site refused us" in second["why"]


def test_an_overload_is_no_refusal(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    p = portal(comments=5)
    site = Site(sagwan, p, topic(p))
    p.faults.set(LIST, 500)
    assert site.run(0)[0] == "broken"
    p.faults.clear()
    assert site.run(MINUTE)[0] == "ok"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("spoilt", ["bomb", "half"])
def test_a_pause_is_kept_also_where_the_answer_that_asks_for_it_cannot_be_read(
    sagwan: Sagwan, portal: Make, topic: Write, status: int, spoilt: str
) -> None:
    p = portal(comments=5)
    site = Site(sagwan, p, topic(p, connections=1))
    refusal = p.faults.set(LIST, status, retry_after=7200)
    p.faults.set(LIST, spoilt)
    assert (site.run(0)[0], refusal.hits) == ("blocked", 1)
    p.faults.clear()
    verdict, asked, why = site.run(119 * MINUTE)
    assert (verdict, asked, "asked on 2026-11-22T20:20" in why) == ("blocked", 0, True)
    assert site.run(2 * MINUTE)[0] == "ok"
