"""The comments that grew most in a window, and those that moved together."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive import movers as moving
from archive import overview
from archive.together import FASTER, LEAST, LONGEST_MS, Together, together
from archive.web.chart import Spans
from archive.web.frame import Ask, BadAsk, Page, Words

LENGTHS = (10, 60, 180, 360)  # minutes
TOP = 30
_ROWS = 60  # jumps in the chart


@dataclass(frozen=True)
class Movers:
    """What the page shows: a window (UTC ms), what grew most in it, what moved together;
    `shown`: how many jumps of a moment."""

    start: int
    end: int
    minutes: int
    lengths: tuple[int, ...]
    grown: list[dict[str, Any]]
    together: Together
    chart: Spans
    rule: tuple[int, int, int]
    shown: int = 30


def answer(db: sqlite3.Connection, ask: Ask) -> Movers:
    """The window of `minutes` that ends at `to` (the last capture where nobody says when)."""
    minutes = ask.number("minutes", 60, LENGTHS[-1])
    if minutes < 1:
        raise BadAsk(f"minutes={minutes}: not a number from 1 to {LENGTHS[-1]}")
    end = ask.moment("to")
    if end is None:
        end = overview.last_seen(db)
    start = max(0, end - minutes * 60_000)
    found = together(db, start, end)
    place = 0 if ask.lang == "ko" else 1
    jumps = [jump for moment in found.moments for jump in moment.jumps][:_ROWS]
    spans = tuple((jump.ref, jump.after, jump.until, jump.likes[1] - jump.likes[0]) for jump in jumps)
    return Movers(
        start,
        end,
        minutes,
        LENGTHS,
        list(moving.movers(db, start, end, TOP)),
        found,
        Spans(WORDS["movers_chart"][place], WORDS["movers_likes"][place], spans),
        (LEAST, FASTER, LONGEST_MS // 60_000),
    )


WORDS: Words = {
    "movers": ("움직임", "Movers"),
    "movers_to": ("끝", "until"),
    "movers_minutes": ("길이", "length"),
    "movers_grown": ("가장 많이 늘어난 댓글", "Grew most"),
    "movers_grown_note": (
        "창이 시작할 때 이미 알려진 댓글만. 늘어난 것은 두 시각 사이의 일입니다.",
        "Only comments that were known when the window began. The growth lies between the two times.",
    ),
    "movers_none": ("그런 댓글 가운데 이 시간에 늘어난 것은 없습니다.", "Of those, none is known to have grown in it."),
    "movers_growth": ("늘어남", "growth"),
    "movers_between": ("사이", "between"),
    "movers_together": ("함께 움직인 댓글", "Moved together"),
    "movers_together_note": (
        "두 번의 관찰 사이에 공감이 {} 이상, 그 댓글의 평소보다 {}배 이상 빨리 늘어난 것을 ‘뜀’이라 하고, 뜀들이 "
        "겹치는 순간을 모았습니다. "
        "관찰 사이가 {}분이 넘는 것과 사이트가 어림하여 적은 수(1.2만)는 뺐습니다. 사이의 어느 때에 늘었는지는 아무도 "
        "보지 못했습니다. 함께 움직였다는 것은 ‘언제’만 말합니다. 독자도 한꺼번에 몰립니다.",
        "A jump is a gain of {} likes or more between two looks, at least {} times as fast as the comment grew "
        "otherwise. Moments "
        "are where jumps overlap. Looks more than {} minutes apart are left out, and numbers that the site rounded (1.2만). "
        "When in between the likes came nobody saw. That "
        "comments moved together says when, and nothing of who or why: readers come together, too.",
    ),
    "movers_no_moments": ("세 댓글 이상이 함께 뛴 순간이 없습니다", "In no moment did three comments jump together"),
    "movers_jumps": ("이 창의 뜀: {}", "jumps in this window: {}"),
    "movers_moment": ("댓글 {}개, 기사 {}건, 모두 {}", "{} comment[s] under {} article[s], {} in all"),
    "movers_common": ("모두가 겹치는 구간", "where all overlap"),
    "movers_chart": ("뜀의 경계", "The bounds of each jump"),
    "movers_likes": ("공감", "likes"),
    "movers_more": ("그리고 {}개 더", "and {} more"),
    "movers_pairs": ("두 순간 이상을 함께한 쌍", "Pairs that shared two moments and more"),
    "movers_pair_count": ("순간", "moments"),
    "movers_and": ("그리고", "and"),
}
PAGE = Page("movers", answer, WORDS, menu=True)
