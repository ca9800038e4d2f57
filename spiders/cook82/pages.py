"""82cook's pages, UTF-8. C: public code of 2020 to 2026-09; unproven. All comments stand on the post's page, without votes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Article, Comment, Record
from crawler.addresses import asked
from crawler.forum import Row, counts, listing, nickname, opened, posts
from crawler.markup import attribute, decoded, every, first, has, lines_of, target, tree, words
from crawler.pages import LayoutError, page
from crawler.when_boards import read
from spiders.cook82 import urls

_LINK = f"./td[{has('title')}]//a[contains(@href, 'read.php')][not({has('photolink')} or {has('bbs_title_word')})]"
_HEAD = re.compile(r"조회수\s*:\s*(?P<views>[0-9,]+).*작성일\s*:\s*(?P<date>[0-9: -]+)", re.DOTALL)
_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9x*]{1,3}){3}")


@page("82cook.list", version=1, proof="unproven")
def board(capture: Capture) -> Iterator[Record]:
    """One page of a board, or of what a search finds there, the newest first."""
    root = tree(decoded(capture, "utf-8"))
    if first(root, "//*[@id='bbs']//table") is None:
        raise LayoutError("no #bbs")
    rows = [_row(row, capture) for row in every(root, f"//*[@id='bbs']//tr[not({has('noticeList')})]")]
    yield from posts(capture, root, rows, asked(capture.url).get("keys"), urls.label(capture.url))


def _row(row: HtmlElement, capture: Capture) -> Row | None:
    link, dated = first(row, _LINK), first(row, f"./td[{has('regdate')}]")
    key = urls.article_key(target(link, capture.url))
    if key is None:
        return None
    date = read(attribute(dated, "title") or words(dated), capture.received_at)
    post = Article(key=key, url=urls.article_url(key), kind="post", title=words(link), published=date)
    return Row(post, {"comments": words(first(row, f"./td[{has('title')}]/em")), "views": words(first(row, "./td[last()]"))})


@page("82cook.post", version=1, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counters and all its comments; `gone` where its status, or a page without a post, says so."""
    seen = opened(capture, "utf-8", urls.article_key, urls.article_url, "//*[@id='articleBody']")
    if isinstance(seen, Article):
        yield seen
        return
    head = _HEAD.search(words(first(seen.root, "//*[@id='readHead']")) or "")
    yield Article(
        key=seen.key,
        url=seen.url,
        kind="post",
        title=words(first(seen.root, f"//h4[{has('bbstitle')}]")),
        text=lines_of(seen.body),
        account=nickname(words(first(seen.root, f"//*[@id='readHead']//*[{has('readLeft')}]//strong"))),
        pane="82cook",
        published=read(head["date"].strip(), capture.received_at) if head else None,
    )
    declared = words(first(seen.root, f"//strong[{has('total_reple')}]"))
    yield from counts({"views": head and head["views"], "comments": declared})
    items = every(seen.root, f"//ul[{has('reples')}]/li[{has('rp')}]")
    yield from listing([_comment(item, capture.received_at) for item in items], 1)


def _comment(item: HtmlElement, seen_at: int) -> Comment:
    """A comment; one with the class `delReple` was deleted, and the site does not say by whom."""
    key, body, gone = item.get("data-rn"), first(item, "./p"), first(item, f"self::*[{has('delReple')}]") is not None
    if not key or (body is None and not gone):
        raise LayoutError("a comment without its number or its words")
    ip = _IP.search(words(first(item, f".//em[{has('ip')}]")) or "")
    return Comment(
        key=key,
        text=lines_of(body) if body is not None and not gone else None,
        account=nickname(words(first(item, "./h5//strong")), ip[0] if ip else None),
        created=read(words(first(item, f".//*[{has('repleFunc')}]//em[not({has('ip')})]")), seen_at),
        state="placeholder" if gone else "visible",
        attachment=attribute(first(item, "./p//img[@src]"), "src"),
    )
