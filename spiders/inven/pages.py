"""Inven's pages, UTF-8: HTML, and JSON for comments. C: public code of 2019 to 2026-09; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl

import msgspec
from lxml.html import HtmlElement
from msgspec import Struct, field

from archive.capture import Capture
from archive.records import Article, Comment, Cue, Listing, Record
from crawler.addresses import asked
from crawler.forum import Row, counts, listing, nickname, opened, posts
from crawler.json_text import decode
from crawler.markup import attribute, decoded, every, first, has, lines_of, target, tree, words
from crawler.pages import LayoutError, page
from crawler.places import BEST
from crawler.when_boards import read
from spiders.inven import urls

_COUNT = re.compile(r"(조회|추천)\s*:\s*([0-9,]+)")
_PLACES = (
    *(f"//*[{has(name)}]" for name in ("articleDate", "articleWriter", "articleCategory", "articleHit")),
    *(f"//*[{has('reqnum')} and {has(name)}]//span" for name in ("reqblue", "reqred")),
)


class _Ids(Struct):
    cmtidx: int
    cmtpidx: int
    state: str | None = None


class _Row(Struct):
    ids: _Ids = field(name="__attr__")
    o_comment: str
    o_name: str | None = None
    o_date: str | None = None
    o_recommend: int | None = None
    o_notrecommend: int | None = None


class _Number(Struct):
    titlenum: int


class _Block(Struct):
    attr: _Number = field(name="__attr__")
    rows: list[_Row] = field(name="list", default_factory=list)


class _Best(Struct):
    rows: list[_Row] = field(name="list", default_factory=list)


class _Answer(Struct):
    commentlist: list[_Block]
    message: int = 1
    bestcomment: _Best | None = None


_answer = msgspec.json.Decoder(_Answer, strict=False)


@page("inven.list", version=1, proof="unproven")
def board(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of what a search finds there, the newest first."""
    root = tree(decoded(capture, "utf-8"))
    rows = every(root, f"//tr[.//a[{has('subject-link')}]][not({has('notice')})]")
    if not rows and first(root, f"//*[@id='new-board' or {has('board-list')}]") is None:
        raise LayoutError("no .board-list")
    query = asked(capture.url).get("keyword")
    yield from posts(capture, root, [_row(row, capture) for row in rows], query, urls.label(capture.url), "p")


def _row(row: HtmlElement, capture: Capture) -> Row | None:
    link = first(row, f".//a[{has('subject-link')}]")
    key = urls.article_key(target(link, capture.url))
    if link is None or key is None:
        return None
    title = (words(link) or "").removeprefix(words(first(link, f"./*[{has('category')}]")) or "").strip()
    date = read(words(first(row, f"./td[{has('date')}]")), capture.received_at, "MM-DD")
    printed = {metric: words(first(row, f"./td[{has(name)}]")) for metric, name in (("views", "view"), ("likes", "reco"))}
    printed["comments"] = (words(first(row, f".//*[{has('con-comment')}]")) or "").strip("[] ")
    return Row(Article(key=key, url=urls.article_url(key), kind="post", title=title or None, published=date), printed)


@page("inven.post", version=1, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post with its votes; `gone` where its status or a page without a post says so."""
    seen = opened(capture, "utf-8", urls.article_key, urls.article_url, "//*[@id='powerbbsContent']")
    if isinstance(seen, Article):
        yield seen
        return
    date, name, section, hits, up, down = (words(first(seen.root, path)) for path in _PLACES)
    yield Article(
        key=seen.key,
        url=seen.url,
        kind="post",
        title=words(first(seen.root, f"//*[{has('articleTitle')}]//h1")),
        text=lines_of(seen.body),
        account=nickname(name),
        section=section,
        pane="inven",
        published=read(date, capture.received_at),
    )
    said = dict(_COUNT.findall(hits or ""))
    yield from counts({"views": said.get("조회"), "likes": up or said.get("추천"), "dislikes": down})


@page("inven.comments", version=1, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """The newest comments, or one older block of 100; `form` in the context says which was asked for.

    The cue `blocks`: the numbers of the blocks that the answer names without their comments, the oldest first.
    """
    found = decode(_answer, capture.body)
    if found.message != 1:
        raise LayoutError(f"message {found.message}")
    asked_for = dict(parse_qsl(capture.context.get("form", ""))).get("titles", "0")
    named = sorted({block.attr.titlenum for block in found.commentlist if block.attr.titlenum > 0})
    if closed := [n for block in found.commentlist if not block.rows and (n := block.attr.titlenum) > 0]:
        yield Cue("blocks", " ".join(str(n) for n in sorted(closed)))
    if found.bestcomment and found.bestcomment.rows and asked_for == "0":
        best = tuple([_comment(row, capture.received_at) for row in found.bestcomment.rows])
        yield Listing(sort=BEST, order="votes", rank=1, comments=best)
    for block in found.commentlist:
        if str(block.attr.titlenum) == asked_for:
            rank = max(1, block.attr.titlenum - 99) if block.attr.titlenum else max(named, default=0) + 1
            yield from listing([_comment(row, capture.received_at) for row in block.rows], rank, "date")


def _comment(row: _Row, seen_at: int) -> Comment:
    """A comment; its words are HTML that was escaped twice. C: a state other than Y hides it; why nobody says."""
    body = tree(f"<div>{unescape(row.o_comment)}</div>")
    visible = row.ids.state in (None, "Y")
    return Comment(
        key=str(row.ids.cmtidx),
        text=lines_of(body) if visible else None,
        account=nickname(row.o_name),
        parent=str(row.ids.cmtpidx) if row.ids.cmtpidx not in (0, row.ids.cmtidx) else None,
        created=read(row.o_date, seen_at),
        likes=row.o_recommend,
        dislikes=row.o_notrecommend,
        state="visible" if visible else "unknown",
        attachment=attribute(first(body, ".//img[@src]"), "src"),
    )
