"""Comment lists with numbered pages, of a site that declares one number of comments: how one is walked, and what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count

from archive.capture import Seen
from archive.records import Count, Listing
from crawler.alarms import WALK
from crawler.places import BEST
from crawler.spider import SourceSpider
from crawler.tally import Gap
from crawler.walk import Walk

Declared = tuple[int, int] | None  # all comments, and the replies among them
_TRIES = 2  # pages in a row without a new comment: one alone may be new comments that pushed the known ones on


async def pages(
    spider: SourceSpider,
    walk: Walk,
    look: Callable[[int, int], Awaitable[Seen | None]],
    *,
    whole: Callable[[], bool] = lambda: False,
    answered: dict[str, int] | None = None,
    most: int = 0,
) -> str:
    """Reads a list page by page, all or the first `most`; why it ended.

    `look` fetches a page by its number, given also the rank of its first comment. The list ends (`end`) behind a page with
    the cue `last`, and at an empty page; also at a page without anything new once `whole` says that nothing is missing: some
    sites give their last page again and again. `closed: ...` is the site's own word, `repeated page` a list that turns in
    circles, all else what could not be read. `answered` is filled with the comments that have replies, and how many.
    """
    rank, barren = 1, 0
    for number in count(1):
        seen = await look(number, rank)
        if seen is None or seen.parsed.outcome not in ("ok", "empty"):
            return spider.unread(seen, walk.article)
        said, listing = spider.cues(seen), listing_of(seen)
        if "closed" in said:
            return f"closed: {said['closed']}"
        if listing is None:
            return "end"
        barren = 0 if walk.add(listing) else barren + 1
        rank += len(listing.comments)
        if answered is not None:
            answered |= {each.key: each.replies for each in listing.comments if each.replies}
            walk.announced = sum(answered.values())
        if "last" in said or number == most or (barren and whole()):
            return "end"
        if barren == _TRIES:
            return "repeated page"
    raise AssertionError("unreachable")


def listing_of(seen: Seen | None) -> Listing | None:
    """The list on a page, without the box of chosen comments; None where it has none."""
    return next((r for r in seen.parsed.records if isinstance(r, Listing) and r.sort != BEST), None) if seen else None


def number_of(seen: Seen | None) -> int | None:
    """How many comments a page declares of its own article."""
    records = seen.parsed.records if seen else ()
    return next((r.value for r in records if isinstance(r, Count) and r.metric == "comments" and r.article is None), None)


def declared(walk: Walk, before: int | None, after: int | None) -> tuple[Declared, Declared]:
    """What the numbers before and after a walk declare, with the replies that the list announces. Where a site does not say
    whether its number counts those, it does if only so the list can be what it declares."""
    known = [number for number in (before, after) if number is not None]
    tops, replies = len(walk.keys), walk.announced
    counted = bool(known) and not min(known) <= tops <= max(known) and min(known) <= tops + replies <= max(known)
    beside = 0 if counted else replies
    first, last = ((number + beside, replies) if number is not None else None for number in (before, after))
    return first, last


def judge(spider: SourceSpider, walk: Walk, why: str, before: Declared, after: Declared) -> None:
    """Says what a whole walk did not get."""
    run, last = spider.run, after or before
    run.collected += len(walk.keys) + len(walk.replies)
    run.declared += last[0] if last else 0
    if why.startswith("closed: "):
        read = len(walk.keys) + len(walk.replies)  # a list that closes in the middle is not whole
        number = last[0] if last and read else None
        run.gaps.append(Gap("comments", number, read or None, why, walk.ref, counts=read > 0))
        return
    if why == "repeated page":
        run.alarm("repeat", f"{walk.ref}: its pages bring only comments seen before", page=WALK, about=walk.article)
    if why != "end":
        spider.broken(walk.article, f"its comment list ended early: {why}")
    if not walk.has_comments(before, after):
        top = last[0] - last[1] if last else None
        other = "the list ended with another number" if last else "the site declares no number"
        walk.gap("comments", top, len(walk.keys), why if why != "end" else other)
        if why == "end" and last:
            said = f"{walk.ref}: {len(walk.keys)} comments in a list that declares {top}"
            run.alarm("count", said, page=WALK, about=walk.article)
