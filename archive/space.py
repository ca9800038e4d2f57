"""The room that an archive has: what is left on its disk, what it takes, and how fast it grows."""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec import Struct

from archive.errors import Damaged
from archive.manifest import day_of
from archive.times import utc_day
from archive.warc_reader import files

DAYS = 7  # whole UTC days that the growth is taken from


class Space(Struct, frozen=True):
    """Bytes, but for `warc_files`. `a_day`: the growth of a UTC day, over the last whole ones; None before one is over."""

    warc_files: int
    taken: int
    left: int
    a_day: int | None

    def days_left(self, mark: int) -> float | None:
        """Days until no more than `mark` bytes are left; None where nobody knows."""
        return round(max(0, self.left - mark) / self.a_day, 1) if self.a_day else None


def left(root: Path) -> tuple[int, int]:
    """Bytes that are left for us on the disk of an archive, also of one that is not made yet, and those of the whole disk."""
    there = root if root.exists() else next(folder for folder in root.absolute().parents if folder.exists())
    usage = shutil.disk_usage(there)
    return usage.free, usage.total


def space(root: Path, now: int) -> Space:
    """The room of an archive at `now` (UTC ms)."""
    by_day: dict[str, int] = {}
    warcs = files(root)
    for path in warcs:
        try:
            day = day_of(path.name.removesuffix(".open"))
            by_day[day] = by_day.get(day, 0) + path.stat().st_size
        except (Damaged, OSError):  # it was sealed, closed or moved meanwhile
            continue
    warc = sum(by_day.values())
    taken = warc + (root / "archive.db").stat().st_size
    return Space(len(warcs), taken, left(root)[0], _a_day(by_day, now, taken / warc if warc else 0.0))


def _a_day(by_day: dict[str, int], now: int, share: float) -> int | None:
    """`share`: bytes of the archive for each byte of its WARC files."""
    days = [utc_day(now, before) for before in range(1, DAYS + 1)]
    whole = [day for day in days if by_day and day >= min(by_day)]
    return round(sum(by_day.get(day, 0) for day in whole) * share / len(whole)) if whole else None
