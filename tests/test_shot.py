"""sagwan shot of the simulated portal: what it says, and what must be right before anything is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from crawler import chromium
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.warcs import check, exchanges

needs_browser = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["nowhere:1"], "nowhere:1: source `nowhere` does not exist. Known: "),
        (
            ["https://example.org/a"],
            "no source knows this URL as an article, and the archive has none from there: https://example.org/a",
        ),
        (["naver:1"], "'1' is no article key of Naver"),
        (["daum:20200522093902880", "word"], "not a reference: 'word'"),
        (["daum:20200522093902880"], chromium.MISSING),
    ],
)
def test_misuse_is_one_line_and_nothing_is_asked(sagwan: Sagwan, names: list[str], said: str) -> None:
    sagwan.env["PATH"], sagwan.env["PLAYWRIGHT_BROWSERS_PATH"] = "/nonexistent", "/nonexistent"
    ended = sagwan("shot", *names, "--connect-to", "*=http://127.0.0.1:9")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert ended.err.startswith(f"sagwan: {said}")
    assert not sagwan.archive.exists()


@needs_browser
def test_a_shot_says_what_it_kept_and_where(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    site = portal(comments=5, gzip=True)
    (article,) = site.world.articles
    rules = tmp_path / "rules.toml"
    rules.write_text('title = "규칙"\nqueries = ["x"]\n[source.daum]\ndelay = 0.3\n', encoding="utf-8")
    assert sagwan.collect(site, _topic(tmp_path, article.id)).code == 0
    ended = sagwan("shot", f"daum:{article.id}", "--topic", rules, "--connect-to", f"*={site.url}")
    assert (ended.code, ended.err) == (0, "")
    page, dom, picture = (
        one for one in exchanges(sagwan.archive) if one.facts.page in ("daum.shot", "daum.dom", "daum.screenshot")
    )
    assert (page.facts.topic, page.facts.article, page.facts.why) == ("규칙", article.id, "shot")
    rows = sagwan.rows(
        "SELECT lower(hex(digest)), article FROM captures WHERE page IN ('daum.shot', 'daum.dom', 'daum.screenshot')"
    )
    assert [row for _, row in rows] == [1, 1, 1]
    for digest, _ in rows:
        assert digest in ended.out
    assert article.title in dom.body.decode()
    assert picture.body.startswith(b"\x89PNG")
    assert " captures in " in ended.out
    assert (f"note: {chromium.NO_HANGUL}" in ended.out) == (not chromium.knows_hangul())
    assert sagwan.rows("SELECT page_failed FROM looks") == [(0,)]  # a shot is no look of the schedule
    asked = [one.facts for one in exchanges(sagwan.archive) if one.facts.run == page.facts.run and one.facts.method == "GET"]
    for host in {facts.url.split("/")[2] for facts in asked}:
        sent = [facts.sent for facts in asked if facts.url.split("/")[2] == host]
        least = 30_000 if host.endswith("daumcdn.net") else 300_000  # of the looks of a page a tenth
        assert all(after - before >= least for before, after in pairwise(sent)), host
    check(sagwan.archive)


def _topic(folder: Path, article: str) -> Path:
    path = folder / "t.toml"
    path.write_text(f'title = "t"\nseeds = {json.dumps([f"https://v.daum.net/v/{article}"])}\n', encoding="utf-8")
    return path
