"""The low-water mark: how much of the disk under an archive is left to others. A run ends before it takes that."""

from __future__ import annotations

import os
import re
from pathlib import Path

from archive import space
from crawler import config
from crawler.errors import Misuse

MOST, PART = 1_000_000_000, 0.02  # bytes, of the disk: the default is the smaller of the two
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def keep_free(root: Path) -> int:
    """Bytes of an archive's disk that are kept free: SAGWAN_KEEP_FREE, `keep_free` in the config file, or the default. Raises
    Misuse."""
    text = os.environ.get("SAGWAN_KEEP_FREE") or config.value("keep_free")
    disk = space.left(root)[1]
    if not text:
        return int(min(MOST, PART * disk))
    match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?)\s*(?:(%)|([kmgt]?)b?)", text.strip(), re.IGNORECASE | re.ASCII)
    if match is None or (match[2] and float(match[1]) >= 100):
        raise Misuse(f"SAGWAN_KEEP_FREE or keep_free {text!r} is no size: write 5GB or 3%")
    return int(float(match[1]) * (disk / 100 if match[2] else _UNITS[match[3].lower()]))


def full(root: Path, mark: int) -> str | None:
    """The sentence that says that less than `mark` bytes are left; None where more is."""
    left = space.left(root)[0]
    if left >= mark:
        return None
    return (
        f"{left // 100_000 / 10:,} MB are left on the disk of {root}, less than the {mark / 1e6:,.1f} MB that are kept free: "
        "make room, or set SAGWAN_KEEP_FREE"
    )
