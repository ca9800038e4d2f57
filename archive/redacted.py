"""What of an archive was redacted before, and who of them was seen again since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive.pseudonym import Pseudonyms
from archive.records import STUB
from archive.target import mark_of, stub_of
from archive.times import iso


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


def seen_again(db: sqlite3.Connection, pseudonyms: Pseudonyms) -> Iterator[str]:
    """References of comments and accounts that were redacted before and stand in the archive again."""
    marks = {mark for (mark,) in db.execute("SELECT mark FROM redactions")}
    stubs = {key for (key,) in db.execute("SELECT key FROM comments WHERE key GLOB ?", (f"{STUB}*",))}
    if not marks:
        return
    sql = (
        "SELECT a.source, a.key, c.key FROM comments c JOIN articles a ON a.id = c.article WHERE c.key NOT GLOB ?1 AND "
        "c.article IN (SELECT article FROM comments WHERE key GLOB ?1)"
    )
    for source, article, comment in db.execute(sql, (f"{STUB}*",)):
        if stub_of(pseudonyms, source, article, comment) in stubs:
            yield f"{source}:{article}#{comment}"
    if db.execute("SELECT 1 FROM redactions WHERE what = 'account' LIMIT 1").fetchone() is None:
        return
    for source, account in db.execute("SELECT source, key FROM accounts"):
        if mark_of(pseudonyms, source, account) in marks:
            yield f"{source}:@{account.hex()}"
