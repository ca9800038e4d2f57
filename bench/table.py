"""The table that every bench fills: a value, its goal and floor, and whether it is met; and what it was measured on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from bench.pace import pace

HEAD = ["| measured | value | goal | floor | |", "| --- | --- | --- | --- | --- |"]


class Row(Struct, frozen=True):
    """One line. With `least` a value is better the greater it is, else the smaller; a goal of None: no promise."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    floor: float | None = None
    least: bool = False

    @property
    def passed(self) -> bool | None:
        """Whether the goal is met."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.least else self.value <= self.goal

    @property
    def fell(self) -> bool:
        """Whether it is worse than its floor."""
        return self.floor is not None and (self.value < self.floor if self.least else self.value > self.floor)

    def line(self) -> str:
        """The row in Markdown."""
        marks = {None: "", True: "pass", False: "short"}
        value = f"{number(self.value)} {self.unit}".strip()
        return f"| {self.what} | {value} | {_limit(self.goal)} | {_limit(self.floor)} | {marks[self.passed]} |"


def number(value: float) -> str:
    """Three digits, or whole with its thousands."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def machine() -> str:
    """When, on what, with which versions, and how fast and busy the machine is just now."""
    names = ("sagwan", "scrapy", "twisted", "msgspec", "zlib-ng")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        model = models[0] if models else model
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores ({model}), {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {versions}; load of the machine {os.getloadavg()[0]:.1f}; "
        f"`json.loads` reads {pace():.0f} MB/s of list pages (a quiet core of this kind: 150)."
    )
