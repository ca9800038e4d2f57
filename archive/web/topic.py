"""The first page: what is watched, how each source's last run ended, what is wrong, and the articles by how fast they move."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.alarms import PROBE, Standing, standing
from archive.heat import HALF_MS, decayed
from archive.lookup import capture_facts
from archive.rates import Rates, rates
from archive.web.chart import Bars
from archive.web.frame import Ask, NotThere, Page, Words

_SHOWN, _MOST = 50, 1000  # articles
_LOOKS = 10_000  # that the rates are made from
_STEPS = (60_000, 2 * 60_000, 5 * 60_000, 15 * 60_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000)
_HOURS = 24 * 400

# By index: there may be a run a minute for years.
_NEXT = "SELECT source, topic FROM run_begun WHERE (source, topic) > (?, ?) ORDER BY source, topic LIMIT 1"
_LAST = "SELECT id FROM run_begun WHERE source = ? AND topic = ? AND trigger <> 'probe' ORDER BY id DESC LIMIT 1"
_FIRST = "SELECT started_at FROM run_begun WHERE source = ? AND topic = ? ORDER BY id LIMIT 1"
_RUN = "SELECT source, started_at, ended_at, verdict, counters, settings, robots_reason FROM runs WHERE id = ?"
_MEMBERS = "SELECT count(*) FROM members WHERE topic = ?"
# Those that moved within some half-lives first; the rest by their birth.
_ARTICLES = """
SELECT l.article, a.source || ':' || a.key, l.heat, l.heat_at, l.born, l.born_to, l.gone FROM members m
JOIN looks l ON l.article = m.article JOIN articles a ON a.id = l.article WHERE m.topic = ?1
ORDER BY CASE WHEN l.heat_at > ?2 THEN l.heat ELSE 0 END DESC, l.born DESC LIMIT ?3"""
_TITLE = """
SELECT title, press, published_from, published_to FROM article_versions WHERE article = ? AND title IS NOT NULL
ORDER BY capture DESC LIMIT 1"""
_COMMENTS = "SELECT coalesce(max(n), 0) FROM comments WHERE article = ?"
_SEEN = "SELECT max(id) FROM capture_rows WHERE article = ?"
_COLD = 20 * HALF_MS


@dataclass(frozen=True)
class Source:
    """A source's last run in this topic; `verdict` is `unfinished` where it has no end. Times are UTC ms."""

    source: str
    started_at: int
    ended_at: int | None
    verdict: str
    captures: int | None
    comments: int | None
    gaps: list[dict[str, Any]]
    robots_reason: str | None


@dataclass(frozen=True)
class Watched:
    """An article of the topic. `heat`: points a minute at the archive's last moment; `published`: the interval in which it was
    published (UTC ms), None where nobody says when; `seen_at`: UTC ms."""

    ref: str
    title: str | None
    press: str | None
    published: tuple[int, int | None] | None
    comments: int
    heat: float
    gone: bool
    seen_at: int | None


@dataclass(frozen=True)
class Topic:
    """What the page shows. `topics`: all of the archive's; `settings`: the topic as its last run knew it; `captures`,
    `comments`, `first`, `now` (UTC ms): of the whole archive."""

    topics: list[str]
    title: str | None
    settings: dict[str, Any]
    sources: list[Source]
    alarms: list[Standing]
    articles: list[Watched]
    articles_all: int
    captures: int
    comments: int
    first: int | None
    now: int
    rates: Rates
    charts: list[Bars]


def answer(db: sqlite3.Connection, ask: Ask) -> Topic:
    """The topic that `topic` names, or the one whose run was the last. `hours` is how far back its rates go."""
    last = _last_runs(db)
    # By time: a rebuild reads one source after the other, and so stand its rows.
    begun_at = {topic: max(db.execute(_RUN, (run,)).fetchone()[1] for run in last[topic].values()) for topic in last}
    topics = sorted(last, key=lambda topic: -begun_at[topic])
    title = ask.args.get("topic") or (topics[0] if topics else None)
    if title is not None and title not in topics:
        raise NotThere(f"the archive has no topic {title[:80]}")
    first, now = db.execute(
        "SELECT (SELECT min(received_at) FROM capture_rows), (SELECT max(received_at) FROM capture_rows)"
    ).fetchone()
    now = now or 0
    runs = last.get(title or "", {})
    begun = min((db.execute(_FIRST, (source, title)).fetchone()[0] for source in runs), default=now)
    start = max(begun, now - ask.number("hours", 24, _HOURS) * 3_600_000)
    moved = rates(db, title or "", start, now, _STEPS, _LOOKS)
    sources, settings = _sources(db, runs)
    return Topic(
        topics=topics,
        title=title,
        settings=settings,
        sources=sources,
        alarms=standing(ask.root, db, topic=title) if title is not None else [],
        articles=_articles(db, title, now, ask.number("n", _SHOWN, _MOST)),
        articles_all=db.execute(_MEMBERS, (title,)).fetchone()[0],
        captures=db.execute("SELECT coalesce(max(id), 0) FROM capture_rows").fetchone()[0],
        comments=db.execute("SELECT coalesce(max(id), 0) FROM comments").fetchone()[0],
        first=first,
        now=now,
        rates=moved,
        charts=_charts(moved, 0 if ask.lang == "ko" else 1),
    )


