"""The events of a replay, as they stand in its lines: `kind` first, then whose, which capture and when it was received.

A replay makes millions: a Struct is made and written in two thirds of the time of a dictionary.
"""

from __future__ import annotations

from msgspec import Struct


class Capture(Struct, tag="capture", tag_field="kind", gc=False):
    """An exchange. Times are ISO 8601, captures and runs uuids, `ref` the article's reference."""

    ref: str | None
    capture: str
    seen_at: str | None
    at: str | None
    page: str
    outcome: str
    url: str
    status: int | None
    why: str | None
    source: str
    run: str
    topic: str


class Article(Struct, tag="article", tag_field="kind", gc=False):
    """What a page said of its article, where that was new."""

    ref: str | None
    capture: str
    seen_at: str | None
    title: str | None
    pane: str | None
    notice: str | None
    state: str


class Counts(Struct, tag="counts", tag_field="kind", omit_defaults=True):
    """Counts of an article that were new, by metric (None: the page no longer shows it); of those that the site rounded its own
    texts, also where only they are new."""

    ref: str
    capture: str
    seen_at: str | None
    counts: dict[str, int | None]
    rounded: dict[str, str] | None = None


class Listing(Struct, tag="listing", tag_field="kind"):
    """A page of comments: their keys in the site's order, from `rank` on; `parent` is the key of whose replies they are."""

    ref: str | None
    capture: str
    seen_at: str | None
    sort: str
    parent: str | None
    rank: int
    comments: list[str]


class Comment(Struct, tag="comment", tag_field="kind", gc=False):
    """A comment that is new, or whose words are. Accounts and names are pseudonyms (hex)."""

    ref: str
    capture: str
    seen_at: str | None
    text: str | None
    attachment: str | None
    account: str | None
    account_name: str | None
    account_state: str | None
    provider: str | None
    ip: str | None
    parent: str | None
    created_from: str | None
    created_to: str | None
    precision: str | None


class Observation(Struct, tag="observation", tag_field="kind", gc=False, omit_defaults=True):
    """Counts and state of a comment, where they are not those of its sighting before; of those that the site rounded its own
    texts, also where only they are others."""

    ref: str
    capture: str
    seen_at: str | None
    likes: int | None
    dislikes: int | None
    replies: int | None
    state: str
    rounded: dict[str, str] | None = None


class Mark(Struct, omit_defaults=True, gc=False):
    """What is no exchange: run_begun, run_ended, walk_ended, redaction; with the word that it ended with."""

    kind: str
    ref: str | None
    capture: None
    seen_at: str | None
    uuid: str
    source: str
    topic: str | None
    verdict: str | None = None
    stop_reason: str | None = None
    reason: str | None = None


Event = Capture | Article | Counts | Listing | Comment | Observation | Mark
