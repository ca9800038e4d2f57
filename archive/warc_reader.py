"""Reads our WARC files: one gzip member a record, records grouped into exchanges and events by their closing metadata.

The order of a source is the sequence of its files and the offsets in them; everything is derived in that order.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from zlib_ng import zlib_ng

from archive.capture import RENDERED, Exchange, Facts
from archive.errors import NO_JSON, Damaged
from archive.file_names import size_of
from archive.tombstone import is_remains, kept, stood_there

NAME = re.compile(r"sagwan-(?P<source>[a-z0-9_]+)-(?P<day>\d{8})-(?P<seq>\d{5})-(?P<host>[A-Za-z0-9.-]+)\.warc\.gz")
METADATA = "urn:metadata:"  # and the URL: the WARC-Target-URI of the metadata record of an exchange
NOTHING_BEFORE = bytes(32)  # in the chain of a file, before its first record
_LENGTH = re.compile("[0-9]{1,18}")
_WINDOW = 16 << 20  # bytes of a file, whole pages
LONGEST = 256 << 20  # a record beyond this is a bomb: a body that we keep has 64 MB at most
GZIP = b"\x1f\x8b\x08"  # how a member begins
_facts = msgspec.json.Decoder(Facts)


class Record(Struct):
    """One WARC record: header names in lower case, its block, where its gzip member lies, and all of it uncompressed."""

    type: str
    headers: dict[str, str]
    block: bytes
    offset: int
    length: int
    raw: bytes

    def digest(self) -> bytes:
        """The sha256 of the whole uncompressed record; of one that closes a group, its entry in the chain. Of a tombstone that
        of the record that stood there."""
        return stood_there(self.headers) or sha256(self.raw).digest()


class Group(Struct):
    """The records of one exchange or event, at offset..end of its file. `values` is the JSON of its metadata record."""

    offset: int
    end: int
    records: list[Record]
    values: dict[str, Any]

    def record(self, kind: str) -> Record | None:
        """The record of that type, if the group has one."""
        return next((r for r in self.records if r.type == kind), None)

    def main(self) -> Record:
        """The record that stands for the group: a response, what a browser rendered, else the closing one."""
        shown = (r for r in self.records if r.type in ("response", "resource") and not is_remains(r.headers))
        return next(shown, self.records[-1])


def files(root: Path, source: str | None = None) -> list[Path]:
    """The WARC files of an archive (of one source), open ones included, in the order of their sequence. Where one stands under
    both of its names (it was copied twice, and closed or opened again in between) the longer one."""
    found: dict[tuple[tuple[str, ...], Path], Path] = {}
    for path in (root / "warc").glob("*/*/*/sagwan-*.warc.gz*"):
        match = NAME.fullmatch(path.name.removesuffix(".open"))
        if match and (source is None or match["source"] == source):
            place = match.group("source", "day", "seq", "host"), path.parent
            if place not in found or size_of(path) > size_of(found[place]):
                found[place] = path
    return [found[place] for place in sorted(found)]


def file_named(root: Path, name: str) -> Path | None:
    """The WARC file of that name (without .open), in the folder of its day; None where it is not there. Lists no folder."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    day = match["day"]
    path = as_it_is_called(root / "warc" / day[:4] / day[4:6] / day[6:] / name)
    return path if path.exists() else None


def source_of(path: Path) -> str:
    """The source whose captures a file holds, from its name."""
    match = NAME.fullmatch(path.name.removesuffix(".open"))
    if match is None:
        raise Damaged(f"{path.name}: not the name of an archive file")
    return match["source"]


def as_it_is_called(path: Path) -> Path:
    """The file, also when a run has closed it or opened it again since it was listed."""
    if path.exists():
        return path
    name = path.name.removesuffix(".open")
    other = path.with_name(name if path.name != name else name + ".open")
    return other if other.exists() else path


def read_records(path: Path, start: int = 0) -> Iterator[Record]:
    """The records of a file from an offset on. Raises Damaged at the first byte that is no whole record."""
    need_file(path)
    with path.open("rb") as file:
        size = path.stat().st_size
        if start >= size:
            if start > size:
                opened = f"{path.name.removesuffix('.open')}.open"
                raise Damaged(
                    f"{path.name}: ends at {size}, but records were stored up to {start}: it was cut, or is an older copy. Put "
                    f"the whole file back. Where there is none, rename it to {opened} and start a run: it moves "
                    "what was torn aside, and ends. Then `sagwan rebuild --accept` keeps what the file says"
                )
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, memoryview(data) as view:
            offset = start
            name, freed = path.name, start // _WINDOW * _WINDOW
            while offset < size:
                raw, end = member_at(view, offset, size, name)
                yield record_at(raw, offset, end - offset, name)
                offset = end
                if offset - freed > _WINDOW:  # what was read counts as this process's memory until it is given back
                    data.madvise(mmap.MADV_DONTNEED, freed, _WINDOW)
                    freed += _WINDOW


def need_file(path: Path) -> None:
    """Raises Damaged for a folder, a pipe (which would never end), a link to nothing, a file that we may not read."""
    if not path.is_file() or not os.access(path, os.R_OK):
        raise Damaged(f"{path.name} at 0: cannot be read: {'no right to' if path.is_file() else 'no file'}")


