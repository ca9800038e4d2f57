"""The pages of evidence over HTTP and in Chromium: what hostile sites wrote is letters, what cannot be is one clear line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from crawler import chromium
from tests.conftest import ROOT, Sagwan
from tests.maker import ARTICLE, KEY, Maker, row
from tests.serving import Reader, Served, browser

ATTACK = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7 * 7 }}</textarea></script><svg onload=alert(3)>"""
REF = f"daum:{ARTICLE}#1"


class Hostile:
    """An archive in which whatever a site can write is an attack, and some references into it."""

    def __init__(self, root: Path) -> None:
        maker = Maker(root)
        self.run = maker.run
        rows = [row(key, key, text=f"{ATTACK} {key}") for key in range(1, 30)]
        maker.page(rows, why=ATTACK)
        for _ in range(2):
            maker.now += 60_000
            maker.page([row(key, 50 * key, text=f"{ATTACK} 고침 {key}") for key in range(1, 30)])
        address = f"https://comment.daum.net/{ATTACK}"
        self.refused = maker.keep(maker.exchange(address, "daum.comments", ATTACK.encode(), 403)).record
        maker.db.execute(
            "INSERT INTO article_versions (article, capture, title, text, state) VALUES (1, 1, ?1, ?1, 'visible')", (ATTACK,)
        )
        (account,) = maker.db.execute("SELECT account FROM comment_versions LIMIT 1").fetchone()
        self.account = account.hex()
        maker.event("run_ended", run=maker.run, verdict="blocked", counters={"errors": {ATTACK: 1}, "captures": 3})
        maker.writer.close()
        maker.db.close()

    def paths(self) -> list[str]:
        """Every page, with something on it."""
        word = quote("script>alert")
        return [
            f"/comment?ref={quote(REF)}",
            f"/account?key={self.account}",
            "/movers?minutes=360",
            "/captures",
            f"/captures?run={self.run}",
            f"/captures?run={self.run}&which=trouble",
            f"/capture?id={self.refused}",
            f"/check?ref={quote(REF)}",
            f"/search?q={word}",
            f"/search?q={word}&kind=article",
            f"/search?q={quote(ATTACK)}",
        ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hostile, Served]]:
    sagwan = Sagwan(tmp_path_factory.mktemp("hostile"))
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    made = Hostile(sagwan.archive)
    yield made, Served(sagwan)
    sagwan.stop()


def test_what_sites_wrote_is_letters(hostile: tuple[Hostile, Served]) -> None:
    made, served = hostile
    for path in made.paths():
        status, headers, text = served.ask(path)
        assert status == 200, path
        assert "unsafe" not in headers["content-security-policy"]
        for tag in ("<script>alert", "<img src=x", "<svg onload", "49</textarea>"):
            assert tag not in text, path
        if path not in ("/captures",):
            assert "alert" in unescape(text), path  # it is there, as letters


def test_the_bytes_are_text_and_nothing_else(hostile: tuple[Hostile, Served]) -> None:
    made, served = hostile
    status, headers, text = served.ask(f"/raw?id={made.refused}")
    assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, "text/plain; charset=utf-8", "nosniff")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert ATTACK in text
    assert "HTTP/1.1 403" in text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/comment?ref={quote(REF)}000", 404, "no comment #1000"),
        ("/comment?ref=daum:1%231", 404, "no article daum:1"),
        ("/comment?ref=daum:" + ARTICLE, 400, "not a comment"),
        ("/comment?ref=nothing", 400, "not a reference"),
        ("/comment", 400, "not a reference"),
        ("/account?key=" + "0" * 32, 404, "no comment of the account"),
        ("/account?key=%3Cscript%3E", 404, "is no account"),
        ("/account", 404, "no account|no comment"),
        ("/account?key=00&before=-5", 400, "not a number"),
        ("/movers?minutes=-5", 400, "not a number"),
        ("/movers?minutes=0", 400, "not a number from 1"),
        ("/movers?minutes=99999999999999999999", 400, "not a number"),
        ("/movers?to=yesterday", 400, "not a time"),
        ("/movers?to=9999-99-99", 400, "not a time"),
        ("/captures?run=nobody", 404, "no run"),
        ("/captures?before=-1", 400, "not a number"),
        ("/captures?run=RUN&after=x", 400, "not a place"),
        ("/captures?run=RUN&which=x", 400, "write all or trouble"),
        ("/capture?id=00", 404, "no capture"),
        ("/capture?id=zz", 404, "is no capture"),
        ("/raw?id=zz", 404, "is no capture"),
        (f"/check?ref={quote(REF)}&at=1970-01-02", 404, "nothing was known"),
        (f"/check?ref={quote(REF)}&at=x", 400, "not a time"),
        ("/search?q=a&kind=x", 400, "write comment or article"),
        ("/search?q=a&before=x", 400, "not a number"),
    ],
)
def test_what_cannot_be_is_one_clear_line(hostile: tuple[Hostile, Served], path: str, status: int, said: str) -> None:
    made, served = hostile
    answer = served.ask(path.replace("RUN", made.run))
    assert answer[0] == status, answer[2][-600:]
    (line,) = re.findall(r'<p class="said">(.*?)</p>', unescape(answer[2]))
    assert re.search(said, line), line


@pytest.mark.parametrize(
    "query", ['"', '" * ( NEAR', "*", "(", "a OR", "NEAR(", "-", "^", ":", "%", "_", "\\", "'; --", "\0", "ㅋ", "가나"]
)
def test_no_query_is_syntax(hostile: tuple[Hostile, Served], query: str) -> None:
    assert hostile[1].ask(f"/search?q={quote(query)}")[0] == 200


def test_nothing_is_posted(hostile: tuple[Hostile, Served]) -> None:
    for path in ("/check", "/search", "/movers"):
        assert hostile[1].ask(path, "POST")[0] == 405


def test_a_check_is_told_and_the_command_line_beside_it(hostile: tuple[Hostile, Served]) -> None:
    text = unescape(hostile[1].ask(f"/check?ref={quote(REF)}&lang=en")[2])
    assert "Every step holds" in text
    assert f'sagwan verify --row "{REF}@' in text


@pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
def test_in_a_browser_charts_are_drawn_and_nothing_else_runs(hostile: tuple[Hostile, Served]) -> None:
    made, served = hostile
    with browser() as started:
        reader = Reader(started, served)
        for path in (one for one in made.paths() if one[:4] in ("/com", "/acc", "/mov", "/sea")):
            reader.page.goto(path, wait_until="load")
            assert reader.page.locator("figure.chart").count() == reader.page.locator("figure.chart svg").count(), path
        reader.open(f"/check?ref={quote(REF)}")
        assert reader.judged() == []
        reader.open(made.paths()[0])
        assert reader.judged() == []
        assert reader.page.locator("figure.chart svg").count() == 2
        assert reader.page.locator(".dots circle").count() >= 4
        reader.open(f"/raw?id={made.refused}")
        assert reader.wrong == []


def test_what_comes_from_npm_is_what_is_written_down() -> None:
    folder = ROOT / "archive" / "web" / "static" / "vendor"
    listed = json.loads((folder / "packages.json").read_text())
    assert {one["file"] for one in listed} | {"packages.json", "LICENSES.txt"} == {path.name for path in folder.iterdir()}
    for one in listed:
        assert sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"]
        assert one["integrity"].startswith("sha512-")
        assert f"{one['name']} {one['version']}" in (folder / "LICENSES.txt").read_text()
