"""`sagwan collect`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.commands.options import archive_option, json_option, print_json

if TYPE_CHECKING:
    from crawler.collect import Job


class _Seconds(click.ParamType):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+)([smh])", str(value))
        if not match:
            self.fail(f"{value!r} is no duration: write 50s, 10m or 2h", param, ctx)
        return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


@click.command()
@click.argument("files", metavar="TOPIC.toml...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--source", "only", multiple=True, help="Only this source (repeatable).")
@click.option("--limit", type=click.IntRange(1), default=None, help="At most this many articles per topic and source.")
@click.option("--for", "seconds", type=_Seconds(), default=None, help="Stop after this long: 50s, 10m, 2h.")
@click.option("--dry-run", is_flag=True, help="Only say what would be visited.")
@click.option("--connect-to", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Connect there instead ('*': all hosts).")
@click.option("--verbose", is_flag=True, help="Scrapy's own log on stderr.")
@json_option
def collect(
    files: tuple[Path, ...],
    root: Path,
    only: tuple[str, ...],
    limit: int | None,
    seconds: float | None,
    dry_run: bool,
    connect_to: tuple[str, ...],
    verbose: bool,
    as_json: bool,
) -> int:
    """Visit the topics now and keep every exchange: bytes first, then rows.

    \b
    Examples:
      sagwan collect druking.toml
      sagwan collect *.toml --archive /data/sagwan --for 50s --json
    Exit: 0 ok; 1 misuse; 2 thin, empty, broken, blocked or an alarm; 3 nothing could be kept.
    """
    from crawler import topics  # the files are checked before Scrapy is loaded: a typo answers at once

    loaded = [topics.load(path) for path in files]
    unknown = [name for name in only if name not in topics.all_sources()]
    if unknown:
        raise click.UsageError(f"source `{unknown[0]}` does not exist. Known: {', '.join(sorted(topics.all_sources()))}")
    from crawler.collect import jobs_for, project_settings, run_jobs

    jobs = jobs_for(loaded, only)
    if dry_run:
        _say_plan(jobs, limit)
        return 0
    settings = project_settings(root, connect_to, "person" if sys.stdin.isatty() else "cron", verbose)
    code = run_jobs(jobs, settings, limit or 0, seconds)
    if as_json:
        print_json(job.summary() for job in jobs)
    else:
        _say_result(jobs, root)
    return code


def _say_plan(jobs: list[Job], limit: int | None) -> None:
    for job in jobs:
        seeds = job.topic.seeds_of(job.source)[:limit]
        click.echo(f"{job.source}: {job.topic.title}: {len(seeds)} seeds")
        for seed in seeds:
            click.echo(f"  {seed}")


def _say_result(jobs: list[Job], root: Path) -> None:
    for job in jobs:
        s = job.summary()
        click.echo(f"{s['source']}: {s['topic']}: {s['verdict']}" + (f" ({job.why()})" if job.why() else ""))
        if job.run is None:
            continue
        click.echo(
            f"  {s['captures']} captures, {s['articles']} articles, {s['comments']} comments "
            f"({s['observations']} new counts), {s['seconds']:.1f} s"
        )
        for gap in s["gaps"]:
            numbers = f"{gap['collected']} of {gap['declared']}" if gap["declared"] is not None else "none"
            click.echo(f"  gap: {gap['what']} {gap.get('ref') or ''}: {numbers}: {gap['why']}")
        for kind, count in s["errors"].items():
            click.echo(f"  error: {kind}: {count}")
        for alarm in s["alarms"]:
            click.echo(f"  alarm: {alarm['alarm']}: {alarm['text']}")
        if job.run.blocked_by == "robots":
            click.echo(_override(s["source"]))
    click.echo(f"archive: {root}")


def _override(source: str) -> str:
    return (
        "  The site's robots.txt closes it to programs, and that is obeyed. If you are entitled to read it all the same,\n"
        "  write into the topic file (it goes into every file of the archive and into the run's row):\n"
        f"    [source.{source}]\n"
        '    robots = "ignore"\n'
        '    reason = "why, approved when and by whom"'
    )
