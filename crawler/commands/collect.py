"""`sagwan collect`."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import times
from archive.runlog import printable
from crawler.commands.options import (
    archive_option,
    clock_option,
    connect_option,
    gap_line,
    json_option,
    on_alarm_option,
    plain,
    print_json,
    standing_line,
)
from crawler.tally import STOPPED
from crawler.trouble import kept_out

if TYPE_CHECKING:
    from crawler.job import Job


class Seconds(click.ParamType[float]):
    """A length of time in seconds: 50s, 10m, 2h."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+)([smh])", str(value))
        if not match:
            self.fail(f"{value!r} is no duration: write 50s, 10m or 2h", param, ctx)
        return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


@click.command()
@click.argument("files", metavar="TOPIC.toml...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--due", is_flag=True, help="Only what is due by the schedule (docs/schedule.md); what cron runs.")
@click.option("--source", "only", multiple=True, help="Only this source (repeatable).")
@click.option("--limit", type=click.IntRange(1), default=None, help="At most this many articles per topic and source.")
@click.option("--for", "seconds", type=Seconds(), default=None, help="Stop after this long: 50s, 10m, 2h.")
@click.option("--dry-run", is_flag=True, help="Only say what would be visited, and how much that is in a day; asks nobody.")
@connect_option
@clock_option
@click.option("--verbose", is_flag=True, help="Scrapy's own log on stderr.")
@click.option("--quiet", is_flag=True, help="For cron: print nothing, or a page about what is newly wrong (docs/cron.md).")
@on_alarm_option
@json_option
def collect(
    files: tuple[Path, ...],
    root: Path,
    due: bool,
    only: tuple[str, ...],
    limit: int | None,
    seconds: float | None,
    dry_run: bool,
    connect_to: tuple[str, ...],
    clock: str,
    verbose: bool,
    quiet: bool,
    on_alarm: str | None,
    as_json: bool,
) -> int:
    """Visit the topics now and keep every exchange: bytes first, then rows.

    \b
    Examples:
      sagwan collect druking.toml
      sagwan collect topics/*.toml --archive /data/sagwan --due --for 50s --json
    Exit: 0 ok, also when nothing is due; 1 misuse; 2 thin, empty, broken, blocked or an alarm; 3 nothing could be kept.
    """
    if quiet and (as_json or verbose or dry_run):
        raise click.UsageError("--quiet prints pages for people: leave out --json, --verbose and --dry-run, or --quiet")
    from crawler.commands.tell import telling

    now = clock_of(clock, connect_to)
    with telling(root, quiet, on_alarm, now) as teller:
        from crawler.sources import all_sources  # the files are checked before Scrapy is loaded: a typo answers at once

        loaded = [topic for path in files if (topic := teller.load(path)) is not None]
        unknown = [name for name in only if name not in all_sources()]
        if unknown:
            raise click.UsageError(f"source `{unknown[0]}` does not exist. Known: {', '.join(sorted(all_sources()))}")
        from crawler import begun
        from crawler.job import LONGEST_PAUSE, jobs_for, pause, plan

        jobs = jobs_for(loaded, only) if loaded else []
        if dry_run:
            from crawler.commands.dry_run import say

            say(root, jobs, limit, now(), as_json)
            return 0
        if due:
            begun.check(root)
            ends = None if seconds is None else time.monotonic() + seconds
            plan(root, jobs, now())
            while (wait := pause(jobs, now(), ends)) is not None:
                time.sleep(min(wait, LONGEST_PAUSE))
                plan(root, jobs, now())
            seconds = None if ends is None else max(1.0, ends - time.monotonic())
        if (jobs and not due) or any(job.agenda and job.agenda.looks for job in jobs):
            from crawler.collect import project_settings, run_jobs  # Scrapy: from cron every minute, and mostly for nothing

            trigger = "person" if sys.stdin.isatty() else "cron"
            settings = project_settings(root, connect_to, clock, trigger, verbose, quiet)
            live = sys.stderr.isatty() and not verbose and not quiet
            jobs = run_jobs(jobs, settings, limit or 0, seconds, live=live, due=now if due else None)
        teller.ended(jobs)
        if as_json:
            print_json(job.summary() for job in jobs)
        elif not quiet:
            for job in jobs:
                say_result(job.summary())
            click.echo(f"archive: {root}")
        for job in jobs if not quiet else ():
            say_what_to_do(job)
    return teller.exit_code


def clock_of(clock: str, connect_to: tuple[str, ...]) -> Callable[[], int]:
    """What tells the archive's time, UTC ms. Raises Misuse."""
    url = clock or os.environ.get("SAGWAN_CLOCK", "")
    if not url:
        return times.now
    from crawler.clock import check_clock
    from crawler.guard import ConnectTo

    rules = connect_to or [rule for rule in os.environ.get("SAGWAN_CONNECT_TO", "").split(",") if rule]
    return partial(check_clock, url, ConnectTo(rules))


def say_result(line: dict[str, Any]) -> None:
    """How a run ended, for a person."""
    if line["run"] is None and line["verdict"] == "ok" and not line["put_off"]:
        click.echo(plain(f"{line['source']}: {line['topic']}: nothing is due"))
        return
    why = f" ({line['why']})" if line["why"] else ""
    click.echo(plain(f"{line['source']}: {line['topic']}: {line['verdict']}{why}"))
    click.echo(
        f"  {line['captures']} captures, {line['articles']} articles, {line['comments']} comments "
        f"({line['observations']} new counts), {line['seconds']:.1f} s"
    )
    _say_window(line)
    if line["unmatched"]:
        click.echo(f"  {line['unmatched']} found articles are not followed: they are not what any query asks for")
    for gap in line["gaps"]:
        click.echo(plain(f"  {gap_line(gap)}"))
    for kind, count in line["errors"].items():
        click.echo(f"  error: {kind}: {count}")
    for why, values in line["put_off"].items():
        click.echo(f"  put off ({STOPPED.get(why, why)}): " + ", ".join(f"{n} {value}" for value, n in values.items()))
    for alarm in line["alarms"]:
        click.echo(plain(f"  alarm: {alarm['alarm']}: {alarm['text']}"))
    said = {line["why"], *(alarm["text"] for alarm in line["alarms"])}
    for alarm in line["standing"]:
        click.echo(plain(f"  {standing_line(alarm | {'text': 'see above'} if alarm['text'] in said else alarm)}"))
    for note in line["notes"]:
        click.echo(plain(f"  note: {note}"))


def _say_window(line: dict[str, Any]) -> None:
    if line["since"] or line["until"]:
        click.echo(f"  published {line['since'] or ''}..{line['until'] or ''}")


def say_what_to_do(job: Job) -> None:
    """On stderr, with --json too: what only a person can put right."""
    tally = job.tally()
    if tally.failed:
        click.echo(f"sagwan: {job.source}: {printable(tally.failed)}", err=True)
    if (lines := kept_out(job.source, tally)) is not None:
        click.echo(plain(f"sagwan: {job.source}: {lines}"), err=True)
