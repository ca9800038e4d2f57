"""DC Inside's post page, UTF-8. C: public code of 2021 to 2026-08; unproven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.capture import Capture
from archive.records import Account, Article, Count, Cue, Moment, Record
from crawler import numbers
from crawler.addresses import host_and_path
from crawler.markup import attribute, decoded, empty, first, has, lines_of, meta, need_end, target, tree, words
from crawler.pages import LayoutError, page
from crawler.said import alerted, gone
from crawler.when_boards import read
from spiders.dcinside import urls

CHARSET = "utf-8"
HIDDEN = ("e_s_n_o", "board_type", "_GALLTYPE_", "secret_article_key")  # inputs that the comments are asked with
_COUNTS = {  # metric: where its number stands; of those of the head the body has none
    "views": f"//header//*[{has('gall_count')}]",
    "comments": f"//header//*[{has('gall_comment')}]",
    "likes": f"//*[{has('up_num_box')}]//*[{has('up_num')}]",
    "likes.members": f"//*[{has('sup_num')}]//*[{has('smallnum')}]",  # of those who have an account [?]
    "dislikes": f"//*[{has('down_num_box')}]//*[{has('down_num')}]",
}
_LABEL = re.compile("^(?:조회|댓글|추천|고정닉)수? ?")
_MOVED = re.compile(r"location\.(?:replace\s*\(|(?:href\s*)?=)\s*['\"](https?://[^'\"\s]{1,300})['\"]")


@page("dcinside.post", version=4, proof="unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post and its counters (views, comments, likes, those of members, dislikes); `gone` where its status, the page that it
    leads to, or an alert says so. Cues: the hidden inputs, and `moved` where a script leads to the gallery's right kind."""
    asked = capture.article or urls.article_key(capture.url)
    text = decoded(capture, CHARSET)
    root = tree(text) if capture.status == 200 and text.strip() else None
    body = first(root, f"//*[{has('gallview_contents')}]//*[{has('write_div')}]") if root is not None else None
    if asked is None:
        raise LayoutError(f"the address names no post: {capture.url}")
    if root is None or body is None:
        yield _nothing(capture, asked, text)
        return
    key = urls.article_key(capture.url)
    if key is None or key.split("/")[1:] != asked.split("/")[1:]:
        raise LayoutError(f"another post: asked {asked}, got {key} at {capture.url}", "foreign")
    need_end(text)  # its votes stand there
    written, source = lines_of(body), target(first(body, ".//a[contains(., '원본 보기')]"), capture.url)
    empty(body)
    shown = urls.article_key(meta(root, "og:url") or "")
    if shown is not None and shown.split("/")[1:] != key.split("/")[1:]:
        raise LayoutError(f"another post: asked {key}, got {shown} at {capture.url}", "foreign")
    writer = first(root, f"//header//*[{has('gall_writer')}]")
    yield Article(
        key=key,
        url=urls.article_url(key),
        kind="post",
        title=words(first(root, f"//header//*[{has('title_subject')}]")),
        text=written,
        account=account(writer),
        section=key.split("/")[1],
        pane="dcinside",
        original=source or None,  # in the best list [?]
        published=date(root, "//header", capture.received_at),
        aliases=(asked,) if asked != key else (),
    )
    for metric, path in _COUNTS.items():
        if (found := numbers.read(_LABEL.sub("", words(first(root, path)) or ""))) is not None:
            yield Count(metric, found.value, found.raw if found.precision == "rounded" else None)
    for name in HIDDEN:
        if (value := attribute(first(root, f"//input[@name='{name}' or @id='{name}']"), "value")) is not None:
            yield Cue(name, value)


def _nothing(capture: Capture, asked: str, text: str) -> Record:
    """What a page without a post says: that there is none, or that it is elsewhere. Raises LayoutError for any other page."""
    said = alerted(text) if capture.status == 200 else None
    there = (match[1] for match in _MOVED.finditer(text) if capture.status == 200)
    key = next((key for url in there if (key := urls.article_key(url))), None)
    if key is not None and key != asked and key.split("/")[1:] == asked.split("/")[1:]:
        return Cue("moved", key)
    deleted = host_and_path(capture.url)[1].startswith("/derror/deleted/")
    if capture.status == 200 and not deleted and not gone(said):
        raise LayoutError(f"alert: {said}" if said else "no .gallview_contents .write_div")
    return Article(key=asked, url=urls.article_url(asked), kind="post", state="gone", notice=said)


def account(writer: HtmlElement | None) -> Account | None:
    """Who wrote: a fixed nick by its id, else anybody behind the half of an address that is shown (provider `ip`)."""
    if writer is None:
        return None
    return named(attribute(writer, "data-uid"), attribute(writer, "data-ip"), attribute(writer, "data-nick"))


def named(uid: str | None, ip: str | None, nick: str | None) -> Account | None:
    """The account of an id, a partial address and a nickname; of a nickname alone nobody knows who that is."""
    if uid:
        return Account(uid, nick or None, provider="uid", ip=ip or None)
    return Account(ip, nick or None, provider="ip", ip=ip) if ip else None


def date(element: HtmlElement, where: str, seen_at: int) -> Moment | None:
    """When something was written: in full in the title of the date, else as it is printed (`04.15` of this year)."""
    found = first(element, f"{where}//*[{has('gall_date')}]")
    return read(attribute(found, "title") or words(found), seen_at, "MM.DD")
