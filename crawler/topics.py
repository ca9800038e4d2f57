"""Topic files: what to look for, where, and under which rules. Everything wrong is one line: file, key, what to write."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from archive.records import Moment
from archive.times import day
from crawler import words
from crawler.bases import Base
from crawler.bases import parse as parse_base
from crawler.errors import Misuse
from crawler.ladder import Ladder
from crawler.queries import Query, parse
from crawler.refusing import refusing
from crawler.sources import Source, all_sources, wrong_base


class SourceOptions(Struct, forbid_unknown_fields=True):
    """The table [source.NAME]. Seconds for `delay`; `base`: the sites, for software that many sites run."""

    replies: bool = True
    robots: Literal["obey", "ignore"] = "obey"
    reason: str | None = None
    delay: float | None = None
    connections: int | None = None
    base: str | list[str] | None = None

    def named(self) -> list[str]:
        """The sites of `base`, as they are written."""
        return [self.base] if isinstance(self.base, str) else self.base or []

    def bases(self) -> tuple[Base, ...]:
        """The sites of `base`. Raises ValueError."""
        return tuple(map(parse_base, self.named()))


class Budget(Struct, forbid_unknown_fields=True):
    """The table [budget]: requests per UTC day, for each source of the topic."""

    requests_per_day: int | None = None


class Topic(Struct, forbid_unknown_fields=True):
    """One topic file. `since` and `until` bound the publication date of articles (Asia/Seoul days, inclusive)."""

    title: str
    queries: list[str] = field(default_factory=list)
    seeds: list[str] = field(default_factory=list)
    since: date | None = None
    until: date | None = None
    sources: list[str] | None = None
    cadence: dict[str, str] = field(default_factory=dict)
    source: dict[str, SourceOptions] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def options(self, source: str) -> SourceOptions:
        """The rules for one source; the defaults where the file says nothing."""
        return self.source.get(source) or SourceOptions()

    def at(self, source: str) -> Source:
        """A source as this topic has it: software that many sites run is at those that it names."""
        return all_sources()[source].based(self.options(source).bases())

    def source_names(self) -> list[str]:
        """The sources to collect from: those named, else all that need no key and have something to do (queries are nothing to
        do for a source without a search, or for one that wants to be named)."""
        if self.sources is not None:
            return list(dict.fromkeys(self.sources))
        known = [source for source in all_sources().values() if not source.needs_keys]
        based = {name for name, options in self.source.items() if options.base}  # a site that is named
        known = [source for source in known if source.found_at is None or source.name in based]
        named = {source.name for source in known if source.name in based or not source.by_name}
        asked = {source.name for source in known if self.queries and source.search and source.name in named}
        return [s.name for s in known if s.name in asked or self.seeds_of(s.name) or self.lists_of(s.name)]

    def asks(self) -> list[Query]:
        """The queries, understood; what is written twice, if with other blanks, is one."""
        return list(dict.fromkeys(parse(query) for query in self.queries))

    def seeds_of(self, source: str) -> list[str]:
        """The seeds that are articles of this source."""
        key = self.at(source).article_key
        return [seed for seed in self.seeds if key(seed) is not None]

    def lists_of(self, source: str) -> list[str]:
        """The seeds that are lists of articles of this source: a section, a ranking."""
        page = self.at(source).list_page
        return [seed for seed in self.seeds if page(seed) is not None]

    def outside(self, published: Moment | None) -> bool:
        """Whether a date lies surely outside since..until; what is not known lies inside."""
        after = published is not None and self.until is not None and day(published.start) > self.until
        return after or self.before(published)

    def before(self, published: Moment | None) -> bool:
        """Whether a date lies surely before since."""
        return published is not None and self.since is not None and day(published.end) < self.since


def load(path: Path) -> Topic:
    """The topic in a TOML file. Raises Misuse with one line."""
    try:
        return read(path.read_text(encoding="utf-8-sig"), path)  # Windows editors begin a file with a mark
    except FileNotFoundError:
        raise Misuse(f"{path}: no such topic file") from None
    except UnicodeDecodeError:
        raise Misuse(f"{path}: not UTF-8. Save the topic file as UTF-8") from None
    except OSError as error:
        raise Misuse(f"{path}: cannot be read: {error.strerror}") from None


def read(text: str, path: Path) -> Topic:
    """The topic in the text of a file. `since` and `until` in words become the days that they mean now. Raises Misuse with
    one line that names the file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misuse(f"{path}: not valid TOML: {error}. Dates are written 2018-01-17, texts in quotes") from None
    for key in ("since", "until"):
        if isinstance(raw.get(key), str):
            raw[key] = _day(path, key, raw[key])
    try:
        topic = msgspec.convert(raw, Topic, strict=True)
    except msgspec.ValidationError as error:
        raise Misuse(f"{path}: {_explain(str(error), raw)}") from None
    problem = _problem(topic)
    if problem:
        raise Misuse(f"{path}: {problem}")
    return topic


