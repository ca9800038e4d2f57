"""DC Inside's lists, the search in one gallery (a list, too), and that in all. C: public code of 2021 to 2026-08; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Cue, Record
from crawler.addresses import asked
from crawler.board_rows import Row, following, posts
from crawler.markup import decoded, every, first, has, need_end, rows, target, tree, words
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED
from crawler.when_boards import read
from spiders.dcinside import urls
from spiders.dcinside.post_pages import CHARSET, account, date

_KNOWN = " or ".join(map(has, ("gall_list", "ub-content", "empty_list", "search_next")))
_LINK = f".//*[{has('gall_tit')}]//a[not({has('reply_numbox')})][@href]"
_REPLIES = re.compile(r"\[([0-9,]+)(?:/([0-9,]+))?\]")  # comments, and those that are voices
_NOTHING = re.compile("검색 ?결과가 없습니다")
_PLACE = re.compile("/post/p/([0-9]{1,6})/")
_COUNTS = {"views": "count", "likes": "recommend"}  # "-" is none
_BEST = "dcbest"  # the site's own best list is a gallery


@page("dcinside.list", version=3, proof="unproven")
def gallery(capture: Capture) -> Iterator[Record]:
    """A gallery's list, or what was recommended there; each post with its counters. What stands above it as a notice is no part
    of its order, and left out where not only notices are asked for."""
    root, query = _read(capture), asked(capture.url)
    best = query.get("id") == _BEST or query.get("exception_mode") == "recommend"
    yield from posts(capture, _rows(capture, root), "ranking" if best else "section", urls.label(capture.url))
    yield from following(capture, root)


@page("dcinside.gallery_search", version=3, proof="unproven")
def gallery_search(capture: Capture) -> Iterator[Record]:
    """A page of one step of a search in a gallery, which has 10,000 post numbers. Also without any hit the cue `step` is the
    address of the step after it."""
    root, query = _read(capture), asked(capture.url)
    word = query.get("s_keyword", "")
    whole = query.get("s_type") == "search_subject"  # else the words may stand where no list shows them
    yield from posts(capture, _rows(capture, root), "search", word, whole=whole)
    pages = [asked(target(a, capture.url)) for a in every(root, f"//*[{has('bottom_paging_box')}]//a[@href]")]
    if any("page" in each and "s_keyword" not in each for each in pages):
        raise LayoutError(f"search ignored: the pages of {word} are those of the plain list", "search")
    yield from (cue for cue in following(capture, root) if cue == Cue("next", ANNOUNCED))  # a step without hits has no paging
    step = target(first(root, f"//a[{has('search_next')}][@href]"), capture.url)
    if urls.position(step) is not None:
        if urls.list_page(step) != "dcinside.gallery_search" or urls.gallery(step) != urls.gallery(capture.url):
            raise LayoutError(f"the next step is of another gallery: {step}", "foreign")
        if asked(step)["s_keyword"] != word:
            raise LayoutError(f"the next step is another search: {step}", "search")
        yield Cue("step", step)


@page("dcinside.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """One page of hits in all galleries, the newest first. Its texts and its paging are [?]."""
    text = decoded(capture, CHARSET)
    need_end(text)
    root = tree(text)
    if first(root, f"//*[{has('sch_result_list')}]") is None and not _NOTHING.search(text):
        raise LayoutError("no ul.sch_result_list")
    hits = rows(root, f"//ul[{has('sch_result_list')}]/li", f"//ul[{has('sch_result_list')}]")
    yield from posts(capture, (_hit(hit, capture) for hit in hits), "search", capture.context.get("query", ""))
    shown = [int(match[1]) for a in every(root, "//a[@href]") if (match := _PLACE.search(target(a, capture.url)))]
    here = _PLACE.search(capture.url)
    if here is not None and int(here[1]) + 1 in shown:
        yield Cue("next", ANNOUNCED)


def _read(capture: Capture) -> HtmlElement:
    text = decoded(capture, CHARSET)
    need_end(text)
    root = tree(text)
    if first(root, f"//*[{_KNOWN}]") is None:
        raise LayoutError("no table.gall_list")
    return root


def _rows(capture: Capture, root: HtmlElement) -> Iterator[Row]:
    """The posts of a list. Raises LayoutError where one is of another gallery."""
    notices, home = asked(capture.url).get("exception_mode") == "notice", urls.gallery(capture.url)
    for row in rows(root, f"//tr[{has('ub-content')}][@data-no]", f"//*[{_KNOWN}]"):
        link = first(row, _LINK)
        key = urls.article_key(target(link, capture.url))
        if key is None or (row.get("data-type") == "icon_notice" and not notices):
            continue
        if (*key.split("/")[:2],) != home:
            raise LayoutError(f"foreign list: {key} in {' '.join(home)}", "foreign")
        writer, written = account(first(row, f".//*[{has('gall_writer')}]")), date(row, ".", capture.received_at)
        said = _REPLIES.search(words(first(row, f".//*[{has('reply_num')}]")) or "")
        counts = {"comments": said[1], "comments.voice": said[2]} if said else {}
        counts |= {metric: words(first(row, f".//*[{has(f'gall_{name}')}]")) for metric, name in _COUNTS.items()}
        article = Article(
            key, urls.article_url(key), "post", words(link), account=writer, section=key.split("/")[1], published=written
        )
        yield Row(article, counts)


def _hit(hit: HtmlElement, capture: Capture) -> Row | None:
    link = first(hit, f".//a[{has('tit_txt')}]")
    key = urls.article_key(target(link, capture.url))
    if key is None:
        return None
    dates = (read(words(each), capture.received_at, "MM.DD") for each in every(hit, f".//*[{has('dsc_sub')}]//span"))
    written = next((moment for moment in dates if moment), None)
    article = Article(key, urls.article_url(key), "post", words(link), section=key.split("/")[1], published=written)
    return Row(article, summary=words(first(hit, f".//*[{has('link_dsc_txt')} and not({has('dsc_sub')})]")))
