"""Builds WARC/1.1 records, one gzip member each, and the chain that runs through a file.

An entry of the chain is the sha256 of a whole closing record (warcinfo or metadata, uncompressed). That record names the entry
before it and the sha256 of the records that it closes, so that none can be altered, removed or moved alone.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from warcio.statusandheaders import StatusAndHeaders
from zlib_ng import zlib_ng

from archive.capture import RENDERED, Exchange, codings, split_head
from archive.warc_reader import METADATA

CHAIN = "Sagwan-Chain"  # the entry before
COVERS = "Sagwan-Chain-Covers"  # the sha256 of each record that this one closes, in order
_encode = msgspec.json.Encoder(order="deterministic").encode

_Headers = list[tuple[str, str]]


class Made(Struct):
    """The members of one group; the record that stands for it (its uuid, and where it lies in them); its chain entry."""

    members: list[bytes]
    record: str
    at: int
    length: int
    chain: bytes


def warcinfo_record(fields: dict[str, str], name: str, now: int, before: bytes) -> Made:
    """The record that begins a run's part of the file called `name`; `now` is UTC ms."""
    identity = str(uuid.uuid4())
    headers = [
        ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
        ("WARC-Date", _iso(datetime.fromtimestamp(now / 1000, UTC))),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
        (CHAIN, _sha256(before)),
    ]
    lines = [f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items() if value]
    member, entry = member_of("warcinfo", "".join(lines).encode(), headers)
    return Made([member], identity, 0, len(member), entry)


def exchange_records(exchange: Exchange, warcinfo: str, before: bytes) -> Made:
    """Request, response (where something came) and metadata of one exchange; resource and metadata of what was rendered."""
    facts = exchange.facts
    date = _iso(datetime.fromtimestamp(facts.sent // 1_000_000, UTC).replace(microsecond=facts.sent % 1_000_000))
    target = ("WARC-Target-URI", facts.url)
    shared = [("WARC-Date", date), ("WARC-Warcinfo-ID", f"<urn:uuid:{warcinfo}>")]
    main = "resource" if facts.method in RENDERED else "response" if exchange.head is not None else None
    if exchange.ip:
        shared.append(("WARC-IP-Address", exchange.ip))
    ids = {kind: f"<urn:uuid:{uuid.uuid4()}>" for kind in ("request", "response", "resource", "metadata")}
    members: list[bytes] = []
    covered: list[bytes] = []
    concurrent = [("WARC-Concurrent-To", ids[main])] if main is not None else []
    if exchange.request:
        headers = [("WARC-Record-ID", ids["request"]), target, *shared, *concurrent]
        headers.append(("Content-Type", "application/http; msgtype=request"))
        payload = exchange.request.partition(b"\r\n\r\n")[2]
        member, digest = member_of("request", exchange.request, headers, payload)
        members.append(member)
        covered.append(digest)
    if exchange.head is not None:
        headers = [("WARC-Record-ID", ids["response"]), target, *shared]
        if facts.protocol:
            headers.append(("WARC-Protocol", facts.protocol))
        if facts.truncated:
            headers.append(("WARC-Truncated", facts.truncated))
        headers.append(("Content-Type", "application/http; msgtype=response"))
        level = 0 if codings(split_head(exchange.head)[1]) else 6
        member, digest = member_of("response", exchange.head + exchange.body, headers, exchange.body, level)
        members.append(member)
        covered.append(digest)
    if main == "resource":
        urn, media = RENDERED[facts.method]
        headers = [("WARC-Record-ID", ids[main]), ("WARC-Target-URI", urn + facts.url), *shared, ("Content-Type", media)]
        member, digest = member_of(main, exchange.body, headers)
        members.append(member)
        covered.append(digest)
    # Under an address of its own: pywb would show it in the page's place.
    headers = [("WARC-Record-ID", ids["metadata"]), ("WARC-Target-URI", METADATA + facts.url), *shared, *concurrent]
    headers += [("Content-Type", "application/json"), (CHAIN, _sha256(before))]
    if covered:
        headers.append((COVERS, " ".join(map(_sha256, covered))))
    member, entry = member_of("metadata", _encode(facts), headers)
    members.append(member)
    kind, n = (main, -2) if main is not None else ("metadata", -1)
    return Made(members, ids[kind][10:-1], sum(map(len, members[:n])), len(members[n]), entry)


def event_records(values: dict[str, Any], warcinfo: str, before: bytes) -> Made:
    """The one metadata record of a fact that is no exchange."""
    identity = str(uuid.uuid4())
    headers = [
        ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
        ("WARC-Date", _iso(datetime.fromtimestamp(values["at"] / 1000, UTC))),
        ("WARC-Warcinfo-ID", f"<urn:uuid:{warcinfo}>"),
        ("Content-Type", "application/json"),
        (CHAIN, _sha256(before)),
    ]
    member, entry = member_of("metadata", _encode(values), headers)
    return Made([member], identity, 0, len(member), entry)


def member_of(
    kind: str,
    block: bytes,
    headers: _Headers,
    payload: bytes | None = None,
    level: int = 6,
) -> tuple[bytes, bytes]:
    """One record in a gzip member of its own, and the sha256 of the record as it was before compression."""
    headers = [("WARC-Type", kind), *headers, ("WARC-Block-Digest", _sha256(sha256(block).digest()))]
    if kind != "warcinfo":
        headers.append(("WARC-Payload-Digest", headers[-1][1] if payload is None else _sha256(sha256(payload).digest())))
    headers.append(("Content-Length", str(len(block))))
    # The head as warcio has it, the block verbatim: its writer makes the same bytes (tested), in 2.5 times the time.
    written = b"".join((StatusAndHeaders("", headers, protocol="WARC/1.1").to_bytes(), block, b"\r\n\r\n"))
    # A window larger than what it compresses is only more memory to clear: a third of the time of a small record.
    deflater = zlib_ng.compressobj(level, zlib_ng.DEFLATED, 31 if level and len(written) > 4096 else 28)
    return deflater.compress(written) + deflater.flush(), sha256(written).digest()


def _sha256(digest: bytes) -> str:
    return "sha256:" + digest.hex()


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