def member_at(view: memoryview, offset: int, size: int, name: str) -> tuple[bytes, int]:
    """One gzip member from `offset`: its content and where it ends. Raises Damaged."""
    inflater = zlib_ng.decompressobj(31)
    parts, left = list[bytes](), LONGEST
    position, step = offset, 2048  # most members are small; feeding little keeps the left-over copy small
    try:
        while not inflater.eof:
            if position >= size:
                raise Damaged(f"{name} at {offset}: the file ends inside a record", offset)
            with view[position : position + step] as chunk:
                parts.append(inflater.decompress(chunk))
                position += len(chunk)
            left -= len(parts[-1])
            if left < 0:
                raise Damaged(f"{name} at {offset}: a gzip member of more than {LONGEST >> 20} MB", offset)
            step = min(8 * step, 65536)
    except zlib_ng.error as error:  # type: ignore[misc]  # its stubs name an instance
        raise Damaged(f"{name} at {offset}: not a whole gzip member ({error})", offset) from None
    return b"".join(parts), position - len(inflater.unused_data)


def record_at(raw: bytes, offset: int, length: int, name: str) -> Record:
    """The one record that the content of a member is. Raises Damaged."""
    end = raw.find(b"\r\n\r\n")
    if not raw.startswith(b"WARC/1.1\r\n") or end < 0:
        raise Damaged(f"{name} at {offset}: no WARC/1.1 record", offset)
    lines = [line.partition(":") for line in raw[10:end].decode("utf-8", "replace").split("\r\n")]
    headers = {key.lower(): value.strip() for key, _, value in lines}
    declared = headers.get("content-length", "")
    start = end + 4
    if not _LENGTH.fullmatch(declared) or len(raw) != start + int(declared) + 4 or raw[-4:] != b"\r\n\r\n":
        if raw.find(b"\r\n\r\nWARC/1.1\r\n", start) > 0:
            raise Damaged(f"{name} at {offset}: more than one record in a gzip member", offset)
        said = declared[:40] or "missing"
        raise Damaged(f"{name} at {offset}: the record's length is not the {said} that it declares", offset)
    return Record(headers.get("warc-type", ""), headers, raw[start:-4], offset, length, raw)


def read_groups(path: Path, start: int = 0) -> Iterator[Group]:
    """The exchanges and events of a file from an offset on. Raises Damaged, also for records without their metadata."""
    held: list[Record] = []
    for record in read_records(path, start):
        held.append(record)
        if record.type == "metadata":
            try:
                values = msgspec.json.decode(record.block)
            except NO_JSON as error:
                raise Damaged(f"{path.name} at {record.offset}: metadata is not JSON ({error})", record.offset) from None
            if not isinstance(values, dict) or not isinstance(values.get("kind"), str):
                raise Damaged(f"{path.name} at {record.offset}: metadata without its kind", record.offset)
            yield Group(held[0].offset, record.offset + record.length, held, values)
            held = []
        elif record.type == "warcinfo":
            if len(held) > 1:
                raise _without_metadata(path, held)
            yield Group(record.offset, record.offset + record.length, held, {"kind": "warcinfo"})
            held = []
    if held:
        raise _without_metadata(path, held)


def _without_metadata(path: Path, held: list[Record]) -> Damaged:
    return Damaged(f"{path.name} at {held[0].offset}: records without their metadata record", held[0].offset)


def last_entry(path: Path) -> bytes:
    """The last entry of a whole file's chain, found from its end; zeros for an empty file. Raises Damaged where no record that
    closes a group ends there."""
    if path.stat().st_size == 0:
        return NOTHING_BEFORE
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, memoryview(data) as view:
        offset = data.rfind(GZIP)
        while offset >= 0:
            with contextlib.suppress(Damaged):
                raw, end = member_at(view, offset, len(data), path.name)
                record = record_at(raw, offset, end - offset, path.name)
                if end == len(data) and record.type in ("metadata", "warcinfo"):
                    return record.digest()
            offset = data.rfind(GZIP, 0, offset)
    raise Damaged(f"{path.name}: does not end with a record that closes a group")


def exchange(group: Group) -> Exchange:
    """The exchange that a group holds, with its bytes as they were written. Raises Damaged."""
    last = group.records[-1]
    try:
        facts = _facts.decode(last.block)
    except NO_JSON as error:
        raise Damaged(f"at {last.offset}: the exchange's metadata cannot be read ({error})", last.offset) from None
    request, response = group.record("request"), group.record("response")
    head: bytes | None = None
    body = b""
    if response is not None:
        head, blank, body = response.block.partition(b"\r\n\r\n")
        head += blank
    elif facts.method in RENDERED and (main := group.main()) is not last:
        body = main.block
    remains = next((record for record in group.records if is_remains(record.headers)), None)
    try:
        read = kept(remains.block) if remains else None
    except (ValueError, RecursionError) as error:
        raise Damaged(
            f"at {group.offset}: what remains of a redacted exchange cannot be read ({error})", group.offset
        ) from None
    return Exchange(
        facts=facts,
        request=request.block if request else b"",
        head=head,
        body=body,
        ip=last.headers.get("warc-ip-address"),
        kept=read,
    )


def record_id(record: Record) -> str:
    """The uuid in WARC-Record-ID, without its brackets and `urn:uuid:`."""
    return record.headers.get("warc-record-id", "").removeprefix("<urn:uuid:").removesuffix(">")
