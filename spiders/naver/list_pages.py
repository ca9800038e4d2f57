"""Lists of articles that the site makes: sections (with their cursor), rankings, presses. The rank is the place on the page."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml.html import HtmlElement
from msgspec import Struct

from archive.capture import Capture
from archive.records import Cue, Record
from crawler.json_text import decode
from crawler.markup import attribute, decoded, every, first, has, need_end, rows, tree, words
from crawler.pages import LayoutError, page
from spiders.naver import list_urls, urls
from spiders.naver.comments import number
from spiders.naver.entries import Item, entries


class _Component(Struct):
    renderedComponent: dict[str, str | None]


_component = msgspec.json.Decoder(_Component)


@page("naver.section", version=3, proof="unproven")
def section(capture: Capture) -> Iterator[Record]:
    """A section's page (HTML) or a further page of it (JSON with HTML). C: 2024 to 2026-09. The cue `next` is the cursor.

    C: without a Referer an empty shell comes, without the cursor page 1 again: both have status 200.
    """
    if capture.body.lstrip()[:1] == b"{":
        html = "".join(part or "" for part in decode(_component, capture.body).renderedComponent.values())
    else:
        html = decoded(capture, "utf-8")
    root = tree(html) if html.strip() else None
    latest = first(root, f"//*[{has('_CONTENT_LIST')} and @data-cursor-name]") if root is not None else None
    if root is None or latest is None:
        raise LayoutError("no list with a cursor")
    if first(latest, f".//li[{has('sa_item')}]") is None and not urls.asked(capture.url).get("next"):
        raise LayoutError("0 items on page 1 of a section", "empty")  # also where there are headlines above
    yield from entries(capture, "section", list_urls.label(capture.url), _cards(root))
    cursor = attribute(latest, "data-cursor")
    if attribute(latest, "data-has-next") == "true" and cursor:
        yield Cue("next", cursor)


def _cards(root: HtmlElement) -> Iterator[Item]:
    for card in rows(root, f"//li[{has('sa_item')}]"):
        yield Item(
            link=attribute(first(card, f".//a[{has('sa_text_title')}]"), "href"),
            title=words(first(card, f".//*[{has('sa_text_strong')}]")),
            press=words(first(card, f".//*[{has('sa_text_press')}]")),
            date=words(first(card, f".//*[{has('sa_text_datetime')}]")),
        )


@page("naver.section_old", version=3, proof="R: recorded 2022-02, re-encoded")
def section_old(capture: Capture) -> Iterator[Record]:
    """A day's list of a section (list.nhn, list.naver; gone since 2024-02), EUC-KR, 20 a page (R).

    C: beyond the last page the last one comes again; the cue `page` says which page this is, `next` the following one.
    """
    text = decoded(capture, "cp949")
    need_end(text)
    root = tree(text)
    lists = rows(root, f"//ul[{has('type06_headline')} or {has('type06')}]")
    if not lists:
        raise LayoutError("no ul.type06")
    paging = first(root, f"//*[{has('paging')}]")
    here = number(words(first(paging, "./strong")) or "") if paging is not None else 1
    if here is None:
        raise LayoutError("the list does not say which page it is")
    items = [_old_item(each) for part in lists for each in rows(part, ".//dl")]
    yield from entries(capture, "section", list_urls.label(capture.url), items, (here - 1) * 20 + 1)
    yield Cue("page", str(here))
    wanted = number(urls.asked(capture.url).get("page", "1")) or 1
    following = [urls.asked(attribute(a, "href") or "").get("page") for a in every(root, f"//*[{has('paging')}]/a")]
    if wanted == here and str(here + 1) in following:
        yield Cue("next", str(here + 1))


def _old_item(item: HtmlElement) -> Item:
    link = first(item, f"./dt[not({has('photo')})]/a[@href]")
    return Item(
        link=attribute(link, "href"),
        title=words(link),
        press=words(first(item, f".//*[{has('writing')}]")),
        date=words(first(item, f".//*[{has('date')}]")),
    )


@page("naver.ranking", version=3, proof="unproven")
def ranking(capture: Capture) -> Iterator[Record]:
    """The most viewed or most commented articles, EUC-KR. C: since 2020-10 five of each press, before 30 of all.

    The entries of one press have the same query, in the order of their ranks.
    """
    root = tree(decoded(capture, "cp949"))
    label = list_urls.label(capture.url)
    items = [
        Item(
            link=attribute(link, "href"),
            title=words(link),
            press=press,
            date=words(first(item, f".//*[{has('list_time')}]")),
            query=f"{label} {press}" if press else None,
        )
        for box in rows(root, f"//*[{has('rankingnews_box')}]")
        for press in (words(first(box, f".//*[{has('rankingnews_name')}]")),)
        for item in rows(box, ".//li")
        if (link := first(item, f".//a[{has('list_title')}]")) is not None
    ]
    for item in rows(root, f"//ol[{has('ranking_list')}]/li[{has('ranking_item')}]"):
        link = first(item, f".//*[{has('ranking_headline')}]/a[@href] | .//dt/a[@href]")
        press = words(first(item, f".//*[{has('ranking_office')}]"))
        items.append(Item(link=attribute(link, "href"), title=words(link), press=press))
    if not items:
        raise LayoutError("0 items in a ranking", "empty")
    yield from entries(capture, "ranking", label, items)


@page("naver.press", version=3, proof="unproven")
def press(capture: Capture) -> Iterator[Record]:
    """One press's ranking of a day, UTF-8. C: 2022 to 2026-01."""
    root = tree(decoded(capture, "utf-8"))
    lists = rows(root, f"//ul[{has('press_ranking_list')}]")
    if not lists:
        raise LayoutError("no ul.press_ranking_list")
    items = [
        Item(link=attribute(first(item, ".//a[@href]"), "href"), title=words(first(item, f".//*[{has('list_title')}]")))
        for part in lists
        for item in rows(part, "./li")
    ]
    if not items:
        raise LayoutError("0 items in a press's ranking", "empty")
    yield from entries(capture, "ranking", list_urls.label(capture.url), items)
