"""The schedule at work without a network: the real `due` and the real rows, against a site that a model describes.

A request takes `PACE` of simulated time; short looks go between the pages of a long walk, as in a run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.capture import Facts
from archive.looks import Looks
from archive.records import Article, Count, Moment
from archive.schema import migrate
from archive.watched import Asked, Watched
from crawler.due import Look, State, due, within
from crawler.ladder import DAY, Ladder
from crawler.sources import Source

PACE = 2000  # ms between two requests: the default delay
SHORT = 5  # requests, as in crawler/rounds.py
SITE = Source(
    name="site",
    title="a model",
    allow=(),
    article_key=lambda url: None,
    article_url=lambda key: key,
    threads=frozenset({"open"}),
    counted=33,
)


@dataclass
class Page:
    """What a look at an article brings at a moment: comments in all, and points of heat new on its first pages."""

    comments: int
    points: float
    pages: int


@dataclass
class Done:
    """One look that was made: when it began and ended (ms), and of what."""

    look: Look
    began: int
    ended: int


@dataclass
class Rota:
    """One topic on one source. `site(number, since, now)` says what is there, and what is new on the first pages since they
    were read (0: never); `published` when each article came; `fresh` ms after which the agenda is read again."""

    site: Callable[[int, int, int], Page]
    published: list[int]
    ladder: Ladder = field(default_factory=Ladder)
    source: Source = SITE
    budget: int | None = None
    fresh: int = 10_000
    finds: list[Asked] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    begun: list[tuple[Look, int]] = field(default_factory=list)  # each look and when it began, also of what was killed
    requests: int = 0
    put_off: int = 0
    worst: dict[str, int] = field(default_factory=dict)  # lateness at the beginning of a look, by value (ms)

    def __post_init__(self) -> None:
        from sqlite_utils import Database

        db = sqlite3.connect(":memory:", isolation_level=None)
        migrate(Database(db))
        self.looks = Looks(db, self.source.name, lambda key: int(key))
        self._walks = 0
        self._paged: dict[int, int] = {}  # when an article's first pages were read last
        self._found = 0
        self._walking: tuple[Look, int, int] | None = None  # look, when it began, pages left
        self._opened: dict[int, str] = {}
        self._day = (0, 0)

    def find(self, now: int) -> None:
        """Articles that were published by now are known."""
        while self._found < len(self.published) and self.published[self._found] <= now:
            at = self.published[self._found]
            self._found += 1
            self.looks.about(self._found, Article(str(self._found), "", published=Moment(at, at, "second", "")), now)

    def state(self) -> State:
        """The rows as the schedule reads them."""
        held = self.looks._held.values()
        rows = [Watched(str(row.article), row, self._opened.get(row.article) if row.walk_open else None) for row in held]
        return State(self.published[0], rows, [], self.finds)

    def work(self, now: int, until: int) -> int:
        """Looks at what is due from `now` on; the time when it stopped: nothing due, or `until`."""
        queue: list[Look] = []
        read_at = 0
        while now < until:
            self.find(now)
            if not queue or now - read_at >= self.fresh:
                queue, read_at = self._agenda(now), now
            short = next((look for look in queue if look.kind != "walk" or look.cost <= SHORT), None)
            long_one = next((look for look in queue if look.kind == "walk" and look.cost > SHORT), None)
            if self._walking is None and long_one is not None and (short is None or long_one.weight(now) > short.weight(now)):
                queue.remove(long_one)
                self._begin_walk(long_one, now)
            walked = self._walking is not None
            if walked:
                now = self._page(now)
            if short is not None and now < until:
                if self._walking is not None and short.cost > 1:  # every second request is the walk's
                    now = self._page(now)
                queue = [look for look in queue if look is not short]
                now = self._make(short, now, queue)
            elif self._walking is None and not walked:
                if long_one is None:
                    return now
                if long_one in queue:
                    queue.remove(long_one)
                    self._begin_walk(long_one, now)
        return now

    def kill(self) -> None:
        """The process dies: only the rows are left."""
        self._walking = None

    def _agenda(self, now: int) -> list[Look]:
        found = due(now, self.state(), self.ladder, self.source).looks
        walking = self._walking[0].key if self._walking else None
        used = self._day[1] if self._day[0] == now // DAY else 0
        looks, put_off = within(found, now, used, self.budget)
        self.put_off += put_off.total()
        return [look for look in looks if look.kind != "walk" or look.key != walking]

    def _spend(self, count: int, now: int) -> int:
        self.requests += count
        self._day = (now // DAY, (self._day[1] if self._day[0] == now // DAY else 0) + count)
        return now + count * PACE

    def _begin(self, look: Look, now: int) -> None:
        self.begun.append((look, now))
        self.worst[look.value] = max(self.worst.get(look.value, 0), look.late(now))

    def _make(self, look: Look, now: int, queue: list[Look]) -> int:
        together = [look]
        if look.kind == "counts":
            together += [each for each in queue if each.kind == "counts"][: self.source.counted - 1]
            queue[:] = [each for each in queue if each not in together]
        for each in together:
            self._begin(each, now)
        if look.kind == "discovery":
            asked = next(each for each in self.finds if each.what == look.key)
            asked.at = now
        pages = 1
        for each in together:
            pages = max(pages, self._rows(each, now))
        ended = self._spend(pages, now)
        self.done += [Done(each, now, ended) for each in together]
        return ended

    def _rows(self, look: Look, now: int) -> int:
        """Stores a short look; its requests."""
        if look.kind == "discovery":
            return 1
        article = int(look.key)
        there, pages = self._there(article, now), 2
        if look.kind == "counts":
            self._seen(article, look, now, context={"counted": look.key})
            self.looks.counted(article, Count("comments", there.comments), now)
            return 1
        if look.kind == "article":
            self._seen(article, look, now)
            self.looks.about(article, Article(look.key, "", pane="open"), now)
            return 2
        if look.kind == "walk":
            walk, pages = self._walk_of(look, there)
            for _ in range(pages):
                self._seen(article, look, now, walk=walk)
            self.looks.walk_ended(article, walk, now, "end")
        else:
            self._seen(article, look, now)
        self._paged[article] = now
        for votes in (True, False):
            self.looks.listed(article, now, votes=votes, points=there.points / 2)
        return max(2, pages)

    def _there(self, article: int, now: int) -> Page:
        return self.site(article, self._paged.get(article, 0), now)

    def _seen(self, article: int, look: Look, now: int, walk: int | None = None, context: dict[str, str] | None = None) -> None:
        facts = Facts(source="site", page="p", run="r", topic="t", url="u", at=now, received_at=now, why=look.why)
        facts.context = context or {}
        self.looks.seen(facts, "ok", (), article, walk)

    def _walk_of(self, look: Look, there: Page) -> tuple[int, int]:
        """A new walk, or the one that a look goes on with, and how many of its pages are left."""
        if look.resume is not None:
            return int(look.resume), max(1, there.pages - self.looks._held[int(look.key)].walk_pages)
        self._walks += 1
        return self._walks, there.pages

    def _begin_walk(self, look: Look, now: int) -> None:
        self._begin(look, now)
        article = int(look.key)
        there = self._there(article, now)
        self._paged[article] = now
        for votes in (True, False):
            self.looks.listed(article, now, votes=votes, points=there.points / 2)
        walk, left = self._walk_of(look, there)
        self._opened[article] = str(walk)
        self._walking = (look, now, left)

    def _page(self, now: int) -> int:
        assert self._walking is not None
        look, began, left = self._walking
        article = int(look.key)
        walk = int(self._opened[article])
        self._seen(article, look, now, walk=walk)
        now = self._spend(1, now)
        if left > 1:
            self._walking = (look, began, left - 1)
        else:
            self._walking = None
            self.looks.walk_ended(article, walk, now, "end")
            self.done.append(Done(look, began, now))
        return now
