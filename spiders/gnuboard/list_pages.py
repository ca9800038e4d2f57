"""gnuboard's lists, in the charset that a site names. R: a board's list, its search, the list for phones, what is new, a feed.
C: the search over all boards, from gnuboard's own skin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Count, Cue, ListEntry, Moment, Record
from crawler import feeds, numbers, when, when_boards
from crawler.markup import decoded, every, first, has, named_charset, need_end, tree, words
from crawler.markup import rows as rows_of
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED, first_rank
from spiders.gnuboard import urls
from spiders.gnuboard.site import Site, unknown

PROOF = "R: recorded 2026-11 from gnuboard 5.6.34 with invented posts"
_ROWS = f"//*[@id='bo_list']//tbody/tr[not({has('bo_notice')})] | //form[@id='fnewlist']//tbody/tr"
_PHONE = f"//*[@id='bo_list']//li[not({has('bo_notice')})][.//a[{has('bo_subject')}]]"
_LISTS = "//*[@id='bo_list'] | //form[@id='fnewlist']"
_COLUMNS = {"조회": "views", "추천": "likes", "비추천": "dislikes"}
_DAY = re.compile(r"\s*[0-9]{2}-[0-9]{2}\s*")


@page("gnuboard.list", version=3, proof=PROOF)
def listing(capture: Capture) -> Iterator[Record]:
    """A page of posts with their counts, as a browser or a phone gets it; without the notices on top of it."""
    root, site = _root(capture), Site.of(capture)
    if first(root, _LISTS) is None:
        raise unknown(root, "#bo_list")
    heads = [(words(head) or "").strip() for head in every(root, "//*[@id='bo_list']//thead//th")]
    rows, found = rows_of(root, _ROWS, _LISTS) + rows_of(root, _PHONE, _LISTS), list[ListEntry]()
    posts = [row for row in rows if first(row, f"self::*[.//td[{has('empty_table')}]]") is None]
    for row in posts:
        link = site.link(row)
        if link is None:
            continue
        date = words(first(row, f".//*[{has('td_datetime')} or {has('td_date')} or {has('bo_date')}]"))
        entry = Article(key=link[0], url=link[1], kind="post", title=_title(row), published=_moment(date, capture.received_at))
        rank = first_rank(capture.context) + len(found)
        if entry.key not in {each.article.key for each in found}:
            found.append(ListEntry("section", site.label, rank, entry, entry.title))
            yield from _counts(row, heads, entry)
    if posts and not found:
        raise LayoutError(f"{len(posts)} rows without a post's number", "empty")
    if "stx" in site.query and ignored(site.query["stx"], [words(row) or "" for row in posts]):
        raise LayoutError(f"search ignored: none of {len(posts)} hits has a word of {site.query['stx']}", "search")
    yield from found
    yield from _onward(root, site, capture.url)


@page("gnuboard.search", version=3, proof="unproven")
def search(capture: Capture) -> Iterator[Record]:
    """A page of what was found on all boards; a hit in a comment is its post. Nothing, where nothing was asked."""
    root, site = _root(capture), Site.of(capture)
    query, hits = site.query.get("stx", ""), rows_of(root, f"//*[{has('sch_res_list')}]//li[.//a[{has('sch_res_title')}]]")
    yield Cue("charset", site.charset)
    if not hits and first(root, "//*[@id='sch_result' or @id='sch_res_detail']") is None:
        raise unknown(root, "#sch_result")
    if ignored(query, [words(hit) or "" for hit in hits]):
        raise LayoutError(f"search ignored: none of {len(hits)} hits has a word of {query}", "search")
    seen = set[str]()
    for rank, hit in enumerate(hits, first_rank(capture.context)):
        if (link := site.link(hit)) is not None and link[0] not in seen:
            seen.add(link[0])
            title = " ".join((words(first(hit, f".//a[{has('sch_res_title')}]")) or "").split()) or None
            date = words(first(hit, f".//*[{has('sch_datetime')}]"))
            moment = when.read(date, capture.received_at) if date else None
            entry = Article(key=link[0], url=link[1], kind="post", title=title, published=moment)
            yield ListEntry("search", capture.context.get("query", query), rank, entry, words(hit))
    if hits and not seen:
        raise LayoutError(f"{len(hits)} hits without a post's number", "empty")
    yield Cue("hits", str(len(hits)))
    yield from _onward(root, site, capture.url)


@page("gnuboard.feed", version=3, proof=PROOF)
def feed(capture: Capture) -> Iterator[Record]:
    """A board's newest posts, with their seconds."""
    site, found = Site.of(capture), feeds.items(capture)
    for rank, item in enumerate(found, 1):
        key = site.key(item.link)
        if key is None:
            raise LayoutError(f"no post: {item.link[:100]}")
        moment = when.read(item.date, capture.received_at) if item.date else None
        entry = Article(key=key, url=urls.post_url(site.base, key), kind="post", title=item.title, published=moment)
        yield ListEntry("feed", site.label, rank, entry, "\n".join(filter(None, (item.title, item.text))) or None)


