"""What exists on the portal: accounts, comments and articles, and how comments are put in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

KST = timezone(timedelta(hours=9))


@dataclass
class Account:
    """Who wrote a comment. Ids may be negative."""

    id: int
    name: str
    status: str
    provider: str
    icon: str
    written: int


@dataclass
class Comment:
    """One comment; `parent` is 0 for a top-level comment."""

    id: int
    parent: int
    account: Account
    text: str
    created: int
    likes: int = 0
    dislikes: int = 0
    status: str = "S"
    flags: int = 0
    emoticon: str | None = None
    deleted: bool = False
    replies: list[Comment] = field(default_factory=list, repr=False)

    def shown_replies(self) -> list[Comment]:
        """The replies that a reader still finds."""
        return [reply for reply in self.replies if not reply.deleted]


@dataclass
class Article:
    """One article under both of its names: `id` (17 digits) and `hash` (10 characters)."""

    id: str
    hash: str
    post: int
    title: str
    press: str
    press_site: str
    reporter: str | None
    summary: str | None
    text: str
    published: int
    modified: int
    pane: str = "alex"  # or "closed", "talk"
    removed: bool = False
    reactions: dict[str, int] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list, repr=False)  # top-level ones, oldest first

    @property
    def readable(self) -> bool:
        """Whether the comment pane can be read at all."""
        return self.pane == "alex" and not self.removed


def stamp(ms: int) -> str:
    """A moment as the portal writes it in JSON: Korean time, whole seconds, no colon in the offset."""
    return datetime.fromtimestamp(ms / 1000, KST).strftime("%Y-%m-%dT%H:%M:%S%z")


def ordered(comments: Iterable[Comment], sort: str) -> list[Comment]:
    """Comments in the order of a sort name; an unknown name means the site's default."""
    if sort == "CHRONOLOGICAL":
        return sorted(comments, key=lambda c: c.id)
    if sort == "LATEST":
        return sorted(comments, key=lambda c: -c.id)
    return sorted(comments, key=lambda c: (c.dislikes - c.likes, -c.id))
