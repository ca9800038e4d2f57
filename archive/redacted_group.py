"""Writes one group of a WARC file anew without a person: tombstones where records named the person, and what remains."""

from __future__ import annotations

import contextlib
import uuid
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from archive.capture import MAX_BODY, PART, RENDERED, Exchange, Parse, decode, split_head
from archive.errors import Damaged
from archive.needles import Needles
from archive.reading import read
from archive.records import Listing
from archive.target import Sought, Target
from archive.tombstone import BLOCK, PAYLOAD, RECORD, REDACTION, REMAINS, digest_of, is_remains, remains_of, stood_there
from archive.warc_reader import Group, Record, exchange, record_id
from archive.warc_records import member_of

# Of a metadata record's JSON what no site gave, and what others' history hangs on.
_OURS = frozenset({"kind", "source", "run", "walk", "page", "topic", "method", "fidelity", "capture", "article"})
_NEW = frozenset(
    {"warc-type", "content-length", "warc-block-digest", "warc-payload-digest", "warc-truncated", "warc-target-uri"}
)


class Redaction(Struct, frozen=True):
    """One redaction: its uuid and when it was decided (UTC ms). The same of both makes the same bytes again."""

    uuid: str
    at: int


class Rewritten(Struct):
    """A group as it is to be: for each record its new gzip member, or the old record where it stays; its digest. `unread` of a
    capture that names the person only by an id in bytes that no parser reads."""

    members: list[bytes | Record]
    digest: str
    unread: bool = False


def rewrite(group: Group, target: Target, sought: Sought, parse: Parse, redaction: Redaction) -> Rewritten | None:
    """The group without the person; None when it does not name the person. Raises Damaged."""
    if group.values["kind"] == "exchange":
        return _exchange(group, target, sought, parse, redaction)
    *others, closing = group.records
    if others:
        raise Damaged(f"at {group.offset}: records without their metadata record", group.offset)
    values = _scrubbed(group, sought.anywhere)
    return _made([_tombstone(closing, redaction, _json(values))]) if values != group.values else None


def _exchange(group: Group, target: Target, sought: Sought, parse: Parse, redaction: Redaction) -> Rewritten | None:
    whole = exchange(group)
    needles = sought.near if whole.facts.article in target.stubs else sought.anywhere
    values = _scrubbed(group, needles)
    named = [record for record in group.records[:-1] if needles.found(_of_the_site(record))]
    # What a browser rendered, or loaded beside a page, is read by nobody: a picture has no ids, and people stand in a page, and
    # in the answer of a talk, without theirs.
    rendered = RENDERED.get(whole.facts.method)
    unread = rendered is not None or whole.facts.why == PART
    shown = bool(unread and whole.body and whole.facts.article in target.stubs)
    hidden = shown or needles.found(_plain(whole))
    by_bytes = bool(named or hidden or values != group.values)
    if not (by_bytes or target.may_show(whole.facts)):
        return None
    found = read(whole, parse)
    records, keys = target.without(whole.facts, found.parsed.records)
    if not (by_bytes or keys):
        return None
    url = needles.scrub(whole.facts.url)
    parents = {record.parent for record in found.parsed.records if isinstance(record, Listing)}
    if named_there := {key: stub for key, stub in keys.items() if key in parents}:
        url = Needles(named_there, lambda _: True).scrub(url)  # the address of a list of replies, be the key long or short
        context = {name: named_there.get(value, value) for name, value in values.get("context", {}).items()}
        values = values | ({"context": context} if context else {})
    renamed = url != whole.facts.url
    made: list[tuple[bytes, bytes] | Record] = []
    for record in group.records[:-1]:
        if is_remains(record.headers):
            continue
        response = record is group.main() and record is not group.records[-1]
        if renamed or named_there or record in named or (response and (hidden or keys)):
            if record.type == "resource":
                made.append(_tombstone(record, redaction, b"", (rendered[0] if rendered else "") + url))
                continue
            head = record.block.partition(b"\r\n\r\n")[0].decode("latin-1")
            if not response:
                head = head.replace(_path(whole.facts.url), _path(url))
            elif stood_there(record.headers) is None:
                head = _empty(head)
            made.append(_tombstone(record, redaction, (needles.scrub(head) + "\r\n\r\n").encode("latin-1"), url))
        else:
            made.append(record)
    made.append(_remains(group, url, remains_of(found, records, redaction.uuid), redaction))
    closing = group.records[-1]
    if renamed or values != group.values:
        made.append(_tombstone(closing, redaction, _json(values | {"url": url}), f"urn:metadata:{url}"))
    else:
        made.append(closing)
    return _made(made, not (keys or renamed or shown))


