"""Writes WARC/1.1: a file per source and day that every run of the day goes on in. On disk means fsynced.

A file is called NAME.open while a process writes it, and only its holder (flock) may touch it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import re
import socket
import uuid
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from zlib_ng import zlib_ng

from archive.capture import Exchange
from archive.errors import WriteFailed
from archive.warc_reader import METADATA, NAME, files

ROTATE_AT = 1 << 30  # bytes; what tools and people can still copy and check in one go
_COMPRESSED = re.compile(rb"^content-encoding:\s*(?!identity)\S", re.IGNORECASE | re.MULTILINE)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Placed(Struct, frozen=True):
    """Where a group lies: its file (without .open), its end, and the record that stands for it (the response, or the
    metadata where nothing came)."""

    name: str
    end: int
    record: str
    offset: int
    length: int


class WarcWriter:
    """The one writer of a source's files. Not shared between threads; a failed write leaves the last whole group."""

    def __init__(self, root: Path, source: str, info: dict[str, str], rotate_at: int = ROTATE_AT) -> None:
        self._root, self._source, self._info, self._rotate_at = root, source, info, rotate_at
        self._file: io.FileIO | None = None
        self._path = Path()
        self._day = ""
        self._size = 0
        self._warcinfo = ""

    @property
    def name(self) -> str:
        """The name of the file being written, without .open."""
        return self._path.name.removesuffix(".open")

    def write(self, groups: list[Exchange | dict[str, Any]], now: int) -> list[Placed]:
        """Writes and fsyncs the groups; `now` (UTC ms) decides the day. All or none: raises WriteFailed."""
        try:
            self._turn(now)
            placed, members = [], []
            offset = self._size
            for group in groups:
                made, where = self._exchange(group, offset) if isinstance(group, Exchange) else self._event(group, offset)
                members.extend(made)
                placed.append(where)
                offset = where.end
            self._append(b"".join(members))
        except OSError as error:
            raise WriteFailed(f"cannot write {error.filename or self._path}: {error.strerror or error}") from error
        return placed

    def close(self) -> None:
        """Fsyncs the file and gives it its name back. Raises WriteFailed."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            os.fsync(file.fileno())
            closed = self._path.with_name(self.name)
            self._path.rename(closed)
            _fsync_folder(closed.parent)
        except OSError as error:
            raise WriteFailed(f"cannot close {self._path}: {error.strerror or error}") from error
        finally:
            file.close()

    def _turn(self, now: int) -> None:
        day = f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d}"
        if self._file is not None and self._size < self._rotate_at and day <= self._day:
            return
        self.close()
        folder_day, seq = day, 0
        for path in files(self._root, self._source):
            match = NAME.fullmatch(path.name.removesuffix(".open"))
            if match and match["day"] >= folder_day:  # a clock set back never makes an earlier file
                folder_day, seq = match["day"], int(match["seq"]) if match["day"] > folder_day else max(seq, int(match["seq"]))
                last = path
        self._day = folder_day
        if seq and not last.name.endswith(".open") and last.stat().st_size < self._rotate_at:
            self._go_on(last)
        else:
            self._create(seq + 1)
        self._append(_member("warcinfo", _fields(self._info | {"run-file": self.name}), self._new_warcinfo(now)))

    def _new_warcinfo(self, now: int) -> list[tuple[str, str]]:
        identity = str(uuid.uuid4())
        self._warcinfo = f"<urn:uuid:{identity}>"
        return [
            ("WARC-Record-ID", self._warcinfo),
            ("WARC-Date", _iso(datetime.fromtimestamp(now / 1000, UTC))),
            ("WARC-Filename", self.name),
            ("Content-Type", "application/warc-fields"),
        ]

    def _go_on(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".open")
        path.rename(self._path)
        self._hold("r+b")
        assert self._file is not None
        self._size = self._file.seek(0, os.SEEK_END)

    def _create(self, seq: int) -> None:
        host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:60] or "host"
        folder = self._root / "warc" / self._day[:4] / self._day[4:6] / self._day[6:]
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"sagwan-{self._source}-{self._day}-{seq:05}-{host}.warc.gz.open"
        self._hold("x+b")
        self._size = 0

    def _hold(self, mode: str) -> None:
        # Raw bodies hold people's names: nobody but the owner reads them (law 11).
        opener = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
        self._file = io.FileIO(self._path, mode.replace("b", ""), opener=opener)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _fsync_folder(self._path.parent)

    def _append(self, data: bytes) -> None:
        assert self._file is not None
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            os.fsync(self._file.fileno())
        except OSError:
            # Back to the last whole group. Truncating frees space, so it works on a full disk too.
            with contextlib.suppress(OSError):
                self._file.truncate(self._size)
                self._file.seek(self._size)
            raise
        self._size += len(data)

    def _exchange(self, exchange: Exchange, offset: int) -> tuple[list[bytes], Placed]:
        facts = exchange.facts
        date = _iso(datetime.fromtimestamp(facts.sent // 1_000_000, UTC).replace(microsecond=facts.sent % 1_000_000))
        target = ("WARC-Target-URI", facts.url)
        shared = [("WARC-Date", date), ("WARC-Warcinfo-ID", self._warcinfo)]
        if exchange.ip:
            shared.append(("WARC-IP-Address", exchange.ip))
        ids = {kind: f"<urn:uuid:{uuid.uuid4()}>" for kind in ("request", "response", "metadata")}
        members: list[bytes] = []
        stands_for = ("metadata", 0, 0)
        concurrent = []
        if exchange.head is not None:
            concurrent = [("WARC-Concurrent-To", ids["response"])]
        if exchange.request:
            headers = [("WARC-Record-ID", ids["request"]), target, *shared, *concurrent]
            headers.append(("Content-Type", "application/http; msgtype=request"))
            payload = exchange.request.partition(b"\r\n\r\n")[2]
            members.append(_member("request", exchange.request, headers, payload))
        if exchange.head is not None:
            headers = [("WARC-Record-ID", ids["response"]), target, *shared]
            if facts.protocol:
                headers.append(("WARC-Protocol", facts.protocol))
            if facts.truncated:
                headers.append(("WARC-Truncated", facts.truncated))
            headers.append(("Content-Type", "application/http; msgtype=response"))
            level = 0 if _COMPRESSED.search(exchange.head) else 6
            start = offset + sum(map(len, members))
            members.append(_member("response", exchange.head + exchange.body, headers, exchange.body, level))
            stands_for = ("response", start, len(members[-1]))
        # Under an address of its own: pywb would show it in the page's place.
        headers = [("WARC-Record-ID", ids["metadata"]), ("WARC-Target-URI", METADATA + facts.url), *shared, *concurrent]
        headers.append(("Content-Type", "application/json"))
        start = offset + sum(map(len, members))
        members.append(_member("metadata", _encode(facts), headers))
        end = start + len(members[-1])
        kind, at, length = stands_for if stands_for[2] else ("metadata", start, len(members[-1]))
        return members, Placed(self.name, end, ids[kind][10:-1], at, length)

    def _event(self, values: dict[str, Any], offset: int) -> tuple[list[bytes], Placed]:
        identity = str(uuid.uuid4())
        headers = [
            ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
            ("WARC-Date", _iso(datetime.fromtimestamp(values["at"] / 1000, UTC))),
            ("WARC-Warcinfo-ID", self._warcinfo),
            ("Content-Type", "application/json"),
        ]
        member = _member("metadata", _encode(values), headers)
        return [member], Placed(self.name, offset + len(member), identity, offset, len(member))


def _member(
    kind: str,
    block: bytes,
    headers: list[tuple[str, str]],
    payload: bytes | None = None,
    level: int = 6,
) -> bytes:
    """One record in a gzip member of its own."""
    headers = [("WARC-Type", kind), *headers, ("WARC-Block-Digest", _digest(block))]
    if kind != "warcinfo":
        headers.append(("WARC-Payload-Digest", headers[-1][1] if payload is None else _digest(payload)))
    named = StatusAndHeaders("", headers, protocol="WARC/1.1")
    # The block goes in verbatim (no http_headers): warcio would write the HTTP head anew.
    record = ArcWarcRecord("warc", kind, named, io.BytesIO(block), None, named.get_header("Content-Type"), len(block))
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    deflater = zlib_ng.compressobj(level, zlib_ng.DEFLATED, 31)
    return deflater.compress(out.getbuffer()) + deflater.flush()


def _digest(data: bytes) -> str:
    return "sha256:" + sha256(data).hexdigest()


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def _fields(info: dict[str, str]) -> bytes:
    lines = [f"{key}: {' '.join(value.split())}\r\n" for key, value in info.items() if value]
    return "".join(lines).encode()


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
