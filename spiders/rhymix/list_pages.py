"""The lists and searches of an XE or Rhymix board, as tables and as webzine. R: sketchbook5 and xedition of 2026-11, FMKorea's
table of 2026-05; FMKorea's webzine and the search of a whole site: C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import quote, quote_plus

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Cue, Record
from crawler import when_boards
from crawler.board_rows import Row, following, posts
from crawler.markup import decoded, every, first, has, need_end, rows, target, tree, words
from crawler.pages import LayoutError
from crawler.places import ANNOUNCED
from spiders.rhymix.comment_rows import last_number

_TABLES = f"//table[{has('bd_lst')}] | //*[{has('board_list')}]//table"
_ZINE = f"//*[{has('bd_zine')}]/li | //li[{has('li')}]"
_HITS = f"//*[{has('searchResult')} or {has('search_result')}]//li"
_KNOWN = f"{_TABLES} | //*[{has('bd_zine')} or {has('searchResult')} or {has('search_result')} or {has('bd_lst_wrp')}]"
_LABELS = {"조회": "views", "추천": "likes", "비추천": "dislikes", "댓글": "comments", "Reply": "comments", "Views": "views"}
_PAGER = f"//form[{has('bd_pg')}] | //*[{has('pagination')}]"
_DATES = f".//td[{has('time')}] | .//*[{has('regdate')} or {has('time')}]"


def listed(
    capture: Capture, post_of: Callable[[str], tuple[str, str] | None], kind: Literal["search", "section", "ranking"], what: str
) -> Iterator[Record]:
    """One page of a list, or of a search for `what`, without the notices that stand above every page. `post_of`: a link -> the
    post's key and address. Raises LayoutError for a page without a list."""
    text = decoded(capture, "utf-8")
    need_end(text)
    root = tree(text)
    if first(root, _KNOWN) is None:
        raise LayoutError("no list")
    found = list(_rows(capture, root, post_of))
    hits = first(root, _HITS) is not None  # the others show titles alone, and their links say what was searched
    searched = f"//a[contains(@href, 'search_keyword={quote(what)}') or contains(@href, 'search_keyword={quote_plus(what)}')]"
    if kind == "search" and found and not hits and first(root, searched) is None:
        raise LayoutError(f"search ignored: a list of {len(found)} posts whose links do not say {what}", "search")
    yield from posts(capture, found, kind, what, whole=hits)
    if first(root, _PAGER) is None:
        yield from following(capture, root)
    else:  # one without any number is of a list with one page
        yield from (cue for cue in following(capture, root) if isinstance(cue, Cue) and cue.value == ANNOUNCED)


def _rows(capture: Capture, root: HtmlElement, post_of: Callable[[str], tuple[str, str] | None]) -> Iterator[Row | None]:
    for table in every(root, _TABLES):
        columns = [words(head) or "" for head in every(table, ".//thead//th")]
        for row in rows(table, f".//tbody/tr[not({has('notice')})]"):
            link = first(row, f"./td[{has('title')}]//a[not({has('replyNum')})]")
            counts = dict(zip(columns, (words(cell) for cell in every(row, "./td")), strict=False))
            counts["댓글"] = words(first(row, f".//a[{has('replyNum')}]"))
            yield _row(capture, row, link, words(link), counts, post_of)
    for item in rows(root, _ZINE, _KNOWN):
        link = first(item, f".//a[{has('hx')} or {has('hotdeal_var8')}] | .//h3//a")
        title = words(first(item, f".//*[{has('ellipsis-target')}]")) or words(first(item, ".//h3")) or words(link)
        labels = every(item, f".//*[{has('info')}]/span[b]")
        counts = {words(first(each, "./span")) or "": words(first(each, "./b")) for each in labels}
        counts["댓글"] = counts.get("댓글") or words(first(item, f".//*[{has('comment_count')}]"))
        counts["추천"] = counts.get("추천") or words(first(item, f".//*[{has('pc_voted_count')}]//*[{has('count')}]"))
        yield _row(capture, item, link, title, counts, post_of)
    for hit in rows(root, _HITS):
        link = first(hit, ".//dt//a | .//h3//a | .//a")
        yield _row(capture, hit, link, words(link), {}, post_of, words(first(hit, ".//dd")))


def _row(
    capture: Capture,
    item: HtmlElement,
    link: HtmlElement | None,
    title: str | None,
    shown: dict[str, str | None],
    post_of: Callable[[str], tuple[str, str] | None],
    summary: str | None = None,
) -> Row | None:
    found = post_of(target(link, capture.url))
    if found is None:
        return None
    date = words(first(item, _DATES)) or shown.get("Date") or shown.get("날짜")
    article = Article(
        found[0], found[1], kind="post", title=title, published=when_boards.read(date, capture.received_at, "MM.DD")
    )
    counts = dict[str, str | None]()
    for label, text in shown.items():
        metric, number = _LABELS.get(label.removesuffix("수").strip()), last_number(text)
        if metric is not None and number is not None:
            counts[metric] = number.raw
    return Row(article, counts, summary)
