"""News search: the official API, and the `more` endpoint of the search page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import unescape

import msgspec
from lxml.html import HtmlElement
from msgspec import Struct

from archive.capture import Capture
from archive.records import Cue, Record
from crawler import when
from crawler.json_text import decode
from crawler.markup import every, first, has, tree, words
from crawler.matching import mentions
from crawler.pages import LayoutError, page
from crawler.queries import parse
from spiders.naver import list_urls, urls
from spiders.naver.cbox import Number
from spiders.naver.comments import number
from spiders.naver.entries import Item, entries

_PRESS = f"(.//*[{has('sds-comps-profile-info-title-text')} or {has('sds-comps-profile-info-title')}])[1]"
_HITS = (
    f"//a[@data-heatmap-target='.tit'] | //*[{has('sds-comps-text-type-headline1')} and not(ancestor::a[@data-heatmap-target])]"
)
_ENOUGH = 5  # hits, none of which has a word of the query in title or summary, are not hits of that query
_TITLE = f'(.//a[@data-heatmap-target=".tit"] | .//*[{has("sds-comps-text-type-headline1")}])[1]'
_SUMMARY = '(.//a[@data-heatmap-target=".body"])[1]'
_DATE = f"(.//*[{has('sds-comps-profile-info-subtext')}])[1]"
_DATES = f"//*[{has('sds-comps-profile')}]/descendant::*[{has('sds-comps-profile-info-subtext')}][1]"


class _Hit(Struct):
    title: str
    link: str
    originallink: str | None = None
    description: str = ""
    pubDate: str | None = None


class _Hits(Struct):
    total: Number | None = None
    start: Number | None = None
    display: Number | None = None
    items: list[_Hit] | None = None
    errorCode: str | None = None
    errorMessage: str | None = None


class _Part(Struct):
    html: str | None = None


class _More(Struct):
    collection: list[_Part] | None
    url: str | None = None


_hits = msgspec.json.Decoder(_Hits)
_more = msgspec.json.Decoder(_More)


@page("naver.api", version=2, proof="R: recorded 2021-03, trimmed", statuses=(200, 400, 401, 404, 500))
def api(capture: Capture) -> Iterator[Record]:
    """Hits of the official API. R: the fields; a title has `<b>` and entities, and `link` is Naver's only for its partners.

    C: errors are JSON with a code. Cues: `total`, and `next`, the start of the next page, while there is one.
    """
    found = decode(_hits, capture.body)
    if found.items is None or found.total is None:
        raise LayoutError(f"the API says {found.errorCode or capture.status}: {found.errorMessage or 'nothing known'}")
    asked = urls.asked(capture.url)
    start, size, query = found.start or 1, found.display or len(found.items), asked.get("query", "")
    if not found.items and start <= min(found.total, 1000):
        raise LayoutError(f"0 items at {start} of {found.total}", "empty")
    text = _plain(" ".join(f"{hit.title} {hit.description}" for hit in found.items))
    if len(found.items) >= _ENOUGH and not _mentions(text, query):
        raise LayoutError(f"search ignored: none of {len(found.items)} hits has a word of {query}", "search")
    if start != (number(asked.get("start", "1")) or 1):
        raise LayoutError(f"start ignored: asked {asked.get('start')} got {start}", "repeat")
    items = (
        Item(link=hit.link, title=hit.title, date=hit.pubDate, shown=_shown(_plain(hit.title), _plain(hit.description)))
        for hit in found.items
    )
    yield from entries(capture, "search", query, items, start)
    yield Cue("total", str(found.total))
    yield from _reached(capture, (hit.pubDate for hit in found.items))
    yield from _digest(f"{hit.originallink} {hit.link}" for hit in found.items)
    if found.items and start + size <= min(found.total, 1000):  # R: display says the size asked for; C: start is at most 1000
        yield Cue("next", str(start + size))


@page("naver.search", version=4, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of search results: JSON with HTML in it. C: 2025 to 2026-08; class names but `sds-comps-*` change often.

    The articles are the links to Naver, each at its place among these; what stands around them is read where it is there.
    The cue `next` is the address of the next page. C: `collection` is null where nothing was found.
    """
    found = decode(_more, capture.body)
    query = urls.asked(capture.url).get("query", "")
    if found.url:
        following = urls.asked(found.url).get("query", query)
        if not list_urls.is_search(found.url):
            raise LayoutError(f"the next page is no search: {found.url[:200]}")
        if " ".join(following.split()) != " ".join(query.split()):
            raise LayoutError(f"search ignored: asked {query}, the next page is of {following}", "search")
    if found.collection is None:
        yield Cue("items", "0")
        return
    html = "".join(part.html or "" for part in found.collection)
    root = tree(html) if html.strip() else None
    items = list(_items(root)) if root is not None else []
    hits = max(len(items), len(every(root, _HITS)) if root is not None else 0)
    if not hits:  # nobody asks for a further page that was not announced
        which = "page 1" if urls.asked(capture.url).get("start", "1") in ("0", "1") else "a further page"
        raise LayoutError(f"0 items on {which} of a search", "empty")
    if root is not None and hits >= _ENOUGH and not _mentions(str(root.text_content()), query):
        raise LayoutError(f"search ignored: none of {hits} hits has a word of {query}", "search")
    start = number(urls.asked(capture.url).get("start", "")) or 1
    yield from entries(capture, "search", query, items, start)
    if root is not None:
        yield from _reached(capture, (words(each) for each in every(root, _DATES)))
        yield from _digest(f"{each.get('href')} {words(each)}" for each in every(root, _HITS))
    if found.url:
        yield Cue("next", found.url)


