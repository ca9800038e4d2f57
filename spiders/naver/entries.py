"""Entries of lists: what every list page of Naver makes of an article that it links to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from archive.capture import Capture
from archive.records import Article, Cue, ListEntry, Record
from crawler import when
from crawler.addresses import absolute
from spiders.naver import urls
from spiders.naver.comments import number

Kind = Literal["search", "ranking", "section"]


class Item(Struct, frozen=True):
    """One item of a list, in the site's words. `key` stands for `link` where the site names the article itself."""

    link: str | None = None
    key: str | None = None
    title: str | None = None
    press: str | None = None
    date: str | None = None
    shown: str | None = None
    query: str | None = None


def entries(capture: Capture, kind: Kind, query: str, items: Iterable[Item], start: int = 1) -> Iterator[Record]:
    """The entries in their order, each article once, at its place in the list. The first place is the one that the spider
    gave (`rank` in the context), else `start`.

    Cues: `items`, how many articles of Naver; `foreign`, how many items lead to none (a press that only publishes elsewhere).
    """
    seen: set[str] = set()
    foreign = 0
    for rank, item in enumerate(items, number(capture.context.get("rank", "")) or start):
        key = item.key or urls.article_key(absolute(capture.url, item.link or ""))
        if key is None:
            foreign += 1
        elif key not in seen:
            seen.add(key)
            article = Article(
                key=key,
                url=urls.article_url(key),
                title=item.title,
                press=item.press,
                published=when.read(item.date, capture.received_at) if item.date else None,
            )
            yield ListEntry(kind, item.query or query, rank, article, item.shown)
    yield Cue("items", str(len(seen)))
    if foreign:
        yield Cue("foreign", str(foreign))