def _charts(moved: Rates, place: int) -> list[Bars]:
    """Likes and comments a minute."""
    minutes, step, found = moved.step / 60_000, moved.step, moved.rates
    likes = tuple((rate.at, rate.at + step, round(rate.likes / minutes, 2)) for rate in found if rate.likes is not None)
    written = tuple((rate.at, rate.at + step, round(rate.comments / minutes, 2)) for rate in found if rate.comments)
    unseen = tuple((rate.at, rate.at + step) for rate in found if not rate.looks)
    unit = WORDS["a_minute"][place]
    about = tuple(rate.at for rate in found if rate.about)
    liked = Bars(WORDS["likes_rate"][place], unit, likes, unseen, about)
    return [liked, Bars(WORDS["comments_rate"][place], unit, written, unseen)]


def _last_runs(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """The last run of each topic on each source: row ids. A probe is no run of its topic."""
    found: dict[str, dict[str, int]] = {}
    key = ("", "")
    while (key := db.execute(_NEXT, key).fetchone()) is not None:
        run = db.execute(_LAST, key).fetchone()
        if run is not None and key[1] != PROBE:
            found.setdefault(key[1], {})[key[0]] = run[0]
    return found


def _sources(db: sqlite3.Connection, runs: dict[str, int]) -> tuple[list[Source], dict[str, Any]]:
    found, settings = [], {}
    for run in runs.values():
        source, started, ended, verdict, counters, known, reason = db.execute(_RUN, (run,)).fetchone()
        counted = json.loads(counters) if counters else {}
        settings = json.loads(known)
        captures, comments, gaps = counted.get("captures"), counted.get("comments"), counted.get("gaps", [])
        found.append(Source(source, started, ended, verdict or "unfinished", captures, comments, gaps, reason))
    return found, settings


def _articles(db: sqlite3.Connection, title: str | None, now: int, most: int) -> list[Watched]:
    """Of a topic, those that move fastest first."""
    found = []
    for article, ref, heat, heat_at, born, born_to, gone in db.execute(_ARTICLES, (title, now - _COLD, most)):
        named, press, *said = db.execute(_TITLE, (article,)).fetchone() or (None, None, None, None)
        last = db.execute(_SEEN, (article,)).fetchone()[0]
        seen_at = capture_facts(db, last)[1] if last is not None else None
        comments = db.execute(_COMMENTS, (article,)).fetchone()[0]
        warm = decayed(heat, heat_at, now)
        # `born` is when it was first seen, where nobody says when it was published: then it has no end.
        published = (said[0], said[1]) if said[0] is not None else (born, born_to) if born_to is not None else None
        found.append(Watched(ref, named, press, published, comments, warm, bool(gone), seen_at))
    return sorted(found, key=lambda each: (-round(each.heat, 1), -(each.published or (0,))[0]))


WORDS: Words = {
    "topic": ("주제", "Topic"),
    "queries": ("검색어", "queries"),
    "seeds": ("출발 주소", "seeds"),
    "from_day": ("발행일", "published from"),
    "comments_kept": ("아카이브의 댓글", "comments in the archive"),
    "captures_kept": ("아카이브의 수집", "captures in the archive"),
    "captures_made": ("수집", "captures"),
    "first_moment": ("처음 본 때", "first seen"),
    "last_moment": ("마지막으로 본 때", "last seen"),
    "heat": ("열기", "Heat"),
    "heat_why": ("분당 점수: 새 댓글 하나 1점, 공감 다섯 1점", "points a minute: a new comment is one, five votes are one"),
    "articles_by_heat": ("빠르게 움직이는 기사", "Articles by heat"),
    "rates": ("시간에 따른 흐름", "Over time"),
    "likes_rate": ("늘어난 공감", "likes gained"),
    "comments_rate": ("쓰인 댓글", "comments written"),
    "a_minute": ("1분에", "a minute"),
    "rates_table": ("표로", "As a table"),
    "from_time": ("부터", "From"),
    "looks_then": ("본 횟수", "looks"),
    "rates_why": (
        "공감은 그것을 확인한 때에 놓았습니다(앞서 본 때부터 늘어난 것). 보지 못한 동안은 비어 있습니다. 한 칸은 {}.",
        "Likes stand where a look found them: they came since the look before. Nobody looked: nothing stands. A step is {}.",
    ),
    "alarms": ("경보", "Alarms"),
    "alarms_none": ("서 있는 경보가 없습니다.", "No alarm stands."),
    "gaps": ("빠진 것", "Gaps"),
    "gaps_none": ("마지막 수집에서 빠진 것이 없습니다.", "The last runs left no gaps."),
    "gaps_unknown": (
        "적힌 것은 없습니다. 그러나 정상으로 끝나지 않은 출처가 있습니다.",
        "None was written down, but not every source ended ok.",
    ),
    "rates_none": ("이 동안 댓글 목록을 본 적이 없습니다.", "In this time no list of comments was seen."),
    "articles_none": ("아직 기사가 없습니다.", "There are no articles yet."),
    "sources": ("출처", "Sources"),
    "source": ("출처", "Source"),
    "last_run": ("마지막 수집", "Last run"),
    "verdict": ("결과", "Verdict"),
    "robots_override": ("robots.txt를 따르지 않은 까닭", "robots.txt overridden, because"),
    "no_topic": ("이 아카이브에는 아직 수집한 주제가 없습니다.", "No topic was collected in this archive yet."),
    "all_articles": ("{}개 중 {}개", "{} of {}"),
    "more_articles": ("더 보기", "Show more"),
    "hours": ("지난 {}시간", "last {} hours"),
    "all_time": ("처음부터", "all"),
    "seen_last": ("마지막으로 봄", "Last seen"),
    "published_at": ("발행", "Published"),
    "since_when": ("{}부터", "since {}"),
    "times_seen": ("{}번", "{} times"),
    "of_declared": ("{} / {}", "{} of {}"),
}
PAGE = Page("topic", answer, WORDS, menu=True)
