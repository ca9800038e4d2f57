"""Daum's pages. Proven by recordings of 2022-03: article (2022 layout), token, post, list. Unproven: children, emotions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import lxml.etree
import lxml.html
import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Cue, Listing, Moment, Record
from crawler import when
from crawler.iso import iso
from crawler.pages import LayoutError, mend, page
from spiders.daum.urls import article_key, article_url

# How places compare in each sort (R: RECOMMEND falls by likes - dislikes, ties by id; C: the other two are by id).
ORDERS = {"RECOMMEND": "votes", "LATEST": "desc", "CHRONOLOGICAL": "asc"}


_T = TypeVar("_T")


class _User(Struct, gc=False):
    status: str | None = None  # S active, I dormant, D left (R)
    providerId: str | None = None
    displayName: str | None = None


class _Row(Struct, gc=False):
    id: int
    userId: int
    postId: int
    parentId: int
    status: str
    content: str
    createdAt: str
    updatedAt: str
    childCount: int
    likeCount: int
    dislikeCount: int
    user: _User | None = None


class _Post(Struct):
    id: int
    commentCount: int
    childCount: int


class _PostPage(Struct):
    post: _Post


class _Token(Struct):
    access_token: str


class _Item(Struct):
    stats: dict[str, int]


class _Emotions(Struct):
    item: _Item


_rows = msgspec.json.Decoder(list[_Row])
_post = msgspec.json.Decoder(_PostPage)
_token = msgspec.json.Decoder(_Token)
_emotions = msgspec.json.Decoder(_Emotions)


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


@page("daum.token", version=1, proof="R: recorded 2022-03")
def token(capture: Capture) -> Iterator[Record]:
    """The anonymous token that the site gives every reader."""
    yield Cue("token", _decode(_token, capture).access_token)


@page("daum.post", version=1, proof="R: recorded 2022-03")
def post(capture: Capture) -> Iterator[Record]:
    """The thread's id (it may be negative) and its declared counts; commentCount includes the replies (R)."""
    found = _decode(_post, capture).post
    yield Cue("post", str(found.id))
    yield Count("comments", found.commentCount)
    yield Count("replies", found.childCount)


@page("daum.comments", version=1, proof="R: recorded 2022-03")
def comments(capture: Capture) -> Iterator[Record]:
    """One page of top-level comments."""
    parts = urlsplit(capture.url)
    rows = _decode(_rows, capture)
    thread = parts.path.split("/")[-2]
    if any(str(row.postId) != thread for row in rows):
        raise LayoutError(f"foreign thread: comments of another post than {thread}")
    if rows:
        yield _listing(capture, rows, parent=None)


@page("daum.children", version=1, proof="unproven")
def children(capture: Capture) -> Iterator[Record]:
    """One page of the replies to a comment. C: seen in public code, in the shape of the list."""
    parent = urlsplit(capture.url).path.split("/")[-2]
    rows = _decode(_rows, capture)
    if any(str(row.parentId) != parent for row in rows):
        raise LayoutError(f"foreign thread: replies to another comment than {parent}")
    if rows:
        yield _listing(capture, rows, parent=parent)


@page("daum.emotions", version=1, proof="unproven")
def emotions(capture: Capture) -> Iterator[Record]:
    """The article's reactions (C: LIKE, SAD, ANGRY, ...)."""
    for name, value in sorted(_decode(_emotions, capture).item.stats.items()):
        yield Count(f"emotion.{name.lower()}", value)


def _decode(decoder: msgspec.json.Decoder[_T], capture: Capture) -> _T:
    try:
        try:
            return decoder.decode(capture.body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return decoder.decode(mend(capture.body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LayoutError(str(error)) from None


def _listing(capture: Capture, rows: list[_Row], parent: str | None) -> Listing:
    query = parse_qs(urlsplit(capture.url).query)
    sort = query.get("sort", ["RECOMMEND"])[0]
    offset = query.get("offset", ["0"])[0]
    return Listing(
        sort=sort,
        order=ORDERS.get(sort, "votes"),  # type: ignore[arg-type]
        rank=int(offset) + 1 if offset.isdigit() else 1,
        comments=tuple([_comment(row) for row in rows]),
        parent=parent,
    )


def _comment(row: _Row) -> Comment:
    user = row.user or _User()
    return Comment(
        key=str(row.id),
        text=row.content,
        account=Account(str(row.userId), user.displayName, user.status, user.providerId),
        parent=str(row.parentId) if row.parentId else None,
        created=iso(row.createdAt),
        edited=iso(row.updatedAt) if row.updatedAt != row.createdAt else None,
        likes=row.likeCount,
        dislikes=row.dislikeCount,
        replies=row.childCount,
        state="visible" if row.status == "S" else "unknown",  # R: only S was ever recorded; what others mean is not known
    )
