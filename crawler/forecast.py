"""What a topic will ask of a source in a day: its real schedule, played forward over its articles. Asks nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlunsplit

from msgspec import Struct
from msgspec.structs import replace
from protego import Protego

from archive.looks import Looked
from archive.questions import kept_robots
from archive.watched import Watched, new_articles
from crawler.due import Look, of_article
from crawler.ladder import DAY, HOUR, Ladder, ladder
from crawler.memory import ROBOTS_FRESH_MS
from crawler.rules import AGENT, read_rules
from crawler.schedule import finds_of, state
from crawler.sources import Source
from crawler.topics import Topic

SAMPLE = 60  # articles that are played forward; they stand for all
NEW_OVER = 7  # days whose publications say how many come in one
DISCOVERY = 2  # requests of a query or list: its newest hits
PAGES = 2  # of a thread that nobody has read

Range = tuple[int, int]  # where nothing moves, and where something moves at every look


class Forecast(Struct):
    """Requests of a day, in whole ones, so that the parts are those of the sum. `new`: articles that come in a day; None where
    nobody knows yet. `each_new` is asked for one of them on its first day; `coming` for those that come in the day from now, in
    what is left of it."""

    discovery: int
    articles: int
    known: Range
    new: float | None
    each_new: Range
    coming: Range

    @property
    def all(self) -> Range:
        """The sum."""
        low, high = (self.discovery + self.known[n] + self.coming[n] for n in (0, 1))
        return low, high


def forecast(db: sqlite3.Connection | None, topic: Topic, source: Source, now: int) -> Forecast:
    """The day from `now` (UTC ms) on; `db` None: there is no archive yet."""
    rungs, finds = ladder(topic.cadence), finds_of(topic, source)
    held = state(db, topic, source, now, ahead=DAY)
    pages = [each.looked.walk_pages for each in held.articles if each.looked.walk_pages]
    fresh = Watched("", Looked(0, source.name, now, now, walk_pages=round(median(pages)) if pages else PAGES))
    new = new_articles(db, source.name, topic.title, now - NEW_OVER * DAY) / NEW_OVER if db is not None and finds else None
    each = [list(_played(fresh, now, rungs, source, moving)) for moving in (False, True)]
    coming = [sum(cost * (1 - (at - now) / DAY) for at, cost in looks) for looks in each]
    sample = held.articles[:: -(-len(held.articles) // SAMPLE) or 1]
    times = len(held.articles) / max(1, len(sample))
    known = [_known(sample, now, rungs, source, moving) * times for moving in (False, True)]
    seeds = [sum(cost for _, cost in looks) for looks in each]  # a seed that nobody has seen is new today
    known = [known[n] + len(held.unseen) * seeds[n] for n in (0, 1)]
    discovery = len(finds) * DISCOVERY * DAY / rungs.discovery
    count = len(held.articles) + len(held.unseen)
    low, high = ([round(part[n]) for part in (known, seeds, [(new or 0) * each for each in coming])] for n in (0, 1))
    return Forecast(round(discovery), count, (low[0], high[0]), new, (low[1], high[1]), (low[2], high[2]))


def _known(articles: list[Watched], now: int, rungs: Ladder, source: Source, moving: bool) -> float:
    return sum(cost for each in articles for _, cost in _played(each, now, rungs, source, moving))


def _played(watched: Watched, now: int, rungs: Ladder, source: Source, moving: bool) -> Iterator[tuple[int, float]]:
    """When an article is looked at in the day from `now`, and what each look costs."""
    looked, at = replace(watched.looked), now
    while True:
        looks = of_article(at, Watched(watched.key, looked), rungs, source)
        look = min(looks, key=lambda each: each.due_at, default=None)
        if look is None or look.due_at >= now + DAY:
            return
        if look.due_at > at:
            at = look.due_at  # what is due may be another thing by then
            continue
        yield at, look.cost
        _done(looked, look, at, source, moving)


def _done(looked: Looked, look: Look, at: int, source: Source, moving: bool) -> None:
    if look.kind == "article":
        looked.page_at, looked.page_failed = at, 0
        looked.pane = looked.pane or min(filter(None, source.threads), default=None)
    elif look.kind == "peek":
        looked.peek_at, looked.peek_failed = at, 0
    elif look.kind == "walk":
        looked.walk_at, looked.walk_failed, looked.walk_count = at, 0, looked.count
    else:
        looked.counts_at = at
        looked.count = (looked.count if looked.count is not None else looked.walk_pages * 50) + moving


def hosts(root: Path, db: sqlite3.Connection | None, topic: Topic, source: Source, now: int) -> Iterator[dict[str, Any]]:
    """Each host that the source may ask: what its robots.txt says of the paths there, as the archive last read it within a day.
    `robots` is allowed, closed (all of them), partly, none (there is no such file), unread, or unknown."""
    for host in dict.fromkeys(rule.host for rule in source.allow):
        paths = list(dict.fromkeys(rule.path for rule in source.allow if rule.host == host))
        closed, states, delay = set[str](), set[str](), 0.0
        for origin in dict.fromkeys((source.robots_of.get(host, f"https://{host}"), f"https://{host}")):
            kept = kept_robots(root, db, f"{origin}/robots.txt", now - ROBOTS_FRESH_MS) if db is not None else None
            rules = read_rules(*kept) if kept is not None else None
            states.add("unknown" if kept is None else {str: "unread", Protego: "rules"}.get(type(rules), "none"))
            if isinstance(rules, Protego):
                delay = max(delay, float(rules.crawl_delay(AGENT) or 0))
                closed |= {path for path in paths if not rules.can_fetch(origin + _example(path), AGENT)}
        said = next((name for name in ("unread", "unknown") if name in states), "none" if states == {"none"} else "allowed")
        said = "closed" if len(closed) == len(paths) else "partly" if closed else said
        yield {"host": host, "robots": said, "closed": sorted(closed), "delay_s": delay}


def _example(path: str) -> str:
    return urlunsplit(("", "", path.replace("*", "1"), "", ""))


def most_in_a_day(topic: Topic, source: Source) -> float | None:
    """Requests that its delay lets a day have, at one host; None without a delay."""
    options = topic.options(source.name)
    delay = options.delay if options.delay is not None else source.delay
    return 24 * HOUR / 1000 / delay * (options.connections or 1) if delay else None
