"""`sagwan watch`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.commands.collect import Seconds, clock_of, say_result, say_what_to_do
from crawler.commands.options import archive_option, clock_option, connect_option, json_option, print_json

if TYPE_CHECKING:
    from crawler.job import Job


@click.command()
@click.argument("files", metavar="TOPIC.toml...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--for", "seconds", type=Seconds(), default=None, help="Stop after this long: 10m, 2h. Default: at Ctrl-C.")
@connect_option
@clock_option
@click.option("--verbose", is_flag=True, help="Scrapy's own log on stderr.")
@json_option
def watch(
    files: tuple[Path, ...],
    root: Path,
    seconds: float | None,
    connect_to: tuple[str, ...],
    clock: str,
    verbose: bool,
    as_json: bool,
) -> int:
    """Do what is due, again and again, in one process: for articles that are looked at every minute or more often.

    The same rules, budgets, pauses and locks as `collect --due`; cron may go on beside it. How often is the topic's [cadence]:
    hot = "20s". On a terminal a table shows what moves; elsewhere lines do, once a minute. With --json, a line for each run as
    it ends. Ctrl-C keeps the answers that are on their way, and ends.

    \b
    Examples:
      sagwan watch druking.toml --for 2h
      sagwan watch topics/*.toml --archive /data/sagwan --json >> runs.ndjson
    Exit: the worst of its runs: 0 ok; 1 misuse; 2 thin, broken, blocked or an alarm; 3 something could not be kept.
    """
    from crawler import begun, topics
    from crawler.job import jobs_for, plan

    jobs = jobs_for([topics.load(path) for path in files], ())
    now = clock_of(clock, connect_to)
    begun.check(root)
    plan(root, jobs, now())
    watches = [(job.topic, job.source) for job in jobs]
    from crawler.collect import project_settings, watch_jobs
    from crawler.commands.live import shown
    from crawler.view import view

    settings = project_settings(root, connect_to, clock, "watch", verbose, quiet=False)
    books = Books(as_json)
    live = sys.stderr.isatty() and not verbose
    with shown(lambda most: view(root, watches, now(), most), live):
        watch_jobs(jobs, settings, seconds, now, books.ended)
    if not as_json:
        books.say(root)
    return books.code


class Books:
    """What came of a watch: the sums of each topic on each source, and its last run. The runs themselves are let go."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._last: dict[tuple[str, str], dict[str, Any]] = {}
        self._sums: dict[tuple[str, str], Counter[str]] = {}
        self.code = 0

    def ended(self, job: Job) -> None:
        """A turn is over."""
        line, key = job.summary(), (job.source, job.topic.title)
        self.code = max(self.code, line["exit"])
        sums = self._sums.setdefault(key, Counter())
        sums.update({"runs": int(line["run"] is not None), "captures": line["captures"], "counts": line["observations"]})
        if line["run"] is not None or key not in self._last:
            self._last[key] = line
        if self._as_json:
            print_json([line])
        if line["exit"]:
            say_what_to_do(job)

    def say(self, root: Path) -> None:
        """For a person, at the end."""
        for key, line in self._last.items():
            sums = self._sums[key]
            if sums["runs"] > 1:
                counts = f"{sums['captures']:,} captures, {sums['counts']:,} new counts"
                click.echo(f"{key[0]}: {key[1]}: {sums['runs']:,} runs, {counts}; the last one:")
            say_result(line)
        click.echo(f"archive: {root}")
