"""The crowd of the scenario against the corpora, and the clock that drives it over HTTP."""

from __future__ import annotations

import gzip
import json
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import Portal, Scenario, World
from .client import ask, cbox, rows, walk_naver
from .scenario import HOUR
from .test_scenario import MINUTE, played

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "corpora" / "naver-comments-2018.tsv.gz"


def quantile(values: list[int], share: float) -> int:
    return sorted(values)[int(len(values) * share)]


def test_votes_and_lengths_are_spread_as_in_the_corpora() -> None:
    scenario = played(48 * HOUR, comments=2_500, articles=2, plan=None)
    tops = [c for article in scenario.world.articles for c in article.comments if c.shown]
    likes, dislikes, lengths = [c.likes for c in tops], [c.dislikes for c in tops], [len(c.text) for c in tops]
    assert len(tops) > 2_000
    mine = {
        "no like": sum(n == 0 for n in likes) / len(likes),
        "no dislike": sum(n == 0 for n in dislikes) / len(dislikes),
        "twice": sum(n for n in Counter(c.text for c in tops if len(c.text) > 15).values() if n > 1) / len(tops),
    }
    assert 0.2 < mine["no like"] < 0.42
    assert 0.5 < mine["no dislike"] < 0.75
    assert 0.002 < mine["twice"] < 0.05
    assert 1 <= statistics.median(likes) <= 3
    assert 5 <= quantile(likes, 0.9) <= 20
    assert 40 <= quantile(likes, 0.99) <= 600
    assert max(likes) > 2_000
    assert 4 < statistics.mean(likes) < 25
    assert 1 < statistics.mean(dislikes) < 5
    assert 14 <= quantile(lengths, 0.25) <= 25
    assert 30 <= statistics.median(lengths) <= 45
    assert 100 <= quantile(lengths, 0.9) <= 145
    assert max(lengths) <= 300
    if not CORPUS.is_file():
        pytest.skip(f"no corpus at {CORPUS}")
    lines = [line.split("\t") for line in gzip.decompress(CORPUS.read_bytes()).decode().splitlines()[1:]]
    theirs = [int(line[5]) for line in lines]
    assert abs(mine["no like"] - sum(n == 0 for n in theirs) / len(theirs)) < 0.12
    assert abs(statistics.median(lengths) - statistics.median(len(line[3]) for line in lines)) < 10


def test_nights_are_quiet() -> None:
    scenario = played(30 * HOUR, articles=1, plan=None, comments=1_500)
    hours = Counter((event.at - scenario.start) // HOUR for event in scenario.truth() if event.kind == "write")
    night, evening = (sum(hours[h] for h in span) for span in (range(8, 12), range(24, 28)))  # 2-6 and 18-22 o'clock
    assert evening / night > 0.5  # were every hour the same, the sixteen hours between would have left a seventh


# -- over HTTP


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(articles=0) as running:
        running.play(Scenario(running.world, seed=3, articles=2, evening=2, comments=400))
        yield running


def put_forward(portal: Portal, **order: int) -> int:
    status, _, body = ask(portal, "any.host/__clock", "POST", json.dumps(order).encode())
    assert status == 200, body
    moment: int = json.loads(body)["now"]
    return moment


def test_the_clock_drives_it(portal: Portal) -> None:
    scenario = portal.scenario
    assert scenario is not None
    assert rows(portal, "any.host/__clock") == {"now": scenario.start}
    (first,) = [scenario.world.article(row["id"]) for row in rows(portal, "any.host/__articles")]
    assert cbox(portal, first)["result"]["count"]["total"] == 0
    sightings = 0
    for minute in range(1, 31):
        now = put_forward(portal, advance=MINUTE)
        assert now == scenario.start + minute * MINUTE
        for row in walk_naver(portal, first):
            likes, dislikes = scenario.counts_at(int(row["commentNo"]), now) or (-1, -1)
            assert (row["sympathyCount"], row["antipathyCount"]) == (likes, dislikes)
            sightings += 1
    assert sightings > 200
    events = rows(portal, "any.host/__truth?events=1")
    assert [row["number"] for row in events] == list(range(len(events)))
    assert len(rows(portal, f"any.host/__truth?events=1&since={len(events) - 3}")) == 3
    assert {row["kind"] for row in rows(portal, "any.host/__truth?events=1&kind=publish")} == {"publish"}
    assert put_forward(portal, now=scenario.start + HOUR) == scenario.start + HOUR
    assert len(rows(portal, "any.host/__truth?events=1")) > len(events)
    gone = rows(portal, f"any.host/__truth?gone=1&article={first.id}")
    assert gone == portal.world.gone(first)
    portal.world.now += MINUTE  # set by hand, it is caught up with before the next answer
    assert cbox(portal, first)["date"].startswith("2026-11-21T10:01")
    assert scenario.reached == portal.world.now
    assert ask(portal, "any.host/__clock", "POST", b"{}")[0] == 400


def test_a_scenario_belongs_to_its_world(portal: Portal) -> None:
    with pytest.raises(ValueError, match="another world"):
        portal.play(Scenario(World(articles=0), articles=1))
