"""What looks prove about a comment's being there: the table of DESIGN 6, on a real archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import open_for_reading
from archive.changes import KINDS, changes
from archive.comment_life import life
from archive.history import as_of, series
from archive.lookup import find_article
from archive.replay import replay
from archive.support import subject, supports
from archive.times import iso
from tests.maker import ARTICLE, Maker, row

END = 1 << 60


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path)
    yield made
    made.close()


def told(maker: Maker, *kinds: str) -> list[tuple[str, str]]:
    """The changes of these kinds as (change, comment key)."""
    with closing(open_for_reading(maker.root)) as db:
        found = changes(db, [find_article(db, "daum", ARTICLE)], 0, END, frozenset(kinds or set(KINDS) - {"appeared"}))
        return [(line["change"], line["ref"].partition("#")[2]) for line in found]


def lines(maker: Maker, at: int = END) -> dict[str, dict[str, Any]]:
    """The comments as of a time, by key."""
    with closing(open_for_reading(maker.root)) as db:
        found = list(as_of(db, find_article(db, "daum", ARTICLE), at))
    return {line["ref"].partition("#")[2]: line for line in found if line["kind"] == "comment"}


def test_in_vote_order_one_complete_walk_makes_missing_and_two_prove_gone(maker: Maker) -> None:
    maker.walk([row(1, 9), row(2, 5), row(3, 1)])
    seen_last = maker.now
    maker.walk([row(1, 9), row(3, 1)])
    assert told(maker) == [("missing", "2")]
    assert lines(maker)["2"]["state"] == "missing"
    maker.walk([row(1, 9), row(3, 1)])
    assert told(maker) == [("missing", "2"), ("gone", "2")]
    gone = lines(maker)["2"]
    assert (gone["state"], gone["last_state"], gone["rank"]) == ("gone", "visible", None)
    assert gone["last_seen"] < iso(seen_last) < gone["first_missing"]  # type: ignore[operator]
    assert len(gone["evidence"]) == 2


def test_a_page_in_another_order_than_it_claims_proves_nobody_gone(maker: Maker) -> None:
    maker.page([row(key) for key in (9, 7, 5, 3, 1)], sort="LATEST")
    maker.page([row(key) for key in (1, 9)], sort="LATEST")  # the likes were asked for, or the site took them
    assert told(maker, "gone", "missing") == []
    maker.page([row(key) for key in (9, 7, 3, 1)], sort="LATEST")
    assert told(maker, "gone", "missing") == [("gone", "5")]


def test_where_no_number_is_declared_two_walks_prove_gone_only_if_one_page_was_all(maker: Maker) -> None:
    maker.walk([row(1, 9), row(2, 5), row(3, 4)], declares=False)
    for _ in range(2):
        maker.walk([row(1, 9), row(3, 4)], declares=False)
    assert told(maker) == [("missing", "2"), ("gone", "2")]
    for _ in range(3):  # 3 may have slipped over the border each time
        maker.walk([row(1, 9)], [row(4, 1)], declares=False)
    assert told(maker)[2:] == [("missing", "3")]


def test_what_stands_beside_a_text_is_told(maker: Maker) -> None:
    left = row(1)["user"] | {"status": "D", "displayName": "탈퇴한 사용자"}
    maker.page([row(1)])
    maker.page([row(1, icon="2212206:15:3")])
    maker.page([row(1, icon="2212206:15:3", user=left)])
    with closing(open_for_reading(maker.root)) as db:
        (edited,) = changes(db, [find_article(db, "daum", ARTICLE)], 0, END, frozenset({"edited"}))
        said = [line for _, line in replay(db, 0, END) if line["kind"] == "comment"]
    assert edited["fields"] == {"attachment": [None, "2212206:15:3"]}
    assert [(line["attachment"], line["account_state"]) for line in said] == [
        (None, "S"),
        ("2212206:15:3", "S"),
        ("2212206:15:3", "D"),
    ]
    assert said[1]["account_name"] != said[2]["account_name"]


def test_a_list_that_is_empty_for_everybody_proves_nothing_gone(maker: Maker) -> None:
    maker.walk([row(1, 9), row(2, 5)])
    for _ in range(3):
        maker.walk([])
    assert told(maker) == [("missing", "1"), ("missing", "2")]
    maker.walk([row(1, 9)])
    assert told(maker)[2:] == [("returned", "1")]
    maker.walk([row(1, 9)])
    assert told(maker)[3:] == [("gone", "2")]


def test_an_incomplete_walk_a_refusal_and_an_unknown_page_prove_nothing(maker: Maker) -> None:
    maker.walk([row(1, 9), row(2, 5), row(3, 1)])
    maker.walk([row(1, 9)], complete=False)
    maker.walk([row(1, 9)], complete=False)
    url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=LATEST"
    maker.keep(maker.exchange(url, "daum.comments", b"<html>captcha</html>"))
    maker.keep(maker.exchange(url, "daum.comments", b"{}", status=500))
    assert told(maker) == []
    assert {line["state"] for line in lines(maker).values()} == {"visible"}


def test_a_page_in_stable_order_proves_what_lies_between_its_ends(maker: Maker) -> None:
    maker.walk([row(n) for n in (9, 8, 7, 6, 5, 4)], sort="LATEST")
    maker.page([row(n) for n in (8, 6)], sort="LATEST", offset=1)  # a peek, not from the list's beginning
    assert told(maker) == [("gone", "7")]  # 9 lies before its first, 5 and 4 after its last: nothing is said of them


def test_the_beginning_of_a_stable_list_is_one_side(maker: Maker) -> None:
    maker.walk([row(n) for n in (9, 8, 7)], sort="LATEST")
    maker.page([row(n) for n in (8, 7)], sort="LATEST", offset=0)
    assert told(maker) == [("gone", "9")]
    maker.page([row(n) for n in (7, 8)], sort="CHRONOLOGICAL", offset=0)
    assert told(maker) == [("gone", "9")]  # in the other direction 9 would stand at the end, which was not read


def test_what_comes_back_has_returned(maker: Maker) -> None:
    maker.walk([row(1), row(2)])
    maker.walk([row(1)])
    maker.walk([row(1), row(2)])
    assert told(maker) == [("missing", "2"), ("returned", "2")]
    assert lines(maker)["2"]["state"] == "visible"


def test_what_came_back_did_so_after_the_last_walk_without_it_began(maker: Maker) -> None:
    """Where in a walk it should have stood nobody knows: it may have come back while the replies were read, after the list."""
    maker.walk([row(1), row(2)])
    for _ in range(3):
        began = maker.now
        maker.walk([row(1)], replies={1: [row(11, parentId=1)]})
    maker.walk([row(1), row(2)], replies={1: [row(11, parentId=1)]})
    with closing(open_for_reading(maker.root)) as db:
        article = find_article(db, "daum", ARTICLE)
        (line,) = changes(db, [article], 0, END, frozenset({"returned"}))
        (became,) = (one for one in life(db, article, "2").states if one.state == "returned")
    assert line["not_before"] == iso(began + 15)  # its list was the next exchange, received 5 ms after it was sent
    assert became.not_before == began + 15


def test_what_came_back_after_a_page_proved_it_gone_did_so_after_the_last_such_page(maker: Maker) -> None:
    maker.walk([row(n) for n in (9, 8, 7)], sort="LATEST")
    maker.page([row(n) for n in (9, 7)], sort="LATEST")
    last = maker.page([row(n) for n in (9, 7)], sort="LATEST")
    maker.page([row(9)], sort="LATEST")  # says nothing of what stands below
    maker.page([row(n) for n in (9, 8, 7)], sort="LATEST")
    with closing(open_for_reading(maker.root)) as db:
        gone, line = changes(db, [find_article(db, "daum", ARTICLE)], 0, END, frozenset({"gone", "returned"}))
    assert gone["seen_at"] < line["not_before"] == iso(last.facts.received_at)


def test_a_late_comment_is_not_missing_from_walks_before_it(maker: Maker) -> None:
    maker.walk([row(1)])
    maker.walk([row(1)])
    maker.walk([row(1), row(2)])
    assert told(maker) == []


def test_as_of_goes_back_in_time(maker: Maker) -> None:
    maker.walk([row(1, likes=1, text="처음"), row(2)])
    first = maker.now
    maker.walk([row(2, likes=8), row(1, likes=5, text="고침")])
    then, now = lines(maker, first), lines(maker)
    assert (then["1"]["likes"], then["1"]["text"], then["1"]["rank"]) == (1, "처음", 1)
    assert (now["1"]["likes"], now["1"]["text"], now["1"]["rank"]) == (5, "고침", 2)
    assert list(then) == ["1", "2"]
    assert list(now) == ["2", "1"]
    assert told(maker) == [("counts", "2"), ("edited", "1"), ("counts", "1")]


def test_nothing_is_known_before_the_first_capture(maker: Maker) -> None:
    before = maker.now
    maker.walk([row(1)])
    with closing(open_for_reading(maker.root)) as db:
        assert list(as_of(db, find_article(db, "daum", ARTICLE), before)) == []


def test_series_has_the_looks_at_which_nothing_changed(maker: Maker) -> None:
    maker.walk([row(1, likes=3)])
    maker.walk([row(1, likes=3)])
    maker.walk([row(1, likes=4)])
    with closing(open_for_reading(maker.root)) as db:
        found = list(series(db, find_article(db, "daum", ARTICLE), "1", END, "likes"))
        assert db.execute("SELECT count(*) FROM observations").fetchone() == (2,)
    assert [line["likes"] for line in found] == [3, 3, 4]


def test_the_bounds_of_a_change_are_the_looks_around_it(maker: Maker) -> None:
    maker.walk([row(1, likes=3)])
    maker.walk([row(1, likes=3)])
    unchanged = maker.now - 10
    maker.walk([row(1, likes=4)])
    with closing(open_for_reading(maker.root)) as db:
        (line,) = changes(db, [find_article(db, "daum", ARTICLE)], 0, END, frozenset({"counts"}))
    assert line["counts"] == {"likes": [3, 4]}
    assert line["not_before"] == iso(unchanged + 5)
    assert line["seen_at"] > line["not_before"]


def test_a_reply_among_the_comments_has_no_place_in_their_order(maker: Maker) -> None:
    maker.walk([row(n) for n in (9, 8, 7, 6)], sort="LATEST")
    maker.page([row(7), row(6), row(10, parentId=6)], sort="LATEST", offset=2)  # the newest of all, under the oldest
    assert told(maker) == []
    assert {lines(maker)[key]["state"] for key in "98"} == {"visible"}
    maker.page([row(8), row(6), row(10, parentId=6)], sort="LATEST", offset=1)
    assert told(maker) == [("gone", "7")]


def test_replies_to_replies_and_those_that_name_each_other_are_there_once_each(maker: Maker) -> None:
    """What a site says of parents may be nonsense; no comment may be missing for it."""
    parents = {1: 0, 2: 1, 3: 2, 4: 0, 5: 3, 6: 7, 7: 6, 8: 8, 9: 7, 10: 99}
    maker.page([row(key, parentId=parent) for key, parent in parents.items()])
    with closing(open_for_reading(maker.root)) as db:
        article = find_article(db, "daum", ARTICLE)
        order = [int(line["ref"].partition("#")[2]) for line in as_of(db, article, END) if line["kind"] == "comment"]
        assert sorted(order) == sorted(parents)
        assert all(order.index(parent) < order.index(key) for key, parent in {2: 1, 3: 2, 5: 3}.items())
        for key in parents:
            found = supports(db, subject(db, article, str(key)), END)
            assert found is not None
            assert found[1]
