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
from crawler.commands.options import archive_option, gap_line, json_option, plain, print_json
from crawler.tally import STOPPED

if TYPE_CHECKING:
    from crawler.job import Job


class _Seconds(click.ParamType[float]):
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
@click.option("--for", "seconds", type=_Seconds(), default=None, help="Stop after this long: 50s, 10m, 2h.")
@click.option("--dry-run", is_flag=True, help="Only say what would be visited.")
@click.option(
    "--connect-to", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Connect there instead ('*': all hosts)."
)
@click.option(
    "--clock",
    metavar="http://127.0.0.1:PORT/__clock",
    default="",
    help="Simulated time, read there; only where --connect-to names all hosts.",
)
@click.option("--verbose", is_flag=True, help="Scrapy's own log on stderr.")
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
    as_json: bool,
) -> int:
    """Visit the topics now and keep every exchange: bytes first, then rows.

    \b
    Examples:
      sagwan collect druking.toml
      sagwan collect *.toml --archive /data/sagwan --due --for 50s --json
    Exit: 0 ok, also when nothing is due; 1 misuse; 2 thin, empty, broken, blocked or an alarm; 3 nothing could be kept.
    """
    from crawler import topics
    from crawler.sources import all_sources  # the files are checked before Scrapy is loaded: a typo answers at once

    loaded = [topics.load(path) for path in files]
    unknown = [name for name in only if name not in all_sources()]
    if unknown:
        raise click.UsageError(f"source `{unknown[0]}` does not exist. Known: {', '.join(sorted(all_sources()))}")
    from crawler.job import LONGEST_PAUSE, jobs_for, pause, plan

    jobs = jobs_for(loaded, only)
    if dry_run:
        _say_plan(jobs, limit)
        return 0
    now = _clock(clock, connect_to)
    if due:
        ends = None if seconds is None else time.monotonic() + seconds
        plan(root, jobs, now())
        while (wait := pause(jobs, now(), ends)) is not None:
            time.sleep(min(wait, LONGEST_PAUSE))
            plan(root, jobs, now())
        seconds = None if ends is None else max(1.0, ends - time.monotonic())
    if not due or any(job.agenda and job.agenda.looks for job in jobs):
        from crawler.collect import project_settings, run_jobs  # Scrapy: from cron every minute, and mostly for nothing

        settings = project_settings(root, connect_to, clock, "person" if sys.stdin.isatty() else "cron", verbose)
        jobs = run_jobs(jobs, settings, limit or 0, seconds, live=sys.stderr.isatty() and not verbose, due=now if due else None)
    if as_json:
        print_json(job.summary() for job in jobs)
    else:
        for job in jobs:
            _say_result(job.summary())
        click.echo(f"archive: {root}")
    for job in jobs:
        say_what_to_do(job)
    return max(job.tally().exit_code() for job in jobs)


def _clock(clock: str, connect_to: tuple[str, ...]) -> Callable[[], int]:
    """What tells the archive's time, UTC ms. Raises Misuse."""
    url = clock or os.environ.get("SAGWAN_CLOCK", "")
    if not url:
        return times.now
    from crawler.clock import check_clock
    from crawler.guard import ConnectTo

    rules = connect_to or [rule for rule in os.environ.get("SAGWAN_CONNECT_TO", "").split(",") if rule]
    return partial(check_clock, url, ConnectTo(rules))


def _say_plan(jobs: list[Job], limit: int | None) -> None:
    from crawler.queries import lacking
    from crawler.sources import all_sources

    for job in jobs:
        topic, source = job.topic, all_sources()[job.source]
        seeds, lists = topic.seeds_of(job.source)[:limit], topic.lists_of(job.source)
        queries = topic.asks() if source.search else []
        counted = [(len(seeds), "seeds"), (len(lists), "lists"), (len(queries), "queries")]
        what = ", ".join(f"{number} {name}" for number, name in counted if number or name == "seeds")
        click.echo(f"{job.source}: {topic.title}: {what}")
        _say_window(job.summary())
        lines = [*seeds, *(f"list: {url}" for url in lists)]
        for query in queries:
            said = lacking(query, source.lacks())
            lines.append(f"search: {query}" + (f" ({said})" if said else ""))
        for line in lines + ([source.limits] if topic.queries and not source.search else []):
            click.echo(f"  {line}")


def _say_result(line: dict[str, Any]) -> None:
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
    for note in line["notes"]:
        click.echo(plain(f"  note: {note}"))


def _say_window(line: dict[str, Any]) -> None:
    if line["since"] or line["until"]:
        click.echo(f"  published {line['since'] or ''}..{line['until'] or ''}")


def say_what_to_do(job: Job) -> None:
    """On stderr, with --json too: what only a person can put right."""
    tally = job.tally()
    if tally.failed:
        click.echo(f"sagwan: {job.source}: {' '.join(tally.failed.split())}", err=True)
    if tally.blocked_by in ROBOTS:
        click.echo(_override(job.source, ROBOTS[tally.blocked_by]), err=True)


ROBOTS = {
    "robots": "closes it to programs, and that is obeyed. If you may read it all the same,",
    "unread robots": "could not be read: try again later. If you may read the site whatever it says,",
}


def _override(source: str, what: str) -> str:
    return (
        f"sagwan: {source}: its robots.txt {what}\n"
        "write into the topic file (it goes into every file of the archive and into the run's row):\n"
        f"  [source.{source}]\n"
        '  robots = "ignore"\n'
        '  reason = "why, approved when and by whom"'
    )
