"""Pann's comments: as the page itself loads them (AJAX, with votes), and as phones get them (without). UTF-8. C; unproven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qsl

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Comment, Cue, Listing, Record
from crawler import numbers, when
from crawler.addresses import asked
from crawler.hidden import mark
from crawler.markup import attribute, decoded, empty, every, first, has, lines_of, need_end, need_whole_around, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank, order_of
from crawler.said import state_of
from spiders.nate.article_pages import closed
from spiders.nate.items import ITEMS, LISTED, comment, empty_texts
from spiders.pann.post_pages import CHARSET

_ANY_LIST = "//*[contains(@class, 'cmt_')]"
_PAGING = "//*[contains(@class, 'pag')]//*[self::a or self::strong or self::em or self::span]"
_TEXT = f"*[{has('userText')}]"
_OUTSIDE = f"[not(ancestor::{_TEXT})]"
_REPLY_OF = re.compile(r"prts_reply_id=([0-9]{4,18})")
_POST = re.compile(r"pann_id=([0-9]{5,12})")
_OWN = re.compile(r"(?<![a-z_])(?:reply_id=|r?reply_?)([0-9]{4,18})")


@page("pann.comments", version=4, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments; the form that was posted says which. C: the items. U: marks of deletion, the paging.

    Behind the last page the last one comes again (C): where the paging says so, its places mean nothing, and it is no list. The
    cue `pages` is the highest number in the paging.
    """
    form, text = dict(parse_qsl(capture.context.get("form", ""), keep_blank_values=True)), decoded(capture, CHARSET)
    need_end(text)
    root = tree(text) if text.strip() else None
    items = every(root, ITEMS + LISTED) if root is not None else []
    if root is None or not items:
        yield from _nothing(capture, root, text, _ANY_LIST)
        return
    found = tuple([comment(item, lambda raw: when.read(raw, capture.received_at)) for item in items])
    empty_texts(root)
    _check(root, form.get("pann_id"))
    shown = [number.value for each in every(root, _PAGING) if (number := numbers.read(words(each)))]
    yield Cue("pages", str(max(shown, default=1)))
    here = numbers.read(form.get("page"))
    if shown and here and here.value > max(shown):
        return
    order = order_of([each.key for each in found])
    yield Listing(sort=form.get("order", "W"), order=order, rank=first_rank(capture.context), comments=found)


@page("pann.mobile", version=4, proof="unproven")
def mobile(capture: Capture) -> Iterator[Record]:
    """One page of comments as phones get it. C: a comment's number is that of its replies' link."""
    yield from _mobile(capture, f"//*[@id='listDiv']//dl[not({has('r-reply')})]", None)


@page("pann.replies", version=4, proof="unproven")
def replies(capture: Capture) -> Iterator[Record]:
    """One page of the replies to the comment `prts_reply_id`. C: `dl.r-reply`; a number of their own was never seen."""
    yield from _mobile(capture, f"//*[@id='listDiv']//dl[{has('r-reply')}]", asked(capture.url).get("prts_reply_id", ""))


def _mobile(capture: Capture, path: str, parent: str | None) -> Iterator[Record]:
    text, query = decoded(capture, CHARSET), asked(capture.url)
    need_end(text)
    root = tree(text) if text.strip() else None
    items = every(root, path + _OUTSIDE) if root is not None else []
    if root is None or not items:
        yield from _nothing(capture, root, text, "//*[@id='listDiv']")
        return
    twice = Counter[str]()
    found = tuple([_of_phone(item, capture, parent, twice) for item in items])
    for body in every(root, f"//{_TEXT}"):  # that of the comment above its replies, too
        empty(body)
    _check(root, query.get("pann_id"))
    here = numbers.read(query.get("page") or query.get("rPage") or "1")
    if first(root, f"//a[@title='{here.value + 1 if here else 2}페이지']") is None:
        yield Cue("last", "true")
    order = "votes" if parent else order_of([each.key for each in found])
    yield Listing(sort=query.get("order", "N"), order=order, rank=first_rank(capture.context), comments=found, parent=parent)


def _check(root: HtmlElement, post: str | None) -> None:
    """Raises LayoutError where a link of the page names another post; nothing else in it says whose comments these are."""
    links = (_POST.search(a.get("href", "")) for a in every(root, "//a[@href]"))
    if other := next((match[1] for match in links if match and match[1] != post), None):
        raise LayoutError(f"foreign thread: comments of {other} for {post or 'no post'}", "foreign")


def _of_phone(item: HtmlElement, capture: Capture, parent: str | None, twice: Counter[str]) -> Comment:
    """A comment or reply without votes. Raises LayoutError for a comment without a number."""
    need_whole_around(item)
    body, date = first(item, f".//{_TEXT}"), words(first(item, "./dt/em"))
    text = lines_of(body) if body is not None else None
    picture = attribute(first(body, ".//img[@src]"), "src") if body is not None else None
    said = text or mark(item)
    if body is not None:
        empty(body)
    key = _key(item, parent)
    if key is None and parent is None:
        raise LayoutError("a comment without a number")
    if key is None:
        shown = text or ""
        # By what does not change: its time and its words, and not its writer's name, which rows never hold in the clear.
        key = f"{parent}-{sha256(f'{date} {shown}'.encode()).hexdigest()[:16]}"
        twice[key] += 1
        key += f"-{twice[key]}" if twice[key] > 1 else ""
    name = words(first(item, "./dt/span"))
    if text is None and name is not None:
        raise LayoutError("a comment without dd.userText")
    state = state_of(said, someone=name is not None)
    answered = numbers.read(words(first(item, f"./dd[{has('btn')}]/a//em")))
    return Comment(
        key=key,
        text=text if state in ("visible", "unknown") else None,
        account=Account(name, name, provider="nickname") if name else None,
        parent=parent,
        created=when.read(date, capture.received_at) if date else None,
        replies=answered.value if answered and parent is None else None,
        state=state,
        attachment=picture,
        rounded=(("replies", answered.raw),) if answered and answered.precision == "rounded" and parent is None else (),
    )


def _key(item: HtmlElement, parent: str | None) -> str | None:
    """The number that an item's id or links name; of a reply not that of its parent."""
    links = [a.get("href", "") for a in every(item, ".//a[@href]")]
    form = _REPLY_OF if parent is None else _OWN
    found = (match[1] for text in (item.get("id", ""), *links) if (match := form.search(text)))
    return next((number for number in found if number != parent), None)


def _nothing(capture: Capture, root: HtmlElement | None, text: str, known: str) -> Iterator[Record]:
    """A page without comments: the end of a list, also an answer of nothing behind its first page; or the site's word that
    there is none."""
    if first(root, known) is None if root is not None else first_rank(capture.context) == 1:
        yield closed(text)
