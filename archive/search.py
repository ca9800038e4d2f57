"""Full-text search: the comments and articles in which all words stand, the newest first. Words are parts of words, as Korean
wants it: 조작 finds 여론조작은. What stands in "quotes" is one word. Nothing in a query is syntax of the database."""

from __future__ import annotations

import re
import sqlite3
from typing import Literal

from msgspec import Struct

from archive.lookup import capture_facts
from archive.records import STATES
from archive.rounding import Marks, Raw, any_rounded
from archive.search_index import letters, plain

Kind = Literal["comment", "article"]
MOST_WORDS, LONGEST = 8, 100
_AROUND = 60  # letters before the first word in an excerpt
_EXCERPT = 220
_END = 1 << 62  # a capture after all
_TRIGRAM = 3
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"'))  # as telephones and word processors write them

_COMMENT = """
SELECT a.source || ':' || a.key || '#' || m.key, v.text, v.account, o.likes, o.dislikes, o.state,
  (SELECT title FROM article_versions t WHERE t.article = a.id AND t.title IS NOT NULL ORDER BY t.capture DESC LIMIT 1),
  v.text IS (SELECT text FROM comment_versions l WHERE l.comment = v.comment AND l.text IS NOT NULL
    ORDER BY l.capture DESC LIMIT 1)
FROM comment_versions v JOIN comments m ON m.id = v.comment JOIN articles a ON a.id = m.article
LEFT JOIN observations o ON o.comment = m.id AND o.capture = (SELECT max(capture) FROM observations WHERE comment = m.id)
WHERE v.comment = ? AND v.capture = ?"""
_ARTICLE = """
SELECT a.source || ':' || a.key, coalesce(v.title, '') || char(10) || coalesce(v.text, ''), NULL, NULL, NULL,
  (SELECT state FROM article_versions l WHERE l.article = v.article ORDER BY l.capture DESC LIMIT 1), v.title,
  (v.title, v.text) IS (SELECT l.title, l.text FROM article_versions l WHERE l.article = v.article
    AND (l.title IS NOT NULL OR l.text IS NOT NULL) ORDER BY l.capture DESC LIMIT 1)
FROM article_versions v JOIN articles a ON a.id = v.article WHERE v.article = ? AND v.capture = ?"""


class Hit(Struct, frozen=True):
    """One version of a text that has the words. `pieces` is its excerpt, each with whether it is one of the words; `current`
    whether it is the last text that was seen, `state` what became of it since (as its site says); `seen_at` (UTC ms) and
    `capture` (uuid) when it was first seen so; `rounded`: the site's texts of the counts that it rounded."""

    number: int
    ref: str
    title: str | None
    pieces: tuple[tuple[str, bool], ...]
    account: str | None
    likes: int | None
    dislikes: int | None
    state: str | None
    current: bool
    seen_at: int
    capture: str
    rounded: Raw = {}


class Found(Struct, frozen=True):
    """What a search found. `next` goes into `before` for the ones after these; None where these are the last. `words` is what
    was looked for, `cut` whether that is less than the query: of very many words the first few, of long ones the beginning."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    next: int | None
    cut: bool = False


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, each once; the first few of very many."""
    return tuple(dict.fromkeys(word[:LONGEST] for word in _words(query)))[:MOST_WORDS]


def _words(query: str) -> tuple[str, ...]:
    found = re.findall(r'"([^"]+)"|([^\s"]+)', query.translate(_QUOTES))
    return tuple(dict.fromkeys(text for quoted, word in found if (text := plain(quoted or word))))


def search(
    db: sqlite3.Connection, index: sqlite3.Connection, query: str, kind: Kind, before: int | None = None, limit: int = 50
) -> Found:
    """The newest texts of a kind in which all words of the query stand, of an article only the newest one; `before` is the
    `next` of the hits before."""
    words = words_of(query)
    if not words:
        return Found((), (), None)
    numbers = _numbers(index, words, kind, before, limit + 1)
    hits = [hit for number in numbers[:limit] if (hit := _hit(db, index, number, words)) is not None]
    return Found(words, tuple(hits), numbers[limit - 1] if len(numbers) > limit else None, words != _words(query))


def _numbers(index: sqlite3.Connection, words: tuple[str, ...], kind: Kind, before: int | None, limit: int) -> list[int]:
    long = " AND ".join('"' + word.replace('"', '""') + '"' for word in words if len(word) >= _TRIGRAM)
    short = " AND ".join(letters(word) + "*" * (len(word) == 1) for word in words if len(word) < _TRIGRAM)
    table, match = ("grams", long) if long else ("pairs", short)
    sql, values = f"SELECT rowid FROM {table} WHERE {table} MATCH ?", list[str | int]([match])
    if long and short:
        sql += " AND rowid IN (SELECT rowid FROM pairs WHERE pairs MATCH ?)"
        values.append(short)
    # Comments count up from 1, articles down from -1: the newest first.
    if kind == "comment":
        sql += " AND rowid > 0 AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        values += [before if before is not None else 1 << 62, limit]
    else:  # its page has many versions, and most of them have the words: the newest of them stands for all
        sql = f"SELECT min(id) AS newest FROM said WHERE id IN ({sql} AND rowid < 0) GROUP BY article"
        sql += " HAVING newest > ? ORDER BY newest LIMIT ?"
        values += [before if before is not None else -(1 << 62), limit]
    return [number for (number,) in index.execute(sql, values)]


def _hit(db: sqlite3.Connection, index: sqlite3.Connection, number: int, words: tuple[str, ...]) -> Hit | None:
    """None where the database has no such text: it was put there since."""
    article, comment, capture = index.execute("SELECT article, comment, capture FROM said WHERE id = ?", (number,)).fetchone()
    row = db.execute(_COMMENT if comment else _ARTICLE, (comment or article, capture)).fetchone()
    if row is None:
        return None
    ref, text, account, likes, dislikes, state, title, current = row
    record, seen_at = capture_facts(db, capture)
    shown = tuple(excerpt(plain(text or ""), words))
    state = STATES[state] if isinstance(state, int) else state
    who = account.hex() if account else None
    raw = Marks(db, article, comment).at(_END) if comment and any_rounded(db) else {}
    return Hit(number, ref, title, shown, who, likes, dislikes, state, bool(current), seen_at, record, raw)


def excerpt(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """A part of the text from a little before its first word, in pieces: (piece, whether it is one of the words)."""
    # A letter whose lower case is two letters would move what comes behind it.
    folded = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    found = re.compile(f"(?:{'|'.join(re.escape(word.lower()) for word in sorted(words, key=len, reverse=True))})+")
    first = found.search(folded)
    start = max(0, first.start() - _AROUND) if first else 0
    end = min(len(text), start + _EXCERPT)
    pieces, at = [("…", False)] if start else [], start
    for match in found.finditer(folded, start, end):
        pieces += [(text[at : match.start()], False), (text[match.start() : match.end()], True)]
        at = match.end()
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return [piece for piece in pieces if piece[0]]
