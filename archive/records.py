"""The shapes that parsers return: what one capture says, as the site said it.

Times are UTC milliseconds. Keys are the site's own ids inside a source. A missing number is None, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct

_ID = re.compile("[A-Za-z0-9_]{1,40}")  # as members of a board may choose theirs
Precision = Literal["second", "minute", "hour", "day", "relative"]

# The order is the code stored in observations.state: never reorder, only append.
STATES = (
    "visible",
    "deleted_by_user",
    "deleted_by_operator",
    "blinded",
    "hidden_by_filter",
    "placeholder",
    "unknown",
    "redacted",  # not the site's word: the comment was taken out of the archive (docs/redaction.md)
)
STUB = "redacted-"  # how the key of what stands in a redacted comment's place begins
_MOST = (1 << 63) - 1  # what a column of SQLite holds
Int64 = Annotated[int, Meta(ge=-_MOST, le=_MOST)]  # asked where JSON of a WARC file is read, not of what a parser makes
DELETED = frozenset({"deleted_by_user", "deleted_by_operator"})
State = Literal[
    "visible",
    "deleted_by_user",
    "deleted_by_operator",
    "blinded",
    "hidden_by_filter",
    "placeholder",
    "unknown",
    "redacted",
]


class Moment(Struct, frozen=True, gc=False):
    """A date as a site gave it: the instant lies in start..end (UTC ms, both inclusive); raw is the site's text."""

    start: Int64
    end: Int64
    precision: Precision
    raw: str


class Number(Struct, frozen=True, gc=False):
    """A count as a site gave it: `1.2만` is 12000, `rounded`, with its raw text."""

    value: int
    precision: Literal["exact", "rounded"]
    raw: str


def need_storable(numbers: Iterable[int | None], texts: Iterable[str | None]) -> None:
    """Raises Unstorable for a number beyond 64 bits, or a text with half a surrogate pair."""
    for number in numbers:
        if number is not None and not -_MOST <= number <= _MOST:
            raise Unstorable("a count beyond 64 bits")
    for text in texts:
        if text is not None and not text.isascii():
            _need_text(text)


def _need_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unstorable("a text with half a surrogate pair") from None


class Account(Struct, frozen=True, gc=False):
    """Who wrote a comment. Key, name and `ip` (as far as the site shows it, `118.♡.24.92`) become pseudonyms when stored; state
    and provider are the site's words. `site` is where the key is somebody's, in a source of many sites: member 4 of one is
    nobody at another."""

    key: str
    name: str | None = None
    state: str | None = None
    provider: str | None = None
    ip: str | None = None
    site: str | None = None

    @property
    def whole(self) -> str:
        """The key with its site: what a pseudonym stands for. A name that anybody may take is no member's number, and no id."""
        taken = (self.provider == "nickname" and self.key.isdigit()) or (self.provider == "guest" and _ID.fullmatch(self.key))
        key = f"{self.provider} {self.key}" if taken else self.key
        return f"{self.site} {key}" if self.site else key


class Unstorable(ValueError):
    """What no database can hold. It would stop a source for good: the page comes again at every start."""


class Comment(Struct, frozen=True, gc=False):
    """One comment as one capture shows it. `text` is the site's own, not cleaned. `parent` is a comment's key.

    Raises Unstorable for what no database can hold: so a row that was read before is not looked at again.
    """

    key: str
    text: str | None
    account: Account | None = None
    parent: str | None = None
    created: Moment | None = None
    edited: Moment | None = None
    likes: int | None = None
    dislikes: int | None = None
    replies: int | None = None
    state: State = "visible"
    attachment: str | None = None  # what stands beside the text, by the site's name: a sticker, an emoticon
    rounded: tuple[tuple[str, str], ...] = ()  # (metric, raw text) of each count that the site rounded

    def __post_init__(self) -> None:
        # Asked of each comment of each page. One that is negative makes all negative: then each is looked at.
        if not 0 <= (self.likes or 0) | (self.dislikes or 0) | (self.replies or 0) <= _MOST:
            need_storable((self.likes, self.dislikes, self.replies), ())
        if self.text is not None and not self.text.isascii():
            _need_text(self.text)


class Listing(Struct, frozen=True):
    """The comments of one page in the site's order.

    `order` says how places can be compared: `asc` and `desc` are stable (by number in the key), `votes` moves.
    `parent` is set when the page lists the replies of one comment. `rank` is the place of the first, from 1.
    """

    sort: str
    order: Literal["asc", "desc", "votes"]
    rank: Int64
    comments: tuple[Comment, ...]
    parent: str | None = None


class Article(Struct, frozen=True):
    """One article as one capture shows it; `gone` is the site's own word (404), `restricted` that it is there and not for
    everybody (members, neighbours). `aliases` are its other ids, `pane` is what stands for comments (`alex`, `talk`, `none`,
    ...), `notice` what the page says about them or about its absence, `original` the article's address at its press. Who
    writes for a press is its `author`; who writes for himself is an `account`, and stored as a pseudonym."""

    key: str
    url: str
    kind: str = "news"
    title: str | None = None
    text: str | None = None
    press: str | None = None
    author: str | None = None
    account: Account | None = None
    section: str | None = None
    pane: str | None = None
    notice: str | None = None
    original: str | None = None
    state: Literal["visible", "gone", "restricted"] = "visible"
    published: Moment | None = None
    modified: Moment | None = None
    aliases: tuple[str, ...] = ()


class Count(Struct, frozen=True):
    """One counter of the capture's article, by the site's meaning: `comments`, `replies`, `emotion.like`, ...; of another
    one on a page that counts many."""

    metric: str
    value: Int64
    raw: str | None = None  # the site's text, where it rounded
    article: Article | None = None  # where it is not the capture's own


class ListEntry(Struct, frozen=True):
    """One article in a list, at its rank from 1: how an article came into the topic."""

    kind: Literal["seed", "search", "ranking", "section", "feed"]
    query: str | None
    rank: Int64
    article: Article
    shown: str | None = None  # title and summary as plain text; for the spider, never stored


CLOSED = "closed"  # the cue of a page whose site shows no comments: a count that is not on it is not shown any more


class Cue(Struct, frozen=True):
    """What a page says about where to read on (a token, a post id). For the spider; never stored."""

    name: str
    value: str


Record = Article | Listing | Count | ListEntry | Cue
