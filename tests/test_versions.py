"""A comment's versions: a row when its words differ or its time is known better; never for a time that only drifts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from archive.capture import Capture, Parsed
from archive.records import Account, Comment, Listing, Moment
from archive.store import Store
from tests.maker import DAY, Maker

MINUTE = 60_000
REPLY = Comment(
    "8", "답글", Account("a", "이름"), parent="7", created=Moment(DAY, DAY + 60 * MINUTE - 1, "relative", "1시간 전")
)


def parse(capture: Capture) -> Parsed:
    """Comments as they stand in the body."""
    comments = msgspec.msgpack.decode(capture.body, type=tuple[Comment, ...])
    return Parsed("ok", (Listing("NEW", "votes", 1, comments, comments[0].parent),), "test/1")


def look(maker: Maker, *, anew: bool, **changed: object) -> list[tuple[object, ...]]:
    """One more look at the reply, with or without what an earlier process remembers; all versions so far."""
    if anew:
        maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)
    body = msgspec.msgpack.encode((msgspec.structs.replace(REPLY, **changed),))
    maker.keep(maker.exchange("https://comment.daum.net/x", "test", body))
    sql = "SELECT text, parent_key, created_from, created_to, precision FROM comment_versions ORDER BY capture"
    return maker.db.execute(sql).fetchall()


def within(start: int, end: int) -> Moment:
    """A relative time that lies in these minutes."""
    return Moment(DAY + start * MINUTE, DAY + end * MINUTE - 1, "relative", "전")


@pytest.mark.parametrize("anew", [False, True])
def test_a_time_is_a_version_only_where_it_is_much_narrower(tmp_path: Path, anew: bool) -> None:
    maker = Maker(tmp_path)
    maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)
    first = ("답글", "7", DAY, DAY + 60 * MINUTE - 1, "relative")
    assert look(maker, anew=anew) == [first]
    assert look(maker, anew=anew, created=within(5, 65)) == [first]  # as wide: it drifts with the hour
    assert look(maker, anew=anew, created=within(10, 45)) == [first]  # not twice as narrow
    assert look(maker, anew=anew, created=None) == [first]
    narrow = ("답글", "7", DAY + 20 * MINUTE, DAY + 40 * MINUTE - 1, "relative")
    assert look(maker, anew=anew, created=within(20, 40)) == [first, narrow]
    assert look(maker, anew=anew, created=within(0, 60)) == [first, narrow]  # wider again is no news
    assert look(maker, anew=anew, created=within(25, 85), text="고침") == [first, narrow, ("고침", *narrow[1:])]
    maker.close()
