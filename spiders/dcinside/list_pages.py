"""DC Inside's lists, the search in one gallery (a list, too), and that in all. C: public code of 2021 to 2026-08; unproven."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Literal

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Count, Cue, ListEntry, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.markup import decoded, every, first, has, target, tree, words
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED, first_rank
from crawler.when_boards import read
from spiders.dcinside import urls
from spiders.dcinside.post_pages import CHARSET, account, date
from spiders.nate.list_pages import next_page

_KNOWN = " or ".join(map(has, ("gall_list", "ub-content", "empty_list", "search_next")))
_REPLIES = re.compile(r"\[([0-9,]+)(?:/([0-9,]+))?\]")  # comments, and those that are voices
_NOTHING = re.compile("검색 ?결과가 없습니다")
_PLACE = re.compile("/post/p/([0-9]{1,6})/")
_BEST = "dcbest"  # the site's own best list is a gallery


@page("dcinside.list", version=1, proof="unproven")
def gallery(capture: Capture) -> Iterator[Record]:
    """A gallery's list, or what was recommended there; each post with its counters. What stands above it as a notice is no part
    of its order, and left out where not only notices are asked for."""
    query = asked(capture.url)
    best = query.get("id") == _BEST or query.get("exception_mode") == "recommend"
    yield from _list(capture, "ranking" if best else "section", urls.label(capture.url))


@page("dcinside.gallery_search", version=1, proof="unproven")
def gallery_search(capture: Capture) -> Iterator[Record]:
    """A page of one step of a search in a gallery, which has 10,000 post numbers. Also without any hit the cue `step` is the
    address of the step after it."""
    asked_for = asked(capture.url).get("s_keyword", "")
    root = yield from _list(capture, "search", asked_for)
    pages = [
        asked(target(a, capture.url)) for a in every(root, f"//*[{has('bottom_paging_box')}]//a[contains(@href, 'page=')]")
    ]
    if any("s_keyword" not in query for query in pages if "page" in query):
        raise LayoutError(f"search ignored: the pages of {asked_for} are those of the plain list", "search")
    following = target(first(root, f"//a[{has('search_next')}][@href]"), capture.url)
    if urls.position(following) is not None:
        if urls.list_page(following) != "dcinside.gallery_search" or urls.gallery(following) != urls.gallery(capture.url):
            raise LayoutError(f"the next step is of another gallery: {following}", "foreign")
        if asked(following).get("s_keyword") != asked_for:
            raise LayoutError(f"the next step is another search: {following}", "search")
        yield Cue("step", following)


@page("dcinside.search", version=1, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits in all galleries, the newest first. Its texts and its paging are [?]."""
    text, query = decoded(capture, CHARSET), capture.context.get("query", "")
    root = tree(text)
    hits = every(root, f"//ul[{has('sch_result_list')}]/li")
    if not hits and first(root, f"//*[{has('sch_result_list')}]") is None and not _NOTHING.search(text):
        raise LayoutError("no ul.sch_result_list")
    if ignored(query, [words(hit) or "" for hit in hits]):
        raise LayoutError(f"search ignored: none of {len(hits)} hits has a word of {query}", "search")
    seen = set[str]()
    for place, hit in enumerate(hits, first_rank(capture.context)):
        link = first(hit, f".//a[{has('tit_txt')}]")
        key = urls.article_key(target(link, capture.url))
        if key is None or key in seen:
            continue
        seen.add(key)
        title, summary = words(link), words(first(hit, f".//*[{has('link_dsc_txt')} and not({has('dsc_sub')})]"))
        dates = (read(words(each), capture.received_at, "MM.DD") for each in every(hit, f".//*[{has('dsc_sub')}]//span"))
        article = Article(
            key=key, url=urls.article_url(key), kind="post", title=title, section=key.split("/")[1],
            published=next((moment for moment in dates if moment), None),
        )  # fmt: skip
        yield ListEntry("search", query, place, article, "\n".join(filter(None, (title, summary))) or None)
    yield Cue("items", str(len(seen)))
    shown = [int(match[1]) for a in every(root, "//a[@href]") if (match := _PLACE.search(target(a, capture.url)))]
    here = _PLACE.search(capture.url)
    if here is not None and any(number == int(here[1]) + 1 for number in shown):
        yield Cue("next", ANNOUNCED)


def _list(capture: Capture, kind: Literal["section", "ranking", "search"], query: str) -> Generator[Record, None, HtmlElement]:
    """The posts of a list, and the cue `next`; comes back with the page itself."""
    root = tree(decoded(capture, CHARSET))
    if first(root, f"//*[{_KNOWN}]") is None:
        raise LayoutError("no table.gall_list")
    place, notices = first_rank(capture.context), asked(capture.url).get("exception_mode") == "notice"
    home = urls.gallery(capture.url)
    for row in every(root, f"//tr[{has('ub-content')}][@data-no]"):
        key = urls.article_key(
            target(first(row, f".//*[{has('gall_tit')}]//a[not({has('reply_numbox')})][@href]"), capture.url)
        )
        if key is None or (row.get("data-type") == "icon_notice" and not notices):
            continue
        if (*key.split("/")[:2],) != home:
            raise LayoutError(f"foreign list: {key} in {' '.join(home)}", "foreign")
        yield from _row(row, capture, kind, query, place, key)
        place += 1
    # A step of a search without hits may have no paging at all: it is the step behind it that goes on.
    yield from (cue for cue in next_page(capture, root) if kind != "search" or cue == Cue("next", ANNOUNCED))
    return root


def _row(
    row: HtmlElement, capture: Capture, kind: Literal["section", "ranking", "search"], query: str, place: int, key: str
) -> Iterator[Record]:
    title = words(first(row, f".//*[{has('gall_tit')}]//a[not({has('reply_numbox')})]"))
    writer = account(first(row, f".//*[{has('gall_writer')}]"))
    article = Article(
        key=key, url=urls.article_url(key), kind="post", title=title, account=writer, section=key.split("/")[1],
        published=date(row, ".", capture.received_at),
    )  # fmt: skip
    yield ListEntry(kind, query, place, article, title)
    said = _REPLIES.search(words(first(row, f".//*[{has('reply_num')}]")) or "")
    counted = {"comments": said[1], "comments.voice": said[2]} if said else {}
    counted |= {
        metric: words(first(row, f".//*[{has(name)}]"))
        for metric, name in (("views", "gall_count"), ("likes", "gall_recommend"))
    }
    for metric, text in counted.items():
        if (found := numbers.read(text)) is not None:  # "-" is none
            yield Count(metric, found.value, found.raw if found.precision == "rounded" else None, article)
