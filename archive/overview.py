"""What is in the archive, for people who look: articles (`ls`) and runs (`status`)."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive import times
from archive.alarms import PROBE
from archive.archive import open_for_reading
from archive.article_counts import counts_at
from archive.errors import Damaged
from archive.lookup import uuid_text
from archive.rounding import any_rounded
from archive.space import space
from archive.times import iso

Line = dict[str, Any]
_END = 1 << 62  # a capture after all

_ARTICLES = """
SELECT a.id, a.source || ':' || a.key, a.url, w.title, w.published_from, v.pane, v.state,
  (SELECT count(*) FROM comments WHERE article = a.id),
  max(coalesce((SELECT r.id FROM capture_rows r JOIN capture_kinds k ON k.id = r.kind
      WHERE r.article = a.id AND k.outcome IN ('ok', 'empty') ORDER BY r.id DESC LIMIT 1), 0),
    coalesce((SELECT max(capture) FROM counted WHERE article = a.id), 0), a.first_capture)
FROM articles a LEFT JOIN article_versions v ON v.article = a.id AND v.capture =
  (SELECT max(capture) FROM article_versions WHERE article = a.id)
LEFT JOIN article_versions w ON w.article = a.id AND w.capture =
  (SELECT max(capture) FROM article_versions WHERE article = a.id AND state = 'visible')
WHERE ?1 IS NULL OR (EXISTS (SELECT 1 FROM members WHERE topic = ?1 AND article = a.id)
    AND EXISTS (SELECT 1 FROM capture_rows WHERE article = a.id))
  OR EXISTS (SELECT 1 FROM capture_rows c JOIN run_begun r ON r.id = c.run WHERE c.article = a.id AND r.topic = ?1)
ORDER BY w.published_from DESC, a.id DESC"""


def articles(db: sqlite3.Connection, topic: str | None = None) -> Iterator[Line]:
    """Every article (of a topic), newest first. One that is gone has its last words, and a look that failed saw nothing."""
    rounds = any_rounded(db)
    for identity, ref, url, title, published, pane, state, comments, last in db.execute(_ARTICLES, (topic,)):
        record, seen_at = db.execute("SELECT record, received_at FROM capture_rows WHERE id = ?", (last,)).fetchone()
        yield {
            "kind": "article",
            "ref": ref,
            "capture": uuid_text(record),
            "seen_at": iso(seen_at),
            "title": title,
            "url": url,
            "published_at": iso(published),
            "pane": pane,
            "state": state or "unknown",
            "comments": comments,
            **counts_at(db, identity, _END, rounds),
        }


def runs(db: sqlite3.Connection) -> Iterator[Line]:
    """The last run of each source and topic, with how it ended; `unfinished` where it has no end: it runs, or was killed.
    `settings` is the topic as that run knew it. A probe under a topic's rules is no run of the topic."""
    sql = (
        "SELECT source, topic, uuid, started_at, ended_at, verdict, counters, settings, robots_reason FROM runs WHERE id IN "
        "(SELECT max(id) FROM run_begun WHERE trigger <> 'probe' OR topic = ? GROUP BY source, topic) ORDER BY source, topic"
    )
    for source, topic, uuid, started, ended, verdict, counters, settings, reason in db.execute(sql, (PROBE,)):
        counted = json.loads(counters) if counters else {}
        yield {
            "kind": "run",
            "source": source,
            "topic": topic,
            "run": uuid,
            "started_at": iso(started),
            "ended_at": iso(ended),
            "verdict": verdict or "unfinished",
            "robots_override": reason,
            "gaps": counted.get("gaps", []),
            "errors": counted.get("errors", {}),
            "captures": counted.get("captures"),
            "comments": counted.get("comments"),
            "settings": json.loads(settings),
        }


def totals(root: Path, db: sqlite3.Connection, at: int, keep_free: int = 0) -> Line:
    """How much there is, what it takes at `at` (UTC ms), and what is not sealed. Nothing is counted: rows are only inserted,
    so the last id of a table is how many it has. `keep_free`: bytes of the disk that are not for the archive."""
    counts = {
        name: db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        for name, table in (("captures", "capture_rows"), ("articles", "articles"), ("comments", "comments"))
    }
    first, last = db.execute(
        "SELECT (SELECT min(received_at) FROM capture_rows), (SELECT max(received_at) FROM capture_rows)"
    ).fetchone()
    room = space(root, at)
    return {
        "kind": "archive",
        **counts,
        "warc_files": room.warc_files,
        "bytes": room.taken,
        "bytes_a_day": room.a_day,
        "disk_left": room.left,
        "keep_free": keep_free,
        "days_left": room.days_left(keep_free),
        **_sealing(root),
        "first": iso(first),
        "last": iso(last),
    }


def last_seen(db: sqlite3.Connection) -> int:
    """When the archive's last capture was received, UTC ms; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(received_at), 0) FROM capture_rows").fetchone()[0])


def _sealing(root: Path) -> Line:
    """UTC days with files that no manifest lists, and days with manifests that no time stamp stands beside."""
    from archive.manifest import day_of, unstamped_days  # here: most questions ask neither for files nor for seals
    from archive.seal import unsealed

    try:
        open_days = {day_of(path.name.removesuffix(".open")) for path in unsealed(root)}
    except Damaged as error:
        return {"unsealed_days": None, "unstamped_days": None, "manifests": f"{error}: `sagwan verify` says more"}
    return {"unsealed_days": len(open_days), "unstamped_days": len(unstamped_days(root)), "manifests": None}


def now(root: Path) -> int:
    """What `now` is to an archive, UTC ms: the machine's time; its last capture's where simulated time was ahead of that."""
    machine = times.now()
    with contextlib.closing(open_for_reading(root)) as db:
        last = db.execute("SELECT received_at FROM capture_rows ORDER BY id DESC LIMIT 1").fetchone()
        if last is None or last[0] <= machine:
            return machine
        return last_seen(db)
