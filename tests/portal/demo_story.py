"""The story that `make demo` tells: bursts of votes, deletions, completeness, each from the archive's own answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from statistics import median
from typing import Any

Line = dict[str, Any]
_NUMBERS = ("No burst", "One burst", "Two bursts", "Three bursts")
FAST = 20.0  # votes a minute between two looks; what is told as a burst
APART = timedelta(minutes=6)  # looks further apart are two bursts
KST = timezone(timedelta(hours=9))
VOTES = ("likes", "dislikes")


def clock(ms: int) -> str:
    """A moment (UTC ms) as a Korean clock shows it."""
    return f"{datetime.fromtimestamp(ms / 1000, KST):%H:%M}"


@dataclass
class Burst:
    """Looks of one article between which votes came fast: for each comment and kind what it gained, and the fastest pace."""

    article: str
    start: datetime
    end: datetime
    gains: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    @property
    def votes(self) -> int:
        """All that the fast comments gained."""
        return sum(gain for gain, _ in self.gains.values())


class Story:
    """Asks the archive through `sagwan(*args) -> JSON lines` and prints."""

    def __init__(self, sagwan: Callable[..., list[Line]]) -> None:
        self._sagwan = sagwan
        self.named: set[str] = set()  # comments of the bursts
        self.deleted = 0
        self.article = self.comment = self.before = self.after = ""  # what the first burst was about

    def tell(self, runs: list[Line]) -> None:
        """The whole story."""
        articles = {line["ref"]: line for line in self._sagwan("ls")}
        self._seen(runs, articles)
        self._bursts(articles)
        self._deletions()
        self._complete(runs)

    def _seen(self, runs: list[Line], articles: dict[str, Line]) -> None:
        total = {key: sum(run[key] for run in runs) for key in ("captures", "sightings", "observations")}
        print("\nWhat was seen")
        print(f"  {len(runs)} looks, {total['captures']} answers kept byte for byte: {len(articles)} articles, "
              f"{sum(line['comments'] for line in articles.values())} comments, {total['sightings']:,} sightings of them, "
              f"{total['observations']:,} counts that differed from the look before")  # fmt: skip
        for line in articles.values():
            print(f"  {line['ref']}  {line['comments']:>4} comments  pane {line['pane']}  {line['title']}")

    def _bursts(self, articles: dict[str, Line]) -> None:
        found, usual = _find(self._sagwan("changes", "--kind", "counts"))
        found = sorted(sorted(found, key=lambda burst: -burst.votes)[:3], key=lambda burst: burst.start)
        print(f"\n{_NUMBERS[len(found)]} of votes for several comments at once")
        print(f"  (a comment whose votes move at all gains {usual:.1f} a minute in the median)")
        for number, burst in enumerate(found, 1):
            minutes = (burst.end - burst.start).total_seconds() / 60
            print(f"  {number}. {burst.start:%H:%M} to {burst.end:%H:%M}  {burst.article}  {articles[burst.article]['title']}")
            for (ref, kind), (gain, pace) in sorted(burst.gains.items(), key=lambda item: (item[0][1], -item[1][0])):
                place, words = self._moved(ref, burst)
                print(f"     {kind:<8} +{gain:<4} in {minutes:.0f} min, {pace:.0f} a minute at most{place}: {words}")
            self.named |= {ref for ref, _ in burst.gains}
        if found:
            self.article, first = found[0].article, found[0]
            self.comment = max(first.gains, key=lambda at: (at[1] == "likes", first.gains[at]))[0]
            self.before, self.after = first.start.isoformat(), first.end.isoformat()

    def _moved(self, ref: str, burst: Burst) -> tuple[str, str]:
        """How the comment moved in the ranked list during a burst, and how it begins."""
        places = [line for line in self._sagwan("series", ref) if line["sort"] == "FAVORITE"]
        before = [line["rank"] for line in places if datetime.fromisoformat(line["seen_at"]) <= burst.start]
        after = [line["rank"] for line in places if datetime.fromisoformat(line["seen_at"]) <= burst.end]
        lines = self._sagwan("as-of", burst.end.isoformat(), "--article", burst.article)
        text = next((line["text"] or "" for line in lines if line["ref"] == ref), "")
        place = f", place {before[-1]} -> {after[-1]}" if before and after else ""
        return place, f"{' '.join(text.split())[:32]} (#{ref.partition('#')[2]})"

    def _deletions(self) -> None:
        lines = self._sagwan("changes", "--kind", "deleted")
        appeared = self._sagwan("changes", "--kind", "appeared")
        marks = [line for line in appeared if (line.get("state") or "").startswith("del")]
        self.deleted = len(lines) + len(marks)
        chosen = {line["state"][1]: line for line in lines}
        unseen = f" ({len(marks)} before the comment was first seen)" if marks else ""
        print(f"\n{len(chosen)} of {self.deleted} deletions{unseen}, with their evidence")
        for state, line in sorted(chosen.items()):
            between = f"between {line['not_before'][11:19]} and {line['seen_at'][11:19]}"
            print(f"  {state} {between}: {line['ref']}")
            print(f"     the answer that shows it: capture {line['evidence'][-1]}")

    def _complete(self, runs: list[Line]) -> None:
        walks = {key: sum(run["walks"][key] for run in runs) for key in ("complete", "incomplete")}
        verdicts = sorted({run["verdict"] for run in runs})
        gaps = sorted({f"{gap['ref'] or run['source']}: {gap['what']}: {gap['why']}" for run in runs for gap in run["gaps"]})
        print("\nIs it complete, and is it whole?")
        print(f"  {walks['complete']} comment lists read to their end with the number that the site declares, "
              f"{walks['incomplete']} not; verdicts: {', '.join(verdicts)}")  # fmt: skip
        for gap in gaps:
            print(f"  not read, and why: {gap}")
        (checked,) = self._sagwan("verify")
        print(f"  {checked['records']:,} records and {checked['rows']:,} rows checked against each other: "
              f"{len(checked['findings'])} findings")  # fmt: skip


def _find(lines: list[Line]) -> tuple[list[Burst], float]:
    """The bursts among changed counts, and the usual pace (votes a minute) of a comment that changes at all."""
    fast: dict[str, list[tuple[datetime, datetime, str, str, int, float]]] = defaultdict(list)
    paces = []
    for line in lines:
        article, hash_, _ = line["ref"].partition("#")
        start, end = datetime.fromisoformat(line["not_before"]), datetime.fromisoformat(line["seen_at"])
        minutes = max((end - start).total_seconds() / 60, 1 / 60)
        for kind, (old, new) in line["counts"].items():
            if hash_ and kind in VOTES and old is not None and new is not None:
                paces.append((new - old) / minutes)
                if paces[-1] >= FAST:
                    fast[article].append((start, end, line["ref"], kind, new - old, paces[-1]))
    bursts: list[Burst] = []
    for article, looks in fast.items():
        open_one: Burst | None = None
        for start, end, ref, kind, gain, pace in sorted(looks):
            if open_one is None or start - open_one.end > APART:
                open_one = Burst(article, start, end)
                bursts.append(open_one)
            before = open_one.gains.get((ref, kind), (0, 0.0))
            open_one.gains[ref, kind] = (before[0] + gain, max(before[1], pace))
            open_one.end = max(open_one.end, end)
    return [burst for burst in bursts if len(burst.gains) > 1], median(paces) if paces else 0.0
