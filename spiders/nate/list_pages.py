"""Nate's rankings and its search (HTML, EUC-KR). C: rankings as somebody saw them in 2026-07, the search 2022 to 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Count, Cue, ListEntry, Record
from crawler import numbers, when
from crawler.addresses import asked
from crawler.markup import decoded, every, first, has, need_end, rows, target, tree, words
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED, first_rank
from spiders.nate import urls
from spiders.nate.article_pages import CHARSET

_RANKED = f"//*[{has('mduSubjectList')}] | //ul[{has('mduSubject')}]/li"
_COUNTS = {"comment": "comments", "emcnt": "emotions"}  # class of the span around a number, and what it counts
_FOUND = f"//*[@id='search-option' or {has('search-result')}]"
_DATED = re.compile(r"(?P<press>.*?)\s*\(?(?P<date>[0-9]{4}[-.][0-9]{2}[-.][0-9]{2}(?:\s+[0-9]{2}:[0-9]{2})?)\)?\s*", re.DOTALL)


@page("nate.ranking", version=3, proof="unproven")
def ranking(capture: Capture) -> Iterator[Record]:
    """A ranking, 50 a page; the first five of a page are dated. That by comments, or by emoticons, says how many each has."""
    text = decoded(capture, CHARSET)
    need_end(text)
    root = tree(text)
    items = rows(root, _RANKED)
    start, seen = first_rank(capture.context), set[str]()
    for place, item in enumerate(items):
        link = first(item, ".//a[contains(@href, '/view/')]")
        key = urls.article_key(target(link, capture.url))
        if link is None or key is None or key in seen:
            continue
        seen.add(key)
        rank = numbers.read((words(first(item, f".//*[{has('mduRank')}]//dt//em")) or "").removesuffix("위"))
        medium = first(item, f".//*[{has('medium')}]")
        date = words(first(medium, ".//em")) if medium is not None else None
        press = (words(medium) or "").removesuffix(date or "").strip() or None
        title = words(first(link, ".//h2 | .//strong")) or words(link)
        moment = when.read(date, capture.received_at) if date else None
        article = Article(key=key, url=urls.article_url(key), title=title, press=press, published=moment)
        yield ListEntry("ranking", urls.label(capture.url), rank.value if rank else start + place, article)
        for name, metric in _COUNTS.items():
            found = numbers.read(words(first(item, f".//*[{has(name)}]//em")))
            if found:
                yield Count(metric, found.value, found.raw if found.precision == "rounded" else None, article)
    if not seen:
        raise LayoutError("0 items in a ranking", "empty")
    yield from next_page(capture, root)


@page("nate.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits."""
    text, query = decoded(capture, CHARSET), asked(capture.url).get("q", "")
    need_end(text)
    root = tree(text)
    hits = rows(root, f"//ul[{has('search-list')}]/li | //*[{has('search-result')}]/ul/li", _FOUND)
    found = first(root, _FOUND)
    if not hits and found is None:
        raise LayoutError("no #search-option")
    if not hits and found is not None and first(found, ".//a[contains(@href, '/view/')]") is not None:
        raise LayoutError("articles, and no ul in div.search-result")
    if ignored(query, [words(hit) or "" for hit in hits]):
        raise LayoutError(f"search ignored: none of {len(hits)} hits has a word of {query}", "search")
    start, seen = first_rank(capture.context), set[str]()
    for place, hit in enumerate(hits):
        key = urls.article_key(target(first(hit, ".//a[contains(@href, '/view/')]"), capture.url))
        if key is None or key in seen:
            continue
        seen.add(key)
        title, summary = (words(first(hit, f".//*[{has(name)}]")) for name in ("tit", "txt"))
        said = _DATED.fullmatch(words(first(hit, f".//*[{has('time')}]")) or "")
        moment = when.read(said["date"], capture.received_at) if said else None
        press = (said["press"] or None) if said else None
        article = Article(key=key, url=urls.article_url(key), title=title, press=press, published=moment)
        shown = "\n".join(filter(None, (title, summary))) or None
        yield ListEntry("search", capture.context.get("query", query), start + place, article, shown)
    yield Cue("items", str(len(seen)))
    if seen:
        yield from next_page(capture, root)


def next_page(capture: Capture, root: HtmlElement) -> Iterator[Record]:
    """The cue `next` where a list goes on: its paging leads to the page after this one, or on (`다음`); also where it has none,
    and nobody knows."""
    here = numbers.read(asked(capture.url).get("page", "1"))
    following = str(here.value + 1 if here else 2)
    links = every(root, "//*[contains(@class, 'pag')]//a[@href]")
    if any(asked(target(a, capture.url)).get("page") == following or a.get("title") == "다음" for a in links):
        yield Cue("next", ANNOUNCED)
    elif first(root, "//*[contains(@class, 'pag')]") is None:
        yield Cue("next", "unsaid")
