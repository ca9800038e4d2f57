"""A campaign in the manner of the case of 2016-18: a machine with hundreds of accounts on the ranked lists of an evening.

What is known of it (judgment, prosecution figures, press): targets are taken from the ranked list, top-down; each account
clicks all targets of an article within a minute and gives way to the next; on 2018-01-17 615 accounts made 23,813 clicks
on 50 comments of one article (77 in 100 of the possible ones), over the two days 10.7 clicks a second; hostile comments on
top were disliked away; the same words were posted by several accounts; after exposure accounts deleted what they had written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from . import naver_ids, naver_population, population
from .things import Account, Article, Comment

if TYPE_CHECKING:
    from .crowd import Crowd
    from .scenario import Scenario

MINUTE = 60_000
CLICKED = 0.77  # of the possible clicks
PACE = (5.0, 11.0)  # clicks a second, over all accounts
SESSION = (10_000, 60_000)  # in which one account clicks its targets
DEPTH = 60  # places of the ranked list from which targets are taken
TAKEN_BACK = 0.85  # of the reposts are deleted by their authors when the campaign is exposed
REMOVED = 0.5  # of the rest go by the operator's hand
SAME_TEXT = 3  # accounts of a site that post the same words under one article
WORDS = (
    "주차장 자리부터 늘리라는 말, 백 번 천 번 맞습니다. 다른 말은 다 핑계입니다.",
    "둘레길 예산을 되돌려 놓을 때까지 저는 이 기사를 계속 공유하겠습니다!!",
    "버스 시간표 하나 못 고치는 시청이 무슨 새 계획입니까. 지난 회의록부터 내놓으세요",
)


@dataclass(frozen=True)
class Plan:
    """How large a campaign is: articles one after another, accounts, comments to push up and to push down on each."""

    articles: int = 3
    accounts: int = 300
    targets: int = 3
    rivals: int = 2
    begins: float = 0.4  # of the evening
    gap: int = 20 * MINUTE  # from one article to the next
    exposed: float = 0.9  # of the evening: then they delete
    surge: bool = True  # the site notices the last one and closes its pane to all but the newest


def _ranks(article: Article) -> bool:
    """Whether the pane offers a ranked list at all: some presses offer only the newest first."""
    return article.naver is None or "FAVORITE" in article.naver.sorts


class Campaign:
    """The machine. What it does stands in the scenario's record as `by` campaign."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        self.struck: list[Article] = []
        self.stories: set[str] = set()
        self.posted: list[tuple[Crowd, Comment]] = []
        self.accounts: dict[str, list[Account]] = {}
        chance = scenario.chance
        if "naver" in scenario.people:
            made = [naver_population.account(chance, 200_000 + place) for place in range(plan.accounts)]
            for account in made:
                account.key = naver_ids.key(14_000_000 + account.id * 31)
            self.accounts["naver"] = made
            scenario.world.naver_accounts += made
        if "daum" in scenario.people:
            self.accounts["daum"] = population.accounts(chance, plan.accounts)
            scenario.world.accounts += self.accounts["daum"]
        begins = scenario.start + int(scenario.evening * plan.begins)
        for place in range(plan.articles):
            scenario.at(begins + place * plan.gap, partial(self.strike, place == plan.articles - 1))
        scenario.at(scenario.start + int(scenario.evening * plan.exposed), self.exposed)

    def strike(self, last: bool, at: int) -> None:
        """Choose an article from the ranking of the most commented, and its targets from its ranked list."""
        crowd = self._choose()
        if crowd is None:
            return
        scenario, plan = self.scenario, self.plan
        ranked = crowd.top(DEPTH)
        targets = [c for c in ranked[3:] if crowd.moods[c.id].side > 0][: plan.targets]
        rivals = [c for c in ranked if crowd.moods[c.id].side < 0][: plan.rivals]
        self._repost(crowd, at)
        clicks = self._clicks(crowd, targets, rivals, at + 2 * MINUTE)
        told = {"targets": [c.id for c in targets], "rivals": [c.id for c in rivals], "clicks": clicks[0], "until": clicks[1]}
        scenario.record("campaign", at, crowd.article, by="campaign", note=json.dumps(told))
        self.struck.append(crowd.article)
        noticed = [article for article in self.struck if article.naver]
        if last and plan.surge and noticed:
            scenario.at(clicks[1] + 10 * MINUTE, partial(self._surge, noticed[-1]))

    def _choose(self) -> Crowd | None:
        lives = [life for life in self.scenario.lives.values() if life.article.readable and life.article not in self.struck]
        lives = [life for life in lives if len(life.article.comments) >= 10]
        return max(lives, key=lambda life: (_ranks(life.article), len(life.article.comments), life.article.id), default=None)

    def _clicks(self, crowd: Crowd, targets: list[Comment], rivals: list[Comment], begins: int) -> tuple[int, int]:
        """Each account in its turn: a like for every target, a dislike for every rival, each with its chance."""
        chance = self.scenario.chance
        pace = chance.uniform(*PACE)
        apart = (len(targets) + len(rivals)) * CLICKED / pace * 1000
        made, until = 0, begins
        for place in range(len(self.accounts[crowd.article.site])):
            opens = begins + int(place * apart)
            moments = sorted(opens + chance.randrange(chance.randint(*SESSION)) for _ in targets + rivals)
            for comment, moment in zip(targets + rivals, moments, strict=True):
                if chance.random() < CLICKED:
                    likes = int(comment in targets)
                    self.scenario.at(moment, partial(self._click, crowd, comment, likes))
                    made, until = made + 1, max(until, moment)
        return made, until

    def _click(self, crowd: Crowd, comment: Comment, likes: int, at: int) -> None:
        if comment.shown and crowd.article.readable:
            crowd.cast(comment.id, likes, 1 - likes, at, by="campaign")

    def _repost(self, crowd: Crowd, at: int) -> None:
        """The same words from a few accounts, here and under the same story on the other site within the hour."""
        chance = self.scenario.chance
        story = crowd.article.title.removesuffix("(종합)")
        if story in self.stories:
            return
        self.stories.add(story)
        for life in self.scenario.lives.values():
            if life.article.title.removesuffix("(종합)") != story:
                continue
            for text in WORDS:
                for who in chance.sample(self.accounts[life.article.site], min(SAME_TEXT, self.plan.accounts)):
                    late = 0 if life is crowd else 10 * MINUTE
                    self.scenario.at(at + late + chance.randrange(40 * MINUTE), partial(self._post, life, text, who))

    def _post(self, life: Crowd, text: str, who: Account, at: int) -> None:
        if life.article.readable:
            self.posted.append((life, life.post(text, who, at, by="campaign")))

    def _surge(self, article: Article, at: int) -> None:
        self.scenario.world.set_pane(article, "surge")
        self.scenario.record("pane", at, article, by="site", note="surge")

    def exposed(self, at: int) -> None:
        """Within twenty minutes most of what they posted is gone."""
        chance = self.scenario.chance
        for life, comment in self.posted:
            drawn = chance.random()
            by = "user" if drawn < TAKEN_BACK else "operator"
            if drawn < TAKEN_BACK + (1 - TAKEN_BACK) * REMOVED:
                later = at + 10_000 + chance.randrange(20 * MINUTE)
                self.scenario.at(later, partial(life.remove, comment.id, by))
        for life in {id(life): life for life, _ in self.posted}.values():
            self.scenario.record("exposed", at, life.article, by="campaign")