def _day(path: Path, key: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        at = words.moment(text)
    if at is None:
        raise Misuse(f"{path}: `{key}` {text!r} is no day. Write a date: 2018-01-17, or words: 지난주, 3 days ago")
    return day(at)


# What to write where msgspec expected something else.
_WRITE = {
    "str": "a text in quotes",
    "array": 'a list: ["...", "..."]',
    "object": "a table",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "date": "a date: 2018-01-17",
}


def _explain(message: str, raw: dict[str, Any]) -> str:
    """msgspec's complaint in the words of the file: the key by its full name, and what to write."""
    what, _, where = message.partition(" - at ")
    key = where.strip("`").removeprefix("$").removeprefix(".")
    if "[...]" in key:
        key = key.replace("[...]", f".{_entry(key.partition('[')[0], raw)}", 1)
    if unknown := re.search(r"unknown field `(.+?)`", what):
        struct = SourceOptions if key.startswith("source.") else Budget if key == "budget" else Topic
        names = struct.__struct_fields__
        near = difflib.get_close_matches(unknown[1], names, 1)
        place = f" in [{key}]" if key else ""
        return f"unknown key `{unknown[1]}`{place}. " + (f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(names)}")
    if missing := re.search(r"missing required field `(.+?)`", what):
        return f'`{missing[1]}` is missing. Write {missing[1]} = "..."'
    if key == "sources" and isinstance(raw[key], dict):
        return "`sources` is a list of names. What is said of one source stands in [source.NAME]"
    if expected := re.match(r"Expected `(\w+)", what):
        return f"`{key}` must be {_WRITE.get(expected[1], expected[1])}"
    if "date" in what:
        return f"`{key}` must be {_WRITE['date']}"
    if key.endswith(".robots"):
        return f'`{key}` must be "obey" or "ignore"'
    return f"`{key}`: {what}"


def _entry(table: str, raw: dict[str, Any]) -> str:
    """The name of the table's entry that is wrong; msgspec does not say it."""
    for name, value in raw[table].items():
        try:
            msgspec.convert(value, SourceOptions if table == "source" else str, strict=True)
        except msgspec.ValidationError:
            return str(name)
    raise AssertionError("some entry is wrong")


def _problem(topic: Topic) -> str | None:
    known = all_sources()
    if not topic.title.strip():
        return '`title` is empty. Write title = "what this topic is about"'
    if len(topic.title.splitlines()) > 1:
        return "`title` has more than one line. Write one line"
    if not topic.queries and not topic.seeds:
        return 'neither `queries` nor `seeds`. Write queries = ["a word"] or seeds = ["https://..."]'
    for query in topic.queries:
        if not query.strip():
            return "`queries` holds an empty text. Remove it"
        try:
            parse(query)
        except ValueError as error:
            return f"query {query!r}: {error}"
    if topic.since and topic.until and topic.since > topic.until:
        return f"`since` {topic.since} is after `until` {topic.until}. Swap them"
    for name in [*(topic.sources or ()), *topic.source]:
        if name not in known:
            if site := refusing(name):
                return f"source `{name}`: {site}"
            return f"source `{name}` does not exist. Known: {', '.join(sorted(known))}"
    if topic.sources == []:
        return "`sources` is empty. Name one, or remove the key for all that need no key"
    for name in dict.fromkeys((*(topic.sources or ()), *topic.source)):
        if said := wrong_base(name, {each: options.named() for each, options in topic.source.items()}):
            return said
    at = {name: topic.at(name) for name in known}
    for seed in topic.seeds:
        owner = next((name for name, source in at.items() if source.article_key(seed) or source.list_page(seed)), None)
        if owner is None:
            if site := refusing(seed):
                return f"seed {seed!r}: {site}"
            hint = "See `sagwan sources`" if "://" in seed else "A URL begins with https://"
            return f"seed {seed!r} is no URL of an article or list of any source. {hint}"
        if owner not in topic.source_names():
            return f'seed {seed!r} is of source `{owner}`, which `sources` leaves out. Add "{owner}" there, or remove the seed'
    for name, options in topic.source.items():
        if options.robots == "ignore" and not (options.reason or "").strip():
            return f'[source.{name}] robots = "ignore" needs a reason. Write reason = "why, approved when, by whom"'
        if options.delay is not None and not 0 <= options.delay <= 3600:
            return f"[source.{name}] `delay` {options.delay} is not between 0 and 3600 seconds"
        if options.connections is not None and not 1 <= options.connections <= 16:
            return f"[source.{name}] `connections` {options.connections} is not between 1 and 16"
    for name, every in topic.cadence.items():
        if name not in Ladder.__struct_fields__:
            return f"[cadence] `{name}` is no rung. Known: {', '.join(Ladder.__struct_fields__)}"
        if not re.fullmatch(r"[0-9]{0,5}[1-9][0-9]{0,5}[smhd]", every):
            return f'[cadence] `{name}` {every!r} is no duration. Write {name} = "1m"'
    budget = topic.budget.requests_per_day
    if budget is not None and budget < 1:
        return f"[budget] `requests_per_day` {budget} must be at least 1"
    return None
