"""What appeared, was edited, counted, deleted, went missing, is gone, came back: each with its evidence and bounds.

`seen_at` is when the new state was first seen, `not_before` when the old one was last seen: the change lies between. Where
different versions of a parser read these two looks, `parsers` names both: the difference may be theirs and not the site's.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from archive.article_counts import LOOKED
from archive.lookup import article_ref, last_capture, last_like, uuid_text
from archive.records import DELETED, STATES
from archive.rounding import Marks, Raw, any_rounded, marked, stepped
from archive.timeline import Look, Timeline
from archive.times import iso

KINDS = ("appeared", "edited", "counts", "deleted", "state", "missing", "gone", "returned")
Line = dict[str, Any]
_COUNTS = ("likes", "dislikes", "replies")
_WORDS = ("title", "text", "press", "author", "section", "pane", "notice", "original")


def changes(db: sqlite3.Connection, articles: list[int], since: int, until: int, kinds: frozenset[str]) -> Iterator[Line]:
    """The changes of these articles seen in since..until (UTC ms), in the order in which they were seen."""
    quiet = not kinds & {"appeared", "counts"}
    rounds = not quiet and any_rounded(db)
    streams = [_Article(db, article, quiet, rounds).changes(until) for article in articles]
    for at, _, line in heapq.merge(*streams, key=lambda entry: entry[:2]):
        if at >= since and line["change"] in kinds:
            yield line


_LOOK = """
SELECT c.record, c.received_at, k.parser FROM capture_rows c JOIN capture_kinds k ON k.id = c.kind WHERE c.id = ?"""
# Comments that were ever edited or deleted; of all others nothing is told but that they appeared, were counted, or are gone.
_TOUCHED = """
SELECT o.comment FROM capture_rows c CROSS JOIN observations o ON o.capture = c.id WHERE c.article = ?1 AND o.state <> 0
UNION SELECT comment FROM comment_versions WHERE comment IN (SELECT id FROM comments WHERE article = ?1)
GROUP BY comment HAVING count(*) > 1"""


class _Article:
    """The changes of one article; `quiet` ones without those that appeared or were counted; `rounds`: of numbers that may be
    rounded."""

    def __init__(self, db: sqlite3.Connection, article: int, quiet: bool, rounds: bool) -> None:
        self._db, self._article, self._ref, self._rounds = db, article, article_ref(db, article), rounds
        self._marks: dict[int, Marks] = {}
        self._touched = [row[0] for row in db.execute(_TOUCHED, (article,))] if quiet else None
        self._facts: dict[int, tuple[str, int, str]] = {}

    def changes(self, until_ms: int) -> Iterator[tuple[int, int, Line]]:
        """(time, capture, line) in the order of capture."""
        until = last_capture(self._db, self._article, until_ms)
        if until is None:
            return
        own = self._article_changes(until)
        for capture, line in heapq.merge(own, self._comment_changes(until), key=lambda entry: entry[0]):
            yield self._at(capture)[1], capture, line

    def _texts(self, capture: int, comment: int = 0) -> tuple[Raw, Raw]:
        """Of a comment's (0: the article's) rounded numbers the texts before a capture, and from it on."""
        if not self._rounds:
            return {}, {}
        if comment not in self._marks:
            self._marks[comment] = Marks(self._db, self._article, comment)
        return self._marks[comment].step(capture)

    def _at(self, capture: int) -> tuple[str, int, str]:
        """Its uuid, when it was received (UTC ms), its parser."""
        if capture not in self._facts:
            record, at, parser = self._db.execute(_LOOK, (capture,)).fetchone()
            self._facts[capture] = (uuid_text(record), at, parser or "")
        return self._facts[capture]

    def _line(
        self, change: str, ref: str, capture: int, before: int | None, evidence: tuple[int, ...] = (), **what: Any
    ) -> Line:
        record, seen_at, parser = self._at(capture)
        not_before = iso(self._at(before)[1]) if before is not None else None
        old = self._at(before)[2] if before is not None else parser
        if old != parser and old.partition("/")[0] == parser.partition("/")[0]:
            what["parsers"] = [old, parser]
        proof = [self._at(one)[0] for one in evidence or (capture,)]
        line = {"kind": "change", "change": change, "ref": ref, "capture": record, "seen_at": iso(seen_at)}
        return line | {"not_before": not_before, "evidence": proof} | what

    def _article_changes(self, until: int) -> Iterator[tuple[int, Line]]:
        rows: list[tuple[int, Line]] = []
        before: tuple[Any, ...] | None = None
        said: tuple[Any, ...] | None = None  # the last words: a page that is gone or restricted says none
        hidden: list[list[int]] = []  # from which capture to before which it is so
        columns = f"capture, {', '.join(_WORDS)}, state"
        sql = f"SELECT {columns} FROM article_versions WHERE article = ? AND capture <= ? ORDER BY capture"
        for row in self._db.execute(sql, (self._article, until)):
            if before is None:
                rows.append((row[0], self._line("appeared", self._ref, row[0], None, title=row[1])))
            elif row[-1] != before[-1]:
                rows.append(self._other_state(row, before))
            if row[-1] == "visible" and before is not said:
                hidden[-1][1] = row[0]
            elif row[-1] != "visible" and before is said:
                hidden.append([row[0], until + 1])
            old = before if before is not None and before[-1] == row[-1] else said if row[-1] == "visible" else None
            if old is not None and old[1:-1] != row[1:-1]:
                rows.append(self._edited(row, old, row[0] if old is before else hidden[-1][0]))
            before = row
            said = row if row[-1] == "visible" else said
        last: dict[str, tuple[int, int | None]] = {}
        sql = "SELECT capture, metric, value FROM article_counts WHERE article = ? AND capture <= ? ORDER BY capture"
        for capture, metric, value in self._db.execute(sql, (self._article, until)):
            if metric in last and last[metric][1] != value:
                was = last[metric][1]
                seen_before = max(self._look_before(capture, hidden) or 0, last[metric][0])  # another page may have counted it
                texts = self._texts(capture)
                raws = stepped(texts[0] if was is not None else {}, texts[1] if value is not None else {}, (metric,))
                what = {"counts": {metric: [was, value]}, **raws}
                rows.append((capture, self._line("counts", self._ref, capture, seen_before, **what)))
            last[metric] = (capture, value)
        yield from sorted(rows, key=lambda entry: entry[0])

    def _other_state(self, row: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[int, Line]:
        change = {"gone": "gone", "visible": "returned"}.get(row[-1], "state")
        what = {"state": [before[-1], row[-1]]} if change == "state" else {}
        seen_before = last_like(self._db, row[0], row[0], before[0])
        return row[0], self._line(change, self._ref, row[0], seen_before, (row[0],), **what)

    def _edited(self, row: tuple[Any, ...], old: tuple[Any, ...], until: int) -> tuple[int, Line]:
        """Its words are others than those of the version `old`, which was seen no longer than to the capture `until`."""
        fields = {name: [b, a] for name, a, b in zip(_WORDS, row[1:], old[1:], strict=False) if a != b}
        seen_before = last_like(self._db, row[0], until, old[0])
        return row[0], self._line("edited", self._ref, row[0], seen_before, fields=fields)

    def _look_before(self, capture: int, hidden: list[list[int]]) -> int | None:
        """The last capture of the same page of this article (or the last that counted it among many) before that one, which
        still showed the old number: no page that is gone or restricted does."""
        row = self._db.execute(
            "SELECT coalesce((SELECT max(c.id) FROM captures a JOIN captures c ON c.article = a.article AND c.page = a.page "
            f"AND c.id < a.id AND {LOOKED} WHERE a.id = ?1 AND NOT EXISTS (SELECT 1 FROM json_each(?3) h "
            "WHERE c.id >= json_extract(h.value, '$[0]') AND c.id < json_extract(h.value, '$[1]') "
            "AND c.page = (SELECT page FROM captures WHERE id = json_extract(h.value, '$[0]')))), "
            "(SELECT max(b.capture) FROM counted a JOIN counted b "
            "ON b.article = a.article AND b.capture < a.capture WHERE a.article = ?2 AND a.capture = ?1))",
            (capture, self._article, json.dumps(hidden)),
        ).fetchone()
        found: int | None = row[0]
        return found

    def _comment_changes(self, until: int) -> Iterator[tuple[int, Line]]:
        quiet = self._touched is not None
        observed = self._rows("likes, dislikes, replies, state", "observations", until)
        versions = self._rows("text, attachment", "comment_versions", until)
        counts: dict[int, tuple[Any, ...]] = {}
        texts: dict[int, tuple[Any, ...]] = {}
        unsaid: dict[int, int | None] = {}  # of those whose words are not shown, the last look that showed them
        timeline = Timeline(self._db, self._article, until)
        refs = {
            c: f"{self._ref}#{key}"
            for c, key in self._db.execute("SELECT id, key FROM comments WHERE article = ?", (self._article,))
        }
        for event in timeline.events():
            if not isinstance(event, Look):
                yield event.capture, self._line(event.kind, refs[event.comment], event.capture, event.before, event.evidence)
                continue
            new_counts, new_texts = observed.pop(event.capture, {}), versions.pop(event.capture, {})
            if quiet and not new_counts and not new_texts:
                continue
            for comment in dict.fromkeys(event.ids):
                before = timeline.last_seen.get(comment)  # of this look it does not know yet
                text, count = new_texts.get(comment), new_counts.get(comment)
                if text is None and count is None and (quiet or before is not None):
                    continue
                if text is not None and _withheld(text, count or counts.get(comment)):
                    unsaid.setdefault(comment, before)
                    text = None
                raws = self._texts(event.capture, comment) if count is not None else ({}, {})
                for change, what in _differences(before, texts.get(comment), text, counts.get(comment), count, raws):
                    old = unsaid.get(comment, before) if change == "edited" else before
                    yield event.capture, self._line(change, refs[comment], event.capture, old, **what)
                if text is not None:
                    texts[comment] = text
                    unsaid.pop(comment, None)
                if count is not None:
                    counts[comment] = count

    def _rows(self, columns: str, table: str, until: int) -> dict[int, dict[int, tuple[Any, ...]]]:
        """By capture and comment what stands in a table: of all comments, or of those that were touched."""
        found: dict[int, dict[int, tuple[Any, ...]]] = defaultdict(dict)
        sql = f"SELECT t.capture, t.comment, {columns} FROM {{}} m CROSS JOIN {table} t ON t.comment = m.id AND t.capture <= ?2"
        if self._touched is None:
            rows = self._db.execute(sql.format("comments") + " WHERE m.article = ?1", (self._article, until))
        else:
            rows = self._db.execute(sql.format("(SELECT value AS id FROM json_each(?1))"), (json.dumps(self._touched), until))
        for capture, comment, *values in rows:
            found[capture][comment] = tuple(values)
        return found


def _withheld(text: tuple[Any, ...], observed: tuple[Any, ...] | None) -> bool:
    """Whether nothing is said: the comment is not shown (`observed`: as it is seen now), and a deletion is no edit; or neither
    words are there nor anything in their place (a sticker), as where a site gives them under another name."""
    return text[0] is None and observed is not None and (text[1] is None or STATES[observed[3]] != "visible")


def _differences(
    seen_before: int | None,
    old_text: tuple[Any, ...] | None,
    text: tuple[Any, ...] | None,
    old: tuple[Any, ...] | None,
    new: tuple[Any, ...] | None,
    raws: tuple[Raw, Raw],
) -> Iterator[tuple[str, Line]]:
    """The changes of one comment on one look."""
    if seen_before is None:
        counts = dict(zip(_COUNTS, new[:3], strict=True)) if new else {}
        state = STATES[new[3]] if new else None
        yield "appeared", {"text": text[0] if text else None, **counts, "state": state, **marked(raws[1])}
        return
    if text is not None and old_text is not None and text != old_text:
        pairs = zip(("text", "attachment"), text, old_text, strict=True)
        yield "edited", {"fields": {name: [b, a] for name, a, b in pairs if a != b}}
    if new is None or old is None:
        return
    if new[3] != old[3]:
        state, was = STATES[new[3]], STATES[old[3]]
        yield ("deleted" if state in DELETED else "state"), {"state": [was, state]}
    counts = {name: [b, a] for name, a, b in zip(_COUNTS, new, old, strict=False) if a != b}
    if counts:
        yield "counts", {"counts": counts, **stepped(*raws, counts)}
