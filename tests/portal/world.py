"""The truth behind the portal, and the verbs with which a test changes it."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from random import Random
from typing import Any

from . import ground, nate_population, naver_ids, naver_population
from .population import populate
from .things import KST, Account, Article, Comment, ordered

START = int(datetime(2026, 11, 21, 9, 0, 0, 123000, KST).timestamp() * 1000)  # the newest article's publication


def person(people: list[Account], who: Account | int | str) -> Account:
    """An account, or the one with this number or key."""
    return who if isinstance(who, Account) else next(a for a in people if who in (a.id, a.key))


class World:
    """Everything that exists, seeded. Every verb takes the one lock and raises `revision`.

    `articles` stand on Daum, `naver` on Naver; `old` of those are of January 2018, and `games` more are of its sports
    and entertainment, without comments; `nate` stand on Nate news, `pann` are posts of its forum. Each other holds
    `comments` (replies included). `world.articles` has them all, `on(site)` those of one site.
    """

    def __init__(
        self,
        seed: int = 1,
        articles: int = 3,
        comments: int = 120,
        start: int = START,
        naver: int = 0,
        old: int = 0,
        games: int = 0,
        nate: int = 0,
        pann: int = 0,
    ) -> None:
        self.lock = threading.RLock()
        self.revision = 0
        self.tokens: dict[str, int] = {}  # access token: when it runs out, ms
        self._now: int | None = None
        self._highest = 900_000_000  # comment number of Daum
        self.articles: list[Article] = []
        self.accounts: list[Account] = []
        self.naver_accounts: list[Account] = []
        self._names: dict[str, Article] = {}
        self._comments: dict[int, tuple[Article, Comment]] = {}
        self.chance, self.client_id = populate(self, seed, articles, comments, start)
        naver_population.populate(self, seed, naver, comments, start, old, games)
        nate_population.populate(self, seed, {"nate": nate, "pann": pann}, comments, start)

    @property
    def now(self) -> int:
        """The time of this world, ms UTC: real time until it is set, then what it was set to."""
        return int(time.time() * 1000) if self._now is None else self._now

    @now.setter
    def now(self, ms: int | None) -> None:
        self._now = ms

    # -- finding things

    def on(self, site: str) -> list[Article]:
        """The articles of one site."""
        return [article for article in self.articles if article.site == site]

    def article(self, name: Article | str | int) -> Article:
        """An article by its names: number, hash or post id; on Naver `oid/aid` or `newsOID,AID`. KeyError if there is none."""
        return name if isinstance(name, Article) else self._names[str(name)]

    def comment(self, comment_id: int) -> Comment:
        """A comment by its id, deleted or not."""
        return self._comments[int(comment_id)][1]

    def article_of(self, comment_id: int) -> Article:
        """The article under which a comment stands."""
        return self._comments[int(comment_id)][0]

    def listed(self, article: Article | str, sort: str = "RECOMMEND", parent: int = 0) -> list[Comment]:
        """What a list shows now: top-level comments, or the replies of `parent`, in the order of `sort`."""
        with self.lock:
            found = self.article(article)
            if not found.readable:
                return []
            if not parent:
                return ordered((c for c in found.comments if c.shown), sort)
            home, above = self._comments.get(parent, (None, None))
            if above is None or home is not found or not above.shown:
                return []
            return ordered(above.shown_replies(), sort)

    def counts(self, article: Article | str) -> tuple[int, int]:
        """(all comments, replies among them) as the post declares them.

        Replies of a deleted comment stay counted though no list shows them: the recorded post does the same.
        """
        with self.lock:
            tops = self.article(article).comments
            replies = sum(len(top.shown_replies()) for top in tops)
            return sum(top.shown for top in tops) + replies, replies

    def truth(self, article: Article | str) -> list[dict[str, Any]]:
        """What a reader can see now under an article, by comment id."""
        with self.lock:
            return ground.truth(self.article(article))

    def gone(self, article: Article | str) -> list[dict[str, Any]]:
        """What can no longer be read under an article, by comment id: how it went and when (blinded ones have no time)."""
        with self.lock:
            return ground.gone(self.article(article))

    # -- changing things

    def vote(self, comment_id: int, likes: int = 0, dislikes: int = 0) -> None:
        """Add to the votes of a comment (negative takes away)."""
        with self.lock:
            article, comment = self._comments[int(comment_id)]
            comment.likes += likes
            comment.dislikes += dislikes
            self._changed(article)

    def edit(self, comment_id: int, text: str) -> None:
        """Change the text. `updatedAt` stays: in no recorded row does it differ from `createdAt`."""
        with self.lock:
            self.comment(comment_id).text = text
            self._changed(self.article_of(comment_id))

    def mark(self, comment_id: int, status: str) -> None:
        """Change the status; the comment stays in its lists."""
        with self.lock:
            self.comment(comment_id).status = status
            self._changed(self.article_of(comment_id))

    def rename(self, account_id: int | str, name: str) -> None:
        """Change the display name of an account everywhere."""
        with self.lock:
            person(self.accounts + self.naver_accounts, account_id).name = name
            for article in self.articles:
                self._changed(article)

    def delete(self, comment_id: int, by: str = "user", at: int | None = None) -> None:
        """Take a comment out of its lists; the counts fall. On Naver a mark stays, with the time (now, or `at`)."""
        with self.lock:
            comment = self.comment(comment_id)
            comment.deleted, comment.by = True, by
            comment.gone_at = self.now if at is None else at
            self._changed(self.article_of(comment_id))

    def restore(self, comment_id: int) -> None:
        """Bring a deleted comment back as it was."""
        with self.lock:
            comment = self.comment(comment_id)
            comment.deleted, comment.by, comment.gone_at = False, "", 0
            self._changed(self.article_of(comment_id))

    def add_comment(
        self,
        article: Article | str,
        text: str = "방금 쓴 글입니다.",
        parent: int | None = None,
        account: Account | int | str | None = None,
        at: int | None = None,
        chance: Random | None = None,
    ) -> int:
        """Write a comment (or a reply to `parent`) now, or `at`; returns its id, the highest so far on its site."""
        with self.lock:
            found = self.article(article)
            people = self.naver_accounts if found.naver else self.accounts
            chance = chance or self.chance
            author = chance.choice(people) if account is None else person(people, account)
            moment = self.now if at is None else at
            new_id = naver_ids.fresh(self, moment, chance) if found.naver else self._highest + chance.randrange(1, 300)
            skin = f"default_{naver_ids.SKINS.get(found.naver.section, 'society')}" if found.naver else ""
            self.place(found, Comment(new_id, parent or 0, author, text, moment, status="visible" if skin else "S", skin=skin))
            return new_id

    def edit_article(
        self, article: Article | str, title: str | None = None, text: str | None = None, at: int | None = None
    ) -> None:
        """Change headline or text now, or `at`."""
        with self.lock:
            found = self.article(article)
            found.title = found.title if title is None else title
            found.text = found.text if text is None else text
            found.modified = self.now if at is None else at
            self._changed(found)

    def react(self, article: Article | str, kind: str = "RECOMMEND", count: int = 1) -> None:
        """Add to the emotion counts of an article."""
        with self.lock:
            found = self.article(article)
            found.reactions[kind] = found.reactions.get(kind, 0) + count
            self._changed(found)

    def close_pane(self, article: Article | str) -> None:
        """The article page offers no comments any more, and the comment host does not know the post."""
        self.set_pane(article, "closed" if self.article(article).site == "daum" else "off")

    def talk_only(self, article: Article | str) -> None:
        """The article page offers only the talk pane."""
        self.set_pane(article, "talk")

    def open_pane(self, article: Article | str) -> None:
        """Undo `close_pane`, `talk_only` and `set_pane`."""
        self.set_pane(article, "alex" if self.article(article).site == "daum" else "open")

    def set_pane(self, article: Article | str, pane: str) -> None:
        """On Naver: open, restricted (only in the comment view), surge (the same, newest first), off or refused (3011)."""
        with self.lock:
            found = self.article(article)
            found.pane = pane
            self._changed(found)

    def remove_article(self, article: Article | str) -> None:
        """The article is 404 from now on; on Daum its post and comments too, on Naver its comments stay."""
        with self.lock:
            found = self.article(article)
            found.removed = True
            self._changed(found)

    def expire_tokens(self) -> None:
        """Every token given out so far is worth nothing from now on."""
        with self.lock:
            self.tokens.clear()

    # -- used while the world is made

    def settle(self, article: Article) -> None:
        """Make an article findable under its names."""
        self.articles.append(article)
        names = [article.id, article.hash] + ([] if article.naver else [str(article.post)])
        self._names.update(dict.fromkeys(names, article))

    def place(self, article: Article, comment: Comment) -> None:
        """Put a comment under its article or its parent."""
        (self.comment(comment.parent).replies if comment.parent else article.comments).append(comment)
        self._comments[comment.id] = (article, comment)
        if not article.naver:
            self._highest = max(self._highest, comment.id)
        self._changed(article)

    def knows(self, comment_id: int) -> bool:
        """Whether a number is taken."""
        return comment_id in self._comments

    def _changed(self, article: Article) -> None:
        self.revision += 1
        article.revision += 1
