"""A number that the site rounded is never told as an exact one: its text stands beside it."""

from __future__ import annotations

from typing import Any

import pytest

from archive import pulse
from archive.evidence import check
from archive.movers import movers
from archive.records import Account, Article, Comment, Count, Listing
from archive.replay import replay
from archive.store import Store
from archive.times import iso
from crawler.commands import live
from crawler.view import Row
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker
from tests.test_rebuild import again
from tests.test_words_withheld import article, look, maker, parse

__all__ = ["maker"]  # the fixture


def rated(likes: int, raw: str | None, dislikes: int = 3) -> Listing:
    """A list of one comment."""
    texts = (("likes", raw),) if raw else ()
    return Listing("NEW", "votes", 1, (Comment("1", "글", Account("a"), likes=likes, dislikes=dislikes, rounded=texts),))


def test_what_a_site_rounded_stands_beside_the_number(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", article("가"), Count("views", 12_000, "1.2만"), Count("comments", 1))
    look(maker, "list", rated(9_990, None))
    begun = maker.now + 10
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만", 4))
    page, one = sagwan("as-of", "now", "--json").lines
    assert [line["rounded"] for line in sagwan("ls", "--json").lines] == [{"views": "1.2만"}]
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
    assert "about +2010  9990 -> 1.2만" in sagwan(*window).out
    assert "  likes 1.2만  dislikes 4  " in sagwan("series", f"daum:{ARTICLE}#1").out
    assert "comments 1  views 1.2만\n" in sagwan("series", f"daum:{ARTICLE}").out


def test_a_change_between_rounded_numbers_says_so(maker: Maker, sagwan: Sagwan) -> None:
    """Also where the text changed on a look that showed the same number."""
    look(maker, "page", article("가"), Count("views", 9_000), Count("likes", 1))
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "12천"))
    look(maker, "list", rated(13_000, "1.3만"))
    look(maker, "list", rated(13_000, "1.3만", 4))
    look(maker, "list", rated(13_500, None, 4))
    look(maker, "page", article("가"), Count("views", 12_000, "1.2만"), Count("likes", 1_000, "1천"))
    look(maker, "page", article("가"), Count("views", 12_345), Count("likes", 1_001))
    appeared, *counted = sagwan("changes", "--json").lines[1:]
    assert (appeared["likes"], appeared["rounded"]) == (12_000, {"likes": "1.2만"})
    assert [(line["counts"], line.get("rounded")) for line in counted] == [
        ({"likes": [12_000, 13_000]}, {"likes": ["12천", "1.3만"]}),
        ({"dislikes": [3, 4]}, None),
        ({"likes": [13_000, 13_500]}, {"likes": ["1.3만", None]}),
        ({"likes": [1, 1_000]}, {"likes": [None, "1천"]}),
        ({"views": [9_000, 12_000]}, {"views": [None, "1.2만"]}),
        ({"likes": [1_000, 1_001]}, {"likes": ["1천", None]}),
        ({"views": [12_000, 12_345]}, {"views": ["1.2만", None]}),
    ]
    assert "  likes: 12천 -> 1.3만  " in sagwan("changes").out


@pytest.mark.parametrize(
    ("comment", "number"), [("1", "likes 12000 (rounded: 1.2만), dislikes 3, "), (None, "views 34000 (rounded: 3.4만)")]
)
def test_the_check_of_a_row_reads_a_rounded_number_as_such(maker: Maker, comment: str | None, number: str) -> None:
    look(maker, "page", article("가"), Count("views", 34_000, "3.4만"))
    look(maker, "list", rated(12_000, "1.2만"))
    checked = check(maker.root, maker.db, "daum", ARTICLE, comment, maker.now + 10, parse)
    rows = [link.text for _, links in checked.parts for link in links if link.name == "row"]
    assert (checked.failed, any(number in text for text in rows)) == (0, True), rows


def test_a_replay_tells_a_rounded_number_as_such_also_where_only_that_is_new(maker: Maker, sagwan: Sagwan) -> None:
    """From whatever capture on it is told."""
    look(maker, "page", article("가"), Count("views", 9_000), Count("likes", 1))
    look(maker, "list", rated(12_000, None))
    begun = maker.now + 10
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만", 4))
    look(maker, "list", rated(12_000, None, 4))
    look(maker, "page", article("가"), Count("views", 12_000, "1.2만"), Count("likes", 2))
    look(maker, "page", article("가"), Count("views", 12_000), Count("likes", 3))
    lines = sagwan("replay", "--from", iso(begun)).lines
    assert [(line["likes"], line["dislikes"], line.get("rounded")) for line in lines if line["kind"] == "observation"] == [
        (12_000, 3, {"likes": "1.2만"}),
        (12_000, 4, {"likes": "1.2만"}),
        (12_000, 4, None),
    ]
    assert [(line["counts"], line.get("rounded")) for line in lines if line["kind"] == "counts"] == [
        ({"views": 12_000, "likes": 2}, {"views": "1.2만"}),
        ({"views": 12_000, "likes": 3}, None),
    ]
    assert [line for _, line in replay(maker.db, 0, 1 << 60)][-len(lines) :] == lines


def views(sagwan: Sagwan) -> list[tuple[Any, Any]]:
    """The views and their mark, of the article as it is now and of its looks."""
    ref = f"daum:{ARTICLE}"
    lines = [sagwan("as-of", "now", "--article", ref, "--json").lines[0], *sagwan("series", ref, "--json").lines]
    return [(line.get("counts", line)["views"], line.get("rounded")) for line in lines]


