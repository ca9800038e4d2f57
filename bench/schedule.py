"""The schedule against fixed-interval polling with the same requests, over a model of a day: the table of docs/schedule.md.

python -m bench.schedule            # prints it, some minutes
python -m bench.schedule --write    # and writes it into docs/schedule.md
"""

from __future__ import annotations

import statistics
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from archive.watched import Asked
from bench.audience import PER_PAGE, Audience
from bench.rota import PACE, Page, Rota
from crawler.ladder import DAY, HOUR, MINUTE

DOC = Path(__file__).parents[1] / "docs" / "schedule.md"
MARK = "<!-- written by `make bench-schedule`; everything below is replaced -->"
START = 1_790_000_000_000 // DAY * DAY
HORIZON = 36 * HOUR
SCENES = {"a day of 300 articles": 0, "the same with 130,000 comments in the hour from 23:00": 130_000}


@dataclass(frozen=True)
class Seen:
    """One look at an article's comments: when, and whether at all of them."""

    at: int
    whole: bool


Looks = dict[int, list[Seen]]  # by article, in time order


def ladder(audience: Audience) -> tuple[Rota, Looks]:
    """The schedule, cron every minute for 50 s."""
    stories = audience.stories

    def site(number: int, since: int, now: int) -> Page:
        story = stories[number - 1]
        points = story.votes(since, now) / 5 + story.comments(now) - story.comments(since) if since else 0.0
        return Page(story.comments(now), points, story.pages(now))

    rota = Rota(site, [story.published for story in stories], finds=[Asked("query")], fresh=20_000)
    now = START
    while now < START + HORIZON:
        ended = rota.work(now, now // MINUTE * MINUTE + 50_000)
        now = max(ended, now // MINUTE * MINUTE + MINUTE)
    looks: Looks = defaultdict(list)
    for done in rota.done:
        if done.look.kind in ("peek", "walk"):
            looks[int(done.look.key) - 1].append(Seen(done.began, False))
        if done.look.kind == "walk":
            looks[int(done.look.key) - 1].append(Seen((done.began + done.ended) // 2, True))
    for seen in looks.values():
        seen.sort(key=lambda each: each.at)
    return rota, looks


def polling(audience: Audience, requests: int) -> Looks:
    """Every article in its turn, page and all comments, as fast as so many requests over the same time allow."""
    pace = HORIZON / requests
    looks: Looks = defaultdict(list)
    last = dict.fromkeys(range(len(audience.stories)), 0.0)
    now = float(START)
    while now < START + HORIZON:
        alive = [n for n in last if audience.stories[n].published <= now]
        if not alive:
            now += MINUTE
            continue
        number = min(alive, key=last.__getitem__)
        last[number] = now
        took = (2 + audience.stories[number].pages(int(now))) * pace
        looks[number] += [Seen(int(now), False), Seen(int(now + took / 2), True)]
        now += took
    return looks


def bursts(audience: Audience, looks: Looks) -> tuple[float, float, int]:
    """Of the minutes of bursts, the part with a look; of the bursts, the part with a look in 8 of 10 minutes; how many."""
    minutes, seen, whole, count = 0, 0, 0, 0
    for number, story in enumerate(audience.stories):
        times = [each.at for each in looks[number]]
        for burst in story.bursts:
            if burst.ends > START + HORIZON:
                continue
            spans = range(burst.begins, burst.ends, MINUTE)
            hit = sum(bisect_left(times, at + MINUTE) > bisect_left(times, at) for at in spans)
            count, minutes, seen, whole = count + 1, minutes + len(spans), seen + hit, whole + (hit >= 0.8 * len(spans))
    return seen / minutes, whole / count, count


def deletions(audience: Audience, looks: Looks) -> tuple[float, float, float, int]:
    """The part of deletions before whose end and after which a look showed the comment's place; the median and the ninth decile
    of the time between (minutes); how many deletions there were."""
    bounds, count = list[float](), 0
    for number, story in enumerate(audience.stories):
        seen = looks[number]
        times = [each.at for each in seen]
        for written, gone in story.lost:
            if gone > START + HORIZON - 4 * HOUR:
                continue
            count += 1
            rank = bisect_right(story.written, written)
            covers = [
                each.at
                for each in seen[bisect_left(times, written) :]
                if each.whole or bisect_right(story.written, each.at) - rank < PER_PAGE
            ]
            place = bisect_left(covers, gone)
            if 0 < place < len(covers):
                bounds.append((covers[place] - covers[place - 1]) / MINUTE)
    return len(bounds) / count, statistics.median(bounds), statistics.quantiles(bounds, n=10)[8], count


def rows(name: str, night: int) -> list[str]:
    """The table's rows of one scene."""
    audience = Audience(START, night=night)
    rota, ours = ladder(audience)
    theirs = polling(audience, rota.requests)
    comments = sum(story.comments(START + HORIZON) for story in audience.stories)
    late = max(done.began - done.look.due_at for done in rota.done if done.look.why.startswith("peek hot")) / MINUTE
    said = [f"| **{name}**: {comments:,} comments, {rota.requests:,} requests in 36 h | | |"]
    pairs = [(bursts(audience, looks), deletions(audience, looks)) for looks in (ours, theirs)]
    (burst_a, lost_a), (burst_b, lost_b) = pairs
    visits = [sum(map(len, looks.values())) // 2 for looks in (ours, theirs)]
    said += [
        f"| looks at comments | {visits[0]:,} | {visits[1]:,} |",
        f"| minutes of {burst_a[2]} bursts with a look in them | {burst_a[0]:.0%} | {burst_b[0]:.0%} |",
        f"| bursts with a look in 8 of 10 minutes | {burst_a[1]:.0%} | {burst_b[1]:.0%} |",
        f"| of {lost_a[3]:,} deletions, seen before and missed after | {lost_a[0]:.0%} | {lost_b[0]:.0%} |",
        f"| minutes between the two, median | {lost_a[1]:.0f} | {lost_b[1]:.0f} |",
        f"| minutes between the two, ninth decile | {lost_a[2]:.0f} | {lost_b[2]:.0f} |",
        f"| latest peek of a hot article, minutes late | {late:.1f} | |",
    ]
    return said


def main() -> int:
    """Runs the scenes and prints their table."""
    table = ["| | schedule | fixed interval |", "| --- | --- | --- |"]
    for name, night in SCENES.items():
        table += rows(name, night)
    pace = f"One request in {PACE / 1000:.0f} s, cron every minute for 50 s."
    text = "\n".join([MARK, "", pace, "", *table]) + "\n"
    print(text)
    if "--write" in sys.argv:
        DOC.write_text(DOC.read_text(encoding="utf-8").partition(MARK)[0] + text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
