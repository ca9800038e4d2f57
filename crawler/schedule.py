"""The schedule of a topic on a source: reads the rows, and says what is due and what a budget puts off. Imports no Scrapy."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

from archive import watched as rows
from archive.questions import requests_since, text_of
from archive.records import Moment
from archive.rest import Rest, kept_out, rest
from archive.times import AHEAD_MS
from crawler import found as finds
from crawler.due import Look, State, due, within
from crawler.ladder import DAY, HOUR, MINUTE, SLOW_COUNTS, SWEEPS, Ladder, ladder
from crawler.queries import Query, lacking
from crawler.sources import Source
from crawler.topics import Topic

SOON = 2 * MINUTE  # how far ahead `next_at` is known
MOST = 10_000  # articles: a backlog of more is worked off from its old end, and none of it is urgent


class Agenda(Struct):
    """What is to be done now, the most valuable first; `put_off`: why (a key of STOPPED) -> value -> looks that are due and
    must wait, the latest of them by `late` ms; `next_at`: when something more falls due (UTC ms; None: not within minutes)."""

    looks: list[Look] = field(default_factory=list)
    put_off: dict[str, Counter[str]] = field(default_factory=dict)
    next_at: int | None = None
    late: int = 0
    rest: Rest | None = None  # for which all wait


def agenda(root: Path, db: sqlite3.Connection | None, topic: Topic, source: Source, now: int) -> Agenda:
    """The agenda at `now` (UTC ms) by the rows of the archive in `root`; `db` None: there is no archive yet."""
    source = source.here()
    found = due(now, state(db, topic, source, now), ladder(topic.cadence), source)
    if db is not None and found.looks and (resting := rest_of(root, db, topic, source, now)) is not None:
        put_off = {"blocked": Counter(look.value for look in found.looks)}
        return Agenda([], put_off, resting.until, max(look.late(now) for look in found.looks), resting)
    budget = topic.budget.requests_per_day
    used = requests_since(db, source.name, topic.title, now // DAY * DAY) if db is not None and budget is not None else 0
    looks, beyond = within(found.looks, now, used, budget)
    return Agenda(looks, {"budget": beyond} if beyond else {}, found.next_at)


def rest_of(root: Path, db: sqlite3.Connection, topic: Topic, source: Source, now: int) -> Rest | None:
    """Why a source is not to be asked now for this topic, and until when: it refused us, or its robots.txt closes it."""
    obeys = topic.options(source.name).robots == "obey"
    return rest(root, db, source.name, now) or (kept_out(db, source.name, topic.title, now) if obeys else None)


def state(db: sqlite3.Connection | None, topic: Topic, source: Source, now: int, ahead: int = SOON) -> State:
    """What the archive knows of a topic on a source; of its articles those that can have something due `ahead` ms from now."""
    seeds = dict.fromkeys(key for seed in topic.seeds_of(source.name) if (key := source.article_key(seed)) is not None)
    asks = [str(find) for find in finds_of(topic, source)]
    if db is None:
        return State(None, [], [rows.Asked(key) for key in seeds], [rows.Asked(what) for what in asks])
    follows = follower(db, topic, source)
    # What is not followed stays what was looked at longest ago: it must not take the place of what is.
    most = MOST if follows is None else -1
    found = rows.watched(db, source.name, topic.title, horizon(now + ahead, now, ladder(topic.cadence), source), most)
    articles = {each.key: each for each in islice(filter(follows, found), MOST)}
    unseen = []
    for key in seeds:
        one = rows.watched_seed(db, source.name, key)
        if one is None:
            unseen.append(rows.asked(db, source.name, "", key))
        else:
            articles[one.key] = one
    asked = [rows.asked(db, source.name, topic.title, what) for what in asks]
    return State(rows.begun(db, source.name, topic.title), list(articles.values()), unseen, asked)


def horizon(soon: int, now: int, rungs: Ladder, source: Source) -> rows.Horizon:
    """The rows that matter from `now` until `soon`."""
    return rows.Horizon(
        soon=soon,
        ahead=now + AHEAD_MS,
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
        veils=source.veils,
        panes=json.dumps([pane for pane in source.threads if pane is not None]),
        forgets=json.dumps(list(source.forgets)),
    )


def follower(db: sqlite3.Connection, topic: Topic, source: Source) -> Callable[[rows.Watched], bool] | None:
    """What says whether an article that a search or list brought is the topic's: by its date, and by its text where the site's
    search does not say all that a query asks. What is not known is. None: every one is."""
    by_date = topic.since is not None or topic.until is not None
    by_text = any(query.unwanted or lacking(query, source.lacks()) for query in topic.asks())

    def follows(article: rows.Watched) -> bool:
        born, end = article.looked.born, article.looked.born_to
        if by_date and end is not None and topic.outside(Moment(born, end, "relative", "")):
            return False
        text = text_of(db, source.name, article.key) if by_text else None
        return text is None or finds.belongs(topic, source, text)

    return follows if by_date or by_text else None


def finds_of(topic: Topic, source: Source) -> list[Query | str]:
    """The queries, and the URLs of lists, that a source is asked for a topic; as texts they are the keys of `asked`."""
    return [*(topic.asks() if source.search is not None else ()), *dict.fromkeys(topic.lists_of(source.name))]
