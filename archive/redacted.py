"""What of an archive was redacted before, or is half redacted, and who was seen again since."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archive.archive import open_for_reading
from archive.errors import ArchiveError
from archive.pseudonym import Pseudonyms
from archive.records import STUB
from archive.target import mark_of, stub_of
from archive.times import iso

UNDER_WAY = "redacting.json"  # in the archive's folder while a redaction is not finished
AGAIN = "a redaction was cut short: run the same `sagwan redact` again, it finishes it"


def refuse_half_done(root: Path) -> None:
    """Raises ArchiveError where a redaction was cut short: files and rows do not fit each other."""
    if (root / UNDER_WAY).exists():
        raise ArchiveError(f"{root}: {AGAIN}")


def keep_rows(root: Path) -> None:
    """Raises ArchiveError where a redaction was cut short that can go on with the present rows: it finds the person's other
    comments by them, and new rows would be those of files that it has changed."""
    if not (root / UNDER_WAY).exists():
        return
    try:
        with contextlib.closing(open_for_reading(root)) as db:
            whole = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except (ArchiveError, sqlite3.Error):
        return
    if whole:
        refuse_half_done(root)


def marks_of(
    db: sqlite3.Connection,
    pseudonyms: Pseudonyms,
    source: str,
    article: str | None,
    comment: str | None,
    account: str | None,
) -> list[str]:
    """By which marks a comment, or an account by its pseudonym, is named in redactions."""
    if account is not None:
        return [mark_of(pseudonyms, source, bytes.fromhex(account))]
    sql = (
        "SELECT key FROM articles WHERE source = ?1 AND key = ?2 UNION ALL SELECT a.key FROM aliases n "
        "JOIN articles a ON a.id = n.article WHERE n.source = ?1 AND n.key = ?2"
    )
    return [stub_of(pseudonyms, source, key, comment or "") for (key,) in db.execute(sql, (source, article))]


def redacted_at(db: sqlite3.Connection, marks: list[str]) -> str | None:
    """When who has one of these marks was redacted last (ISO); None when that never was."""
    found = [db.execute("SELECT max(at) FROM redactions WHERE mark = ?", (mark,)).fetchone()[0] for mark in marks]
    return iso(max((at for at in found if at is not None), default=None))


def seen_again(db: sqlite3.Connection, pseudonyms: Pseudonyms, run: str | None = None) -> Iterator[str]:
    """References of comments and accounts that were redacted before and stand in the archive again; with `run`, a run's uuid,
    only of comments that are new since it began."""
    marks = {mark for (mark,) in db.execute("SELECT mark FROM redactions")}
    if not marks:
        return
    after = _last_before(db, run) if run is not None else 0
    stubs = {key for (key,) in db.execute("SELECT key FROM comments WHERE key GLOB ?", (f"{STUB}*",))}
    sql = (
        "SELECT a.source, a.key, c.key FROM comments c JOIN articles a ON a.id = c.article WHERE c.id > ?2 "
        "AND c.key NOT GLOB ?1 AND c.article IN (SELECT article FROM comments WHERE key GLOB ?1)"
    )
    for source, article, comment in db.execute(sql, (f"{STUB}*", after)):
        if stub_of(pseudonyms, source, article, comment) in stubs:
            yield f"{source}:{article}#{comment}"
    if db.execute("SELECT 1 FROM redactions WHERE what = 'account' LIMIT 1").fetchone() is None:
        return
    sql = (
        "SELECT DISTINCT a.source, v.account FROM comment_versions v JOIN comments c ON c.id = v.comment "
        "JOIN articles a ON a.id = c.article WHERE v.comment > ? AND v.account IS NOT NULL"
    )
    for source, account in db.execute(sql, (after,)):
        if mark_of(pseudonyms, source, account) in marks:
            yield f"{source}:@{account.hex()}"


def _last_before(db: sqlite3.Connection, run: str) -> int:
    """The last comment that was known when a run began."""
    began = (
        "SELECT min(id) FROM captures WHERE received_at >= (SELECT started_at FROM run_begun WHERE uuid = ?) "
        "AND run = (SELECT id FROM run_begun WHERE uuid = ?)"
    )
    (first,) = db.execute(began, (run, run)).fetchone()
    for identity, capture in db.execute("SELECT id, first_capture FROM comments ORDER BY id DESC"):
        if first is None or capture < first:
            return int(identity)
    return 0


def notes(db: sqlite3.Connection, pseudonyms: Pseudonyms, run: str | None = None) -> list[str]:
    """What people should know of those who are seen again: one line each."""
    again = "was redacted before, and was seen again since: `sagwan redact` it again"
    try:
        return [f"{ref} {again}" for ref in seen_again(db, pseudonyms, run)]
    except sqlite3.Error as error:
        return [f"whether somebody was redacted before cannot be read: {error}"]
