"""Pann's search and rankings, UTF-8. C: public code of 2017 to 2026-08; unproven."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Article, Count, Cue, ListEntry, Moment, Record
from crawler import numbers, when
from crawler.addresses import asked
from crawler.markup import attribute, decoded, first, has, need_end, rows, target, tree, words
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from spiders.nate.list_pages import next_page
from spiders.pann import urls
from spiders.pann.post_pages import CHARSET

_FOUND = f"//*[{has('srcharea')} or {has('s_list')} or {has('no_result')}]"
_COUNTS = {"reple-num": "comments", "count": "views", "rcm": "likes"}  # class of the number, and what it counts


@page("pann.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits, the newest first."""
    text, query = decoded(capture, CHARSET), asked(capture.url).get("q", "")
    need_end(text)
    root = tree(text)
    hits = rows(root, f"//ul[{has('s_list')}]/li", _FOUND)
    if not hits and first(root, _FOUND) is None:
        raise LayoutError("no ul.s_list")
    if ignored(query, [words(hit) or "" for hit in hits]):
        raise LayoutError(f"search ignored: none of {len(hits)} hits has a word of {query}", "search")
    seen = set[str]()
    for rank, hit in enumerate(hits, first_rank(capture.context)):
        link = first(hit, f".//a[{has('subject')}] | .//*[{has('tit')}]//a")
        key = urls.article_key(target(link, capture.url))
        if key is not None and key not in seen:
            seen.add(key)
            date = words(first(hit, f".//*[{has('date')}]"))
            title, summary = words(link), words(first(hit, f".//*[{has('txt')}]"))
            moment = when.read(date, capture.received_at) if date else None
            shown = "\n".join(filter(None, (title, summary))) or None
            yield ListEntry("search", capture.context.get("query", query), rank, _article(key, title, moment), shown)
    yield Cue("items", str(len(seen)))
    if seen:
        yield from next_page(capture, root)


@page("pann.ranking", version=3, proof="unproven")
def ranking(capture: Capture) -> Iterator[Record]:
    """A ranking (톡커들의 선택) with the counters of each post."""
    text = decoded(capture, CHARSET)
    need_end(text)
    root = tree(text)
    seen = set[str]()
    for place, item in enumerate(rows(root, f"//ul[{has('post_wrap')}]/li"), first_rank(capture.context)):
        link = first(item, ".//dt//a[contains(@href, '/talk/')]")
        key = urls.article_key(target(link, capture.url))
        if key is None or key in seen:
            continue
        seen.add(key)
        rank = numbers.read(words(first(item, f".//*[{has('rankNum')}]/span | .//em[{has('num')}]")))
        article = _article(key, attribute(link, "title") or words(link))
        yield ListEntry("ranking", urls.label(capture.url), rank.value if rank else place, article)
        for name, metric in _COUNTS.items():
            text = words(first(item, f".//*[{has(name)}]")) or ""
            if (found := numbers.read(text.strip("()").removeprefix("조회").removeprefix("추천"))) is not None:
                yield Count(metric, found.value, found.raw if found.precision == "rounded" else None, article)
    if not seen:
        raise LayoutError("0 items in a ranking", "empty")
    yield from next_page(capture, root)


def _article(key: str, title: str | None, published: Moment | None = None) -> Article:
    return Article(key=key, url=urls.article_url(key), kind="post", title=title, published=published)
