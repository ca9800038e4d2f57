"""Daum's JSON pages, and by import its article. R: token, post, list (2022-03). Unproven: children, emotions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account, Comment, Count, Cue, Listing, Record
from crawler.iso import iso
from crawler.pages import LayoutError, mend, page
from spiders.daum import article_pages  # noqa: F401  (registers the article)

# How places compare in each sort (R: RECOMMEND falls by likes - dislikes, ties by id; C: the other two are by id).
ORDERS = {"RECOMMEND": "votes", "LATEST": "desc", "CHRONOLOGICAL": "asc"}


_T = TypeVar("_T")


class _User(Struct, gc=False):
    status: str | None = None  # S active, I dormant, D left (R)
    providerId: str | None = None
    displayName: str | None = None


class _Row(Struct, gc=False):
    id: int
    userId: int
    postId: int
    parentId: int
    status: str
    content: str
    createdAt: str
    updatedAt: str
    childCount: int
    likeCount: int
    dislikeCount: int
    user: _User | None = None
    icon: str | None = None  # an emoticon beside the text


class _Post(Struct):
    id: int
    commentCount: int
    childCount: int


class _PostPage(Struct):
    post: _Post


class _Token(Struct):
    access_token: str


class _Item(Struct):
    stats: dict[str, int]


class _Emotions(Struct):
    item: _Item


_NOBODY = _User()
_rows = msgspec.json.Decoder(list[_Row])
_post = msgspec.json.Decoder(_PostPage)
_token = msgspec.json.Decoder(_Token)
_emotions = msgspec.json.Decoder(_Emotions)


@page("daum.token", version=1, proof="R: recorded 2022-03")
def token(capture: Capture) -> Iterator[Record]:
    """The anonymous token that the site gives every reader."""
    yield Cue("token", _decode(_token, capture).access_token)


@page("daum.post", version=1, proof="R: recorded 2022-03")
def post(capture: Capture) -> Iterator[Record]:
    """The thread's id (it may be negative) and its declared counts; commentCount includes the replies (R)."""
    found = _decode(_post, capture).post
    yield Cue("post", str(found.id))
    yield Count("comments", found.commentCount)
    yield Count("replies", found.childCount)


@page("daum.comments", version=1, proof="R: recorded 2022-03")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of top-level comments."""
    parts = urlsplit(capture.url)
    rows = _decode(_rows, capture)
    thread = parts.path.split("/")[-2]
    if any(str(post) != thread for post in {row.postId for row in rows}):
        raise LayoutError(f"foreign thread: comments of another post than {thread}", "foreign")
    if rows:
        yield _listing(capture, rows, parent=None)


@page("daum.children", version=1, proof="unproven")
def children(capture: Capture) -> Iterator[Record]:
    """One page of the replies to a comment. C: seen in public code, in the shape of the list."""
    parent = urlsplit(capture.url).path.split("/")[-2]
    rows = _decode(_rows, capture)
    if any(str(one) != parent for one in {row.parentId for row in rows}):
        raise LayoutError(f"foreign thread: replies to another comment than {parent}", "foreign")
    if rows:
        yield _listing(capture, rows, parent=parent)


@page("daum.emotions", version=1, proof="unproven")
def emotions(capture: Capture) -> Iterator[Record]:
    """The article's reactions (C: LIKE, SAD, ANGRY, ...)."""
    for name, value in sorted(_decode(_emotions, capture).item.stats.items()):
        yield Count(f"emotion.{name.lower()}", value)


def _decode(decoder: msgspec.json.Decoder[_T], capture: Capture) -> _T:
    try:
        try:
            return decoder.decode(capture.body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return decoder.decode(mend(capture.body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LayoutError(str(error)) from None


def _listing(capture: Capture, rows: list[_Row], parent: str | None) -> Listing:
    query = parse_qs(urlsplit(capture.url).query)
    sort = query.get("sort", ["RECOMMEND"])[0]
    offset = query.get("offset", ["0"])[0]
    return Listing(
        sort=sort,
        order=ORDERS.get(sort, "votes"),  # type: ignore[arg-type]
        rank=int(offset) + 1 if offset.isdigit() else 1,
        comments=tuple([_comment(row) for row in rows]),
        parent=parent,
    )


def _comment(row: _Row) -> Comment:
    user = row.user or _NOBODY
    # By place, not by name: a hundred times a page, names cost a third more.
    return Comment(
        str(row.id),
        row.content,
        Account(str(row.userId), user.displayName, user.status, user.providerId),
        str(row.parentId) if row.parentId else None,
        iso(row.createdAt),
        iso(row.updatedAt) if row.updatedAt != row.createdAt else None,
        row.likeCount,
        row.dislikeCount,
        row.childCount,
        "visible" if row.status == "S" else "unknown",  # R: only S was ever recorded; what others mean is not known
        row.icon or None,
    )
