"""The rows of Daum's comment lists: their shape, and one as a comment."""

from __future__ import annotations

import contextlib
import re

import msgspec
from msgspec import Raw, Struct

from archive.records import Account, Comment, Unstorable
from crawler import reread
from crawler.iso import iso
from crawler.reread import Reread


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
    icon: str | None = None  # an emoticon beside the text


_NOBODY = _User()
_rows = msgspec.json.Decoder(list[_Row])
_raws = msgspec.json.Decoder(list[Raw])
_row = msgspec.json.Decoder(_Row)


def _comment(row: _Row) -> Comment:
    user = row.user or _NOBODY
    # By place, not by name: a hundred times a page, names cost a third more.
    return Comment(
        str(row.id),
        row.content or ("" if row.status == "S" else None),
        Account(str(row.userId), user.displayName, user.status, user.providerId),
        str(row.parentId) if row.parentId else None,
        iso(row.createdAt),
        iso(row.updatedAt) if row.updatedAt != row.createdAt else None,
        row.likeCount,
        row.dislikeCount,
        row.childCount,
        "visible" if row.status == "S" else "unknown",  # R: only S was ever recorded; what others mean is not known
        row.icon or None,
    )


class Shown(reread.Shown, frozen=True, gc=False):
    """What one row says: the comment, and the thread and the comment that it names."""

    post: int
    parent: int


def _shown(row: _Row) -> Shown:
    return Shown(_comment(row), row.postId, row.parentId)


# R: side by side in every recorded row; the third is the difference of the two.
_COUNTS = re.compile(
    rb'"likeCount":\s*(\d{1,15}),\s*"dislikeCount":\s*(\d{1,15})(?:,\s*"recommendCount":\s*-?\d{1,15})?(?=\s*[,}])'
)
_reread = Reread(lambda row: _shown(_row.decode(row)), b'"likeCount"', _COUNTS)


class Rows:
    """Reads a list and its rows, so that half a character in a row is mended."""

    def __init__(self, url: str) -> None:
        self._url = url

    def decode(self, data: bytes, /) -> list[Shown]:
        """What the rows say, in their order. Raises msgspec.DecodeError, UnicodeDecodeError and Unstorable, the same one
        whether the page was seen before or not."""
        if not _reread.first(self._url):
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, Unstorable):
                return _reread.rows(_raws.decode(data))
        return [_shown(row) for row in _rows.decode(data)]
