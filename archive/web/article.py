"""An article: its text with versions, its counts over time, its thread as it stood at a time."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.web.frame import Ask, Page


@dataclass(frozen=True)
class Article:
    """What the page shows."""

    ref: str


def answer(db: sqlite3.Connection, ask: Ask) -> Article:
    """The article that `ref` names."""
    _, ref, _ = ask.reference(db)
    return Article(ref)


PAGE = Page("article", answer)