def test_a_list_page_that_rounds_says_so_of_each_article(maker: Maker, sagwan: Sagwan) -> None:
    other = Article("20260921090000999", "https://v.daum.net/v/20260921090000999")
    counts = (Count("views", 12_000, "1.2만", Article(ARTICLE, "u")), Count("views", 11, None, other))
    look(maker, "board", *counts, article=None)
    assert views(sagwan) == [(12_000, {"views": "1.2만"})] * 2
    line = sagwan("as-of", "now", "--article", f"daum:{other.key}", "--json").lines[0]
    assert (line["counts"], "rounded" in line) == ({"views": 11}, False)


def test_what_a_page_rounds_of_another_article_is_none_of_its_own(maker: Maker, sagwan: Sagwan) -> None:
    other = Article("20260921090000999", "https://v.daum.net/v/20260921090000999")
    look(maker, "page", article("가"), Count("views", 11), Count("views", 12_000, "1.2만", other))
    assert views(sagwan) == [(11, None)] * 2


@pytest.mark.parametrize("again_later", [False, True])
def test_from_a_look_on_the_same_number_is_rounded_or_exact_again(maker: Maker, sagwan: Sagwan, again_later: bool) -> None:
    """Also where another run goes on, which knows only the rows."""
    told = [None, "1.2만", "1.2만", "12천", None, None, "1.2만"]
    for raw in told:
        look(maker, "page", article("가"), Count("views", 12_000, raw))
        look(maker, "list", rated(12_000, raw))
        if again_later:
            maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)
    marks = [{"views": raw} if raw else None for raw in told]
    assert views(sagwan) == [(12_000, mark) for mark in (marks[-1], *marks)]
    assert [line.get("rounded") for line in sagwan("series", f"daum:{ARTICLE}#1", "--json").lines] == [
        {"likes": raw} if raw else None for raw in told
    ]
    assert sagwan("as-of", "now", "--json").lines[1]["rounded"] == {"likes": "1.2만"}
    for table in ("article_counts", "observations"):
        assert sagwan.rows(f"SELECT count(*) FROM {table}") == [(1,)]  # the number itself never changed
    made = again(maker.root, parse).comparison
    assert made is not None
    assert (made.differences, made.explained) == (0, 0)
    maker.db.execute("UPDATE rounded SET raw = '9만' WHERE raw = '12천'")
    made = again(maker.root, parse).comparison
    assert made is not None
    assert made.differences == 4
    said = "rounded: a row whose bytes say otherwise"
    whose = [f"{said}: daum:{ARTICLE}", f"{said}: daum:{ARTICLE}, daum:{ARTICLE}#1"]
    assert sorted(one.text.partition(", capture")[0] for one in made.examples) == whose


def test_a_second_word_on_a_count_in_one_look_is_none(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", article("가"), Count("views", 12_000))
    look(maker, "page", article("가"), Count("views", 12_000, "1.2만"), Count("views", 12_345))
    look(maker, "page", article("가"), Count("views", 12_345), Count("views", 12_000, "1.2만"))
    assert views(sagwan) == [(12_345, None), (12_000, None), (12_000, {"views": "1.2만"}), (12_345, None)]


def test_a_mover_is_rounded_as_it_was_when_it_was_counted_last(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "list", rated(9_990, None))
    begun = maker.now + 10
    look(maker, "list", rated(12_000, None))
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "list", rated(12_000, "1.2만", 4))
    (mover,) = sagwan("movers", "--from", iso(begun), "--to", "2099-01-01", "--json").lines
    assert (mover["likes"], mover["rounded"]) == ([9_990, 12_000], {"likes": [None, "1.2만"]})
    look(maker, "list", rated(12_000, None, 5))
    (mover,) = sagwan("movers", "--from", iso(begun), "--to", "2099-01-01", "--json").lines
    assert "rounded" not in mover


def test_of_comments_that_grew_alike_the_same_are_told_after_a_rebuild(maker: Maker) -> None:
    """Row ids are others then, and say nothing."""
    keys = ["4", "1", "3", "2"]
    for likes in (1, 6):
        look(maker, "list", Listing("NEW", "votes", 1, tuple(Comment(key, "글", likes=likes) for key in keys)))
    found = list(movers(maker.db, maker.now - 10, maker.now + 10, 2))
    assert [line["ref"].partition("#")[2] for line in found] == ["1", "2"]


def test_the_table_of_a_watch_marks_what_is_made_from_rounded_numbers(maker: Maker) -> None:
    look(maker, "list", rated(9_990, None))
    assert pulse.rounded(maker.db, 1, maker.now) == frozenset()
    look(maker, "list", rated(12_000, "1.2만"))
    assert pulse.rounded(maker.db, 1, maker.now) == {"likes"}
    assert pulse.rounded(maker.db, 1, maker.now + 3_600_000) == frozenset()  # no more in the window
    look(maker, "page", article("가"), Count("comments", 12_000, "1.2만"))
    about = pulse.rounded(maker.db, 1, maker.now)
    assert about == {"likes", "comments"}
    assert live.cells(Row("r", None, 3_600_000, 12_000, 3.25, None, None, 0, about))[2:4] == ("~12,000", "~3.2")
