"""Bobaedream's pages, UTF-8. C: public code of 2019 to 2026-09; unproven. U: the comments that a post's page lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Comment, Cue, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.forum import Row, counts, listing, nickname, opened, posts
from crawler.markup import attribute, decoded, every, first, has, lines_of, target, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from crawler.when_boards import read
from spiders.bobaedream import urls

_ITEMS = "//dd[starts-with(@id, 'small_cmt_')]/ancestor::dl[1]"
_MORE = re.compile(rf"{re.escape(urls.COMMENTS)}\?[^\s\"'<>)]{{1,300}}")
_COUNT = re.compile(r"(조회|추천)\s*\|?\s*([0-9,]+)")
_DATE = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}\s*\([월화수목금토일]\)\s*[0-9]{2}:[0-9]{2}")
_METRICS = {"조회": "views", "추천": "likes"}


@page("bobaedream.list", version=1, proof="unproven")
def board(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of what a search finds there, the newest first."""
    root = tree(decoded(capture, "utf-8"))
    rows = every(root, "//tr[@itemscope]")
    if not rows and first(root, "//table") is None:
        raise LayoutError("no tr[itemscope]")
    yield from posts(capture, root, [_row(r, capture) for r in rows], asked(capture.url).get("s_key"), urls.label(capture.url))


def _row(row: HtmlElement, capture: Capture) -> Row | None:
    """A post; a notice, and what stands above every page (`best`, `mall`), is none of the page."""
    link = first(row, f"self::*[not({has('notice')} or {has('best')} or {has('mall')})]//a[{has('bsubject')}]")
    key = urls.article_key(target(link, capture.url))
    if key is None:
        return None
    date = read(words(first(row, f"./td[{has('date')}]")), capture.received_at, "MM/DD")
    title = attribute(link, "title") or words(link)
    cells = {"comments": has("totreply"), "likes": has("recomm"), "views": has("count")}
    printed = {metric: words(first(row, f".//*[{name}]")) for metric, name in cells.items()}
    return Row(Article(key=key, url=urls.article_url(key), kind="post", title=title, published=date), printed)


@page("bobaedream.post", version=1, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counters, and the comments that its page shows: all, or of more than 100 the newest; `gone` where its status
    or a page without a post says so. The cue `more`: where the page gets the others."""
    seen = opened(capture, "utf-8", urls.article_key, urls.article_url, f"//*[{has('bodyCont')}]")
    if isinstance(seen, Article):
        yield seen
        return
    said = (words(first(seen.root, f"//*[{has('countGroup')}]")) or "").replace("\xa0", " ")
    date, title = _DATE.search(said), words(first(seen.root, "//strong[@itemprop='name']")) or ""
    yield Article(
        key=seen.key,
        url=seen.url,
        kind="post",
        title=re.sub(r"\s*\[[0-9,]+\]$", "", title) or None,
        text=lines_of(seen.body),
        account=nickname(words(first(seen.root, f"//*[{has('writerProfile')}]//*[{has('nickName')}]"))),
        section=seen.key.partition("/")[0],
        pane="bobaedream",
        published=read(date[0], capture.received_at) if date else None,
    )
    number = (words(first(seen.root, f"//*[{has('comm2')}]")) or "").strip("() ")
    declared = counts({_METRICS[name]: raw for name, raw in _COUNT.findall(said)} | {"comments": number})
    yield from declared
    inline = _comments(seen.root, capture)
    total = next((count.value for count in declared if count.metric == "comments"), 0)
    yield from listing(inline, max(1, total - len(inline) + 1))
    yield from _more(capture, seen.key)


@page("bobaedream.comments", version=1, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """Some of the other comments. U: that the answer looks as the post's page does."""
    text = decoded(capture, "utf-8")
    if "cmt" not in text:
        raise LayoutError("no comments")
    yield from listing(_comments(tree(text), capture), first_rank(capture.context))
    yield from _more(capture, urls.named(capture.url) or "")


def _more(capture: Capture, key: str) -> Iterator[Record]:
    """The addresses of comments of this post that a page names."""
    named = (urljoin(urls.SITE, unescape(path)) for path in _MORE.findall(decoded(capture, "utf-8")))
    if more := list(dict.fromkeys(url for url in named if urls.named(url) == key)):
        yield Cue("more", " ".join(more))


def _comments(root: HtmlElement, capture: Capture) -> list[Comment]:
    return [_comment(item, capture.received_at) for item in every(root, _ITEMS)]


def _comment(item: HtmlElement, seen_at: int) -> Comment:
    """A comment. C: the class of one that was deleted or blocked; by whom nobody says."""
    body = first(item, ".//dd[starts-with(@id, 'small_cmt_')]")
    key = (attribute(body, "id") or "").removeprefix("small_cmt_")
    if body is None or not key.isascii() or not key.isdigit():
        raise LayoutError("a comment without a number")
    gone, blocked = (first(item, f"ancestor::li[1][{has(name)}]") is not None for name in ("deleted", "blocked"))
    votes = [words(link) or "" for link in every(item, f".//*[{has('updownbox')}]//a")]
    up, down = (numbers.read(next((v[2:] for v in votes if v.startswith(label)), None)) for label in ("추천", "반대"))
    return Comment(
        key=key,
        text=None if gone or blocked else lines_of(body),
        account=nickname(words(first(item, f"./dt//*[{has('author')}]")) or words(first(item, f"./dt//*[{has('name')}]"))),
        created=read(words(first(item, f"./dt//*[{has('date')}]")), seen_at),
        likes=up.value if up else None,
        dislikes=down.value if down else None,
        state="placeholder" if gone else "blinded" if blocked else "visible",
        attachment=attribute(first(body, ".//img[@src]"), "src"),
    )
