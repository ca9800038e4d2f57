"""One reading of a comment list: what was collected, what the site declared, complete or why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from archive.records import Listing
from crawler.alarms import WALK
from crawler.run import Run
from crawler.tally import Gap

# Comments in all as a site declares them, and the replies of them; None: it does not say how many of all are replies.
Declared = tuple[int, int | None]
_Declared = TypeVar("_Declared", bound=Declared)


class Walk:
    """Counts one walk and writes its end. `article` and `walk` go into the meta of each of its looks. A site that `declares`
    no number is taken at its word where its list ends, unless there is one all the same."""

    def __init__(self, run: Run, article: str, sort: str, ref: str, *, declares: bool = True) -> None:
        self._run, self.article, self.sort, self.ref, self._declares = run, article, sort, ref, declares
        # One that an earlier run could not end goes on under its own name.
        fresh = (str(uuid.uuid4()), run.clock.now_us() // 1000)
        self.uuid, self._started_at = run.memory.open_walk(article, sort) or fresh
        self.keys: set[str] = set()
        self.replies: set[str] = set()
        self.parents_read: set[str] = set()
        self.announced = 0  # replies that the listed comments say they have
        self.unread = False  # a list of replies could not be read: no number makes up for what stands in it
        self.repeats = 0
        self.marks = set[str]()  # of the keys those of deleted comments, where nobody knows whether the site's number has them

    def add(self, listing: Listing) -> int:
        """Counts a page; how many of its comments this walk had not seen. Replies may stand among the comments."""
        before = len(self.keys) + len(self.replies)
        for comment in listing.comments:
            (self.keys if listing.parent is None and comment.parent is None else self.replies).add(comment.key)
        added = len(self.keys) + len(self.replies) - before
        self.repeats += len(listing.comments) - added
        return added

    async def end(
        self,
        stop_reason: str,
        before: Declared | None,
        after: Declared | None,
        replies: bool,
    ) -> bool:
        """Writes the walk's end; whether it is complete."""
        complete = (
            stop_reason == "end" and self.has_comments(before, after) and (not replies or self.has_replies(before, after))
        )
        if complete and not self.keys and (known := self._run.collected_before(self.article)):
            said = f"{self.ref}: no comment any more, and none declared, where there were {known}"
            self._run.alarm("vanished", said, page=WALK, about=self.article)
        await self._write(stop_reason, complete, before, after)
        self._run.counts["complete" if complete else "incomplete"] += 1
        return complete

    async def cut(self, stop: object, before: Declared | None, replies: bool) -> None:
        """The run ends before the walk does: a scheduled one has no end yet, a later run goes on with it."""
        if not self._run.scheduled:
            await self.end(f"stopped: {stop}", before, None, replies)

    async def sampled(self, stop_reason: str = "sampled") -> None:
        """Writes the end of a walk that only wanted the first pages of a list: neither complete nor incomplete."""
        await self._write(stop_reason, False, None, None)

    async def _write(self, stop_reason: str, complete: bool, before: Declared | None, after: Declared | None) -> None:
        await self._run.event(
            "walk_ended",
            walk=self.uuid,
            run=self._run.uuid,
            article=self.article,
            sort=self.sort,
            started_at=self._started_at,
            complete=int(complete),
            stop_reason=stop_reason,
            declared_before=before[0] if before else None,
            declared_after=after[0] if after else None,
            declared_replies=after[1] if after else before[1] if before else None,
            collected=len(self.keys),
            collected_replies=len(self.replies),
            repeats=self.repeats,
        )

    def has_comments(self, before: Declared | None, after: Declared | None) -> bool:
        """Whether all top-level comments were read: as many as declared, with or without marks of deleted ones."""
        read = len(self.replies)  # where only the sum is declared, the rest must be comments

        def number(declared: Declared) -> int:
            return declared[0] - (read if declared[1] is None else declared[1])

        return (not self._declares and before is after is None) or any(
            within(len(self.keys) - marks, before, after, number) for marks in (0, len(self.marks))
        )

    def has_replies(self, before: Declared | None, after: Declared | None) -> bool:
        """Whether all replies were read: as many as declared, or all that the listed comments announce (a thread counts
        the replies of deleted comments too, and shows them nowhere), and no list of them failed."""
        read = len(self.replies)
        if self.unread:
            return False
        if 0 < self.announced <= read or (not self._declares and not self.announced):
            return True
        return within(read, before, after, lambda declared: read if declared[1] is None else declared[1])

    def gap(self, what: str, declared: int | None, collected: int, why: str) -> None:
        """Notes what is missing; the run is thin."""
        capture = self._run.evidence.of(self.article, bad=True)[1]
        self._run.gaps.append(Gap(what, declared, collected, why, self.ref, capture=capture))


async def unread(run: Run, article: str) -> None:
    """Writes that a look at an article's comments brought not one page of them, as a walk without one. Raises WriteFailed."""
    walk: dict[str, Any] = dict.fromkeys(("declared_before", "declared_after", "declared_replies"))
    walk |= dict.fromkeys(("complete", "collected", "collected_replies", "repeats"), 0)
    walk |= {"walk": str(uuid.uuid4()), "article": article, "sort": "", "started_at": run.clock.now_us() // 1000}
    await run.event("walk_ended", run=run.uuid, stop_reason="unread", **walk)


def within(
    collected: int,
    before: _Declared | None,
    after: _Declared | None,
    number: Callable[[_Declared], int],
) -> bool:
    """Whether a number lies between what the site declared before and after; False where it declared nothing."""
    declared = [number(value) for value in (before, after) if value is not None]
    return bool(declared) and min(declared) <= collected <= max(declared)
