"""A spider's `browse`: what only a browser shows is read by a parser, stored, and read again like everything else."""

from __future__ import annotations

import json

import pytest

from crawler import chromium
from tests import warcs
from tests.browsing import INSTALL, SITE, answers
from tests.conftest import Sagwan
from tests.rawserver import RawServer

SPIDER = "; from crawler import settings; settings.SPIDER_MODULES.append('tests.browsing_spider'); import tests.browsing_spider"


@pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
def test_comments_that_only_a_browser_shows_are_rows_like_others(sagwan: Sagwan) -> None:
    topic = sagwan.folder / "t.toml"
    topic.write_text(f'title = "t"\nseeds = {json.dumps([f"{SITE}talk"])}\n')
    with RawServer(answers) as server:
        ended = sagwan("collect", topic, "--connect-to", f"*={server.url}", "--json", first=INSTALL + SPIDER)
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert (ended.only["verdict"], ended.only["comments"], ended.only["collected"]) == ("ok", 2, 2)
    assert not [one for one in warcs.exchanges(sagwan.archive) if one.facts.method == "SCREENSHOT"]
    lines = sagwan("as-of", "now", "--article", "probe:talk", "--json", first=INSTALL).lines
    assert [line.get("text") for line in lines[1:]] == ["첫째", "둘째"]
    kinds = sagwan.rows("SELECT method, page, outcome, why FROM captures WHERE page <> 'robots' ORDER BY id")
    assert kinds == [
        ("GET", "probe.article", "ok", "seed"),
        ("GET", "probe.part", "none", "part"),  # the frame, when it is opened
        ("GET", "probe.part", "none", "part"),  # what fills it
        ("DOM", "probe.dom", "none", "part"),
        ("DOM", "probe.talk", "ok", "seed"),
    ]
    assert sagwan.rows("SELECT page_failed, pane FROM looks") == [(0, "talk")]
    rebuilt = sagwan("rebuild", first=INSTALL + SPIDER)
    assert (rebuilt.code, " 0 differences" in rebuilt.out) == (0, True), rebuilt.out


def test_without_a_browser_what_needs_one_says_so(sagwan: Sagwan) -> None:
    sagwan.env["PATH"], sagwan.env["PLAYWRIGHT_BROWSERS_PATH"] = "/nonexistent", "/nonexistent"
    topic = sagwan.folder / "t.toml"
    topic.write_text(f'title = "t"\nseeds = {json.dumps([f"{SITE}talk"])}\n')
    with RawServer(answers) as server:
        ended = sagwan("collect", topic, "--connect-to", f"*={server.url}", first=INSTALL + SPIDER)
    assert (ended.code, ended.err) == (2, "")
    assert f"probe: t: broken ({SITE}talk: {chromium.MISSING})" in ended.out
