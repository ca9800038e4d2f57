"""WARC files read whole for a proof, and the redactions in them that vouch for what was redacted."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from archive.errors import Damaged
from archive.times import iso
from archive.tombstone import group_digest, redaction_of
from archive.warc_damage import next_group
from archive.warc_reader import Group, files, need_file, read_groups, source_of

_LATEST = 1 << 47  # UTC ms


class File(Struct):
    """A WARC file: its entries in order, groups that were asked for and redactions with their places, what is damaged."""

    path: Path
    entries: list[bytes] = field(default_factory=list)
    groups: dict[int, tuple[int, Group]] = field(default_factory=dict)  # by the offset that was asked for
    redactions: list[tuple[int, Group]] = field(default_factory=list)
    damage: str | None = None
    sha256: str = ""


class Voucher(Struct):
    """The event of a redaction: its file, its place there, its group."""

    file: File
    place: int
    group: Group


def read_file(path: Path, wanted: set[int]) -> File:
    """The file, with the groups in which those offsets lie; what is damaged is passed over."""
    file = File(path)
    try:
        need_file(path)
    except Damaged as error:
        file.damage = str(error)
        return file
    start: int | None = 0
    while start is not None:
        try:
            for group in read_groups(path, start):
                for offset in wanted:
                    if group.offset <= offset < group.end:
                        file.groups[offset] = (len(file.entries), group)
                if group.values["kind"] == "redaction":
                    file.redactions.append((len(file.entries), group))
                file.entries.append(group.records[-1].digest())
            start = None
        except Damaged as error:  # the row's own records may stand whole behind it
            file.damage = file.damage or str(error)
            start = next_group(path, error.at)
    with path.open("rb") as data:
        file.sha256 = file_digest(data, "sha256").hexdigest()
    return file


def vouchers_of(root: Path, path: Path, group: Group, opened: Callable[[Path], File]) -> list[Voucher] | None:
    """The redaction that lists a group of the file as it is now. Where its event was redacted itself, the one that lists that
    stands before it, and so on. None where no redaction does."""
    digest = group_digest(group.records)
    for other in reversed(files(root, source_of(path))):
        file = opened(other)
        for place, event in file.redactions:
            covers = event.values.get("covers")
            if not isinstance(covers, list) or digest not in covers:
                continue
            before: list[Voucher] | None = []
            if redaction_of(event.records) is not None:
                before = vouchers_of(root, other, event, opened)
            return None if before is None else [*before, Voucher(file, place, event)]
    return None


def when_and_why(event: dict[str, Any]) -> str:
    """`redaction of DATE (REASON)`."""
    at = event.get("at")
    when = iso(at) if isinstance(at, int) and 0 <= at < _LATEST else at
    return " ".join(f"redaction of {when} ({event.get('reason')})".split())
