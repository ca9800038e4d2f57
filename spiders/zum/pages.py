"""Zum's pages. R, edited: the fields of the two answers, numbers blanked. C: the article. U: an item of the list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Cue, Listing, Record, State
from crawler import when
from crawler.json_text import decode
from crawler.markup import decoded, first, has, lines, meta, need_end, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.naver.cbox import Number
from spiders.naver.comments import number
from spiders.zum import urls

_CODE = re.compile(r"""["']?sysCode["']?\s*[:=]\s*["']([A-Za-z0-9_-]{1,20})["']""")
# By whom a comment was deleted (R, of another of Zum's services: null or USER).
_DELETED: dict[str, State] = {"USER": "deleted_by_user", "ADMIN": "deleted_by_operator"}


class _Info(Struct):
    articleIdx: int
    cmntCount: Number | None = None
    deletedCount: Number | None = None
    likeCount: Number | None = None
    hateCount: Number | None = None
    validScmntCount: Number | None = None


class _List(Struct):
    hasNext: bool
    cmntList: list[Raw]
    totalPage: Number | None = None
    totalValidCmnt: Number | None = None
    totalValidScmnt: Number | None = None


class _Row(Struct):
    """U: the fields of a comment in Zum's discussions (R); that a news article's have them too is a guess."""

    id: int
    content: str | None
    writeDateTime: str
    userDisplayId: str | None = None  # masked
    deletedBy: str | None = None
    likeCount: Number | None = None
    hateCount: Number | None = None


_info = msgspec.json.Decoder(_Info)
_list = msgspec.json.Decoder(_List)
_row = msgspec.json.Decoder(_Row)
# What `cmntCount` counts is not known, so it is no number that a list could be compared with.
_METRICS = {
    "cmntCount": "comments.counted",
    "deletedCount": "comments.deleted",
    "validScmntCount": "replies",
    "likeCount": "likes",
    "hateCount": "dislikes",
}


@page("zum.article", version=4, proof="unproven", statuses=(200, 404, 410))
def article(capture: Capture) -> Iterator[Record]:
    """An article. C: the places of title, text and date in 2018; U: the section of its comments, and all that changed since."""
    key = urls.article_key(capture.url) or capture.article
    if key is None or (capture.article is not None and key != capture.article):
        raise LayoutError(f"the address names {key or 'no article'}, not {capture.article}", "foreign")
    if capture.status != 200:
        yield Article(key=key, url=urls.article_url(key), state="gone")
        return
    text = decoded(capture, "utf-8")
    need_end(text)
    root = tree(text)
    body = first(root, f"//*[@id='article_body' or {has('article_body')}]")
    title = meta(root, "og:title") or words(first(root, "//*[@id='article']//h2"))
    if body is None or title is None:
        raise LayoutError("no #article_body or no title")
    code = _CODE.search(text)
    date = meta(root, "article:published_time") or words(first(root, f"//*[{has('sponsor')}]//*[{has('date')}]"))
    yield Article(
        key=key,
        url=urls.article_url(key),
        title=title,
        text=lines(body),
        press=meta(root, "og:article:author"),
        pane="zum" if code else "none",
        published=when.read(date, capture.received_at) if date else None,
    )
    if code:
        yield Cue("code", code[1])


@page("zum.info", version=1, proof="R, edited: fields recorded 2022-04, values blanked")
def info(capture: Capture) -> Iterator[Record]:
    """An article's counts, its own likes and dislikes among them."""
    found = decode(_info, capture.body)
    if capture.article is not None and str(found.articleIdx) != capture.article:
        raise LayoutError(f"foreign article: {found.articleIdx} for {capture.article}", "foreign")
    values = ((metric, getattr(found, field)) for field, metric in _METRICS.items())
    yield from (Count(metric, value) for metric, value in values if value is not None)


@page("zum.comments", version=1, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments. An item of another shape than the guessed one is an unknown layout: somebody has to look at it."""
    found = decode(_list, capture.body)
    place = number(capture.url.rpartition("page=")[2]) or 1
    if found.totalValidCmnt is not None:
        yield Count("comments", found.totalValidCmnt)
    if place == 1 and found.totalValidCmnt and not found.cmntList:
        raise LayoutError(f"0 rows on page 1 of a list that declares {found.totalValidCmnt}", "empty")
    if not found.cmntList:
        return
    yield Cue("next_page", str(place + 1) if found.hasNext else "0")
    rows = [decode(_row, bytes(raw)) for raw in found.cmntList]
    yield Listing(
        sort="LISTED",  # our name: the site has none in its answers
        order="votes",  # U: no recording shows an order, so a place proves nothing
        rank=first_rank(capture.context),
        comments=tuple([_comment(row, capture.received_at) for row in rows]),
    )


def _comment(row: _Row, seen_at: int) -> Comment:
    state = _DELETED.get(row.deletedBy, "unknown") if row.deletedBy else "visible"
    return Comment(
        key=str(row.id),
        text=row.content if row.content or state == "visible" else None,
        account=Account(row.userDisplayId) if row.userDisplayId else None,
        created=when.read(row.writeDateTime.replace("T", " "), seen_at),
        likes=row.likeCount,
        dislikes=row.hateCount,
        state=state,
    )
