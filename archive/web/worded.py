"""What changed between two texts, word by word: for versions of articles and comments."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]  # `same`, `del` or `ins`, and the text
_MOST = 3000  # words, or lines, of both between the first change and the last: of more the comparison would take long


def differences(old: str | None, new: str | None) -> list[Piece]:
    """The pieces of the new text, with what was taken out of the old one where it stood: word by word, where much was changed
    line by line, and where very much was, all of it. It takes a second at most, whatever the texts are."""
    for split in (_words, _lines):
        before, after = split(old or ""), split(new or "")
        start = _alike(before, after)
        end = _alike(before[start:][::-1], after[start:][::-1])
        changed, made = before[start : len(before) - end], after[start : len(after) - end]
        if len(changed) + len(made) <= _MOST:
            # Where there are hundreds of words, those that stand everywhere are no beginning of a match (autojunk).
            found = SequenceMatcher(None, changed, made).get_opcodes()
            break
    else:
        found = [("replace", 0, len(changed), 0, len(made))]
    pieces: list[Piece] = [("same", "".join(after[:start]))]
    for kind, a, b, c, d in found:
        if kind == "equal":
            pieces.append(("same", "".join(made[c:d])))
        else:
            pieces += [("del", "".join(changed[a:b])), ("ins", "".join(made[c:d]))]
    pieces.append(("same", "".join(after[len(after) - end :])))
    return [piece for piece in pieces if piece[1]]


def _alike(some: list[str], others: list[str]) -> int:
    """How many they have in common from the first on."""
    return next(
        (n for n, (one, other) in enumerate(zip(some, others, strict=False)) if one != other), min(len(some), len(others))
    )


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


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)
