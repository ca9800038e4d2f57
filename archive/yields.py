"""What the pages of one kind gave in a run, and whether that is far less than in the runs before it (docs/alarms.md).

Nothing is said of few pages: those of several runs are added up until there are enough. What lay around the middle in the
past, and is now below a quarter of the least of it, is far less.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from archive.capture import Parsed
from archive.records import Article, Count, ListEntry, Listing

TOGETHER = 5  # pages that say something together; articles, comments or entries of which a field is judged
READINGS = 20  # of the past
LEAST = 5  # readings without which the past says nothing
SHOWN = 20  # comments of a page that are looked at: all of them have a field, or most, or none
FAR = 4  # times less than the least of the past: below a quarter of the middle alone chance raises several a day
SOME = 2.0  # records a page: fewer were always few
ATTEMPTS = 3  # that brought nothing, where the kind could be read before
_RUNS = 300  # of the past, at most
_GOOD = frozenset({"ok", "empty"})
_BAD = frozenset({"layout", "error", "unreadable"})
_LOST = frozenset({"http", "failed"})

# What each record should have. A page of which a new layout hides one of these is read without complaint.
_ARTICLE = ("title", "text", "press", "published")
_COMMENT = ("text", "account", "created", "likes", "dislikes")
_COUNTS = ("comments", "likes", "dislikes", "views")  # of an article, on its own page


class Yield(Struct, omit_defaults=True):
    """What so many pages gave. `fields`: how many records there were (`article`, `comment`, `entry`, `count`), and how many
    had a field or a counter (`comment.text`, `article.likes`); a `row` is a comment, also one that is not visible; a `count`
    has one where it is not 0.
    `bytes` are those of decoded bodies."""

    pages: int = 0
    bad: int = 0  # that their parser did not know
    lost: int = 0  # that did not come
    records: int = 0
    bytes: int = 0
    fields: dict[str, int] = field(default_factory=dict)

    def add(self, parsed: Parsed, size: int) -> None:
        """Counts one page."""
        self.bad += parsed.outcome in _BAD
        self.lost += parsed.outcome in _LOST
        if parsed.outcome not in _GOOD:
            return
        self.pages, self.bytes = self.pages + 1, self.bytes + size
        for record in parsed.records:
            if type(record) is Listing:
                rows = record.comments[:SHOWN]
                shown = [comment for comment in rows if comment.state == "visible"]
                self.records += len(record.comments)
                self._fields("comment", shown, _COMMENT)
                # Not how many are visible: those that are deleted are what one looks for, and no page read wrongly.
                self._count("row", len(rows))
                self._count("row.state", sum([comment.state != "unknown" for comment in rows]))
            elif type(record) is Article and record.state == "visible":
                self.records += 1
                self._fields("article", [record], _ARTICLE)
                counted = {each.metric for each in parsed.records if type(each) is Count and each.article is None}
                for metric in _COUNTS:
                    self._count(f"article.{metric}", metric in counted)
            elif type(record) is ListEntry:
                self.records += 1
                self._fields("entry", [record.article], ("title",))
            elif type(record) is Count:
                self.records += 1
                if record.article is None and record.metric == "comments":
                    self._count("count", 1)
                    self._count("count.above 0", record.value > 0)

    def _fields(self, base: str, records: list[Any], names: Iterable[str]) -> None:
        self._count(base, len(records))
        for name in names:
            self._count(f"{base}.{name}", sum([getattr(record, name) not in (None, "") for record in records]))

    def _count(self, name: str, number: int) -> None:
        self.fields[name] = self.fields.get(name, 0) + number

    def plus(self, other: Yield) -> Yield:
        """Both together."""
        numbers = (self.pages + other.pages, self.bad + other.bad, self.lost + other.lost)
        fields = dict(Counter(self.fields) + Counter(other.fields))
        return Yield(*numbers, self.records + other.records, self.bytes + other.bytes, fields)


class Less(Struct, frozen=True):
    """A page kind that gives less than it did: nothing at all is `broken`."""

    kind: Literal["thin", "broken"]
    text: str


_decode = msgspec.json.Decoder(Yield)


def less(db: sqlite3.Connection, source: str, topic: str, page: str, now: Yield) -> Less | None:
    """What the past of a page kind in a topic says of what a run that now ends got of it; None where it says nothing."""
    key = (source, topic, page)
    sql = "SELECT run, well, yields FROM run_pages WHERE source = ? AND topic = ? AND page = ? ORDER BY run DESC LIMIT ?"
    recent = [(run, well, _decode.decode(text)) for run, well, text in db.execute(sql, (*key, 10 * TOGETHER))]
    if not now.pages:
        return _unread(db, key, now, recent)
    oldest = 1 << 62
    for run, _, before in recent:
        if now.pages >= TOGETHER:
            break
        now, oldest = now.plus(before), run
    if now.pages < TOGETHER:
        return None
    sql = "SELECT yields FROM run_pages INDEXED BY run_pages_well WHERE source = ? AND topic = ? AND page = ? AND run < ?"
    rows = db.execute(f"{sql} AND well = 1 ORDER BY run DESC LIMIT {_RUNS}", (*key, oldest))
    return judge(page, now, list(_readings(_decode.decode(text) for (text,) in rows)))


def _unread(db: sqlite3.Connection, key: tuple[str, str, str], now: Yield, recent: list[tuple[int, int, Yield]]) -> Less | None:
    """Whether a page kind that could be read before brought nothing several times now."""
    attempts = now.bad + now.lost
    for _, well, before in recent:
        if well or attempts >= ATTEMPTS:
            break
        attempts += before.bad + before.lost
    sql = "SELECT 1 FROM run_pages INDEXED BY run_pages_well WHERE source = ? AND topic = ? AND page = ? AND well = 1 LIMIT 1"
    if attempts < ATTEMPTS or db.execute(sql, key).fetchone() is None:
        return None
    return Less("broken", f"{key[2]}: could be read before, and at least {attempts} attempts since brought nothing")


def _readings(past: Iterable[Yield]) -> Iterator[Yield]:
    """The runs of the past, the newest first, added up to readings of enough pages."""
    found, reading = 0, Yield()
    for one in past:
        reading = reading.plus(one)
        if reading.pages >= TOGETHER:
            yield reading
            found, reading = found + 1, Yield()
            if found == READINGS:
                return


def judge(page: str, now: Yield, past: list[Yield]) -> Less | None:
    """Whether a reading gives far less than earlier ones did."""
    if len(past) < LEAST:
        return None
    before = [one.records / one.pages for one in past]
    # How many comments a page has is up to the articles; that no page has any is not.
    alike = not any("comment" in one.fields for one in past)
    if median(before) >= SOME and (alike or not now.records) and _far_below(now.records / now.pages, before):
        text = f"{page}: {now.records / now.pages:.1f} records a page on {now.pages} pages, {_usual(before, '.1f')}"
        return Less("thin" if now.records else "broken", text)
    for name in sorted({name for one in past for name in one.fields}):
        base = name.partition(".")[0]
        having, of = now.fields.get(name, 0), now.fields.get(base, 0)
        shares = [one.fields.get(name, 0) / one.fields[base] for one in past if one.fields.get(base, 0) >= TOGETHER]
        if name == base or of < TOGETHER or len(shares) < LEAST or median(shares) < 0.5:
            continue
        if _far_below(having / of, shares):
            text = f"{page}: {having / of:.0%} of {of} have {name}, {_usual(shares, '.0%')}"
            return Less("thin" if having else "broken", text)
    return None


def _far_below(value: float, past: list[float]) -> bool:
    return value * FAR < min(past)


def _usual(past: list[float], form: str) -> str:
    return f"{median(past):{form}} in the middle of {len(past)} earlier readings, {min(past):{form}} at least"
