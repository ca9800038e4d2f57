"""What differs between two texts, in pieces: kept, taken away, put there."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Piece = tuple[Literal["same", "del", "ins"], str]
_LONGEST = 6_000  # letters; of longer texts the whole is taken away and put there


def pieces(old: str, new: str) -> list[Piece]:
    """From the old text to the new one, by words and the spaces between them."""
    if len(old) + len(new) > _LONGEST:
        return [("del", old), ("ins", new)]
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        found += [piece for piece in (("del", "".join(before[a:b])), ("ins", "".join(after[c:d]))) if piece[1]]
    return found
