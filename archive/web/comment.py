"""One comment: its counts and places over time, its versions, what became of it, and where the evidence lies."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.comment_life import Life, Sighting, life
from archive.errors import ArchiveError
from archive.web.chart import Line, Steps, gaps
from archive.web.frame import Ask, BadAsk, NotThere, Page, Words
from archive.web.worded import Piece, differences

ROWS = 300  # sightings in the table


@dataclass(frozen=True)
class Comment:
    """What the page shows: the comment's life, its last sighting, its charts, the last sightings, and each version with what
    differs from the text before (None for the first); `written`: the interval (UTC ms) in which it was written, as the last
    version that says so has it."""

    life: Life
    last: Sighting
    text: str | None
    written: tuple[int, int | None] | None
    charts: tuple[Steps, ...]
    sightings: tuple[Sighting, ...]
    versions: tuple[tuple[object, list[Piece] | None], ...]


def answer(db: sqlite3.Connection, ask: Ask) -> Comment:
    """The comment that `ref` names."""
    article, _, key = ask.reference(db)
    if key is None:
        raise BadAsk("ref: not a comment. Write source:article#comment (in an address: %23 for #)")
    try:
        known = life(db, article, key)
    except ArchiveError as error:
        raise NotThere(str(error)) from None
    texts = [version.text for version in known.versions]
    text = next((text for text in reversed(texts) if text is not None), None)
    written = next(
        ((one.created_from, one.created_to) for one in reversed(known.versions) if one.created_from is not None), None
    )
    place = 0 if ask.lang == "ko" else 1
    return Comment(
        known,
        known.sightings[-1],
        text,
        written,
        _charts(known, {key: both[place] for key, both in WORDS.items()}),
        known.sightings[: -ROWS - 1 : -1],
        tuple(zip(known.versions, _differ(texts), strict=True)),
    )


def _differ(texts: list[str | None]) -> Iterator[list[Piece] | None]:
    """What differs from the text that was shown before; a version may show none."""
    before: str | None = None
    for text in texts:
        yield differences(before, text) if before is not None and text is not None else None
        before = text if text is not None else before


def _charts(known: Life, words: dict[str, str]) -> tuple[Steps, ...]:
    seen = known.sightings
    likes, dislikes = (tuple((one.seen_at, getattr(one, name)) for one in seen) for name in ("likes", "dislikes"))
    raws = ({one.seen_at: one.rounded[name] for one in seen if name in one.rounded} for name in ("likes", "dislikes"))
    lines = (Line(words["comment_likes"], likes, next(raws)), Line(words["comment_dislikes"], dislikes, next(raws)))
    pauses = tuple(sorted({*gaps(one.seen_at for one in seen), *_away(known)}))
    counts = Steps(words["comment_counts"], words["comment_votes"], tuple(filter(_shown, lines)), pauses)
    ranks: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for one in seen:
        ranks[one.sort].append((one.seen_at, one.rank))
    placed = tuple(Line(sort, tuple(points)) for sort, points in sorted(ranks.items()))
    return counts, Steps(words["comment_ranks"], words["comment_rank"], placed, pauses, rank=True)


def _shown(line: Line) -> bool:
    return any(value is not None for _, value in line.points)


def _away(known: Life) -> Iterator[tuple[int, int]]:
    """Between which of its sightings (UTC ms) it was missing or gone."""
    times = sorted({one.seen_at for one in known.sightings})
    vanished = {one.not_before for one in known.states if one.state in ("missing", "gone")}
    return ((before, after) for before, after in pairwise(times) if before in vanished)


WORDS: Words = {
    "comment_of": ("이 기사의 댓글", "A comment under"),
    "comment_no_text": ("글이 보인 적이 없습니다", "Its text was never seen"),
    "comment_text_away": ("글이 더는 보이지 않음", "its text is no longer shown"),
    "comment_counts": ("공감·비공감", "Likes and dislikes"),
    "comment_votes": ("표", "votes"),
    "comment_likes": ("공감", "likes"),
    "comment_dislikes": ("비공감", "dislikes"),
    "comment_ranks": ("정렬별 순위", "Rank in each sort"),
    "comment_rank": ("순위", "rank"),
    "comment_written": ("작성", "written"),
    "comment_first": ("처음 본 때", "first seen"),
    "comment_last": ("마지막으로 본 때", "last seen"),
    "comment_times": ("본 횟수", "sightings"),
    "comment_state": ("상태", "state"),
    "comment_states": ("상태의 변화", "What became of it"),
    "comment_states_note": (
        "바뀐 때는 ‘전 상태를 마지막으로 본 때’와 ‘처음 이렇게 본 때’ 사이입니다. 그 사이에는 이 댓글을 보지 못했습니다.",
        "Each change lies between the two times: in between it was not seen.",
    ),
    "comment_not_before": ("전 상태를 마지막으로 봄", "earlier state last seen"),
    "comment_seen_so": ("처음 이렇게 봄", "first seen so"),
    "comment_versions": ("글의 판본", "Versions of the text"),
    "comment_one_version": ("고친 흔적 없음", "never seen edited"),
    "comment_sightings": ("모든 관찰", "All sightings"),
    "comment_shown_rows": ("마지막 {}개", "the last {}"),
    "comment_thread_then": ("그때의 댓글창", "the thread then"),
    "comment_reply_to": ("다음 댓글의 답글", "A reply to"),
    "comment_evidence": ("증거와 검증", "Evidence"),
    "comment_evidence_note": (
        "아래 수집이 이 댓글의 마지막 모습을 보여 줍니다. 검증은 행에서 원본 바이트, 해시 사슬, 봉인까지 다시 따라갑니다. "
        "파일을 통째로 읽으므로 시간이 걸릴 수 있습니다.",
        "This capture shows the comment as it was last seen. A check follows the row back to its bytes, the chain of "
        "hashes and "
        "the seal. It reads whole files, so it may take a while.",
    ),
    "comment_check": ("이 행 검증", "Check this row"),
    "chart_steps": (
        "점은 이 댓글을 본 때. 바탕이 어두운 동안은 보지 못했습니다(아무도 보지 않았거나, 그 자리에 없었습니다). "
        "그 사이는 채우지 않습니다.",
        "Dots are looks that showed it. In the shaded times it was not seen: nobody looked, or it was not there. "
        "Nothing is filled in.",
    ),
    "chart_whole": ("전체", "whole"),
    "chart_close": ("자주 본 동안", "closely watched"),
    "sort": ("정렬", "sort"),
    "rank": ("순위", "rank"),
    "name": ("이름", "name"),
    "attachment": ("첨부", "attachment"),
    "provider": ("로그인 제공자", "signs in with"),
}
PAGE = Page("comment", answer, WORDS)
