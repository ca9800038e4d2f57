"""What the pages of forums have in common: a list of posts, a post or the page that stands where none is, who wrote. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Cue, ListEntry, Listing, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.markup import decoded, every, first, target, tree, words
from crawler.matching import ignored
from crawler.pages import LayoutError
from crawler.places import ANNOUNCED, first_rank, order_of

LISTED = "LISTED"  # our name for the order of a site that gives its own none
_ALERT = re.compile(r"alert\s*\(\s*(['\"])(.{1,300}?)\1", re.DOTALL)
_ALERT_WITHIN, _FEW = 2_000, 300  # characters: a page without a post begins with its script, or says little
# U: words that sites use. What is not among them (a login, a pause for work) may pass, and is no state.
_GONE = ("삭제", "존재하지 않", "없는 글", "없는 게시", "이동된", "이동되")


class Row(NamedTuple):
    """One post in a list: `printed` has the text of each counter by its metric, `summary` what a search shows of its words."""

    article: Article
    printed: Mapping[str, str | None] = {}
    summary: str | None = None


class Post(NamedTuple):
    """A post's page: the element with its words, too."""

    key: str
    url: str
    root: HtmlElement
    body: HtmlElement


def posts(
    capture: Capture, root: HtmlElement, rows: Iterable[Row | None], query: str | None, board: str, number: str = "page"
) -> Iterator[Record]:
    """The list events of a page and the counters of its posts, and the cue `next` where the list goes on: a link leads to the
    page behind this one (`number`: the site's word for a page's number); also where no link leads to any, and nobody knows.

    A row of None is no post; one that stands there twice counts once. Of a search (`query`: what the site was asked for) a
    page of hits without any word of it raises LayoutError.
    """
    found = [row for row in rows if row is not None]
    texts = ["\n".join(filter(None, (row.article.title, row.summary))) for row in found]
    if query and ignored(query, texts):
        raise LayoutError(f"search ignored: none of {len(found)} hits has a word of {query}", "search")
    seen = set[str]()
    for rank, (row, text) in enumerate(zip(found, texts, strict=True), first_rank(capture.context)):
        if row.article.key not in seen:
            seen.add(row.article.key)
            name = capture.context.get("query", query) if query else board
            yield ListEntry("search" if query else "section", name, rank, row.article, text or None)
            yield from counts(row.printed, row.article)
    yield Cue("items", str(len(seen)))
    here = numbers.read(asked(capture.url).get(number, "1"))
    linked = {asked(target(link, capture.url)).get(number) for link in every(root, "//a[@href]")} - {None}
    if str(here.value + 1 if here else 2) in linked:
        yield Cue("next", ANNOUNCED)
    elif not linked:
        yield Cue("next", "unsaid")


def counts(printed: Mapping[str, str | None], article: Article | None = None) -> list[Count]:
    """The counters that a page prints, by metric; what is no number is none."""
    found = ((metric, numbers.read(raw)) for metric, raw in printed.items())
    return [
        Count(metric, n.value, n.raw if n.precision == "rounded" else None, article) for metric, n in found if n is not None
    ]


def opened(
    capture: Capture, charset: str, named: Callable[[str], str | None], address: Callable[[str], str], body: str
) -> Post | Article:
    """The page of a post, whose words stand at the XPath `body`; or that it is gone: its status says so, or with status 200 a
    script's alert or a few words. `named` reads a key from an address, `address` makes one.

    Raises LayoutError where the address names another post than the capture, and for any other page.
    """
    key = named(capture.url) or capture.article
    if key is None or capture.article not in (None, key):
        raise LayoutError(f"the address names {key or 'no post'}, not {capture.article}", "foreign" if key else None)
    said = None
    if capture.status == 200:
        text = decoded(capture, charset)
        root = tree(text) if text.strip() else None
        if root is not None and (found := first(root, body)) is not None:
            return Post(key, address(key), root, found)
        alert = _ALERT.search(text[:_ALERT_WITHIN])
        said = " ".join((alert[2] if alert else words(root) or "").split())
        if len(said) > _FEW or not any(word in said for word in _GONE):
            raise LayoutError(f"alert: {said}" if alert else f"no {body}")
    return Article(key=key, url=address(key), kind="post", state="gone", notice=said)


def nickname(name: str | None, ip: str | None = None) -> Account | None:
    """Who wrote, where only a nickname is known, which anybody may take (the provider says so), and a part of an address."""
    return Account(name, name, provider="nickname", ip=ip) if name else None


def listing(comments: Iterable[Comment], rank: int, sort: str = LISTED) -> Iterator[Listing]:
    """The list of a page's comments, where it has any; one that stands there twice counts once."""
    found = tuple({comment.key: comment for comment in comments}.values())
    if found:
        yield Listing(sort=sort, order=order_of([each.key for each in found]), rank=rank, comments=found)
