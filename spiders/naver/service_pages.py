"""Sports and entertainment: JSON since their pages are empty (2023-24). Nothing here was ever recorded (C: public code)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Article, Cue, Record
from crawler.addresses import host_and_path
from crawler.json_text import decode
from crawler.markup import piece, running_text
from crawler.pages import LayoutError, page
from spiders.naver import list_urls, urls
from spiders.naver.cbox import Number
from spiders.naver.entries import Item, entries


class _Body(Struct):
    title: str
    content: str | None = None
    refinedContent: str | None = None


class _Info(Struct):
    article: _Body


class _ArticleResult(Struct):
    articleInfo: _Info


class _ArticlePage(Struct):
    result: _ArticleResult


class _Entry(Struct):
    oid: str | None = None
    aid: str | None = None
    officeId: str | None = None
    articleId: str | None = None
    title: str | None = None
    sourceName: str | None = None
    officeName: str | None = None
    dateTime: str | None = None
    articleTime: str | None = None


class _Entries(Struct):
    newsList: list[_Entry]
    totalCount: Number | None = None


class _ListPage(Struct):
    result: _Entries | list[_Entry]


_article = msgspec.json.Decoder(_ArticlePage)
_list = msgspec.json.Decoder(_ListPage)


@page("naver.entertain", version=3, proof="unproven", statuses=(200, 404))
@page("naver.sports", version=3, proof="unproven", statuses=(200, 404))
def service_article(capture: Capture) -> Iterator[Record]:
    """A sports or entertainment article. C: the title and the body as HTML; where its time stands is not known."""
    key = urls.article_key(capture.url)
    if key is None or (capture.article and capture.article != key):
        raise LayoutError(f"the address names {key or 'no article'}, not {capture.article}")
    if capture.status == 404:
        yield Article(key=key, url=urls.article_url(key), state="gone")
        return
    body = decode(_article, capture.body).result.articleInfo.article
    html = body.content or body.refinedContent
    text = running_text(piece(html)) if html and html.strip() else None
    yield Article(key=key, url=urls.article_url(key), title=body.title, text=text, section=urls.service(capture.url))


@page("naver.entertain_list", version=1, proof="unproven")
@page("naver.sports_list", version=1, proof="unproven")
def service_list(capture: Capture) -> Iterator[Record]:
    """A list of a section, or the most viewed. C: entertainment's ranking is a bare list with other field names."""
    result = decode(_list, capture.body).result
    found = result if isinstance(result, list) else result.newsList
    total = None if isinstance(result, list) else result.totalCount
    if not found and total != 0 and urls.asked(capture.url).get("page", "1") == "1":
        raise LayoutError("0 items on page 1 of a list", "empty")
    ranked = "ranking" in host_and_path(capture.url)[1]
    yield from entries(capture, "ranking" if ranked else "section", list_urls.label(capture.url), map(_item, found))
    if total is not None:
        yield Cue("total", str(total))


def _item(entry: _Entry) -> Item:
    oid, aid = entry.oid or entry.officeId, entry.aid or entry.articleId
    if not oid or not aid or urls.object_key(f"news{oid},{aid}") is None:
        raise LayoutError(f"{oid}/{aid} is no article")
    return Item(
        key=f"{oid}/{aid}",
        title=entry.title,
        press=entry.sourceName or entry.officeName,
        date=entry.dateTime or entry.articleTime,
    )
