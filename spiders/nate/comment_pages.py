"""Nate's comment list (HTML, EUC-KR). C: public code of 2019 to 2026; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Cue, Listing, Moment, Record
from crawler import when
from crawler.addresses import asked
from crawler.markup import decoded, every, first, has, need_end, tree
from crawler.pages import LayoutError, page
from crawler.places import first_rank, order_of
from spiders.nate.article_pages import CHARSET, closed, declared
from spiders.nate.items import IN_BEST, ITEMS, LISTED, comment, empty_texts, number_of

_DAYS = 172_800_000  # two: a date without its year that is just ahead is not read
_LIST = f"//*[{has('cmt_list')}] | //*[{has('paging_wrap')}] | //*[@id='totalcnt']"
_NUMBERED = re.compile("artc_sq=([0-9]{8}n[0-9]{5,6})", re.IGNORECASE)


@page("nate.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments. BEST copies above the list are only named (cue `best`): they stand in it, too.

    C: the items, the sorts, and the end: the last part of `.paging_wrap` is the page itself (class `on`). U: marks of deletion.
    An alert instead of a list is the site's own word that there is none: cue `closed`.
    """
    query, text = asked(capture.url), decoded(capture, CHARSET)
    key = query.get("artc_sq", "")
    need_end(text)
    root = tree(text) if text.strip() else None
    items = every(root, ITEMS + LISTED) if root is not None else []
    if root is None or (not items and first(root, _LIST) is None):
        yield closed(text)
        return
    found = tuple([comment(item, lambda raw: created(raw, key, capture.received_at)) for item in items])
    empty_texts(root)
    for link in every(root, f"//*[{has('paging_wrap')}]//a[@href]"):
        if (named := _NUMBERED.search(link.get("href", ""))) and named[1].lower() != key:
            raise LayoutError(f"foreign thread: comments of {named[1]} for {key or 'no article'}", "foreign")
    if (total := declared(root)) is not None:
        yield total
        if total.value and not items and query.get("page", "1") == "1":
            raise LayoutError(f"0 comments on page 1 of a list that declares {total.value}", "empty")
    if best := [number for item in every(root, ITEMS + IN_BEST) if (number := number_of(item))]:
        yield Cue("best", " ".join(best))
    parts = every(root, f"//*[{has('paging_wrap')}]/*")
    if not parts or "on" in (parts[-1].get("class") or "").split():
        yield Cue("last", "true")
    if items:
        sort = query.get("order") or "default"
        order = order_of([each.key for each in found]) if sort == "default" else "votes"
        yield Listing(sort=sort, order=order, rank=first_rank(capture.context), comments=found)


def created(raw: str, key: str, seen_at: int) -> Moment | None:
    """When a comment was written that says `05.30 11:20`, without a year: not before its article's day, not after it was seen.

    Where several years are possible, it lies between the first and the last of them (precision `relative`).
    """
    last, born = when.read(raw, seen_at), when.read(key[:8], seen_at)
    if last is None or born is None:
        return last
    if last.end < born.start:
        return None  # before its article: it is another date than we think
    earliest = last
    while (before := when.read(raw, earliest.start - _DAYS)) is not None and born.start <= before.start < earliest.start:
        earliest = before
    return last if earliest is last else Moment(earliest.start, last.end, "relative", raw)
