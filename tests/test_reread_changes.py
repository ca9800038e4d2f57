"""A difference between two looks that different versions of a parser read may be theirs: `changes` says so."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import structs

from archive.archive import connect
from archive.capture import Capture, Parsed
from archive.changes import changes
from archive.lookup import find_article
from archive.rebuild import anew
from archive.records import Listing
from archive.store import Store
from crawler import pages
from crawler.commands.ask import _change_row
from tests.maker import ARTICLE, Maker, row
from tests.test_timeline import maker

__all__ = ["maker"]  # the fixture


def newer(capture: Capture) -> Parsed:
    """The next version, which keeps what the one before cut off."""
    parsed = pages.parse(capture)

    def longer(listing: Listing) -> Listing:
        return structs.replace(listing, comments=tuple(structs.replace(one, text=f"{one.text}...") for one in listing.comments))

    records = tuple(longer(each) if isinstance(each, Listing) else each for each in parsed.records)
    return structs.replace(parsed, records=records, parser="daum.comments/99")


def edits(root: Path, name: str = "archive.db") -> list[dict[str, Any]]:
    with closing(connect(root / name, write=False)) as db:
        return list(changes(db, [find_article(db, "daum", ARTICLE)], 0, 1 << 60, frozenset({"edited"})))


def test_what_two_versions_of_a_parser_read_is_told_as_such(maker: Maker) -> None:
    now = f"daum.comments/{pages.choose('daum.comments', maker.now).version}"  # type: ignore[union-attr]
    maker.page([row(1, text="처음")])
    maker.page([row(1, text="고침")])
    maker.store = Store(maker.db, "daum", maker.pseudonyms, newer)
    maker.page([row(1, text="고침")])
    maker.page([row(1, text="또 고침")])
    before, between, after = edits(maker.root)
    assert ("parsers" in before, between["parsers"], "parsers" in after) == (False, [now, "daum.comments/99"], False)
    assert _change_row(between).endswith(f"(or {now} and daum.comments/99 read it otherwise)")
    assert "read it otherwise" not in _change_row(after)


def test_after_a_rebuild_one_version_has_read_all(maker: Maker) -> None:
    maker.page([row(1, text="처음")])
    maker.store = Store(maker.db, "daum", maker.pseudonyms, newer)
    maker.page([row(1, text="처음")])
    maker.page([row(1, text="고침")])
    assert ["parsers" in line for line in edits(maker.root)] == [True, False]
    anew(maker.root, maker.root / "anew.db", maker.pseudonyms, newer)
    assert ["parsers" in line for line in edits(maker.root, "anew.db")] == [False]
