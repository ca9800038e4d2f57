"""The rows of a forum's list or search: its posts, what the list counts of each, and whether a further page follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from lxml.html import HtmlElement
from msgspec import Struct

from archive.capture import Capture
from archive.records import Article, Count, Cue, ListEntry, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.markup import every, target
from crawler.matching import ignored
from crawler.pages import LayoutError
from crawler.places import ANNOUNCED, first_rank


class Row(Struct, frozen=True):
    """One post in a list: `counts` has the text of each counter by its metric, `summary` what a search shows of its words."""

    article: Article
    counts: Mapping[str, str | None] = {}
    summary: str | None = None


def posts(
    capture: Capture,
    rows: Iterable[Row | None],
    kind: Literal["search", "section", "ranking", "feed"],
    what: str,
    *,
    whole: bool = True,
) -> Iterator[Record]:
    """The list events of a page and the counters of its posts; a post that stands there twice counts once, None is no post.

    `what` is the board's name, or what the site was asked for: a page of hits without any word of it raises LayoutError, where
    the hits show the `whole` of what is searched.
    """
    found = [row for row in rows if row is not None]
    texts = ["\n".join(filter(None, (row.article.title, row.summary))) for row in found]
    if kind == "search" and whole and ignored(what, texts):
        raise LayoutError(f"search ignored: none of {len(found)} hits has a word of {what}", "search")
    name, seen = capture.context.get("query", what) if kind == "search" else what, set[str]()
    for rank, (row, text) in enumerate(zip(found, texts, strict=True), first_rank(capture.context)):
        if row.article.key not in seen:
            seen.add(row.article.key)
            yield ListEntry(kind, name, rank, row.article, text or None)
            for metric, raw in row.counts.items():
                if (number := numbers.read(raw)) is not None:
                    yield Count(metric, number.value, number.raw if number.precision == "rounded" else None, row.article)
    yield Cue("items", str(len(seen)))


def following(capture: Capture, root: HtmlElement, name: str = "page", step: int = 1) -> Iterator[Record]:
    """The cue `next` where the list goes on: a link leads to the page behind this one; also where no link leads to any page,
    and nobody knows. `name` is the site's word for a page's number, or for that of its first row (a page has `step`)."""
    here = numbers.read(asked(capture.url).get(name, "1"))
    linked = {asked(target(link, capture.url)).get(name) for link in every(root, "//a[@href]")} - {None}
    if str((here.value if here else 1) + step) in linked:
        yield Cue("next", ANNOUNCED)
    elif not linked:
        yield Cue("next", "unsaid")
