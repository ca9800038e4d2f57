"""Naver Blog's pages: the post in the layouts of SmartEditor 2, 3 and ONE; comments and likes as Naver news serves its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Article, Count, Cue, Record
from crawler import numbers, when
from crawler.markup import attribute, decoded, empty, first, has, lines, meta, need_end, running_text, scripts, tree, words
from crawler.pages import LayoutError, page
from spiders.naver.comment_pages import listed
from spiders.naver.reaction_pages import reacted
from spiders.naver_blog import urls

_BLOG_NO = re.compile(r"\bblogNo\s*=\s*'([0-9]+)'")
# R: where each editor's title and body stand, by `editorversion`.
_LAYOUTS = {
    "2": (f"//h3[{has('tit_h3')}]", "//div[@id='viewTypeSelector']"),
    "3": (f"//*[{has('se_title')}]//*[{has('se_textarea')}]", f"//div[{has('se_component_wrap')} and {has('sect_dsc')}]"),
    "4": (f"//*[{has('se-title-text')}]", f"//div[{has('se-main-container')}]"),
}
# C: what a page says where there is no post for a reader.
_GONE = ("삭제되었거나 존재하지 않는", "유효하지 않은 요청입니다")
_RESTRICTED = ("서로이웃에게만 공개", "이웃에게만 공개", "비공개 글입니다", "비공개된 글")


@page(
    "naver_blog.post", version=4, proof="R: recorded 2026-04; a post that is gone or not for all: unproven", statuses=(200, 404)
)
def post(capture: Capture) -> Iterator[Record]:
    """A post (R), and the number of its blog for the comment service."""
    asked = capture.article or urls.article_key(capture.url)
    text = decoded(capture, "utf-8")
    need_end(text)
    root = tree(text) if text.strip() else None
    facts = first(root, "//*[@id='_post_property']") if root is not None and capture.status == 200 else None
    if root is None or facts is None:
        yield _absent(capture, _in_its_place(root) if root is not None else "", asked)
        return
    key = urls.article_key(meta(root, "og:url") or attribute(facts, "uri") or "")
    if key is None:
        raise LayoutError("the page names no post")
    if asked and key != asked:
        raise LayoutError(f"another post: asked {asked}, got {key}", "foreign")
    title, body = (first(root, path) for path in _layout(attribute(facts, "editorversion")))
    if title is None or body is None:
        raise LayoutError(f"no title or no text in the layout of editor {attribute(facts, 'editorversion')}")
    yield Article(
        key=key,
        url=urls.article_url(key),
        kind="post",
        title=words(title),
        text=lines(body),
        press=attribute(facts, "blogname"),
        account=Account(key.partition("/")[0], meta(root, "naverblog:nickname")),
        section=words(first(root, f"//*[{has('blog_category')} or {has('tit_category')}]")),
        pane="closed" if attribute(facts, "commentenable") == "false" else "cbox",
        published=when.read(attribute(facts, "adddate") or "", capture.received_at),
    )
    if (number := numbers.read(attribute(facts, "commentcount"))) is not None:
        yield Count("comments", number.value, number.raw if number.precision == "rounded" else None)
    empty(body)
    if blog_no := _BLOG_NO.search(scripts(root)):
        yield Cue("blog_no", blog_no[1])


@page("naver_blog.comments", version=2, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments with the replies among them. C: the rows and counts of Naver news, in an order of its own."""
    return listed(capture, urls.is_object_of)


@page("naver_blog.sympathy", version=1, proof="unproven")
def sympathy(capture: Capture) -> Iterator[Record]:
    """The likes of a post as Count `emotion.NAME`. C: as the reactions of Naver news."""
    return reacted(capture, urls.like_key, ("BLOG",))


def _absent(capture: Capture, text: str, asked: str | None) -> Article:
    """What stands where there is no post, by the text that a reader sees. Raises LayoutError where that does not say why."""
    said = next((words for words in (*_RESTRICTED, *_GONE) if words in text), None)
    missing = "noPost" in capture.url or capture.status == 404
    if asked is None or not (said or missing):
        raise LayoutError("no #_post_property")
    state = "restricted" if said in _RESTRICTED else "gone"
    return Article(key=asked, url=urls.article_url(asked), kind="post", state=state, notice=said)  # type: ignore[arg-type]


def _in_its_place(page: HtmlElement) -> str:
    """What a reader sees in a post's place; nothing where a post of some editor is there, whose writer may say such words."""
    there = any(first(page, title) is not None and first(page, body) is not None for title, body in _LAYOUTS.values())
    return "" if there else running_text(page)


def _layout(editor: str | None) -> tuple[str, str]:
    if editor not in _LAYOUTS:
        raise LayoutError(f"editor {editor} is not known")
    return _LAYOUTS[editor]
