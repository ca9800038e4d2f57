"""One comment of cbox as a record: its account, its state, and whether its id agrees with its time; and whole answers."""

from __future__ import annotations

import re
from sys import intern

import msgspec
from msgspec import Raw

from archive.capture import Capture
from archive.records import Account, Comment, State
from crawler import reread
from crawler.iso import iso
from crawler.json_text import decode, unwrapped
from crawler.pages import LayoutError
from crawler.reread import Reread
from spiders.naver.cbox import Answer, Row, Said

TIMED_IDS = 1 << 40  # ids of the scheme of 2022 are larger, and carry their second
_YEAR_2000 = 946_684_800


def comment(row: Row) -> Comment:
    """R: a normal comment. R (a dump of 2024, not among the recordings): one that its author deleted; its modTime, here
    `edited`, is the time of the deletion."""
    key, parent = str(row.commentNo), str(row.parentCommentNo or "")
    # The short hash that the site gives each user: in every record of news both are the same, and profileUserId is null.
    user = row.userIdNo or row.idNo or row.profileUserId
    name = row.userName or row.maskedUserId
    state = _state(row)
    return Comment(
        key=key,
        text=row.contents if row.contents or state == "visible" else None,
        account=Account(user, name, None if row.userStatus is None else str(row.userStatus), row.idProvider) if user else None,
        parent=parent if parent and parent != key else None,
        created=iso(row.regTime) if row.regTime else None,
        edited=iso(row.modTime) if row.modTime and row.modTime != row.regTime else None,
        likes=row.sympathyCount,
        dislikes=row.antipathyCount,
        replies=row.replyCount,
        state=state,
        attachment=row.stickerId or None,
    )


def _state(row: Row) -> State:
    """R: status 0, and status 1 with deleted. U: all else, by the names of the fields; that a deletion with another status is
    the operator's is by elimination, as the site counts only these two kinds."""
    if row.deleted and not row.status:
        return "placeholder"  # by nobody that is named
    if row.deleted:
        return "deleted_by_user" if row.status == 1 else "deleted_by_operator"
    if row.blind or row.blindReport or row.middleBlindReport or row.userBlind:
        return "blinded"
    if row.hiddenByCleanbot:
        return "hidden_by_filter"
    if row.secret or row.virtual:
        return "placeholder"
    return "visible" if not row.status and row.visible is not False and row.expose is not False else "unknown"


def number(text: str) -> int | None:
    """A key as a number; None when it is none that a 64-bit integer holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def is_suspect(found: Comment) -> bool:
    """Whether an id of the new scheme says another second than regTime (R: 26 of 26 agree). It proves nothing about either."""
    key = number(found.key)
    if key is None or key < TIMED_IDS or found.created is None:
        return False
    return abs((key >> 30) + _YEAR_2000 - found.created.start // 1000) > 1


class Shown(reread.Shown, frozen=True, gc=False):
    """What one row of a list says: the comment, whose thread it names, its id as a number, how many replies it announces."""

    object_id: str
    number: int | None
    answers: int
    suspect: bool


_said = msgspec.json.Decoder(Said)
_answer = msgspec.json.Decoder(Answer)
_row = msgspec.json.Decoder(Row)


def _shown(raw: bytes | Raw) -> Shown:
    row = _row.decode(raw)
    found = comment(row)
    # All rows of a thread name it: one text of it is remembered, and not one for each.
    return Shown(found, intern(row.objectId), number(found.key), row.replyAllCount or row.replyCount or 0, is_suspect(found))


# R: side by side in every recorded row.
_COUNTS = re.compile(rb'"sympathyCount":(\d{1,15}),"antipathyCount":(\d{1,15})(?=[,}])')
_rows = Reread(_shown, b'"sympathyCount"', _COUNTS)


class _Answers:
    """Reads an answer and its rows, so that a stray byte in a row is mended as one beside them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def decode(self, data: bytes, /) -> tuple[Answer, list[Shown]]:
        found = _answer.decode(data)
        if found.result is None:
            return found, []
        raws = found.result.commentList
        return found, [_shown(raw) for raw in raws] if _rows.first(self._url) else _rows.rows(raws)


def answer(capture: Capture) -> tuple[Answer, list[Shown]]:
    """An answer of the comment service and what its rows say. What is in the result of a failure does not matter."""
    data = unwrapped(capture.body)
    try:
        return decode(_Answers(capture.url), data)
    except LayoutError:
        said = decode(_said, data)
        if said.success:
            raise
        return Answer(said.success, said.code, said.message, said.date), []
