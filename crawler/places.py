"""Places on a page: where its first item stands, and whether places can be compared by the comments' numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

BEST = "BEST"  # the sort of a box of chosen comments, which stand in the list, too
ANNOUNCED = "announced"  # what the cue `next` says where the page leads to a further one; else the page shows no paging
_ENOUGH = 5  # comments that stand by their numbers are hardly by chance in that order


def order_of(keys: Sequence[str]) -> Literal["asc", "desc", "votes"]:
    """How the comments of a list that claims to be in the order of time stand. One that does not stand by its numbers, or is
    too short to say so, proves nobody's absence: `votes`."""
    if len(keys) < _ENOUGH or not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
        return "votes"
    numbers = [int(key) for key in keys]
    if all(a < b for a, b in pairwise(numbers)):
        return "asc"
    return "desc" if all(a > b for a, b in pairwise(numbers)) else "votes"


def first_rank(context: Mapping[str, str]) -> int:
    """The place of a page's first item in its list, as the spider says it in the capture's context; 1 where it does not."""
    rank = context.get("rank", "")
    return int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 10 else 1
