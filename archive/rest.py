"""When a source rests: it refused us, and each refusal after another one doubles the pause.

Derived from the captures and the ends of runs: nothing is kept beside them that could be lost or forgotten.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from msgspec import Struct

from archive.questions import CAME, retry_after
from archive.times import AHEAD_MS, iso

FIRST_MS = 30 * 60_000
LONGEST_MS = 24 * 3_600_000
_MOST = 7  # refusals in a row until the pause grows no more
# What kept a run out, and how long: rules are read anew after a day, and what could not be read may be there soon.
KEPT_OUT_MS = {"robots": LONGEST_MS, "unread robots": 5 * 60_000}

_REFUSED = f"""
SELECT c.run, max({CAME}) FROM refusals f JOIN capture_rows c ON c.id = f.capture
  JOIN run_begun r ON r.id = c.run WHERE r.source = :source GROUP BY c.run ORDER BY c.run DESC LIMIT :most"""
# A good run asked for something and was not refused; runs that only waited say nothing.
_GOOD = """
SELECT 1 FROM run_begun r JOIN run_ended e ON e.run = r.id WHERE r.source = ? AND r.id > ? AND r.id < ?
  AND e.verdict NOT IN ('blocked', 'failed', 'locked') AND json_extract(e.counters, '$.captures') > 0 LIMIT 1"""
# A run that came into a rest, or could not write, says nothing of robots.txt.
_KEPT_OUT = """
SELECT json_extract(e.counters, '$.blocked_by'), e.ended_at, r.id, r.started_at
  FROM run_begun r JOIN run_ended e ON e.run = r.id
  WHERE r.source = ? AND r.topic = ? AND e.verdict <> 'failed' AND json_extract(e.counters, '$.blocked_by') IS NOT 'rest'
  ORDER BY r.id DESC LIMIT 1"""


class Rest(Struct, frozen=True):
    """Why and how long a source is left alone. Times are UTC ms."""

    since: int
    until: int
    times: int  # refusals in a row; 0 where the site itself said how long
    by: str = "rest"  # or `robots`, `unread robots`: of a topic on a source

    def said(self) -> str:
        """The sentence that a run ends with which comes too early."""
        if not self.times:
            return f"the site asked on {iso(self.since)} for a pause: {self.until_when()}"
        if self.by != "rest":
            return f"robots.txt kept us out on {iso(self.since)}: {self.until_when()}"
        again = f" ({self.times} times in a row)" if self.times > 1 else ""
        return f"the site refused us on {iso(self.since)}{again}: {self.until_when()}"

    def until_when(self) -> str:
        """Until when, in words."""
        return f"not to be asked again before {iso(self.until)}"


def pause(times: int) -> int:
    """How long (ms) a source rests after so many refusals in a row: half an hour, doubling up to a day."""
    return min(FIRST_MS << times - 1, LONGEST_MS)


def rest(root: Path, db: sqlite3.Connection, source: str, now: int) -> Rest | None:
    """The rest that a source has at `now` (UTC ms): ours or its own Retry-After, the longer one; None when it has none."""
    found = [Rest(*asked, 0) for asked in (retry_after(root, db, source, now),) if asked]
    if (ours := _ours(db, source, now)) is not None:
        found.append(ours)
    longest = max(found, key=lambda each: each.until, default=None)
    return longest if longest is not None and longest.until > now else None


def rested_until(db: sqlite3.Connection, source: str, now: int) -> int:
    """Until when (UTC ms) our own pause lasts at `now` or lasted, while no run went well after it; 0 where there is none."""
    ours = _ours(db, source, now)
    return ours.until if ours is not None else 0


def _ours(db: sqlite3.Connection, source: str, now: int) -> Rest | None:
    refused = db.execute(_REFUSED, {"source": source, "most": _MOST, "now": now}).fetchall()
    times, newer = 0, 1 << 62
    for run, _ in refused:
        if db.execute(_GOOD, (source, run, newer)).fetchone():
            break
        times, newer = times + 1, run
    return Rest(refused[0][1], refused[0][1] + pause(times), times) if times else None


def kept_out(db: sqlite3.Connection, source: str, topic: str, now: int) -> Rest | None:
    """Until when a topic that obeys robots.txt need not try again, as its last run was kept out; None when it may now."""
    by, since, run, begun = db.execute(_KEPT_OUT, (source, topic)).fetchone() or ("", 0, 0, 0)
    if by not in KEPT_OUT_MS:
        return None
    if since > now + AHEAD_MS:  # a clock was wrong: the site says when that was
        sql = "SELECT max(server_at) FROM capture_rows WHERE received_at >= ? AND run = ?"
        since = min(since, db.execute(sql, (begun, run)).fetchone()[0] or since)
    until = since + KEPT_OUT_MS[by]
    return Rest(since, until, 1, by) if until > now else None
