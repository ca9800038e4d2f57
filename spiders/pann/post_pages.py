"""Pann's post page, UTF-8. C: public code of 2018 to 2026-08; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Count, Listing, Number, Record
from crawler import numbers, when
from crawler.markup import decoded, empty, every, first, has, lines_of, meta, need_end, tree, words
from crawler.pages import LayoutError, page
from crawler.places import BEST
from crawler.said import alerted, gone
from spiders.nate.items import IN_BEST, ITEMS, comment, empty_texts, number_of
from spiders.pann import urls

CHARSET = "utf-8"
_HEAD = f"//*[{has('post-tit-info')}]"
_COUNTS = {  # metric: where its number stands, behind a label
    "views": f"{_HEAD}//*[{has('count')}]",
    "likes": f"//div[{has('up')}]//*[{has('count')}]",
    "dislikes": f"//div[{has('down')}]//*[{has('count')}]",
    "comments": f"//*[{has('cmt_tit')}]//strong",
}
_LAST_NUMBER = re.compile("[0-9][0-9,.]*[천만억]*$")
_WHOLE_NUMBER = 6  # digits: a shorter one would be a place, not a comment's number


@page("pann.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counters (views, likes, dislikes, comments), and the best comments above its list; `gone` where its status or
    an alert says so."""
    asked = urls.article_key(capture.url) or capture.article
    if asked is None or capture.article not in (None, asked):
        raise LayoutError(f"the address names {asked or 'no post'}, not {capture.article}", "foreign" if asked else None)
    text = decoded(capture, CHARSET)
    root = tree(text) if capture.status == 200 and text.strip() else None
    body = first(root, "//*[@id='contentArea']") if root is not None else None
    if body is None and root is not None:
        body = first(root, f"//div[{has('posting')}]")
    if root is None or body is None:
        said = alerted(text) if capture.status == 200 else None
        if capture.status == 200 and not gone(said):
            raise LayoutError(f"alert: {said}" if said else "no #contentArea")
        yield Article(key=asked, url=urls.article_url(asked), kind="post", state="gone", notice=said)
        return
    need_end(text)  # its best comments may stand there
    written = lines_of(body)
    empty(body)
    named = urls.article_key(meta(root, "og:url") or "")
    if named not in (None, asked):
        raise LayoutError(f"another post: asked {asked}, got {named} at {capture.url}", "foreign")
    date = words(first(root, f"{_HEAD}//*[{has('date')}]"))
    yield Article(
        key=asked,
        url=urls.article_url(asked),
        kind="post",
        title=words(first(root, f"{_HEAD}//h1 | {_HEAD}//h4")) or meta(root, "og:title"),
        text=written,
        section=words(first(root, f"(//span[{has('location')}]//a)[last()]")),
        pane="pann",
        published=when.read(date, capture.received_at) if date else None,
    )
    best = [item for item in every(root, ITEMS + IN_BEST) if len(number_of(item) or "") >= _WHOLE_NUMBER]
    found_best = tuple([comment(item, lambda raw: when.read(raw, capture.received_at)) for item in best])
    empty_texts(root)
    for metric, path in _COUNTS.items():
        if (found := _last_number(every(root, path))) is not None:
            yield Count(metric, found.value, found.raw if found.precision == "rounded" else None)
    if found_best:
        yield Listing(sort=BEST, order="votes", rank=1, comments=found_best)


def _last_number(found: list[HtmlElement]) -> Number | None:
    """The number behind the label of the last of these elements (`추천수93`)."""
    match = _LAST_NUMBER.search((words(found[-1]) or "").strip("()개 ")[-40:]) if found else None
    return numbers.read(match[0]) if match else None
