"""The comments of an XE or Rhymix board, as its skins show them. R: sketchbook5 and xedition of 2026-11, FMKorea's of 2026-09
(trimmed); the votes in FMKorea's: C."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Comment, Listing, Number, State
from crawler import numbers, when_boards
from crawler.hidden import mark, need_shown
from crawler.markup import attribute, empty, first, lines_of, still, words
from crawler.pages import LayoutError
from crawler.places import order_of
from crawler.said import state_of

LISTED = "LISTED"  # our name for the order of the list
_ITEMS = "//li[starts-with(@id, 'comment_')]"
_ID = re.compile("comment_([0-9]{1,18})(_?)")
_MEMBER = re.compile("comment_[0-9]+_(-?[0-9]+)")
_DEPTH = re.compile(r"indent([0-9]{1,2})|margin-left:\s*([0-9]{1,3})%")
_INDENT = 2  # percent of the width for each level
_CASTS = {"procCommentVoteUp": "추천", "procCommentVoteDown": "비추천"}  # what a button does, and its title in other skins
# C: classes that Rhymix gives to what it shows in a comment's place, in whatever language.
_BY_OPERATOR, _HIDDEN = {"is_deleted_by_admin", "deleted_by_admin"}, {"is_deleted", "is_secret", "deleted"}
# C: the words that are there, alone, in its JSON and in versions without these classes; the writer's number is gone with his.
_PUT = re.compile(r"(?:관리자[가-힣 ]{1,9})?삭제(?:된|한) 댓글입니다\.?|비밀 ?글입니다\.?")
_LONGEST = 40  # letters in which a number stands: a search that begins anew at each digit of a long row takes for ever
_NUMBER = re.compile(r"-?[0-9][0-9,.]*(?:[천백십만억]+|[kKM])?$")


def last_number(text: str | None) -> Number | None:
    """The number at the end of a text, without the sign that votes against have here."""
    match = _NUMBER.search((text or "").strip("' []()개")[-_LONGEST:])
    return numbers.read(match[0].removeprefix("-")) if match else None


def member(number: str | None, name: str | None, post: str) -> Account | None:
    """Who wrote beside a post of that key: a member's number; of a guest only the name, which anybody may take. Both are of the
    site that the key names."""
    site = post.rpartition("/")[0] or None
    if number is not None and number.isdigit() and int(number):
        return Account(number, name, site=site)
    return Account(name, name, provider="nickname", site=site) if name else None


def put(text: str, number: str | None) -> bool:
    """Whether a comment's text is what the software puts in its place: of a member (`number`) such words are his own."""
    return number in (None, "0") and _PUT.fullmatch(text.strip()) is not None


def shown(capture: Capture, root: HtmlElement, above: list[tuple[int, str]], rank: int, post: str) -> Listing | None:
    """The comments on the page of the post of that key, without the copies of chosen ones above them (`comment_1_`); None where
    it has none. `above`: the comments that the first of the page may answer, with their depth; it goes on with those of the
    page."""
    found = list[Comment]()
    for item in still(root, _ITEMS):
        match = _ID.fullmatch(item.get("id", ""))
        if match is None:
            raise LayoutError(f"a comment with the id {item.get('id')}")
        if match[2]:
            continue
        depth = _depth(item)
        while above and above[-1][0] >= depth:
            above.pop()
        found.append(_comment(item, match[1], above[-1][1] if above else None, post, capture.received_at))
        above.append((depth, match[1]))
    need_shown(found, "a text")
    tops = [each.key for each in found if each.parent is None]
    return Listing(LISTED, order_of(tops), rank, tuple(found)) if found else None


def _depth(item: HtmlElement) -> int:
    """How deep a comment stands: 0 for one that answers the post."""
    match = _DEPTH.search(f"{item.get('class', '')} {item.get('style', '')}")
    if match is None:
        return int("re" in item.get("class", "").split())
    return int(match[1]) if match[1] else int(match[2]) // _INDENT


def _comment(item: HtmlElement, key: str, parent: str | None, post: str, seen_at: int) -> Comment:
    body, parts = _parts(item, f"comment_{key}_")
    number = _MEMBER.search(body.get("class", "")) if body is not None else None
    head = parts.get("meta", parts.get("fbMeta"))
    writer = next((each for each in head.iterdescendants("*") if _names(each)), None) if head is not None else None
    account = member(number[1] if number else None, words(writer), post)
    text = lines_of(body) if body is not None else None
    picture = attribute(first(body, ".//img[@src]"), "src") if body is not None else None
    created = when_boards.read(words(parts.get("date", parts.get("time"))), seen_at)
    votes = [
        ("likes", last_number(words(parts.get("voted_count", parts.get("추천"))))),
        ("dislikes", last_number(words(parts.get("blamed_count", parts.get("비추천"))))),
    ]
    classes = parts.keys() if body is None else set(body.get("class", "").split())
    for each in (body, head):  # a name, too, may say what a mark says
        if each is not None:
            empty(each)
    if classes & _BY_OPERATOR:
        state: State = "deleted_by_operator"
    elif text is not None:
        state = "placeholder" if classes & _HIDDEN or put(text, number[1] if number else None) else "visible"
    else:
        state = _why_hidden(mark(item), marked=bool(classes & _HIDDEN))
    likes, dislikes = (number.value if number else None for _, number in votes)
    return Comment(
        key=key,
        text=text if state == "visible" else None,
        account=account,
        parent=parent,
        created=created,
        likes=likes,
        dislikes=dislikes,
        state=state,
        attachment=picture,
        rounded=tuple([(metric, number.raw) for metric, number in votes if number and number.precision == "rounded"]),
    )


def _parts(item: HtmlElement, mark: str) -> tuple[HtmlElement | None, dict[str, HtmlElement]]:
    """The text of a comment, whose class begins with `mark`, and the first element of each class, title and vote beside: what
    stands in the text is its writer's. A page has many comments, and one pass is a tenth of a search for each."""
    body, parts = None, dict[str, HtmlElement]()
    inside = set[HtmlElement]()
    for each in item.iterdescendants("*"):
        if each in inside:
            continue
        names = each.get("class", "").split()
        if body is None and any(name.startswith(mark) for name in names):
            body, inside = each, set(each.iterdescendants("*"))
        cast = each.get("onclick", "") if each.tag == "a" else ""
        votes = (title for what, title in _CASTS.items() if what in cast)
        for name in (*names, *votes, *([each.get("title", "")] if each.tag == "a" else [])):
            parts.setdefault(name, each)
    return body, parts


def _names(element: HtmlElement) -> bool:
    """Whether an element in a comment's head has its writer's name."""
    return element.tag in ("b", "strong") or "member_" in element.get("class", "")


def _why_hidden(said: str, *, marked: bool) -> State:
    """Why a comment has no text (U: the words). A secret one is there, and not for us; only `marked`, it says no more."""
    state = "placeholder" if "비밀" in said else state_of(said, someone=False)
    return "placeholder" if marked and state == "unknown" else state
