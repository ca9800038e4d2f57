"""What a page is: one small module with a question that gives frozen data, a template of the same name, and its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.capture import Parse
from archive.errors import ArchiveError
from archive.lookup import article_ref, find_article
from archive.times import from_iso

LONGEST_MS = 10_000  # a question of a page
_END = 253_370_000_000_000  # UTC ms, in 9998: what lies behind it has no name in every time zone
Words = Mapping[str, tuple[str, str]]  # key -> (Korean, English)


class NotThere(Exception):
    """Raised by a page that does not know what it was asked for (404); says what."""


class BadAsk(Exception):
    """Raised by a page that was asked in words that it cannot read (400); says what to write."""


def moment(text: str, *, end: bool = False) -> int:
    """An ISO time as `from_iso` reads it. Raises ValueError."""
    try:
        return from_iso(text, end=end)
    except ValueError:  # in an address that somebody typed, the plus sign before an offset is a space
        return from_iso("+".join(text.rsplit(" ", 1)), end=end)


@dataclass(frozen=True)
class Ask:
    """What a reader asks of a page: the parameters of its address, `ko` or `en`, the archive's folder, who reads captures."""

    args: Mapping[str, str]
    lang: str
    root: Path
    parse: Parse

    def moment(self, name: str) -> int | None:
        """A time among the parameters, UTC ms; None where it is not there. A time without an offset is Seoul's, a day alone
        its end, as `sagwan as-of` has it. Raises BadAsk."""
        text = self.args.get(name, "").strip()
        if not text:
            return None
        try:
            found = moment(text, end=True)
        except ValueError:
            raise BadAsk(f"{name}={text[:60]}: not a time. Write 2026-11-22T14:00 or 2026-11-22T14:00:05+09:00") from None
        if not 0 <= found < _END:
            raise BadAsk(f"{name}={text[:60]}: not a time between 1970 and 9998")
        return found

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 to `most` among the parameters. Raises BadAsk."""
        text = self.args.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most):
            raise BadAsk(f"{name}={text[:60]}: not a number from 0 to {most}")
        return int(text)

    def reference(self, db: sqlite3.Connection) -> tuple[int, str, str | None]:
        """What `ref` names: the article's row, `source:article` by its own key, the comment's key or None. Raises NotThere,
        BadAsk."""
        text = self.args.get("ref", "").strip()
        source, colon, rest = text.partition(":")
        key, _, comment = rest.partition("#")
        if not (source and colon and key):
            raise BadAsk(f"ref={text[:60]}: not a reference. Write source:article or source:article#comment")
        try:
            article = find_article(db, source, key)
        except ArchiveError as error:
            raise NotThere(str(error)) from None
        return article, article_ref(db, article), comment or None


@dataclass(frozen=True)
class Page:
    """A page at `/name` (the first one: at `/`) with the template `name.html`; `answer` reads the archive in one transaction.

    The template gets what `answer` returned as `it`. `menu`: it stands in the menu, under the word `name`. A `plain` page has
    no template: what `answer` returned is shown as text, and never as anything else. A `slow` one may take a minute: few are
    answered at a time, so that others find room.
    """

    name: str
    answer: Callable[[sqlite3.Connection, Ask], object]
    words: Words = field(default_factory=dict)
    menu: bool = False
    plain: bool = False
    slow: bool = False

    @property
    def path(self) -> str:
        """Where it is."""
        return "/" if self.name == "topic" else f"/{self.name}"
