"""Daum's news search. C: public code of 2024 to 2026-03 (`ul.c-list-basic`), and of the layout before. Unproven."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Cue, ListEntry, Record
from crawler import when
from crawler.addresses import asked
from crawler.markup import decoded, every, first, has, need_end, rows, running_text, target, tree, words
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED, first_rank
from spiders.daum import urls

_HITS = f"//ul[{has('c-list-basic')} or {has('list_news')}]/li"
_TITLE = f".//*[{has('item-title')} or {has('tit_main')}]"
_SUMMARY = f".//*[{has('conts-desc')} or {has('item-contents')} or {has('desc')}]"
_DATE = f".//*[{has('gem-subinfo')}]//*[{has('txt_info')}]"
_PRESS = f".//*[{has('tit_item')}]"
_NOTHING = ("검색결과가 없", "검색 결과가 없")  # U


@page("daum.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits: those that Daum itself shows. C: the others lead to their press alone; the cue `elsewhere` stands for
    them: a page of only such ones is not the end. `hits` is the number of all."""
    text, query = decoded(capture, "utf-8"), asked(capture.url)
    need_end(text)
    root = tree(text)
    words_asked, hits = query.get("q", ""), rows(root, _HITS)
    if not hits:
        if not any(said in running_text(root) for said in _NOTHING):
            raise LayoutError("no ul.c-list-basic")
        return
    if ignored(words_asked, [words(hit) or "" for hit in hits]):
        raise LayoutError(f"search ignored: none of {len(hits)} hits has a word of {words_asked}", "search")
    seen, elsewhere = set[str](), list[str]()
    for place, hit in enumerate(hits, first_rank(capture.context)):
        key = _key(hit, capture.url)
        if key is None:
            elsewhere.append(words(first(hit, _TITLE)) or "")
        elif key not in seen:
            seen.add(key)
            yield _entry(hit, key, place, capture, words_asked)
    yield Cue("hits", str(len(hits)))
    if elsewhere:
        yield Cue("elsewhere", sha256("\n".join(elsewhere).encode()).hexdigest())
    yield from _next(root, query.get("p", "1"), capture.url)


def _key(hit: HtmlElement, base: str) -> str | None:
    found = (urls.article_key(target(link, base)) for link in every(hit, ".//a[contains(@href, '/v/')]"))
    return next((key for key in found if key is not None), None)


def _entry(hit: HtmlElement, key: str, rank: int, capture: Capture, query: str) -> ListEntry:
    title, summary, date, press = (words(first(hit, path)) for path in (_TITLE, _SUMMARY, _DATE, _PRESS))
    moment = when.read(date, capture.received_at) if date else None
    article = Article(key=key, url=urls.article_url(key), title=title, press=press, published=moment)
    shown = "\n".join(filter(None, (title, summary))) or None
    return ListEntry("search", capture.context.get("query", query), rank, article, shown)


def _next(root: HtmlElement, here: str, base: str) -> Iterator[Cue]:
    """The cue `next` where the paging leads to the page after this one; C: there is none where all hits stand on one page."""
    following = str(int(here) + 1) if here.isascii() and here.isdigit() and len(here) < 6 else "2"
    links = every(root, "//*[contains(@class, 'paging')]//a[@href]")
    if any(words(link) == following or asked(target(link, base)).get("p") == following for link in links):
        yield Cue("next", ANNOUNCED)
