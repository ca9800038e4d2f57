"""The ordinary readers of one article: they write, answer, vote for what stands on top, and take back."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import nlargest
from itertools import accumulate
from math import exp
from random import Random
from typing import TYPE_CHECKING

from . import naver_population, talk
from .things import CLEANBOT, KST, Account, Article, Comment

if TYPE_CHECKING:
    from .scenario import Scenario

MINUTE, HOUR = 60_000, 3_600_000
# From the corpora of 2018 (22,029 comments with times) and 2025 (59,304 with votes and replies):
TAU = 8.2 * HOUR  # comments come this long after the first on average; half within 5.6 h, a tenth after 20 h
# Share of comments by hour of the day in Korea, smoothed; the average hour is 1.
RHYTHM = (
    1.2,
    0.7,
    0.4,
    0.3,
    0.25,
    0.3,
    0.4,
    0.5,
    0.6,
    0.6,
    0.5,
    0.5,
    0.6,
    0.7,
    0.7,
    0.8,
    1.3,
    1.7,
    1.8,
    2.3,
    2.4,
    1.9,
    1.9,
    1.7,
)
VOTES = 11  # for each comment in the end: 7.1 likes and 2.0 dislikes in 2018, 25 and 1.8 on the ranked lists of 2025
ON_TOP = 0.72  # of the votes go to the ranked list; the rest reach the newest, so that a third stays without a like
TOP, STEEP = 20, 1.3  # places that the pane shows, and how fast interest falls with the place
FRESH = 80  # newest comments that get votes for being new
APPEAL = 1.1  # spread (of the logarithm) of how much a comment is liked at all
AGAINST = (0.8, 2.2)  # beta: which share of its votes are dislikes; by volume a fifth
REPLIES = 0.2  # of all that is written: 0.52 replies for each comment on the ranked lists, less elsewhere
COPIED = 0.006  # of all comments repeat an earlier one: 1.1 % of the texts of 2018 occur more than once
TAKEN_BACK, REMOVED = 0.055, 0.004  # by the author; by the operator: 5 of 97 and 4 of 69 in recorded counts
FELT = 0.5  # reactions to the article for each comment
MENDED = 0.015  # of the comments on Daum are edited; Naver lets nobody edit
OVER = 60 * HOUR


@dataclass
class Mood:
    """What the readers will make of a comment: how much they vote, how many against; which side it takes."""

    appeal: float
    against: float
    side: int


def poisson(chance: Random, mean: float) -> int:
    """How many of something that happens `mean` times on average."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, made, product = exp(-mean), 0, chance.random()
    while product > limit:
        made += 1
        product *= chance.random()
    return made


def step(age: int) -> int:
    """How much time one look at the crowd covers: the older the article, the more."""
    return 20_000 if age < 3 * HOUR else 2 * MINUTE if age < 24 * HOUR else 15 * MINUTE


