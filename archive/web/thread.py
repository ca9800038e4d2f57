"""The thread of an article as it stood at a time: a piece of the article's page, which its slider asks for.

Order, states and what is gone are those of `sagwan as-of --article`: the same question is asked.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from archive.history import as_of
from archive.web.before import Before, before, texts
from archive.web.frame import Ask, NotThere, Page, Words
from archive.web.stops import Around, Stop, around, stops
from archive.web.worded import Piece, differences

SHOWN, MOST = 60, 5000  # comments on a page

# Whether its places stay as they are: readers see first the one whose places move.
_SORTS = """
SELECT s.sort, max(s.stable <> 0) FROM capture_rows c CROSS JOIN sightings s ON s.capture = c.id
WHERE c.article = ? AND s.parent IS NULL GROUP BY s.sort"""


@dataclass(frozen=True)
class Asked:
    """Which thread: the article's row and reference, the sorts in which it was seen and the one asked for (None where there is
    none), how many comments are shown, when it was looked at."""

    article: int
    ref: str
    sorts: list[str]
    sort: str | None
    most: int
    stops: list[Stop]

    @property
    def last(self) -> int:
        """The last look, UTC ms; 0 where there was none."""
        return self.stops[-1].at if self.stops else 0


@dataclass(frozen=True)
class Row:
    """A comment: what `as-of` says of it; with `edited` its text as changes, where it was edited before that time; `said`: its
    last text, where the site shows none any more; how its place and votes differ from the time that it is compared with;
    `about`: which votes the site rounded at one of the two."""

    line: dict[str, Any]
    reply: bool
    edited: list[Piece]
    said: str | None
    known_then: bool
    place: int | None  # how many places it rose
    likes: int | None
    dislikes: int | None
    about: frozenset[str]


@dataclass(frozen=True)
class Thread:
    """What is shown of one time (UTC ms). `article` is None where nothing was known by then. `rest`: comments without a place
    in that list, with those that are missing or gone. `counted`: how many there are of each state. `most` was asked for;
    `more` shows more of them, None where that is all that a page shows."""

    ref: str
    at: int
    since: int | None
    sort: str | None
    article: dict[str, Any] | None
    ranked: list[Row]
    rest: list[Row]
    counted: dict[str, int]
    total: int
    shown: int
    most: int
    more: int | None
    looks: Around


def thread(db: sqlite3.Connection, asked: Asked, at: int, since: int | None = None) -> Thread:
    """The thread as known at `at` (UTC ms), compared with `since`, or else with the look before the last."""
    article, looks = asked.article, around(asked.stops, at)
    if since is None and looks.before is not None:
        since = looks.before.at
    lines = list(as_of(db, article, at, asked.sort))
    head, comments = (lines[0], lines[1:]) if lines else (None, [])
    ranked: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    last = rest  # of a reply whose comment nobody saw
    for line in comments:
        if line["parent"] is None:
            last = ranked if line["rank"] is not None else rest
        last.append(line)
    ranked, rest = ranked[: asked.most], rest[: asked.most // 3]
    keys = [_key(line) for line in (*ranked, *rest)]
    said = texts(db, article, keys, at)
    then = before(db, article, keys, since, asked.sort) if since is not None and since != at else None
    return Thread(
        ref=asked.ref,
        at=at,
        since=since if then is not None else None,
        sort=asked.sort,
        article=head,
        ranked=[_row(line, said, then) for line in ranked],
        rest=[_row(line, said, then) for line in rest],
        counted=dict(Counter(line["state"] for line in comments)),
        total=len(comments),
        shown=len(keys),
        most=asked.most,
        more=min(4 * max(asked.most, SHOWN), MOST) if len(keys) < len(comments) and asked.most < MOST else None,
        looks=looks,
    )


def _key(line: dict[str, Any]) -> str:
    return str(line["ref"].partition("#")[2])


def _row(line: dict[str, Any], said: dict[str, list[str]], then: dict[str, Before] | None) -> Row:
    versions = said.get(_key(line), [])
    old = then.get(_key(line)) if then is not None else None
    return Row(
        line=line,
        reply=line["parent"] is not None,
        edited=differences(versions[-2], versions[-1]) if len(versions) > 1 and line["text"] is not None else [],
        said=versions[-1] if versions and line["text"] is None else None,
        known_then=then is None or old is not None,
        place=_less(old.place, line["rank"]) if old and line["parent"] is None else None,
        likes=_less(line["likes"], old.likes) if old else None,
        dislikes=_less(line["dislikes"], old.dislikes) if old else None,
        about=old.rounded | line.get("rounded", {}).keys() if old else frozenset(),
    )


def _less(a: int | None, b: int | None) -> int | None:
    return a - b if a is not None and b is not None else None


def asked(db: sqlite3.Connection, ask: Ask) -> Asked:
    """What a reader asks of a thread. Raises NotThere, BadAsk."""
    article, ref, _ = ask.reference(db)
    seen = dict(db.execute(_SORTS, (article,)).fetchall())
    sort = ask.args.get("sort") or None
    if sort is None and seen:
        sort = min(seen, key=lambda name: (seen[name], name))
    elif sort is not None and sort not in seen:
        raise NotThere(f"no list of {ref} in the sort {sort[:40]} was ever seen. Seen: {', '.join(sorted(seen)) or '-'}")
    return Asked(article, ref, sorted(seen), sort, ask.number("n", SHOWN, MOST), stops(db, article))


def answer(db: sqlite3.Connection, ask: Ask) -> Thread:
    """The thread of the article that `ref` names, as known `at` (default: the last look)."""
    about, at = asked(db, ask), ask.moment("at")
    return thread(db, about, about.last if at is None else at, ask.moment("since"))


WORDS: Words = {
    "as_of": ("{}의 모습", "As of {}"),
    "place": ("순위", "Place"),
    "said_by": ("댓글", "Comment"),
    "last_seen_at": ("확인", "Seen"),
    "nothing_known": ("이때까지 본 것이 없습니다.", "Nothing had been seen by then."),
    "look_at": ("마지막으로 본 때", "last look"),
    "look_before": ("이 시각보다 {} 앞", "{} before this time"),
    "next_look": ("다음에 본 때", "next look"),
    "look_after": ("{} 뒤", "{} after"),
    "no_next": ("그 뒤로는 보지 않았습니다", "nothing was seen after it"),
    "between": ("그 사이는 보지 못했습니다", "in between nothing was seen"),
    "being_read": ("이 시각에는 목록을 읽는 중이었습니다", "the list was being read at that time"),
    "look_until": ("다 읽은 때", "and was read until"),
    "whole": ("목록 끝까지", "to the list’s end"),
    "part": ("목록 일부", "a part of the list"),
    "pages_read": ("{}쪽", "{} page[s]"),
    "against": ("달라진 것은 {}과 견줌", "Changes are against {}"),
    "not_listed": ("목록에 자리가 없는 댓글", "Without a place in that list"),
    "not_listed_why": (
        "마지막으로 읽은 목록에 없던 것: 그 뒤쪽에 있었거나, 지워졌거나, 사라졌습니다.",
        "Not on the pages read last: further down, deleted, or gone.",
    ),
    "edited": ("수정됨", "edited"),
    "was_said": ("마지막으로 본 내용", "last text seen"),
    "new": ("새 댓글", "new"),
    "last_seen": ("마지막으로 봄", "last seen"),
    "first_missing": ("없는 것을 처음 확인", "first missing"),
    "more": ("{}개 중 {}개를 보임. 더 보기", "{} comment[s], {} shown. Show more"),
    "all_by_command": ("{}개 중 {}개를 보임. 모두: {}", "{} comment[s], {} shown. All of them: {}"),
    "written": ("작성", "written"),
    "counts_then": ("사이트가 센 수", "the site’s own counts"),
    "places_up": ("{}계단 오름", "up {}"),
    "places_down": ("{}계단 내림", "down {}"),
    "no_text": ("내용 없음", "no text"),
}
PAGE = Page("thread", answer, WORDS)
