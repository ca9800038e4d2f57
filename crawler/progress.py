"""A live line on stderr for a person at a terminal: what is being collected, or how far a check of the archive is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from rich import progress
from rich.console import Console
from rich.live import Live
from rich.text import Text

from archive.rebuild import Told

if TYPE_CHECKING:
    from crawler.run import Run  # loads Scrapy


class Progress:
    """Shows the runs while its `with` block lasts, and leaves nothing on the screen."""

    def __init__(self, runs: Callable[[], list[Run]]) -> None:
        self._runs = runs
        self._live = Live(get_renderable=self._lines, console=Console(stderr=True), refresh_per_second=5, transient=True)

    def _lines(self) -> Text:
        return Text("\n".join(self._line(run) for run in self._runs()), no_wrap=True, overflow="ellipsis")

    @staticmethod
    def _line(run: Run) -> str:
        counts = f"{run.counts['captures']} captures, {len(run.articles)} articles, {run.comments_seen()} comments"
        return f"{run.source.name}: {run.topic.title}: {counts}" + (" (ending)" if run.stopping else "")

    def __enter__(self) -> None:
        self._live.start(refresh=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()


@contextlib.contextmanager
def checking() -> Iterator[Told]:
    """A bar for each thing that is checked, by bytes; it leaves nothing on the screen."""
    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.DownloadColumn())
    more = (progress.TimeElapsedColumn(), progress.TimeRemainingColumn())
    with progress.Progress(*columns, *more, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, progress.TaskID] = {}

        def told(what: str, done: int, size: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=size)
            shown.update(tasks[what], completed=done)

        yield told
