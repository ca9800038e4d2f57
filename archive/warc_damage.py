"""Where reading goes on behind damage in a WARC file: with what we wrote there, and never with what stands in a body."""

from __future__ import annotations

import mmap
from pathlib import Path

from zlib_ng import zlib_ng

from archive.errors import Damaged
from archive.warc_reader import GZIP, LONGEST, member_at, need_file, record_at


def next_group(path: Path, damage: int) -> int | None:
    """Where reading can go on behind damage at that offset: the next record that begins a group; None if there is none."""
    try:
        need_file(path)
    except Damaged:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, memoryview(data) as view:
        offset = data.find(GZIP, _behind(view, damage, len(data)))
        while offset >= 0:
            try:
                raw, end = member_at(view, offset, len(data), path.name)
                record = record_at(raw, offset, end - offset, path.name)
            except Damaged:
                offset = data.find(GZIP, _behind(view, offset, len(data)))
                continue
            # Metadata that is concurrent to a response is what is left of the damaged group.
            if record.type != "metadata" or "warc-concurrent-to" not in record.headers:
                return offset
            offset = data.find(GZIP, end)
    return None


def _behind(view: memoryview, offset: int, size: int) -> int:
    """Where to look on after damage at an offset. A member that can be inflated all the same, its sum apart, is left out whole:
    a body that a site compressed stands in it as it came, and may hold what looks like records of ours."""
    inflater, position, left = zlib_ng.decompressobj(-15), offset + 10, LONGEST
    try:
        while not inflater.eof and position < size and left > 0:
            with view[position : position + 65536] as chunk:
                left -= len(inflater.decompress(chunk))
                position += len(chunk)
    except zlib_ng.error:  # type: ignore[misc]  # its stubs name an instance
        return offset + 1
    end = position - len(inflater.unused_data) + 8
    return end if inflater.eof and (end == size or bytes(view[end : end + 3]) == GZIP) else offset + 1
