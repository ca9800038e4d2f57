"""What stands in the WARC files where a person was redacted, and how it is read.

A tombstone has the place, id, date and URL of the record that stood there, and its digests. A `resource` record beside it says
what the exchange was without that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Protocol

import msgspec
from msgspec import Struct

from archive.capture import Parsed, Read
from archive.records import Article, Count, Cue, Int64, ListEntry, Listing, Record

REDACTION = "Sagwan-Redaction"  # the uuid of the redaction that made a record
RECORD = "Sagwan-Redacted-Record"  # sha256 of the whole record that stood there
BLOCK = "Sagwan-Redacted-Block"  # its WARC-Block-Digest
PAYLOAD = "Sagwan-Redacted-Payload"  # its WARC-Payload-Digest
REMAINS = "urn:redacted:"  # and the URL: the WARC-Target-URI of what remains


class Named(Protocol):
    """What is asked of a WARC record: its headers (names in lower case), and all of it uncompressed."""

    headers: dict[str, str]
    raw: bytes


class Item(Struct, omit_defaults=True):
    """One record of a page: the one of these that is there."""

    article: Article | None = None
    listing: Listing | None = None
    count: Count | None = None
    entry: ListEntry | None = None
    cue: Cue | None = None


class Remains(Struct, kw_only=True):
    """The JSON of the resource record: what is read of the exchange, without the person. Digests in hex, times UTC ms."""

    redaction: str
    status: Int64 | None
    server_at: Int64 | None
    digest: str | None
    request_digest: str | None
    outcome: str
    parser: str | None
    records: list[Item]


_decoder = msgspec.json.Decoder(Remains)


def remains_of(read: Read, records: Iterable[Record], redaction: str) -> bytes:
    """The JSON of what remains of an exchange when `records` is all that may remain of its page."""
    return msgspec.json.encode(
        Remains(
            redaction=redaction,
            status=read.status,
            server_at=read.server_at,
            digest=read.digest.hex() if read.digest is not None else None,
            request_digest=read.request_digest.hex() if read.request_digest is not None else None,
            outcome=read.parsed.outcome,
            parser=read.parsed.parser,
            records=[_item(record) for record in records],
        ),
        order="deterministic",
    )


def kept(block: bytes) -> Read:
    """What is read of a redacted exchange. Raises ValueError for what is no JSON of ours."""
    remains = _decoder.decode(block)
    found = (item.article or item.listing or item.count or item.entry or item.cue for item in remains.records)
    return Read(
        status=remains.status,
        digest=bytes.fromhex(remains.digest) if remains.digest is not None else None,
        request_digest=bytes.fromhex(remains.request_digest) if remains.request_digest is not None else None,
        server_at=remains.server_at,
        parsed=Parsed(remains.outcome, tuple(record for record in found if record is not None), remains.parser),
    )


def stood_there(headers: Mapping[str, str]) -> bytes | None:
    """The sha256 of the record in whose place a tombstone stands; None for any other record (header names in lower case)."""
    text = headers.get(RECORD.lower(), "").removeprefix("sha256:")
    try:
        return bytes.fromhex(text) if len(text) == 64 else None
    except ValueError:
        return None


def is_remains(headers: Mapping[str, str]) -> bool:
    """Whether a record is what remains of a redacted exchange: no closing record covers it."""
    return REDACTION.lower() in headers and headers.get("warc-target-uri", "").startswith(REMAINS)


def redaction_of(records: Iterable[Named]) -> str | None:
    """The uuid of the last redaction that wrote the records of a group, empty where they do not say it; None where none did."""
    marked = [record.headers for record in records if {REDACTION.lower(), RECORD.lower()} & record.headers.keys()]
    last = next((headers for headers in marked if is_remains(headers)), marked[0] if marked else None)
    return last.get(REDACTION.lower(), "") if last is not None else None


def group_digest(records: Iterable[Named]) -> str:
    """The digest by which a redaction's event names a group that it wrote: over those of its records as they are now."""
    return digest_of(sha256(record.raw).digest() for record in records)


def digest_of(digests: Iterable[bytes]) -> str:
    """The same, of the sha256 of each whole record; in hex."""
    return sha256(b"".join(digests)).hexdigest()


def _item(record: Record) -> Item:
    if isinstance(record, Article):
        return Item(article=record)
    if isinstance(record, Listing):
        return Item(listing=record)
    if isinstance(record, Count):
        return Item(count=record)
    if isinstance(record, ListEntry):
        return Item(entry=record)
    return Item(cue=record)
