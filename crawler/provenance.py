"""What a run says of itself: in the warcinfo of each of its files, and in its `run_begun` and `run_ended` records."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from archive.manifest import last_manifest
from archive.schema import FORMAT
from archive.yields import less
from crawler.alarms import Alarm
from crawler.contact import ours
from crawler.pages import registered
from crawler.tally import Tally
from crawler.topics import Topic


def _code() -> str:
    return f"sagwan/{ours()}"


def warcinfo(run: str, topic: Topic, source: str, clock: str) -> dict[str, str]:
    """The fields of a warcinfo record; empty ones are not written."""
    options = topic.options(source)
    return writer(source) | {
        "run": run,
        "topic": topic.title,
        "robots": options.robots,
        "robots-reason": _reason(topic, source) or "",
        "clock": clock,
    }


def writer(source: str) -> dict[str, str]:
    """The fields that say what wrote the records behind a warcinfo."""
    libraries = f"scrapy/{version('scrapy')} twisted/{version('twisted')} python/{platform.python_version()}"
    return {
        "software": f"{_code()} {libraries}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "archive-format": str(FORMAT),
        "source": source,
    }


def sealed(root: Path) -> str:
    """The last manifest of an archive: its name and the sha256 of its bytes; empty where there is none. Raises Damaged."""
    last = last_manifest(root)
    return f"{last.name} {last.sha256}" if last is not None else ""


def beginning(run: str, topic: Topic, source: str, trigger: str, clock: str) -> dict[str, Any]:
    """The values of a `run_begun` record; its settings are the topic's, and `clock` where that is not the system's."""
    told = {} if clock == "system" else {"clock": clock}
    return {
        "run": run,
        "topic": topic.title,
        "source": source,
        "trigger": trigger,
        "code": " ".join([_code(), *_parsers(source)]),
        "settings": msgspec.to_builtins(topic) | told,
        "robots_reason": _reason(topic, source),
    }


def _parsers(source: str) -> list[str]:
    """Which parsers read this run's pages: what rows may be explained by newer ones depends on it."""
    return [f"{entry.kind}/{entry.version}" for entry in registered() if entry.kind.startswith(f"{source}.")]


def _reason(topic: Topic, source: str) -> str | None:
    options = topic.options(source)
    return options.reason if options.robots == "ignore" else None


def ending(tally: Tally, db: sqlite3.Connection, source: str, topic: str) -> dict[str, Any]:
    """What a run's end says: how it went, what it raised, and what its pages gave. Raises the alarm about each page kind that
    gave far less than in earlier runs."""
    wrong = {alarm.page for alarm in tally.raised()}
    for kind, page in tally.evidence.pages.items():
        if kind not in wrong and (found := less(db, source, topic, kind, page.given)) is not None:
            tally.alarms.append(Alarm(found.kind, found.text, kind, page.capture))
    raised = tally.raised()
    told = {"raised": msgspec.to_builtins(raised), "pages": msgspec.to_builtins(tally.pages(raised))}
    return {"verdict": tally.verdict(), "counters": tally.summary()} | told
