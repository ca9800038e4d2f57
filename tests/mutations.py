"""Damage to a WARC file, as an accident or a forger does it: on whole members, or with digests and chain made anew."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections.abc import Callable
from hashlib import sha256

Members = list[bytes]
DIGESTS = (b"WARC-Block-Digest", b"WARC-Payload-Digest")


def members(data: bytes) -> Members:
    """The gzip members of a file."""
    parts = []
    while data:
        inflater = zlib.decompressobj(31)
        inflater.decompress(data)
        parts.append(data[: len(data) - len(inflater.unused_data)])
        data = inflater.unused_data
    return parts


def packed(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def changed(member: bytes, old: bytes, new: bytes) -> bytes:
    record = gzip.decompress(member)
    assert old in record
    return packed(record.replace(old, new, 1))


def of_type(parts: Members, kind: str) -> int:
    """The place of the second record of a type: one in the middle of the file."""
    return [n for n, part in enumerate(parts) if f"WARC-Type: {kind}".encode() in gzip.decompress(part)[:60]][1]


def without(member: bytes, *names: bytes) -> bytes:
    """A record without these headers."""
    head, blank, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(names)]
    return packed(b"\r\n".join(lines) + blank + rest)


def with_header(member: bytes, line: bytes) -> bytes:
    head, blank, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    return packed(head + b"\r\n" + line + blank + rest)


def at(kind: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    """Changes one record in the middle."""

    def damage(parts: Members) -> Members:
        n = of_type(parts, kind)
        return [*parts[:n], change(parts[n]), *parts[n + 1 :]]

    return damage


def digested(member: bytes) -> bytes:
    """A record whose own digests fit its bytes again."""
    head, blank, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    block = rest[:-4]
    payload = block.partition(b"\r\n\r\n")[2] if b"application/http" in head else block
    for name, data in zip(DIGESTS, (block, payload), strict=True):
        head = re.sub(name + rb": sha256:\w+", name + b": sha256:" + sha256(data).hexdigest().encode(), head)
    return packed(head + blank + rest)


def chained(parts: Members) -> Members:
    """The file of a forger who knows the format: every chain header made anew."""
    done: Members = []
    before, covers = "0" * 64, list[str]()
    for part in parts:
        record = gzip.decompress(part)
        if b"\r\nSagwan-Chain: " in record:
            named = " ".join(f"sha256:{digest}" for digest in covers).encode()
            record = re.sub(rb"(\r\nSagwan-Chain: sha256:)\w+", rb"\g<1>" + before.encode(), record, count=1)
            record = re.sub(rb"(\r\nSagwan-Chain-Covers: )[^\r]+", rb"\g<1>" + named, record, count=1)
            before, covers = sha256(record).hexdigest(), []
        else:
            covers.append(sha256(record).hexdigest())
        done.append(packed(record))
    return done


def _flipped(parts: Members) -> Members:
    data = b"".join(parts)
    middle = len(data) // 2
    return [data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]]


def _removed(parts: Members) -> Members:
    n = of_type(parts, "response")
    return parts[: n - 1] + parts[n + 2 :]


def _swapped(parts: Members) -> Members:
    n = of_type(parts, "response")
    exchange, event = parts[n - 1 : n + 2], parts[n + 2 : n + 5]
    return parts[: n - 1] + event + exchange + parts[n + 5 :]


def _doubled_at_end(parts: Members) -> Members:
    n = of_type(parts, "response")
    return [*parts, *parts[n - 1 : n + 2]]


TEXT, OTHER = "댓글 3".encode(), "댓글 9".encode()
_ALTERED = at("response", lambda m: changed(m, TEXT, OTHER))
_REDIGESTED = at("response", lambda m: digested(changed(m, TEXT, OTHER)))

# What bytes alone show, in any file.
SHOWN: dict[str, Callable[[Members], Members]] = {
    "a byte flipped in the middle": _flipped,
    "the last record torn": lambda p: [*p[:-1], p[-1][:-20]],
    "the file cut in the middle of a record": lambda p: [b"".join(p)[: len(b"".join(p)) // 2]],
    "one gzip member for all": lambda p: [packed(b"".join(map(gzip.decompress, p)))],
    "a body altered": _ALTERED,
    "a body altered, digests stripped": at("response", lambda m: without(changed(m, b"likeCount", b"lykeCount"), *DIGESTS)),
    "a body altered, digests made anew": _REDIGESTED,
    "an HTTP header altered": at(
        "response", lambda m: changed(m, b"Content-Type: application/json", b"Content-Type: application/jsin")
    ),
    "a bad status line": at("response", lambda m: changed(m, b"HTTP/1.1 200 OK", b"HTTP/1.1 ??? OK")),
    "a wrong length": at("request", lambda m: changed(m, b"\r\nContent-Length: ", b"\r\nContent-Length: 1")),
    "the date missing": at("request", lambda m: without(m, b"WARC-Date")),
    "the digests missing": at("request", lambda m: without(m, *DIGESTS)),
    "a record doubled": lambda p: [*p[: of_type(p, "response")], p[of_type(p, "response")], *p[of_type(p, "response") :]],
    "an exchange doubled at the end": _doubled_at_end,
    "an exchange removed": _removed,
    "records in another order": _swapped,
    "a dangling concurrent-to": at(
        "request", lambda m: changed(m, b"WARC-Concurrent-To: <urn:uuid:", b"WARC-Concurrent-To: <urn:uuid:0")
    ),
    "a dangling refers-to": at("response", lambda m: with_header(m, b"WARC-Refers-To: <urn:uuid:0>")),
    "a request removed": lambda p: p[: of_type(p, "request")] + p[of_type(p, "request") + 1 :],
    "the metadata altered": at("metadata", lambda m: changed(m, b'"page":"daum.comments"', b'"page":"daum.commentz"')),
    "a warcinfo removed": lambda p: p[1:],
    "the name of another file": lambda p: [changed(p[0], b"\r\nWARC-Filename: sagwan", b"\r\nWARC-Filename: sagwam"), *p[1:]],
    "trailing garbage": lambda p: [*p, b"\0" * 50],
}

# Damage by one who makes the chain anew: what of it still shows in the bytes.
CHAINED_SHOWN = {
    f"{name}, chain made anew": lambda p, damage=SHOWN[name]: chained(damage(p))
    for name in (
        *("a body altered", "a body altered, digests stripped", "a bad status line", "the date missing", "a record doubled"),
        *("an exchange doubled at the end", "a dangling concurrent-to", "a dangling refers-to", "a request removed"),
    )
}

# What only a manifest shows, or the rows where there is none.
FORGED: dict[str, Callable[[Members], Members]] = {
    "a body altered, digests and chain made anew": lambda p: chained(_REDIGESTED(p)),
    "an exchange removed, chain made anew": lambda p: chained(_removed(p)),
    "exchanges in another order, chain made anew": lambda p: chained(_swapped(p)),
    "the last exchanges cut off between two records": lambda p: p[:-4],
}


def exchange_ids(db: sqlite3.Connection, one: int, other: int) -> None:
    """Exchanges the row ids of two captures in all tables: each row still says what its bytes say."""
    tables = db.execute(
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'capture'"
    ).fetchall()
    more = [("capture_rows", "id"), ("articles", "first_capture"), ("comments", "first_capture"), ("observations", "before")]
    for table, column in [*((table, "capture") for (table,) in tables), *more]:
        for old, new in ((one, -1), (other, one), (-1, other)):
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, old))
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