def _made(made: list[tuple[bytes, bytes] | Record], unread: bool = False) -> Rewritten:
    members = [one if isinstance(one, Record) else one[0] for one in made]
    digests = [sha256(one.raw).digest() if isinstance(one, Record) else one[1] for one in made]
    return Rewritten(members, digest_of(digests), unread)


def _tombstone(record: Record, redaction: Redaction, block: bytes, url: str | None = None) -> tuple[bytes, bytes]:
    """The record with another block. It keeps the digests of the one that stood there first."""
    head = record.raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    headers = [(name, value.strip()) for line in head for name, _, value in (line.partition(":"),) if name.lower() not in _NEW]
    kept = {name.lower() for name, _ in headers}
    if url is not None:
        headers.insert(1, ("WARC-Target-URI", url))
    if record.type in ("request", "response", "resource"):
        headers.append(("WARC-Truncated", "redacted"))
    if RECORD.lower() not in kept:
        headers.append((RECORD, f"sha256:{record.digest().hex()}"))
        headers += [(BLOCK, record.headers["warc-block-digest"])] if "warc-block-digest" in record.headers else []
        headers += [(PAYLOAD, record.headers["warc-payload-digest"])] if "warc-payload-digest" in record.headers else []
    headers = [(name, value) for name, value in headers if name != REDACTION] + [(REDACTION, redaction.uuid)]
    payload = None if record.type in ("metadata", "warcinfo") else b""
    return member_of(record.type, block, headers, payload)


def _remains(group: Group, url: str, block: bytes, redaction: Redaction) -> tuple[bytes, bytes]:
    closing, main = group.records[-1], group.main()
    identity = uuid.uuid5(uuid.UUID(redaction.uuid), record_id(closing))
    headers = [
        ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
        ("WARC-Target-URI", REMAINS + url),
        ("WARC-Date", f"{datetime.fromtimestamp(redaction.at / 1000, UTC):%Y-%m-%dT%H:%M:%S.%f}Z"),
        ("WARC-Warcinfo-ID", closing.headers.get("warc-warcinfo-id", "")),
        *([("WARC-Concurrent-To", f"<urn:uuid:{record_id(main)}>")] if main is not closing else []),
        ("Content-Type", "application/json"),
        (REDACTION, redaction.uuid),
    ]
    return member_of("resource", block, headers)


def _scrubbed(group: Group, needles: Needles) -> dict[str, Any]:
    """The JSON of a closing record without the person; a warcinfo has nothing of a site."""
    if not needles.found(group.records[-1].block) or group.values["kind"] == "warcinfo":
        return group.values
    scrubbed: dict[str, Any] = needles.scrub_json(group.values, _OURS)
    return scrubbed


def _json(values: dict[str, Any]) -> bytes:
    return msgspec.json.encode(values, order="deterministic")


def _empty(head: str) -> str:
    """A response's head without its body: readers would wait for the length that it declares."""
    first, *lines = head.split("\r\n")
    of_body = ("content-length", "content-encoding", "transfer-encoding")
    kept = [f"X-Archive-Orig-{x}" if x.partition(":")[0].strip().lower() in of_body else x for x in lines]
    return "\r\n".join([first, *kept, "Content-Length: 0"])


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]


def _of_the_site(record: Record) -> bytes:
    """What a record that no closing one is has from the site: its address, and what was sent, or the head that came."""
    sent = record.block if record.type == "request" else b""
    head = record.block.partition(b"\r\n\r\n")[0] if record.type == "response" else b""
    return b"\n".join((record.headers.get("warc-target-uri", "").encode(), sent, head))


def _plain(whole: Exchange) -> bytes:
    """The body as people read it; of one that does not decode whole, what can be read of it."""
    headers = split_head(whole.head or b"")[1]
    try:
        return decode(whole.body, headers)
    except ValueError:
        return whole.body + b"".join(part for bits in (47, -15) for part in _readable(whole.body, bits))


def _readable(body: bytes, bits: int) -> Iterator[bytes]:
    """What of a body can be inflated before it breaks."""
    inflater, left = zlib.decompressobj(bits), MAX_BODY
    with contextlib.suppress(zlib.error):
        for n in range(0, len(body), 512):
            yield (part := inflater.decompress(body[n : n + 512], left))
            left -= len(part)
            if left <= 0:
                return
