"""Whom a redaction takes out of an archive: one comment, or an account with all its comments."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, structs

from archive.capture import Facts, Parse
from archive.errors import ArchiveError
from archive.lookup import find_article, find_comment, uuid_text
from archive.needles import Needles, near, telling
from archive.pseudonym import Pseudonyms
from archive.reading import read
from archive.records import CLOSED, STUB, Account, Article, Comment, Cue, Listing, Record
from archive.warc_reader import exchange, files, read_groups

NOBODY = "redacted"  # in the place of an account's id


class NotShown(ArchiveError):
    """Rows name an account by a pseudonym that none of their captures shows: what the site calls it cannot be known."""


class Sought(NamedTuple):
    """Finds a person's ids: anywhere, and in what is about the articles of the person's comments."""

    anywhere: Needles
    near: Needles


class Target(Struct):
    """`what` is comment or account. `stubs` has, under every id of an article, its comments' keys and what takes their place;
    `accounts` the ids of the account. `mark` is a keyed hash by which a redaction can be found again."""

    source: str
    what: str
    mark: str
    stubs: dict[str, dict[str, str]]
    accounts: frozenset[str] = frozenset()

    def needles(self) -> Sought:
        """Finds these ids in bytes."""
        keys = {key: stub for stubs in self.stubs.values() for key, stub in stubs.items()}
        accounts = {name: NOBODY for name in self.accounts if telling(name.removeprefix("-"))}
        return Sought(Needles(accounts | keys), Needles(accounts | keys, near))

    def may_show(self, facts: Facts) -> bool:
        """Whether a page can show one of the comments, also where nothing of them is found in its bytes."""
        unknown = facts.article is None and not all(telling(key) for stubs in self.stubs.values() for key in stubs)
        return unknown or facts.article in self.stubs

    def count(self) -> int:
        """How many comments are to go."""
        return len({stub for stubs in self.stubs.values() for stub in stubs.values()})

    def without(self, facts: Facts, records: tuple[Record, ...]) -> tuple[list[Record], dict[str, str]]:
        """A page's records as they may remain, each at its place; and the keys that the page named, with their stubs."""
        names = [facts.article, *(name for r in records if isinstance(r, Article) for name in (r.key, *r.aliases))]
        stubs = next((self.stubs[name] for name in names if name in self.stubs), {})
        kept: list[Record] = []
        gone: dict[str, str] = {}
        for record in records:
            if isinstance(record, Listing):
                named = {record.parent, *(name for c in record.comments for name in (c.key, c.parent))}
                gone |= {name: stubs[name] for name in named if name is not None and name in stubs}
                comments = tuple([_without(comment, stubs) for comment in record.comments])
                record = structs.replace(record, comments=comments, parent=stubs.get(record.parent or "", record.parent))
            if not isinstance(record, Cue):
                kept.append(record)
            elif record.name == CLOSED:  # which rows rest on; others are for the spider, and all may name comments
                kept.append(Cue(CLOSED, ""))
        return kept, gone


def _without(comment: Comment, stubs: dict[str, str]) -> Comment:
    parent = stubs.get(comment.parent or "", comment.parent)
    if comment.key in stubs:
        return Comment(stubs[comment.key], None, parent=parent, state="redacted")
    return comment if parent == comment.parent else structs.replace(comment, parent=parent)


def stub_of(pseudonyms: Pseudonyms, source: str, article: str, comment: str) -> str:
    """The key of what stands in a comment's place: a keyed hash, the same in every redaction of it."""
    return STUB + pseudonyms.of("redacted", f"{source}\0{article}\0{comment}").hex()


def mark_of(pseudonyms: Pseudonyms, source: str, account: bytes) -> str:
    """A keyed hash of an account's pseudonym."""
    return pseudonyms.of("redacted", f"{source}\0{account.hex()}").hex()


def comment_target(db: sqlite3.Connection, pseudonyms: Pseudonyms, source: str, article: str, comment: str) -> Target:
    """One comment. Raises ArchiveError when the archive does not know it, or only what stands in its place."""
    if comment.startswith(STUB):
        raise ArchiveError(f"#{comment} stands where a comment was redacted: there is nothing more of it")
    row = find_article(db, source, article)
    find_comment(db, row, comment)
    stubs = _stubs(db, pseudonyms, source, [(row, comment)])
    return Target(source, "comment", stub_of(pseudonyms, source, _key(db, row), comment), stubs)


def account_target(
    root: Path, db: sqlite3.Connection, pseudonyms: Pseudonyms, parse: Parse, source: str, account: bytes
) -> Target:
    """An account by its pseudonym, and all comments that ever showed it. Raises ArchiveError when there are none, NotShown
    when no capture shows it any more."""
    comments = db.execute(
        "SELECT DISTINCT c.article, c.key FROM comment_versions v JOIN comments c ON c.id = v.comment "
        "JOIN articles a ON a.id = c.article WHERE v.account = ? AND a.source = ?",
        (account, source),
    ).fetchall()
    if not comments:
        raise ArchiveError(f"the archive has no comment of the account {source}:@{account.hex()}")
    stubs = _stubs(db, pseudonyms, source, comments)
    ids = _ids(root, db, pseudonyms, parse, source, account)
    return Target(source, "account", mark_of(pseudonyms, source, account), stubs, ids)


def _key(db: sqlite3.Connection, article: int) -> str:
    return str(db.execute("SELECT key FROM articles WHERE id = ?", (article,)).fetchone()[0])


def _stubs(
    db: sqlite3.Connection, pseudonyms: Pseudonyms, source: str, comments: list[tuple[int, str]]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for article in {article for article, _ in comments}:
        own = _key(db, article)
        stubs = {key: stub_of(pseudonyms, source, own, key) for of, key in comments if of == article}
        for (name,) in [(own,), *db.execute("SELECT key FROM aliases WHERE article = ?", (article,))]:
            found[name] = stubs
    return found


def _ids(
    root: Path, db: sqlite3.Connection, pseudonyms: Pseudonyms, parse: Parse, source: str, account: bytes
) -> frozenset[str]:
    """What the site calls the account: the database has only its pseudonym, so a capture that shows it is read again. Nothing
    where all of them are redacted already. Raises NotShown."""
    rows = db.execute(
        "SELECT DISTINCT w.name, c.record FROM comment_versions v JOIN captures c ON c.id = v.capture "
        "JOIN warcs w ON w.id = c.warc WHERE v.account = ? ORDER BY c.id",
        (account,),
    ).fetchall()
    wanted = {f"<urn:uuid:{uuid_text(record)}>" for _, record in rows}
    names = {name for name, _ in rows}
    for path in files(root, source):
        if path.name.removesuffix(".open") not in names:
            continue
        for group in read_groups(path):
            here = wanted & {record.headers.get("warc-record-id", "") for record in group.records}
            if not here:
                continue
            shown = exchange(group)
            for person in _accounts(read(shown, parse).parsed.records):
                if pseudonyms.of(source, person.whole) == account:
                    return frozenset({person.key})
            if shown.kept is not None:
                wanted -= here
    if wanted:
        again = f"`sagwan rebuild --accept --archive {root}` first"
        raise NotShown(f"no capture shows {source}:@{account.hex()} under its pseudonym any more: {again}")
    return frozenset()


def _accounts(records: tuple[Record, ...]) -> list[Account]:
    return [c.account for r in records if isinstance(r, Listing) for c in r.comments if c.account is not None]
