"""An article: its thread as it stood at a time, its text with versions, its counts over time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from archive import history
from archive.lookup import uuid_text
from archive.web.chart import Line, Steps, gaps
from archive.web.frame import Ask, Page, Words, moment
from archive.web.stops import Stop, Strip, strip
from archive.web.thread import Thread, asked, thread
from archive.web.worded import Piece, differences, shortened

_CHANGES = 100  # of its counts that are shown
_POINTS, _LINES = 1000, 4  # of a chart
_FIELDS = ("title", "text", "press", "author", "section", "pane", "notice", "original", "state")
_VERSIONS = f"""
SELECT c.record, c.received_at, {", ".join(f"v.{name}" for name in _FIELDS)} FROM article_versions v
JOIN capture_rows c ON c.id = v.capture WHERE v.article = ? ORDER BY v.capture"""


@dataclass(frozen=True)
class Version:
    """What a page of the article said from a time on (UTC ms); `changed`: the pieces by field, against the version before."""

    capture: str
    seen_at: int
    fields: dict[str, str | None]
    changed: dict[str, list[Piece]]


@dataclass(frozen=True)
class Article:
    """What the page shows. `beside`: the other time, where two are compared; `counts`: the looks that showed other numbers of
    the article itself."""

    ref: str
    head: dict[str, Any] | None
    url: str
    thread: Thread
    beside: Thread | None
    sorts: list[str]
    stops: list[Stop]
    strip: Strip | None
    versions: list[Version]
    counts: list[dict[str, Any]]
    charts: list[Steps]


def answer(db: sqlite3.Connection, ask: Ask) -> Article:
    """The article that `ref` names: its thread as of `at` (default: the last look), and as of `beside`."""
    about = asked(db, ask)
    article = about.article
    at, beside = ask.moment("at"), ask.moment("beside")
    at = (about.last or _last(db, article)) if at is None else at
    one = thread(db, about, at, at if beside is not None else None)  # of two, only the second is compared
    other = thread(db, about, beside, at) if beside is not None else None
    newest = next(history.as_of(db, article, 1 << 62), None)
    counts = list(history.series(db, article, None, 1 << 62))
    return Article(
        ref=about.ref,
        head=newest,
        url=db.execute("SELECT url FROM articles WHERE id = ?", (article,)).fetchone()[0],
        thread=one,
        beside=other,
        sorts=about.sorts,
        stops=about.stops,
        strip=strip(about.stops, []),
        versions=versions(db, article),
        counts=_changed(counts),
        charts=_charts(counts, 0 if ask.lang == "ko" else 1),
    )


def _numbers(line: dict[str, Any]) -> dict[str, int | None]:
    """The counts of a look; None: it did not show one that was shown before."""
    return {name: value for name, value in line.items() if value is None or isinstance(value, int)}


def _changed(counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The looks that showed another number than the one before, or another text of one that is rounded; the last ones."""
    now: dict[str, tuple[int | None, str | None]] = {}
    found = []
    for line in counts:
        raws = line.get("rounded", {})
        told = {name: (value, raws.get(name)) for name, value in _numbers(line).items()}
        new = {name: both for name, both in told.items() if now.get(name) != both}
        now |= new
        if new:
            found.append({"seen_at": line["seen_at"], "capture": line["capture"], "new": new})
    return found[-_CHANGES:]


