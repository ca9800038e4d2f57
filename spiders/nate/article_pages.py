"""Nate's article page and what stands beside it: EUC-KR (cp949 in truth). C: public code of 2019 to 2026-07; all unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Count, Cue, Moment, Record
from crawler import numbers, when
from crawler.markup import attribute, decoded, first, has, lines_of, meta, tree, words
from crawler.pages import LayoutError, page
from crawler.said import alerted, gone
from spiders.nate import urls

CHARSET = "cp949"  # what the sites mean by EUC-KR
_TITLES = "articleSubecjt", "articleSubject", "viewTite"  # the first two are the site's own spellings (C)
_TITLE = f"//*[self::h1 or self::h3][{' or '.join(map(has, _TITLES))}] | //*[@id='articleView' or @id='cntArea']/h1"
_BODY = "//*[@id='realArtcContents'] | //*[@id='articleContetns']"
_PRESS = f"//*[{has('articleInfo')}]//*[{has('medium')}] | //a[{has('medium')}] | //a[contains(@href, '/mediaList?cp=')]"
_SAYS = "//text()[contains(., '제공하지 않') or contains(., '운영하지 않')][contains(., '댓글')]"
_OUTSIDE = "[not(ancestor::script or ancestor::*[@id='realArtcContents' or @id='articleContetns'])]/.."
_CLOSED = ("제공하지 않", "운영하지 않", "볼 수 없", "로그인", "권한")  # U: never recorded
_TOTAL = re.compile(r'"totalcount"\s*:\s*"?([0-9,]+)')


def closed(text: str) -> Cue:
    """What an alert in the place of a comment list says: that there is none for us. Raises LayoutError for any other page."""
    said = alerted(text)
    if said is None or not (gone(said) or any(word in said for word in _CLOSED)):
        raise LayoutError(f"alert: {said}" if said else "no comment list")
    return Cue("closed", said)


@page("nate.article", version=4, proof="unproven", statuses=(200, 404, 410))
def article(capture: Capture) -> Iterator[Record]:
    """An article; `gone` where its status or an alert says so."""
    asked = urls.article_key(capture.url) or capture.article
    if asked is None or capture.article not in (None, asked):
        raise LayoutError(f"the address names {asked or 'no article'}, not {capture.article}", "foreign" if asked else None)
    text = decoded(capture, CHARSET)
    root = tree(text) if capture.status == 200 and text.strip() else None
    body = first(root, _BODY) if root is not None else None
    if root is None or body is None:
        said = alerted(text) if capture.status == 200 else None
        if capture.status == 200 and not gone(said):
            raise LayoutError(f"alert: {said}" if said else "no #realArtcContents")
        yield Article(key=asked, url=urls.article_url(asked), state="gone", notice=said)
        return
    named = urls.article_key(meta(root, "og:url") or "")
    if named not in (None, asked):
        raise LayoutError(f"another article: asked {asked}, got {named} at {capture.url}", "foreign")
    notice = first(root, _SAYS + _OUTSIDE)
    yield Article(
        key=asked,
        url=urls.article_url(asked),
        title=words(first(root, _TITLE)) or meta(root, "og:title"),
        text=lines_of(body),
        press=words(first(root, _PRESS)) or attribute(first(root, f"//*[{has('articleInfo')}]//img[@alt]"), "alt"),
        section=words(first(root, f"//*[{has('snbArea')}]//li[{has('on')}]")),
        pane="closed" if notice is not None else "cmt",
        notice=words(notice),
        published=_moment(root, "firstDate", capture),
        modified=_moment(root, "lastDate", capture),
    )


def _moment(root: HtmlElement, name: str, capture: Capture) -> Moment | None:
    found = words(first(root, f"//*[{has(name)}]//em"))
    return when.read(found, capture.received_at) if found else None


@page("nate.count", version=2, proof="unproven")
def count(capture: Capture) -> Iterator[Record]:
    """The number of comments that the mobile list declares: `em#totalcnt`. C: 2019 and 2026; whether it counts replies is not
    known."""
    text = decoded(capture, CHARSET)
    found = declared(tree(text)) if text.strip() else None
    if found is None:
        raise LayoutError(f"alert: {said}" if (said := alerted(text)) else "no #totalcnt")
    yield found


def declared(root: HtmlElement) -> Count | None:
    """The number of comments that a page declares."""
    total = numbers.read(words(first(root, "//*[@id='totalcnt']")))
    return Count("comments", total.value, total.raw if total.precision == "rounded" else None) if total else None


@page("nate.emotions", version=2, proof="unproven")
def emotions(capture: Capture) -> Iterator[Record]:
    """How often the emoticons under an article were pressed, all together (C: 2026)."""
    total = _TOTAL.search(decoded(capture, CHARSET))
    if total is None or (found := numbers.read(total[1])) is None:
        raise LayoutError("no totalcount")
    yield Count("emotions", found.value)
