"""Takes a person out of an archive's WARC files and database, so that all others keep their history.

In this order, each step on disk before the next: a mark that a redaction is under way, its event in the source's WARC file, the
files anew one by one, the database anew from the files. Cut short anywhere, the same redaction begun again finishes it.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from archive.capture import Parse, event
from archive.errors import NO_JSON, ArchiveError, Damaged, WriteFailed
from archive.pseudonym import Pseudonyms
from archive.rebuild import anew, remove
from archive.redacted import AGAIN, UNDER_WAY
from archive.redacted_group import Redaction, rewrite
from archive.search_index import FILES as INDEX_FILES
from archive.search_index import forget
from archive.swap import put_in_place
from archive.target import Target
from archive.tombstone import group_digest, redaction_of
from archive.verify_rows import abandoned
from archive.warc_reader import Record, files, read_groups
from archive.warc_writer import WarcWriter, fsync_folder


class _UnderWay(Struct):
    uuid: str
    at: int
    source: str
    mark: str


class Plan(Struct):
    """What a redaction would do: per file its groups that name the person; how many of those are captures, and how many of them
    are `unread`, named only by an id in bytes that no parser reads. `covers` are the digests of the groups as they will be, and
    `superseded` those of groups that an earlier redaction wrote."""

    redaction: Redaction
    files: Counter[Path] = field(default_factory=Counter)
    captures: int = 0
    unread: int = 0
    covers: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    recorded: bool = False  # its event is in the WARC files already


def settle(root: Path, marks: list[str]) -> None:
    """Ends a redaction that was cut short when all was done. Raises ArchiveError when it was another one than of `marks`."""
    begun = _under_way(root)
    if begun is not None and begun.mark not in marks:
        raise ArchiveError(f"{root}: {AGAIN}; this is another one")
    (root / UNDER_WAY).unlink(missing_ok=True)


def plan(root: Path, target: Target, parse: Parse, now: int) -> Plan:
    """Reads all files; `now` is UTC ms. A redaction that was cut short is gone on with. Raises ArchiveError when it was
    another one, and for a database that is a link; Damaged when a file is damaged: a new database would lose its rows."""
    for name in ("archive.db", *INDEX_FILES):
        if (root / name).is_symlink():
            raise ArchiveError(f"{root / name} is a link: the file that it names would keep the person. Move that here first")
    begun = _under_way(root)
    if begun is not None and begun.mark != target.mark:
        raise ArchiveError(f"{root}: {AGAIN}; this is another one")
    for path in files(root):
        if path not in files(root, target.source):
            for _ in read_groups(path):
                pass
    fresh = Redaction(str(uuid.uuid4()), now)
    found, events = _plan(root, target, parse, Redaction(begun.uuid, begun.at) if begun else fresh)
    said = events.get(found.redaction.uuid)
    if said is None:
        return found
    promised = set(said.get("covers", ()))
    found.recorded = set(found.covers) <= promised
    if not found.recorded:  # another version of this program reads more, or other things
        present = {group_digest(group.records) for path in files(root, target.source) for group in read_groups(path)}
        found, _ = _plan(root, target, parse, fresh)
        found.superseded += sorted(promised - present - set(found.superseded))
    return found


def _plan(root: Path, target: Target, parse: Parse, redaction: Redaction) -> tuple[Plan, dict[str, dict[str, Any]]]:
    """The plan of this redaction, and all events of redactions by uuid."""
    found, events, needles = Plan(redaction), dict[str, dict[str, Any]](), target.needles()
    for path in files(root, target.source):
        for group in read_groups(path):
            if group.values["kind"] == "redaction":
                events[str(group.values.get("redaction"))] = group.values
            new = rewrite(group, target, needles, parse, redaction)
            if new is None:
                continue
            found.files[path] += 1
            found.captures += group.values["kind"] == "exchange"
            found.unread += new.unread
            found.covers.append(new.digest)
            if redaction_of(group.records) is not None:
                found.superseded.append(group_digest(group.records))
    return found, events


def carry_out(
    root: Path, target: Target, made: Plan, parse: Parse, pseudonyms: Pseudonyms, info: dict[str, str], reason: str
) -> None:
    """Does what a plan says; `info` is for the warcinfo, with its operator. Call it under the locks of all sources and of the
    manifests. Raises WriteFailed, Damaged; ArchiveError where it cannot begin."""
    for path in made.files:
        if not os.access(_real(path).parent, os.W_OK):
            raise ArchiveError(f"cannot write in {_real(path).parent}, where {path.name} lies: mend that first")
    try:
        begun = _UnderWay(made.redaction.uuid, made.redaction.at, target.source, target.mark)
        _put(root / UNDER_WAY, msgspec.json.encode(begun))
        forget(root)  # it has the person's words; while the mark stands nobody makes it anew
        if made.covers and not made.recorded:
            _record(root, target, made, info, reason)
        for path in made.files:
            _rewrite(path, target, parse, made.redaction)
        _database(root, pseudonyms, parse)
        forget(root)
        (root / UNDER_WAY).unlink()
    except WriteFailed as error:
        raise WriteFailed(f"{error}. {AGAIN}") from error
    except OSError as error:
        raise WriteFailed(f"cannot write {error.filename or root}: {error.strerror or error}. {AGAIN}") from error
    except sqlite3.Error as error:
        held = "End what has it open. " if "locked" in str(error) else ""
        raise WriteFailed(f"cannot make {root / 'archive.db'} anew: {error}. {held}{AGAIN}") from error


def _record(root: Path, target: Target, made: Plan, info: dict[str, str], reason: str) -> None:
    values = event(
        "redaction",
        redaction=made.redaction.uuid,
        at=made.redaction.at,
        source=target.source,
        what=target.what,
        mark=target.mark,
        reason=reason,
        operator=info["operator"],
        captures=made.captures,
        comments=target.count(),
        covers=made.covers,
        superseded=made.superseded,
    )
    writer = WarcWriter(root, target.source, info)
    writer.write([values], made.redaction.at)
    writer.close()


def _rewrite(path: Path, target: Target, parse: Parse, redaction: Redaction) -> None:
    """The file anew beside itself, then in its place; where a link stands, where the file lies that it names."""
    path = _real(path)
    new, needles = path.with_name(path.name + ".redacting"), target.needles()
    new.unlink(missing_ok=True)
    try:
        with path.open("rb") as old, os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for group in read_groups(path):
                made = rewrite(group, target, needles, parse, redaction)
                for one in made.members if made else group.records:
                    if isinstance(one, Record):
                        old.seek(one.offset)
                        one = old.read(one.length)
                    out.write(one)
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)  # a full disk has room again
        raise
    fsync_folder(path.parent)


def _database(root: Path, pseudonyms: Pseudonyms, parse: Parse) -> None:
    new = root / "archive.rebuilding.db"
    remove(new)
    try:
        damage = anew(root, new, pseudonyms, parse).damage
        if damage:
            raise Damaged(damage[0])
        put_in_place(root, new)
    except Exception:
        remove(new)
        raise
    fsync_folder(root)


def leftovers(root: Path) -> list[Path]:
    """Files that can be reached from the archive's folder and that a redaction does not look into: databases from before, torn
    tails, exports, copies of WARC files; and what a killed `verify` left elsewhere."""
    known = {root / name for name in ("archive.db", "archive.db-wal", "archive.db-shm", UNDER_WAY, *INDEX_FILES)}
    known |= {path for name in ("locks", "manifest") for path in (root / name).glob("*") if not path.name.startswith("sagwan-")}
    looked_into = {_real(path) for path in (*known, *files(root))}
    return [path for path in _reached(root, looked_into, set()) if _real(path) not in looked_into] + abandoned()


def linked(root: Path, made: Plan) -> list[str]:
    """Files of which there is another name (a hard link, as some backups make) that keeps what they hold now: one line each."""
    paths = [path for path in (*made.files, root / "archive.db") if path.exists()]
    facts = [(path, path.stat()) for path in paths]
    return [f"{path.name} by another name on its disk (inode {one.st_ino})" for path, one in facts if one.st_nlink > 1]


def _reached(folder: Path, ours: set[Path], before: set[Path]) -> Iterator[Path]:
    """The files below a folder, each folder once; and what cannot be looked into, or is a link to what has none of `ours`."""
    before.add(_real(folder))
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        inside = []
        yield folder
    for path in inside:
        if path.is_file() or (path.is_symlink() and not any(_real(path) in each.parents for each in ours)):
            yield path
        elif path.is_dir() and _real(path) not in before:
            yield from _reached(path, ours, before)


def _real(path: Path) -> Path:
    """Where a path leads; of a link that leads to itself, as far as it does. `resolve` would raise there."""
    return Path(os.path.realpath(path))


def _under_way(root: Path) -> _UnderWay | None:
    try:
        return msgspec.json.decode((root / UNDER_WAY).read_bytes(), type=_UnderWay)
    except FileNotFoundError:
        return None
    except (OSError, *NO_JSON):
        raise ArchiveError(f"{root / UNDER_WAY} cannot be read: remove it, then run the same `sagwan redact` again") from None


def _put(path: Path, data: bytes) -> None:
    aside = path.with_name(path.name + ".tmp")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    fsync_folder(path.parent)
