"""A number that the site rounded is never told as an exact one: its text stands beside it."""

from __future__ import annotations

from typing import Any

from archive.movers import movers
from archive.records import Comment, Count, Listing
from archive.times import iso
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker
from tests.test_words_withheld import article, look, maker

__all__ = ["maker"]  # the fixture


def rated(likes: int, raw: str | None, dislikes: int = 3) -> Listing:
    """A list of one comment."""
    texts = (("likes", raw),) if raw else ()
    return Listing("NEW", "votes", 1, (Comment("1", "글", likes=likes, dislikes=dislikes, rounded=texts),))


def test_what_a_site_rounded_stands_beside_the_number(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", article("가"), Count("views", 12_000, "1.2만"), Count("comments", 1))
    look(maker, "list", rated(9_990, None))
    begun = maker.now + 10
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만", 4))
    page, one = sagwan("as-of", "now", "--json").lines
    assert (page["counts"], page["rounded"]) == ({"comments": 1, "views": 12_000}, {"views": "1.2만"})
    assert (one["likes"], one["rounded"]) == (12_000, {"likes": "1.2만"})
    first, second = sagwan("as-of", "now").out.split("(")[0], sagwan("as-of", "now").out
    assert "views 1.2만" in first
    assert "+1.2만 -4" in second
    told = sagwan("series", f"daum:{ARTICLE}#1", "--json").lines
    assert [line.get("rounded") for line in told] == [None, *[{"likes": "1.2만"}] * 3]
    assert not any("rounded" in line for line in sagwan("series", f"daum:{ARTICLE}#1", "--metric", "dislikes", "--json").lines)
    counted: list[dict[str, Any]] = sagwan("series", f"daum:{ARTICLE}", "--json").lines
    assert [line["rounded"] for line in counted] == [{"views": "1.2만"}]
    look(maker, "page", article("가"), Count("views", 12_345), Count("comments", 1))
    assert "rounded" not in sagwan("series", f"daum:{ARTICLE}", "--json").lines[-1]
    assert "rounded" not in sagwan("as-of", "now", "--json").lines[0]
    window = ("movers", "--from", iso(begun), "--to", "2099-01-01")
    (mover,) = sagwan(*window, "--json").lines
    assert (mover["likes"], mover["rounded"]) == ([9_990, 12_000], {"likes": [None, "1.2만"]})
    assert "9990 -> 1.2만" in sagwan(*window).out


def test_of_comments_that_grew_alike_the_same_are_told_after_a_rebuild(maker: Maker) -> None:
    """Row ids are others then, and say nothing."""
    keys = ["4", "1", "3", "2"]
    for likes in (1, 6):
        look(maker, "list", Listing("NEW", "votes", 1, tuple(Comment(key, "글", likes=likes) for key in keys)))
    found = list(movers(maker.db, maker.now - 10, maker.now + 10, 2))
    assert [line["ref"].partition("#")[2] for line in found] == ["1", "2"]
