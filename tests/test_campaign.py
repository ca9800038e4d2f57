"""An evening with a campaign, collected every simulated minute: what the archive knows is the truth, at every look."""

from __future__ import annotations

import contextlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.archive import open_for_reading
from archive.movers import movers
from archive.together import together
from tests.conftest import Sagwan
from tests.portal import Plan, Portal, Scenario
from tests.portal.demo_story import Story

Line = dict[str, Any]
MINUTE = 60_000
MINUTES = 50
DELETED = {"author": "deleted_by_user", "operator": "deleted_by_operator"}


class Evening:
    """A played evening, its archive, and the portal's own record of it."""

    def __init__(self, sagwan: Sagwan, portal: Portal, scenario: Scenario) -> None:
        self.sagwan, self.portal, self.scenario = sagwan, portal, scenario
        self.runs: list[Line] = []

    def collect(self, topic: Path) -> None:
        """A look every minute."""
        for minute in range(MINUTES + 1):
            self.portal.world.now = self.scenario.start + minute * MINUTE
            self.portal.catch_up()
            ended = self.sagwan.collect(self.portal, topic, "--clock", f"{self.portal.url}/__clock")
            assert ended.code == 0, ended.out + ended.err
            self.runs += ended.lines

    def counts(self) -> dict[str, tuple[list[int], list[tuple[int, int]]]]:
        """For each comment's number: moments, and its likes and dislikes from each of them on."""
        made: dict[str, tuple[list[int], list[tuple[int, int]]]] = defaultdict(lambda: ([], []))
        for event in self.scenario.truth():
            if event.kind in ("write", "vote"):
                moments, values = made[str(event.comment)]
                likes, dislikes = values[-1] if values else (0, 0)
                moments.append(event.at)
                values.append((likes + event.likes, dislikes + event.dislikes))
        return made

    def targets(self) -> set[str]:
        """The comments that the campaign pushed up or voted down."""
        struck = [event for event in self.scenario.truth() if event.kind == "campaign"]
        told = [
            (event.article, number)
            for event in struck
            for kind in ("targets", "rivals")
            for number in json.loads(event.note)[kind]
        ]
        return {f"{self.portal.world.article(article).site}:{article}#{number}" for article, number in told}

    def deletions(self) -> dict[str, tuple[int, str]]:
        """The number of every comment that was taken away: when, and by whom."""
        return {str(event.comment): (event.at, event.by) for event in self.scenario.truth() if event.kind == "delete"}


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def looks(lines: list[Line]) -> Iterator[tuple[Line, list[Line]]]:
    """Each page of comments in a replay, with the observations that came from it."""
    page: Line | None = None
    changed: list[Line] = []
    for line in [*lines, {"kind": "capture"}]:
        if line["kind"] == "capture" and page is not None:
            yield page, changed
            page, changed = None, []
        elif line["kind"] == "listing":
            page = line
        elif line["kind"] == "observation":
            changed.append(line)


