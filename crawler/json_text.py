"""JSON as Korean sites serve it: with or without a callback around it, and with whatever people write into it."""

from __future__ import annotations

import json
import re
from typing import Annotated, Protocol, TypeVar

import msgspec
from msgspec import Meta

from crawler.pages import LayoutError

Id = Annotated[int, Meta(ge=1)] | Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}$")]  # a comment's number, either way
_T = TypeVar("_T")
_Read = TypeVar("_Read", covariant=True)
_STRAY = 100  # bytes that are no UTF-8, of which one may be: beyond that the page is in another charset
_HALVES = re.compile("[\ud800-\udfff]")


class Decoder(Protocol[_Read]):
    """Reads JSON, as `msgspec.json.Decoder` does, and raises its errors."""

    def decode(self, data: bytes, /) -> _Read:
        """What the JSON says."""


def unwrapped(body: bytes) -> bytes:
    """The JSON in a JSONP answer (`_callback({...});`, also behind `/**/`), or the body where it is JSON."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return body.removeprefix(b"\xef\xbb\xbf")
    start, end = body.find(b"("), body.rfind(b")")
    if not 0 <= start < end:
        raise LayoutError("neither JSON nor JSONP")
    return body[start + 1 : end]


def decode(decoder: Decoder[_T], data: bytes) -> _T:
    """Typed JSON. Raises LayoutError for another shape.

    One comment with half a character (an emoji cut in two), a stray byte or a control character must not hide the page that
    it stands on: such a page is read again, and what is no text becomes U+FFFD. A page in another charset is another shape.
    """
    try:
        try:
            return decoder.decode(data)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            return decoder.decode(_mended(data))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LayoutError(str(error)) from None


def _mended(data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    if (text.count("\ufffd") - data.count(b"\xef\xbf\xbd")) * _STRAY > len(data):
        raise LayoutError("not UTF-8")
    value = json.loads(text, strict=False)
    return _HALVES.sub("\ufffd", json.dumps(value, ensure_ascii=False)).encode()
