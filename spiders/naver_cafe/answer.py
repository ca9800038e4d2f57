"""The shapes of Naver Cafe's answers as far as we read them (C), and the reasons for which there is nothing to read."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec import Struct

from archive.capture import Capture
from crawler.json_text import decode
from crawler.pages import LayoutError
from spiders.naver.cbox import Number

_GONE, _FOR_MEMBERS = "4003", "0004"  # C: deleted, or it never was; not without a login
_FOR_SOME = re.compile("멤버|회원|등급|가입|로그인|권한|비공개|성인")  # U: how a reason that names its readers begins
_ASKED = re.compile("/cafe-web/cafe-articleapi/v[0-9.]+/cafes/([^/]+)/articles/([0-9]+)")


class Writer(Struct, gc=False):
    memberKey: str | None = None
    nick: str | None = None


class Named(Struct, gc=False):
    name: str | None = None


class ArticleFacts(Struct):
    id: int
    subject: str | None = None
    writer: Writer | None = None
    writeDate: int | None = None  # ms
    readCount: Number | None = None
    commentCount: Number | None = None  # with the replies (R: a rendered page)
    contentHtml: str | None = None
    menu: Named | None = None
    isReadable: bool | None = None
    isBlind: bool | None = None


class Sticker(Struct, gc=False):
    id: str | int | None = None


class Row(Struct, gc=False):
    id: int
    refId: int | None = None  # of a reply its comment, else its own id
    isRef: bool | None = None
    content: str | None = None
    writer: Writer | None = None
    updateDate: int | None = None  # ms
    isDeleted: bool | None = None
    sticker: Sticker | None = None


class Rows(Struct):
    items: list[Row]


class Result(Struct):
    errorCode: str | None = None
    reason: str | None = None
    cafeId: int | None = None
    cafe: Named | None = None
    article: ArticleFacts | None = None
    comments: Rows | None = None
    hasNext: bool | None = None


class Answer(Struct):
    result: Result
    hasNext: bool | None = None


_answer = msgspec.json.Decoder(Answer)


def read(capture: Capture) -> tuple[Answer, str, str]:
    """An answer, and the cafe and the article's number by which it was asked for. Raises LayoutError."""
    match = _ASKED.search(capture.url)
    if match is None:
        raise LayoutError("the address names no article")
    return decode(_answer, capture.body), match[1], match[2]


def why_not(result: Result) -> tuple[Literal["gone", "restricted"], str]:
    """Why there is nothing to read, in the site's words. Raises LayoutError for a reason that says neither that it is gone nor
    for whom it is: it may mean us."""
    said = f"{result.errorCode}: {result.reason}"
    if result.errorCode == _GONE:
        return "gone", said
    if result.errorCode != _FOR_MEMBERS and not _FOR_SOME.search(result.reason or ""):
        raise LayoutError(f"the cafe says {said}")
    return "restricted", said
