"""One topic on one source: what is to be done, whose turn it is, and how it went. Imports no Scrapy."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archive.archive import open_for_reading
from archive.watched import last_run
from crawler.errors import Misuse
from crawler.probe import Questions
from crawler.schedule import Agenda, agenda
from crawler.tally import Tally
from crawler.topics import Topic

if TYPE_CHECKING:
    from scrapy import Spider

    from crawler.run import Run

TURN = 60.0  # seconds after which a topic gives way to the others on its source
SHORTEST = 5.0
LONGEST_PAUSE = 5.0  # seconds without a look at the rows: another process may write some
AFTER_NOTHING = 30.0  # seconds in which a watch leaves a topic alone whose run brought nothing: it was locked out, say
_NO_MORE = frozenset({"blocked", "locked"})


class Slice(Struct, frozen=True):
    """Until when a run may go on (the machine's monotonic clock, seconds; None: until nothing is due), and why not longer."""

    until: float | None = None
    why: str = "time"
    alone: bool = False  # no other topic of the source waits


class Job(Struct):
    """One topic on one source, and how it went. `run` is None until it begins; `agenda` is what was due, where that counts."""

    topic: Topic
    source: str
    run: Run | None = None
    left_out: str | None = None  # why it never began
    seconds: float = 0.0
    agenda: Agenda | None = None
    questions: Questions | None = None  # of a probe
    not_before: float = 0.0  # of the machine's monotonic clock
    spider: type[Spider] | None = None  # where it is not the source's own

    def tally(self) -> Tally:
        """The books of its run; those of a run that never began say why."""
        if self.run is not None:
            return self.run
        tally = Tally(self.source)
        if self.agenda is not None:
            tally.scheduled = True
            looks = Counter(look.value for look in self.agenda.looks) if self.left_out else Counter[str]()
            tally.put_off = {why: dict(values) for why, values in self.agenda.put_off.items()}
            tally.put_off |= {self.left_out or "": dict(looks)} if looks else {}
            tally.late = self.agenda.late / 1000
            if self.agenda.rest is not None:
                tally.blocked, tally.blocked_by = self.agenda.rest.said(), self.agenda.rest.by
        tally.stopping = self.left_out
        tally.unfinished(len(self.topic.seeds_of(self.source)), 0)
        return tally

    def summary(self) -> dict[str, Any]:
        """The line of `collect --json`."""
        tally = self.tally()
        run = self.run.uuid if self.run is not None else None
        head: dict[str, Any] = {"source": self.source, "topic": self.topic.title, "run": run}
        head |= {"verdict": tally.verdict(), "exit": tally.exit_code()}
        head |= {"since": _iso(self.topic.since), "until": _iso(self.topic.until)}
        told = {"standing": [alarm.line() for alarm in tally.standing], "notes": tally.notes}
        return head | tally.summary() | told | {"why": tally.why(), "seconds": round(self.seconds, 3)}

    def following(self, watching: bool) -> Job | None:
        """Its topic's next turn; None where the last one was refused, failed, or brought nothing at all. A watch goes on after
        all but a failure: what rests is not due, and what was locked may be free again."""
        verdict = self.run.verdict() if self.run is not None else "failed"
        nothing = self.run is None or not self.run.counts["captures"]
        if verdict == "failed" or (not watching and (nothing or verdict in _NO_MORE)):
            return None
        return Job(self.topic, self.source, not_before=time.monotonic() + AFTER_NOTHING if nothing else 0.0)

    def ready(self) -> bool:
        """Whether something is due that may begin now."""
        return self.agenda is not None and bool(self.agenda.looks) and time.monotonic() >= self.not_before


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def jobs_for(topics: list[Topic], only: tuple[str, ...]) -> list[Job]:
    """What is to be done. Raises Misuse when that is nothing."""
    jobs = [Job(t, s) for t in topics for s in t.source_names() if not only or s in only]
    if not jobs:
        raise Misuse(f"nothing to collect: none of the topics has a source among {', '.join(only) or 'those known'}")
    return jobs


def plan(root: Path, jobs: list[Job], now: int) -> None:
    """Gives each job its agenda at `now` (UTC ms); those first whose last run began longest ago. Raises ArchiveError."""
    if not (root / "archive.db").exists():
        for job in jobs:
            job.agenda = agenda(root, None, job.topic, job.topic.at(job.source), now)
        return
    with closing(open_for_reading(root)) as db:
        for job in jobs:
            job.agenda = agenda(root, db, job.topic, job.topic.at(job.source), now)
        last = {id(job): last_run(db, job.source, job.topic.title) or 0 for job in jobs}
    jobs.sort(key=lambda job: last[id(job)])


def pause(jobs: list[Job], now: int, ends: float | None, watching: bool = False) -> float | None:
    """Seconds to the next look at the rows, where nothing is due; None: it is not waited for. Only a watch waits for what falls
    due after all must end, or at a time that nobody knows yet."""
    if not jobs or any(job.ready() for job in jobs):
        return None
    soonest = min((job.agenda.next_at for job in jobs if job.agenda and job.agenda.next_at is not None), default=None)
    wait = LONGEST_PAUSE if soonest is None else max(0.0, (soonest - now) / 1000) + 0.001
    in_time = soonest is not None and ends is not None and time.monotonic() + wait < ends
    return min(wait, LONGEST_PAUSE) if watching or in_time else None


def slice_of(topics: int, waiting: int, ends: float | None) -> Slice:
    """The turn of one of the topics of a source, of which so many wait for theirs now; `ends`: when all must end."""
    if topics == 1:
        return Slice(ends, alone=True)
    now = time.monotonic()
    share = TURN if ends is None else min(TURN, max(SHORTEST, (ends - now) / max(1, waiting)))
    return Slice(now + share, "turn") if ends is None or now + share < ends else Slice(ends)
