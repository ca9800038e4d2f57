"""What exists on the portal: accounts, comments and articles, and how comments are put in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

KST = timezone(timedelta(hours=9))
BLIND = "blind"  # status of a comment that nobody sees though nobody deleted it
CLEANBOT = "cleanbot"  # status of a comment that the site's filter folds away; its text is still sent


@dataclass
class Account:
    """Who wrote a comment. Ids may be negative; `key` is what Naver calls the account (empty on Daum)."""

    id: int
    name: str
    status: str
    provider: str
    icon: str | None
    written: int
    key: str = ""

    @property
    def ref(self) -> int | str:
        """The account as its site names it."""
        return self.key or self.id


@dataclass
class Comment:
    """One comment; `parent` is 0 for a top-level comment.

    A deleted one stays, with who took it away (`by`: user or operator) and when (`gone_at`): Naver shows that it was.
    `skin` and `sticker` are Naver's: the template it was written in, and a picture instead of words.
    """

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
    by: str = ""
    gone_at: int = 0
    skin: str = ""
    sticker: str | None = None
    replies: list[Comment] = field(default_factory=list, repr=False)

    @property
    def shown(self) -> bool:
        """Whether a reader can read it."""
        return not self.deleted and self.status != BLIND

    def shown_replies(self) -> list[Comment]:
        """The replies that a reader still finds."""
        return [reply for reply in self.replies if reply.shown]


@dataclass
class Naver:
    """What makes an article one of Naver's: its identity there, its section, what its press allows."""

    oid: str
    aid: str
    section: str = "102"
    part: str = "257"
    section_name: str = "사회"
    journalist: str = "90001"
    origin: str = ""
    sorts: tuple[str, ...] = ("FAVORITE", "NEW", "RELATIVE", "REPLY", "OLD")
    service: str = "news"
    readers: int = 0

    @property
    def object_id(self) -> str:
        """The name of its comments."""
        return f"news{self.oid},{self.aid}"


@dataclass
class Article:
    """One article on one site.

    On Daum `id` has 17 digits and `hash` 10 characters. On Naver `id` is `oid/aid`, `hash` the object id, `post` 0.
    """

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
    pane: str = "alex"  # or "closed", "talk"; on Naver "open", "restricted", "surge", "off", "refused"
    removed: bool = False
    reactions: dict[str, int] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list, repr=False)  # top-level ones, oldest first
    naver: Naver | None = None
    home: str = ""  # one of the smaller sites, on which `link` is its address; there only the pane "open" can be read
    link: str = ""
    revision: int = 0  # rises with every change to the article or its comments

    @property
    def site(self) -> str:
        """The site it stands on."""
        return self.home or ("naver" if self.naver else "daum")

    @property
    def url(self) -> str:
        """Where a reader finds it."""
        if self.home:
            return self.link
        return f"https://n.news.naver.com/mnews/article/{self.id}" if self.naver else f"https://v.daum.net/v/{self.id}"

    @property
    def readable(self) -> bool:
        """Whether the comment pane can be read at all. Naver keeps the comments of an article that is gone."""
        if self.home:
            return self.pane == "open" and not self.removed
        if self.naver:
            return self.pane in ("open", "restricted", "surge") and self.naver.service == "news"
        return self.pane == "alex" and not self.removed


def stamp(ms: int) -> str:
    """A moment as the portal writes it in JSON: Korean time, whole seconds, no colon in the offset."""
    return datetime.fromtimestamp(ms / 1000, KST).strftime("%Y-%m-%dT%H:%M:%S%z")


def ordered(comments: Iterable[Comment], sort: str) -> list[Comment]:
    """Comments in the order of a sort name; an unknown name means the site's default."""
    if sort == "CHRONOLOGICAL":
        return sorted(comments, key=lambda c: c.id)
    if sort in ("LATEST", "NEW"):
        return sorted(comments, key=lambda c: -c.id)
    return sorted(comments, key=lambda c: (c.dislikes - c.likes, -c.id))
