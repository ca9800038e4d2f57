"""The truth behind the portal, and the verbs with which a test changes it."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

from .population import populate
from .things import KST, Account, Article, Comment, ordered, stamp

START = int(datetime(2026, 11, 21, 9, 0, 0, 123000, KST).timestamp() * 1000)  # the newest article's publication


class World:
    """Everything that exists, seeded. Every verb takes the one lock and raises `revision`."""

    def __init__(self, seed: int = 1, articles: int = 3, comments: int = 120, start: int = START) -> None:
        self.lock = threading.RLock()
        self.revision = 0
        self.tokens: dict[str, int] = {}  # access token: when it runs out, ms
        self._now: int | None = None
        self.articles: list[Article] = []
        self.accounts: list[Account] = []
        self._names: dict[str, Article] = {}
        self._comments: dict[int, tuple[Article, Comment]] = {}
        self.chance, self.client_id = populate(self, seed, articles, comments, start)

    @property
    def now(self) -> int:
        """The time of this world, ms UTC: real time until it is set, then what it was set to."""
        return int(time.time() * 1000) if self._now is None else self._now

    @now.setter
    def now(self, ms: int | None) -> None:
        self._now = ms

    # -- finding things

    def article(self, name: Article | str | int) -> Article:
        """An article by number, hash or post id. KeyError if there is none."""
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
                return ordered((c for c in found.comments if not c.deleted), sort)
            home, above = self._comments.get(parent, (None, None))
            if above is None or home is not found or above.deleted:
                return []
            return ordered(above.shown_replies(), sort)

    def counts(self, article: Article | str) -> tuple[int, int]:
        """(all comments, replies among them) as the post declares them.

        Replies of a deleted comment stay counted though no list shows them: the recorded post does the same.
        """
        with self.lock:
            tops = self.article(article).comments
            replies = sum(len(top.shown_replies()) for top in tops)
            return sum(not top.deleted for top in tops) + replies, replies

    def truth(self, article: Article | str) -> list[dict[str, Any]]:
        """What a reader can see now under an article, by comment id."""
        with self.lock:
            tops = self.listed(article, "CHRONOLOGICAL")
            seen = tops + [reply for top in tops for reply in top.shown_replies()]
            return [
                {
                    "id": c.id,
                    "parent": c.parent,
                    "text": c.text,
                    "likes": c.likes,
                    "dislikes": c.dislikes,
                    "replies": len(c.shown_replies()),
                    "status": c.status,
                    "account": c.account.id,
                    "name": c.account.name,
                    "created": stamp(c.created),
                    "created_ms": c.created // 1000 * 1000,
                }
                for c in sorted(seen, key=lambda c: c.id)
            ]

    # -- changing things

    def vote(self, comment_id: int, likes: int = 0, dislikes: int = 0) -> None:
        """Add to the votes of a comment (negative takes away)."""
        with self.lock:
            comment = self.comment(comment_id)
            comment.likes += likes
            comment.dislikes += dislikes
            self.revision += 1

    def edit(self, comment_id: int, text: str) -> None:
        """Change the text. `updatedAt` stays: in no recorded row does it differ from `createdAt`."""
        with self.lock:
            self.comment(comment_id).text = text
            self.revision += 1

    def mark(self, comment_id: int, status: str) -> None:
        """Change the status; the comment stays in its lists."""
        with self.lock:
            self.comment(comment_id).status = status
            self.revision += 1

    def rename(self, account_id: int, name: str) -> None:
        """Change the display name of an account everywhere."""
        with self.lock:
            next(a for a in self.accounts if a.id == account_id).name = name
            self.revision += 1

    def delete(self, comment_id: int) -> None:
        """Take a comment out of its lists; the counts fall."""
        with self.lock:
            self.comment(comment_id).deleted = True
            self.revision += 1

    def restore(self, comment_id: int) -> None:
        """Bring a deleted comment back as it was."""
        with self.lock:
            self.comment(comment_id).deleted = False
            self.revision += 1

    def add_comment(
        self,
        article: Article | str,
        text: str = "방금 쓴 글입니다.",
        parent: int | None = None,
        account: int | None = None,
    ) -> int:
        """Write a comment (or a reply to `parent`) at `now`; returns its id, the highest so far."""
        with self.lock:
            found = self.article(article)
            author = self.chance.choice(self.accounts) if account is None else next(a for a in self.accounts if a.id == account)
            new_id = max(self._comments, default=0) + self.chance.randrange(1, 300)
            self.place(found, Comment(new_id, parent or 0, author, text, self.now))
            return new_id

    def edit_article(self, article: Article | str, title: str | None = None, text: str | None = None) -> None:
        """Change headline or text at `now`."""
        with self.lock:
            found = self.article(article)
            found.title = found.title if title is None else title
            found.text = found.text if text is None else text
            found.modified = self.now
            self.revision += 1

    def react(self, article: Article | str, kind: str = "RECOMMEND", count: int = 1) -> None:
        """Add to the emotion counts of an article."""
        with self.lock:
            reactions = self.article(article).reactions
            reactions[kind] = reactions.get(kind, 0) + count
            self.revision += 1

    def close_pane(self, article: Article | str) -> None:
        """The article page offers no comments any more, and the comment host does not know the post."""
        self._pane(article, "closed")

    def talk_only(self, article: Article | str) -> None:
        """The article page offers only the talk pane."""
        self._pane(article, "talk")

    def open_pane(self, article: Article | str) -> None:
        """Undo `close_pane` and `talk_only`."""
        self._pane(article, "alex")

    def remove_article(self, article: Article | str) -> None:
        """The article, its post and its comments are 404 from now on."""
        with self.lock:
            self.article(article).removed = True
            self.revision += 1

    def expire_tokens(self) -> None:
        """Every token given out so far is worth nothing from now on."""
        with self.lock:
            self.tokens.clear()

    # -- used while the world is made

    def settle(self, article: Article) -> None:
        """Make an article findable under its names."""
        self.articles.append(article)
        self._names.update({article.id: article, article.hash: article, str(article.post): article})

    def place(self, article: Article, comment: Comment) -> None:
        """Put a comment under its article or its parent."""
        (self.comment(comment.parent).replies if comment.parent else article.comments).append(comment)
        self._comments[comment.id] = (article, comment)
        self.revision += 1

    def _pane(self, article: Article | str, pane: str) -> None:
        with self.lock:
            self.article(article).pane = pane
            self.revision += 1
