"""Articles: the layout since 2022-04 (n.news), UTF-8, and where an address leads when there is no article."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement
from msgspec import structs

from archive.capture import Capture
from archive.records import Article, Cue, Moment, Record
from crawler import when
from crawler.markup import attribute, decoded, every, first, has, meta, need_end, running_text, scripts, tree, words
from crawler.pages import LayoutError, page
from crawler.said import seen
from spiders.naver import urls
from spiders.naver.old_article import old_article
from spiders.naver.pane import option_cues, options, pane

# C: what stands on a page with status 200 where an article was taken away.
_GONE = (
    "언론사 요청에 의해 삭제된 기사입니다",
    "노출 중단 된 기사입니다",
    "존재하지 않는 기사입니다",
    "페이지를 찾을 수 없습니다",
)


@page("naver.article_old", version=3, proof="R: recorded 2022-02, re-encoded", statuses=(200, 404, 410))
@page("naver.article", version=3, proof="R: recorded 2024-01", statuses=(200, 404, 410))
def article(capture: Capture) -> Iterator[Record]:
    """An article by any of its addresses: the address that answered says which layout it is."""
    asked = capture.article or urls.article_key(capture.url)
    if capture.status != 200:
        if asked:
            yield Article(key=asked, url=urls.article_url(asked), state="gone")
        return
    service = urls.service(capture.url)
    if service in ("sports", "entertain"):  # C: an empty page that loads its article as JSON: the spider asks for that
        yield Cue("service", service)
        return
    old = urls.is_old_layout(capture.url)
    text = decoded(capture, "cp949" if old else "utf-8")
    need_end(text)
    root = tree(text)
    if first(root, '//*[@id="articleTitle" or @id="title_area"]') is None:
        shown = seen(root) if first(root, '//*[@id="articleBodyContents" or @id="dic_area"]') is None else ""
        said = next((words for words in _GONE if words in shown), None)
        if said is None or asked is None:
            raise LayoutError("no #title_area" if not old else "no #articleTitle")
        yield Article(key=asked, url=urls.article_url(asked), state="gone", notice=said)
        return
    script = scripts(root)
    found = options(script)
    key = _key(root, found, asked, capture.url)
    state, notice = pane(root, script, found)
    record = old_article(root, capture, key) if old else _article(root, capture, key)
    yield structs.replace(record, pane=state, notice=notice)
    yield from option_cues(found)


def _key(root: HtmlElement, found: dict[str, object], asked: str | None, url: str) -> str:
    """The key that the page names, else the one asked for. Raises LayoutError when they are two articles."""
    named = (urls.object_key(str(found.get("sObjectId", ""))), urls.article_key(meta(root, "og:url") or ""))
    key = next((name for name in (*named, asked) if name), None)
    if key is None:
        raise LayoutError("the page names no article")
    if asked and key != asked:
        raise LayoutError(f"another article: asked {asked}, got {key} at {url}", "foreign")
    return key


def _article(root: HtmlElement, capture: Capture, key: str) -> Article:
    """R: all but the modified time and several authors or sections, which are C."""
    body = first(root, '//*[@id="dic_area"]')
    if body is None:
        raise LayoutError("no #dic_area")
    logo = first(root, f"//*[{has('media_end_head_top')}]//img[@title or @alt]")
    authors = every(root, f"//em[{has('media_end_head_journalist_name')}]") or every(root, f"//*[{has('byline_s')}]")
    sections = every(root, f"//em[{has('media_end_categorize_item')}]")
    return Article(
        key=key,
        url=urls.article_url(key),
        title=words(first(root, '//*[@id="title_area"]')),
        text=running_text(body),
        press=attribute(logo, "title")
        or attribute(logo, "alt")
        or (meta(root, "og:article:author") or "").partition(" | ")[0]
        or None,
        author=joined(authors),
        section=joined(sections),
        original=attribute(first(root, f"//a[{has('media_end_head_origin_link')}]"), "href"),
        published=_moment(first(root, f"//*[{has('_ARTICLE_DATE_TIME')}]"), "data-date-time", capture),
        modified=_moment(first(root, f"//*[{has('_ARTICLE_MODIFY_DATE_TIME')}]"), "data-modify-date-time", capture),
    )


def _moment(element: HtmlElement | None, name: str, capture: Capture) -> Moment | None:
    """R: "2024-01-22 23:01:01", Seoul's time."""
    return when.read(attribute(element, name) or "", capture.received_at)


def joined(elements: list[HtmlElement]) -> str | None:
    """The texts of several elements, each once."""
    return ", ".join(dict.fromkeys(text for element in elements if (text := words(element)))) or None
