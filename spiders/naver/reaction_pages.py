"""Bulk comment counts and reactions: numbers of articles without their comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct

from archive.capture import Capture
from archive.records import Article, Count, Cue, Record
from crawler.json_text import decode, unwrapped
from crawler.pages import LayoutError, page
from spiders.naver import urls
from spiders.naver.cbox import Exposure, Number

# R: news in the page of 2022-02, news in the page of 2024-01, entertainment 2023-09; C: sports.
VOCABULARIES = {
    "news until 2022": frozenset({"like", "warm", "sad", "angry", "want"}),
    "news since 2022": frozenset({"useful", "wow", "touched", "analytical", "recommend"}),
    "entertainment": frozenset({"like", "congrats", "expect", "cheer", "surprise", "sad"}),
    "sports": frozenset({"like", "sad", "angry", "fan", "want"}),
}
_OF_ARTICLES = ("NEWS", "SPORTS", "ENTERTAIN")


class _Object(Struct):
    comment: Number | None = None
    reply: Number | None = None
    count: Number | None = None
    delCommentByUser: Number | None = None  # R: null here, as the next three
    delCommentByMon: Number | None = None
    blindCommentByUser: Number | None = None
    blindReplyByUser: Number | None = None
    exposureConfig: Exposure | None = None


class _Counted(Struct):
    success: bool
    code: str | None = None
    message: str | None = None
    result: dict[str, _Object] | None = None
    date: str | None = None


class _Reaction(Struct):
    reactionType: str
    count: Number


class _Content(Struct):
    serviceId: str
    contentsId: str
    reactions: list[_Reaction]


class _Reacted(Struct):
    contents: list[_Content]


_counted = msgspec.json.Decoder(_Counted)
_reacted = msgspec.json.Decoder(_Reacted)
_METRICS = {
    "count": "comments",
    "comment": "comments.top",
    "reply": "replies",
    "delCommentByUser": "comments.deleted_by_user",
    "delCommentByMon": "comments.deleted_by_operator",
    "blindCommentByUser": "comments.blinded_by_user",
    "blindReplyByUser": "replies.blinded_by_user",
}


@page("naver.counts", version=1, proof="R: recorded 2023-08")
def counts(capture: Capture) -> Iterator[Record]:
    """The counts of many articles (R). An article that was asked for and is not there is named in the cue `missing`."""
    found = decode(_counted, unwrapped(capture.body))
    if not found.success or found.result is None:
        raise LayoutError(f"listCount says {found.code}: {found.message}")
    asked = urls.every_asked(capture.url, "objectId")
    if asked and not found.result:
        raise LayoutError(f"0 counts of {len(asked)} articles", "empty")
    if asked and (foreign := sorted(found.result.keys() - asked)):
        raise LayoutError(f"foreign thread: {foreign[0]} was not asked for", "foreign")
    for name, each in found.result.items():
        key = urls.object_key(name)
        if key is None:
            raise LayoutError(f"{name!r} names no article")
        article = Article(key, urls.article_url(key)) if key != capture.article else None
        values = ((metric, getattr(each, field)) for field, metric in _METRICS.items())
        yield from (Count(metric, value, article=article) for metric, value in values if value is not None)
        if each.exposureConfig and each.exposureConfig.status not in (None, "COMMENT_ON"):
            yield Cue(f"closed:{key}", each.exposureConfig.reason or each.exposureConfig.status)
    if missing := sorted(asked - found.result.keys()):
        yield Cue("missing", " ".join(missing))


@page("naver.reactions", version=1, proof="R: recorded 2023-09, trimmed (entertainment); news and sports unproven")
def reactions(capture: Capture) -> Iterator[Record]:
    """Reactions in any vocabulary: of the capture's own article as Count `emotion.NAME` (C: one without votes may be missing,
    and then is not 0), what else was answered (recommendations to the main page, journalists) as cues `SERVICE.NAME:ID`."""
    return reacted(capture, urls.like_key, _OF_ARTICLES)


def reacted(capture: Capture, key_of: Callable[[str], str | None], services: tuple[str, ...]) -> Iterator[Record]:
    """Reactions to what some of Naver's services show; `key_of`: the article that a name in the reaction service means."""
    asked = {name for part in urls.asked(capture.url).get("q", "").split("|") if (name := part.partition("[")[2].rstrip("]"))}
    only = next(iter(asked)) if len(asked) == 1 else ""
    own = capture.article or key_of(only)
    seen: set[str] = set()
    for content in decode(_reacted, unwrapped(capture.body)).contents:
        key = key_of(content.contentsId)
        if key is not None and asked and content.contentsId not in asked:
            raise LayoutError(f"foreign article: {content.contentsId} was not asked for", "foreign")
        for each in content.reactions:
            if key is not None and key == own and content.serviceId in services:
                if each.reactionType in seen:
                    raise LayoutError(f"two counts of {each.reactionType} for {key}")
                seen.add(each.reactionType)
                yield Count(f"emotion.{each.reactionType}", each.count)
            else:
                yield Cue(f"{content.serviceId.lower()}.{each.reactionType}:{content.contentsId}", str(each.count))
    if seen:
        yield Cue("vocabulary", next((name for name, known in VOCABULARIES.items() if seen <= known), "unknown"))
