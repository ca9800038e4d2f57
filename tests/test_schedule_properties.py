"""What holds of the schedule over simulated time, whatever happens: nothing skipped, nothing twice, nothing starved."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import HealthCheck, example, given, settings

from archive.watched import Asked
from bench.rota import PACE, Page, Rota
from crawler.due import EARLY, due
from crawler.ladder import DAY, HOUR, MINUTE, Ladder

START = 1_790_000_000_000 // DAY * DAY
SLOW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# (published this many minutes after the start, comments a minute, pages that a walk has)
ARTICLES = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from([0, 0, 0.01, 0.3, 3, 20]), st.integers(1, 40)), min_size=1, max_size=8
)


def rota(articles: list[tuple[int, float, int]], **more: object) -> Rota:
    """A topic with these articles, and one query."""
    told = sorted(articles)

    def site(article: int, since: int, now: int) -> Page:
        begins, rate, pages = told[article - 1]
        age = max(0, now - START - begins * MINUTE) / MINUTE
        return Page(int(age * rate), (now - since) / MINUTE * rate if since else 0.0, pages)

    published = [START + begins * MINUTE for begins, _, _ in told]
    return Rota(site, published, finds=[Asked("query")], **more)  # type: ignore[arg-type]


def run(made: Rota, minutes: int, every: int = 1, kills: frozenset[int] = frozenset(), down: range = range(0)) -> None:
    """Cron, each minute for 50 s; in some minutes it is killed in the middle, in others it does not come."""
    now = START
    for minute in range(0, minutes, every):
        now = max(now, START + minute * MINUTE)
        if minute in down:
            continue
        now = made.work(now, max(now, START + minute * MINUTE + (20_000 if minute in kills else 50_000)))
        if minute in kills:
            made.kill()


def gaps(made: Rota) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """For each kind and article, how long after the one before each look began, and its interval. A walk that goes on after a
    kill is the same walk: it began when it began."""
    last: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for look, began in made.begun:
        name = (look.kind, look.key)
        if look.resume is not None:
            continue
        if name in last:
            found[name].append((began - last[name], look.every))
        last[name] = began
    return found


@SLOW
@given(ARTICLES, st.frozensets(st.integers(0, 200)), st.integers(0, 200), st.integers(0, 60))
@example([(0, 0, 1)] * 6 + [(0, 20, 7)], frozenset({67}), 0, 51)  # a walk is killed, and goes on in the next minute
def test_nothing_is_looked_at_twice_within_its_cadence(
    articles: list[tuple[int, float, int]], kills: frozenset[int], down: int, long: int
) -> None:
    made = rota(articles)
    run(made, 240, kills=kills, down=range(down, down + long))
    assert made.done
    for name, told in gaps(made).items():
        for since, every in told:
            assert since >= (every // 2 if name[0] == "counts" else every) - EARLY, name


@SLOW
@given(ARTICLES, st.frozensets(st.integers(0, 200), max_size=60), st.integers(0, 200), st.integers(0, 60))
def test_whatever_was_killed_is_made_good(
    articles: list[tuple[int, float, int]], kills: frozenset[int], down: int, long: int
) -> None:
    made = rota(articles)
    run(made, 240, kills=kills, down=range(down, down + long))
    now = made.work(START + 240 * MINUTE, START + 300 * MINUTE)
    looked = {(done.look.kind, done.look.key) for done in made.done}
    for number in range(1, len(articles) + 1):
        assert {("article", str(number)), ("walk", str(number))} <= looked
    assert now < START + 300 * MINUTE  # it came to an end: all that was due is done
    assert due(now, made.state(), Ladder(), made.source).looks == []


@settings(SLOW, max_examples=2)
@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([5, 20]), st.integers(1, 60)), min_size=30, max_size=40))
def test_under_too_much_work_nothing_starves_and_lateness_is_seen(articles: list[tuple[int, float, int]]) -> None:
    made = rota(articles)
    run(made, 8 * 60)
    begun: dict[tuple[str, str], list[int]] = defaultdict(list)
    for done in made.done:
        begun[done.look.kind, done.look.key].append(done.began)
    end = START + 8 * HOUR
    for number in range(1, len(articles) + 1):
        for kind, longest in (("peek", 90 * MINUTE), ("walk", 6 * HOUR), ("article", 7 * HOUR)):
            moments = [*begun[kind, str(number)], end]
            assert len(moments) > 1, (kind, number)
            assert max(b - a for a, b in pairwise(moments)) < longest, (kind, number)
    assert len(begun["discovery", "query"]) > 8
    assert max(made.worst.values()) > MINUTE


@SLOW
@given(st.integers(600, 1800), st.integers(0, 2000))
def test_a_walk_of_an_hour_does_not_starve_the_minute(pages: int, shift: int) -> None:
    made = rota([(0, 30, pages), (1 + shift % 5, 10, 1)])
    made.work(START + 5 * MINUTE, START + 5 * MINUTE + pages * PACE + HOUR)
    walks = [done for done in made.done if done.look.kind == "walk" and done.look.key == "1"]
    assert walks
    begins, ends = walks[0].began, walks[0].ended
    assert ends - begins > pages * PACE
    for key in ("1", "2"):  # a walk begins with the pages of a peek
        looks = [done.began for done in made.done if done.look.kind in ("peek", "walk") and done.look.key == key]
        moments = [begins, *(at for at in looks if begins < at < ends), ends]
        assert max(b - a for a, b in pairwise(moments)) <= MINUTE + 20_000


@SLOW
@given(ARTICLES, st.integers(20, 400))
def test_a_budget_is_kept_over_runs(articles: list[tuple[int, float, int]], budget: int) -> None:
    made = rota(articles, budget=budget)
    run(made, 24 * 60 - 1, every=7)
    assert made.requests <= budget + 40  # what was begun is ended; a run itself stops at the last request
