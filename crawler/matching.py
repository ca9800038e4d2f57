"""Whether a text is what a query asks for: our own filter, where a site's search cannot express a part or ignores it.

Korean is written with and without blanks and with particles: `댓글조작` stands in `댓글 조작을`. In doubt a text matches: what
is rejected is lost, what is kept too much can be left out later. What nobody has read is not rejected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crawler.queries import Part, Query, Term, parse

# Particles that a noun can carry, also two or three of them (에서+는). Those that are as often part of a word are left out.
_PARTICLES = re.compile(
    "(?:은|는|이|가|을|를|의|에|에서|에게|에게서|께|께서|한테|으로|로|으로서|로서|으로써|로써|와|과|랑|이랑|하고|도|만|까지|부터"
    "|마저|조차|보다|처럼|마다|이나|이라고|라고|이라는|라는|이란|란){0,3}"
)
_WORD = re.compile(r"[^\W_]+")
_ENOUGH = 5  # hits, none of which has a word of the query, are not hits of that query


def words(text: str) -> list[str]:
    """The runs of letters and digits in a text, one form for each: NFKC (so also the width), case folded."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall("".join(letter for letter in folded if unicodedata.category(letter) != "Cf"))


def holds(text: list[str], term: Term) -> bool:
    """Whether a text (its words) may hold a term: its letters in this order, whatever stands around them."""
    wanted, letters = words(term.text), "".join(text)
    joined = "".join(wanted)
    return joined in letters or any(stem in letters for stem in _stems(joined))


def _stems(word: str) -> list[str]:
    """A word without the particles at its end, in every way that leaves two letters or more."""
    return [word[:end] for end in range(2, len(word)) if _PARTICLES.fullmatch(word[end:])]


def says(text: list[str], term: Term) -> bool:
    """Whether a text (its words) surely holds a term: as a whole word or several, at most with particles behind."""
    joined = "".join(words(term.text))
    for first in range(len(text)):
        run = ""
        for at in range(first, len(text)):
            run += text[at]
            if len(run) >= len(joined):
                break
            if not joined.startswith(run):
                break
        if run.startswith(joined) and _PARTICLES.fullmatch(run[len(joined) :]):
            return True
    return False


def matches(query: Query, text: str, *, whole: bool, lacks: frozenset[Part] = frozenset()) -> bool | None:
    """Whether a text is what a query asks for: True, False, or None where nobody knows.

    `whole`: the text is all that there is of the article, so what is not in it is absent. Even then a wanted word that our
    text lacks is the site's to find (it may look at captions, names, other forms), but for the parts that it cannot express.
    """
    if excludes(query, text):
        return False
    held = words(text)
    missing = [term for term in query.wanted if not holds(held, term)]
    if not missing:
        return True if whole or not query.unwanted else None
    ours = [t for t in missing if (t.phrase and "phrase" in lacks) or ("all" in lacks and len(query.wanted) > 1)]
    return False if whole and ours else None


def excludes(query: Query, text: str) -> bool:
    """Whether a text surely has a word that a query leaves out."""
    held = words(text) if query.unwanted else []
    return any(says(held, term) for term in query.unwanted)


def mentions(query: Query, text: str) -> bool:
    """Whether a text has any wanted word of a query: a page of hits without one is not what was asked for."""
    held = words(text)
    return any(holds(held, Term(word)) for term in query.wanted for word in term.text.split() if words(word))


def ignored(query: str, hits: Sequence[str]) -> bool:
    """Whether a page of hits (the text of each) is surely none of what was asked for, in the site's syntax."""
    try:
        return len(hits) >= _ENOUGH and not mentions(parse(query), "\n".join(hits))
    except ValueError:  # no query
        return False