@pytest.fixture
def evening(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> Evening:
    site = portal(articles=0, comments=0, gzip=True)
    plan = Plan(articles=2, accounts=150, targets=3, rivals=1, begins=0.4, gap=9 * MINUTE, exposed=0.6, surge=True)
    scenario = Scenario(site.world, 12, articles=3, evening=MINUTES / 60, comments=1500, sites=("naver", "daum"), plan=plan)
    played = Evening(sagwan, site, site.play(scenario))
    first = next(article for article in scenario.articles if article.site == "daum")
    topic = tmp_path / "evening.toml"
    topic.write_text(
        f'title = "저녁"\nqueries = ["계획"]\nseeds = ["https://v.daum.net/v/{first.id}"]\nsources = ["naver", "daum"]\n',
        encoding="utf-8",
    )
    played.collect(topic)
    return played


def test_an_evening_is_kept_as_it_was(evening: Evening) -> None:
    every_sighting_is_the_truth(evening)
    every_series_of_a_target_is_the_truth(evening)
    every_deletion_is_found_and_none_invented(evening)
    the_last_look_is_what_a_reader_sees(evening)
    changes_of_some_kinds_are_those_among_all(evening)
    the_story_names_what_was_attacked(evening)
    what_moved_together_was_pushed(evening)
    assert {(run["verdict"], run["walks"]["incomplete"], len(run["alarms"])) for run in evening.runs} == {("ok", 0, 0)}
    assert evening.sagwan("rebuild", "--json").only["differences"] == 0
    assert evening.sagwan("verify", "--json").only["findings"] == []


def every_sighting_is_the_truth(evening: Evening) -> None:
    truth, known, seen = evening.counts(), dict[str, tuple[int, int]](), 0
    for page, changed in looks(evening.sagwan("replay").lines):
        known |= {line["ref"]: (line["likes"], line["dislikes"]) for line in changed}
        at = ms(page["seen_at"]) // MINUTE * MINUTE  # captures of one look are milliseconds apart
        for number in page["comments"]:
            moments, values = truth[number]
            assert known[f"{page['ref']}#{number}"] == values[bisect_right(moments, at) - 1], (number, page["seen_at"])
            seen += 1
    assert seen > 5_000


def every_series_of_a_target_is_the_truth(evening: Evening) -> None:
    truth = evening.counts()
    targets = evening.targets()
    assert len(targets) == 8
    for ref in targets:
        moments, values = truth[ref.partition("#")[2]]
        lines = evening.sagwan("series", ref, "--json").lines
        told = [(line["likes"], line["dislikes"]) for line in lines]
        minutes = [ms(line["seen_at"]) // MINUTE * MINUTE for line in lines]
        assert told == [values[bisect_right(moments, at) - 1] for at in minutes]
        assert len(set(minutes)) == (evening.portal.world.now - moments[0]) // MINUTE + 1  # every minute that it lived
        assert len(set(told)) > 3  # the burst was seen on its way


def changes_of_some_kinds_are_those_among_all(evening: Evening) -> None:
    kinds = ("deleted", "edited", "state", "missing", "gone", "returned")
    lines = [line for line in evening.sagwan("changes", "--json").lines if line["change"] in kinds]
    assert evening.sagwan("changes", "--kind", ",".join(kinds), "--json").lines == lines
    assert len(lines) > 5


def every_deletion_is_found_and_none_invented(evening: Evening) -> None:
    truth, world = evening.deletions(), evening.portal.world
    found: dict[str, set[str]] = defaultdict(set)
    first: dict[str, int] = {}
    for line in evening.sagwan("changes", "--json", "--kind", "deleted,appeared,missing,gone").lines:
        site, number = line["ref"].partition(":")[0], line["ref"].partition("#")[2]
        if not number:
            continue  # an article
        state = line["state"][1] if line["change"] == "deleted" else line.get("state") or line["change"]
        if line["change"] == "appeared":
            first[number] = ms(line["seen_at"])
        if state in (*DELETED.values(), "missing", "gone"):
            at, by = truth[number]
            # Naver leaves a mark that says who it was; on Daum a comment is not there any more.
            assert state == DELETED[by] if site == "naver" else state in ("missing", "gone")
            assert at <= ms(line["seen_at"])
            assert line["not_before"] is None or ms(line["not_before"]) // MINUTE * MINUTE < at
            found[number].add(state)
    marked = {number for number in truth if world.article_of(int(number)).naver}
    assert {number for number in found if number in marked} == marked
    seen = {number for number in set(truth) - marked if first.get(number, 1 << 62) < truth[number][0]}
    assert {number for number in found if "gone" in found[number]} == seen
    assert len(seen) >= 3
    assert len(marked) > 5


def the_last_look_is_what_a_reader_sees(evening: Evening) -> None:
    world = evening.portal.world
    checked = 0
    for article in world.articles:
        if not article.readable or not (article.naver or article.published == evening.scenario.start):
            continue
        key = f"naver:{article.id}" if article.naver else f"daum:{article.id}"
        told = evening.sagwan("as-of", "now", "--article", key, "--json").lines
        lines = {line["ref"].partition("#")[2]: line for line in told if line["kind"] == "comment"}
        shown = {number: line for number, line in lines.items() if line["state"] in ("visible", "hidden_by_filter")}
        reading = {str(each["id"]): each for each in world.truth(article)}
        assert set(shown) == set(reading)
        for number, line in shown.items():
            wanted = reading[number]
            assert (line["text"], line["likes"], line["dislikes"]) == (wanted["text"], wanted["likes"], wanted["dislikes"])
        assert set(lines) - set(shown) <= {str(each["id"]) for each in world.gone(article)}
        checked += len(lines)
    assert checked > 200


def the_story_names_what_was_attacked(evening: Evening) -> None:
    story = Story(lambda *args: evening.sagwan(*args, "--json").lines)
    story.tell(evening.runs)
    assert story.named == evening.targets()


def what_moved_together_was_pushed(evening: Evening) -> None:
    """The comments that jumped together are those that the campaign pushed up, and no other; each jump has the likes that the
    portal counted between its bounds. Of a campaign's own minutes they are the first of the movers."""
    struck = [event for event in evening.scenario.truth() if event.kind == "campaign"]
    told = [json.loads(event.note) for event in struck]
    pushed = {number: (event.at, one["until"]) for event, one in zip(struck, told, strict=True) for number in one["targets"]}
    counts = evening.counts()

    def likes(ref: str, at: int) -> int:
        moments, values = counts[ref.partition("#")[2]]
        return values[bisect_right(moments, at) - 1][0]

    with contextlib.closing(open_for_reading(evening.sagwan.archive)) as db:
        found = together(db, 0, 1 << 60)
        grown = [list(movers(db, event.at, one["until"] + MINUTE, 3)) for event, one in zip(struck, told, strict=True)]
    jumps = [jump for moment in found.moments for jump in moment.jumps]
    assert {int(jump.ref.partition("#")[2]) for jump in jumps} == set(pushed)
    for jump in jumps:
        began, until = pushed[int(jump.ref.partition("#")[2])]
        assert began < jump.until
        assert jump.after < until
        assert jump.likes == (likes(jump.ref, jump.after), likes(jump.ref, jump.until))
    for one, top in zip(told, grown, strict=True):
        assert {int(line["ref"].partition("#")[2]) for line in top} == set(one["targets"])
        for line in top:
            assert line["growth"] == likes(line["ref"], ms(line["seen_at"])) - likes(line["ref"], ms(line["not_before"]))
