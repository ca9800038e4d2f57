"""From what a person names to rows: references, and the last capture at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from hashlib import sha256

from archive.errors import ArchiveError


def find_article(db: sqlite3.Connection, source: str, key: str) -> int:
    """The article's row by its key or any alias. Raises ArchiveError when the archive does not know it."""
    row = db.execute(
        "SELECT id FROM articles WHERE source = ?1 AND key = ?2 UNION ALL "
        "SELECT article FROM aliases WHERE source = ?1 AND key = ?2 LIMIT 1",
        (source, key),
    ).fetchone()
    if row is None:
        raise ArchiveError(f"the archive has no article {source}:{key}. `sagwan ls` lists those it has")
    return int(row[0])


def has_article(db: sqlite3.Connection, source: str, key: str) -> bool:
    """Whether the archive knows an article by that key or alias."""
    try:
        return find_article(db, source, key) > 0
    except ArchiveError:
        return False


def find_comment(db: sqlite3.Connection, article: int, key: str) -> tuple[int, int]:
    """The comment's row and its number in the article. Raises ArchiveError when the archive does not know it."""
    row = db.execute("SELECT id, n FROM comments WHERE article = ? AND key = ?", (article, key)).fetchone()
    if row is None:
        raise ArchiveError(f"the archive has no comment #{key} of {article_ref(db, article)}")
    return int(row[0]), int(row[1])


def check_sort(db: sqlite3.Connection, sort: str) -> None:
    """Raises ArchiveError for a sort in which no list was ever seen; it names those that were."""
    if db.execute("SELECT 1 FROM sightings WHERE sort = ? LIMIT 1", (sort,)).fetchone() is None:
        seen = sorted(row[0] for row in db.execute("SELECT DISTINCT sort FROM sightings"))
        raise ArchiveError(f"no list in the sort {sort} was ever seen. Seen: {', '.join(seen) or 'none'}")


def article_ref(db: sqlite3.Connection, article: int) -> str:
    """`source:article`."""
    source, key = db.execute("SELECT source, key FROM articles WHERE id = ?", (article,)).fetchone()
    return f"{source}:{key}"


# The end of each index is looked at, not all of an article's captures.
_LAST = """
SELECT max(id) FROM (
  SELECT * FROM (SELECT id FROM capture_rows WHERE article = ?1 AND received_at <= ?2 ORDER BY id DESC LIMIT 1)
  UNION ALL SELECT * FROM (SELECT c.id FROM counted n CROSS JOIN capture_rows c ON c.id = n.capture
    WHERE n.article = ?1 AND c.received_at <= ?2 ORDER BY n.capture DESC LIMIT 1))"""


def last_capture(db: sqlite3.Connection, article: int, at: int) -> int | None:
    """The last capture of an article, or of many that it was counted among, received at or before `at` (UTC ms). Ids grow
    with time inside a source."""
    row = db.execute(_LAST, (article, at)).fetchone()
    found: int | None = row[0]
    return found


def last_shown(db: sqlite3.Connection, article: int, until: int) -> int | None:
    """The last capture up to `until` (a row id) that showed something of an article; one that failed showed nothing."""
    sql = (
        "SELECT max(id) FROM (SELECT max(r.id) AS id FROM capture_rows r JOIN capture_kinds k ON k.id = r.kind "
        "WHERE r.article = ?1 AND r.id <= ?2 AND k.outcome IN ('ok', 'empty') "
        "UNION ALL SELECT max(capture) FROM counted WHERE article = ?1 AND capture <= ?2)"
    )
    found: int | None = db.execute(sql, (article, until)).fetchone()[0]
    return found


# A later page of a list of comments has another address, and may have nothing of what stands above the first.
_LIKE = """
SELECT b.id FROM capture_rows a JOIN capture_kinds ka ON ka.id = a.kind CROSS JOIN capture_rows b ON b.article = a.article
CROSS JOIN capture_kinds kb ON kb.id = b.kind AND kb.page = ka.page AND kb.outcome = 'ok'
WHERE a.id = ?1 AND b.id < ?2
  AND (b.url = a.url OR NOT EXISTS (SELECT 1 FROM sightings WHERE capture = b.id AND first_rank > 1))
ORDER BY b.id DESC LIMIT 1"""


def last_like(db: sqlite3.Connection, capture: int, before: int, least: int) -> int:
    """The last capture before `before` (a row id) of the page that showed an article's words in `capture`; `least` where that
    is later."""
    row = db.execute(_LIKE, (capture, before)).fetchone()
    return max(row[0] if row else 0, least)


def url_hash(url: str) -> int:
    """The number under which `urls` finds a URL: 48 bits of its sha256. Two URLs may share it."""
    return int.from_bytes(sha256(url.encode("utf-8", "surrogatepass")).digest()[:6], "big")


def uuid_bytes(text: str) -> bytes:
    """The 16 bytes of a uuid; of what is none its sha256, as a WARC file may say anything."""
    with contextlib.suppress(ValueError):
        found = bytes.fromhex(text.replace("-", ""))
        if uuid_text(found) == text:
            return found
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def uuid_text(record: bytes) -> str:
    """A uuid of a capture or walk as its WARC record has it; the plain digits of one that is damaged."""
    digits = record.hex()
    if len(digits) != 32:
        return digits
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def capture_facts(db: sqlite3.Connection, capture: int) -> tuple[str, int]:
    """A capture's uuid, and when it was received (UTC ms)."""
    record, received_at = db.execute("SELECT record, received_at FROM capture_rows WHERE id = ?", (capture,)).fetchone()
    return uuid_text(record), received_at
