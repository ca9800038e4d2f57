"""A script over simulated time: what happens on the portal, when, and the record of it.

    world = World(articles=0)
    scenario = Scenario(world, seed=1, articles=6, evening=6)
    portal.play(scenario)                # or: python -m tests.portal --evening 6
    scenario.advance_to(scenario.start + 3_600_000)
    scenario.truth()                     # every event so far

The same seed gives the same events, however the time is cut: what is due is carried out in its order, and draws from one
chance. A verb of the world that somebody else calls in between is not in the record, and may change what follows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from . import naver_population, population
from .crowd import Crowd
from .plan import Campaign, Plan
from .things import KST, Account, Article
from .world import World

HOUR = 3_600_000
START = int(datetime(2026, 11, 21, 18, 0, 0, 0, KST).timestamp() * 1000)
FALL = 0.8  # the second article gets 0.57 of the comments of the first, the third 0.42, ...
DAUM_SHARE = 0.35  # of the comments that the story gets on Naver
EDITED = 0.5  # share of articles that are changed once
CLOSED_AFTER = 0.6  # of the evening: then the press of the least commented article closes its pane


@dataclass(frozen=True)
class Event:
    """One thing that happened. `by`: crowd, campaign, author, operator, press or site."""

    kind: str  # publish, write, vote, delete, edit, edit_article, pane, react, campaign, exposed
    at: int
    article: str
    comment: int = 0
    likes: int = 0
    dislikes: int = 0
    by: str = "crowd"
    note: str = ""

    @property
    def delta(self) -> tuple[int, int]:
        """What it added to likes and dislikes."""
        return self.likes, self.dislikes

    def row(self) -> dict[str, Any]:
        """The event as JSON can say it."""
        return {
            "kind": self.kind,
            "at": self.at,
            "article": self.article,
            "comment": self.comment or None,
            "delta": {"likes": self.likes, "dislikes": self.dislikes},
            "by": self.by,
            "note": self.note,
        }


class Scenario:
    """An evening. `articles` stories are published in its first third, the first at `start`, on each of `sites`.

    `comments` is about what the busiest article gets in the end, replies included; `evening` is in hours; `plan` None
    means that nobody campaigns. `articles` lists all, also those still to come; the world has only the published ones.
    """

    def __init__(
        self,
        world: World,
        seed: int = 1,
        start: int = START,
        articles: int = 6,
        evening: float = 6,
        comments: int = 1_500,
        sites: tuple[str, ...] = ("naver",),
        plan: Plan | None = Plan(),  # noqa: B008  (it is frozen)
    ) -> None:
        self.world, self.start, self.plan = world, start, plan
        self.evening = int(evening * HOUR)
        self.chance = Random(f"scenario {seed}")
        self.events: list[Event] = []
        self.articles: list[Article] = []
        self.lives: dict[str, Crowd] = {}
        self.reached = start - 1
        self._tasks: list[tuple[int, int, Callable[[int], None]]] = []
        self._count = 0
        self.people = self._people(articles, comments, sites)
        self._publish_all(articles, comments, sites)
        self.campaign = Campaign(self, plan) if plan is not None else None
        world.now = start

    # -- time

    def advance_to(self, ms: int) -> None:
        """Carry out all that is due until this moment, in order. Going back does nothing; any thread may call."""
        if ms <= self.reached:
            return
        with self.world.lock:
            while self._tasks and self._tasks[0][0] <= ms:
                at, _, task = heapq.heappop(self._tasks)
                task(at)
            self.reached = max(self.reached, ms)

    def at(self, ms: int, task: Callable[[int], None]) -> None:
        """Have something done at a moment."""
        self._count += 1
        heapq.heappush(self._tasks, (ms, self._count, task))

    def record(self, kind: str, at: int, article: Article, comment: int = 0, **more: Any) -> None:
        """Write down what was done."""
        self.events.append(Event(kind, at, article.id, comment, **more))

    # -- what happened

    def truth(self) -> list[Event]:
        """Everything so far, in order."""
        with self.world.lock:
            return list(self.events)

    def series(self, comment: int) -> list[tuple[int, int, int]]:
        """The counts of a comment after each of its votes: (moment, likes, dislikes)."""
        likes = dislikes = 0
        made = []
        for event in self.truth():
            if event.comment == comment and event.kind in ("write", "vote"):
                likes, dislikes = likes + event.likes, dislikes + event.dislikes
                made.append((event.at, likes, dislikes))
        return made

    def counts_at(self, comment: int, ms: int) -> tuple[int, int] | None:
        """The counts of a comment as they were at a moment; nothing before it was written."""
        known = [row for row in self.series(comment) if row[0] <= ms]
        return known[-1][1:] if known else None

    # -- making it

    def _people(self, articles: int, comments: int, sites: tuple[str, ...]) -> dict[str, list[Account]]:
        """Who writes: on each site a crowd, of whom some write a lot."""
        count = max(50, articles * comments // 4)
        made: dict[str, list[Account]] = {}
        if "naver" in sites:
            made["naver"] = [naver_population.account(self.chance, 100_000 + place) for place in range(count)]
            self.world.naver_accounts += made["naver"]
        if "daum" in sites:
            made["daum"] = population.accounts(self.chance, count)
            self.world.accounts += made["daum"]
        return made

    def _publish_all(self, articles: int, comments: int, sites: tuple[str, ...]) -> None:
        moments = [self.start]
        moments += sorted(self.start + self.chance.randrange(self.evening // 3) // 1000 * 1000 for _ in range(articles - 1))
        for place, moment in enumerate(moments):
            size = comments / (place + 1) ** FALL
            story = naver_population.article(self.chance, place, moment)
            for site in sites:
                article = story
                if site == "daum":
                    article = population.article(self.chance, place, moment)
                    article.title, article.text = story.title, story.text
                self.articles.append(article)
                self._script(article, moment, size * (DAUM_SHARE if site == "daum" else 1))
            if place == articles - 1 and articles > 3:
                self.at(self.start + int(self.evening * CLOSED_AFTER), self._closer(self.articles[-len(sites)]))

    def _script(self, article: Article, moment: int, size: float) -> None:
        if self.chance.random() < EDITED:
            after = moment + 5 * 60_000 + int(self.chance.expovariate(1 / HOUR))
            text = f"{article.text}\n\n담당 부서는 저녁에 설명을 덧붙였다."
            title = f"{article.title}(종합)"
            self.at(after, lambda at: self._edit(article, title, text, at))
        self.at(moment, lambda at: self._publish(article, size, at))

    def _publish(self, article: Article, size: float, at: int) -> None:
        article.published = article.modified = at
        article.reactions = dict.fromkeys(article.reactions, 0)
        self.world.settle(article)
        self.record("publish", at, article, by="press", note=article.title)
        self.lives[article.id] = Crowd(self, article, size, self.people[article.site])

    def _edit(self, article: Article, title: str, text: str, at: int) -> None:
        self.world.edit_article(article, title, text, at)
        self.record("edit_article", at, article, by="press", note=title)

    def _closer(self, article: Article) -> Callable[[int], None]:
        def close(at: int) -> None:
            self.world.close_pane(article)
            self.record("pane", at, article, by="press", note=article.pane)

        return close
