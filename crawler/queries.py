"""What a topic's queries say: words together are all wanted, quotes hold an exact phrase, `-word` is unwanted; several
queries mean any of them. docs/topics.md says it for people. Pure: no source, no network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Part = Literal["all", "phrase", "not"]

# What a site may not be able to express, in words for people.
_CANNOT: dict[Part, str] = {
    "all": "ask for all words at once",
    "phrase": "ask for an exact phrase",
    "not": "leave words out",
}
_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂", '"') | dict.fromkeys("－−", "-"))


class Term(Struct, frozen=True):
    """One word, or the words of a phrase with single blanks between them."""

    text: str
    phrase: bool = False

    def __str__(self) -> str:
        return f'"{self.text}"' if self.phrase else self.text


class Query(Struct, frozen=True):
    """One query understood; as a text it is what was written, with single blanks."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return asked(self)


def parse(text: str) -> Query:
    """The query in a text, NFC. Raises ValueError with one line for what means nothing."""
    found: dict[bool, list[Term]] = {True: [], False: []}
    for wanted, term in _terms(unicodedata.normalize("NFC", text).translate(_QUOTES)):
        if not any(letter.isalnum() for letter in term.text):
            raise ValueError(f'{term} has no letter or digit. Write words, an "exact phrase", or -word to leave one out')
        if "|" in term.text:
            raise ValueError(f"{term} has a |. Write two queries: any of them is searched for")
        if term not in found[wanted]:
            found[wanted].append(term)
    if not found[True]:
        raise ValueError("only words to leave out. Write also what to look for")
    return Query(tuple(found[True]), tuple(found[False]))


def _terms(text: str) -> Iterator[tuple[bool, Term]]:
    """Each term, and whether it is wanted."""
    parts = text.split('"')
    if len(parts) % 2 == 0:
        raise ValueError("a quotation mark is not closed")
    minus = False  # before the phrase that comes next
    for place, part in enumerate(parts):
        if place % 2:
            yield not minus, Term(" ".join(part.split()), phrase=True)
            continue
        words = part.split()
        minus = part.endswith("-") and words[-1] == "-" and place + 1 < len(parts)
        for word in words[:-1] if minus else words:
            yield not word.startswith("-"), Term(word.lstrip("-") or word)


def asked(query: Query, lacks: frozenset[Part] = frozenset()) -> str:
    """The query in the syntax that Korean sites share, without what a site cannot express: an exact phrase becomes its
    words, an unwanted word is not said."""
    wanted = [term.text if "phrase" in lacks else str(term) for term in query.wanted]
    unwanted = [] if "not" in lacks else [f"-{term}" for term in query.unwanted]
    return " ".join(wanted + unwanted)


def lacking(query: Query, lacks: frozenset[Part]) -> str | None:
    """The one line about what a site cannot express of this query; None where it can express all of it."""
    used: dict[Part, bool] = {
        "all": len(query.wanted) > 1,
        "phrase": any(term.phrase for term in query.wanted),
        "not": bool(query.unwanted),
    }
    cannot = [_CANNOT[part] for part in _CANNOT if part in lacks and used[part]]
    return f"its search cannot {' or '.join(cannot)}: what it finds is filtered here" if cannot else None


def able(lacks: frozenset[Part]) -> str:
    """What a source's search can and cannot express, for `sagwan sources`."""
    names: dict[Part, str] = {"all": "all words", "phrase": '"exact phrase"', "not": "-word"}
    can = ", ".join(name for part, name in names.items() if part not in lacks)
    cannot = ", ".join(name for part, name in names.items() if part in lacks)
    return "; ".join(filter(None, (can, cannot and f"not {cannot}: filtered here")))
