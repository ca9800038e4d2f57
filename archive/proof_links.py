"""The steps from a row to its records and to their entry in the chain of the file, each checked and said in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from msgspec import Struct

from archive.capture import Parse, read_capture
from archive.errors import Damaged
from archive.lookup import uuid_text
from archive.proof_files import Voucher, when_and_why
from archive.support import Subject, Support, shown
from archive.times import iso
from archive.tombstone import is_remains, stood_there
from archive.warc_reader import NOTHING_BEFORE, Group, Record, exchange, record_id

_LATEST = 1 << 47  # UTC ms
_MOST = 200  # letters of a text that are shown


class Link(Struct):
    """One step of a proof: its name, what was found, in words, and whether it holds (None: there is nothing to check yet)."""

    name: str
    text: str
    holds: bool | None = True


class Row(Struct):
    """A row of captures, and the name of its file."""

    record: bytes
    page: str
    url: str
    method: str
    at: int
    received_at: int
    status: int | None
    digest: bytes | None
    offset: int
    length: int
    chain: bytes | None
    name: str


def row_of(db: sqlite3.Connection, capture: int) -> Row:
    """The row of a capture. Raises Damaged where it or its file's is missing."""
    columns = ", ".join(f"c.{name}" for name in Row.__struct_fields__[:-1])
    sql = f"SELECT {columns}, w.name FROM captures c JOIN warcs w ON w.id = c.warc WHERE c.id = ?"
    row = db.execute(sql, (capture,)).fetchone()
    if row is None:
        raise Damaged(f"archive.db: no row of the capture {capture}, or of its file")
    made = Row(*row)
    if not 0 <= made.received_at < _LATEST:
        raise Damaged(f"archive.db: the capture {capture} has no time that can be")
    return made


def links_of(
    row: Row, group: Group, entries: list[bytes], place: int, support: Support, about: Subject, parse: Parse
) -> list[Link]:
    """The steps up to the entry. `place` is that of the group's entry in `entries`, those of the file."""
    try:
        says, captured = _row(group, support, about, parse), _capture(row, group)
    except Damaged as error:
        says, captured = Link("row", str(error), False), Link("capture", uuid_text(row.record), False)
    return [says, captured, _record(row, group), _digests(group), _entry(group, entries, place, row.chain)]


def event_links(name: str, group: Group, entries: list[bytes], place: int) -> list[Link]:
    """The steps up to the entry of an event, whose file has that name."""
    record = Link("record", f"{name}, bytes {group.offset} to {group.end}: {group.records[-1].type}")
    return [record, _digests(group), _entry(group, entries, place, entries[place])]


def redacted_links(vouchers: list[Voucher] | None) -> list[Link]:
    """What a row that rests on a redacted page has instead of the site's bytes."""
    if vouchers is None:
        return [Link("redaction", "tombstones that no redaction wrote so: put there, or changed since", False)]
    event = when_and_why(vouchers[-1].group.values)
    gone = (
        f"the site's own bytes of this page are gone since the {event}: the row is what the operator's program had read in them"
    )
    return [
        Link("redaction", f"the {event} lists the sha256 of these records as they are now"),
        Link("gone", f"{gone}, as recorded at the redaction", None),
    ]


def _row(group: Group, support: Support, about: Subject, parse: Parse) -> Link:
    """Whether the parser of today reads in these bytes what the row says; of a redacted page, whether that is what was kept."""
    held = exchange(group)
    if held.kept is not None:
        parsed = held.kept.parsed
        reads, finds, where = "had read", "had found", "in the bytes that stood there"
    else:
        capture, _, problem = read_capture(held.facts, held.head, held.body)
        if capture is None:
            return Link("row", f"the capture cannot be read: {problem}", False)
        parsed = parse(capture)
        reads, finds, where = "reads", "finds", "in these bytes"
    by = parsed.parser or f"no parser ({parsed.note or parsed.outcome})"
    found = shown(parsed.records, about, held.facts.article)
    if support.shows is None:
        return Link("row", f"{by} {finds} {'no' if found is None else 'a'} #{about.comment} {where}", found is None)
    pairs = list(_pairs(support.shows, found or {}))
    wrong = "; ".join(f"{name} {_brief(now)}, and the row says {_brief(said)}" for name, said, now in pairs if said != now)
    if wrong:
        return Link("row", f"{by} {reads} {wrong}", False)
    raws = (found or {}).get("rounded", {})
    given = {name: f" (rounded: {_brief(raw)})" for name, raw in raws.items()}
    read = ", ".join(f"{name} {_brief(said)}{given.get(name, '')}" for name, said, _ in pairs if said is not None)
    return Link("row", f"{by} {reads} {where}: {read or 'nothing that a row holds'}")


def _pairs(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What the row says and what was read, field by field and count by count."""
    for name, value in wanted.items():
        if name == "counts":
            yield from _pairs(value, found.get("counts", {}))
        elif name != "author" or name in found:
            yield name, value, found.get(name)


def _brief(value: Any) -> str:
    """A value on one line. A text is cut: the whole of it was compared."""
    text = " ".join(str(value).split())
    return text if len(text) <= _MOST else f"{text[:_MOST]}... ({len(text)} letters)"


def _capture(row: Row, group: Group) -> Link:
    held = exchange(group)
    facts = held.facts
    if held.kept is not None:
        status, digest = held.kept.status, held.kept.digest
    else:
        capture, digest, _ = read_capture(facts, held.head, held.body)
        status = capture.status if capture else row.status
    said = (record_id(group.main()), facts.page, facts.url, facts.method, facts.at, facts.received_at, status, digest)
    rows = (uuid_text(row.record), row.page, row.url, row.method, row.at, row.received_at, row.status, row.digest)
    text = f"{said[0]}, received {iso(facts.received_at)}: {facts.method} {facts.url}, status {status}"
    return Link("capture", text, said == rows)


def _record(row: Row, group: Group) -> Link:
    record = group.main()
    kinds = ", ".join(one.type for one in group.records)
    text = f"{row.name}, bytes {group.offset} to {group.end}: {kinds}; the {record.type} at {record.offset}"
    return Link("record", text, (record.offset, record.length) == (row.offset, row.length))


def _digests(group: Group) -> Link:
    last = group.records[-1]
    closed = [record for record in group.records[:-1] if not is_remains(record.headers)]
    named = last.headers.get("sagwan-chain-covers", "").split()
    holds = named == ["sha256:" + record.digest().hex() for record in closed]
    for record in group.records:
        payload = record.block
        if record.headers.get("content-type", "").startswith("application/http"):
            payload = record.block.partition(b"\r\n\r\n")[2]
        for name, data in (("warc-block-digest", record.block), ("warc-payload-digest", payload)):
            holds = holds and record.headers.get(name) == "sha256:" + sha256(data).hexdigest()
    whole = ", ".join(_named(record) for record in closed)
    return Link(
        "digests", f"each block and payload fits its sha256; metadata names those of the records: {whole or 'none'}", holds
    )


def _named(record: Record) -> str:
    kept = " (the record of then is a tombstone that keeps its sha256)" if stood_there(record.headers) else ""
    return f"{record.type} {record.digest().hex()}{kept}"


def _entry(group: Group, entries: list[bytes], place: int, known: bytes | None) -> Link:
    before = entries[place - 1] if place else NOTHING_BEFORE
    text = f"entry {place + 1} of {len(entries)}: {entries[place].hex()}; it names the one before it, {before.hex()}"
    holds = group.records[-1].headers.get("sagwan-chain") == "sha256:" + before.hex() and known == entries[place]
    return Link("chain", text, holds)
