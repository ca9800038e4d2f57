"""What the run log says of a run: our own words, numbers, references and the topic's title. What a site or an error says may
hold a name or a secret, so it stays in the archive: `sagwan status` shows it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from archive import runlog, times
from crawler.sources import all_sources

if TYPE_CHECKING:
    from crawler.run import Run

_MOST = 20  # gaps of a run


def log_run(run: Run, trigger: str) -> list[str]:
    """Writes the lines of a run that has ended; what to note where that cannot be done. Makes no archive."""
    if not run.root.is_dir():
        return []
    head = f"{run.source.name}: {run.topic.title}"
    try:
        runlog.write(run.root, times.now(), [f"{head}: {line}" for line in _lines(run, trigger)])
    except OSError as error:
        return [f"the run log cannot be written: {runlog.log_path(run.root)}: {error.strerror}"]
    return []


def _lines(run: Run, trigger: str) -> Iterator[str]:
    counts = run.counts
    yield (
        f"{run.verdict()}: {counts['captures']} captures, {len(run.articles)} articles, {run.comments_seen()} comments, "
        f"{counts['observations']} new counts, {time.monotonic() - run.began:.1f} s, {trigger}, run {run.uuid}"
    )
    if run.failed:
        yield f"failed: {run.failed}"
    if run.blocked:
        yield f"blocked by {run.blocked_by}"
    for why, values in run.put_off.items():
        yield f"put off ({why}): {', '.join(f'{n} {value}' for value, n in values.items())}; {run.late:.0f} s late"
    for name, number in Counter(alarm.alarm for alarm in run.alarms).items():
        yield f"alarm: {name}: {number}"
    for kind, number in sorted(run.errors.items()):
        yield f"error: {kind}: {number}"
    for gap in run.gaps[:_MOST]:
        yield f"gap: {gap.what} {gap.ref or ''}: {gap.collected} of {gap.declared}"
    if len(run.gaps) > _MOST:
        yield f"gap: {len(run.gaps) - _MOST} more"


class Warnings(logging.Handler):
    """Writes what libraries and our own code warn of into the run log: the sentence, the error and where, no values."""

    def __init__(self, root: Path) -> None:
        super().__init__(logging.WARNING)
        self._root = root
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: a warning that cannot be written stops no run."""
        if record.name in all_sources() and record.levelno < logging.ERROR:
            return  # our own spiders': it stands in the books of the run
        said = record.msg.partition("\n")[0] if isinstance(record.msg, str) else type(record.msg).__name__
        line = f"{record.levelname.lower()}: {record.name}: {said}"
        if record.exc_info and record.exc_info[0] is not None:
            frames = extract_tb(record.exc_info[2])
            place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
            line += f": {record.exc_info[0].__name__}{place}"
        if record.levelno >= logging.ERROR:
            self.errors.append(line)
        try:
            if self._root.is_dir():
                runlog.write(self._root, times.now(), [line])
        except OSError:
            self.errors.append("the run log cannot be written")
