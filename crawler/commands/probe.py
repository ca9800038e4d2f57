"""`sagwan probe`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from archive import times
from archive.alarms import PROBE
from crawler.commands.options import archive_option, clock_option, connect_option, json_option, plain, print_json


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@archive_option
@click.option(
    "--rules",
    metavar="TOPIC.toml",
    type=click.Path(path_type=Path),
    help="Under the rules of this topic: its [source.NAME] tables, its budget and its title.",
)
@connect_option
@clock_option
@json_option
def probe(
    names: tuple[str, ...], root: Path, rules: Path | None, connect_to: tuple[str, ...], clock: str, as_json: bool
) -> int:
    """Ask a few real pages, one of each kind, and say whether they can still be read. What comes is kept like any capture.

    What is asked comes from the archive's newest captures, or is a list that the source always has; a search is asked for a
    word that nothing has, too. Robots.txt, delays, rests and budgets hold as ever. What is seen well ends standing alarms.

    \b
    Examples:
      sagwan probe
      sagwan probe naver --rules druking.toml --json
    Exit 2: something cannot be read, or nothing could be asked.
    """
    from crawler import topics
    from crawler.sources import all_sources, load_pages

    unknown = [name for name in names if name not in all_sources()]
    if unknown:
        raise click.UsageError(f"source `{unknown[0]}` does not exist. Known: {', '.join(sorted(all_sources()))}")
    topic = topics.load(rules) if rules is not None else topics.Topic(PROBE)
    topic = topics.Topic(topic.title, source=topic.source, budget=topic.budget)  # what it looks for is not looked for
    load_pages()
    from crawler.job import Job

    jobs = [Job(topic, name) for name in dict.fromkeys(names or sorted(all_sources()))]
    _plan(root, jobs)
    if asked := [job for job in jobs if job.questions is not None]:
        from crawler.collect import project_settings, run_jobs

        run_jobs(asked, project_settings(root, connect_to, clock, "probe", verbose=False, quiet=False), 0, None, live=False)
    return _say(jobs, as_json)


def _plan(root: Path, jobs: list[Any]) -> None:
    from archive.archive import open_for_reading
    from archive.samples import Samples, samples
    from crawler.probe import questions

    there = (root / "archive.db").exists()
    for job in jobs:
        found = Samples()
        if there:
            with closing(open_for_reading(root)) as db:
                found = samples(db, job.source)
        source = job.topic.at(job.source)
        if source.found_at is not None and not job.topic.options(job.source).bases():
            continue  # nobody says at which site
        asks = questions(source, found, times.day(times.now()))
        job.questions = asks if asks.any() else None


def _say(jobs: list[Any], as_json: bool) -> int:
    from crawler.probe import report

    lines = [line for job in jobs for line in report(job.source, job.run, times.now())]
    if as_json:
        print_json(lines)
    else:
        rows: list[tuple[str, ...]] = [("source", "page", "proof", "status", "records", "verdict", "asked; what is wrong")]
        rows += [_row(line) for line in lines]
        wide = [max(len(row[n]) for row in rows) for n in range(6)]
        for row in rows:
            click.echo(plain("  ".join([text.ljust(width) for text, width in zip(row, wide, strict=False)] + [row[6]])))
        for job in jobs:
            for note in job.run.notes if job.run is not None else ():
                click.echo(plain(f"{job.source}: {note}"))
    ended: list[int] = [job.run.exit_code() for job in jobs if job.run is not None]
    bad = any(line["verdict"] not in ("ok", "not asked") for line in lines)
    return max([*ended, 2 if bad or not any(line["captures"] for line in lines) else 0])


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    numbers = ["-" if line[name] is None else str(line[name]) for name in ("status", "records")]
    more = "; ".join(filter(None, (line["url"], line["why"], line["why"] and line["capture"])))
    return (line["source"], line["page"], "proven" if line["proven"] else "unproven", *numbers, line["verdict"], more)
