"""Daum's article page: the 2022 layout is proven by recordings; what later notes say is unproven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import lxml.etree
import lxml.html

from archive.capture import Capture
from archive.records import Article, Cue, Moment, Record
from crawler import when
from crawler.pages import LayoutError, page
from spiders.daum.urls import article_key, article_url


@page("daum.article", version=1, proof="R: recorded 2022-03", statuses=(200, 404, 410))
def article(capture: Capture) -> Iterator[Record]:
    """The article and where its comments are. R: 2022 layout; `#kakaoServiceLogo` and the talk pane are C, unproven."""
    if capture.status != 200:
        if capture.article:
            yield Article(key=capture.article, url=article_url(capture.article), state="gone")
        return
    try:
        tree = lxml.html.document_fromstring(capture.body or b"<p/>", parser=lxml.html.HTMLParser(encoding="utf-8"))
    except lxml.etree.ParserError as error:  # nothing but blanks
        raise LayoutError(str(error)) from None
    meta = {m.get("property"): m.get("content") or "" for m in tree.iterfind(".//meta[@property]")}
    if _all(tree, '//p[contains(@class, "desc_empty")]') and capture.article:  # C: the 2018 layout's missing article
        yield Article(key=capture.article, url=article_url(capture.article), state="gone")
        return
    body = _all(tree, '//*[@id="harmonyContainer"]')
    if not body or "og:title" not in meta:
        raise LayoutError("no #harmonyContainer or no og:title")
    alex = next(iter(_all(tree, '//div[@id="alex-area"]')), None)
    actions = next(iter(_all(tree, '//*[contains(concat(" ", @class, " "), " alex-actions ")]')), None)
    names = [
        (alex.get("data-post-id") or "").lstrip("@") if alex is not None else "",
        (actions.get("data-item-key") or "") if actions is not None else "",
        article_key(capture.url) or "",
        meta.get("mccp:docId", ""),
        article_key(meta.get("og:url", "")) or "",
    ]
    names = list(dict.fromkeys(name for name in names if name))
    key = next((name for name in names if len(name) == 17 and name.isdigit()), names[0] if names else None)
    if key is None:
        raise LayoutError("the page names no article id")
    talk = _all(tree, '//*[contains(@class, "inner_ttalk") or contains(@class, "timetalk") or @name="timetalkFrame"]')
    infos = _all(tree, '//span[contains(@class, "info_view")]/span[contains(@class, "txt_info")]')
    authors = [_text(info) for info in infos if not _all(info, './/span[contains(@class, "num_date")]')]
    paragraphs = _all(body[0], './/*[@dmcf-pid][@dmcf-ptype="general"]')
    yield Article(
        key=key,
        url=article_url(key),
        title=meta["og:title"],
        text="\n".join(_text(p) for p in paragraphs) if paragraphs else _text(body[0]),
        press=meta.get("og:article:author") or None,
        author=authors[0] if authors else None,
        section=_section(tree),
        pane="alex" if alex is not None else "talk" if talk else "none",
        published=when.read(meta.get("og:regDate", ""), capture.received_at),
        modified=_modified(infos, capture),
        aliases=tuple(name for name in names if name != key),
    )
    if alex is not None:
        yield Cue("client_id", alex.get("data-client-id") or "")
        yield Cue("post_key", (alex.get("data-post-id") or "").lstrip("@") or key)
    if actions is not None:
        yield Cue("item_key", actions.get("data-item-key") or key)
        if alex is None and (client := actions.get("data-client-id")):
            yield Cue("client_id", client)


def _all(element: lxml.html.HtmlElement, path: str) -> list[lxml.html.HtmlElement]:
    """The elements at an XPath."""
    return cast("list[lxml.html.HtmlElement]", element.xpath(path))


def _section(tree: lxml.html.HtmlElement) -> str | None:
    menu = next(iter(_all(tree, '//*[@id="kakaoGnb"]//ul[@data-category]')), None)
    return menu.get("data-category") if menu is not None else None


def _text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())


def _modified(infos: list[lxml.html.HtmlElement], capture: Capture) -> Moment | None:
    for info in infos:
        if _text(info).strip().startswith("수정"):
            return when.read(_text(info), capture.received_at)
    return None
