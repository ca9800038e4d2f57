"""How `collect` tells what went wrong where nobody watches it: `--quiet` and `--on-alarm`."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import runlog, times
from archive.errors import ArchiveError, Damaged, WriteFailed
from archive.runlog import printable
from crawler import topics
from crawler.errors import Misuse, exit_code, words
from crawler.onalarm import run_command
from crawler.runlog import Warnings
from crawler.told import notice
from crawler.trouble import Trouble, page, trouble, troubles, well

if TYPE_CHECKING:
    from crawler.job import Job
    from crawler.topics import Topic


class Teller:
    """Gathers what is wrong in one command, and tells it at its end."""

    def __init__(self, root: Path, quiet: bool, on_alarm: str | None) -> None:
        self._root, self._quiet, self._on_alarm = root, quiet, on_alarm
        self.exit_code = 0
        self._wrong: list[Trouble] = []
        self._well: set[tuple[str, str]] = set()

    def load(self, path: Path) -> Topic | None:
        """The topic in a file. From cron one that is wrong does not stop the others: it is None then. Raises Misuse."""
        try:
            topic = topics.load(path)
        except Misuse as error:
            if not self._quiet:
                raise
            self.exit_code = 1
            self._wrong.append(trouble("", str(path), "topic", str(error)))
            return None
        self._well.add(("", printable(str(path))))
        return topic

    def ended(self, jobs: list[Job]) -> None:
        """How the jobs went."""
        self.exit_code = max([self.exit_code, *(job.tally().exit_code() for job in jobs)])
        self._wrong += troubles(jobs)
        self._well |= {("", "")} | well(jobs)

    def cannot_begin(self, error: Exception) -> bool:
        """Takes an error that is none of a source; whether it is told by us, and is not to be raised."""
        known = isinstance(error, Misuse | ArchiveError | Damaged | WriteFailed)
        self.exit_code = exit_code(error)
        said = str(error) if known else words(error)
        self._wrong.append(trouble("", "", "cannot begin" if known else "crashed", said))
        return self._quiet

    def tell(self, now: int, faults: list[str]) -> None:
        """Prints the page, if it is new or was not told for long, and runs the command where something began. Never raises."""
        if not self._quiet and self._on_alarm is None:
            return
        if faults and not self._wrong:
            self._wrong.append(trouble("", "", "crashed", f"{len(faults)} errors of this program, the first: {faults[0]}"))
        found = notice(self._root, self._wrong, self._well, now)
        said = page(self._root, self._wrong, found.since, found.unkept)
        lines = [f"begins: {': '.join(filter(None, one.key))}" for one in found.began]
        lines += [f"over: {': '.join(filter(None, key))}" for key in found.ended]
        if self._quiet and found.tell:
            click.echo(said.encode(sys.stdout.encoding, "replace"), nl=False)  # cron's locale may lack a letter
        if self._on_alarm is not None and found.began:
            failed = run_command(self._on_alarm, self._root, found.began, said)
            if failed is not None:
                lines.append(failed)
                click.echo(f"sagwan: {failed}", err=True)
        with contextlib.suppress(OSError):  # the page has said it
            runlog.write(self._root, times.now(), lines)


@contextlib.contextmanager
def telling(root: Path, quiet: bool, on_alarm: str | None, now: Callable[[], int]) -> Iterator[Teller]:
    """Within it a Teller gathers; what ends it early, and what is logged as an error, is told too. `now`: UTC ms, or Misuse."""
    teller, faults = Teller(root, quiet, on_alarm), Warnings(root)
    logging.getLogger().addHandler(faults)
    try:
        yield teller
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as error:
        raised = not teller.cannot_begin(error)
        teller.tell(_moment(now), faults.errors)
        if raised:
            raise
    else:
        teller.tell(_moment(now), faults.errors)
    finally:
        logging.getLogger().removeHandler(faults)


def _moment(now: Callable[[], int]) -> int:
    try:
        return now()
    except Misuse:  # a simulated clock that does not answer
        return times.now()
