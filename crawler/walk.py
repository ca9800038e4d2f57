"""One reading of a comment list: what was collected, what the site declared, complete or why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from archive.records import Listing
from crawler.run import Run
from crawler.tally import Gap


class Walk:
    """Counts one walk and writes its end. `article` and `walk` go into the meta of each of its looks."""

    def __init__(self, run: Run, article: str, sort: str, ref: str) -> None:
        self._run, self.article, self.sort, self.ref = run, article, sort, ref
        # One that an earlier run could not end goes on under its own name.
        fresh = (str(uuid.uuid4()), run.clock.now_us() // 1000)
        self.uuid, self._started_at = run.memory.open_walk(article, sort) or fresh
        self.keys: set[str] = set()
        self.replies: set[str] = set()
        self.parents_read: set[str] = set()
        self.announced = 0  # replies that the listed comments say they have
        self.repeats = 0

    def add(self, listing: Listing) -> int:
        """Counts a page; how many of its comments this walk had not seen."""
        keys = self.replies if listing.parent is not None else self.keys
        before = len(keys)
        keys.update(comment.key for comment in listing.comments)
        self.repeats += len(listing.comments) - (len(keys) - before)
        return len(keys) - before

    async def end(
        self,
        stop_reason: str,
        before: tuple[int, int] | None,
        after: tuple[int, int] | None,
        replies: bool,
    ) -> bool:
        """Writes the walk's end; whether it is complete. `before`, `after`: declared comments in all, and replies of them."""
        top = within(len(self.keys), before, after, lambda declared: declared[0] - declared[1])
        complete = stop_reason == "end" and top and (not replies or self.has_replies(before, after))
        if complete and not self.keys and (known := self._run.collected_before(self.article)):
            self._run.alarm("vanished", f"{self.ref}: no comment any more, and none declared, where there were {known}")
        await self._write(stop_reason, complete, before, after)
        self._run.counts["complete" if complete else "incomplete"] += 1
        return complete

    async def cut(self, stop: object, before: tuple[int, int] | None, replies: bool) -> None:
        """The run ends before the walk does: a scheduled one has no end yet, a later run goes on with it."""
        if not self._run.scheduled:
            await self.end(f"stopped: {stop}", before, None, replies)

    async def sampled(self, stop_reason: str = "sampled") -> None:
        """Writes the end of a walk that only wanted the first pages of a list: neither complete nor incomplete."""
        await self._write(stop_reason, False, None, None)

    async def _write(
        self, stop_reason: str, complete: bool, before: tuple[int, int] | None, after: tuple[int, int] | None
    ) -> None:
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

    def has_replies(self, before: tuple[int, int] | None, after: tuple[int, int] | None) -> bool:
        """Whether all replies were read: as many as declared, or all that the listed comments announce (a thread counts
        the replies of deleted comments too, and shows them nowhere)."""
        return within(len(self.replies), before, after, lambda declared: declared[1]) or (
            0 < self.announced <= len(self.replies)
        )

    def gap(self, what: str, declared: int | None, collected: int, why: str) -> None:
        """Notes what is missing; the run is thin."""
        self._run.gaps.append(Gap(what, declared, collected, why, self.ref))


def within(
    collected: int,
    before: tuple[int, int] | None,
    after: tuple[int, int] | None,
    number: Callable[[tuple[int, int]], int],
) -> bool:
    """Whether a number lies between what the site declared before and after; False where it declared nothing."""
    declared = [number(value) for value in (before, after) if value is not None]
    return bool(declared) and min(declared) <= collected <= max(declared)
