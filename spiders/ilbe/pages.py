"""Ilbe's pages, UTF-8. C: public code of 2019 to 2026-09; unproven. A name may have the beginning of an address behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Article, Comment, Cue, Record
from crawler import numbers
from crawler.addresses import asked
from crawler.forum import Row, counts, listing, nickname, opened, posts
from crawler.markup import attribute, decoded, every, first, has, lines_of, meta, target, tree, words
from crawler.pages import LayoutError, page
from crawler.places import first_rank
from crawler.when_boards import read
from spiders.ilbe import urls
from spiders.nate.items import state_of

_LISTS = f"//ul[{has('board-body')}] | //*[{has('search-list')}]/ul"
_ROWS = f"./li[not({has('notice-line')} or {has('ad-line')} or {has('title-line')})]"
_LINK = f".//a[({has('subject')} or {has('title')}) and contains(@href, '/view/')]"
_NAME = re.compile(r"(?P<name>.*?)\s*(?:\((?P<ip>[0-9x*.]{1,15})\))?", re.DOTALL)
_PAGE = re.compile(r"loadComment\(\s*'?([0-9]{1,6})")
_VOTE = f"//*[{has('recomm-vote')}]"


@page("ilbe.list", version=1, proof="unproven")
def board(capture: Capture) -> Iterator[Record]:
    """One page of a board, the newest first, or of what a search finds in all boards."""
    root = tree(decoded(capture, "utf-8"))
    lines = first(root, _LISTS)
    if lines is None:
        raise LayoutError("no ul.board-body")
    rows = [_row(row, capture) for row in every(lines, _ROWS)]
    yield from posts(capture, root, rows, asked(capture.url).get("q"), urls.label(capture.url))


def _row(row: HtmlElement, capture: Capture) -> Row | None:
    link, date = first(row, _LINK), words(first(row, f".//*[{has('date')}]"))
    key = urls.article_key(target(link, capture.url))
    if key is None:
        return None
    when = read(date, capture.received_at)
    cells = {"comments": f".//*[{has('comment')}]/a", "views": f"./*[{has('view')}]", "likes": f"./*[{has('recomm')}]"}
    printed = {metric: words(first(row, path)) for metric, path in cells.items()}
    article = Article(key=key, url=urls.article_url(key), kind="post", title=words(link), published=when)
    return Row(article, printed, words(first(row, f".//*[{has('content')}]")))


@page("ilbe.post", version=1, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post with its votes; `gone` where its status or a page without a post says so."""
    seen = opened(capture, "utf-8", urls.article_key, urls.article_url, f"//*[{has('post-content')}]")
    if isinstance(seen, Article):
        yield seen
        return
    root = seen.root
    yield Article(
        key=seen.key,
        url=seen.url,
        kind="post",
        title=words(first(root, f"//*[{has('post-header')}]/h3")) or meta(root, "og:title"),
        text=lines_of(seen.body),
        account=_account(first(root, f"//*[{has('post-header')}]//*[{has('nick')}]")),
        pane="ilbe",
        published=read(words(first(root, f"//*[{has('post-count')}]//*[{has('date')}]")), capture.received_at),
    )
    cells = {
        "likes": f"//*[@id='btn_vote_up']//em | {_VOTE}[not({has('bad')})]/em",
        "dislikes": f"//*[@id='btn_vote_down']//em | {_VOTE}[{has('bad')}]/em",
        "comments": f"//*[{has('post-count')}]//*[{has('comment-num')}]",
    }
    yield from counts({metric: words(first(root, path)) for metric, path in cells.items()})


@page("ilbe.comments", version=1, proof="unproven")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments: a piece of HTML. C: the depth of a reply. U: that it answers the comment of depth 0 above it."""
    text = decoded(capture, "utf-8")
    root = tree(text) if text.strip() else None
    if root is None or first(root, "//*[contains(@class, 'comment')]") is None:
        raise LayoutError("no comment list")
    here = numbers.read(asked(capture.url).get("page", "1"))
    if here and max((int(number) for number in _PAGE.findall(text)), default=1) <= here.value:
        yield Cue("last", "true")
    above, found = None, list[Comment]()
    for item in every(root, f"//*[{has('comment-item')}]"):
        found.append(_comment(item, above, capture.received_at))
        above = found[-1].key if found[-1].parent is None else above
    yield from listing(found, first_rank(capture.context))


def _comment(item: HtmlElement, above: str | None, seen_at: int) -> Comment:
    good, bad = (first(item, f".//em[starts-with(@id, 'cnt_{name}_')]") for name in ("good", "bad"))
    key = re.search("[0-9]{3,18}$", item.get("id") or attribute(good, "id") or "")
    account, body = _account(first(item, f".//*[{has('global-nick')}]")), first(item, f".//span[{has('cmt')}]")
    if key is None or (account is not None and body is None):
        raise LayoutError("a comment without its number or its words")
    text = lines_of(body) if body is not None else None
    state = state_of(text or words(item), someone=account is not None)
    likes, dislikes = numbers.read(words(good)), numbers.read(words(bad))
    return Comment(
        key=key[0],
        text=text if state == "visible" else None,
        account=account,
        parent=above if item.get("data-depth", "0") != "0" else None,
        created=read(words(first(item, f".//*[{has('date-line')}]")), seen_at),
        likes=likes.value if likes else None,
        dislikes=dislikes.value if dislikes else None,
        state=state,
        attachment=attribute(first(item, f".//img[{has('comment-image')}]"), "src"),
    )


def _account(shown: HtmlElement | None) -> Account | None:
    match = _NAME.fullmatch(words(shown) or "")
    return nickname(match["name"], match["ip"]) if match else None
