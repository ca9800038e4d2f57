"""The real browser on a hostile site: stored bytes are those that were served, and nothing is asked for but what is kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.capture import RENDERED, Exchange
from crawler import chromium
from crawler.cdp import LONGER
from crawler.page_keep import NO_SOCKET
from tests import warcs
from tests.browsing import FRAME, HOST, INSTALL, LINES, MOST, NAME, PAGE, SITE, answers, asked, kill_browser
from tests.conftest import Ended, Sagwan
from tests.rawserver import RawServer

pytestmark = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
CALM = ("page", "moved", "leaks", "around", "on", "cut", "halved", "attached", "framed", "led", "long", "grown", "closed")
WILD = ("killer", "hangs", "heavy", "busy", "plain")  # pages that take the browser's time, or its life


@dataclass
class Visit:
    """What one process did that showed all pages one after the other."""

    sagwan: Sagwan
    ended: Ended
    asked: list[tuple[str, str]]  # method and URL of every request that reached the server
    kept: list[Exchange]

    def of(self, name: str, method: str = "GET", host: str = HOST) -> list[Exchange]:
        """What was kept under a URL."""
        return [one for one in self.kept if (one.facts.method, one.facts.url) == (method, f"https://{host}{name}")]

    def problem(self, name: str) -> str:
        """What was said of a page."""
        (said,) = [line for line in self.ended.only["problems"] if line.startswith(f"{SITE}{name}: ")]
        return str(said).removeprefix(f"{SITE}{name}: ")


def shown(folder: Path, pages: tuple[str, ...]) -> Visit:
    """Shows these pages in one process."""
    sagwan = Sagwan(folder)

    def answering(target: str) -> bytes | list[bytes] | Iterator[bytes]:
        if target == "/a/killer":
            kill_browser(process.pid)
        return answers(target)

    with RawServer(answering) as server:
        urls = [f"{SITE}{page}" for page in pages]
        process = sagwan.start("shot", *urls, "--connect-to", f"*={server.url}", "--json", first=INSTALL)
        ended = sagwan.wait(process)
    return Visit(sagwan, ended, asked(server), warcs.exchanges(sagwan.archive))


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Future[Visit]]]:
    """Two browsers for all these tests, side by side."""
    with ThreadPoolExecutor() as pool:
        yield [pool.submit(shown, tmp_path_factory.mktemp("browser"), pages) for pages in (CALM, WILD)]


@pytest.fixture
def visit(visits: list[Future[Visit]]) -> Visit:
    """The pages that leave the browser alone."""
    return visits[0].result()


@pytest.fixture
def wild(visits: list[Future[Visit]]) -> Visit:
    """Those that do not."""
    return visits[1].result()


def test_bytes_are_those_that_were_served(visit: Visit) -> None:
    (page,) = visit.of("/a/page")
    assert page.body == PAGE
    assert page.facts.fidelity == "cdp"
    head = page.head or b""
    assert head.startswith(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=euc-kr\r\nX-Archive-Orig-Content-Encoding: gzip\r\n"
    )
    assert (
        b"\r\nSet-Cookie: a=1; Path=/; Secure\r\nSet-Cookie: b=2; Path=/; HttpOnly\r\nX-oDd-Case:  x\r\n" + NAME + b"\r\n"
        in head
    )
    assert "\r\nContent-Encoding: gzip\r\n" in (page.facts.head or "")
    assert page.ip == "127.0.0.1"
    for name, host in (("/api/one", HOST), ("/api/two", HOST), ("/api/inner", FRAME)):
        (part,) = visit.of(name, host=host)
        assert (part.body, part.facts.fidelity, part.facts.page) == (LINES, "cdp", "probe.part")
    (frame,) = visit.of("/frame/1", host=FRAME)
    assert frame.body.startswith(b"<p class=talk>")
    (beforehand,) = visit.of("/api/cors", "OPTIONS", FRAME)
    assert b"\r\nAccess-Control-Request-Headers: x-probe\r\n" in beforehand.request
    assert visit.of("/api/cors", host=FRAME)[0].body == b"[1]"


def test_a_request_is_kept_as_it_was_sent(visit: Visit) -> None:
    (part,) = visit.of("/api/one")
    assert part.request.startswith(b"GET /api/one HTTP/1.1\r\n")
    assert b"\r\nHost: www.probe.kr\r\n" in part.request
    assert b"\r\nCookie: a=1; b=2\r\n" in part.request
    assert b"\r\nUser-Agent: Sagwan/" in part.request
    assert part.request.endswith(b"\r\n\r\n")
    lines = {line for one in visit.kept if one.facts.method == "GET" for line in one.request.split(b"\r\n")}
    assert [line for line in lines if line.lower().startswith(b"accept-encoding:")] == [b"Accept-Encoding: gzip, deflate"]


def test_a_context_is_renewed(visit: Visit) -> None:
    with_cookies = {name: b"\r\nCookie: a=1; b=2" in visit.of(f"/a/{name}")[0].request for name in ("page", "moved", "leaks")}
    assert with_cookies == {"page": False, "moved": True, "leaks": False}  # the third page has a new one


def test_every_request_is_kept_and_nothing_else_was_asked_for(visit: Visit, wild: Visit) -> None:
    for one in (visit, wild):
        gone_out = [each for each in one.kept if each.facts.method not in RENDERED and each.facts.error != NO_SOCKET]
        kept = [(each.facts.method, each.facts.url) for each in gone_out]
        assert Counter(one.asked) == Counter(kept)
    assert not [url for _, url in visit.asked if "/vote/" in url]
    assert {url.split("/")[2] for _, url in visit.asked} == {HOST, FRAME, "img.probe.kr", "three.frame.kr"}
    assert {method for method, _ in visit.asked} == {"GET", "OPTIONS"}
    notes = visit.ended.only["notes"]
    for host in ("ads.evil.kr", "127.0.0.1", "localhost", "10.0.0.1", HOST):
        assert any(f"/a/leaks: not asked: {host}: " in note for note in notes), host


def test_that_a_page_wanted_a_websocket_is_kept_and_nothing_of_it_goes_out(visit: Visit) -> None:
    wanted = {one.facts.url: one for one in visit.kept if one.facts.error == NO_SOCKET}
    assert set(wanted) == {"wss://www.probe.kr/vote/10"}  # what is not encrypted Chromium itself refuses
    assert {(one.request, one.head, one.facts.why) for one in wanted.values()} == {(b"", None, "part")}
    assert visit.sagwan.rows("SELECT url, status, outcome FROM captures WHERE url LIKE 'ws%'") == [(*wanted, None, "failed")]


def test_an_answer_that_is_too_long_is_kept_as_far_as_it_may_be(visit: Visit) -> None:
    for name, least in (("bomb", MOST // 2), ("endless", MOST // 2), ("large", 0)):
        (one,) = visit.of(f"/api/{name}")
        assert (one.facts.truncated, one.facts.error) == ("length", LONGER), name
        assert least <= len(one.body) <= MOST


def test_what_a_page_makes_of_itself_is_kept_no_longer_than_an_answer(visit: Visit) -> None:
    assert visit.problem("grown") == f"{SITE}grown: what it shows is longer than DOWNLOAD_MAXSIZE allows"
    assert visit.of("/a/grown")
    assert not visit.of("/a/grown", "DOM")


def test_what_was_seen_is_kept_beside_it(visit: Visit) -> None:
    doms = {one.facts.url: one for one in visit.kept if one.facts.method == "DOM"}
    assert "<h1>댓글 똠</h1>" in doms[f"{SITE}page"].body.decode()
    assert '<p class="talk">' in doms[f"https://{FRAME}/frame/1"].body.decode()
    (picture,) = visit.of("/a/page", "SCREENSHOT")
    assert picture.body.startswith(b"\x89PNG\r\n")
    (page,) = visit.of("/a/page")
    assert picture.facts.sent > doms[f"{SITE}page"].facts.sent > page.facts.sent
    resources = [
        record for group in warcs.groups(visit.sagwan.archive) for record in group.records if record.type == "resource"
    ]
    assert {record.headers["content-type"] for record in resources} == {"text/html; charset=utf-8", "image/png"}
    assert f"urn:dom:{SITE}page" in {record.headers["warc-target-uri"] for record in resources}
    assert not visit.of("/a/attached", "DOM")


def test_a_picture_that_is_refused_is_no_refusal_of_the_site(visit: Visit) -> None:
    (picture,) = visit.of("/closed.png", host="img.probe.kr")
    assert ((picture.head or b"")[:12], picture.facts.why) == (b"HTTP/1.1 403", "asset")
    assert visit.sagwan.rows("SELECT count(*) FROM refusals") == [(0,)]


def test_the_frame_of_the_comments_is_where_the_page_says_and_leads_nowhere_else(visit: Visit) -> None:
    (hop,) = visit.of("/frame/led", host="three.frame.kr")
    assert (hop.head or b"").startswith(b"HTTP/1.1 302 Found\r\nLocation: https://login.frame.kr/frame/4\r\n")
    notes = visit.ended.only["notes"]
    for page, host in (("framed", "one.frame.kr"), ("framed", "two.other.kr"), ("led", "login.frame.kr")):
        assert f"{SITE}{page}: not asked: {host}: 1 requests" in notes


def test_each_hop_of_a_redirect_is_kept_and_there_are_not_many(visit: Visit) -> None:
    (hop,) = visit.of("/a/moved")
    assert (hop.head or b"").startswith(b"HTTP/1.1 302 Found\r\nLocation: /a/plain\r\nSet-Cookie: c=3\r\n")
    assert b"\r\nX-Archive-Orig-Content-Length: 5\r\n" in (hop.head or b"")
    assert visit.of("/a/plain")[0].body == b"<p>plain</p>"
    assert len(visit.of("/a/around")) == 6
    assert "it leads on and on" in visit.problem("around")
    assert len([url for _, url in visit.asked if "/a/on" in url]) <= 6
    assert "it leads on and on" in visit.problem("on")


def test_what_takes_the_browser_is_one_line_and_the_next_page_comes(wild: Visit) -> None:
    assert wild.ended.code == 2
    assert wild.ended.err == ""
    assert wild.problem("killer") == "the browser died"
    (killer,) = wild.of("/a/killer")
    assert (killer.head, killer.facts.error) == (None, "the browser died")
    assert wild.problem("hangs") == f"{SITE}hangs: not whole within 2 s"
    assert "<p>here</p>" in wild.of("/a/hangs", "DOM")[0].body.decode()  # what there is of it
    never, never_of_heavy = wild.of("/a/never")
    assert (never.head, never.facts.error) == (None, "the page was closed before it was answered")
    assert re.fullmatch("the browser took [0-9]+ MB, more than 500 MB, and was killed", wild.problem("heavy"))
    assert never_of_heavy.facts.error == wild.problem("heavy")
    assert wild.problem("busy") == f"{SITE}busy: not whole within 2 s"
    assert len(wild.ended.only["problems"]) == 4
    assert wild.of("/a/plain")[0].body == b"<p>plain</p>"


def test_what_comes_short_is_kept_as_far_as_it_came(visit: Visit) -> None:
    (cut,) = visit.of("/a/cut")
    assert (cut.body, cut.facts.truncated) == (b"<p>cut", "disconnect")
    assert cut.facts.error == "the connection ended before the answer did"
    assert visit.problem("cut")
    (halved,) = visit.of("/a/halved")  # what came of it decodes, and is not the page
    assert (halved.body, halved.facts.truncated) == (PAGE[: len(halved.body)], "disconnect")
    assert 0 < len(halved.body) < len(PAGE)
    assert visit.problem("attached") == "Download is starting"
    assert visit.of("/a/attached")[-1].body == b"attached"
    assert not visit.of("/a/attached", "DOM")


def test_robots_of_the_site_hold_for_the_browser_too(visit: Visit) -> None:
    assert not visit.of("/a/closed")
    assert (visit.ended.code, visit.ended.only["verdict"]) == (2, "blocked")
    assert visit.ended.err.startswith("sagwan: probe: its robots.txt closes it to programs")  # and what to write, and no more
    assert "Traceback" not in visit.ended.err
    assert "--topic" in visit.ended.err
    assert visit.problem("closed") == "https://www.probe.kr/robots.txt does not allow /a/closed to Sagwan"


def test_readers_of_the_archive_know_what_was_rendered(visit: Visit) -> None:
    warcs.check(visit.sagwan.archive)
    rebuilt = visit.sagwan("rebuild")
    assert (rebuilt.code, " 0 differences" in rebuilt.out) == (0, True), rebuilt.out
    verified = visit.sagwan("verify")
    assert (verified.code, "0 findings" in verified.out) == (0, True), verified.out
    (kept,) = [one for one in visit.ended.only["captures"] if one["what"] == "screenshot" and one["url"] == f"{SITE}page"]
    rows = visit.sagwan.rows(
        "SELECT lower(hex(record)), method, status, lower(hex(digest)) FROM captures WHERE article IS NULL"
    )
    assert (kept["capture"].replace("-", ""), "SCREENSHOT", None, kept["sha256"]) in rows
    assert len(visit.ended.only["captures"]) == len(visit.kept)
