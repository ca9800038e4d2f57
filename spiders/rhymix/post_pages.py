"""The post of an XE or Rhymix board, in any skin: what stands where in sketchbook5 and xedition (R: 2026-11), and in FMKorea's
(R: 2026-09, trimmed; its counts: C)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement
from msgspec import structs

from archive.capture import Capture
from archive.records import Article, Count, Cue, Record
from crawler import when_boards
from crawler.bases import Base
from crawler.markup import decoded, empty, every, first, has, lines_of, meta, need_end, tree, words
from crawler.pages import LayoutError
from crawler.places import first_rank
from crawler.said import alerted, gone
from spiders.rhymix import urls
from spiders.rhymix.comment_rows import last_number, member, shown

STATUSES = (200, 403, 404, 410)
_BODY = "//*[contains(concat(' ', normalize-space(@class)), ' document_{}_') and contains(@class, '_content')]"
_MEMBER = re.compile("document_[0-9]+_(-?[0-9]+)")
_HEAD = f"//*[{has('rd_hd')} or {has('read_header')}]"
_TITLE = f".//h1 | .//*[{has('title')}]"
_DATE = f".//*[{has('date')} or {has('time')}]"
_WRITER = f".//*[contains(@class, 'member_') or {has('author')}]"
_FACTS = f".//*[{has('side')}]/span | .//*[contains(@class, '_count')]"
_LABELS = {"조회": "views", "추천": "likes", "비추천": "dislikes", "댓글": "comments"}
_LABEL = re.compile(r"(조회|추천|비추천|댓글)(?: ?수)?\s*:?\s*(.+)", re.DOTALL)
_FULL_DATE = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}(?: [0-9]{2}:[0-9]{2})?")
_BUTTON = "//a[contains(@onclick, 'procDocumentVote{}')]/descendant-or-self::*[self::b or self::a[not(.//b)]]"
_BELOW = {  # metric: where its number stands, if not in the head
    "likes": _BUTTON.format("Up"),
    "dislikes": _BUTTON.format("Down"),
    "comments": f"//*[{has('fdb_tag')} or {has('fbHeader')}]//*[self::b or self::em]",
}
_PAGER = f"//*[{has('bd_pg')} or {has('pagination')}]"
_CPAGE = re.compile("[?&]cpage=([0-9]{1,6})(?![0-9])")
_SAID = f"//*[@id='access']//h1 | //*[{has('message')}]//*[self::h1 or self::p]"
_LOST = re.compile("찾을 수 없|존재하지 않")
HIDDEN = re.compile("권한|로그인|회원만|회원 전용|비밀글|비밀번호|성인")


def post(capture: Capture, key: str, url: str, base: Base) -> Iterator[Record]:
    """A post, its counters, and the comments on its page; `gone` or `restricted` where the page says so. Raises LayoutError for
    any other page.

    The cue `list` is `json` where the post declares comments and its page has none: in some skins a script asks for them.
    """
    number, text = key.rpartition("/")[2], decoded(capture, "utf-8")
    root = tree(text) if text.strip() else None
    body = first(root, _BODY.format(number)) if root is not None else None
    own = urls.post_number(base, meta(root, "og:url") or "") if root is not None else None
    if own not in (None, number):
        raise LayoutError(f"another post: asked {number}, got {own}", "foreign")
    if root is None or body is None:
        yield _without(capture, root, text, key, url)
        return
    need_end(text)  # its comments and their paging may stand there
    written, writer = lines_of(body), _MEMBER.search(body.get("class", ""))
    empty(body)
    head = first(root, _HEAD)
    yield Article(
        key=key,
        url=url,
        kind="post",
        title=words(_at(head, _TITLE)) or meta(root, "og:title"),
        text=written,
        account=member(writer[1] if writer else None, words(_at(head, _WRITER)), key),
        section=urls.section(base, url),
        pane="board",
        published=when_boards.read(_date(head), capture.received_at),
    )
    counts = dict(_counts(root, head))
    yield from counts.values()
    yield from _comments(capture, root, key, counts.get("comments"))


def _at(head: HtmlElement | None, path: str) -> HtmlElement | None:
    return first(head, path) if head is not None else None


def _without(capture: Capture, root: HtmlElement | None, text: str, key: str, url: str) -> Article:
    """What a page says that does not have the post. Raises LayoutError where that is not known: it may be a passing trouble."""
    said = alerted(text) or (words(first(root, _SAID)) if root is not None else None)
    lost = capture.status in (404, 410) or gone(said) or _LOST.search(said or "") is not None
    if not lost and not HIDDEN.search(said or ""):
        raise LayoutError(f"the page says: {said}" if said else "no document")
    return Article(key=key, url=url, kind="post", state="gone" if lost else "restricted", notice=said)


def _date(head: HtmlElement | None) -> str | None:
    """The post's date, which on some sites stands among its counts."""
    date = words(_at(head, _DATE))
    shown = (_FULL_DATE.search(words(each) or "") for each in (every(head, f"{_DATE} | {_FACTS}") if head is not None else ()))
    return next((match[0] for match in shown if match), date)


def _counts(root: HtmlElement, head: HtmlElement | None) -> Iterator[tuple[str, Count]]:
    texts = {metric: words(first(root, path)) for metric, path in _BELOW.items()}
    for fact in every(head, _FACTS) if head is not None else ():
        if match := _LABEL.fullmatch(words(fact) or ""):
            texts[_LABELS[match[1]]] = match[2]
    for metric, text in texts.items():
        if (number := last_number(text)) is not None:
            yield metric, Count(metric, number.value, number.raw if number.precision == "rounded" else None)


def _comments(capture: Capture, root: HtmlElement, key: str, declared: Count | None) -> Iterator[Record]:
    """The comments on the page, and where the others are. The last page, which comes where none is asked for, ends with the
    last of the declared number."""
    told = [each.partition(":") for each in capture.context.get("above", "").split()]
    above = [(int(depth), key) for depth, _, key in told]
    listing = shown(capture, root, above, first_rank(capture.context), key)
    if listing is None and declared is not None and declared.value:
        yield Cue("page", "0")
        yield Cue("list", "json")
        return
    place = _place(root)
    here, last = place or (1, 1)
    yield Cue("page", str(here))
    yield Cue("pages", str(last))
    yield Cue("above", " ".join(f"{depth}:{key}" for depth, key in above))
    if listing is not None and "rank" not in capture.context and here > 1:  # no beginning, whatever the number says
        before = declared.value - len(listing.comments) if here == last and declared is not None else 0
        listing = structs.replace(listing, rank=max(here, before + 1))
    if listing is not None and place is None and (declared is None or declared.value != len(listing.comments)):
        listing = structs.replace(listing, order="votes")  # in a skin that we do not know it may be the last of several pages
    if listing is not None:
        yield listing


def _place(root: HtmlElement) -> tuple[int, int] | None:
    """Which page of comments this is, and how many there are; None where no paging says it."""
    for pager in every(root, _PAGER):
        links = (_CPAGE.search(a.get("href", "")) for a in every(pager, ".//a[@href]"))
        numbered = [int(match[1]) for match in links if match]
        here = last_number(words(first(pager, f".//strong[not({has('direction')})]")))
        if numbered and here is not None:
            return here.value, max(*numbered, here.value)
    return None
