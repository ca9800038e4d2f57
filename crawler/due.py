"""What is due: a pure function of archive rows, a topic's ladder and what its source can do. No clock, no queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from archive.heat import decayed
from archive.looks import Looked
from archive.times import AHEAD_MS
from archive.watched import Asked, Watched
from crawler.ladder import DAY, FEW, GIVEN_UP, HOT, HOUR, LEAD, MINUTE, QUIET, SLOW_COUNTS, SWEEPS, Ladder, sweep, wait, words
from crawler.sources import Source

EARLY = 1000  # ms by which a look may come early: cron comes no more punctually, and a minute too late is a minute lost
# What a look is worth at the moment when it falls due; it grows with each interval that it is late, so that nothing starves.
WEIGHT = {"deadline": 1000, "hot": 4, "new": 2, "rest": 1}
LATE = 3  # intervals, or pauses between two runs
UNIT = 15 * MINUTE  # shorter intervals are late by it: else a minute's look that is a little late would hold up all others
# Which part of a day's requests each may use: a part, and how far ahead of the time of day it may be (docs/schedule.md).
SHARES = {"deadline": (1.0, 1.0), "hot": (0.95, 1.0), "new": (0.9, 0.25), "rest": (0.8, 1 / 24)}


GONE = 2  # looks in a row that say that an article is not there
PEEK = 2  # requests of a peek: the newest page and the top of the ranking
UNKNOWN = 10  # requests of a walk that nobody has walked


class Look(Struct, frozen=True):
    """One thing to look at. `due_at` in UTC ms, `every` in ms, `cost` in requests; `why` goes into its captures."""

    kind: str  # discovery, article, peek, walk, counts
    key: str  # of the article; the query or list of a discovery
    why: str
    value: str  # deadline, hot, new, rest
    every: int
    due_at: int
    cost: float
    resume: str | None = None  # the walk that it goes on with

    def late(self, now: int) -> int:
        """By how much it is late (ms); negative where it is not yet due."""
        return now - self.due_at

    def weight(self, now: int) -> float:
        """What it is worth now: three intervals later than what is `hot`, a `rest` is worth as much."""
        return WEIGHT[self.value] + max(0, self.late(now)) / max(self.every, UNIT)


def too_late(look: Look, late: int, usual: int, *, budgeted: bool) -> bool:
    """Whether a look comes so late (ms) that somebody should hear of it; `usual` is the pause (ms) between two runs.

    A first look waits behind all that are known, and a budget puts off what is worth least: both is meant so. When a walk
    should have been is told anew when its article becomes hot or is quiet no more: it says nothing."""
    meant = look.kind == "walk" or look.why.endswith(" first") or (budgeted and look.value in ("new", "rest"))
    least = HOUR if look.value == "rest" else UNIT
    return not meant and late > max(LATE * max(look.every, usual), least)


class State(Struct):
    """What the archive knows of one topic on one source. `begun`: when it was first collected (None: never)."""

    begun: int | None
    articles: list[Watched]
    unseen: list[Asked]  # seeds that no capture has shown yet
    finds: list[Asked]  # queries and lists


class Due(Struct):
    """The looks that are due, the most valuable first, and when the next one will be (UTC ms; None: nobody knows)."""

    looks: list[Look]
    next_at: int | None


def due(now: int, state: State, ladder: Ladder, source: Source) -> Due:
    """What is due at `now` (UTC ms)."""
    looks, later = list[Look](), list[int]()
    for look in upcoming(now, state, ladder, source):
        if look.due_at <= now + EARLY:
            looks.append(look)
        else:
            later.append(look.due_at)
    looks.sort(key=lambda look: (-look.weight(now), look.due_at, look.key, look.kind))
    return Due(looks, min(later, default=None))


def upcoming(now: int, state: State, ladder: Ladder, source: Source) -> Iterator[Look]:
    """The next look of each kind at everything that a topic watches, due or not."""
    begun = now if state.begun is None else state.begun
    for asked in state.finds:
        yield _asked(asked, "discovery", ladder.discovery, begun, now)
    for asked in state.unseen:
        yield _asked(asked, "article", ladder.day, begun, now)
    for watched in state.articles:
        yield from of_article(now, watched, ladder, source)


def _again(at: int, pause: int, now: int) -> int:
    """When something is due whose last look was at `at`: after its pause. Where that is still to come, as a clock was ahead,
    nobody knows when it was: now."""
    return at + pause if at <= now + AHEAD_MS else now


def _last(now: int, *looks: int) -> int:
    """The last of these that is not still to come; where all are, the last one."""
    return max((at for at in looks if at <= now + AHEAD_MS and at), default=max(looks))


def _asked(asked: Asked, kind: str, every: int, begun: int, now: int) -> Look:
    due_at = _again(begun, 0, now) if asked.at is None else _again(asked.at, wait(every, asked.failed), now)
    rung = words(every) if kind == "discovery" else "first"
    return Look(kind, asked.what, f"{kind} {rung}", "new", every, due_at, 2)


def heat(looked: Looked, now: int) -> float:
    """How fast an article moves, points a minute."""
    return decayed(looked.heat, looked.heat_at, now)


def of_article(now: int, watched: Watched, ladder: Ladder, source: Source) -> Iterator[Look]:
    """The next look of each kind at one article, due or not."""
    looked, key = watched.looked, watched.key
    age = now - looked.born
    # A page that is not there once may be there again in a minute: the site says it twice before the thread is left alone.
    gone = looked.gone >= GONE
    hot = not gone and heat(looked, now) >= HOT
    rung = ladder.rung(age)
    if looked.page_at is None and not looked.page_failed:
        yield Look("article", key, "article first", "new", ladder.day, _again(looked.known_at, 0, now), 2)
        return  # it says where the comments are
    yield from _page(now, key, looked, age, rung, ladder)
    rung = None if gone else rung
    forgets = source.forgets.get(looked.pane or "")
    readable = looked.pane in source.threads and (looked.pane is not None or looked.page_failed > 0)
    if not readable or (forgets is not None and age >= forgets):
        return
    if forgets is not None and (looked.walk_at or 0) < (last := looked.born + forgets - LEAD):
        yield Look("walk", key, f"deadline {words(forgets)}", "deadline", LEAD, last, _walk_cost(looked))
    counted: int | None = None
    if hot:
        last = _last(now, looked.peek_at or 0, looked.walk_at or 0)
        heated = min(looked.heat_at, now)
        due_at = max(_again(last, wait(ladder.hot, _peek_failed(looked)), now), heated if last < heated else 0)
        yield Look("peek", key, f"peek hot {words(ladder.hot)}", "hot", ladder.hot, due_at, PEEK)
    elif source.counted and rung is not None and age < 7 * DAY:
        every = ladder.counts * (1 if age < DAY else SLOW_COUNTS)
        # By the clock, so that one request serves many: half an interval more or less.
        last = looked.known_at if looked.counts_at is None else looked.counts_at
        counted = _again(last, 0 if looked.counts_at is None else (last + every + every // 2) // every * every - last, now)
        value = "new" if looked.counts_at is None else "rest"  # they say whether it is hot
        yield Look("counts", key, f"counts {words(every)}", value, every, counted, 1 / source.counted)
    if watched.open_walk is None and (look := _unveiled(looked, key, source.veils)) is not None:
        yield look
        if look.due_at <= now:
            return
    yield from _walk(now, watched, age, rung, hot, ladder, counted)


def _peek_failed(looked: Looked) -> int:
    """A look at a thread that left nothing is noted as a walk that did."""
    unread = looked.walk_failed if (looked.walk_at or 0) > (looked.peek_at or 0) else 0
    return max(looked.peek_failed, unread)


def _page(now: int, key: str, looked: Looked, age: int, rung: int | None, ladder: Ladder) -> Iterator[Look]:
    at = looked.page_at or looked.known_at
    if rung is None:
        yield from _sweep(now, "article", key, looked.born, at, looked.page_failed, ladder, 2)
        return
    every = rung if age < 3 * HOUR else max(rung, ladder.article)
    due_at = _again(at, wait(every, max(looked.page_failed, looked.gone - 1)), now)
    yield Look("article", key, f"article {words(every)}", "rest", every, due_at, 2)


def _unveiled(looked: Looked, key: str, veils: int) -> Look | None:
    """The walk that is due when the words are shown that the last one could not read."""
    if not veils or looked.veiled is None or looked.walk_at is None or looked.walk_at >= (shown := looked.veiled + veils):
        return None
    due_at = shown + wait(veils, looked.walk_failed) - veils
    return Look("walk", key, f"walk veiled {words(veils)}", "new", veils, due_at, _walk_cost(looked))


def goes_on(now: int, watched: Watched) -> int | None:
    """When the last page came (UTC ms) of a walk that has no end yet and is gone on with; None where there is none. After an
    hour too much has changed behind it: a new one."""
    looked = watched.looked
    last = looked.walk_last or looked.walk_at
    return last if watched.open_walk is not None and last is not None and -AHEAD_MS <= now - last < HOUR else None


def _walk(
    now: int, watched: Watched, age: int, rung: int | None, hot: bool, ladder: Ladder, counted: int | None
) -> Iterator[Look]:
    looked, key, cost = watched.looked, watched.key, _walk_cost(watched.looked)
    value = "hot" if hot else "rest"
    if (last := goes_on(now, watched)) is not None:
        every = ladder.hot_walk if hot else rung or ladder.day
        left = max(1.0, cost - looked.walk_pages)
        why = f"walk {'hot ' if hot else ''}{words(every)}"
        value = value if hot else "new"
        yield Look("walk", key, why, value, every, last + wait(MINUTE, looked.walk_failed) - MINUTE, left, watched.open_walk)
        return
    if looked.walk_at is None:
        first = looked.page_at or looked.known_at
        yield Look("walk", key, "walk first", "hot" if hot else "new", ladder.day, _again(first, 0, now), cost)
    elif hot:
        every = min(ladder.hot_walk, rung or ladder.hot_walk)
        due_at = _again(looked.walk_at, wait(every, looked.walk_failed), now)
        yield Look("walk", key, f"walk hot {words(every)}", "hot", every, due_at, cost)
    elif rung is None:
        yield from _sweep(now, "walk", key, looked.born, looked.walk_at, looked.walk_failed, ladder, cost)
    else:
        # `counted`: when the counts are due. Where that is now, they are waited for: they may save a walk.
        same = looked.walk_count is not None and looked.count == looked.walk_count and heat(looked, now) < HOT / 10
        told = counted is not None and (counted <= now or (same and (looked.counts_at or 0) > looked.walk_at))
        quiet = told and looked.walk_count is not None
        every = rung * QUIET if quiet else rung
        if (
            quiet and (looked.count or 0) >= FEW and now < looked.walk_at + every
        ):  # votes are not counted there: the top and the newest are looked at all the same
            peek = _again(_last(now, looked.peek_at or 0, looked.walk_at), wait(rung, _peek_failed(looked)), now)
            yield Look("peek", key, f"peek {words(rung)}", "rest", rung, peek, PEEK)
        why = f"walk {'quiet ' if quiet else ''}{words(every)}"
        yield Look("walk", key, why, "rest", every, _again(looked.walk_at, wait(every, looked.walk_failed), now), cost)


def _sweep(now: int, kind: str, key: str, born: int, at: int, failed: int, ladder: Ladder, cost: float) -> Iterator[Look]:
    age = now - born
    mark = sweep(age)
    if mark is not None and (at < born + mark or at > now + AHEAD_MS):
        yield Look(kind, key, f"sweep {words(mark)}", "rest", ladder.month, born + mark, cost)
    elif mark is not None and 0 < failed <= GIVEN_UP:
        yield Look(kind, key, f"sweep {words(mark)}", "rest", ladder.month, at + wait(ladder.month, failed), cost)
    elif following := [each for each in SWEEPS if each > age]:
        yield Look(kind, key, f"sweep {words(following[0])}", "rest", ladder.month, born + following[0], cost)


def _walk_cost(looked: Looked) -> float:
    known = looked.walk_pages or looked.count is not None
    return max(2, looked.walk_pages, (looked.count or 0) / 100 + 2) if known else UNKNOWN


def within(looks: Iterable[Look], now: int, used: int, budget: int | None) -> tuple[list[Look], Counter[str]]:
    """Of looks in their order those that a day's budget (UTC) still allows, and how many of each value are put off.

    The less a look is worth, the less it may use ahead of the time of day: so the evening's bursts find something left.
    """
    if budget is None:
        return list(looks), Counter()
    part = now % DAY / DAY
    chosen, put_off, planned = list[Look](), Counter[str](), float(used)
    for look in looks:
        most, ahead = SHARES[look.value]
        if planned + min(look.cost, 1) > budget * min(most, part + ahead):
            put_off[look.value] += 1
        else:
            chosen.append(look)
            planned += look.cost
    return chosen, put_off
