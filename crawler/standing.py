"""How each topic stands on each source: its last run, what is due, what is late, what holds it up. Imports no Scrapy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from archive import overview
from archive.alarms import PROBE, standing
from archive.lock import Holder, holders
from archive.questions import requests_since
from archive.times import iso
from crawler.due import Look, due, within
from crawler.ladder import DAY, MINUTE, ladder
from crawler.schedule import rest_of, state
from crawler.sources import Source, all_sources
from crawler.topics import Topic

Line = dict[str, Any]

LATE = 2 * MINUTE  # cron comes once a minute: before that nobody can say that a look was missed
NAMED = 10  # looks that a line names of those that are overdue
_RUN: Line = {
    "kind": "run", "run": None, "started_at": None, "ended_at": None, "verdict": "never", "robots_override": None, "gaps": [],
    "errors": {}, "captures": None, "comments": None,
}  # fmt: skip


def now(root: Path, db: sqlite3.Connection) -> int:
    """The time (UTC ms) by which things are late: the machine's, in an archive of simulated time that of its last capture."""
    row = db.execute("SELECT json_extract(settings, '$.clock') FROM run_begun ORDER BY id DESC LIMIT 1").fetchone()
    return overview.last_seen(db) if row is not None and row[0] == "simulated" else overview.now(root)


def standings(root: Path, db: sqlite3.Connection, topics: list[Topic] | None, at: int) -> Iterator[Line]:
    """A line for each topic and source at `at` (UTC ms): those of the archive, each as its last run knew it, or `topics` as
    they are now, with their sources."""
    held = {holder.source: holder for holder in holders(root)}
    stands, told = standing(root, db), set[str]()
    last = {(run["source"], run["topic"]): run for run in overview.runs(db)}
    if topics is None:
        pairs = [(source, title, _topic(run["settings"])) for (source, title), run in last.items()]
    else:
        pairs = [(source, topic.title, topic) for topic in topics for source in topic.source_names()]
    for name, title, topic in pairs:
        line = _RUN | {"source": name, "topic": title} | last.get((name, title), {})
        line.pop("settings", None)
        # What is of the source alone stands with its first topic.
        of_it = {title} if name in told else {title, None}
        told.add(name)
        line["alarms"] = [alarm.line() for alarm in stands if alarm.source == name and alarm.topic in of_it]
        line["running"] = _running(held.get(name))
        known = name in all_sources() and title != PROBE  # a probe has no schedule
        line |= _schedule(root, db, topic, topic.at(name).here(), at) if topic is not None and known else _UNKNOWN
        yield line


def _topic(settings: Line) -> Topic | None:
    """The topic of a run's settings; None where another version of this program wrote them."""
    try:
        return msgspec.convert({key: value for key, value in settings.items() if key != "clock"}, Topic)
    except msgspec.ValidationError:
        return None


def _running(holder: Holder | None) -> Line | None:
    if holder is None:
        return None
    return {"pid": holder.pid, "heartbeat_s": round(holder.heartbeat, 1), "hung": holder.hung}


_UNKNOWN: Line = {
    "due": None, "late_s": None, "overdue": None, "overdue_looks": [], "put_off": None, "next_at": None, "resting": None,
    "budget": None,
}  # fmt: skip


def _schedule(root: Path, db: sqlite3.Connection, topic: Topic, source: Source, at: int) -> Line:
    found = due(at, state(db, topic, source, at), ladder(topic.cadence), source)
    resting = rest_of(root, db, topic, source, at)
    budget = topic.budget.requests_per_day
    used = requests_since(db, source.name, topic.title, at // DAY * DAY) if budget is not None else 0
    looks, beyond = within(found.looks, at, used, budget)
    waiting = [] if resting is not None else looks
    late = sorted((look for look in waiting if look.late(at) > max(look.every, LATE)), key=lambda look: look.due_at)
    next_at = resting.until if resting is not None else found.next_at
    return {
        "due": len(waiting),
        "late_s": round(max((0, *(look.late(at) for look in found.looks))) / 1000),
        "overdue": len(late),
        "overdue_looks": [_named(source, look, at) for look in late[:NAMED]],
        "put_off": {"blocked": len(looks)} if resting is not None else {"budget": beyond.total()} if beyond else {},
        "next_at": iso(next_at),
        "resting": None
        if resting is None
        else {"since": iso(resting.since), "until": iso(resting.until), "by": resting.by, "why": resting.said()},
        "budget": None
        if budget is None
        else {
            "requests_per_day": budget,
            "used": used,
            "left": max(0, budget - used),
            "renews_at": iso((at // DAY + 1) * DAY),
        },
    }


def _named(source: Source, look: Look, at: int) -> Line:
    ref = look.key if look.kind == "discovery" else f"{source.name}:{look.key}"
    return {"what": ref, "why": look.why, "late_s": round(look.late(at) / 1000)}
