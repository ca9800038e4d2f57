"""Daum's article page: the 2022 layout is proven by recordings; what later notes say is unproven."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Cue, Moment, Record
from crawler import when
from crawler.markup import attribute, decoded, every, first, has, meta, need_end, tree, words
from crawler.pages import LayoutError, page
from spiders.daum.urls import article_key, article_url

_TALK = '//*[contains(@class, "inner_ttalk") or contains(@class, "timetalk") or @name="timetalkFrame"]'
_INFOS = f"//*[{has('info_view')}]/span[{has('txt_info')}]"


@page("daum.article", version=4, proof="R: recorded 2022-03; the talk pane unproven", statuses=(200, 404, 410))
def article(capture: Capture) -> Iterator[Record]:
    """The article and where its comments are. R: 2022 layout; the talk pane, and where the press stands where no <meta> has
    it, are C, unproven."""
    if capture.status != 200:
        if capture.article:
            yield Article(key=capture.article, url=article_url(capture.article), state="gone")
        return
    text = decoded(capture, "utf-8")
    need_end(text)
    root = tree(text)
    body = first(root, f"//*[@id='harmonyContainer'] | //*[{has('article_view')}]")  # R: one element; C: the second alone
    title = meta(root, "og:title")
    nothing = body is None and meta(root, "og:regDate") is None  # else it is an article, in a layout that we do not know
    if nothing and capture.article and first(root, f"//p[{has('desc_empty')}]") is not None:  # C: of 2018, where none is
        yield Article(key=capture.article, url=article_url(capture.article), state="gone")
        return
    if body is None or title is None:
        raise LayoutError("no #harmonyContainer or no og:title")
    alex, actions = first(root, "//div[@id='alex-area']"), first(root, f"//*[{has('alex-actions')}]")
    post, item = (attribute(alex, "data-post-id") or "").lstrip("@"), attribute(actions, "data-item-key") or ""
    found = (post, item, article_key(capture.url), meta(root, "mccp:docId"), article_key(meta(root, "og:url") or ""))
    names = list(dict.fromkeys(name for name in found if name))
    numbers = [name for name in names if len(name) == 17 and name.isdigit()]
    hashes = [name for name in names if len(name) == 10 and name.isalnum()]
    if len(numbers) > 1 or len(hashes) > 1:  # R: each article has one of each form
        raise LayoutError(f"another article: asked {article_key(capture.url)}, the page names {' '.join(names)}", "foreign")
    if not names:
        raise LayoutError("the page names no article id")
    key = (numbers or hashes or names)[0]
    infos = every(root, _INFOS)
    authors = [_text(info) for info in infos if first(info, f".//*[{has('num_date')}]") is None]
    paragraphs = every(body, './/*[@dmcf-pid][@dmcf-ptype="general"]')
    yield Article(
        key=key,
        url=article_url(key),
        title=title,
        text="\n".join(_text(p) for p in paragraphs) if paragraphs else _text(body),
        press=_press(root),
        author=authors[0] if authors else None,
        section=attribute(first(root, "//*[@id='kakaoGnb']//ul[@data-category]"), "data-category"),
        pane="alex" if alex is not None else "talk" if first(root, _TALK) is not None else "none",
        published=when.read(meta(root, "og:regDate") or "", capture.received_at),
        modified=_modified(infos, capture),
        aliases=tuple(name for name in names if name != key),
    )
    if alex is not None:
        yield Cue("client_id", attribute(alex, "data-client-id") or "")
        yield Cue("post_key", post or key)
    if actions is not None:
        yield Cue("item_key", item or key)
        if alex is None and (client := attribute(actions, "data-client-id")):
            yield Cue("client_id", client)


def _press(root: HtmlElement) -> str | None:
    """R: a <meta>. C: the picture beside the title, to 2025; the text of the logo, since then."""
    picture = first(root, f"//*[{has('info_cp')}]//img[@alt]")
    return meta(root, "og:article:author") or attribute(picture, "alt") or words(first(root, "//*[@id='kakaoServiceLogo']"))


def _text(element: HtmlElement) -> str:
    return str(element.text_content())


def _modified(infos: list[HtmlElement], capture: Capture) -> Moment | None:
    for info in infos:
        if _text(info).strip().startswith("수정"):
            return when.read(_text(info), capture.received_at)
    return None
