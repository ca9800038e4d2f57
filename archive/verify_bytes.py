"""Checks one WARC file by its bytes alone: every member, length, digest, date, pair and reference, and the chain through it."""

from __future__ import annotations

import os
import re
import signal
import threading
from array import array
from collections.abc import Container, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from hashlib import file_digest, sha256
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from archive.capture import RENDERED, Exchange
from archive.errors import Damaged
from archive.event_kinds import Redaction, contents
from archive.manifest import SealedFile
from archive.merkle import root_of
from archive.record_ids import identity
from archive.times import iso
from archive.tombstone import group_digest, is_remains, redaction_of
from archive.warc_damage import next_group
from archive.warc_reader import (
    METADATA,
    NOTHING_BEFORE,
    Group,
    Record,
    as_it_is_called,
    need_file,
    read_groups,
    record_id,
)

_STATUS_LINE = re.compile(rb"[^ \r\n]*/[^ \r\n]* [\s+-]*\d")  # with any number that Twisted takes: a site may say nonsense
_SEALED = re.compile(r"(?m)^sealed: (\S+) ([0-9a-f]{64})\r?$")
_TYPES = ("warcinfo", "request", "response", "revisit", "resource", "metadata")


class Claim(Struct, frozen=True):
    """What a run says at its beginning: this was the last manifest, and its sha256."""

    at: int
    manifest: str
    sha256: str


