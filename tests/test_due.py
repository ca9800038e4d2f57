"""What is due, by table: rows, a moment, and the looks that must follow."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from archive.looks import Looked
from archive.watched import Asked, Watched
from crawler.due import Look, State, due, too_late, upcoming, within
from crawler.ladder import DAY, HOUR, MINUTE, Ladder, duration, ladder, wait, words
from crawler.sources import Source

NOW = 1_790_035_200_000  # midnight, UTC: the counts go by the clock
SITE = Source(
    name="site",
    title="a site",
    allow=(),
    article_key=lambda url: None,
    article_url=lambda key: key,
    threads=frozenset({None, "open", "talk"}),
    counted=33,
    forgets={"talk": 48 * HOUR},
)


def article(age: int, **more: Any) -> Watched:
    """An article of that age whose page, walk and counts are a second old; `*_ago` say otherwise (None: never)."""
    ago = {name: more.pop(f"{name}_ago", 1000) for name in ("page", "walk", "counts", "peek")}
    times = {f"{name}_at": None if at is None else NOW - at for name, at in ago.items()}
    open_walk = more.pop("open_walk", None)
    last = more.pop("last_ago", None)
    looked = Looked(1, "site", NOW - age, NOW - age, pane="open", count=30, walk_count=20, walk_pages=5, **times)
    if last is not None:
        looked.walk_last = NOW - last
    return Watched("k", replace(looked, **more), open_walk)


def looks(watched: Watched, cadence: dict[str, str] | None = None, source: Source = SITE) -> list[str]:
    """What is due of one article now: `why (value)`, the most valuable first; pages as `page ...`."""
    found = due(NOW, State(NOW - DAY, [watched], [], []), ladder(cadence or {}), source)
    return [f"{look.kind}: {look.why}: {look.value}" for look in found.looks]


HOT = {"heat": 5.0, "heat_at": NOW}
RUNGS = [
    # young and cold: 15 minutes
    (article(HOUR), []),
    (article(HOUR, walk_ago=15 * MINUTE), ["walk: walk 15m: rest"]),
    (article(HOUR, walk_ago=15 * MINUTE - 1001), []),
    (article(HOUR, page_ago=15 * MINUTE), ["article: article 15m: rest"]),
    (article(4 * HOUR, page_ago=59 * MINUTE), []),
    (article(4 * HOUR, page_ago=HOUR), ["article: article 1h: rest"]),
    (article(23 * HOUR, walk_ago=15 * MINUTE), ["walk: walk 15m: rest"]),
    (article(HOUR, counts_ago=5 * MINUTE), ["counts: counts 5m: rest"]),
    (article(HOUR, counts_ago=None), ["counts: counts 5m: new"]),
    # hot at any age: peeks every minute, a walk every 15
    (article(HOUR, peek_ago=MINUTE, walk_ago=2 * MINUTE, **HOT), ["peek: peek hot 1m: hot"]),
    (article(HOUR, peek_ago=MINUTE - 1001, walk_ago=2 * MINUTE, **HOT), []),
    (article(HOUR, peek_ago=None, walk_ago=30_000, **HOT), []),  # the walk has just read the same pages
    (article(HOUR, walk_ago=15 * MINUTE, **HOT), ["walk: walk hot 15m: hot"]),
    (article(5 * DAY, peek_ago=MINUTE, walk_ago=2 * MINUTE, **HOT), ["peek: peek hot 1m: hot"]),
    (article(99 * DAY, page_ago=DAY, walk_ago=DAY, peek_ago=DAY, **HOT), ["peek: peek hot 1m: hot", "walk: walk hot 15m: hot"]),
    # heat falls by half in ten minutes: 5 points are below one after 24
    (article(HOUR, peek_ago=MINUTE, walk_ago=2 * MINUTE, heat=5.0, heat_at=NOW - 23 * MINUTE), ["peek: peek hot 1m: hot"]),
    (article(HOUR, peek_ago=MINUTE, walk_ago=2 * MINUTE, heat=5.0, heat_at=NOW - 24 * MINUTE), []),
    # nothing was added since the last walk, as the counts say: a peek instead, and the walk at every fourth rung
    (article(HOUR, walk_ago=59 * MINUTE, peek_ago=14 * MINUTE, count=20), []),
    (article(HOUR, walk_ago=59 * MINUTE, peek_ago=15 * MINUTE, count=20), ["peek: peek 15m: rest"]),
    (article(HOUR, walk_ago=60 * MINUTE, count=20), ["walk: walk quiet 1h: rest"]),
    (article(HOUR, walk_ago=59 * MINUTE, peek_ago=HOUR, count=5, walk_count=5), []),  # too few to fight over
    (article(HOUR, walk_ago=15 * MINUTE, counts_ago=9 * MINUTE, count=5), ["counts: counts 5m: rest"]),  # the walk waits
    (article(HOUR, walk_ago=60 * MINUTE, counts_ago=9 * MINUTE), ["counts: counts 5m: rest", "walk: walk quiet 1h: rest"]),
    (article(HOUR, walk_ago=HOUR // 4, counts_ago=HOUR, walk_count=None), ["counts: counts 5m: rest", "walk: walk 15m: rest"]),
    (article(HOUR, walk_ago=15 * MINUTE, count=20, heat=0.2, heat_at=NOW), ["walk: walk 15m: rest"]),
    # older
    (article(2 * DAY, walk_ago=3 * HOUR, page_ago=3 * HOUR), ["article: article 3h: rest", "walk: walk 3h: rest"]),
    (article(2 * DAY, walk_ago=2 * HOUR, page_ago=2 * HOUR), []),
    (article(2 * DAY, counts_ago=HOUR), ["counts: counts 1h: rest"]),
    (article(8 * DAY, counts_ago=DAY), []),
    (article(8 * DAY, walk_ago=3 * DAY), ["walk: walk 3d: rest"]),
    (article(29 * DAY, walk_ago=3 * DAY - 1001), []),
    # sweeps
    (article(30 * DAY, walk_ago=1, page_ago=1), ["article: sweep 30d: rest", "walk: sweep 30d: rest"]),
    (article(31 * DAY, walk_ago=HOUR, page_ago=HOUR), []),
    (article(89 * DAY, walk_ago=58 * DAY, page_ago=58 * DAY), []),
    (article(91 * DAY, walk_ago=58 * DAY, page_ago=HOUR), ["walk: sweep 90d: rest"]),
    (article(364 * DAY, walk_ago=100 * DAY, page_ago=100 * DAY), []),
    (article(9 * 365 * DAY, walk_ago=366 * DAY, page_ago=366 * DAY), []),
    (article(9 * 365 * DAY, walk_ago=None, page_ago=HOUR), ["walk: walk first: new"]),
    (article(40 * DAY, page_ago=3 * DAY, page_failed=1), ["article: sweep 30d: rest"]),
    (article(40 * DAY, page_ago=3 * DAY, page_failed=6), []),
    # never looked at
    (article(HOUR, page_ago=None, walk_ago=None), ["article: article first: new"]),
    (article(HOUR, walk_ago=None), ["walk: walk first: new"]),
    (article(HOUR, walk_ago=None, peek_ago=MINUTE, **HOT), ["peek: peek hot 1m: hot", "walk: walk first: hot"]),
    # a pane without comments, and an article that is gone
    (article(HOUR, pane="none", walk_ago=None), []),
    (article(HOUR, pane=None, walk_ago=None), []),
    (article(HOUR, pane=None, walk_ago=None, page_failed=1), ["walk: walk first: new"]),
    (article(HOUR, gone=1, page_ago=15 * MINUTE), ["article: article 15m: rest"]),  # is it? and its thread meanwhile
    (article(HOUR, gone=1, walk_ago=15 * MINUTE), ["walk: walk 15m: rest"]),
    (article(HOUR, gone=2, walk_ago=DAY, page_ago=29 * MINUTE, counts_ago=DAY, **HOT), []),
    (article(HOUR, gone=2, walk_ago=DAY, page_ago=30 * MINUTE, counts_ago=DAY, **HOT), ["article: article 15m: rest"]),
    (article(HOUR, gone=60, walk_ago=DAY, page_ago=24 * HOUR - 1001), []),
    (article(HOUR, gone=60, walk_ago=DAY, page_ago=24 * HOUR), ["article: article 15m: rest"]),
    (article(8 * DAY, gone=3, walk_ago=4 * DAY, page_ago=3 * DAY), ["article: article 3d: rest"]),
    (article(31 * DAY, gone=2, walk_ago=5 * DAY, page_ago=5 * DAY), ["article: sweep 30d: rest", "walk: sweep 30d: rest"]),
    # failures: twice as long each time, a day at most
    (article(HOUR, page_ago=29 * MINUTE, page_failed=1), []),
    (article(HOUR, page_ago=30 * MINUTE, page_failed=1), ["article: article 15m: rest"]),
    (article(HOUR, page_ago=23 * HOUR, page_failed=60), []),
    (article(HOUR, page_ago=24 * HOUR, page_failed=60), ["article: article 15m: rest"]),
    (article(8 * DAY, page_ago=3 * DAY, page_failed=9), ["article: article 3d: rest"]),
    (article(HOUR, peek_ago=3 * MINUTE, peek_failed=2, **HOT), []),
    # a walk that was cut short goes on, unless that was long ago
    (article(HOUR, walk_ago=2 * MINUTE, last_ago=1000, open_walk="w"), ["walk: walk 15m: new"]),
    (article(HOUR, walk_ago=2 * HOUR, last_ago=HOUR, open_walk="w"), ["walk: walk 15m: rest"]),
    # before the source forgets, and after
    (article(46 * HOUR, pane="talk", walk_ago=2 * HOUR), []),
    (article(47 * HOUR, pane="talk", walk_ago=2 * HOUR), ["walk: deadline 2d: deadline"]),
    (article(47 * HOUR + MINUTE, pane="talk", walk_ago=1000), []),
    (article(48 * HOUR, pane="talk", walk_ago=5 * HOUR), []),
]  # fmt: skip


VEILED = [
    # older than a day, so walked every three hours: once more when the words are shown that the last walk could not read
    (article(2 * DAY, walk_ago=50 * MINUTE, veiled=NOW - HOUR), ["walk: walk veiled 1h: new"]),
    (article(2 * DAY, walk_ago=50 * MINUTE, veiled=NOW - HOUR + 2000), []),
    (article(2 * DAY, walk_ago=50 * MINUTE, veiled=NOW - 2 * HOUR), []),  # they were shown then
    (article(2 * DAY, walk_ago=1000, veiled=NOW - HOUR), ["walk: walk veiled 1h: new"]),
    (article(2 * DAY, walk_ago=50 * MINUTE, veiled=NOW - HOUR, walk_failed=1), []),
    (article(2 * DAY, walk_ago=50 * MINUTE), []),
]  # fmt: skip


@pytest.mark.parametrize(("watched", "wanted"), VEILED)
def test_words_that_a_site_shows_later(watched: Watched, wanted: list[str]) -> None:
    assert looks(watched, source=replace(SITE, veils=HOUR)) == wanted
    assert looks(watched) == []  # a site that hides nothing


@pytest.mark.parametrize(("watched", "wanted"), RUNGS)
def test_rungs(watched: Watched, wanted: list[str]) -> None:
    assert sorted(looks(watched)) == sorted(wanted)


def test_a_topic_changes_named_rungs() -> None:
    own = {"hot": "30s", "hot_walk": "5m", "day": "1h", "week": "6h", "month": "7d", "counts": "2m", "article": "2h"}
    assert looks(article(HOUR, peek_ago=30_000, walk_ago=MINUTE, **HOT), own) == ["peek: peek hot 30s: hot"]
    assert looks(article(HOUR, walk_ago=5 * MINUTE, peek_ago=1, **HOT), own) == ["walk: walk hot 5m: hot"]
    assert looks(article(HOUR, walk_ago=59 * MINUTE), own) == []
    assert looks(article(2 * DAY, walk_ago=6 * HOUR), own) == ["walk: walk 6h: rest"]
    assert looks(article(8 * DAY, walk_ago=6 * DAY), own) == []
    assert looks(article(HOUR, counts_ago=2 * MINUTE), own) == ["counts: counts 2m: rest"]
    assert looks(article(4 * HOUR, page_ago=119 * MINUTE), own) == []


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (Asked("q"), [("discovery", "discovery 15m", NOW - DAY)]),  # late since the topic began
        (Asked("q", NOW - 15 * MINUTE), [("discovery", "discovery 15m", NOW)]),
        (Asked("q", NOW - 15 * MINUTE + 1001), []),
        (Asked("q", NOW - 59 * MINUTE, failed=2), []),
        (Asked("q", NOW - 61 * MINUTE, failed=2), [("discovery", "discovery 15m", NOW - MINUTE)]),
    ],
)
def test_queries_and_lists(asked: Asked, wanted: list[tuple[str, str, int]]) -> None:
    found = due(NOW, State(NOW - DAY, [], [], [asked]), Ladder(), SITE).looks
    assert [(look.kind, look.why, look.due_at) for look in found] == wanted


def test_a_seed_that_nobody_has_seen_is_due_at_once_and_then_with_patience() -> None:
    assert [look.why for look in due(NOW, State(None, [], [Asked("k")], []), Ladder(), SITE).looks] == ["article first"]
    later = due(NOW, State(NOW - DAY, [], [Asked("k", NOW - MINUTE, 1)], []), Ladder(), SITE)
    assert (later.looks, later.next_at) == ([], NOW + 29 * MINUTE)


def test_a_walk_that_was_cut_short_goes_on_with_what_is_left() -> None:
    watched = article(HOUR, walk_ago=2 * MINUTE, last_ago=1000, open_walk="w", walk_pages=30, count=5000)
    (look,) = due(NOW, State(NOW, [watched], [], []), Ladder(), SITE).looks
    assert (look.resume, look.cost) == ("w", 22)


def test_the_most_valuable_comes_first_and_lateness_lifts_everything() -> None:
    def order(late: int) -> list[str]:
        watched = [
            article(47 * HOUR, pane="talk", walk_ago=2 * HOUR),
            article(HOUR, peek_ago=MINUTE, walk_ago=2 * MINUTE, **HOT),
            article(2 * DAY, walk_ago=3 * HOUR + late),
        ]
        for name, each in zip("dhr", watched, strict=True):
            each.key = name
        return [look.key for look in due(NOW, State(NOW, watched, [], [Asked("n", NOW - 15 * MINUTE)]), Ladder(), SITE).looks]

    assert order(0) == ["d", "h", "n", "r"]
    assert order(5 * HOUR) == ["d", "h", "r", "n"]
    assert order(10 * HOUR) == ["d", "r", "h", "n"]


def test_lateness_is_told() -> None:
    (look,) = due(NOW, State(NOW, [article(2 * DAY, walk_ago=5 * HOUR)], [], []), Ladder(), SITE).looks
    assert look.late(NOW) == 2 * HOUR
    assert all(look.late(NOW) < 0 for look in upcoming(NOW, State(NOW, [article(2 * DAY)], [], []), Ladder(), SITE))


def many(**values: int) -> list[Look]:
    return [Look("walk", str(n), "w", value, DAY, NOW, 2) for value, count in values.items() for n in range(count)]


@pytest.mark.parametrize(
    ("hour", "used", "put_off"),
    [
        (0, 0, [0, 0, 10, 10]),  # hardly anything is used ahead of the day but by what is hot
        (0, 96, [8, 10, 10, 10]),
        (0, 100, [10, 10, 10, 10]),
        (12, 0, [0, 0, 0, 10]),
        (20, 0, [0, 0, 0, 0]),
        (20, 78, [0, 10, 10, 10]),
    ],
)
def test_a_budget_bites_the_least_valuable_first(hour: int, used: int, put_off: list[int]) -> None:
    now = NOW // DAY * DAY + hour * HOUR
    found, left = within(many(deadline=10, hot=10, new=10, rest=10), now, used, 100)
    assert [left[value] for value in ("deadline", "hot", "new", "rest")] == put_off
    assert len(found) == 40 - sum(put_off)


def test_without_a_budget_nothing_is_put_off() -> None:
    assert within(many(rest=1000), NOW, 10**9, None)[1].total() == 0


@pytest.mark.parametrize(
    ("text", "ms"), [("30s", 30_000), ("1m", MINUTE), ("90m", 90 * MINUTE), ("3h", 3 * HOUR), ("2d", 2 * DAY)]
)
def test_intervals_are_read_and_told(text: str, ms: int) -> None:
    assert (duration(text), words(ms)) == (ms, text)


def test_patience_ends_at_a_day() -> None:
    assert [wait(HOUR, n) // HOUR for n in range(7)] == [1, 2, 4, 8, 16, 24, 24]
    assert wait(3 * DAY, 5) == 3 * DAY


@pytest.mark.parametrize(
    ("why", "value", "every", "late", "usual", "budgeted", "expected"),
    [
        ("peek hot 1m", "hot", MINUTE, 14 * MINUTE, MINUTE, False, False),  # a run of a minute is often late by some
        ("peek hot 1m", "hot", MINUTE, 16 * MINUTE, MINUTE, False, True),
        ("peek hot 1m", "hot", MINUTE, 80 * MINUTE, 30 * MINUTE, False, False),  # somebody's cron runs twice an hour
        ("peek hot 1m", "hot", MINUTE, 100 * MINUTE, 30 * MINUTE, False, True),
        ("article 15m", "rest", 15 * MINUTE, 59 * MINUTE, MINUTE, False, False),
        ("article 15m", "rest", 15 * MINUTE, 61 * MINUTE, MINUTE, False, True),
        ("discovery 15m", "new", 15 * MINUTE, 50 * MINUTE, MINUTE, False, True),
        ("article 3d", "rest", 3 * DAY, 8 * DAY, MINUTE, False, False),
        ("article 3d", "rest", 3 * DAY, 10 * DAY, MINUTE, False, True),
        ("walk 15m", "hot", 15 * MINUTE, 12 * HOUR, MINUTE, False, False),  # it was quiet, and is hot since a minute
        ("article first", "new", 15 * MINUTE, 5 * HOUR, MINUTE, False, False),  # a new topic has hundreds of them
        ("article 15m", "rest", 15 * MINUTE, 5 * HOUR, MINUTE, True, False),  # what a budget puts off is put off on purpose
        ("peek hot 1m", "hot", MINUTE, HOUR, MINUTE, True, True),
    ],
)
def test_too_late(why: str, value: str, every: int, late: int, usual: int, budgeted: bool, expected: bool) -> None:
    look = Look(why.split()[0], "k", why, value, every, NOW - late, 2)
    assert too_late(look, late, usual, budgeted=budgeted) is expected
