"""Movers: the growth between two moments, by brute force over what the portal showed, and what nobody knows left out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.movers import movers
from tests.conftest import Sagwan
from tests.maker import KEY, Maker, row

ARTICLES = [f"2026092109000{n:04}" for n in range(6)]
Shown = tuple[int, str, dict[int, int]]  # when, article, likes by comment


def evening(maker: Maker) -> list[Shown]:
    """Looks at pages of several articles while votes move up and down; what each showed."""
    chance = random.Random(3)
    likes = {
        article: {100 * n + i: chance.randrange(50) for i in range(chance.randrange(3, 9))}
        for n, article in enumerate(ARTICLES)
    }
    shown: list[Shown] = []
    for turn in range(150):
        maker.now += chance.randrange(1, 20_000)
        article = chance.choice(ARTICLES)
        votes = likes[article]
        if not turn % 10:
            votes[max(votes) + 1] = chance.randrange(500)
        for key in votes:
            votes[key] += chance.choice((0, 0, 0, 1, 2, 40, -1))
        page = {key: votes[key] for key in chance.sample(sorted(votes), min(4, len(votes)))}
        seen = maker.page([row(key, number) for key, number in page.items()], article=article)
        shown.append((seen.facts.received_at, article, page))
    return shown


def by_hand(shown: list[Shown], start: int, end: int) -> list[tuple[int, str, list[int]]]:
    """(growth, reference, likes at both ends) of all that grew, greatest first."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for at, article, page in shown:
        for key, number in page.items():
            if at <= start:
                before[f"daum:{article}#{key}"] = number
            if at <= end:
                after[f"daum:{article}#{key}"] = number
    grown = [(after[ref] - number, ref, [number, after[ref]]) for ref, number in before.items() if after[ref] > number]
    return sorted(grown, key=lambda entry: (-entry[0], entry[1]))


def test_the_growth_is_what_brute_force_finds(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    shown = evening(maker)
    times = [at for at, _, _ in shown]
    chance = random.Random(4)
    found_any = 0
    for _ in range(60):
        start, end = sorted(chance.sample(times, 2))
        found = list(movers(maker.db, start, end, 1000))
        assert sorted((line["growth"], line["ref"], line["likes"]) for line in found) == sorted(by_hand(shown, start, end))
        assert [line["growth"] for line in found] == sorted((line["growth"] for line in found), reverse=True)
        found_any += len(found)
        for line in list(movers(maker.db, start, end, 3)):
            assert line["growth"] >= found[min(2, len(found) - 1)]["growth"]
    assert found_any > 200
    maker.close()


def test_the_evidence_is_the_last_look_before_and_the_look_that_showed_it(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1, 5), row(2, 7)])
    unchanged = maker.page([row(1, 5)])
    start = maker.now + 6
    maker.page([row(1, 9), row(3, 900)])
    shown = maker.page([row(1, 65), row(3, 999)])
    (line,) = movers(maker.db, start, maker.now + 6)
    assert (line["ref"].partition("#")[2], line["growth"], line["likes"]) == ("1", 60, [5, 65])
    assert line["evidence"] == [unchanged.record, shown.record]
    maker.close()


def test_likes_that_the_site_did_not_say_have_no_growth(tmp_path: Path) -> None:
    from archive.records import Comment, Listing  # rows as a site without counts gives them

    maker = Maker(tmp_path)
    maker.page([row(1, 5)])
    before = maker.now + 6
    maker.now += 100
    with maker.store.transaction():
        article = maker.db.execute("SELECT id FROM articles").fetchone()[0]
        capture = maker.db.execute("SELECT max(id) FROM capture_rows").fetchone()[0]
        comments = maker.store._comments
        comments.store(capture + 1, article, Listing("x", "votes", 1, (Comment("1", "댓글 1", likes=None),)))
        maker.db.execute(
            "INSERT INTO capture_rows SELECT id + 1, x'01', run, walk, article, kind, url, NULL, at + 50, received_at + 50, "
            "NULL, 200, NULL, warc, 1, 1, NULL FROM capture_rows WHERE id = ?",
            (capture,),
        )
    assert list(movers(maker.db, before, maker.now + 1000)) == []
    maker.close()


def test_the_command_prints_rows_and_lines(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    maker.page([row(1, 5), row(2, 7)])
    maker.now += 700_000
    maker.page([row(1, 65, text="손으로\n쓴 글"), row(2, 8), row(3, 900)])
    maker.close()
    (first, second) = sagwan("movers", "--within", "10m", "--json").lines
    assert (first["kind"], first["growth"], first["likes"], first["text"]) == ("mover", 60, [5, 65], "손으로\n쓴 글")
    assert second["growth"] == 1
    shown = sagwan("movers", "--from", "2026-09-01", "--to", first["seen_at"], "--top", "1")
    assert shown.code == 2  # all of it was first seen inside this window
    assert "no comment that was known at 2026-09-01T00:00:00.000+09:00 grew until" in shown.err
    assert "3 comments were first seen after the window began, and are left out" in shown.err
    shown = sagwan("movers", "--from", first["not_before"], "--to", first["seen_at"], "--top", "1")
    assert (shown.code, len(shown.out.splitlines())) == (0, 1)
    assert "+60  5 -> 65" in shown.out
    assert shown.err == "1 comment was first seen after the window began, and is left out\n"
    assert not sagwan("movers", "--from", first["seen_at"], "--to", "now").err.count("left out")


@pytest.mark.parametrize(
    "args", [(), ("--within", "10m", "--to", "now"), ("--from", "2026-09-02", "--to", "2026-09-01"), ("--within", "soon")]
)
def test_a_window_that_is_none_is_misuse(sagwan: Sagwan, args: tuple[str, ...]) -> None:
    Maker(sagwan.archive).close()
    ended = sagwan("movers", *args)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
