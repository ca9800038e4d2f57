"""The schedule of a topic on a source: reads the rows, and says what is due and what a budget puts off. Imports no Scrapy."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from msgspec import Struct

from archive import watched as rows
from archive.questions import requests_since
from archive.records import Moment
from crawler.due import Look, State, due, within
from crawler.ladder import DAY, HOUR, MINUTE, SLOW_COUNTS, SWEEPS, Ladder, ladder
from crawler.sources import Source
from crawler.topics import Topic

SOON = 2 * MINUTE  # how far ahead `next_at` is known


class Agenda(Struct):
    """What is to be done now, the most valuable first; `put_off`: value -> looks that the budget does not allow now;
    `next_at`: when something more falls due (UTC ms; None: not within minutes)."""

    looks: list[Look]
    put_off: Counter[str]
    next_at: int | None


def agenda(db: sqlite3.Connection | None, topic: Topic, source: Source, now: int) -> Agenda:
    """The agenda at `now` (UTC ms) by the rows of an archive; `db` None: there is no archive yet."""
    now = max(now, rows.latest(db) if db is not None else 0)  # the archive's time never goes back, and this is part of it
    found = due(now, state(db, topic, source, now), ladder(topic.cadence), source)
    budget = topic.budget.requests_per_day
    used = requests_since(db, source.name, topic.title, now // DAY * DAY) if db is not None and budget is not None else 0
    looks, put_off = within(found.looks, now, used, budget)
    return Agenda(looks, put_off, found.next_at)


def state(db: sqlite3.Connection | None, topic: Topic, source: Source, now: int) -> State:
    """What the archive knows of a topic on a source."""
    seeds = dict.fromkeys(key for seed in topic.seeds_of(source.name) if (key := source.article_key(seed)) is not None)
    finds = finds_of(topic, source)
    if db is None:
        return State(None, [], [rows.Asked(key) for key in seeds], [rows.Asked(what) for what in finds])
    found = rows.watched(db, source.name, topic.title, horizon(now, ladder(topic.cadence), source))
    articles = {each.key: each for each in found if belongs(topic, each)}
    unseen = []
    for key in seeds:
        one = rows.watched_seed(db, source.name, key)
        if one is None:
            unseen.append(rows.asked(db, source.name, "", key))
        else:
            articles[one.key] = one
    asked = [rows.asked(db, source.name, topic.title, what) for what in finds]
    return State(rows.begun(db, source.name, topic.title), list(articles.values()), unseen, asked)


def horizon(now: int, rungs: Ladder, source: Source) -> rows.Horizon:
    """The rows that matter to the next minutes."""
    soon = now + SOON
    return rows.Horizon(
        soon=soon,
        warm=now - 2 * HOUR,
        day=now - DAY,
        day_looked=soon - min(rungs.day, rungs.article),
        day_counted=soon - rungs.counts,
        week=now - 7 * DAY,
        week_looked=soon - rungs.week,
        week_counted=soon - SLOW_COUNTS * rungs.counts,
        month=now - SWEEPS[0],
        month_looked=soon - rungs.month,
        sweep_1=SWEEPS[0],
        sweep_2=SWEEPS[1],
        sweep_3=SWEEPS[2],
        panes=json.dumps([pane for pane in source.threads if pane is not None]),
        forgets=json.dumps(list(source.forgets)),
    )


def belongs(topic: Topic, article: rows.Watched) -> bool:
    """Whether an article that a search or list brought is the topic's: by its date, where that is known."""
    born, end = article.looked.born, article.looked.born_to
    if topic.since is None and topic.until is None:
        return True
    return end is None or not topic.outside(Moment(born, end, "relative", ""))


def finds_of(topic: Topic, source: Source) -> list[str]:
    """The queries and lists that a source is asked for a topic."""
    return list(dict.fromkeys([*([] if source.limits else topic.queries), *topic.lists_of(source.name)]))
