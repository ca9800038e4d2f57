"""The smaller sites together: hostile bytes, one topic, their schedule with its peeks, and a proof of a row of each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import pages
from crawler.sources import load_pages
from tests.conftest import ROOT, Sagwan
from tests.naver import read
from tests.portal import Portal
from tests.portal.small import HOMES, MINUTE, plant
from tests.small_runs import agrees

SOURCES = tuple(sorted(HOMES))
FIXTURES = {
    "livere": ("livere/list.js", "https://api-zero.livere.com/v1/comments/list?offset=1&consumerSeq=623&livereSeq=15201"
               "&smartloginSeq=714&repSeq=5000001"),
    "naver_blog": ("naver_blog/editor-one.html", "https://m.blog.naver.com/haru-log/223000000123"),
    "naver_cafe": ("naver_cafe/article.json", "https://apis.naver.com/cafe-web/cafe-articleapi/v2.1/cafes/27000001/articles/67793"),
    "zum": ("zum/article.html", "https://news.zum.com/articles/97264265"),
}  # fmt: skip
load_pages()
KINDS = [entry.kind for entry in pages.registered() if entry.kind.partition(".")[0] in SOURCES]
GOOD = {name: (ROOT / "tests" / "fixtures" / file).read_bytes() for name, (file, _) in FIXTURES.items()}


@given(
    kind=st.sampled_from(KINDS),
    other=st.sampled_from(SOURCES),
    cut=st.integers(0, 3000),
    put=st.binary(max_size=20)
    | st.sampled_from([b"null", b"\x01", b"-1", b'"x"', b"[]", b"{}", b"9" * 30, b"\\ud83d", b"<p>", b"</div>"]),
    gone=st.integers(0, 40),
)
def test_no_bytes_break_a_parser(kind: str, other: str, cut: int, put: bytes, gone: int) -> None:
    body, url = GOOD[other], FIXTURES[kind.partition(".")[0]][1]
    spoilt = body[:cut] + put + body[cut + gone :]
    assert read(kind, url, spoilt).outcome in {"ok", "empty", "layout", "refused"}


@pytest.fixture
def evening(portal: Callable[..., Portal]) -> Portal:
    """An article of an hour's age on each site, in a time that is set."""
    p = portal(articles=0)
    p.world.now = p.world.now
    for source in SOURCES:
        plant(p.world, source, comments=30, replies=0 if source == "zum" else 6, age=60)
    return p


def test_what_is_hot_is_peeked_at_on_each(sagwan: Sagwan, evening: Portal, tmp_path: Path) -> None:
    world = evening.world
    topic = tmp_path / "t.toml"
    topic.write_text(f'title = "시험"\nseeds = {json.dumps([article.url for article in world.articles])}\n', encoding="utf-8")
    for minutes in (0, 16, 2):
        world.now += minutes * MINUTE
        for article in world.articles:
            for comment in article.comments[-4:]:
                world.vote(comment.id, likes=900)
            for _ in range(20 if article.site == "naver_cafe" else 1):  # nobody votes there
                world.add_comment(article)
        clock = ("--clock", f"{evening.url}/__clock")
        ended = sagwan("collect", topic, "--due", "--connect-to", f"*={evening.url}", *clock, "--json")
        assert (ended.code, {line["verdict"] for line in ended.lines}) == (0, {"ok"}), ended.out
        assert tuple(line["source"] for line in sorted(ended.lines, key=lambda line: line["source"])) == SOURCES
    looks = "SELECT DISTINCT page FROM captures WHERE why LIKE '{}%' ORDER BY 1"
    pages = [(f"{source}.comments",) for source in SOURCES]
    assert sagwan.rows(looks.format("walk")) == pages
    assert sagwan.rows(looks.format("peek hot")) == pages
    assert sagwan.rows("SELECT sum(complete), count(*) FROM walks") == [(8, 8)]
    agrees(sagwan)


def test_a_row_of_each_is_proven_without_this_program(sagwan: Sagwan, evening: Portal, tmp_path: Path) -> None:
    topic, proof = tmp_path / "t.toml", tmp_path / "proof.json"
    topic.write_text(f'title = "시험"\nseeds = {json.dumps([a.url for a in evening.world.articles])}\n', encoding="utf-8")
    assert sagwan("collect", topic, "--connect-to", f"*={evening.url}").code == 0
    assert sagwan("seal").code == 0
    for article in evening.world.articles:
        ref = f"{article.site}:{article.id}#{article.comments[-1].id}"
        told = sagwan("verify", "--row", f"{ref}@now", "--json")
        assert told.code == 0, told.err
        line = told.lines[0]
        proof.write_text(json.dumps(line), encoding="utf-8")
        command = [sys.executable, str(ROOT / "docs" / "check_proof.py"), str(proof)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "PROVEN"), (ref, ended.stdout)
