"""What a watch shows: the articles that move or fall due next, and how much waits. Reads the archive, imports no Scrapy."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from archive import pulse
from archive.archive import open_for_reading
from archive.looks import Looked
from crawler.due import EARLY, Look, heat, upcoming
from crawler.ladder import HOUR, ladder
from crawler.schedule import rest_of, state
from crawler.sources import Source
from crawler.topics import Topic

Watches = list[tuple[Topic, str]]  # topics, each on a source


class Row(Struct):
    """An article. `age`, `seen` (since the last look) and `next` (to the next one; negative: late by it) in ms, None: not
    known; `waiting`: its looks that are due; `about`: which of `comments` and `likes` are made from rounded numbers."""

    ref: str
    title: str | None
    age: int
    comments: int
    likes_a_minute: float | None
    seen: int | None
    next: int | None
    waiting: int
    about: frozenset[str] = frozenset()


class Backlog(Struct):
    """What waits of a topic on a source: looks that are due, by how much the latest is late (ms), when the next one is due (ms
    from now), and why all of it waits."""

    source: str
    topic: str
    due: int
    late: int
    next: int | None
    rest: str | None


def view(root: Path, watches: Watches, now: int, most: int) -> tuple[list[Row], list[Backlog]]:
    """At `now` (UTC ms): so many rows at most, first what moves most, then what falls due next. Raises ArchiveError."""
    if not (root / "archive.db").exists():
        return [], []
    with closing(open_for_reading(root)) as db:
        found: dict[str, tuple[tuple[float, int], Looked, list[Look]]] = {}
        backlogs = [_backlog(root, db, topic, topic.at(name).here(), now, found) for topic, name in watches]
        first = sorted(found.items(), key=lambda item: item[1][0])[:most]
        return [_row(db, ref, looked, looks, now) for ref, (_, looked, looks) in first], backlogs


def _backlog(
    root: Path,
    db: sqlite3.Connection,
    topic: Topic,
    source: Source,
    now: int,
    found: dict[str, tuple[tuple[float, int], Looked, list[Look]]],
) -> Backlog:
    known = state(db, topic, source, now, ahead=HOUR)
    looks = list(upcoming(now, known, ladder(topic.cadence), source))
    of_article: defaultdict[str, list[Look]] = defaultdict(list)
    for look in looks:
        of_article[look.key].append(look)
    for each in known.articles:
        due_at = min((look.due_at for look in of_article[each.key]), default=1 << 62)
        found[f"{source.name}:{each.key}"] = (-round(heat(each.looked, now), 1), due_at), each.looked, of_article[each.key]
    due = _due(looks, now)
    later = [look.due_at - now for look in looks if look.due_at > now + EARLY]
    rest = rest_of(root, db, topic, source, now)
    return Backlog(
        source.name,
        topic.title,
        len(due),
        max((0, *(look.late(now) for look in due))),
        min(later, default=None),
        rest.said() if rest is not None else None,
    )


def _due(looks: Iterable[Look], now: int) -> list[Look]:
    return [look for look in looks if look.due_at <= now + EARLY]


def _row(db: sqlite3.Connection, ref: str, looked: Looked, looks: list[Look], now: int) -> Row:
    times = (looked.page_at, looked.peek_at, looked.walk_last, looked.counts_at)
    seen = max((at for at in times if at is not None), default=None)
    return Row(
        ref,
        pulse.title(db, looked.article),
        now - looked.born,
        looked.count if looked.count is not None else pulse.comments(db, looked.article),
        pulse.likes_a_minute(db, looked.article, now),
        max(0, now - seen) if seen is not None else None,
        min((look.due_at - now for look in looks), default=None),
        len(_due(looks, now)),
        pulse.rounded(db, looked.article, now),
    )
