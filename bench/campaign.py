"""The plan of a synthetic campaign of the Druking case's size: which articles, how many comments, and when each is looked at.

Sizes are heavy-tailed (lognormal): most articles have a few comments, some thousands. Looks follow the article's age and heat.
The same scale and seed give the same plan. Nothing in it is about real articles or people.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from statistics import NormalDist

from msgspec import Struct

ARTICLES, COMMENTS, SIGHTINGS = 81_623, 1_410_643, 100_000_000  # of the case; its 99.7 million votes are our sightings
SPREAD = 1.9  # sigma of the sizes: half of all comments stand under the 3 % of articles that have 100 and more
BEGAN = 1_514_764_800_000  # 2018-01-01 UTC, ms
DAYS = 60.0  # in which articles appear, at full size; fewer articles appear in as many fewer days
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TAU = 6 * HOUR  # comments come with this decay after publication; all have come within a day
PAGE = 100
VANISH = 200  # one comment in so many is taken away again
SORTS = {"naver": ("FAVORITE", "NEW"), "daum": ("RECOMMEND", "LATEST")}


class Planned(Struct, frozen=True):
    """One article: its number in the campaign, source, time of publication (UTC ms) and how many comments it gets."""

    number: int
    source: str
    born: int
    size: int

    def come(self, age: int) -> int:
        """How many of its comments have been written at that age (ms)."""
        return min(self.size, math.ceil(self.size * (1 - math.exp(-age / TAU)) / 0.98 - 0.25))


class Look(Struct, frozen=True, order=True):
    """One visit: a whole walk, or a peek at the first page in one sort."""

    at: int
    article: int
    sort: str
    whole: bool


class Campaign(Struct, frozen=True):
    """All articles, and the number of walks that hot ones get between their third and 24th hour."""

    articles: list[Planned]
    pace: int

    def looks(self, source: str) -> list[Look]:
        """Every look of one source, in the order of time."""
        return sorted(look for article in self.articles if article.source == source for look in _looks(article, self.pace))


def plan(scale: float, seed: int = 1) -> Campaign:
    """A campaign of `scale` times the case's size (1 is all of it)."""
    count, comments = max(20, round(ARTICLES * scale)), max(200, round(COMMENTS * scale))
    chance = random.Random(seed)
    sizes = _sizes(count, comments)
    chance.shuffle(sizes)
    window = int(max(0.2, DAYS * scale) * DAY)
    articles = [
        Planned(n, "daum" if n % 5 in (1, 3) else "naver", BEGAN + chance.randrange(window), size)
        for n, size in enumerate(sizes)
    ]
    return Campaign(articles, _pace(articles, round(SIGHTINGS * scale)))


def _sizes(count: int, comments: int) -> list[int]:
    """`count` sizes with that sum, by the quantiles of one lognormal distribution."""
    normal = NormalDist()
    shape = [math.exp(SPREAD * normal.inv_cdf((n + 0.5) / count)) for n in range(count)]
    low, high = 0.0, float(comments)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(max(1, round(middle * s)) for s in shape) < comments else (low, middle)
    sizes = [max(1, round(low * s)) for s in shape]
    sizes[-1] += comments - sum(sizes)
    return sizes


def _pace(articles: list[Planned], wanted: int) -> int:
    """The pace that brings the number of sightings nearest to the wanted one."""
    hot = [article for article in articles if article.size >= PAGE]
    rest = sum(_seen(article, look) for article in articles if article.size < PAGE for look in _looks(article, 1))
    low, high = 1, 400
    while low < high:
        middle = (low + high) // 2
        seen = rest + sum(_seen(article, look) for article in hot for look in _looks(article, middle))
        low, high = (middle + 1, high) if seen < wanted else (low, middle)
    return low


def _seen(article: Planned, look: Look) -> int:
    here = article.come(look.at - article.born)
    return here if look.whole else min(here, PAGE)


def _looks(article: Planned, pace: int) -> Iterator[Look]:
    sorts = SORTS[article.source]
    for n, age in enumerate(_walk_ages(article, pace)):
        yield Look(article.born + age, article.number, sorts[n % 8 == 7], True)
    if article.size >= PAGE:
        for n in range(1, 36):  # every five minutes in the first three hours, one page of each sort
            for sort in sorts:
                yield Look(article.born + n * 5 * MINUTE, article.number, sort, False)


def _walk_ages(article: Planned, pace: int) -> Iterator[int]:
    """The ladder: the older and the colder, the rarer."""
    jitter = article.number * 7919 % (10 * MINUTE)  # looks of different articles fall on different seconds
    for age in _ladder(article.size, pace):
        yield age + jitter


def _ladder(size: int, pace: int) -> list[int]:
    if size < 20:
        return [HOUR, 6 * HOUR, 25 * HOUR, 7 * DAY, 30 * DAY]
    if size < PAGE:
        day = [n * 3 * HOUR for n in range(1, 9)]
        return [*day, *(25 * HOUR + n * 12 * HOUR for n in range(12)), 14 * DAY, 30 * DAY]
    first = [n * 15 * MINUTE for n in range(1, 13)]
    step = 21 * HOUR // pace
    day = [3 * HOUR + n * step for n in range(1, pace + 1)]
    return [*first, *day, *(25 * HOUR + n * 3 * HOUR for n in range(48)), *(n * 3 * DAY for n in range(3, 11))]
