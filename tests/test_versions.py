"""A comment's versions: a row when its words differ or its time is known better; never for a time that only drifts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from archive.capture import Capture, Parsed
from archive.pseudonym import Pseudonyms, hidden
from archive.records import Account, Comment, Listing, Moment
from archive.store import Store
from archive.verify import verify
from crawler import pages
from tests.maker import DAY, KEY, Maker, row

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


def test_a_comment_that_stands_twice_on_a_page_counts_as_first_given(tmp_path: Path) -> None:
    twice = [row(1, likes=3), row(2), row(1, likes=9, text="고침")]
    for _ in range(2):  # a new process knows the last look from the database alone, a rebuild from memory
        maker = Maker(tmp_path)
        maker.page([row(1, likes=3), row(2)])
        maker.page(twice)
        assert maker.db.execute("SELECT count(*) FROM observations").fetchone() == (2,)
        maker.close()
        maker = Maker(tmp_path)
        maker.page(twice)
        maker.close()
    assert verify(tmp_path, Pseudonyms(KEY), pages.parse).findings == []


@pytest.mark.parametrize("anew", [False, True])
def test_an_address_is_a_pseudonym_that_says_what_is_hidden(tmp_path: Path, anew: bool) -> None:
    maker = Maker(tmp_path)
    maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)
    for shown in ("118.♡.24.92", "118.♡.24.92", "118.24.***.92"):
        look(maker, anew=anew, account=Account("a", "이름", ip=shown))
    look(maker, anew=anew)
    found = maker.db.execute("SELECT ip, length(account) FROM comment_versions").fetchall()
    second, third = (maker.pseudonyms.of("daum", ip).hex() for ip in ("118.♡.24.92", "118.24.***.92"))
    assert found == [(f"{second}/2", 16), (f"{third}/3", 16), (None, 16)]
    assert b"118." not in (tmp_path / "archive.db").read_bytes()
    maker.close()


@pytest.mark.parametrize(
    ("ip", "octets"), [("221.152", "3,4"), ("1.2.*.*", "3,4"), ("10.♡.2.160", "2"), ("1.2.3.4", ""), ("x", "1,2,3,4")]
)
def test_which_octets_are_hidden(ip: str, octets: str) -> None:
    assert hidden(ip) == octets
