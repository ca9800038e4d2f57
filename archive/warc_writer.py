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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from archive.capture import Exchange
from archive.errors import Damaged, WriteFailed
from archive.manifest import is_sealed
from archive.warc_reader import NAME, NOTHING_BEFORE, files, last_entry
from archive.warc_records import event_records, exchange_records, warcinfo_record

ROTATE_AT = 1 << 30  # bytes; what tools and people can still copy and check in one go


class Placed(Struct, frozen=True):
    """Where a group lies: its file (without .open), its end, the record that stands for it (the response, or the
    metadata where nothing came), and its entry in the file's chain."""

    name: str
    end: int
    record: str
    offset: int
    length: int
    chain: bytes


class WarcWriter:
    """The one writer of a source's files. Not shared between threads; a failed write leaves the last whole group."""

    def __init__(self, root: Path, source: str, info: dict[str, str], rotate_at: int = ROTATE_AT) -> None:
        self._root, self._source, self._info, self._rotate_at = root, source, info, rotate_at
        self._file: io.FileIO | None = None
        self._path = Path()
        self._day = ""
        self._size = 0
        self._warcinfo = ""  # the uuid of this run's warcinfo record in the file
        self._chain = NOTHING_BEFORE
        self._torn = False  # a write failed, and could not be undone
        self.made_file = False  # a new one was begun: those before it are complete

    @property
    def name(self) -> str:
        """The name of the file being written, without .open."""
        return self._path.name.removesuffix(".open")

    def write(self, groups: list[Exchange | dict[str, Any]], now: int) -> list[Placed]:
        """Writes and fsyncs the groups; `now` (UTC ms) decides the day. All or none: raises WriteFailed."""
        try:
            self._turn(now)
            placed, members = list[Placed](), list[bytes]()
            end, chain = self._size, self._chain
            for group in groups:
                made = (
                    exchange_records(group, self._warcinfo, chain)
                    if isinstance(group, Exchange)
                    else event_records(group, self._warcinfo, chain)
                )
                start, end, chain = end, end + sum(map(len, made.members)), made.chain
                placed.append(Placed(self.name, end, made.record, start + made.at, made.length, chain))
                members += made.members
            self._append(b"".join(members), chain)
        except OSError as error:
            raise WriteFailed(f"cannot write {error.filename or self._path}: {error.strerror or error}") from error
        return placed

    def close(self) -> None:
        """Fsyncs the file and gives it its name back; one that ends in half a write is left to the next run, which mends it.
        Raises WriteFailed."""
        if self._file is None:
            return
        file, self._file = self._file, None
        if self._torn:
            file.close()
            return
        try:
            os.fsync(file.fileno())
            closed = self._path.with_name(self.name)
            self._path.rename(closed)
            fsync_folder(closed.parent)
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
        if not (seq and self._go_on(last)):
            self._create(seq + 1)
        made = warcinfo_record(self._info | {"run-file": self.name}, self.name, now, self._chain)
        self._append(made.members[0], made.chain)
        self._warcinfo = made.record

    def _go_on(self, path: Path) -> bool:
        """Opens a file again; not one that is full, sealed, somebody's, or damaged at its end: the next one keeps all."""
        if path.name.endswith(".open") or path.stat().st_size >= self._rotate_at or is_sealed(self._root, path.name):
            return False
        try:
            self._chain = last_entry(path)
        except Damaged:
            return False
        self._path = path.with_name(path.name + ".open")
        path.rename(self._path)
        self._hold("r+b")
        assert self._file is not None
        self._size = self._file.seek(0, os.SEEK_END)
        return True

    def _create(self, seq: int) -> None:
        host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:60] or "host"
        folder = self._root / "warc" / self._day[:4] / self._day[4:6] / self._day[6:]
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"sagwan-{self._source}-{self._day}-{seq:05}-{host}.warc.gz.open"
        self._hold("x+b")
        self._size, self._chain, self.made_file = 0, NOTHING_BEFORE, True

    def _hold(self, mode: str) -> None:
        # Raw bodies hold people's names: nobody but the owner reads them (law 11).
        opener = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
        self._file = io.FileIO(self._path, mode.replace("b", ""), opener=opener)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fsync_folder(self._path.parent)

    def _append(self, data: bytes, chain: bytes) -> None:
        assert self._file is not None
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            os.fsync(self._file.fileno())
        except OSError:
            # Back to the last whole group. Truncating frees space, so it works on a full disk too.
            self._torn = True
            with contextlib.suppress(OSError):
                self._file.truncate(self._size)
                self._file.seek(self._size)
                self._torn = False
            raise
        self._size += len(data)
        self._chain = chain


def fsync_folder(folder: Path) -> None:
    """Makes the names in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
