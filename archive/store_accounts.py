"""Accounts as pseudonyms, and their versions: a page at a time; asking for each alone was half the cost of a new page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from archive.pseudonym import Pseudonyms
from archive.records import Account, Comment

KEPT = 300_000  # accounts held in memory
_NOTHING: tuple[Any, ...] = (None, None, None)


class Accounts:
    """Finds and inserts the accounts of one source."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms) -> None:
        self._db, self._source, self._pseudonym = db, source, pseudonyms.of
        # The site's key -> row, what it last said (name, state, provider), and the capture of that version.
        self._known: dict[str, tuple[int, tuple[Any, ...], int]] = {}
        self._next = 0

    def begin(self) -> None:
        """Takes the next free id anew; called inside each transaction."""
        self._next = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts").fetchone()[0])

    def store(self, capture: int, comments: Iterable[Comment]) -> dict[str, int]:
        """The rows of a page's accounts by the site's key; new ones are inserted, and versions where they say something else.

        A second word on the same account in one capture is ignored: the next capture decides, as after a restart.
        """
        if len(self._known) > KEPT:
            self._known.clear()
        rows: dict[str, int] = {}
        unknown: dict[str, Account] = {}
        versions: list[tuple[Any, ...]] = []
        for comment in comments:
            account = comment.account
            if account is None or account.key in rows or account.key in unknown:
                continue
            found = self._known.get(account.key)
            if found is None:
                unknown[account.key] = account
                continue
            rows[account.key] = found[0]
            said = (account.name, account.state, account.provider)
            if found[1] != said:
                versions.append((found[0], capture, *self._stored(account)))
                self._known[account.key] = (found[0], said, capture)
        if unknown:
            self._look_up(capture, unknown, rows, versions)
        if versions:
            self._db.executemany("INSERT INTO account_versions VALUES (?,?,?,?,?)", versions)
        return rows

    def _look_up(
        self, capture: int, unknown: dict[str, Account], rows: dict[str, int], versions: list[tuple[Any, ...]]
    ) -> None:
        keys = {key: self._pseudonym(self._source, key) for key in unknown}
        marks = ",".join("?" * len(keys))
        sql = f"SELECT key, id FROM accounts WHERE source = ? AND key IN ({marks})"
        stored: dict[bytes, int] = dict(self._db.execute(sql, (self._source, *keys.values())).fetchall())
        last = self._last_versions(stored.values())
        new = []
        for key, account in unknown.items():
            identity = stored.get(keys[key])
            if identity is None:
                identity = self._next
                self._next += 1
                new.append((identity, self._source, keys[key], capture))
            version = self._stored(account)
            if last.get(identity, _NOTHING) != version:
                versions.append((identity, capture, *version))
            rows[key] = identity
            self._known[key] = (identity, (account.name, account.state, account.provider), capture)
        self._db.executemany("INSERT INTO accounts VALUES (?,?,?,?)", new)

    def _last_versions(self, identities: Iterable[int]) -> dict[int, tuple[Any, ...]]:
        sql = "SELECT name, state, provider FROM account_versions WHERE account = ? ORDER BY capture DESC LIMIT 1"
        return {one: self._db.execute(sql, (one,)).fetchone() or _NOTHING for one in identities}

    def _stored(self, account: Account) -> tuple[Any, ...]:
        name = self._pseudonym(self._source, account.name) if account.name is not None else None
        return (name, account.state, account.provider)
