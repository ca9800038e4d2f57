"""A day of a topic as a model: when articles come, when they are commented, voted on in bursts, and deleted from.

Figures: 18 comments an article on average and few with thousands; half of them within 5.6 h; readers by the hours of the day
in Korea; 8 % of comments deleted, of those 30 % within half an hour and 90 % within a day; bursts of 5 to 60 minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from random import Random

from crawler.ladder import DAY, HOUR, MINUTE

TAU = 8.2 * HOUR
# Comments by hour of the day in Korea, the average is 10.
RHYTHM = bytes([12, 7, 4, 3, 3, 3, 4, 5, 6, 6, 5, 5, 6, 7, 7, 8, 13, 17, 18, 23, 24, 19, 19, 17])
KOREA = 9 * HOUR
PER_PAGE = 100
RATES = (15, 33, 120, 600)  # votes a minute: the slow and the fast one of 2022, and ten a second as in 2018


@dataclass(frozen=True)
class Burst:
    """Votes that somebody casts: from, to (ms), and how many a minute."""

    begins: int
    ends: int
    rate: float


@dataclass
class Story:
    """One article: its comments by time, those that go (written, gone), and its bursts."""

    published: int
    written: list[int]
    lost: list[tuple[int, int]]
    bursts: list[Burst]
    replied: float  # comments with replies, as a part

    def comments(self, now: int) -> int:
        """How many were written by now."""
        return bisect_right(self.written, now)

    def pages(self, now: int) -> int:
        """Requests of a whole walk: the list, the replies of each that has some, the top of the ranking."""
        count = self.comments(now)
        return 2 + count // PER_PAGE + int(count * self.replied)

    def votes(self, since: int, now: int) -> float:
        """Votes on its first pages between two moments, ordinary readers and bursts."""
        own = 8 * (self.comments(now) - self.comments(since))
        return own + sum(b.rate * max(0, min(now, b.ends) - max(since, b.begins)) / MINUTE for b in self.bursts)


class Audience:
    """Articles of one day, `night` of them under the events of one hour with so many comments in all."""

    def __init__(self, start: int, articles: int = 300, night: int = 0, seed: int = 1) -> None:
        chance = Random(seed)
        hours = [RHYTHM[(start + KOREA + n * HOUR) % DAY // HOUR] for n in range(24)]
        moments = sorted(start + chance.choices(range(24), hours)[0] * HOUR + chance.randrange(HOUR) for _ in range(articles))
        self.stories = [self._story(chance, at) for at in moments]
        for _ in range(40):
            self._burst(chance)
        if night:
            begins = start + 14 * HOUR  # 23:00 in Korea, where the day begins at 09:00
            alive = [story for story in self.stories if story.published < begins + HOUR][-60:]
            parts = [chance.paretovariate(1.1) for _ in alive]
            for story, part in zip(alive, parts, strict=True):
                count = int(night * part / sum(parts))
                first = max(story.published, begins)
                new = [first + chance.randrange(max(1, begins + HOUR - first)) for _ in range(count)]
                self._add(chance, story, new)

    def _story(self, chance: Random, at: int) -> Story:
        count = min(8000, int(chance.paretovariate(1.05) * 2))
        story = Story(at, [], [], [], 0.08)
        written = []
        while len(written) < count:
            moment = at + int(chance.expovariate(1 / TAU))
            if chance.random() < RHYTHM[(moment + KOREA) % DAY // HOUR] / 24:
                written.append(moment)
        self._add(chance, story, written)
        return story

    def _burst(self, chance: Random) -> None:
        """On an article that is read: the more comments it has, the likelier."""
        (story,) = chance.choices(self.stories, [len(story.written) for story in self.stories])
        begins = story.published + int(chance.expovariate(1 / (3 * HOUR)))
        story.bursts.append(Burst(begins, begins + chance.randint(5, 60) * MINUTE, chance.choice(RATES)))

    @staticmethod
    def _add(chance: Random, story: Story, written: list[int]) -> None:
        story.written = sorted([*story.written, *written])
        for at in written:
            if chance.random() < 0.08:
                drawn = chance.random()
                low, high = (5, 30) if drawn < 0.3 else (30, 24 * 60) if drawn < 0.9 else (24 * 60, 72 * 60)
                story.lost.append((at, at + int(chance.uniform(low, high) * MINUTE)))
