"""What counts as far less than before, and what does not: both sides of each rule, and what the question costs."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from archive import alarms
from archive.archive import open_for_writing
from archive.capture import Parsed
from archive.event_kinds import Raised, RunEnded
from archive.pseudonym import Pseudonyms
from archive.records import Account, Article, Comment, Count, Listing, Moment
from archive.yields import Yield, judge, less

PAGE = "x.page"


def some(records: float, pages: int = 5, **fields: int) -> Yield:
    """So many records a page; a field is written `comment__text`."""
    return Yield(pages=pages, records=round(records * pages), fields={k.replace("__", "."): n for k, n in fields.items()})


def of(text: int, comments: int = 100) -> Yield:
    """Comments of which so many have a text."""
    return some(20, comment=comments, comment__text=text)


STATES = [some(20, row=100, row__state=100)] * 8
STEADY, COMMENTS = [some(40)] * 8, [of(98), of(100), of(95)] * 3
CASES: list[tuple[str, Yield, list[Yield], str | None]] = [
    ("nothing on pages that had forty", some(0), STEADY, "broken"),
    ("a tenth", some(4), STEADY, "thin"),
    ("a third is a bad day", some(13), STEADY, None),
    ("once a third, now an eighth", some(4), [*STEADY, some(20)], "thin"),
    ("more than ever", some(400), STEADY, None),
    ("what was always one or two says nothing", some(0), [some(1.4)] * 8, None),
    ("where it was once as few it may be again", some(4), [*STEADY, some(15)], None),
    ("nothing is less than that", some(0), [*STEADY, some(5)], "broken"),
    ("where it was once nothing it may be again", some(0), [*STEADY, some(0)], None),
    ("four readings are no past", some(0), STEADY[:4], None),
    ("articles at night have few comments", some(1, comment=5, comment__text=5), COMMENTS, None),
    ("but not none at all", some(0), COMMENTS, "broken"),
    ("no comment has a text", of(0), COMMENTS, "broken"),
    ("few have one", of(10), COMMENTS, "thin"),
    ("half of them", of(50), COMMENTS, None),
    ("of four comments nothing is said", of(0, 4), COMMENTS, None),
    ("what a third had, nobody misses", of(0), [of(33)] * 8, None),
    ("of no comment is known why it is hidden", some(20, row=100, row__state=0), STATES, "broken"),
    ("of few it is", some(20, row=100, row__state=20), STATES, "thin"),
    ("runs before did not ask", some(20, row=100, row__state=0), COMMENTS, None),
    ("every thread declares 0", some(1, count=5), [some(1, count=5, count__above_0=5)] * 8, "broken"),
]


@pytest.mark.parametrize(("now", "past", "kind"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_far_less(now: Yield, past: list[Yield], kind: str | None) -> None:
    found = judge(PAGE, now, past)
    assert (found.kind if found is not None else None) == kind
    assert found is None or found.text.startswith(f"{PAGE}: ")


VOTES = (Count("likes", 3), Count("dislikes", 0), Count("views", 9))
ROW = Comment("1", "글", Account("a"), created=Moment(0, 0, "second", ""), likes=1, dislikes=0)


@pytest.mark.parametrize(
    ("lacks", "missed"),
    [(structs.replace(ROW, dislikes=None), "comment.dislikes"), (VOTES[:1], "article.dislikes"), (VOTES[1:], "article.likes")],
)
def test_votes_that_have_another_place_now_are_missed(lacks: Comment | tuple[Count, ...], missed: str) -> None:
    def reading(row: Comment, votes: tuple[Count, ...]) -> Yield:
        given = Yield()
        for _ in range(5):
            records = (Article("1", "u", title="글", text="글"), *votes, Listing("LISTED", "asc", 1, (row,)))
            given.add(Parsed("ok", records, "x.page/1"), 100)
        return given

    past = [reading(ROW, VOTES)] * 8
    assert judge(PAGE, past[0], past) is None
    found = judge(PAGE, reading(lacks, VOTES) if isinstance(lacks, Comment) else reading(ROW, lacks), past)
    assert found is not None
    assert f"0% of 5 have {missed}, " in found.text


def test_chance_alone_raises_next_to_nothing() -> None:
    """Searches with few or many hits, threads with none or thousands, day and night: three years of readings, four a day."""
    chance = random.Random(1)
    wolves, readings = 0, 4_000
    for base, spread, comments in ((3, 1.0, 0), (6, 0.8, 0), (10, 0.3, 0), (40, 0.1, 0), (60, 1.5, 1)):
        past: list[Yield] = []
        for n in range(readings):
            night = 0.4 if n % 4 == 3 else 1.0
            now = some(sum(min(100.0, base * night * chance.lognormvariate(0, spread)) for _ in range(5)) / 5)
            now.fields = {"comment": now.records} if comments else {}
            wolves += judge(PAGE, now, past[-20:]) is not None
            past.append(now)
    assert wolves == 0


# -- the question, asked of the archive


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    """An archive without a capture."""
    return open_for_writing(tmp_path / "archive.db", Pseudonyms(b"k" * 32))


def runs(db: sqlite3.Connection, number: int, given: Callable[[int], Yield], well: bool = True, **raised: Any) -> None:
    """So many runs that saw one page kind."""
    with db:
        db.execute("BEGIN")
        for n in range(number):
            values = (f"{n} {db.total_changes}", "t", "daum", "test", 1, "", "{}")
            sql = "INSERT INTO run_begun (uuid, topic, source, trigger, started_at, code, settings) VALUES (?,?,?,?,?,?,?)"
            run = db.execute(sql, values).lastrowid or 0
            told = (Raised(**raised, page=PAGE, capture=None, count=1),) if raised else ()
            alarms.keep(db, "daum", run, RunEnded(run, "", "ok", {}, told, {PAGE: (well, given(n))}))


def said(db: sqlite3.Connection, now: Yield) -> str | None:
    found = less(db, "daum", "t", PAGE, now)
    return found.kind if found is not None else None


def test_short_runs_are_added_up(db: sqlite3.Connection) -> None:
    runs(db, 40, lambda n: some(20, pages=1))
    assert said(db, some(0, pages=2)) is None  # two pages, and three of runs that were well
    runs(db, 3, lambda n: some(0, pages=1))
    assert said(db, some(0, pages=2)) == "broken"
    assert said(db, some(20, pages=2)) is None


def test_what_was_wrong_is_no_past(db: sqlite3.Connection) -> None:
    runs(db, 30, lambda n: some(20))
    runs(db, 30, lambda n: some(0), well=False)
    assert said(db, some(0)) == "broken"
    assert said(db, some(20)) is None


def test_a_page_that_could_be_read_and_comes_no_more(db: sqlite3.Connection) -> None:
    lost = Yield(lost=1)
    assert said(db, Yield(lost=9)) is None  # never read: it is not missed
    runs(db, 1, lambda n: some(3))
    assert said(db, lost) is None  # once is nothing
    runs(db, 2, lambda n: lost, well=False)
    assert said(db, lost) == "broken"
    runs(db, 1, lambda n: some(3))
    assert said(db, lost) is None


def steps(db: sqlite3.Connection, ask: Callable[[], object]) -> int:
    """How much work SQLite has with a question: thousands of steps of its machine do not depend on the machine."""
    done = [0]

    def step() -> int:
        done[0] += 1
        return 0

    db.set_progress_handler(step, 20)
    ask()
    db.set_progress_handler(None, 0)
    return done[0]


def test_both_questions_cost_the_same_after_years(db: sqlite3.Connection, tmp_path: Path) -> None:
    def questions() -> tuple[int, int]:
        judged = steps(db, lambda: less(db, "daum", "t", PAGE, some(0, pages=1)))
        return judged, steps(db, lambda: alarms.standing(tmp_path, db))

    runs(db, 500, lambda n: some(20, pages=1))
    runs(db, 500, lambda n: some(20, pages=1), well=False, alarm="thin", text="x")
    before = questions()
    runs(db, 10_000, lambda n: some(20, pages=1))
    runs(db, 10_000, lambda n: some(20, pages=1), well=False, alarm="thin", text="x")
    (alarm,) = alarms.standing(tmp_path, db)
    assert alarm.count == 10_000
    after = questions()
    assert after[0] <= before[0] * 1.2 + 10
    assert after[1] <= before[1] * 1.2 + 10
