"""The article layout of before 2022-04 (news.naver.com/main/read.nhn and .naver), EUC-KR."""

from __future__ import annotations

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article
from crawler import when
from crawler.markup import attribute, every, first, has, meta, running_text, words
from crawler.pages import LayoutError
from spiders.naver import urls


def old_article(root: HtmlElement, capture: Capture, key: str) -> Article:
    """The article, without its pane. R: all but the modified time (C: a second date)."""
    body = first(root, '//*[@id="articleBodyContents"]')
    if body is None:
        raise LayoutError("no #articleBodyContents")
    dates = [words(each) or "" for each in every(root, f"//*[{has('sponsor')}]//span[{has('t11')}]")]
    logo = first(root, f"//*[{has('press_logo')}]//img[@alt]")
    author = first(root, f"//*[{has('journalistcard_summary_name')}]")
    if author is None:
        author = first(root, f"//*[{has('byline')}]//*[{has('b_text')}]")
    section = first(root, f"//em[{has('guide_categorization_item')}]")
    return Article(
        key=key,
        url=urls.article_url(key),
        title=words(first(root, '//*[@id="articleTitle"]')),
        text=running_text(body),
        press=attribute(logo, "alt") or meta(root, "me2:category1"),
        author=words(author),
        section=words(section) or meta(root, "me2:category2"),
        original=attribute(first(root, f"//*[{has('sponsor')}]//a[{has('btn_artialoriginal')}]"), "href"),
        published=when.read(dates[0], capture.received_at) if dates else None,
        modified=when.read(dates[1], capture.received_at) if len(dates) > 1 else None,
    )
