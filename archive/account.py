"""What one account (a pseudonym) wrote, what became of it, and who wrote under the same articles."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict

from msgspec import Struct

from archive.errors import ArchiveError
from archive.lookup import capture_facts
from archive.records import STATES
from archive.rounding import Marks, Raw, any_rounded
from archive.timeline import Timeline

MOST = 5_000  # comments of an account that are counted
_ARTICLES = 200  # under which others are looked for
_ALWAYS = 1 << 62
_SPOKEN = """
SELECT m.article, m.key, m.first_capture, a.source || ':' || a.key, (SELECT title FROM article_versions t
  WHERE t.article = a.id AND t.title IS NOT NULL ORDER BY t.capture DESC LIMIT 1),
  (SELECT text FROM comment_versions v WHERE v.comment = m.id AND v.text IS NOT NULL ORDER BY v.capture DESC LIMIT 1)
FROM comments m JOIN articles a ON a.id = m.article WHERE m.id = ?"""
_SHORT = """
SELECT v.created_from, v.created_to, v.precision, c.received_at, (SELECT o.state FROM observations o WHERE o.comment = m.id
  ORDER BY o.capture DESC LIMIT 1)
FROM comments m JOIN capture_rows c ON c.id = m.first_capture
LEFT JOIN comment_versions v ON v.comment = m.id AND v.capture = m.first_capture WHERE m.id = ?"""
_OBSERVED = "SELECT likes, dislikes, state FROM observations WHERE comment = ? ORDER BY capture DESC LIMIT 1"
_NAMES = "SELECT account_name FROM comment_versions WHERE comment = ? AND account = ? AND account_name IS NOT NULL"
_OTHERS = """
SELECT account, count(DISTINCT article) FROM authors WHERE article = ? AND account <> ? GROUP BY account"""


class Spoken(Struct, frozen=True):
    """One comment of the account, as it was seen last. Times are UTC ms; `written` is the interval in which it was written
    (None: nobody says when), `missing_since` when it was first not there; `rounded`: the site's texts of rounded numbers."""

    ref: str
    article: str
    title: str | None
    text: str | None
    written: tuple[int, int | None] | None
    first_seen: int
    last_seen: int
    missing_since: int | None
    likes: int | None
    dislikes: int | None
    state: str
    rounded: Raw = {}


class Shared(Struct, frozen=True):
    """Another account under the same articles: how many they share, and under how many that one wrote at all."""

    account: str
    articles: int
    of: int


class Account(Struct, frozen=True):
    """An account. `times` (UTC ms) are when its comments were written (else first seen), `states` how many are in which state
    by their last sighting; of an account with very many comments, for the last of them. `comments` is one page, the newest
    first; `next` goes into `before` for the next."""

    source: str
    account: str
    names: int
    count: int
    articles: int
    times: tuple[int, ...]
    states: tuple[tuple[str, int], ...]
    comments: tuple[Spoken, ...]
    next: int | None
    shared: tuple[Shared, ...]


def account(db: sqlite3.Connection, index: sqlite3.Connection, who: str, before: int | None = None, limit: int = 20) -> Account:
    """An account by its pseudonym (hex); `index` is search.db. Raises ArchiveError for one that it does not have."""
    try:
        key = bytes.fromhex(who)
    except ValueError:
        raise ArchiveError(f"{who[:60]} is no account: their pseudonyms are 32 hexadecimal digits") from None
    wrote = index.execute("SELECT article, comment FROM authors WHERE account = ?", (key,)).fetchall()
    if not wrote:
        raise ArchiveError(f"the archive has no comment of the account {who[:60]}")
    comments = sorted((comment for _, comment in wrote), reverse=True)
    shorts = [row for comment in comments[:MOST] if (row := db.execute(_SHORT, (comment,)).fetchone()) is not None]
    states = Counter("unknown" if row[4] is None else STATES[row[4]] for row in shorts)
    times = sorted(row[3] if row[0] is None or row[2] == "relative" else row[0] for row in shorts)
    names = {name for comment in comments[:MOST] for (name,) in db.execute(_NAMES, (comment, key))}
    page = [comment for comment in comments if before is None or comment < before][: limit + 1]
    spoken = _spoken(db, page[:limit])
    source = db.execute("SELECT source FROM articles WHERE id = ?", wrote[0][:1]).fetchone()[0]
    articles = {article for article, _ in wrote}
    return Account(
        source,
        key.hex(),
        len(names),
        len(comments),
        len(articles),
        tuple(times),
        tuple(states.most_common()),
        tuple(spoken),
        page[limit - 1] if len(page) > limit else None,
        tuple(_shared(index, key, sorted(articles, reverse=True)[:_ARTICLES])),
    )


def _spoken(db: sqlite3.Connection, comments: list[int]) -> list[Spoken]:
    rows = {comment: db.execute(_SPOKEN, (comment,)).fetchone() for comment in comments}
    under: dict[int, set[int]] = defaultdict(set)
    for comment, row in rows.items():
        under[row[0]].add(comment)
    found: dict[int, Spoken] = {}
    rounds = any_rounded(db)
    for article, some in under.items():
        timeline = Timeline(db, article, _ALWAYS, frozenset(some))
        for _ in timeline.events():
            pass
        for comment in some:
            _, key, first, ref, title, text = rows[comment]
            presence = timeline.presence[comment]
            likes, dislikes, state = db.execute(_OBSERVED, (comment,)).fetchone()
            missing = capture_facts(db, presence.first_missing)[1] if presence.first_missing else None
            shown = STATES[state] if presence.state == "present" else presence.state
            first_seen, last_seen = (capture_facts(db, capture)[1] for capture in (first, presence.last_seen))
            begin, end = db.execute(_SHORT, (comment,)).fetchone()[:2]
            written = (begin, end) if begin is not None else None
            raw = Marks(db, article, comment).at(_ALWAYS) if rounds else {}
            found[comment] = Spoken(
                f"{ref}#{key}", ref, title, text, written, first_seen, last_seen, missing, likes, dislikes, shown, raw
            )
    return [found[comment] for comment in comments]


def _shared(index: sqlite3.Connection, who: bytes, articles: list[int]) -> list[Shared]:
    """Who shares two articles and more, most first."""
    others: Counter[bytes] = Counter()
    for article in articles:
        others.update(account for account, _ in index.execute(_OTHERS, (article, who)))
    count = "SELECT count(DISTINCT article) FROM authors WHERE account = ?"
    return [
        Shared(other.hex(), shared, index.execute(count, (other,)).fetchone()[0])
        for other, shared in others.most_common(20)
        if shared > 1
    ]
