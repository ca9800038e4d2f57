"""The shapes of the comment service (cbox), as far as we read them: 29 of the 80 to 90 fields that a comment has."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

Number = Annotated[int, Meta(ge=0, lt=1 << 53)]
Id = int | Annotated[str, Meta(min_length=1)]  # R: numbers until 2021, texts since 2022


class Row(Struct, gc=False):
    """One comment. R: 2021-04, 2022-02; `userBlind` only until 2021 (C)."""

    commentNo: Id
    objectId: str
    parentCommentNo: Id | None = None
    contents: str | None = None
    userIdNo: str | None = None
    idNo: str | None = None
    profileUserId: str | None = None  # R: null in news; C: set in blogs, where the two before may be missing
    userName: str | None = None
    maskedUserId: str | None = None
    userStatus: int | None = None
    idProvider: str | None = None
    regTime: str | None = None
    modTime: str | None = None
    sympathyCount: Number | None = None
    antipathyCount: Number | None = None
    replyCount: Number | None = None
    replyAllCount: Number | None = None  # R; with the deleted ones (C)
    status: int | None = None
    deleted: bool | None = None
    blind: bool | None = None
    blindReport: bool | None = None
    middleBlindReport: bool | None = None
    userBlind: bool | None = None
    hiddenByCleanbot: bool | None = None
    secret: bool | None = None
    virtual: bool | None = None
    visible: bool | None = None
    expose: bool | None = None
    stickerId: str | None = None  # U: no recording has one


class Pages(Struct):  # pageModel: paging by number
    page: int | None = None
    startRow: int | None = None
    totalRows: Number | None = None
    totalPages: int | None = None
    nextPage: int | None = None  # R: 0 at the end


class More(Struct):
    """`morePage`: paging by cursor, since 2021-22. R: all null-able; on the last page `next` equals `end` (C: 2023)."""

    prev: str | None = None
    next: str | None = None
    start: str | None = None
    end: str | None = None


class Exposure(Struct):  # whether the article has comments at all
    status: str | None = None
    reason: str | None = None


class Counts(Struct):
    """`count`. What `comment`, `reply` and `total` mean depends on the list's status."""

    total: Number | None = None
    comment: Number | None = None
    reply: Number | None = None
    exposeCount: Number | None = None
    delCommentByUser: Number | None = None
    delCommentByMon: Number | None = None
    blindCommentByUser: Number | None = None
    blindReplyByUser: Number | None = None
    fallback: bool | None = None  # C: 2026-07; what it means is not known


class Config(Struct):  # with initialize=true (R)
    sortTypes: list[str] | None = None
    defaultSort: str | None = None
    useCleanbot: bool | None = None
    cleanbotEnforced: bool | None = None


class Result(Struct):
    commentList: list[Raw]  # of Row: what a row says is taken from memory where the same row was read before
    bestList: list[Row] | None = None
    pageModel: Pages | None = None
    morePage: More | None = None
    exposureConfig: Exposure | None = None
    count: Counts | None = None
    listStatus: str | None = None
    sort: str | None = None
    config: Config | None = None


class Said(Struct):
    """The envelope of every answer. `date` is the server's clock (R)."""

    success: bool
    code: str | None = None
    message: str | None = None
    date: str | None = None


class Answer(Said):
    """An answer with comments; without a result where it failed."""

    result: Result | None = None
