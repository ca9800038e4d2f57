"""Comments and replies (cbox lists). What a silent wrong answer looks like is named here: a LayoutError where rows would be
wrong, a Cue where they are right and the spider must know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Literal

from archive.capture import Capture
from archive.records import Comment, Count, Cue, Listing, Record
from crawler.pages import LayoutError, page
from spiders.naver import urls
from spiders.naver.cbox import Counts, Result
from spiders.naver.comments import TIMED_IDS, Shown, answer, number

OUTCOMES = {"3011": "no comments for this article", "4004": "no such comment"}  # R: names in the page of 2024-01
METRICS = {
    "total": "comments",  # R: = comment + reply
    "comment": "comments.top",
    "reply": "replies",
    "exposeCount": "comments.exposed",  # top-level comments that are shown
    "delCommentByUser": "comments.deleted_by_user",
    "delCommentByMon": "comments.deleted_by_operator",
    "blindCommentByUser": "comments.blinded_by_user",
    "blindReplyByUser": "replies.blinded_by_user",
}
_WITH_DELETED = frozenset({"total", "comment", "reply"})  # R: with listStatus=all they count tombstones too
_Order = Literal["asc", "desc", "votes"]
_ENOUGH = 10  # comments that stand by their times are hardly by chance in that order


@page("naver.replies", version=2, proof="unproven")
@page("naver.comments", version=2, proof="R: recorded 2021-04, 2022-02; cursor pages and tombstones unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments, or of the replies to the `parentCommentNo` of its URL.

    R: the rows, `count`, `pageModel`, `morePage`, `config`, `listStatus`. C: replies, cursor pages, failure codes.
    """
    return listed(capture, lambda name, article: urls.object_key(name) == article)


def listed(capture: Capture, names: Callable[[str, str], bool]) -> Iterator[Record]:
    """One page of a list of any of Naver's services; `names`: whether an object of the comment service is an article's."""
    envelope, shown = answer(capture)
    asked = urls.asked(capture.url)
    if not envelope.success:
        if envelope.code not in OUTCOMES:
            raise LayoutError(f"cbox says {envelope.code}: {envelope.message}")
        yield Cue("code", envelope.code)
        yield Cue("closed", envelope.message or OUTCOMES[envelope.code])
        return
    if (result := envelope.result) is None:
        raise LayoutError("success without a result")
    wanted = asked.get("objectId", "")
    if capture.article is not None and not names(wanted, capture.article):
        raise LayoutError(f"the request names {wanted or 'no object'}, not {capture.article}", "foreign")
    for named in {*[row.object_id for row in shown], *[row.objectId for row in result.bestList or ()]}:
        if named != wanted:
            raise LayoutError(f"foreign thread: a comment of {named} for {wanted or 'no object'}", "foreign")
    cues = {name: str(value) for name, value in _cues(result, shown) if value is not None}
    declared = result.pageModel.totalRows if result.pageModel else None
    first = "moreParam.next" not in asked and asked.get("page", "1") == "1"
    if first and declared and not result.commentList and "closed" not in cues:
        raise LayoutError(f"0 rows on page 1 of a list that declares {declared}", "empty")
    yield from _sort(result, asked.get("sort", "").upper())
    if "parentCommentNo" not in asked:  # U: what a reply list counts, the article's comments or its own
        yield from _numbers(result.count or Counts(), result.listStatus)
    yield from (Cue(name, value) for name, value in cues.items())
    if envelope.date:
        yield Cue("server_time", envelope.date)
    if result.commentList:
        yield from _listing(result, shown, asked, capture.context.get("rank", ""))


def _sort(result: Result, wanted: str) -> Iterator[Record]:
    """The returned sort is the one that counts. R: where a press allows only NEW, FAVORITE is answered with NEW."""
    got = (result.sort or wanted).upper()
    allowed = result.config.sortTypes if result.config else None
    if wanted and got != wanted and result.commentList:  # an answer without rows orders nothing
        if not allowed or wanted in (each.upper() for each in allowed):
            raise LayoutError(f"sort ignored: asked {wanted} got {got}", "sort")
        yield Cue("sort_refused", f"asked {wanted} got {got}; the press allows {' '.join(allowed)}")
    yield Cue("sort", got)


