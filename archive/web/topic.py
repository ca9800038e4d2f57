"""The first page: what is watched, how each source's last run ended, and the articles by how fast they move."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive import overview
from archive.web.frame import Ask, Page, Words


@dataclass(frozen=True)
class Topic:
    """What the page shows: the archive's articles as `ls` lists them."""

    articles: list[dict[str, Any]]


def answer(db: sqlite3.Connection, ask: Ask) -> Topic:
    """The articles, newest first."""
    return Topic(list(overview.articles(db, ask.args.get("topic"))))


WORDS: Words = {"topic": ("주제", "Topic")}
PAGE = Page("topic", answer, WORDS, menu=True)
