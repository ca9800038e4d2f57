"""What is there as of a capture, read from the end, is what reading every look from the beginning finds."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from archive.presence import Snapshot
from archive.timeline import Look, Presence, Timeline
from tests.maker import Maker, row

Places = dict[int, tuple[str, int]]
COMMENTS = """
SELECT c.id, c.n, c.key, (SELECT parent_key FROM comment_versions v WHERE v.comment = c.id ORDER BY capture LIMIT 1)
FROM comments c WHERE c.first_capture <= ?"""
SORTS = ("RECOMMEND", "LATEST", "CHRONOLOGICAL")


def forwards(looks: list[Look], numbers: dict[int, int], sort: str | None) -> Places:
    """The places by the rule as it is said: of the last walk in the sort, and of the last walk over each comment's replies; of
    a peek until the walk goes on between whose pages it came."""
    scopes: dict[str | None, tuple[int | None, Places]] = {}  # the last walk and its places
    shown: dict[str | None, Places] = {}
    for look in looks:
        if look.parent is None and sort not in (None, look.sort):
            continue
        walk, places = scopes.get(look.parent, (None, {}))
        places = {} if look.walk is None or walk != look.walk else places
        for n, comment in enumerate(look.ids):
            places.setdefault(numbers[comment], (look.sort, look.rank + n))
        shown[look.parent] = places
        if look.walk is not None:
            scopes[look.parent] = (look.walk, places)
    top = shown.pop(None, {})
    return {number: place for places in shown.values() for number, place in places.items()} | top


def story(maker: Maker, chance: random.Random) -> None:
    """Walks and peeks in all sorts while comments and replies come, vanish and come back."""
    there: dict[int, dict[str, Any]] = {}
    away: dict[int, dict[str, Any]] = {}
    answers: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for turn in range(25):
        for _ in range(chance.randrange(4)):
            there[len(there) + len(away) + 1] = row(len(there) + len(away) + 1, chance.randrange(9))
        for key in chance.sample(sorted(there), chance.choice((0, 0, 1)) if there else 0):
            away[key] = there.pop(key)
        for key in chance.sample(sorted(away), chance.choice((0, 0, 0, 1)) if away else 0):
            there[key] = away.pop(key)
        for parent in chance.sample(sorted(there), min(2, len(there))):
            answers[parent][1000 + turn] = row(1000 + turn + 100 * parent, parentId=parent)
            if chance.random() < 0.3:
                answers[parent].pop(chance.choice(sorted(answers[parent])))
        sort = chance.choice(SORTS)
        keys = sorted(there, reverse=sort == "LATEST")
        if sort == "RECOMMEND":
            keys.sort(key=lambda key: -int(there[key]["likeCount"]))
        rows = [there[key] for key in keys]
        if turn % 3:
            pages = [rows[n : n + 4] for n in range(0, len(rows), 4)]
            replies = {parent: list(rows.values()) for parent, rows in answers.items() if rows and parent in there}
            maker.walk(*pages, sort=sort, complete=chance.random() < 0.7, replies=replies if turn % 2 else None)
        elif rows:
            first = chance.randrange(len(rows))
            maker.page(rows[first : first + 4], sort, first)
            parent = chance.choice(sorted(there))
            if answers[parent]:
                maker.replies(parent, list(answers[parent].values()))
    for turn in range(3):  # walks with peeks between their pages
        walk, sort, rows = str(uuid.uuid4()), chance.choice(SORTS), chance.sample(sorted(there), len(there))
        for n in range(0, len(rows), 3):
            maker.page([there[key] for key in rows[n : n + 3]], sort, n, walk=walk)
            if chance.random() < 0.6 - 0.2 * turn:
                maker.page([there[key] for key in chance.sample(rows, min(3, len(rows)))], chance.choice(SORTS))


def present(known: dict[int, Presence]) -> dict[int, Presence]:
    """Those that are there."""
    return {number: presence for number, presence in known.items() if presence.state == "present"}


@pytest.mark.parametrize("seed", range(8))
def test_both_ways_of_reading_agree_at_every_other_capture(tmp_path: Path, seed: int) -> None:
    maker = Maker(tmp_path)
    story(maker, random.Random(seed))
    states = set()
    (last,) = maker.db.execute("SELECT max(id) FROM captures").fetchone()
    for until in range(1 + seed % 2, last + 1, 2):
        comments = maker.db.execute(COMMENTS, (until,)).fetchall()
        numbers = {identity: n for identity, n, *_ in comments}
        timeline = Timeline(maker.db, 1, until)
        looks = [look for look in timeline.events() if isinstance(look, Look)]
        known = {numbers[comment]: presence for comment, presence in timeline.presence.items()}
        for sort in (None, *SORTS):
            found = Snapshot(maker.db, 1, until, [told[1:] for told in comments], sort)
            assert found.places == forwards(looks, numbers, sort), (until, sort)
            assert found.last == {number: presence.last_seen for number, presence in known.items()}, until
            assert present(known) | found.absent == known, until
            states |= {presence.state for presence in known.values()}
    assert states == {"present", "missing", "gone"}
    maker.close()


def test_one_that_vanished_from_many_is_found_where_it_was_last(tmp_path: Path) -> None:
    """Numbers beyond a byte; the one and the other stand in each other's bytes."""
    maker = Maker(tmp_path)
    rows = [row(key) for key in range(1, 601)]
    gone = {1: 3, 2: 5, 255: 4, 256: 6, 257: 3, 513: 2}  # by number in the article: how many looks saw it
    for turn in range(8):
        maker.walk(*[[one for one in rows[n : n + 100] if gone.get(one["id"], 8) > turn] for n in range(0, 600, 100)])
    comments = maker.db.execute(COMMENTS, (1 << 62,)).fetchall()
    assert [(number, key) for _, number, key, _ in comments] == [(n, str(n)) for n in range(1, 601)]
    found = Snapshot(maker.db, 1, 1 << 62, [told[1:] for told in comments])
    assert {n for n, known in found.absent.items() if known.state == "gone"} == set(gone)
    for number, looks in gone.items():
        assert found.last[number] == found.absent[number].last_seen == 6 * (looks - 1) + (number - 1) // 100 + 1, number
    maker.close()
