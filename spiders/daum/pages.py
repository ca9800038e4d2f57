"""Daum's JSON pages, and by import its article, search and talk. R: token, post, list (2022-03). Unproven: the others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Count, Cue, Listing, Record
from crawler.json_text import decode
from crawler.pages import LayoutError, page
from spiders.daum import article_pages, search_pages, talk_pages  # noqa: F401  (registers theirs)
from spiders.daum.rows import Rows, Shown

# How places compare in each sort (R: RECOMMEND falls by likes - dislikes, ties by id; C: the other two are by id).
ORDERS: dict[str, Literal["asc", "desc", "votes"]] = {"RECOMMEND": "votes", "LATEST": "desc", "CHRONOLOGICAL": "asc"}


class _Post(Struct):
    id: int
    commentCount: int
    childCount: int
    postKey: str | None = None


class _PostPage(Struct):
    post: _Post


class _Token(Struct):
    access_token: str


class _Item(Struct):
    stats: dict[str, int]


class _Emotions(Struct):
    item: _Item


_post = msgspec.json.Decoder(_PostPage)
_token = msgspec.json.Decoder(_Token)
_emotions = msgspec.json.Decoder(_Emotions)


@page("daum.token", version=1, proof="R: recorded 2022-03")
def token(capture: Capture) -> Iterator[Record]:
    """The anonymous token that the site gives every reader."""
    yield Cue("token", decode(_token, capture.body).access_token)


@page("daum.post", version=2, proof="R: recorded 2022-03")
def post(capture: Capture) -> Iterator[Record]:
    """The thread's id (it may be negative) and its declared counts; commentCount includes the replies (R)."""
    found, asked = decode(_post, capture.body).post, urlsplit(capture.url).path.rpartition("@")[2]
    named = found.postKey
    # An article has a key of digits and another of letters: only two of one form can be compared.
    if named and named != asked and (len(named), named.isdigit()) == (len(asked), asked.isdigit()):
        raise LayoutError(f"another article's thread: asked {asked}, got {named}", "foreign")
    yield Cue("post", str(found.id))
    yield Count("comments", found.commentCount)
    yield Count("replies", found.childCount)


@page("daum.comments", version=2, proof="R: recorded 2022-03; deleted comments unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of top-level comments."""
    parts = urlsplit(capture.url)
    rows = decode(Rows(capture.url), capture.body)
    thread = parts.path.split("/")[-2]
    if any(str(post) != thread for post in {row.post for row in rows}):
        raise LayoutError(f"foreign thread: comments of another post than {thread}", "foreign")
    if rows:
        yield from _listing(capture, rows, parent=None)


@page("daum.children", version=2, proof="unproven")
def children(capture: Capture) -> Iterator[Record]:
    """One page of the replies to a comment. C: seen in public code, in the shape of the list."""
    parent = urlsplit(capture.url).path.split("/")[-2]
    rows = decode(Rows(capture.url), capture.body)
    if any(str(one) != parent for one in {row.parent for row in rows}):
        raise LayoutError(f"foreign thread: replies to another comment than {parent}", "foreign")
    if rows:
        yield from _listing(capture, rows, parent=parent)


@page("daum.emotions", version=1, proof="unproven")
def emotions(capture: Capture) -> Iterator[Record]:
    """The article's reactions (C: LIKE, SAD, ANGRY, ...)."""
    for name, value in sorted(decode(_emotions, capture.body).item.stats.items()):
        yield Count(f"emotion.{name.lower()}", value)


def _listing(capture: Capture, rows: list[Shown], parent: str | None) -> Iterator[Record]:
    """The list; where it does not stand in the order that it claims, its places prove nobody's absence."""
    sort, rank = _place(capture.url)
    found, order = tuple([row.comment for row in rows]), ORDERS.get(sort, "votes")
    if order != "votes":
        keys = [int(comment.key) for comment in found if comment.parent == parent]  # replies may stand among them
        if keys != sorted(keys, reverse=order == "desc"):
            order = "votes"
            yield Cue("unsorted", f"{sort}: its comments do not stand in the order of their numbers")
    yield Listing(sort=sort, order=order, rank=rank, comments=found, parent=parent)


@lru_cache(maxsize=4096)  # a page is looked at again and again
def _place(url: str) -> tuple[str, int]:
    """The sort of the list that a URL asks for, and the rank of its first comment."""
    query = parse_qs(urlsplit(url).query)
    offset = query.get("offset", ["0"])[0]
    return query.get("sort", ["RECOMMEND"])[0], int(offset) + 1 if offset.isdigit() else 1
