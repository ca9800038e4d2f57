"""The orders of Naver's comment lists, and the cursors that name a place in one."""

from __future__ import annotations

from . import naver_ids
from .things import Comment

BIAS = 10**9  # so that no sort value is negative in a cursor
Key = tuple[int, int]


def weight(written: Comment, sort: str) -> int:
    """By what a sort puts the highest first; by time all weigh the same."""
    if sort == "FAVORITE":
        return written.likes - written.dislikes
    if sort == "REPLY":
        return len(written.shown_replies())
    both = written.likes + written.dislikes
    return written.likes * 1_000_000 // both if sort == "RELATIVE" and both >= 5 else 0


def spot(written: Comment, sort: str) -> Key:
    """Where a comment stands: ascending in the order of the list."""
    number = naver_ids.place(written)
    return (0, number) if sort == "OLD" else (-weight(written, sort), -number)


def cursor(at: Key, sort: str) -> str:
    """A place as the site writes it: the number alone in an order of time, else behind the value of the sort."""
    number = naver_ids.base36(abs(at[1]), 13)
    return number if sort in ("NEW", "OLD") else naver_ids.base36(BIAS - at[0], 11) + number


def place_of(text: str, sort: str) -> Key | None:
    """The place that a cursor names; nothing for a cursor of another sort, or none."""
    width = 13 if sort in ("NEW", "OLD") else 24
    if len(text) != width or not text.isalnum() or not text.isascii():
        return None
    number = int(text[-13:], 36)
    return (0, number if sort == "OLD" else -number) if width == 13 else (BIAS - int(text[:11], 36), -number)