def _charts(counts: list[dict[str, Any]], place: int) -> list[Steps]:
    """A chart for each family of counts (what stands before the first dot); of its counts the greatest. Where there are very
    many looks, every so-manieth, and the last."""
    thin = [*counts[: -1 : len(counts) // _POINTS + 1], *counts[-1:]]
    families: dict[str, dict[str, list[tuple[int, int | None]]]] = {}
    raws: dict[str, dict[int, str]] = defaultdict(dict)
    for line in thin:
        for name, raw in line.get("rounded", {}).items():
            raws[name][moment(line["seen_at"])] = raw
        for name, value in _numbers(line).items():
            family = families.setdefault(name.partition(".")[0], {})
            family.setdefault(name, []).append((moment(line["seen_at"]), value))
    found = []
    for name, lines in sorted(families.items()):
        last = {one: next((n for _, n in reversed(points) if n is not None), 0) for one, points in lines.items()}
        greatest = sorted(lines, key=lambda one: (-last[one], one))[:_LINES]
        drawn = tuple(Line(one, tuple(lines[one]), raws[one]) for one in greatest)
        unseen = gaps(at for one in drawn for at, _ in one.points)
        found.append(Steps(WORDS[name][place] if name in WORDS else name, WORDS["count"][place], drawn, unseen))
    return found


def versions(db: sqlite3.Connection, article: int) -> list[Version]:
    """What its pages said, first to last."""
    found: list[Version] = []
    for record, seen_at, *values in db.execute(_VERSIONS, (article,)):
        fields = dict(zip(_FIELDS, values, strict=True))
        before = found[-1].fields if found else fields
        changed = {name: shortened(differences(before[name], fields[name])) for name in _FIELDS if before[name] != fields[name]}
        found.append(Version(uuid_text(record), seen_at, fields, changed))
    return found


def _last(db: sqlite3.Connection, article: int) -> int:
    """When an article was last seen at all, UTC ms."""
    sql = (
        "SELECT max(received_at) FROM capture_rows "
        "WHERE article = ?1 OR id = (SELECT first_capture FROM articles WHERE id = ?1)"
    )
    return int(db.execute(sql, (article,)).fetchone()[0] or 0)


WORDS: Words = {
    "thread": ("그때의 댓글", "The thread then"),
    "time": ("시각", "Time"),
    "beside": ("나란히 볼 시각", "Beside it"),
    "site_sort": ("사이트의 정렬", "The site’s sort"),
    "play": ("재생", "Play"),
    "pause": ("멈춤", "Pause"),
    "speed": ("빠르기", "Speed"),
    "back": ("앞서 본 때", "Look before"),
    "forth": ("다음에 본 때", "Next look"),
    "compare": ("두 때를 나란히", "Two times side by side"),
    "one_only": ("하나만", "One time only"),
    "trouble": ("그때의 댓글을 받지 못했습니다", "The thread of that time did not come"),
    "pick": ("시각과 정렬 고르기, 글쇠", "Choose time and sort; keys"),
    "keys": (
        "글쇠: ← → 앞뒤로 본 때 · Shift와 함께 열 번 · Home End 처음과 끝 · 사이띄개 재생",
        "Keys: ← → looks before and after · with Shift ten · Home End first and last · Space plays",
    ),
    "looks_strip": (
        "본 때마다 선 하나. 빈 곳은 보지 못한 때입니다.",
        "A line for each look. Where there is none, nothing was seen.",
    ),
    "what": ("무엇", "What"),
    "count": ("수", "count"),
    "emotion": ("기사 반응", "reactions to the article"),
    "counts_table": ("달라진 수를 표로", "What changed, as a table"),
    "counts": ("수의 흐름", "Counts over time"),
    "text": ("기사 글", "Text"),
    "versions": ("판", "Versions"),
    "version_n": ("{}판", "Version {}"),
    "first_version": ("처음 본 판", "as first seen"),
    "press": ("언론사", "Press"),
    "author": ("기자", "Author"),
    "section": ("면", "Section"),
    "published": ("발행", "published"),
    "original": ("원문", "original"),
    "no_page": ("이 기사의 쪽은 읽은 적이 없습니다.", "No page of this article was ever read."),
    "looks": ("{}번 봄", "{} looks"),
    "title": ("제목", "title"),
    "pane": ("댓글창", "comment pane"),
    "notice": ("알림", "notice"),
    "state": ("상태", "state"),
}
PAGE = Page("article", answer, WORDS)