class Checked(Struct):
    """What a file holds, as a manifest would say it, and what is wrong with it, one line each (`at OFFSET: what`).

    Of each record `ids` has 16 bytes and `offsets` its place; `refers` are the records that others refer to; `torn` is where an
    open file's last whole group ends, if something is behind it. `redactions` are events; `tombstones` the groups that some
    redaction wrote: where each is, the redaction that it names, and its digest. `times` are of the first and the last exchange
    where it is, when it was sent and received (UTC ms)."""

    file: SealedFile
    ids: bytearray = field(default_factory=bytearray)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    refers: list[tuple[int, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    redactions: list[dict[str, Any]] = field(default_factory=list)
    tombstones: list[tuple[int, str, str]] = field(default_factory=list)
    times: list[tuple[int, int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    torn: int | None = None


def check_files(paths: list[Path], listed: Container[str], *, apart: int = 32 << 20) -> Iterator[Checked]:
    """Checks files in their order; more than `apart` bytes in processes of their own, one for each processor. Those that are
    `listed` (a manifest names them, or is to) are hashed as a whole too. Raises Damaged where such a process died."""
    hashed = [path.name in listed for path in paths]
    if sum(path.stat().st_size for path in paths if path.exists()) < apart:
        yield from map(check_file, paths, hashed)
        return
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with ProcessPoolExecutor(min(processors, len(paths)), get_context("spawn"), _end_with_parent) as pool:
            yield from pool.map(check_file, paths, hashed)
    except BrokenProcessPool:
        raise Damaged("a process that checked WARC files died: see the system's log (memory? disk?), try again") from None


def _end_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says what is to be said
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def check_file(path: Path, hashed: bool = True) -> Checked:
    """Reads the whole file. Behind damage it reads on, where a new group begins."""
    name = path.name.removesuffix(".open")
    checked = Checked(SealedFile(name=name, bytes=0, sha256="", records=0, groups=0, chain="", root=""))
    try:
        path = as_it_is_called(path)
        need_file(path)
        checked.file.bytes = path.stat().st_size
        if hashed:
            with path.open("rb") as file:
                checked.file.sha256 = file_digest(file, "sha256").hexdigest()
        entries = _groups(path, checked)
    except OSError as error:
        checked.problems.append(f"at 0: cannot be read: {error.strerror or error}")
        return checked
    except Damaged as error:
        checked.problems.append(str(error).removeprefix(f"{path.name} "))
        return checked
    checked.file.groups = len(entries)
    checked.file.chain = (entries[-1] if entries else NOTHING_BEFORE).hex()
    checked.file.root = root_of(entries).hex()
    return checked


def _groups(path: Path, checked: Checked) -> list[bytes]:
    """Checks the groups; the entries of the chain."""
    entries = list[bytes]()
    known: set[str] = set()  # warcinfo ids so far
    before: bytes | None = NOTHING_BEFORE
    start: int | None = 0
    end = 0
    while start is not None:
        try:
            for group in read_groups(path, start):
                checked.problems += _group(group, before, checked, known)
                before, end = group.records[-1].digest(), group.end
                entries.append(before)
            start = None
        except Damaged as error:
            start, before = next_group(path, error.at), None
            if start is None and path.name.endswith(".open"):
                checked.torn = end
            else:
                checked.problems.append(str(error).removeprefix(f"{path.name} ").removeprefix(f"{path.name}: "))
    return entries


def _group(group: Group, before: bytes | None, checked: Checked, known: set[str]) -> Iterator[str]:
    for record in group.records:
        checked.file.records += 1
        checked.ids += identity(record.headers.get("warc-record-id", ""))
        checked.offsets.append(record.offset)
        if "warc-refers-to" in record.headers:
            checked.refers.append((record.offset, record.headers["warc-refers-to"]))
        yield from _record(record, known)
    if group.values["kind"] == "exchange":
        yield from _exchange(group)
    last = group.records[-1]
    where = f"at {last.offset}: {last.type}"
    if before is not None and last.headers.get("sagwan-chain") != "sha256:" + before.hex():
        yield f"{where}: the chain breaks: what stands before it is not what it names"
    covered = [f"sha256:{record.digest().hex()}" for record in group.records[:-1] if not is_remains(record.headers)]
    if last.headers.get("sagwan-chain-covers", "").split() != covered:
        yield f"{where}: the chain breaks: the records that it closes are not those that it names"
    try:
        said = contents(group)
        if isinstance(said, Redaction):
            checked.redactions.append(group.values)
        elif isinstance(said, Exchange):
            here = group.offset, said.facts.at, said.facts.received_at
            yield from back_in_time(checked.times[-1] if checked.times else None, here)
            checked.times[1:] = [here]
    except Damaged as error:
        yield str(error)
    if (redaction := redaction_of(group.records)) is not None:
        checked.tombstones.append((group.offset, redaction, group_digest(group.records)))
    if last.type == "warcinfo":
        if last.headers.get("warc-filename") != checked.file.name:
            yield f"{where}: the file was written as {last.headers.get('warc-filename')}"
        claims = _SEALED.findall(last.block.decode("utf-8", "replace"))
        checked.claims += [Claim(last.offset, name, digest) for name, digest in claims]


def back_in_time(before: tuple[int, int, int] | None, here: tuple[int, int, int]) -> Iterator[str]:
    """Inside a source exchanges stand in the order of their times: questions as of a time rest on that."""
    if before is not None and (here[1] < before[1] or here[2] < before[2]):
        yield f"at {here[0]}: exchange: received {iso(here[2])}, and the one before it {iso(before[2])}: time goes back"


def _record(record: Record, known: set[str]) -> Iterator[str]:
    for problem in _record_problems(record, known):
        yield f"at {record.offset}: {record.type or 'record without a type'}: {problem}"


def _record_problems(record: Record, known: set[str]) -> Iterator[str]:
    headers = record.headers
    if not headers.get("warc-record-id"):
        yield "WARC-Record-ID is missing"
    try:
        datetime.fromisoformat(headers.get("warc-date", ""))
    except ValueError:
        yield f"WARC-Date {headers.get('warc-date', 'is missing')!r}"
    digest = "sha256:" + sha256(record.block).hexdigest()
    if headers.get("warc-block-digest") != digest:
        yield f"WARC-Block-Digest {'does not fit the bytes' if 'warc-block-digest' in headers else 'is missing'}"
    if headers.get("content-type", "").startswith("application/http"):
        head = record.block.find(b"\r\n\r\n")
        digest = "sha256:" + sha256(memoryview(record.block)[head + 4 :] if head >= 0 else b"").hexdigest()
    if headers.get("warc-payload-digest") != digest and record.type != "warcinfo":
        yield f"WARC-Payload-Digest {'does not fit the bytes' if 'warc-payload-digest' in headers else 'is missing'}"
    if record.type == "warcinfo":
        known.add(headers.get("warc-record-id", ""))
    elif headers.get("warc-warcinfo-id") not in known:
        yield "its warcinfo record is not before it in the file"
    if record.type not in _TYPES:
        yield "a record of no known type"


def _exchange(group: Group) -> Iterator[str]:
    """The records of one exchange name each other."""
    records = [record for record in group.records if not is_remains(record.headers)]
    types = [record.type for record in records]
    where = f"at {group.offset}: exchange"
    last = group.records[-1]
    values = group.values
    rendered = RENDERED.get(str(values.get("method")))
    known = {"resource", "metadata"} if rendered else {"request", "response", "metadata"}
    if sorted(set(types)) != sorted(types) or not set(types) <= known:
        yield f"{where}: holds {', '.join(types)}"
    url = str(values.get("url"))
    urns = {"metadata": METADATA, "resource": rendered[0] if rendered else ""}
    targets = [urns.get(record.type, "") + url for record in records]
    if [record.headers.get("warc-target-uri") for record in records] != targets:
        yield f"{where}: its records name different URLs"
    if len({record.headers.get("warc-date") for record in records}) != 1:
        yield f"{where}: its records name different dates"
    main = group.main() if group.main() is not last else None
    if main is None and not values.get("error"):
        yield f"{where}: no response, and its metadata names no error"
    wanted = f"<urn:uuid:{record_id(main)}>" if main else None
    for record in group.records:
        if record is not main and record.headers.get("warc-concurrent-to") != wanted:
            named = record.headers.get("warc-concurrent-to")
            yield f"at {record.offset}: {record.type} is concurrent to {named}, not to its {main.type if main else 'response'}"
    if main is not None and main.type == "response" and not group.record("request"):
        yield f"at {last.offset}: a response without its request"
    # What was no answer to anybody is kept as it came, and its metadata says so.
    if main is not None and main.type == "response" and not (values.get("error") or _STATUS_LINE.match(main.block)):
        yield f"at {main.offset}: response: no HTTP status line, and its metadata names no error"
