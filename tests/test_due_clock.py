"""What is due where a clock was ahead, by table: times that are still to come."""

from __future__ import annotations

import pytest

from archive.watched import Asked, Watched
from crawler.due import State, due
from crawler.ladder import DAY, HOUR, MINUTE, Ladder
from tests.test_due import HOT, NOW, SITE, article


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (article(HOUR, page_ago=-DAY), ["article: article 15m"]),
        (article(HOUR, walk_ago=-DAY), ["walk: walk 15m"]),
        (article(HOUR, counts_ago=-DAY), ["counts: counts 5m"]),
        (
            article(2 * DAY, page_ago=-DAY, walk_ago=-DAY, counts_ago=-DAY),
            ["article: article 3h", "counts: counts 1h", "walk: walk quiet 12h"],
        ),
        (article(HOUR, page_ago=None, known_at=NOW + DAY), ["article: article first"]),
        (article(HOUR, walk_ago=None, page_ago=-DAY), ["article: article 15m", "walk: walk first"]),
        (
            article(HOUR, open_walk="w", last_ago=-DAY, walk_ago=-DAY),
            ["walk: walk 15m"],
        ),  # a new one: nobody knows what is behind it
        (article(40 * DAY, page_ago=-DAY, walk_ago=-DAY), ["article: sweep 30d", "walk: sweep 30d"]),
        # Hot: the walk may have to wait for a budget, the peek of a second ago is not made again.
        (article(HOUR, walk_ago=-DAY, **HOT), ["walk: walk hot 15m"]),
        (article(HOUR, peek_ago=-DAY, walk_ago=2 * MINUTE, heat=5.0, heat_at=NOW + DAY), ["peek: peek hot 1m"]),
        (article(HOUR, page_ago=-30_000, walk_ago=-30_000, counts_ago=-30_000), []),  # stamps run ahead a little
    ],
)
def test_what_was_looked_at_by_a_clock_that_was_ahead_is_due_now_and_not_late(watched: Watched, expected: list[str]) -> None:
    found = due(NOW, State(NOW + DAY, [watched], [], []), Ladder(), SITE)
    assert sorted(f"{look.kind}: {look.why}" for look in found.looks) == sorted(expected)
    assert all(look.late(NOW) == 0 or look.why.startswith("sweep") for look in found.looks)


def test_what_was_asked_by_a_clock_that_was_ahead_is_due_now() -> None:
    for begun, at in ((NOW + DAY, None), (NOW - DAY, NOW + DAY)):
        asked = [Asked("q", at)]
        assert [look.due_at for look in due(NOW, State(begun, [], asked, asked), Ladder(), SITE).looks] == [NOW, NOW]
