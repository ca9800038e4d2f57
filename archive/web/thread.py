"""The thread of an article as it stood at a time: a piece of the article's page, which its slider asks for."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.history import as_of
from archive.web.frame import Ask, Page


@dataclass(frozen=True)
class Thread:
    """What `as-of` says of the thread."""

    lines: list[dict[str, Any]]


def answer(db: sqlite3.Connection, ask: Ask) -> Thread:
    """The thread of the article that `ref` names, as known `at`."""
    article, _, _ = ask.reference(db)
    return Thread(list(as_of(db, article, ask.moment("at") or 1 << 62)))


PAGE = Page("thread", answer)
