"""Sites that refuse programs: no spider, one clear line where a topic names one, a place in `sagwan sources`."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import topics
from crawler.errors import Misuse
from crawler.refusing import REFUSING, refusing
from crawler.sources import all_sources
from tests.conftest import ROOT, Sagwan

SEEDS = "https://arca.live/b/breaking/1", "https://www.instiz.net/pt/7771111", "https://damoang.net/free/4763008"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_there_is_one_clear_line(seed: str) -> None:
    with pytest.raises(Misuse) as caught:
        topics.read(f'title = "t"\nseeds = ["{seed}"]\n', Path("t.toml"))
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    assert said.startswith(f"t.toml: seed '{seed}': ")
    assert "refuses programs (403" in said
    assert "docs/sources/refusing.md" in said


@pytest.mark.parametrize("name", ["arcalive", "arca", "arca.live", "Instiz", "damoang", "damoang.net"])
def test_so_is_a_topic_that_names_one(name: str) -> None:
    for text in (f'sources = ["{name}"]\n', f'[source."{name}"]\nreplies = false\n'):
        with pytest.raises(Misuse, match="refuses programs"):
            topics.read(f'title = "t"\nqueries = ["a"]\n{text}', Path("t.toml"))


@pytest.mark.parametrize("said", ["", "naver", "http://[::1", "https://notarca.live.example/b/1", "https://xarca.live/b/1"])
def test_other_names_and_addresses_are_none_of_them(said: str) -> None:
    assert refusing(said) is None


def test_they_are_listed_and_have_no_source(sagwan: Sagwan) -> None:
    names = {site.name for site in REFUSING}
    assert names.isdisjoint(all_sources())
    lines = sagwan("sources", "--json").lines
    assert {line["source"] for line in lines if line["refusing"]} == names
    assert all(not line["requests"] and not line["pages"] for line in lines if line["refusing"])
    assert len({tuple(line) for line in lines}) == 1, "every line has the same keys"
    assert "arcalive: Arca.live: refusing: 403" in sagwan("sources").out
    page = (ROOT / "docs" / "sources" / "refusing.md").read_text(encoding="utf-8")
    assert all(site.host in page for site in REFUSING)
