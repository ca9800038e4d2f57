"""Moved together: jumps in the same short intervals between looks, with the bounds that the looks give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.together import LEAST, LONGEST_MS, together
from tests.maker import ARTICLE, Maker, row

OTHER = "20260921090000456"
MINUTE = 60_000


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path)
    yield made
    made.close()


def looks(maker: Maker, *likes: dict[int, int], every: int = MINUTE, article: str = ARTICLE) -> None:
    """A look after each so many ms, at comments with these likes."""
    for some in likes:
        maker.now += every - 10
        maker.page([row(key, count) for key, count in some.items()], article=article)


def test_what_jumps_between_the_same_looks_is_a_moment_with_their_bounds(maker: Maker) -> None:
    calm = {1: 3, 2: 4, 3: 5, 4: 100}
    looks(maker, *[calm] * 30)
    before = maker.now + 5
    looks(maker, {1: 53, 2: 44, 3: 35, 4: 101})
    after = maker.now + 5
    looks(maker, *[{1: 53, 2: 44, 3: 35, 4: 102}] * 20)
    found = together(maker.db, 0, maker.now + 10)
    (moment,) = found.moments
    assert (moment.start, moment.end, moment.common) == (before, after, (before, after))
    assert [(one.ref[-2:], one.likes) for one in moment.jumps] == [("#1", (3, 53)), ("#2", (4, 44)), ("#3", (5, 35))]
    assert (moment.growth, moment.articles, found.jumps, found.pairs) == (120, 1, 3, ())
    captures = {text for (text,) in maker.db.execute("SELECT lower(hex(record)) FROM capture_rows")}
    assert all(one.replace("-", "") in captures for jump in moment.jumps for one in jump.evidence)


def test_a_step_to_a_number_that_the_site_rounded_is_no_jump(maker: Maker) -> None:
    """Nobody knows how large it was."""
    looks(maker, *[{1: 3, 2: 4, 3: 5}] * 30)
    looks(maker, *[{1: 53, 2: 44, 3: 35}] * 20)
    (seen,) = maker.db.execute("SELECT capture FROM observations WHERE likes = 53").fetchone()
    sql = f"INSERT INTO rounded SELECT 1, id, 'likes', {seen}, ? FROM comments LIMIT 1"
    maker.db.execute(sql, (None,))  # exact since
    assert together(maker.db, 0, maker.now + 10).jumps == 3
    maker.db.execute("DELETE FROM rounded")
    maker.db.execute(sql, ("50+",))
    assert together(maker.db, 0, maker.now + 10).jumps == 2


def test_pairs_are_those_that_shared_moments(maker: Maker) -> None:
    now = dict.fromkeys(range(1, 6), 0)
    for turn in range(3):
        looks(maker, *[dict(now)] * 20)
        for key in (1, 2, 3 + turn):
            now[key] += 50
        looks(maker, dict(now))
    found = together(maker.db, 0, maker.now + 10)
    assert len(found.moments) == 3
    assert [(one[-2:], other[-2:], count) for one, other, count in found.pairs] == [("#1", "#2", 3)]


def test_of_two_articles_only_what_can_have_been_at_one_time_is_together(maker: Maker) -> None:
    for _ in range(3):
        looks(maker, {1: 0, 2: 0})
        looks(maker, {3: 0}, every=20_000, article=OTHER)
    looks(maker, {1: 30, 2: 30}, every=40_000)
    looks(maker, {3: 30}, every=20_000, article=OTHER)
    (moment,) = together(maker.db, 0, maker.now + 10).moments
    assert (moment.articles, len(moment.jumps)) == (2, 3)
    assert moment.common == (max(one.after for one in moment.jumps), min(one.until for one in moment.jumps))
    assert moment.common[0] < moment.common[1]
    for likes in (0, 0, 0, 30):  # it begins when the others have ended
        looks(maker, {4: likes}, article=OTHER)
    assert len(together(maker.db, 0, maker.now + 10).moments) == 1


def test_slow_small_and_steady_growth_is_no_jump(maker: Maker) -> None:
    looks(maker, *[{1: n * 20, 2: n * 20, 3: n * 20} for n in range(30)])  # fast, and always so
    assert together(maker.db, 0, maker.now + 10).jumps == 0
    looks(maker, *[{4: n * (LEAST - 1), 5: n, 6: n} for n in (0, 1)])
    looks(maker, {7: 0, 8: 0, 9: 0})
    looks(maker, {7: 90, 8: 90, 9: 90}, every=LONGEST_MS + 1000)  # when in between nobody knows
    assert together(maker.db, 0, maker.now + 10).jumps == 0


def test_what_was_watched_too_shortly_to_compare_is_no_jump(maker: Maker) -> None:
    looks(maker, {1: 0, 2: 0, 3: 0}, {1: 90, 2: 90, 3: 90})
    assert together(maker.db, 0, maker.now + 10).jumps == 0
    looks(maker, {1: 90, 2: 90, 3: 90})  # it has stopped
    assert together(maker.db, 0, maker.now + 10).jumps == 3


def test_what_no_look_showed_before_is_no_growth(maker: Maker) -> None:
    looks(maker, {1: 5000, 2: 5000, 3: 5000})
    assert together(maker.db, 0, maker.now + 10).moments == ()
    assert together(maker.db, maker.now + 10, maker.now + 20).jumps == 0
