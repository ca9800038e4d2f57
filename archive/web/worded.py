"""What changed between two texts, word by word: for versions of articles and comments."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]  # `same`, `del` or `ins`, and the text
_MOST = 4000  # words of both, above which lines are compared: words would take long


def differences(old: str | None, new: str | None) -> list[Piece]:
    """The pieces of the new text, with what was taken out of the old one where it stood."""
    old, new = old or "", new or ""
    before, after = _words(old), _words(new)
    if len(before) + len(after) > _MOST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(after[c:d])))
            continue
        pieces += [(name, text) for name, text in (("del", "".join(before[a:b])), ("ins", "".join(after[c:d]))) if text]
    return pieces


def shortened(pieces: list[Piece], around: int = 60) -> list[Piece]:
    """The same with long unchanged stretches cut to what stands around a change."""
    found = []
    for n, (kind, text) in enumerate(pieces):
        if kind == "same" and len(text) > 2 * around + 3:
            begin = text[:around] if n else ""
            end = text[-around:] if n < len(pieces) - 1 else ""
            text = f"{begin} … {end}"
        found.append((kind, text))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)
