"""Lists, posts and comments of boards, read by the places (XPath) that a site's parsers name. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from math import isnan
from typing import Literal

from lxml.html import HtmlElement
from msgspec import Struct, structs

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Listing, Number, Record
from crawler import numbers, when_boards
from crawler.board_rows import Row, following, posts
from crawler.hidden import mark, need_shown
from crawler.markup import attribute, decoded, empty, first, lines_of, need_end, still, target, tree, words
from crawler.markup import rows as rows_of
from crawler.pages import LayoutError
from crawler.places import BEST, order_of
from crawler.said import alerted, gone, state_of
from crawler.when_boards import Yearless

NOWHERE = "./self::nowhere"  # the place of what a site does not show
IN_NAME = "in the name"
LISTED = "LISTED"  # our name for the order of a list: these sites give it none
_LONG_NAME = 200  # letters: beyond it no name and address are looked for
_NAMED = re.compile(r"(.+?)\s*\(([0-9]{1,3}(?:\.[0-9x*]{1,3}){1,3})\)", re.DOTALL)
_BOUND = re.compile(r"\s?[가-힣]?\s?(?:\+|이상|초과|미만|이하)")  # also `100개 이상`
_COUNT = re.compile(r"(?:(?<![^\s(\[])[-\u2212])?(?<![0-9.,])[0-9][0-9,.]*(?: ?[천백십만억kKMB]+)?")


class Site(Struct, frozen=True):
    """A site's name (what stands for comments there, `pane`), its charset, and how a post's URL and key become each other."""

    name: str
    charset: str
    key: Callable[[str], str | None]
    url: Callable[[str], str]


class Rows(Struct, frozen=True):
    """A list: its rows, and below each the link to the post, its title, its date, what a search shows of its text, its counts
    by metric, and its votes, where they stand together as `up - down`. `known` is also there on an empty list; `paging` is the
    parameter that numbers the pages, or their first rows (a page has `step`); `yearless` is the site's shape of a date without
    a year."""

    known: str
    rows: str
    link: str
    title: str
    date: str
    summary: str = NOWHERE
    counts: Mapping[str, str] = {}
    votes: str = NOWHERE
    paging: str = "page"
    step: int = 1
    yearless: Yearless | None = None


class Post(Struct, frozen=True):
    """A post's page: its text (which every post has), its title, date and writer's name, and its counts by metric."""

    text: str
    title: str
    date: str
    name: str = NOWHERE
    counts: Mapping[str, str] = {}


class Items(Struct, frozen=True):
    """Comments: each of them, the attribute at whose end its number stands, the rest below it. `level` is an XPath number,
    greater for a reply than for the comment above it that it answers; `who` the attribute with the writer's id; `gone` is there
    where a comment was deleted and the site does not say by whom. An `ip` of IN_NAME stands in brackets behind the name."""

    each: str
    number: str
    text: str
    date: str
    name: str
    who: str = ""
    ip: str = NOWHERE
    likes: str = NOWHERE
    dislikes: str = NOWHERE
    level: str = "number(0)"
    gone: str = NOWHERE


def count_in(text: str | None) -> str | None:
    """The one count in a text with words or brackets around it: `75` of `(75)`, `1.23만` of `조회 1.23만`. None where there is
    none, where there are several, and where it is only a bound (`99+`, `10,000 이상`)."""
    shown = " ".join((text or "").split())
    found = list(_COUNT.finditer(shown))
    bound = len(found) == 1 and _BOUND.match(shown, found[0].end()) is not None
    return found[0][0].rstrip(".,") if len(found) == 1 and not bound else None


def entries(
    capture: Capture, site: Site, layout: Rows, kind: Literal["search", "ranking", "section"], what: str
) -> Iterator[Record]:
    """One page of a list, or of a search for `what`. Raises LayoutError for a page without one."""
    text = decoded(capture, site.charset)
    need_end(text)
    root = tree(text)
    rows = rows_of(root, layout.rows, layout.known)
    if not rows and first(root, layout.known) is None:
        raise LayoutError(f"no list: {layout.known}")
    yield from posts(capture, (_row(row, capture, site, layout) for row in rows), kind, what)
    if rows:
        yield from following(capture, root, layout.paging, layout.step)


def _row(row: HtmlElement, capture: Capture, site: Site, layout: Rows) -> Row | None:
    link = first(row, layout.link)
    key = site.key(target(link, capture.url))
    if key is None:
        return None
    title, date = words(first(row, layout.title)), words(first(row, layout.date))
    moment = when_boards.read(date, capture.received_at, layout.yearless)
    article = Article(key=key, url=site.url(key), kind="post", title=title, published=moment)
    counts = {metric: count_in(words(first(row, path))) for metric, path in layout.counts.items()}
    up, _, down = (words(first(row, layout.votes)) or "").partition(" - ")
    counts |= {"likes": count_in(up), "dislikes": count_in(down)} if up else {}
    return Row(article, counts, words(first(row, layout.summary)))


def post(capture: Capture, site: Site, layout: Post) -> Generator[Record, None, HtmlElement | None]:
    """A post and its counts; gives back the page without the post's text, for what else stands on it. None, and the post is
    `gone`, where its status or an alert says so. Raises LayoutError for any other page."""
    key = site.key(capture.url)
    if key is None or capture.article not in (None, key):
        raise LayoutError(f"the address names {key or 'no post'}, not {capture.article}", "foreign" if key else None)
    text = decoded(capture, site.charset)
    root = tree(text) if capture.status == 200 and text.strip() else None
    body = first(root, layout.text) if root is not None else None
    if root is None or body is None:
        said = alerted(text) if capture.status == 200 else None
        if capture.status == 200 and not gone(said):
            raise LayoutError(f"alert: {said}" if said else f"no post: {layout.text}")
        yield Article(key=key, url=site.url(key), kind="post", state="gone", notice=said)
        return None
    need_end(text)  # its comments may stand there
    written = lines_of(body)
    empty(body)
    own = first(root, "//link[@rel='canonical'] | //meta[@property='og:url']")
    named = site.key(attribute(own, "href") or attribute(own, "content") or "")
    if named not in (None, key):
        raise LayoutError(f"another post: asked {key}, got {named}", "foreign")
    name, date = _name(first(root, layout.name)), words(first(root, layout.date))
    yield Article(
        key=key,
        url=site.url(key),
        kind="post",
        title=words(first(root, layout.title)),
        text=written,
        account=_nickname(name) if name else None,
        section=key.rpartition("/")[0],
        pane=site.name,
        published=when_boards.read(date, capture.received_at),
    )
    for metric, path in layout.counts.items():
        if (found := _number(words(first(root, path)), metric)) is not None:
            yield Count(metric, found.value, found.raw if found.precision == "rounded" else None)
    return root


def comments(
    root: HtmlElement,
    layout: Items,
    capture: Capture,
    rank: int = 1,
    sort: str = LISTED,
    above: list[tuple[float, str]] | None = None,
) -> Iterator[Listing]:
    """The comments on a page, its first at that rank; none where there are none. A reply's parent is the nearest comment above
    it of a lower level. `above`: the levels and keys that the page before ended with, then those that this one ends with; where
    a page begins with a reply and there is no such list, nobody knows."""
    found, above = list[Comment](), above if above is not None else []
    for item in still(root, layout.each):
        level = float(item.xpath(layout.level))
        if isnan(level):
            raise LayoutError(f"a comment without a level: {layout.level}")
        above[:] = [(depth, key) for depth, key in above if depth < level]
        found.append(_comment(item, layout, above[-1][1] if above else None, capture.received_at))
        above.append((level, found[-1].key))
    need_shown(found, layout.name)
    if found:
        tops = [each.key for each in found if each.parent is None]
        yield Listing(sort, "votes" if sort == BEST else order_of(tops), rank, tuple(found))


def all_of(found: Iterator[Listing], root: HtmlElement, layout: Post) -> Iterator[Listing]:
    """The comments of a page that has all. Where it declares more, nobody knows which they are: its places prove nothing."""
    declared = _number(words(first(root, layout.counts["comments"])), "comments")
    for each in found:
        more = declared is not None and declared.value > len(each.comments)
        yield structs.replace(each, order="votes") if more else each


def _comment(item: HtmlElement, layout: Items, parent: str | None, seen_at: int) -> Comment:
    key = re.search("[0-9]{1,18}$", item.get(layout.number, ""))
    if key is None:
        raise LayoutError(f"a comment without a number in {layout.number}")
    body = first(item, layout.text)
    text = lines_of(body) if body is not None else None
    picture = attribute(first(body, ".//img[@src]"), "src") if body is not None else None
    said = text or mark(item)
    if body is not None:
        empty(body)
    name = _name(first(item, layout.name))
    who = (attribute(item, layout.who) if layout.who else None) or name
    gone_from = first(item, layout.gone) is not None
    if text is None and name is not None and not gone_from:
        raise LayoutError(f"a comment without {layout.text}")
    state = "placeholder" if gone_from else state_of(said, someone=who is not None)
    places = {"likes": layout.likes, "dislikes": layout.dislikes}
    votes = {metric: _number(words(first(item, path)), metric) for metric, path in places.items()}
    return Comment(
        key=key[0],
        text=text if state in ("visible", "unknown") else None,
        account=_account(item, layout, who, name) if who else None,
        parent=parent,
        created=when_boards.read(words(first(item, layout.date)), seen_at),
        likes=votes["likes"].value if votes["likes"] else None,
        dislikes=votes["dislikes"].value if votes["dislikes"] else None,
        state=state,
        attachment=picture,
        rounded=tuple([(metric, each.raw) for metric, each in votes.items() if each and each.precision == "rounded"]),
    )


def _nickname(shown: str) -> Account:
    """Who is only known by a nickname, which anybody may take, and by the part of an address in brackets behind it."""
    both = _NAMED.fullmatch(shown) if len(shown) < _LONG_NAME else None
    name, ip = (both[1], both[2]) if both else (shown, None)
    return Account(name, name, provider="nickname", ip=ip)


def _account(item: HtmlElement, layout: Items, who: str, name: str | None) -> Account:
    """Who wrote: by the site's id where it shows one. Else only a nickname is known, which anybody may take."""
    if layout.ip == IN_NAME:
        return _nickname(who)
    ip = words(first(item, layout.ip))
    return Account(who, name, provider=None if who != name else "nickname", ip=ip.strip("()") if ip else None)


def _name(shown: HtmlElement | None) -> str | None:
    """A name that is written, or a picture that says it."""
    return words(shown) or attribute(shown, "alt")


def _number(text: str | None, metric: str) -> Number | None:
    """A count; votes against are a number, also where the site writes them below zero."""
    found = count_in(text)
    return numbers.read(found.lstrip("-\u2212") if found and metric == "dislikes" else found)
