"""Naver Cafe's pages: an article, and a page of comments."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Cue, Listing, Record
from crawler import when
from crawler.addresses import asked
from crawler.markup import lines, piece
from crawler.pages import LayoutError, page
from crawler.places import first_rank, order_of
from spiders.naver_cafe import urls
from spiders.naver_cafe.answer import ArticleFacts, Row, Writer, read, why_not

_STATUSES = (200, 401, 403, 404)


@page("naver_cafe.article", version=4, proof="unproven", statuses=_STATUSES)
def article(capture: Capture) -> Iterator[Record]:
    """An article; one that is for members only is `restricted`, with the site's reason as its notice."""
    answer, cafe, named = read(capture)
    result = answer.result
    if result.errorCode is not None:
        key = capture.article or f"{cafe}/{named}"
        state, said = why_not(result)
        yield Article(key=key, url=urls.article_url(key), kind="post", state=state, notice=said)
        return
    found = result.article
    if found is None:
        raise LayoutError("no article and no reason")
    if str(found.id) != named or (cafe.isdecimal() and result.cafeId is not None and str(result.cafeId) != cafe):
        raise LayoutError(f"another article: asked {cafe}/{named}, got {result.cafeId}/{found.id}", "foreign")
    key = f"{cafe if result.cafeId is None else result.cafeId}/{named}"
    closed = "isBlind" if found.isBlind else "isReadable: false" if found.isReadable is False else None
    html = found.contentHtml or ""
    yield Article(
        key=key,
        url=urls.article_url(key),
        kind="post",
        title=found.subject,
        text=lines(piece(html)) if html.strip() else None,
        press=result.cafe.name if result.cafe else None,
        account=_account(found.writer),
        section=found.menu.name if found.menu else None,
        pane="cafe",
        notice=closed,
        state="restricted" if closed else "visible",
        published=when.read(str(found.writeDate), capture.received_at) if found.writeDate else None,
        aliases=(f"{cafe}/{named}",) if f"{cafe}/{named}" != key else (),
    )
    yield from _counts(found)


@page("naver_cafe.comments", version=2, proof="unproven", statuses=_STATUSES)
def comments(capture: Capture) -> Iterator[Record]:
    """One page of comments, each followed by its replies."""
    answer, cafe, named = read(capture)
    result = answer.result
    if result.errorCode is not None:
        yield Cue("closed", why_not(result)[1])
        return
    if capture.article is not None and capture.article != f"{cafe}/{named}":
        raise LayoutError(f"the request names {cafe}/{named}, not {capture.article}", "foreign")
    if result.comments is None:
        raise LayoutError("no comments and no reason")
    if result.article is not None:
        if str(result.article.id) != named:
            raise LayoutError(f"foreign thread: comments of {result.article.id} for {named}", "foreign")
        yield from _counts(result.article)
    where, rows = capture.url.partition("?")[0].rpartition("/")[2], result.comments.items
    if where == "1" and not rows and result.article is not None and result.article.commentCount:
        raise LayoutError(f"0 rows on page 1 of a list that declares {result.article.commentCount}", "empty")
    more = answer.hasNext if answer.hasNext is not None else result.hasNext
    if rows:
        yield Cue("next_page", str(int(where) + 1) if where.isdecimal() and more is not False else "0")
        yield _listing(capture, rows)


def _listing(capture: Capture, rows: list[Row]) -> Listing:
    sort = asked(capture.url).get("orderBy", "asc")
    order = order_of([str(row.id) for row in rows if not row.isRef])
    return Listing(
        sort=sort,
        order=order if order == sort else "votes",
        rank=first_rank(capture.context),
        comments=tuple([_comment(row, capture.received_at) for row in rows]),
    )


def _comment(row: Row, seen_at: int) -> Comment:
    """C: `updateDate` is the only time; nobody says whether an edit moves it. Nobody says who deleted one with `isDeleted`."""
    return Comment(
        key=str(row.id),
        text=None if row.isDeleted and not row.content else row.content,
        account=_account(row.writer) if not row.isDeleted else None,
        parent=str(row.refId) if row.isRef and row.refId is not None else None,
        created=when.read(str(row.updateDate), seen_at) if row.updateDate else None,
        state="placeholder" if row.isDeleted else "visible",
        attachment=str(row.sticker.id) if row.sticker and row.sticker.id is not None else None,
    )


def _account(writer: Writer | None) -> Account | None:
    return Account(writer.memberKey, writer.nick) if writer and writer.memberKey else None


def _counts(found: ArticleFacts) -> Iterator[Count]:
    named = (("comments", found.commentCount), ("views", found.readCount))
    return (Count(name, value) for name, value in named if value is not None)