def _reached(capture: Capture, dates: Iterable[str | None]) -> Iterator[Cue]:
    """How far back a page goes (UTC ms, at the latest): the last date that can be read, of any press."""
    moments = (when.read(each, capture.received_at) for each in reversed(list(dates)) if each)
    if last := next((moment for moment in moments if moment), None):
        yield Cue("reached", str(last.end))


def _digest(hits: Iterable[str]) -> Iterator[Cue]:
    """By what a page is known again, whether its hits are Naver's or not."""
    if text := "\n".join(hits):
        yield Cue("digest", sha256(text.encode()).hexdigest()[:16])


def _mentions(text: str, query: str) -> bool:
    """Whether a text has any wanted word of what was asked; so does any text where that is no query."""
    try:
        return mentions(parse(query), text)
    except ValueError:
        return True


def _plain(text: str) -> str:
    """A text of the API without its marks. R: `<b>` around what was found, and entities."""
    return unescape(re.sub("</?b>", "", text))


def _shown(title: str, summary: str) -> str | None:
    """What a hit shows of its article; a summary's first and last word may be cut and are left out."""
    return "\n".join(filter(None, (title, *summary.split()[1:-1]))) or None


def _items(root: HtmlElement) -> Iterator[Item]:
    for link in every(root, "//a[@href]"):
        if urls.article_key(link.get("href", "")) is None:
            continue
        card = _card(link)
        title, summary = words(first(card, _TITLE)), words(first(card, _SUMMARY))
        yield Item(
            link=link.get("href"),
            title=title,
            press=words(first(card, _PRESS)),
            date=words(first(card, _DATE)),
            shown=_shown(title or "", summary or ""),
        )


def _card(link: HtmlElement) -> HtmlElement:
    """The largest element around a link that holds no other article's."""
    key, card = urls.article_key(link.get("href", "")), link
    for around in link.iterancestors():
        if any(urls.article_key(each.get("href", "")) not in (None, key) for each in every(around, ".//a[@href]")):
            break
        if len(every(around, './/a[@data-heatmap-target=".tit"]')) > 1:
            break
        card = around
    return card
