"""The scenario: the same events however time is cut, a record that explains the world, a campaign."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from . import Plan, Scenario, World
from .plan import SAME_TEXT, WORDS
from .scenario import HOUR, Event

SMALL = {"articles": 4, "evening": 3, "comments": 500}
MINUTE = 60_000


def played(until: int, *, seed: int = 1, by: int = 0, **more: Any) -> Scenario:
    """A scenario of its own, advanced to a moment after its start at once, or in steps."""
    scenario = Scenario(World(articles=0), seed, **(SMALL | more))
    for moment in range(scenario.start, scenario.start + until, by or until):
        scenario.advance_to(moment)
    scenario.advance_to(scenario.start + until)
    return scenario


def world_of(scenario: Scenario) -> list[Any]:
    return [(a.id, a.pane, a.title, a.reactions, scenario.world.truth(a)) for a in scenario.world.articles]


@pytest.fixture(scope="module")
def whole() -> Scenario:
    return played(4 * HOUR, sites=("naver", "daum"))


def told(scenario: Scenario) -> list[tuple[Event, dict[str, Any]]]:
    """What the campaign did, article by article."""
    return [(event, json.loads(event.note)) for event in scenario.truth() if event.kind == "campaign"]


# -- time


def test_the_same_seed_gives_the_same_truth() -> None:
    one, two, other = played(HOUR), played(HOUR), played(HOUR, seed=2)
    assert one.truth() == two.truth() != other.truth()
    assert world_of(one) == world_of(two)


@pytest.mark.parametrize("by", [7_000, 61_000, 2_000_000])
def test_many_steps_are_one_step(by: int) -> None:
    one, many = played(2 * HOUR), played(2 * HOUR, by=by)
    assert one.truth() == many.truth()
    assert world_of(one) == world_of(many)


def test_going_nowhere_does_nothing() -> None:
    scenario = played(HOUR)
    before = scenario.truth()
    scenario.advance_to(scenario.start + HOUR)
    scenario.advance_to(scenario.start)
    assert scenario.truth() == before
    assert [event.at for event in before] == sorted(event.at for event in before)


# -- the record


def test_the_record_explains_the_world(whole: Scenario) -> None:
    likes: Counter[int] = Counter()
    dislikes: Counter[int] = Counter()
    for event in whole.truth():
        if event.kind == "vote":
            likes[event.comment] += event.likes
            dislikes[event.comment] += event.dislikes
    gone = {event.comment: event.at for event in whole.truth() if event.kind == "delete"}
    written = {event.comment for event in whole.truth() if event.kind == "write"}
    seen = set()
    for article in whole.world.articles:
        for comment in [c for top in article.comments for c in (top, *top.replies)]:
            seen.add(comment.id)
            assert (comment.likes, comment.dislikes) == (likes[comment.id], dislikes[comment.id])
            assert comment.deleted == (comment.id in gone)
            assert comment.gone_at == gone.get(comment.id, 0)
            if comment.parent:
                assert comment.created >= whole.world.comment(comment.parent).created
    assert seen == written
    busiest = likes.most_common(1)[0][0]
    series = whole.series(busiest)
    assert series[-1][1:] == (likes[busiest], dislikes[busiest])
    assert whole.counts_at(busiest, series[10][0]) == series[10][1:]
    assert whole.counts_at(busiest, series[0][0] - 1) is None
    kinds = {event.kind for event in whole.truth()}
    assert kinds == {
        *("publish", "write", "vote", "delete", "edit", "edit_article", "pane", "react", "campaign", "exposed"),
    }


def test_nobody_edits_on_naver_and_a_pane_closes(whole: Scenario) -> None:
    sites = {article.id: article.site for article in whole.world.articles}
    assert {sites[event.article] for event in whole.truth() if event.kind == "edit"} == {"daum"}
    notes = {(event.by, event.note) for event in whole.truth() if event.kind == "pane"}
    assert notes == {("press", "closed"), ("press", "off"), ("site", "surge")} - {("press", "closed")}
    closed = next(event for event in whole.truth() if event.note == "off")
    later = [e for e in whole.truth() if e.article == closed.article and e.at > closed.at and e.kind in ("write", "vote")]
    assert later == []


# -- the campaign


def test_a_campaign_takes_its_targets_from_the_ranked_list(whole: Scenario) -> None:
    strikes = told(whole)
    assert len(strikes) == Plan().articles == len({event.article for event, _ in strikes})
    for event, note in strikes:
        votes = [e for e in whole.truth() if e.article == event.article and e.kind == "vote" and e.by == "campaign"]
        assert len(votes) == note["clicks"]
        assert {e.comment for e in votes} == {*note["targets"], *note["rivals"]}
        assert all((e.likes, e.dislikes) == ((1, 0) if e.comment in note["targets"] else (0, 1)) for e in votes)
        seconds = (note["until"] - votes[0].at) / 1000
        assert 3 < len(votes) / seconds < 11
        for comment in (*note["targets"], *note["rivals"]):
            assert 0.6 < sum(e.comment == comment for e in votes) / Plan().accounts < 0.9
        before, after = ranks(whole, event.article, event.at), ranks(whole, event.article, note["until"])
        assert all(before[c] >= 3 and after[c] < before[c] for c in note["targets"])
        assert all(after[c] >= before[c] for c in note["rivals"])


def ranks(scenario: Scenario, article: str, at: int) -> dict[int, int]:
    """The place of every top-level comment at a moment, made of the record alone."""
    net: defaultdict[int, int] = defaultdict(int)
    for event in scenario.truth():
        if event.article != article or event.at > at or not event.comment:
            continue
        if event.kind == "write" and not event.note:
            net[event.comment] += 0
        elif event.kind == "vote" and event.comment in net:
            net[event.comment] += event.likes - event.dislikes
        elif event.kind == "delete":
            net.pop(event.comment, None)
    return {comment: place for place, comment in enumerate(sorted(net, key=lambda c: (-net[c], -c)))}


def test_a_burst_stands_out_from_the_crowd(whole: Scenario) -> None:
    for event, note in told(whole):
        for target in note["targets"]:
            begins, ends = event.at + 2 * MINUTE, note["until"]
            counts = [whole.counts_at(target, moment) or (0, 0) for moment in (begins - 10 * MINUTE, begins, ends)]
            quiet = (counts[1][0] - counts[0][0]) / 10
            burst = (counts[2][0] - counts[1][0]) / ((ends - begins) / MINUTE)
            assert burst > 25 > quiet


def test_the_same_words_and_their_deletion(whole: Scenario) -> None:
    texts = Counter()
    people: defaultdict[tuple[str, str], set[int | str]] = defaultdict(set)
    posted = [event for event in whole.truth() if event.kind == "write" and event.by == "campaign"]
    for event in posted:
        comment = whole.world.comment(event.comment)
        texts[comment.text] += 1
        people[event.article, comment.text].add(comment.account.ref)
    assert set(texts) == set(WORDS)
    assert all(len(accounts) == SAME_TEXT for accounts in people.values())
    assert {whole.world.article(name).site for name, _ in people} == {"naver", "daum"}
    exposed = min(event.at for event in whole.truth() if event.kind == "exposed")
    mine = {event.comment for event in posted}
    gone = [e for e in whole.truth() if e.kind == "delete" and e.comment in mine]
    assert 0.75 < len(gone) / len(mine) < 1
    assert all(exposed < event.at <= exposed + 21 * MINUTE for event in gone)
    assert {event.by for event in gone} >= {"author"}


def test_without_a_plan_there_is_no_campaign() -> None:
    scenario = played(3 * HOUR, plan=None)
    assert {event.by for event in scenario.truth()} <= {"crowd", "author", "operator", "press"}
    small = played(3 * HOUR, plan=Plan(articles=1, accounts=20, targets=2, rivals=0, surge=False))
    ((_, note),) = told(small)
    assert (len(note["targets"]), note["rivals"]) == (2, [])
