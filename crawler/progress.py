"""A live line on stderr for a person at a terminal: what is being collected and how much came so far."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crawler.run import Run


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
