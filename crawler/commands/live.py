"""The picture of a watch: a live table on a terminal, lines of text once a minute elsewhere.

It is on stderr: stdout is for results.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, WriteFailed
from crawler.commands.options import plain
from crawler.errors import Misuse
from crawler.view import Backlog, Row

if TYPE_CHECKING:
    from rich.table import Table

View = Callable[[int], tuple[list[Row], list[Backlog]]]  # told how many rows there is room for

EVERY = 2.0  # seconds between two readings of the archive, and at least ten times as long as one takes
LINES_EVERY = 60.0
LINES = 10  # articles
COLUMNS = ("article", "age", "comments", "likes/min", "last seen", "next due", "backlog")
_LEAST = (6, 1, 4, 2)  # columns that a narrow terminal does without, the first first,
_ARTICLE = 27  # until there are so many letters for the article, edges counted: most references have up to 22
_AROUND = 8  # lines of a terminal that are not rows
_LATER = (
    ArchiveError,
    WriteFailed,
    Misuse,
    sqlite3.Error,
)  # the archive is being made, or the clock does not answer: again later
_TIMES = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"))


@contextlib.contextmanager
def shown(view: View, live: bool) -> Iterator[None]:
    """Shows it while the `with` block lasts."""
    if live:
        from rich.console import Console
        from rich.live import Live

        picture, console = Picture(view), Console(stderr=True)
        drawing = Live(
            get_renderable=lambda: picture.drawn(*console.size),
            console=console,
            refresh_per_second=2,
            transient=True,
        )
        with drawing:
            yield
    else:
        over = threading.Event()
        teller = threading.Thread(target=_tell, args=(view, over), daemon=True)
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()


def cells(row: Row) -> tuple[str, ...]:
    """What stands in the columns."""
    likes = f"{row.likes_a_minute:.1f}" if row.likes_a_minute is not None else "-"
    likes, comments = (
        f"{'~' if name in row.about else ''}{n}" for name, n in (("likes", likes), ("comments", f"{row.comments:,}"))
    )
    due = "-" if row.next is None else f"{span(-row.next)} late" if row.next < 0 else f"in {span(row.next)}"
    article = f"{row.ref} {row.title or ''}".strip()
    return article, span(row.age), comments, likes, span(row.seen), due, str(row.waiting)


def sentence(backlog: Backlog) -> str:
    """How a topic stands on a source."""
    late = f", the latest by {span(backlog.late)}" if backlog.due and backlog.late >= 1000 else ""
    then = f"; next in {span(backlog.next)}" if backlog.next is not None else ""
    return f"{backlog.source}: {backlog.topic}: {backlog.rest or f'{backlog.due} due{late}{then}'}"


def span(ms: int | None) -> str:
    """A time in words."""
    if ms is None:
        return "-"
    return next((f"{ms // size} {name}" for size, name in _TIMES if ms >= size), "0 s")


class Picture:
    """Reads the archive now and then, and is drawn from what was read last. rich draws under a lock."""

    def __init__(self, view: View) -> None:
        self._view, self._next = view, 0.0
        self._rows: list[Row] = []
        self._backlogs: list[Backlog] = []

    def drawn(self, width: int, height: int) -> Table:
        """The table for a terminal of so many letters and lines."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        if time.monotonic() >= self._next:
            began = time.monotonic()
            with contextlib.suppress(*_LATER):
                self._rows, self._backlogs = self._view(max(3, height - _AROUND))
            self._next = time.monotonic() + max(EVERY, 10 * (time.monotonic() - began))
        caption = Text("\n".join(plain(sentence(each)) for each in self._backlogs))
        told = [tuple(plain(cell) for cell in cells(row)) for row in self._rows]
        wide = [max(map(len, column)) + 3 for column in zip(COLUMNS, *told, strict=True)]
        columns = list(range(1, len(COLUMNS)))
        for least in _LEAST:
            if width - sum(wide[n] for n in columns) < _ARTICLE:
                columns.remove(least)
        table = Table(caption=caption, caption_justify="left", expand=True, box=SIMPLE_HEAD, pad_edge=False)
        table.add_column(COLUMNS[0], no_wrap=True, overflow="ellipsis", ratio=1)
        for n in columns:
            table.add_column(COLUMNS[n], no_wrap=True, justify="right")
        for row in told:
            table.add_row(*(Text(row[n]) for n in (0, *columns)))  # as text: a title is what others wrote
        return table


def _tell(view: View, over: threading.Event) -> None:
    while not over.wait(LINES_EVERY):
        with contextlib.suppress(*_LATER):
            rows, backlogs = view(LINES)
            lines = [sentence(each) for each in backlogs]
            for row in rows:
                lines.append("  " + ", ".join(f"{name} {cell}" for name, cell in zip(COLUMNS, cells(row), strict=True)))
            sys.stderr.write("".join(f"{plain(line)}\n" for line in lines))
            sys.stderr.flush()
