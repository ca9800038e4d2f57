"""One comment as Nate shows it, in the news and in Pann: a `dl.cmt_item`. Every selector is C, seen in public code."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml.html import HtmlElement

from archive.records import Account, Comment, Moment, Number
from crawler import numbers
from crawler.hidden import mark
from crawler.markup import attribute, empty, every, first, has, lines_of, need_whole_around, words
from crawler.pages import LayoutError
from crawler.said import state_of

_TEXT = f"dd[{has('usertxt')}]"
ITEMS = f"//dl[{has('cmt_item')}][not(ancestor::{_TEXT})]"
IN_BEST = f"[ancestor::*[{has('cmt_best')}]]"
LISTED = f"[not(ancestor::*[{has('cmt_best')}])]"  # BEST copies stand above the list, and once more in it
_USER = re.compile(r"show_cmtuser_ui\(([^()]*)\)")
_LABEL = re.compile("^(?:추천|반대)수?")
_UP = f".//*[{has('n_good')}]"
_DOWN = f".//*[{has('n_bad')}]"
_BOTH = f".//*[{has('upDown')}]//*[{has('line')}]//strong | .//dd[{has('opinion')}]//p/strong"
_REPLIES = f".//a[{has('cmtsum')}]//em | .//dd[{has('reples')}]/a/span"


def comment(item: HtmlElement, created: Callable[[str], Moment | None]) -> Comment:
    """The comment of an item. Raises LayoutError where it has no number, or a writer and no place for what he wrote."""
    need_whole_around(item)
    key = number_of(item)
    if key is None:
        raise LayoutError("a comment without a number")
    body = first(item, f".//{_TEXT}")
    text = lines_of(body) if body is not None else None
    picture = first(body, f".//img[@src and not({has('mobileRe')})]") if body is not None else None
    said = text if text is not None else mark(item)
    if body is not None:
        empty(body)
    name = first(item, f".//*[{has('nameui')}]")
    account = _account(name) if name is not None else None
    if text is None and account is not None:
        raise LayoutError("a comment without dd.usertxt")
    likes, dislikes = _votes(item)
    replies = numbers.read(words(first(item, _REPLIES)))
    state = state_of(said, someone=account is not None or likes is not None)
    date = words(first(item, f".//*[{has('date')}] | ./dt//i"))
    counted = (("likes", likes), ("dislikes", dislikes), ("replies", replies))
    return Comment(
        key=key,
        text=text if state in ("visible", "unknown") else None,
        account=account,
        created=created(date.lstrip("| ")) if date else None,
        likes=likes.value if likes else None,
        dislikes=dislikes.value if dislikes else None,
        replies=replies.value if replies else None,
        state=state,
        attachment=attribute(picture, "src"),
        rounded=tuple([(metric, each.raw) for metric, each in counted if each and each.precision == "rounded"]),
    )


def empty_texts(page: HtmlElement) -> None:
    """Takes the texts of all comments out of their page: a link or number in them is their writer's."""
    for body in every(page, f"//{_TEXT}"):
        empty(body)


def number_of(item: HtmlElement) -> str | None:
    """The comment's number: the end of the item's id, or of its text's (a BEST copy has only that)."""
    names = (item.get("id"), attribute(first(item, f".//{_TEXT}"), "id"))
    return next((match[0] for name in names if name and (match := re.search("[0-9]{4,18}$", name))), None)


def _account(name: HtmlElement) -> Account | None:
    """Who wrote: the number in `show_cmtuser_ui(..., '12345')` where there is one. Else only a nickname is known, which anybody
    may take: the provider says so."""
    shown = attribute(name, "title") or words(name)
    found = _USER.search(f"{name.get('onfocus') or ''} {name.get('onclick') or ''}")
    number = found[1].rpartition(",")[2].strip(" '\"") if found else ""
    if number:
        return Account(number, shown)
    return Account(shown, shown, provider="nickname") if shown else None


def _votes(item: HtmlElement) -> tuple[Number | None, Number | None]:
    both = every(item, _BOTH)
    up, down = (both[0], both[1]) if len(both) == 2 else (first(item, _UP), first(item, _DOWN))
    return _number(up), _number(down)


def _number(element: HtmlElement | None) -> Number | None:
    return numbers.read(_LABEL.sub("", words(element) or ""))
