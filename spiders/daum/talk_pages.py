"""The talk pane as a browser shows it. C: public code of 2023-06 to 2024-08; what came in 2025-03 (replies, 공감) nobody wrote
down. Unproven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from lxml.html import HtmlElement
from msgspec import structs

from archive.capture import Capture
from archive.records import Account, Comment, Cue, Listing, Moment, Record
from crawler import when
from crawler.markup import decoded, every, first, has, lines_of, tree, words
from crawler.pages import LayoutError, page
from crawler.places import order_of

PANE = "div.body_timetalk"
SORT = "default"
_CLOSED = re.compile("종료|닫혔|닫았|마감|제공하지 않|제공되지 않")  # U: nobody wrote down how a closed pane says it
_BARE = re.compile("[0-9]{1,4} ?(초|분|시간|일)")  # C: an age also without its 전
_ID = re.compile(r"(?:.*[^0-9])?([0-9]{5,18})")
_IDS = ("data-id", "data-comment-id", "data-talk-id", "id")  # U: where an entry may have a number; none had one in 2024
_WAIT = 90_000  # ms: so long ago a page may have written "3분 전" before its DOM is read


@page("daum.talk", version=4, proof="unproven")
def talk(capture: Capture) -> Iterator[Record]:
    """What the pane shows. C: the notice of the safebot alone is an empty pane, which is not one without a list.

    Cues: `closed`, the site's own words where there is no list; `unread`, how many entries have another shape.
    """
    pane = first(tree(decoded(capture, "utf-8")), f"//div[{has('body_timetalk')}]")
    if pane is None:
        raise LayoutError("no div.body_timetalk")
    entries = every(pane, ".//ul/li[not(ancestor::li)]")
    shown = [each for each in entries if first(each, f"self::*[{has('safebot')}]") is None]
    if not entries:
        said = " ".join((words(pane) or "").split())[:200]
        if not _CLOSED.search(said):
            raise LayoutError("a pane without entries, and without the notice of an empty one")
        yield Cue("closed", said)
    items = [each for each in shown if _part(each, "em", "chat_nick") is not None]
    if shown and not items:
        raise LayoutError(f"none of {len(shown)} entries has an em.chat_nick")
    if len(shown) > len(items):
        yield Cue("unread", str(len(shown) - len(items)))
    if items:
        comments = _comments(items, capture)
        yield Listing(SORT, order_of([comment.key for comment in comments]), 1, comments)


def _comments(items: list[HtmlElement], capture: Capture) -> tuple[Comment, ...]:
    """The entries, each under its number where all have one, else under its words."""
    found = [_comment(item, capture) for item in items]
    numbers = [number for item in items if (number := _number(item)) not in (None, capture.article)]
    if len(set(numbers)) == len(items):
        keys = [str(number) for number in numbers]
    else:
        first_at, last_at = (each.created.end if each.created else 0 for each in (found[0], found[-1]))
        keys = _by_words(found, newest_first=first_at > last_at)
    return tuple([structs.replace(comment, key=key) for comment, key in zip(found, keys, strict=True)])


def _by_words(found: list[Comment], *, newest_first: bool) -> list[str]:
    """Keys for what has no number: by what does not change. Of the writer's name it is one part in 256: enough to tell apart
    who says the same words, too little to find the name by trying. What is said again is counted from the oldest."""
    keys, twice = list[str](), Counter[str]()
    for comment in reversed(found) if newest_first else found:
        name = comment.account.key if comment.account else ""
        key = f"words-{sha256((comment.text or '').encode()).hexdigest()[:16]}-{sha256(name.encode()).hexdigest()[:2]}"
        twice[key] += 1
        keys.append(f"{key}-{twice[key]}" if twice[key] > 1 else key)
    return keys[::-1] if newest_first else keys


def _comment(item: HtmlElement, capture: Capture) -> Comment:
    name, message = words(_part(item, "em", "chat_nick")), _part(item, "p", "txt_message")
    said = words(_part(item, "span", "txt_time"))
    return Comment(
        key="",
        text=lines_of(message) if message is not None else None,
        account=Account(name, name, provider="nickname") if name else None,
        created=_moment(said, capture.received_at) if said else None,
    )


def _moment(said: str, seen_at: int) -> Moment | None:
    """A time as it was shown. An age was written when the pane was filled, which may be a while before it was read."""
    found = when.read(f"{said} 전" if _BARE.fullmatch(said) else said, seen_at)
    if found is None or found.precision != "relative":
        return found
    return structs.replace(found, start=found.start - _WAIT, raw=said)


def _part(item: HtmlElement, tag: str, name: str) -> HtmlElement | None:
    return first(item, f".//{tag}[{has(name)}]")


def _number(item: HtmlElement) -> str | None:
    found = (_ID.fullmatch(item.get(name, "")) for name in _IDS)
    return next((match[1] for match in found if match), None)