class Crowd:
    """The life of one article, from its publication on."""

    def __init__(self, scenario: Scenario, article: Article, size: float, people: list[Account]) -> None:
        self.scenario, self.article, self.people = scenario, article, people
        self.moods: dict[int, Mood] = {}
        self.fresh: deque[Comment] = deque(maxlen=FRESH)
        self.ranked: list[Comment] = []
        begins = datetime.fromtimestamp(article.published / 1000, KST).hour
        lived = [exp(-hour * HOUR / TAU) - exp(-(hour + 1) * HOUR / TAU) for hour in range(OVER // HOUR)]
        self.scale = size / sum(share * RHYTHM[(begins + hour) % 24] for hour, share in enumerate(lived))
        self.places = list(accumulate((place + 1) ** -STEEP for place in range(TOP)))
        scenario.at(article.published + 1_000 + scenario.chance.randrange(step(0)), self.tick)

    def tick(self, at: int) -> None:
        """One look: comments that will come until the next, votes since the last."""
        age = at - self.article.published
        covers = step(age)
        if age < OVER:
            self.scenario.at(at + covers, self.tick)
        if not self.article.readable:
            return
        chance = self.scenario.chance
        rate = RHYTHM[datetime.fromtimestamp(at / 1000, KST).hour]
        expected = self.scale * rate * (exp(-age / TAU) - exp(-(age + covers) / TAU))
        for _ in range(poisson(chance, expected)):
            self.scenario.at(at + chance.randrange(covers), self.write)
        self._vote(at, poisson(chance, expected * VOTES))
        if felt := poisson(chance, expected * FELT):
            kind = chance.choice(list(self.article.reactions))
            self.scenario.world.react(self.article, kind, felt)
            self.scenario.record("react", at, self.article, likes=felt, note=kind)

    # -- votes

    def _vote(self, at: int, count: int) -> None:
        """A cascade: what stands on top is read most, and so gets the most votes, of both kinds."""
        chance = self.scenario.chance
        self.ranked = self.top(TOP)
        fresh = [c for c in self.fresh if c.shown]
        if not fresh or not self.ranked:
            return
        on_top = sum(chance.random() < ON_TOP for _ in range(count))
        chosen = chance.choices(self.ranked, cum_weights=self.places[: len(self.ranked)], k=on_top)
        chosen += chance.choices(fresh, [self.moods[c.id].appeal for c in fresh], k=count - on_top)
        against = Counter(c.id for c in chosen if chance.random() < self.moods[c.id].against)
        for number, votes in Counter(c.id for c in chosen).items():
            self.cast(number, votes - against[number], against[number], at)

    def top(self, count: int) -> list[Comment]:
        """The first of the list by likes less dislikes, as the pane shows it."""
        return nlargest(count, (c for c in self.article.comments if c.shown), key=lambda c: (c.likes - c.dislikes, c.id))

    def cast(self, number: int, likes: int, dislikes: int, at: int, by: str = "crowd") -> None:
        """Votes for a comment."""
        self.scenario.world.vote(number, likes, dislikes)
        self.scenario.record("vote", at, self.article, number, likes=likes, dislikes=dislikes, by=by)

    # -- words

    def write(self, at: int) -> None:
        """Somebody writes, or answers one of the first."""
        if not self.article.readable:
            return
        chance = self.scenario.chance
        above = chance.choice(self.ranked) if self.ranked and chance.random() < REPLIES else None
        if above is not None:
            text = talk.reply_text(chance)
        elif self.fresh and chance.random() < COPIED:
            text = chance.choice(self.fresh).text
        else:
            text = talk.comment_text(chance, 10**6)
        who = self.people[int(len(self.people) * chance.random() ** 2)]
        self.post(text, who, at, above)

    def post(self, text: str, who: Account, at: int, above: Comment | None = None, by: str = "crowd") -> Comment:
        """A comment appears; its fate is settled with it."""
        scenario, chance = self.scenario, self.scenario.chance
        number = scenario.world.add_comment(self.article, text, above.id if above else None, who, at, chance)
        made = scenario.world.comment(number)
        if self.article.naver:
            made.skin = naver_population.skin(chance, self.article.naver.section)
            made.status = CLEANBOT if chance.random() < naver_population.FOLDED else made.status
        side = chance.choice((-1, 0, 1))
        self.moods[number] = Mood(chance.lognormvariate(0, APPEAL), chance.betavariate(*AGAINST), side)
        if above is None:
            self.fresh.append(made)
        scenario.record("write", at, self.article, number, by=by, note=str(above.id) if above else "")
        if by == "crowd":
            self._fate(number, at)
        return made

    def _fate(self, number: int, at: int) -> None:
        scenario, chance = self.scenario, self.scenario.chance
        drawn = chance.random()
        if drawn < TAKEN_BACK:
            later = at + 30_000 + int(chance.expovariate(1 / HOUR))
            scenario.at(later, partial(self.remove, number, "user"))
        elif drawn < TAKEN_BACK + REMOVED:
            scenario.at(at + 5 * MINUTE + int(chance.expovariate(1 / HOUR)), partial(self.remove, number, "operator"))
        elif drawn > 1 - MENDED and not self.article.naver:
            scenario.at(at + MINUTE + int(chance.expovariate(6 / HOUR)), partial(self.mend, number))

    def remove(self, number: int, by: str, at: int) -> None:
        """A comment is taken away, unless it is gone already."""
        if self.scenario.world.comment(number).deleted:
            return
        self.scenario.world.delete(number, by, at)
        self.scenario.record("delete", at, self.article, number, by="author" if by == "user" else by)

    def mend(self, number: int, at: int) -> None:
        """The author changes the text."""
        comment = self.scenario.world.comment(number)
        if comment.deleted:
            return
        self.scenario.world.edit(number, f"{comment.text} (고침)"[: talk.LONGEST])
        self.scenario.record("edit", at, self.article, number, by="author", note=comment.text)
