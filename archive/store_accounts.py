"""Accounts as pseudonyms, and their versions."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.pseudonym import Pseudonyms
from archive.records import Account

KEPT = 300_000  # accounts held in memory


class Accounts:
    """Finds and inserts the accounts of one source; new rows are gathered for a page and written by `flush`."""

    def __init__(self, db: sqlite3.Connection, source: str, pseudonyms: Pseudonyms) -> None:
        self._db, self._source, self._pseudonym = db, source, pseudonyms.of
        # The site's key -> row, what it last said (name, state, provider), and the capture of that version.
        self._known: dict[str, tuple[int, tuple[Any, ...], int]] = {}
        self._new: list[tuple[Any, ...]] = []
        self._versions: list[tuple[Any, ...]] = []
        self._next = 0

    def begin(self) -> None:
        """Takes the next free id anew; called inside each transaction."""
        self._next = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts").fetchone()[0])

    def of(self, capture: int, account: Account) -> int:
        """The account's row; a version is noted when it says something else than before."""
        version = (account.name, account.state, account.provider)
        found = self._known.get(account.key)
        if found is not None and (found[1] == version or found[2] == capture):
            return found[0]  # a second name on the same page is ignored: the next capture decides, as after a restart
        name = self._pseudonym(self._source, account.name) if account.name is not None else None
        stored = (name, account.state, account.provider)
        row = (found[0], None) if found else self._row(self._pseudonym(self._source, account.key), capture)
        if row[1] != stored:
            self._versions.append((row[0], capture, *stored))
            self._known[account.key] = (row[0], version, capture)
        else:
            self._known[account.key] = (row[0], version, 0)
        return row[0]

    def _row(self, key: bytes, capture: int) -> tuple[int, tuple[Any, ...]]:
        """The row of a pseudonym and its last version; made when there is none."""
        found = self._db.execute("SELECT id FROM accounts WHERE source = ? AND key = ?", (self._source, key)).fetchone()
        if found is None:
            identity = self._next
            self._next += 1
            self._new.append((identity, self._source, key, capture))
            return identity, (None, None, None)
        last = "SELECT name, state, provider FROM account_versions WHERE account = ? ORDER BY capture DESC LIMIT 1"
        return found[0], self._db.execute(last, found).fetchone() or (None, None, None)

    def flush(self) -> None:
        """Writes what a page brought."""
        if self._new:
            self._db.executemany("INSERT INTO accounts VALUES (?,?,?,?)", self._new)
            self._new.clear()
        if self._versions:
            self._db.executemany("INSERT INTO account_versions VALUES (?,?,?,?,?)", self._versions)
            self._versions.clear()
        if len(self._known) > KEPT:
            self._known.clear()
