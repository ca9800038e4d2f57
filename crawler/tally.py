"""What a run counted and what went wrong, and the verdict and exit code that follow from it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import Any

import msgspec
from msgspec import Struct

from archive.alarms import Standing
from archive.capture import Seen
from archive.records import Listing
from archive.yields import Yield
from crawler.alarms import ARTICLES, OF_A_MOMENT, RUN, SCHEDULE, WALK, Alarm, Evidence, login_address, together

# Why a run ended before its work was done, in words for people.
STOPPED = {
    "budget": "requests_per_day is used up; the rest waits for tomorrow",
    "time": "the time given with --for was up",
    "turn": "it was another topic's turn",
    "shutdown": "stopped by a signal",
    "blocked": "the source stopped us",
    "failed": "the archive could not be written",
}


class Gap(Struct):
    """Something that the site declared or the topic asked for and the run did not get."""

    what: str
    declared: int | None
    collected: int | None
    why: str
    ref: str | None = None
    counts: bool = True  # whether it makes the run thin
    capture: str | None = None  # that shows it


class Tally:
    """The books of one run on one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.began = time.monotonic()
        self.stopping: str | None = None  # a key of STOPPED: nothing more is requested
        self.scheduled = False  # only what was due: what is not done stays due, and nothing found is no fault
        self.put_off: dict[str, dict[str, int]] = {}  # why -> value -> looks that were due and not begun
        self.late = 0.0  # seconds by which the latest look was late
        self.misuse = False  # the archive must be looked at by a person: wrong key, newer format
        self.failed: str | None = None  # why the archive could not be written
        self.locked: str | None = None
        self.blocked: str | None = None
        self.blocked_by: str | None = None
        self.blocked_in: str | None = None  # the capture that refused
        self.broken: list[Alarm] = []
        self.gaps: list[Gap] = []
        self.alarms: list[Alarm] = []
        self.evidence = Evidence()
        self.standing: list[Standing] = []  # at its end, of its topic and source: this run's and earlier ones'
        self.notes: list[str] = []  # what a person may want to look at, and what changes no verdict
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.articles: set[str] = set()
        self.comments: defaultdict[str | None, set[str]] = defaultdict(set)
        self._settled = 0  # comments of articles of which nothing more is read
        self.declared = self.collected = 0

    def count(self, seen: Seen) -> None:
        """Counts one exchange. Every failed attempt is an error kind, also when a later attempt succeeds."""
        self.evidence.add(seen)
        self.counts["captures"] += 1
        self.counts["observations"] += seen.observations
        for record in seen.parsed.records:
            if type(record) is Listing:
                self.counts["sightings"] += len(record.comments)
                self.comments[seen.facts.article].update([comment.key for comment in record.comments])
        page, outcome = seen.facts.page, seen.parsed.outcome
        if outcome in ("layout", "error", "unreadable", "failed"):
            self.errors[f"{page} {outcome}"] += 1
        elif outcome == "refused" and seen.status == 200:
            self.errors[f"{page} block page"] += 1
        elif outcome in ("http", "refused") or (outcome == "none" and (seen.status or 0) >= 500):
            self.errors[f"{page} {seen.status}"] += 1
        about = seen.facts.article or seen.facts.url
        if seen.parsed.alarm is not None:
            self.alarm(seen.parsed.alarm, f"{about}: {page}: {seen.parsed.note}", seen)
        elif outcome == "redirect" and login_address(seen.parsed.note):
            self.alarm("login", f"{about}: {page}: leads to a login: {seen.parsed.note}"[:300], seen)

    def comments_seen(self) -> int:
        """Different comments that the run saw."""
        return self._settled + sum(map(len, self.comments.values()))

    def settled(self, article: str) -> None:
        """Nothing more of an article is read in this run: of its comments only the number is kept, so that a run that sees
        millions needs no more memory than one that sees thousands."""
        self._settled += len(self.comments.pop(article, ()))
        self.evidence.settled(article)

    def alarm(self, name: str, text: str, seen: Seen | None = None, *, page: str = RUN, about: str | None = None) -> None:
        """One named thing (of crawler.alarms.KINDS) that went wrong; the run exits non-zero. `seen` shows it, or the last
        capture of `about`, an article; `page` has to go well to end it, where that is not the page kind of `seen`."""
        if (known := next((known for known in self.alarms if known.text == text), None)) is not None:
            known.count += 1
        else:
            capture = seen.record if seen is not None else self.evidence.of(about)[1]
            self.alarms.append(Alarm(name, text, seen.facts.page if seen is not None and page == RUN else page, capture))

    def breaks(self, text: str, about: str) -> None:
        """An article (by its key) or a list (by its URL) could not be read: the run is broken."""
        page, capture = self.evidence.of(about, bad=True)
        self.broken.append(Alarm("broken", text, page or RUN, capture))

    def raised(self) -> list[Alarm]:
        """What the archive keeps standing until it is seen well: the alarms, and what made the verdict."""
        found = [alarm for alarm in self.alarms if alarm.alarm not in OF_A_MOMENT]
        named = {(alarm.page, alarm.capture) for alarm in found}
        found += [alarm for alarm in self.broken if (alarm.page, alarm.capture) not in named]
        for gap in self.gaps:
            if gap.counts and not (self.blocked and gap.what == "articles"):
                of_walk = gap.what in ("comments", "replies", "ranks")
                found.append(Alarm("thin", self._said(gap), WALK if of_walk else ARTICLES, gap.capture))
        if self.blocked:
            found.append(Alarm("blocked", self.blocked, RUN, self.blocked_in))
        if self.verdict() == "empty":
            found.append(Alarm("empty", self.why() or "", ARTICLES, self.evidence.of(None)[1]))
        return together(found)

    def pages(self, raised: list[Alarm]) -> dict[str, tuple[bool, Yield]]:
        """Page kind, or what else an alarm may wait for: whether the run saw it well, and what it gave."""
        wrong = {alarm.page for alarm in raised}
        found = {
            kind: (page.given.pages >= max(1, page.given.lost) and not page.given.bad and kind not in wrong, page.given)
            for kind, page in self.evidence.pages.items()
        }
        if walks := self.counts["complete"] + self.counts["incomplete"]:
            found[WALK] = (self.counts["complete"] == walks and WALK not in wrong, Yield(walks))
        if self.articles:
            found[ARTICLES] = (ARTICLES not in wrong, Yield(len(self.articles)))
        if self.counts["looks"]:
            found[SCHEDULE] = (SCHEDULE not in wrong, Yield(self.counts["looks"]))
        if self.counts["captures"]:
            found[RUN] = (RUN not in wrong, Yield(self.counts["captures"]))
        return found

    def unfinished(self, wanted: int, done: int) -> None:
        """Notes what an early end left undone."""
        if self.stopping is not None and not self.scheduled and (done < wanted or not wanted) and not self.locked:
            self.gaps.append(Gap("articles", wanted or None, done, STOPPED.get(self.stopping, self.stopping)))

    def verdict(self) -> str:
        """How the run ended: the worst that happened."""
        if self.locked:
            return "locked"
        if self.failed:
            return "failed"
        if self.blocked:
            return "blocked"
        if self.broken:
            return "broken"
        if any(gap.counts for gap in self.gaps):
            return "thin"
        return "ok" if self.articles or self.scheduled else "empty"

    def why(self) -> str | None:
        """The one sentence behind a verdict or an exit code that is not ok."""
        reason = {
            "locked": self.locked,
            "failed": self.failed,
            "blocked": self.blocked,
            "broken": next((alarm.text for alarm in self.broken), None),
            "thin": self._first_gap(),
            "empty": "no article came in: no seed of this source, and nothing found by its searches and lists",
        }.get(self.verdict())
        return reason or next((alarm.text for alarm in self.alarms if alarm.alarm != "recovered"), None)

    def exit_code(self) -> int:
        """0, 1, 2 or 3 as the command line promises."""
        if self.failed:
            return 1 if self.misuse else 3
        bad = self.verdict() not in ("ok", "locked")
        return 2 if bad or any(alarm.alarm != "recovered" for alarm in self.alarms) else 0

    def _first_gap(self) -> str | None:
        return next((self._said(gap) for gap in self.gaps if gap.counts), None)

    def _said(self, gap: Gap) -> str:
        numbers = f": {gap.collected} of {gap.declared}" if gap.declared is not None else ""
        return f"{gap.ref or self._source} {gap.what}{numbers} ({gap.why})"

    def summary(self) -> dict[str, Any]:
        """What the run counted, as in `collect --json`."""
        return {
            "captures": self.counts["captures"],
            "articles": len(self.articles),
            "unmatched": self.counts["unmatched"],
            "comments": self.comments_seen(),
            "sightings": self.counts["sightings"],
            "observations": self.counts["observations"],
            "declared": self.declared,
            "collected": self.collected,
            "walks": {"complete": self.counts["complete"], "incomplete": self.counts["incomplete"]},
            "gaps": [
                {k: v for k, v in msgspec.to_builtins(gap).items() if k not in ("counts", "capture")} for gap in self.gaps
            ],
            "errors": dict(sorted(self.errors.items())),
            "alarms": msgspec.to_builtins(self.alarms),
            "stopped": self.stopping,
            "blocked_by": self.blocked_by,
            "put_off": self.put_off,
            "late_s": round(self.late, 3),
        }