def _root(capture: Capture) -> HtmlElement:
    text = decoded(capture, named_charset(capture.body))
    need_end(text)
    return tree(text)


def _title(row: HtmlElement) -> str | None:
    """A post's title without what stands beside it in its link: new, hot, the number of its comments."""
    link = first(row, f".//*[{has('bo_tit')}]/a | .//a[{has('bo_subject')}] | .//*[{has('td_subject')}]//a[last()]")
    if link is None:
        link = first(row, ".//a[contains(@href, 'wr_id=')]")
    if link is None:
        return None
    marks = f"[not(ancestor-or-self::*[{has('new_icon')} or {has('bo_cmt')} or {has('cnt_cmt')} or {has('sound_only')}])]"
    return " ".join("".join(map(str, link.xpath(f".//text(){marks}"))).split()) or None


def _counts(row: HtmlElement, heads: list[str], article: Article) -> Iterator[Count]:
    comments = numbers.read((words(first(row, f".//*[{has('cnt_cmt')}]")) or "").strip("[]()+ "))
    texts = {"comments": comments.raw if comments else None}
    cells = every(row, "./td")
    texts |= {_COLUMNS[head]: words(cell) for head, cell in zip(heads, cells, strict=False) if head in _COLUMNS}
    info = first(row, f".//*[{has('bo_info')}]")
    if info is not None:
        plain = " ".join((words(info) or "").split())
        views = first(info, f".//*[{has('bo_view')}]/text()[normalize-space()]/..")
        texts["views"] = (words(views) or "").removesuffix("회")
        for word, metric in (("추천", "likes"), ("비추천", "dislikes")):
            texts[metric] = match[1] if (match := re.search(rf"(?:^| ){word} ([0-9,]+)", plain)) else None
    for metric, text in texts.items():
        if (number := numbers.read(text)) is not None:
            yield Count(metric, number.value, number.raw if number.precision == "rounded" else None, article)


def _moment(date: str | None, seen_at: int) -> Moment | None:
    """A list's date. `11-21` is what gnuboard prints for every post but today's, also for one of years ago: its latest year
    bounds it, and nothing else does."""
    found = when_boards.read(date, seen_at, "MM-DD")
    return when_boards.at_latest(found) if _DAY.fullmatch(date or "") else found


def _onward(root: HtmlElement, site: Site, url: str) -> Iterator[Cue]:
    """Whether there is a further page, and where the posts begin that a search in a board has not looked at: it takes 10,000 at
    once (C)."""
    here = numbers.read(site.query.get("page", "1"))
    shown = [site.page_of(link) for link in every(root, f"//a[{has('pg_page')}][not({has('pg_search')})]")]
    if here is not None and max(shown, default=1) > here.value:
        yield Cue("next", ANNOUNCED)
    older = first(root, f"//a[{has('pg_search')}][{has('pg_next')}]")
    if older is not None and (part := site.asked(older).get("spt")):
        yield Cue("step", urls.older_url(url, part))
