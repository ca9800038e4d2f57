"""Naver's numbers: comment numbers with the time inside, the cursors made of them, account keys.

A comment number since the move of 2021-22 is `seconds since 2000-01-01 UTC << 30` and a small rest (a node in its
upper six bits, a counter in the lower ten: so the rests of the recorded ones look). Older ones are small and end in 5.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from .things import KST, Comment

if TYPE_CHECKING:
    from .world import World

EPOCH = 946_684_800  # 2000-01-01T00:00Z
MOVED = int(datetime(2021, 12, 1, tzinfo=KST).timestamp() * 1000)  # comments before this have small numbers
NEW_KIND = 1 << 40
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SKINS = {"100": "politics", "101": "economy", "102": "society", "103": "life", "104": "world", "105": "it"}


def timed(ms: int, rest: int) -> int:
    """The number of a moment."""
    return (ms // 1000 - EPOCH) << 30 | rest


def fresh(world: World, ms: int, chance: Random | None = None) -> int:
    """A number that is not taken, for a comment of this moment."""
    chance = chance or world.chance
    while True:
        if ms >= MOVED:
            made = timed(ms, chance.randrange(64) << 24 | chance.randrange(1024))
        else:  # about 250 million a year, from the recorded ones of 2017 and 2018
            made = 1_077_873_075 + (ms - 1_506_268_843_415) // 1000 * 13 // 10 * 10 + chance.randrange(0, 60) * 10
        if not world.knows(made):
            return made


def place(comment: Comment) -> int:
    """The number by which a comment stands in the order of time: its own, or what it would be by the new rule."""
    return comment.id if comment.id >= NEW_KIND else timed(comment.created, comment.id % (1 << 30))


def base36(number: int, width: int) -> str:
    """A number in lower-case base 36, filled with zeros."""
    made = ""
    while number:
        number, digit = divmod(number, 36)
        made = DIGITS[digit] + made
    return made.rjust(width, "0")


def key(number: int) -> str:
    """What Naver calls an account: a few letters and digits, always the same for one account."""
    made = ""
    while number:
        number, digit = divmod(number, 62)
        made = LETTERS[digit] + made
    return made or "A"
