"""What went wrong in a collection, in words for a person who reads mail: what, since when, what to do. Imports no Scrapy."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from archive.runlog import log_path, printable
from archive.times import iso

if TYPE_CHECKING:
    from crawler.job import Job
    from crawler.tally import Tally

Key = tuple[str, str, str]  # source, topic and kind of a trouble: what makes it the same one
_LONGEST = 600  # letters of one sentence: it may be a site's

# By kind: a verdict, the name of an alarm, or what kept a collection from beginning.
_TO_DO = {
    "thin": "mostly nothing: it is asked for again. The gaps say what is missing",
    "empty": "look at seeds, queries and window: `sagwan collect --dry-run` lists what is asked for",
    "broken": "the bytes are kept, so nothing is lost; if it stays so, the site has changed, and a newer parser reads them",
    "blocked": "wait: it is tried again by itself. Do not try to get around it (docs/politeness.md)",
    "failed": "NOTHING IS KEPT until this is put right: look at the disk and its rights. The next run heals what is half done",
    "hung": "look at that process; when it is ended, the next run goes on",
    "clock": "set this machine's clock right, and keep it right (NTP). If it is right, it was ahead before: all goes on",
    "topic": "mend the file. The other topics go on without it",
    "cannot begin": "NOTHING IS COLLECTED until this is put right",
    "crashed": "a fault of this program: run the line of your crontab by hand without --quiet, and report what it says",
}
_ELSE = "`sagwan status` shows it, docs/reading-the-log.md says what it means"
_ROBOTS = {
    "robots": "closes it to programs, and that is obeyed. If you may read it all the same,",
    "unread robots": "could not be read: try again later. If you may read the site whatever it says,",
}


class Trouble(Struct, frozen=True):
    """One thing that is wrong. `source` is empty where it is of none."""

    source: str
    topic: str
    kind: str
    text: str
    to_do: str

    @property
    def key(self) -> Key:
        """What makes it the same trouble; what is said of it may differ each time."""
        return self.source, self.topic, self.kind


def trouble(source: str, topic: str, kind: str, text: str, more: str = "") -> Trouble:
    """One with what to do about a kind, and more of that."""
    to_do = _TO_DO.get(kind, _ELSE)
    return Trouble(source, printable(topic), kind, printable(text)[:_LONGEST], f"{to_do}\n{more}" if more else to_do)


def troubles(jobs: Iterable[Job]) -> list[Trouble]:
    """What went wrong, each once: verdicts that are not ok, and alarms."""
    found: dict[Key, Trouble] = {}
    for job in jobs:
        tally = job.tally()
        told = [(alarm.alarm, alarm.text) for alarm in tally.alarms if alarm.alarm != "recovered"]
        if (verdict := tally.verdict()) not in ("ok", "locked"):
            told.insert(0, (verdict, tally.why() or ""))
        for kind, text in told:
            more = kept_out(job.source, tally) or "" if kind == "blocked" else ""
            one = trouble(job.source, job.topic.title, kind, text, more)
            found.setdefault(one.key, one)
    return list(found.values())


def well(jobs: Iterable[Job]) -> set[tuple[str, str]]:
    """Source and topic of the runs that asked for something and went well. Where nothing was due nobody knows."""
    return {
        (job.source, printable(job.topic.title))
        for job in jobs
        if job.run is not None and job.run.counts["captures"] and job.run.exit_code() == 0
    }


def kept_out(source: str, tally: Tally) -> str | None:
    """What to do where robots.txt kept a run out. Where nothing answered, a site has said nothing that could be overridden."""
    if _unheard(tally):
        return "its robots.txt could not be read, as nothing answered as it should: look at this machine's network"
    return override(source, tally)


def _unheard(tally: Tally) -> bool:
    return tally.blocked_by == "unread robots" and tally.errors["robots failed"] > 0


def override(source: str, tally: Tally) -> str | None:
    """What to write into the topic where a site's robots.txt kept a run out, if one may."""
    if tally.blocked_by not in _ROBOTS or _unheard(tally):
        return None
    return (
        f"its robots.txt {_ROBOTS[tally.blocked_by]}\n"
        "write into the topic file (it goes into every file of the archive and into the run's row):\n"
        f"  [source.{source}]\n"
        '  robots = "ignore"\n'
        '  reason = "why, approved when and by whom"'
    )


def page(root: Path, wrong: list[Trouble], since: dict[Key, int], note: str | None) -> str:
    """One readable page; `since`: when each began (UTC ms)."""
    lines = [f"Sagwan: {len(wrong)} thing{'s are' if len(wrong) > 1 else ' is'} wrong.", ""]
    for one in wrong:
        lines.append(": ".join(part for part in (one.source, one.topic, one.kind) if part))
        lines.append(f"  what   {one.text}")
        lines.append(f"  since  {iso(since[one.key])}" if one.key in since else "  since  not known")
        first, *rest = one.to_do.splitlines()
        lines += [f"  to do  {first}", *(f"         {line}" for line in rest), ""]
    lines += [
        f"archive  {root}",
        f"log      {log_path(root)}",
        f"more     sagwan status --archive {shlex.quote(str(root))}",
        "",
    ]
    lines.append(note or "The same is told again after an hour, then after two, four, ... at most a day; anything new at once.")
    return "\n".join(lines) + "\n"
