"""`sagwan shot`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from crawler.commands.collect import say_what_to_do
from crawler.commands.options import archive_option, json_option, plain, print_json


@click.command()
@click.argument("names", metavar="REF|URL...", nargs=-1, required=True)
@archive_option
@click.option("--topic", type=click.Path(path_type=Path), help="A topic file whose rules hold ([source.NAME], budget).")
@click.option(
    "--connect-to", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Connect there instead ('*': all hosts)."
)
@click.option("--verbose", is_flag=True, help="Scrapy's own log on stderr.")
@json_option
def shot(
    names: tuple[str, ...], root: Path, topic: Path | None, connect_to: tuple[str, ...], verbose: bool, as_json: bool
) -> int:
    """Show an article and its comments in a browser, and keep what came and what was seen: every answer byte for byte, the
    DOM of each frame, a picture of the whole page. All of it is one run.

    \b
    Examples:
      sagwan shot daum:20200522093902880
      sagwan shot https://n.news.naver.com/mnews/article/001/0009845123 --topic druking.toml --json
    Exit: 0 all was kept; 1 misuse, or there is no browser; 2 not whole, or refused; 3 nothing could be kept.
    """
    from crawler import topics
    from crawler.chromium import NO_HANGUL, knows_hangul
    from crawler.collect import project_settings, run_jobs
    from crawler.shot import jobs_for, kept_by
    from crawler.trouble import override

    jobs = jobs_for(names, topics.load(topic) if topic else None)
    settings = project_settings(root, connect_to, "", "person" if sys.stdin.isatty() else "cron", verbose, quiet=False)
    lines: list[dict[str, Any]] = []
    for job in run_jobs(jobs, settings, 0, None, live=False):
        line = job.summary()
        kept = list(kept_by(root, line["run"])) if line["captures"] and not job.tally().failed else []
        code = 2 if line["verdict"] == "locked" else line["exit"]
        said = {name: line[name] for name in ("source", "run", "verdict", "why")}
        notes = line["notes"] + ([] if knows_hangul() else [NO_HANGUL])
        said |= {"exit": code, "problems": [alarm.text for alarm in job.tally().broken], "notes": notes, "archive": str(root)}
        lines.append(said | {"captures": kept})
        say_what_to_do(job)
        if override(job.source, job.tally()) is not None and topic is None:
            click.echo("and name that file: `sagwan shot ... --topic FILE.toml`", err=True)
    if as_json:
        print_json(lines)
    else:
        for line in lines:
            _say(line)
    return max(int(line["exit"]) for line in lines)


def _say(line: dict[str, Any]) -> None:
    why = f" ({line['why']})" if line["why"] else ""
    click.echo(plain(f"{line['source']}: {line['verdict']}{why}"))
    for one in line["captures"]:
        click.echo(plain(f"  {one['what']:<10} {one['capture']}  sha256 {one['sha256'] or '-'}"))
        status = one["outcome"] if one["status"] is None and one["sha256"] is None else one["status"] or "as rendered"
        click.echo(plain(f"             {one['method']} {one['url']}: {status}"))
    for problem in line["problems"]:
        click.echo(plain(f"  not whole: {problem}"))
    for note in line["notes"]:
        click.echo(plain(f"  note: {note}"))
    files = sorted({one["warc"] for one in line["captures"]})
    click.echo(f"run {line['run']}, {len(line['captures'])} captures in {line['archive']}: {', '.join(files) or 'none'}")
