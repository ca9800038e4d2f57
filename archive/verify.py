"""Checks an archive: the bytes of its WARC files, the manifests that list them, and every row against its bytes."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from archive.archive import open_for_reading
from archive.capture import Parse
from archive.errors import Damaged
from archive.file_names import begins_with, shown
from archive.manifest import SealedFile, listed, manifest_paths
from archive.pseudonym import Pseudonyms
from archive.rebuild import Told, nobody
from archive.record_ids import RecordIds
from archive.stamps import check as check_stamps
from archive.timestamp import Trusted
from archive.verify_bytes import Checked, Claim, back_in_time, check_files
from archive.verify_manifests import check_manifests
from archive.verify_redactions import Tombstone, check_redactions, said
from archive.verify_rows import check_database, check_rows
from archive.warc_reader import NAME, files, source_of


class Verified(Struct):
    """What was looked at, and what was found wrong: one line each."""

    files: int = 0
    records: int = 0
    rows: int = 0
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(
    root: Path, pseudonyms: Pseudonyms | None, parse: Parse, told: Told = nobody, pinned: Trusted | None = None
) -> Verified:
    """Checks bytes, and with `pseudonyms` the rows too; `told` hears what is being done, bytes done, and bytes in all.

    Time-stamps must lead to a root in `pinned`, without it to the one kept beside them.
    Raises ArchiveError when there is no archive.
    """
    result = Verified()
    stored = _stored(root, result, needed=pseudonyms is not None)
    present = _bytes(root, stored, result, told)
    stamps = check_stamps(root, pinned)
    result.findings += stamps.findings
    result.notes += stamps.notes
    if stored is not None:
        _against_rows(root, stored, present, result)
    if pseudonyms is not None and result.files:
        result.findings += check_database(root)
        rows = check_rows(root, pseudonyms, parse, told)
        result.rows = rows.count
        known = {line.replace(": at ", " at ", 1) for line in result.findings}  # as the reader says it
        result.findings += [line for line in rows.findings if line not in known]
        result.notes += rows.notes
    return result


def _stored(root: Path, result: Verified, *, needed: bool) -> dict[str, int] | None:
    """How far the rows reach in each file; None where there is no database that says it."""
    if not needed and files(root) and not (root / "archive.db").exists():
        result.notes.append("archive.db is not there: whether a file is missing, only manifests can say")
        return None
    with contextlib.closing(open_for_reading(root)) as db:
        try:
            rows = db.execute("SELECT name, stored_to FROM warcs").fetchall()
        except sqlite3.Error as error:
            result.findings.append(f"archive.db: {error}")
            return None
    stored = {name: end for name, end in rows if isinstance(name, str) and isinstance(end, int)}
    if len(stored) < len(rows):  # somebody made the table anew: ours takes nothing else
        odd = len(rows) - len(stored)
        result.findings.append(f"archive.db: {odd} rows of warcs have no name and no place of their own in a file")
    return stored


def _bytes(root: Path, stored: dict[str, int] | None, result: Verified, told: Told) -> dict[str, SealedFile]:
    """The files as they are, by name."""
    ids, present = RecordIds(), dict[str, SealedFile]()
    refers, claims = list[tuple[str, int, str]](), list[tuple[str, Claim]]()
    events, tombstones = list[dict[str, Any]](), list[Tombstone]()
    last: dict[str, tuple[int, int, int] | None] = {}  # the last exchange of each source
    manifests = manifest_paths(root)  # what is sealed from here on is not looked at
    try:
        sealed = listed(root)
    except Damaged:  # said where the manifests are checked
        sealed = None
    paths = files(root)
    done, size = 0, sum(path.stat().st_size for path in paths if path.exists())
    told("bytes", 0, size)
    if sealed is None:
        sealed = {path.name for path in paths}
    for path, checked in zip(paths, check_files(paths, sealed), strict=True):
        file = checked.file
        present[file.name] = file
        done += file.bytes
        told("bytes", done, size)
        result.findings += [f"{file.name}: {problem}" for problem in checked.problems]
        ids.add(file.name, checked.ids, checked.offsets)
        refers += [(file.name, at, named) for at, named in checked.refers]
        claims += [(file.name, claim) for claim in checked.claims]
        events += checked.redactions
        tombstones += [(file.name, *tombstone) for tombstone in checked.tombstones]
        before = last.get(source_of(path))
        for problem in back_in_time(before, checked.times[0]) if checked.times else ():
            result.findings.append(f"{file.name}: {problem}")
        last[source_of(path)] = checked.times[-1] if checked.times else before
        if checked.torn is not None:
            _torn(checked, checked.torn, stored or {}, result)
    for name, at, first, first_at in ids.doubled():
        result.findings.append(f"{name}: at {at}: its record id stands twice, first in {first} at {first_at}")
    missing = ids.missing(named for _, _, named in refers)
    for name, at, named in refers:
        if named in missing:
            result.findings.append(f"{name}: at {at}: refers to {named}, which is nowhere in this archive")
    result.files, result.records = len(present), sum(file.records for file in present.values())
    _strangers(root, result)
    result.findings += check_redactions(root, events, tombstones)
    result.notes += map(said, events)
    result.findings += check_manifests(root, manifests, present, claims, {file for file, _, _, _ in tombstones})
    return present


def _strangers(root: Path, result: Verified) -> None:
    """What stands under warc/ and is no file of the archive, or not where its name says."""
    ours = set(files(root))
    for path in sorted((root / "warc").rglob("*")):
        match = NAME.fullmatch(path.name.removesuffix(".open"))
        if match is not None:
            day = match["day"]
            if path.parent != root / "warc" / day[:4] / day[4:6] / day[6:]:
                where = shown(path.parent.relative_to(root))
                result.findings.append(f"{path.name}: stands in {where}, where no file of its day belongs")
            elif path not in ours and path.is_file():
                _other(path, result)
        elif path.is_file():
            (result.notes if path.suffix == ".torn" else result.findings).append(
                f"{shown(path.name)}: not a WARC file of this archive"
            )


def _other(path: Path, result: Verified) -> None:
    """A file of which a longer one is there under its other name."""
    name = path.name.removesuffix(".open")
    longer = path.with_name(name if path.name != name else f"{name}.open")
    if longer.is_file() and begins_with(longer, path):
        result.notes.append(f"{path.name}: a copy of the beginning of {longer.name}")
    elif longer.is_file():  # else a run has just given it its other name
        result.findings.append(f"{path.name}: {longer.name} is there too, and they do not say the same")


def _torn(checked: Checked, end: int, stored: dict[str, int], result: Verified) -> None:
    """A killed run leaves this, and a living one for a moment: damage only where rows were made of it."""
    name, behind = checked.file.name, checked.file.bytes - end
    if stored.get(name, 0) > end:
        result.findings.append(f"{name}: at {end}: no whole record, and rows were made from {stored[name]} bytes")
    else:
        result.notes.append(f"{name}: at {end}: the last {behind} bytes are no whole exchange; the next run moves them aside")


def _against_rows(root: Path, stored: dict[str, int], present: dict[str, SealedFile], result: Verified) -> None:
    """Files that the rows know and that are not there, and bytes that the rows do not know."""
    is_open = {path.name.removesuffix(".open") for path in files(root) if path.name.endswith(".open")}
    if not present.keys() <= stored.keys() | is_open:  # a run may have begun and ended while they were read
        later = _stored(root, result, needed=False) or {}
        stored = {name: min(end, present[name].bytes) for name, end in later.items() if name in present} | stored
    for name, file in present.items():
        if stored.get(name, 0) > file.bytes:
            result.findings.append(
                f"{name}: at {file.bytes}: the file ends here; rows were made from {stored[name]} bytes of it"
            )
        elif name in is_open:
            result.notes.append(f"{name}: being written, or left by a killed run; the next run closes it")
        elif file.bytes > stored.get(name, 0):
            # A run that could not store its rows leaves this; a file that no row knows at all is another matter.
            where = result.notes if name in stored else result.findings
            where.append(
                f"{name}: the last {file.bytes - stored.get(name, 0)} bytes have no rows yet; the next run stores them"
            )
    for name in sorted(set(stored) - set(present)):
        result.findings.append(f"{name}: the file is missing; rows were made from {stored[name]} bytes of it")
