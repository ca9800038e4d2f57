"""Checks one WARC file by its bytes alone: every member, length, digest, date, pair and reference, and the chain through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from archive.errors import Damaged
from archive.warc_reader import METADATA, NOTHING_BEFORE, Group, Record, next_group, read_groups, record_id

_STATUS_LINE = re.compile(rb"HTTP/\S+ +\d+")  # of any length: what a site said may be nonsense
_SEALED = re.compile(r"(?m)^sealed: (\S+) ([0-9a-f]{64})\r?$")
_TYPES = ("warcinfo", "request", "response", "revisit", "resource", "metadata")


class Claim(Struct, frozen=True):
    """What a run says at its beginning: this was the last manifest, and its sha256."""

    at: int
    manifest: str
    sha256: str


class Checked(Struct):
    """What a file holds and what is wrong with it, one line each (`at OFFSET: what`). `entries` are those of its chain, one
    for each group; `ids` the record ids with their offsets."""

    name: str
    size: int = 0
    sha256: str = ""
    records: int = 0
    entries: list[bytes] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def chain(self) -> bytes:
        """The last entry of the chain."""
        return self.entries[-1] if self.entries else NOTHING_BEFORE


def check_file(path: Path) -> Checked:
    """Reads the whole file. Behind damage it reads on, where a new group begins. Raises OSError."""
    checked = Checked(path.name.removesuffix(".open"))
    with path.open("rb") as file:
        hashed = sha256()
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
        checked.size, checked.sha256 = file.tell(), hashed.hexdigest()
    known: set[str] = set()  # warcinfo ids so far
    before: bytes | None = NOTHING_BEFORE
    start: int | None = 0
    while start is not None:
        try:
            for group in read_groups(path, start):
                checked.problems += _group(group, before, checked, known)
                before = checked.entries[-1]
            start = None
        except Damaged as error:
            checked.problems.append(str(error).removeprefix(f"{path.name} ").removeprefix(f"{path.name}: "))
            start, before = next_group(path, error.at), None
    return checked


def _group(group: Group, before: bytes | None, checked: Checked, known: set[str]) -> Iterator[str]:
    for record in group.records:
        checked.records += 1
        checked.ids.append((record.headers.get("warc-record-id", ""), record.offset))
        yield from _record(record, known)
    if group.values["kind"] == "exchange":
        yield from _exchange(group)
    last = group.records[-1]
    where = f"at {last.offset}: {last.type}"
    if before is not None and last.headers.get("sagwan-chain") != "sha256:" + before.hex():
        yield f"{where}: the chain breaks: the record before it is not the one that it names"
    covered = [f"sha256:{record.digest().hex()}" for record in group.records[:-1]]
    if last.headers.get("sagwan-chain-covers", "").split() != covered:
        yield f"{where}: the chain breaks: the records that it closes are not those that it names"
    checked.entries.append(last.digest())
    if last.type == "warcinfo":
        claims = _SEALED.findall(last.block.decode("utf-8", "replace"))
        checked.claims += [Claim(last.offset, name, digest) for name, digest in claims]


def _record(record: Record, known: set[str]) -> Iterator[str]:
    headers = record.headers
    where = f"at {record.offset}: {record.type or 'record without a type'}"
    if not headers.get("warc-record-id"):
        yield f"{where}: WARC-Record-ID is missing"
    try:
        datetime.fromisoformat(headers.get("warc-date", ""))
    except ValueError:
        yield f"{where}: WARC-Date {headers.get('warc-date', 'is missing')!r}"
    payload = record.block
    if headers.get("content-type", "").startswith("application/http"):
        payload = record.block.partition(b"\r\n\r\n")[2]
    pairs = [("warc-block-digest", record.block), ("warc-payload-digest", payload)]
    for name, data in pairs[: 1 if record.type == "warcinfo" else 2]:
        digest = headers.get(name)
        if digest is None:
            yield f"{where}: {name} is missing"
        elif digest != "sha256:" + sha256(data).hexdigest():
            yield f"{where}: {name} does not fit the bytes"
    if record.type == "warcinfo":
        known.add(headers.get("warc-record-id", ""))
    elif headers.get("warc-warcinfo-id") not in known:
        yield f"{where}: its warcinfo record is not before it in the file"
    if record.type == "response" and not _STATUS_LINE.match(record.block):
        yield f"{where}: no HTTP status line"
    if record.type not in _TYPES:
        yield f"{where}: a record of no known type"


def _exchange(group: Group) -> Iterator[str]:
    """The records of one exchange name each other."""
    types = [record.type for record in group.records]
    where = f"at {group.offset}: exchange"
    last = group.records[-1]
    if sorted(set(types)) != sorted(types) or not set(types) <= {"request", "response", "metadata"}:
        yield f"{where}: holds {', '.join(types)}"
    values = group.values
    url = str(values.get("url"))
    targets = [METADATA + url if record.type == "metadata" else url for record in group.records]
    if [record.headers.get("warc-target-uri") for record in group.records] != targets:
        yield f"{where}: its records name different URLs"
    if len({record.headers.get("warc-date") for record in group.records}) != 1:
        yield f"{where}: its records name different dates"
    response = group.record("response")
    if response is None and not values.get("error"):
        yield f"{where}: no response, and its metadata names no error"
    wanted = f"<urn:uuid:{record_id(response)}>" if response else None
    for record in group.records:
        if record.type != "response" and record.headers.get("warc-concurrent-to") != wanted:
            named = record.headers.get("warc-concurrent-to")
            yield f"at {record.offset}: {record.type} is concurrent to {named}, not to its response"
    if response is not None and not group.record("request"):
        yield f"at {last.offset}: a response without its request"
