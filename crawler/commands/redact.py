"""redact: takes a person out of an archive."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from archive import overview
from archive import redact as redacting
from archive.archive import close_to_others, open_for_reading, open_for_writing, unreadable
from archive.catchup import catch_up
from archive.errors import ArchiveError
from archive.file_names import shown
from archive.lookup import has_article
from archive.needles import SHORTEST
from archive.pseudonym import Pseudonyms, default_key_file
from archive.recover import recover
from archive.redacted import UNDER_WAY, marks_of, redacted_at
from archive.runlog import printable
from archive.seal import alone
from archive.store import Store
from archive.swap import alone_rebuilding, no_runs
from archive.target import NotShown, Target, account_target, comment_target
from archive.warc_reader import files, source_of
from crawler.commands.options import archive_option, json_option, plain
from crawler.errors import Misuse
from crawler.sources import all_sources, reference

_ACCOUNT = re.compile(r"([a-z0-9_]+):@([0-9a-f]{32})")


@click.command()
@click.argument("ref", metavar="REF")
@archive_option
@click.option("--reason", required=True, help="Why: it is kept in the archive for good. Name nobody in it.")
@click.option("--dry-run", is_flag=True, help="Only say what would be redacted, and where.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def redact(ref: str, root: Path, reason: str, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Take a comment, or an account with all its comments, out of the WARC files and the database, for good.

    All other comments keep their texts, counts, ranks and history. REF is source:article#comment, or source:@ACCOUNT with the
    32 digits that `as-of --json` shows as `account`. Cut short, the same command again finishes it. See docs/redaction.md.

    \b
    Examples:
      sagwan redact "daum:20200522093902880#529348107" --reason "request of 2026-11-20, no. 17" --dry-run
      sagwan redact daum:@0f1e2d3c4b5a69788796a5b4c3d2e1f0 --reason "request of 2026-11-20, no. 17"
    """
    from crawler import pages, provenance
    from crawler.contact import known
    from crawler.sources import load_pages

    source, article, comment, account = _parse(root, ref)
    reason = " ".join(reason.split())
    if not reason or any(name in reason for name in (comment, account) if name and len(name) >= SHORTEST):
        raise Misuse("--reason is kept for good: write why, and neither the comment's nor the account's id")
    operator = " ".join(known().split())
    if not (operator or dry_run):
        raise Misuse("no contact: set SAGWAN_CONTACT to who answers for this redaction. It is kept with the reason")
    load_pages()
    pseudonyms = Pseudonyms.load(default_key_file(), make=False)
    open_for_reading(root).close()
    sources = {source_of(path) for path in files(root)} | {source}
    with no_runs(root, sorted(sources)), alone_rebuilding(root), alone(root):
        _heal(root, source, pseudonyms)
        with _reading(root) as db:
            marks = marks_of(db, pseudonyms, source, article, comment, account)
            before = redacted_at(db, marks)
            target = _target(root, db, pseudonyms, source, article, comment, account, quiet=before is not None)
            now = overview.now(root)
        if target is None:
            redacting.settle(root, marks)
            _say(as_json, {"redacted": 0}, f"redacted before, on {before}: the archive has nothing more of it")
            _say_leftovers(root, as_json)
            return 0
        plan = redacting.plan(root, target, pages.parse, now)
        _say_plan(ref, target, plan, as_json)
        if dry_run:
            return 0
        if not yes:
            if not sys.stdin.isatty():
                raise Misuse("nobody is there to be asked: look at it with --dry-run, then say --yes")
            click.confirm("What is redacted cannot be brought back. Redact?", abort=True, err=True)
        linked = redacting.linked(root, plan)
        info = provenance.writer(source) | {"operator": operator, "pseudonym-key": pseudonyms.fingerprint}
        redacting.carry_out(root, target, plan, pages.parse, pseudonyms, info, reason)
    _say(as_json, {"done": True, "redaction": plan.redaction.uuid}, f"redacted: {plan.captures} captures; the database is new")
    _say_leftovers(root, as_json, linked)
    return 0


def _parse(root: Path, ref: str) -> tuple[str, str | None, str | None, str | None]:
    """Source and article, comment, or account of a reference."""
    if match := _ACCOUNT.fullmatch(ref):
        found: tuple[str, str | None, str | None, str | None] = (match[1], None, None, match[2])
    else:
        try:
            source, article, comment = reference(ref, partial(_has, root))
        except ValueError as error:
            raise Misuse(str(error)) from None
        if comment is None:
            raise Misuse(f"{ref} is an article: write source:article#comment, or source:@ACCOUNT (32 digits, 0 to f)")
        found = (source, article, comment, None)
    if found[0] not in all_sources():
        raise Misuse(f"no source {found[0]!r}: `sagwan sources` lists those there are")
    return found


def _has(root: Path, source: str, key: str) -> bool:
    with _reading(root) as db:
        return has_article(db, source, key)


@contextlib.contextmanager
def _reading(root: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_reading(root)) as db:
        try:
            yield db
        except sqlite3.Error as error:  # a page of it is damaged
            raise unreadable(root, error) from None


def _heal(root: Path, source: str, pseudonyms: Pseudonyms) -> None:
    """As every run begins: what a killed one left is closed, and its rows are stored."""
    from crawler import pages

    for line in close_to_others(root):
        click.echo(f"note: {printable(line)}", err=True)
    half_done = (root / UNDER_WAY).exists()  # files and rows do not fit each other until it is finished
    with contextlib.closing(open_for_writing(root / "archive.db", pseudonyms)) as db:
        store = Store(db, source, pseudonyms, pages.parse)
        for name in sorted({source_of(path) for path in files(root)}):
            for line in recover(root, name, *(() if half_done else (store.stored_to,))):
                click.echo(f"note: {printable(line)}", err=True)
        if not half_done:
            catch_up(root, source, store)


def _target(
    root: Path,
    db: sqlite3.Connection,
    pseudonyms: Pseudonyms,
    source: str,
    article: str | None,
    comment: str | None,
    account: str | None,
    *,
    quiet: bool,
) -> Target | None:
    """Whom the reference names; None when the archive knows nobody of that name and `quiet`."""
    from crawler import pages

    try:
        if account is not None:
            return account_target(root, db, pseudonyms, pages.parse, source, bytes.fromhex(account))
        assert article is not None
        assert comment is not None
        return comment_target(db, pseudonyms, source, article, comment)
    except ArchiveError as error:
        if quiet and not isinstance(error, NotShown):
            return None
        raise


def _say_plan(ref: str, target: Target, plan: redacting.Plan, as_json: bool) -> None:
    named = {path.name: count for path, count in plan.files.items()}
    others = sum(plan.files.values()) - plan.captures
    facts = {"ref": ref, "what": target.what, "comments": target.count(), "captures": plan.captures, "others": others}
    facts |= {"unread": plan.unread, "files": named}
    text = f"{ref}: {target.count()} comments on {plan.captures} captures in {len(named)} files"
    text += f", and {others} other records" if others else ""
    text += f"; {plan.unread} of the captures only by an id in bytes that no parser reads" if plan.unread else ""
    _say(as_json, facts, "\n".join([text, *(f"  {name}: {count}" for name, count in named.items())]))


def _say_leftovers(root: Path, as_json: bool, linked: Sequence[str] = ()) -> None:
    for path in [*map(shown, redacting.leftovers(root)), *linked]:
        _say(as_json, {"may_hold": path}, f"note: may still hold the person: {path}: look at it, and remove it if it does")


def _say(as_json: bool, facts: dict[str, object], text: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else plain(text))
