"""search.db: what was said where, for whoever looks: made from the rows of archive.db, beside it, and no part of the archive.

It follows archive.db by capture, and is made anew where that is another database, where somebody was redacted since, where it
is damaged, where it was deleted. Whoever writes to archive.db never waits for it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from archive.archive import is_damaged, open_for_reading
from archive.errors import ArchiveError, WriteFailed
from archive.redacted import UNDER_WAY, refuse_half_done

NAME = "search.db"
FORMAT = "2"
FILES = tuple(NAME + end for end in ("", "-journal", "-wal", "-shm"))
_UNWRITTEN = "{} cannot be written: {}. Search and accounts need it: read a copy of the archive in a folder of yours"
_MOST_S = 60
_STEP, _TEXTS = 500, 4_000  # captures that are read at once, and after how many texts no more are: a second's work
_WAIT_MS = 5_000  # that a question waits for a step to be written

# `said` has what the two indexes number: comments count up from 1, articles down from -1. A version whose text is that of the
# one before has no row. Trigrams find what has three letters or more; `pairs` what has two, and one by the beginning of a pair.
_TABLES = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE said (id INTEGER PRIMARY KEY, article INTEGER NOT NULL, comment INTEGER, capture INTEGER NOT NULL) STRICT;
CREATE TABLE authors (
  account BLOB NOT NULL, article INTEGER NOT NULL, comment INTEGER NOT NULL, PRIMARY KEY (account, article, comment)
) STRICT, WITHOUT ROWID;
CREATE INDEX authors_article ON authors (article, account);
CREATE VIRTUAL TABLE grams USING fts5(text, content='', tokenize='trigram');
CREATE VIRTUAL TABLE pairs USING fts5(text, content='', detail=none, columnsize=0, tokenize='ascii', prefix='6')
"""
_COMMENTS = """
SELECT v.capture, m.article, v.comment, v.text, v.account, EXISTS (SELECT 1 FROM comment_versions b
  WHERE b.comment = v.comment AND b.capture < v.capture ORDER BY b.capture DESC LIMIT 1) AND v.text IS (
  SELECT b.text FROM comment_versions b WHERE b.comment = v.comment AND b.capture < v.capture ORDER BY b.capture DESC LIMIT 1)
FROM comment_versions v JOIN comments m ON m.id = v.comment WHERE v.capture > ? AND v.capture <= ?
ORDER BY v.capture, v.comment"""
_ARTICLES = """
SELECT capture, article, title, text FROM article_versions WHERE capture > ? AND capture <= ? ORDER BY capture, article"""
_IDENTITY = "SELECT count(*), coalesce(max(at), 0) FROM redactions"


class Reach(Struct, frozen=True):
    """How far the index reaches: the last capture that is in it (a row id, 0 for none), and the archive's last."""

    capture: int
    last: int

    @property
    def whole(self) -> bool:
        """Whether all that the archive has is in it."""
        return self.capture >= self.last


def forget(root: Path) -> None:
    """Removes the index: its words are those of people who may be redacted, its row ids those of one database. Raises
    WriteFailed for what cannot be removed."""
    for name in FILES:
        try:
            (root / name).unlink(missing_ok=True)
        except OSError as error:  # a folder, say
            raise WriteFailed(f"{root / name} cannot be removed: {error.strerror}. Move it away") from None


def follow(root: Path, seconds: float) -> Reach:
    """Reads what archive.db has more than the index, for about so many seconds; how far it came. Where another is reading it
    waits for no longer. Raises ArchiveError where it cannot be written, and while a redaction is not finished."""
    refuse_half_done(root)
    # Before it is opened: where another is put in its place meanwhile, the index is of none of the two and is made anew.
    file = (root / "archive.db").stat().st_ino if (root / "archive.db").exists() else 0
    with contextlib.closing(open_for_reading(root)) as archive:
        try:
            return _follow(root, archive, file, seconds)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise ArchiveError(_UNWRITTEN.format(root / NAME, error)) from error
        except OSError as error:
            raise ArchiveError(_UNWRITTEN.format(root / NAME, error.strerror)) from error
        forget(root)
        return _follow(root, archive, file, seconds)


@contextlib.contextmanager
def followed(root: Path, seconds: float) -> Iterator[tuple[sqlite3.Connection, Reach]]:
    """The index, for questions, when it was followed for so many seconds; and how far it reaches. Raises ArchiveError as
    `follow` does, and where a question finds it damaged: then it is made anew at the next."""
    reach = follow(root, seconds)
    try:
        with contextlib.closing(opened(root)) as db:
            yield db, reach
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
        forget(root)
        raise ArchiveError(f"{root / NAME} was damaged and is made anew: ask again") from error


def opened(root: Path) -> sqlite3.Connection:
    """The index, for questions only, as it is now. Raises sqlite3.OperationalError where there is none."""
    db = sqlite3.connect((root / NAME).absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None)
    db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
    return db


