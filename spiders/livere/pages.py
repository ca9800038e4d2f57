"""LiveRe's one page: a list of comments, and with it the publisher's page that they stand on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account, Article, Comment, Cue, Listing, Record, State
from crawler.addresses import asked
from crawler.iso import iso
from crawler.json_text import decode, unwrapped
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.livere import urls
from spiders.naver.comments import number


class _Row(Struct, gc=False):
    """R: all fields. The answer has `ipAddress`, `email` and `agent` too: they are not read, so no row can hold them."""

    replySeq: int
    parentSeq: int  # of a comment its own number, of a reply (C) its comment's
    repSeq: int
    content: str | None
    good: int | None = None
    bad: int | None = None
    subCount: int | None = None
    regdate: str | None = None
    name: str | None = None
    memberId: str | None = None
    memberDomain: str | None = None
    title: str | None = None
    site: str | None = None
    status: int | None = None  # R: only 0
    isSecret: int | None = None
    deletedDate: str | None = None
    deleteReason: str | None = None
    sticker: int | None = None
    image1: str | None = None


class _Results(Struct):
    parents: list[_Row]
    children: list[_Row]


class _Answer(Struct):
    resultCode: int
    resultMessage: str | None = None
    results: _Results | None = None


_answer = msgspec.json.Decoder(_Answer)


@page("livere.comments", version=1, proof="R: recorded 2018-12; replies, deletions and paging unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments, each followed by its replies; on the first one also what they stand on."""
    answer = decode(_answer, unwrapped(capture.body))
    if answer.resultCode != 200 or answer.results is None:
        raise LayoutError(f"LiveRe says {answer.resultCode}: {answer.resultMessage}")
    query, parents = asked(capture.url), answer.results.parents
    key = urls.article_key(capture.url)
    if key is None or (capture.article is not None and key != capture.article):
        raise LayoutError(f"the request names {key or 'no page'}, not {capture.article}", "foreign")
    children = defaultdict[int, list[_Row]](list)
    for row in (*parents, *answer.results.children):
        if str(row.repSeq) != query["repSeq"]:
            raise LayoutError(f"foreign thread: a comment of {row.repSeq} for {query['repSeq']}", "foreign")
    for row in answer.results.children:
        children[row.parentSeq].append(row)
    place = number(query.get("offset", "1")) or 1
    if place == 1:
        newest = parents[0] if parents else None
        yield Article(
            key=key,
            url=urls.article_url(key),
            kind="page",
            title=newest.title if newest else None,
            original=newest.site if newest else None,
            pane="livere",
        )
    rows = [row for parent in parents for row in (parent, *children.pop(parent.replySeq, ()))]
    rows += [row for others in children.values() for row in others]
    if rows:
        yield Cue("next_page", str(place + 1))  # no answer says that it is the last: the list ends with an empty one
        stable = all(a.replySeq > b.replySeq for a, b in pairwise(parents))
        yield Listing(
            sort="RECENT",  # our name: the site has none for the only order that was recorded
            order="desc" if stable else "votes",
            rank=first_rank(capture.context),
            comments=tuple([_comment(row) for row in rows]),
        )


def _comment(row: _Row) -> Comment:
    account = Account(f"{row.memberDomain}:{row.memberId}", row.name, provider=row.memberDomain) if row.memberId else None
    state = _state(row)
    return Comment(
        key=str(row.replySeq),
        text=row.content if row.content or state == "visible" else None,
        account=account,
        parent=str(row.parentSeq) if row.parentSeq != row.replySeq else None,
        created=iso(row.regdate) if row.regdate else None,
        edited=iso(row.deletedDate) if row.deletedDate else None,
        likes=row.good,
        dislikes=row.bad,
        replies=row.subCount,
        state=state,
        attachment=str(row.sticker) if row.sticker else row.image1,
    )


def _state(row: _Row) -> State:
    """R: status 0. U: all else, by the names of the fields. None of them says who deleted a comment."""
    if row.deletedDate or row.deleteReason or row.isSecret:
        return "placeholder"
    return "unknown" if row.status else "visible"