def _numbers(count: Counts, status: str | None) -> Iterator[Record]:
    """Every member of `count`. What includes tombstones has a name of its own: one series never mixes both."""
    for field, metric in METRICS.items():
        value = getattr(count, field)
        if value is not None:
            yield Count(f"{metric}.with_deleted" if status == "all" and field in _WITH_DELETED else metric, value)


def _cues(result: Result, shown: list[Shown]) -> Iterator[tuple[str, str | int | None]]:
    yield "list_status", result.listStatus
    if pages := result.pageModel:
        yield from (("page", pages.page), ("pages", pages.totalPages), ("rows", pages.totalRows))
        yield "next_page", pages.nextPage
    if more := result.morePage:
        yield from (("prev", more.prev), ("next", more.next), ("start", more.start), ("end", more.end))
    if (exposure := result.exposureConfig) and exposure.status not in (None, "COMMENT_ON"):
        yield "closed", exposure.reason or exposure.status
    if config := result.config:
        yield "sorts", " ".join(config.sortTypes or ()) or None
        yield "default_sort", config.defaultSort
        yield "cleanbot", "enforced" if config.cleanbotEnforced else "offered" if config.useCleanbot else None
    yield "answered", " ".join([f"{row.comment.key}:{row.answers}" for row in shown if row.answers]) or None
    yield "best", " ".join(str(row.commentNo) for row in result.bestList or ()) or None
    yield "fallback", "true" if result.count and result.count.fallback else None


def _is_newest_first(found: tuple[Comment, ...], times: list[int]) -> bool:
    """Whether a ranked list stands by its times and not by its votes (R: FAVORITE is likes less dislikes)."""
    if times != sorted(times, reverse=True):
        return False
    net = [(each.likes or 0) - (each.dislikes or 0) for each in found]
    return net != sorted(net, reverse=True)


def _listing(result: Result, shown: list[Shown], asked: Mapping[str, str], rank: str) -> Iterator[Record]:
    found = tuple([row.comment for row in shown])
    parent = asked.get("parentCommentNo") or None
    if parent and (odd := next((each.key for each in found if each.parent != parent), None)):
        raise LayoutError(f"foreign thread: {odd} is no reply to {parent}", "foreign")
    start = number(rank) or (result.pageModel and result.pageModel.startRow) or 0
    start = start if 0 < start < 1 << 31 else 1
    sort = (result.sort or asked.get("sort", "")).upper()
    sign = {"NEW": -1, "OLD": 1}.get(sort, 0)
    times = [each.created.start for each in found if each.created]
    if sign and times != sorted(times, reverse=sign < 0):
        yield Cue("unsorted", f"{sort}, but the times go both ways")
    if sort == "FAVORITE" and len(times) >= _ENOUGH and _is_newest_first(found, times):
        yield Cue("unsorted", "FAVORITE, but it is the newest first")
    # By id are only those of 2022 and later, as their cursor shows (R). Before, the order is by time: of 22,029 comments of
    # 2018 two stand the other way round than their ids. In `votes` a page proves no absence: also where a page says that it
    # begins the list and nobody asked for the beginning.
    numbers = [row.number or 0 for row in shown]
    by_id = min(numbers) >= TIMED_IDS and all((b - a) * sign > 0 for a, b in pairwise(numbers))
    beyond = "moreParam.next" in asked and start == 1
    stable = sign and by_id and not beyond and all(each.parent == parent for each in found)
    order: _Order = "votes" if not stable else "asc" if sign > 0 else "desc"
    if suspects := [row.comment.key for row in shown if row.suspect]:
        yield Cue("suspect_time", " ".join(suspects))
    yield Listing(sort=sort, order=order, rank=start, comments=found, parent=parent)