def _follow(root: Path, archive: sqlite3.Connection, file: int, seconds: float) -> Reach:
    until = time.monotonic() + seconds
    (last,) = archive.execute("SELECT coalesce(max(id), 0) FROM capture_rows").fetchone()
    with contextlib.closing(_made(root, archive, file)) as db:
        number = (root / NAME).stat().st_ino
        db.execute(f"PRAGMA busy_timeout = {int(1000 * min(max(seconds, 0.1), _MOST_S))}")
        capture = _reached(db)
        while capture < last:
            if not _alone(db):
                break
            if (root / UNDER_WAY).exists() or not _is_in_place(root, number):
                raise ArchiveError(f"{root / NAME} was taken away: ask again")
            capture = _reached(db)  # another process may have been here
            if capture < last:
                capture = _read(db, archive, capture, min(last, capture + _STEP))
                facts = ((str(capture), "capture"), (_record(archive, capture), "record"))
                db.executemany("UPDATE facts SET value = ? WHERE key = ?", facts)
            db.execute("COMMIT")
            if time.monotonic() > until:
                break
    return Reach(capture, last)


def _alone(db: sqlite3.Connection) -> bool:
    """Begins a step, unless another has one under way for longer than we wait."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _is_in_place(root: Path, number: int) -> bool:
    try:
        return (root / NAME).stat().st_ino == number
    except FileNotFoundError:
        return False


def _made(root: Path, archive: sqlite3.Connection, file: int) -> sqlite3.Connection:
    """The index of this very database, made where there is none. Nobody else can read it from its first byte on."""
    wanted = _identity(archive, file)
    for _ in range(2):
        with contextlib.suppress(FileExistsError):  # never opened but by SQLite: closing it would end its locks
            os.close(os.open(os.path.realpath(root / NAME), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db = sqlite3.connect(root / NAME, isolation_level=None)
        try:
            db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            db.execute("PRAGMA synchronous = OFF")  # what a power cut leaves damaged is made anew
            if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                _make(db, wanted)
            kept = dict(db.execute("SELECT key, value FROM facts").fetchall())
        except BaseException:
            db.close()
            raise
        if kept["archive"] == wanted and kept["record"] == _record(archive, int(kept["capture"])):
            return db
        db.close()
        forget(root)
    raise ArchiveError(f"{root / NAME} is made anew by another process: ask again")


def _make(db: sqlite3.Connection, identity: str) -> None:
    db.execute("BEGIN IMMEDIATE")
    if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:  # another process may have been here
        for statement in _TABLES.split(";\n"):
            db.execute(statement)
        db.execute("INSERT INTO facts VALUES ('archive', ?), ('capture', '0'), ('record', '')", (identity,))
    db.execute("COMMIT")


def _identity(archive: sqlite3.Connection, file: int) -> str:
    """What changes where the rows are another database's, or where somebody's words are no longer to be found."""
    redactions, at = archive.execute(_IDENTITY).fetchone()
    return f"{FORMAT} {file} {redactions} {at}"


def _record(archive: sqlite3.Connection, capture: int) -> str:
    """The id of a capture's record: in an older copy, put over the database, the same row may be another's."""
    row = archive.execute("SELECT hex(record) FROM capture_rows WHERE id = ?", (capture,)).fetchone()
    return str(row[0]) if row else ""


def _reached(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT value FROM facts WHERE key = 'capture'").fetchone()[0])


def _read(db: sqlite3.Connection, archive: sqlite3.Connection, after: int, to: int) -> int:
    """The versions of these captures, or where they have very many of the first of them; the last that was read."""
    lowest, highest = db.execute("SELECT (SELECT min(id) FROM said), (SELECT max(id) FROM said)").fetchone()
    number = max(highest or 0, 0)
    said: list[tuple[int, int, int | None, int]] = []
    texts: list[tuple[int, str]] = []
    for capture, article, comment, text, account, same in archive.execute(_COMMENTS, (after, to)):
        if len(texts) >= _TEXTS and capture > said[-1][3]:
            to = capture - 1
            break
        if account is not None:
            db.execute("INSERT OR IGNORE INTO authors VALUES (?,?,?)", (account, article, comment))
        if text and not same:
            number += 1
            said.append((number, article, comment, capture))
            texts.append((number, plain(text)))
    number = min(lowest or 0, 0)
    for capture, article, title, text in archive.execute(_ARTICLES, (after, to)):
        if title or text:
            number -= 1
            said.append((number, article, None, capture))
            texts.append((number, plain(f"{title or ''}\n{text or ''}")))
    db.executemany("INSERT INTO said VALUES (?,?,?,?)", said)
    db.executemany("INSERT INTO grams (rowid, text) VALUES (?,?)", texts)
    db.executemany("INSERT INTO pairs (rowid, text) VALUES (?,?)", ((n, " ".join(set(_pairs(text)))) for n, text in texts))
    return to


def plain(text: str) -> str:
    """A text as it is compared and cut: composed letters, one space where there was any."""
    return " ".join(unicodedata.normalize("NFC", text.replace("\0", " ")).split())


def letters(text: str) -> str:
    """Letters as a word of `pairs`: six digits each."""
    return "".join(f"{ord(letter):06x}" for letter in text.lower())


def _pairs(text: str) -> Iterator[str]:
    """Every pair of neighbours, and the last letter alone."""
    text = text.lower()
    for n in range(len(text)):
        yield letters(text[n : n + 2])
