"""Small questions that a run asks its archive before and while it collects."""

from __future__ import annotations

import math
import re
import sqlite3
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin

from archive.capture import decode, split_head
from archive.errors import Damaged
from archive.lookup import url_hash
from archive.times import AHEAD_MS
from archive.warc_reader import file_named, read_records

_HOPS = 6  # an answer at the end of five redirects
_LONGEST_WAIT_MS = 366 * 24 * 3_600_000  # a date in the year 9999 is a mistake, and must not close a source for ever
_DAY_MS = 86_400_000
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?([ \t]*,[ \t]*[0-9]+(\.[0-9]*)?)*")
# When a capture came (UTC ms). Of one that is stamped ahead of now the site says it: a clock was wrong (AHEAD_MS).
CAME = (
    f"CASE WHEN c.received_at > :now + {AHEAD_MS} THEN coalesce(min(c.server_at, c.received_at), c.received_at) "
    "ELSE c.received_at END"
)


def requests_since(db: sqlite3.Connection, source: str, topic: str, since: int) -> int:
    """How many requests a topic made to a source in the day that began then (UTC ms). What is stamped later than that day, as a
    clock was ahead, is of it unless the site's own clock says that it is older."""
    where = "r.source = ?1 AND r.topic = ?2 AND c.received_at >= ?3"
    older = f"c.received_at >= ?3 + {_DAY_MS} AND coalesce(c.server_at, c.received_at) < ?3"
    query = f"SELECT count(*) FROM capture_rows c JOIN run_begun r ON r.id = c.run WHERE {where} AND NOT ({older})"
    return int(db.execute(query, (source, topic, since)).fetchone()[0])


def collected_before(db: sqlite3.Connection, source: str, article: str) -> int:
    """How many comments the last complete walk of an article collected; 0 where there was none."""
    row = db.execute(
        "SELECT e.collected FROM walk_ended e JOIN walk_begun b ON b.id = e.walk JOIN articles a ON a.id = b.article "
        "WHERE a.source = ? AND a.key = ? AND e.complete = 1 ORDER BY e.ended_at DESC LIMIT 1",
        (source, article),
    ).fetchone()
    return int(row[0]) if row else 0


def url_of(db: sqlite3.Connection, source: str, key: str) -> str | None:
    """Where the archive first saw that an article stands; None where it does not know it."""
    row = db.execute("SELECT url FROM articles WHERE source = ? AND key = ?", (source, key)).fetchone()
    return row[0] if row else None


def text_of(db: sqlite3.Connection, source: str, article: str) -> tuple[str | None, str | None] | None:
    """Title and text of an article as its page last showed them; None where no page of it was ever read."""
    row = db.execute(
        "SELECT v.title, v.text FROM article_versions v JOIN articles a ON a.id = v.article WHERE a.source = ? AND a.key = ? "
        "ORDER BY v.capture DESC LIMIT 1",
        (source, article),
    ).fetchone()
    return (row[0], row[1]) if row else None


def retry_after(root: Path, db: sqlite3.Connection, source: str, now: int) -> tuple[int, int] | None:
    """When the site last asked us to wait, and until when, if that is still ahead of `now`. All UTC ms."""
    rows = db.execute(
        f"SELECT {CAME}, w.name, c.offset FROM capture_rows c JOIN run_begun r ON r.id = c.run "
        "JOIN warcs w ON w.id = c.warc "
        "WHERE c.status IN (403, 429, 430, 503) AND r.source = :source AND c.received_at > :since "
        "ORDER BY c.received_at DESC LIMIT 20",  # several in one run
        {"source": source, "since": now - _LONGEST_WAIT_MS, "now": now},
    ).fetchall()
    longest = (0, 0)
    for received_at, name, offset in rows:
        response = _response(root, name, offset)
        until = wait_asked_for(response[0], received_at) if response else None
        longest = max(longest, (until or 0, received_at))
    return (longest[1], longest[0]) if longest[0] > now else None


def _response(root: Path, name: str, offset: int) -> tuple[tuple[tuple[str, str], ...], bytes] | None:
    """Headers (lower-case names) of a capture and its body as it came, from its WARC record; None when it is unreadable."""
    path = file_named(root, name)
    if path is None:
        return None
    try:
        head, _, body = next(read_records(path, offset)).block.partition(b"\r\n\r\n")
    except (Damaged, StopIteration, OSError):
        return None
    return split_head(head)[1], body


def wait_asked_for(headers: tuple[tuple[str, str], ...], received_at: int) -> int | None:
    """Until when (UTC ms) Retry-After asks to wait, the longest of several, a year after `received_at` at most; None without
    one that can be read."""
    asked = [_until(value, received_at) for key, value in headers if key == "retry-after"]
    latest = max((until for until in asked if until is not None), default=None)
    return min(latest, received_at + _LONGEST_WAIT_MS) if latest is not None else None


def _until(text: str, received_at: int) -> int | None:
    """What one line asks for: seconds, also with a point or joined from several lines, or a date."""
    if _SECONDS.fullmatch(text):
        longest = max(float(seconds) for seconds in text.split(","))  # of very many digits: inf
        return received_at + math.ceil(min(longest, _LONGEST_WAIT_MS / 1000)) * 1000
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # no zone is named in one form of a date, and GMT is meant
    return int(moment.timestamp() * 1000)


def asked_ago(db: sqlite3.Connection, host: str, now: int, within: float) -> float | None:
    """How many seconds before `now` (UTC ms) a host was last asked for anything; None if not `within` so many."""
    row = db.execute(
        "SELECT at FROM captures WHERE received_at >= ? AND instr(url, '://' || ? || '/') IN (5, 6) ORDER BY received_at DESC "
        "LIMIT 1",
        (now - int(within * 1000), host),
    ).fetchone()
    return max(0, now - row[0]) / 1000 if row else None


def kept_robots(root: Path, db: sqlite3.Connection, url: str, since: int) -> tuple[int, bytes] | None:
    """Status and decoded body of the last definite answer of a robots.txt in the day since that UTC ms (2xx; 4xx but `later`
    ones), also where redirects led to it; whichever source asked. As `requests_since` of what is stamped later."""
    for _ in range(_HOPS):
        row = db.execute(
            "SELECT c.status, w.name, c.offset FROM urls u JOIN capture_rows c ON c.url = u.id AND c.article IS NULL "
            "JOIN capture_kinds k ON k.id = c.kind JOIN warcs w ON w.id = c.warc "
            "WHERE u.hash = ?1 AND u.url = ?2 AND k.page = 'robots' "
            "AND c.at >= ?3 AND (c.at <= ?4 OR c.server_at >= ?3) AND c.digest IS NOT NULL AND c.status BETWEEN 200 AND 499 "
            "AND c.status NOT IN (408, 425, 429, 430) ORDER BY c.id DESC LIMIT 1",
            (url_hash(url), url, since, since + _DAY_MS + AHEAD_MS),
        ).fetchone()
        response = _response(root, row[1], row[2]) if row else None
        if response is None:
            return None
        try:
            if not 300 <= row[0] < 400:
                return row[0], decode(response[1], response[0])
            url = urljoin(url, next((value for name, value in response[0] if name == "location"), ""))
        except ValueError:  # a broken body; `http://[`: nobody knows what it leads to
            return None
    return None
