"""Which troubles a person was told of, in `logs/told.json` of the archive: the same one is not new mail every minute.

Nothing else is derived from this file. Where it is lost, a trouble is told once more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from crawler.trouble import Key, Trouble

HOUR = 3_600_000
DAY = 24 * HOUR
_ROOM = 4096  # bytes: the file is written over in place, for which a full disk has room


class _Entry(Struct):
    """One trouble. UTC ms."""

    source: str
    topic: str
    kind: str
    since: int
    seen: int
    told: int
    times: int = 0  # told
    over: bool = False  # a good run came since

    @property
    def key(self) -> Key:
        return self.source, self.topic, self.kind

    def due(self, now: int) -> bool:
        """Whether it is to be told (again): at once, then after an hour, two, four, ... a day."""
        return not self.times or not 0 <= now - self.told < min(HOUR << self.times - 1, DAY)

    def past(self, now: int) -> bool:
        """Whether it is over for good: one that comes and goes within an hour is one, not many."""
        return now - self.seen >= (HOUR if self.over else DAY)


class Notice(Struct):
    """What to do about what is wrong now."""

    began: list[Trouble]
    ended: list[Key]
    since: dict[Key, int]
    tell: bool
    unkept: str | None = None  # why this could not be noted, so that it is told each time


def notice(root: Path, wrong: list[Trouble], well: set[tuple[str, str]], now: int) -> Notice:
    """Notes what is wrong at `now` (UTC ms), and of which source and topic a run went well. Never raises."""
    path = root / "logs" / "told.json"
    try:
        with _held(path) as file:
            raw = os.pread(file, 1 << 20, 0)
            entries = {entry.key: entry for entry in _read(raw)}
            found = _noted(entries, wrong, well, now)
            data = msgspec.json.encode(list(entries.values()))
            os.pwrite(file, data.ljust(max(len(raw), len(data), _ROOM)), 0)
    except OSError as error:
        since = {one.key: now for one in wrong}
        return Notice(wrong, [], since, bool(wrong), f"This comes each time: {path} cannot be written ({error.strerror}).")
    return found


def _noted(entries: dict[Key, _Entry], wrong: list[Trouble], well: set[tuple[str, str]], now: int) -> Notice:
    for key in [key for key, entry in entries.items() if entry.past(now)]:
        del entries[key]
    keys = {one.key for one in wrong}
    began = [one for one in wrong if one.key not in entries]
    ended = [key for key, entry in entries.items() if key not in keys and key[:2] in well and not entry.over]
    for key in ended:
        entries[key].over = True
    for source, topic, kind in keys:
        entry = entries.setdefault((source, topic, kind), _Entry(source, topic, kind, now, now, now))
        entry.seen, entry.over = now, False
    tell = any(entries[key].due(now) for key in keys)
    if tell:
        for key in keys:
            entries[key].told, entries[key].times = now, entries[key].times + 1
    return Notice(began, ended, {key: entries[key].since for key in keys}, tell)


def _read(raw: bytes) -> Iterable[_Entry]:
    try:
        return msgspec.json.decode(raw, type=list[_Entry]) if raw.strip() else []
    except msgspec.MsgspecError:
        return []  # cut by a crash, or by hand


@contextlib.contextmanager
def _held(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
