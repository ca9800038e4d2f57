"""TodayHumor's lists, search and post page, UTF-8. R, trimmed: the head of a post. C: the rest, public code of 2018 to 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Article, Count, Cue, ListEntry, Record
from archive.times import iso
from crawler import numbers, when, when_boards
from crawler.markup import attribute, decoded, empty, every, first, has, lines_of, meta, need_end, scripts, target, tree, words
from crawler.markup import rows as rows_of
from crawler.matching import ignored
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from crawler.said import alerted, gone
from spiders.nate.list_pages import next_page
from spiders.todayhumor import urls

CHARSET = "utf-8"
_ROWS = f"//tr[{has('view')}][contains(@class, 'list_tr_')]"
_LIST = f"//table[{has('table_list')}] | //*[{has('table_container')}]"
_BEST = frozenset({"humorbest", "bestofbest"})
_VOTES = re.compile(r"([0-9,]+)(?:\s*/\s*-?([0-9,]+))?")
_CELLS = {"comments": "list_memo_count_span", "views": "hits", "votes": "oknok"}
_COUNTS = {"추천": "votes", "조회수": "views", "댓글": "comments"}
_PARENT = {name: re.compile(rf"""\b{name}\s*=\s*["']([a-z0-9_]{{1,30}})["']""") for name in ("parent_table", "parent_id")}


@page("todayhumor.list", version=3, proof="unproven")
def listing(capture: Capture) -> Iterator[Record]:
    """A board, a best board, or what a search found (its context has the topic's query), with the counts of each post."""
    text, query = decoded(capture, CHARSET), urls.asked(capture.url)[2]
    need_end(text)
    root = tree(text)
    rows, searched = rows_of(root, _ROWS, _LIST), query.get("keyword") if query.get("kind") == "search" else None
    if not rows and first(root, _LIST) is None:
        raise LayoutError(f"alert: {said}" if (said := alerted(text)) else "no tr.view")
    if searched and ignored(searched, [words(row) or "" for row in rows]):
        raise LayoutError(f"search ignored: none of {len(rows)} hits has a word of {searched}", "search")
    board = query.get("table") or query.get("kind", "")
    found = set[str]()
    for row in rows:
        link = first(row, f".//*[{has('subject')}]//a[contains(@href, 'view.php')]")
        key = urls.article_key(target(link, capture.url))
        if key is None or key in found:
            continue
        date, title = words(first(row, f".//*[{has('date')}]")), words(link)
        moment = when.read(date, capture.received_at) if date else None
        moment = when_boards.at_latest(moment) if board in _BEST else moment  # U: it may be when the post came there
        entry = Article(key=key, url=urls.article_url(key), kind="post", title=title, published=moment)
        rank = first_rank(capture.context) + len(found)
        found.add(key)
        if searched is not None:
            yield ListEntry("search", capture.context.get("query", searched), rank, entry, title)
        else:
            yield ListEntry("ranking" if board in _BEST else "section", board, rank, entry, title)
        yield from _counts({name: words(first(row, f".//*[{has(cell)}]")) for name, cell in _CELLS.items()}, entry)
    if rows and not found:
        raise LayoutError(f"{len(rows)} rows without a post's number", "empty")
    yield from next_page(capture, root) if rows else ()


@page("todayhumor.post", version=4, proof="R, trimmed: recorded 2026-09", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counts. On a best board it has that board's number; where it was written is in its script."""
    asked, text = urls.article_key(capture.url), decoded(capture, CHARSET)
    if asked is None:
        raise LayoutError("the address names no post")
    root = tree(text) if capture.status == 200 and text.strip() else None
    info = first(root, f"//*[{has('writerInfoContents')}]") if root is not None else None
    if root is None or info is None:
        said = alerted(text) if capture.status == 200 else None
        if capture.status == 200 and not gone(said):
            raise LayoutError(f"alert: {said}" if said else "no .writerInfoContents")
        yield Article(key=capture.article or asked, url=urls.article_url(asked), kind="post", state="gone", notice=said)
        return
    need_end(text)  # its words stand there
    lines = dict(_line(each) for each in every(info, "./div"))
    if (named := urls.key_of(lines.get("게시물ID", ""))) not in (None, asked):
        raise LayoutError(f"another post: asked {asked}, got {named}", "foreign")
    body = first(root, f"//*[{has('viewContent')}]")
    shown = lines_of(body) if body is not None else None
    if body is not None:
        empty(body)
    cues = {name: match[1] for name, form in _PARENT.items() if (match := form.search(scripts(root)))}
    origin = f"{cues['parent_table']}/{cues['parent_id']}" if len(cues) == len(_PARENT) else asked
    if origin != asked and asked.partition("/")[0] not in _BEST:
        raise LayoutError(f"another post: asked {asked}, got {origin}", "foreign")
    written = lines.get("원글작성시간") or lines.get("등록시간")
    writer = first(info, ".//*[@id='viewPageWriterNameSpan']")
    number, name = attribute(writer, "mn"), attribute(writer, "name")
    article = Article(
        key=origin,
        url=urls.article_url(origin),
        kind="post",
        title=words(first(root, f"//*[{has('viewSubjectDiv')}]")) or meta(root, "og:title"),
        text=shown,
        account=Account(number or name or "", name) if number or name else None,
        section=board if (board := origin.partition("/")[0]) not in _BEST else None,
        pane="todayhumor",
        published=when.read(written, capture.received_at) if written else None,
        aliases=(asked,) if asked != origin else (),
    )
    yield article
    yield from _counts({metric: lines.get(label) for label, metric in _COUNTS.items()}, None)
    risen = next((value for label, value in lines.items() if label.endswith("등록시간") and label != "등록시간"), None)
    if risen is not None and asked.partition("/")[0] in _BEST:
        yield promoted(origin, asked, risen, 1, capture.received_at)
    yield from (Cue(name, value) for name, value in cues.items())


def promoted(key: str, best: str, date: str, rank: int, seen_at: int) -> ListEntry:
    """A post's way into a best board, at the place that it has in the site's own log: which number it has there, and when that
    was, in the site's time. Raises LayoutError where the time cannot be read."""
    moment = when.read(date, seen_at)
    if moment is None:
        raise LayoutError(f"no time: {date[:40]!r}")
    article = Article(key=key, url=urls.article_url(key), kind="post", aliases=(best,))
    return ListEntry("ranking", f"{best} {iso(moment.start)}", rank, article)


def _line(element: HtmlElement) -> tuple[str, str]:
    """Label and value: `조회수 : 3061`."""
    label, _, value = " ".join((words(element) or "").split()).partition(":")
    return label.replace(" ", ""), value.strip()


def _counts(texts: dict[str, str | None], article: Article | None) -> Iterator[Count]:
    """Numbers as they stand in the page: `[7]`, `5개`, `68`, `68 / 2` (likes and dislikes)."""
    for metric, text in texts.items():
        match = _VOTES.fullmatch((text or "").strip("[]개 "))
        names = ("likes", "dislikes") if metric == "votes" else (metric,)
        for name, value in zip(names, match.groups() if match else (), strict=False):
            if (number := numbers.read(value)) is not None:
                yield Count(name, number.value, None, article)
