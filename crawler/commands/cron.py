"""`sagwan cron`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from crawler.commands.options import archive_option, on_alarm_option


@click.command()
@click.argument("files", metavar="TOPIC.toml...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@on_alarm_option
def cron(files: tuple[Path, ...], root: Path, on_alarm: str | None) -> int:
    """Print the crontab line that collects every minute what is due: one line for an archive, with all its topics.

    \b
    Example:
      sagwan cron topics/*.toml --archive /data/sagwan
      sagwan cron topics/*.toml --archive /data/sagwan --on-alarm 'curl -sT- https://ntfy.example.org/sagwan'
    Put it into `crontab -e` in place of an older line of that archive. The same topics always give the same line.
    """
    from crawler import crontab, topics
    from crawler.contact import contact_from
    from crawler.guard import ConnectTo
    from crawler.sources import all_sources

    paths = sorted({path.absolute() for path in files})
    sources = {name for path in paths for name in topics.load(path).source_names()}
    rules = [rule for rule in os.environ.get("SAGWAN_CONNECT_TO", "").split(",") if rule]
    contact_from(os.environ.get("SAGWAN_CONTACT"), local="*" in ConnectTo(rules).hosts())
    words = [crontab.program(), "collect", "--due", "--for", "50s", "--quiet", "--archive", str(root.absolute())]
    words += ["--on-alarm", on_alarm] if on_alarm is not None else []
    click.echo(crontab.crontab_line([*words, *map(str, paths)], crontab.environment()))
    if keys := sorted(key for name in sources for key in all_sources()[name].keys if os.environ.get(key)):
        click.echo(
            f"sagwan: {' and '.join(keys)} stand not in the line, where others can read them (ps, cron's mails): "
            "write NAME=value on a line of its own above it, or they are not used",
            err=True,
        )
    if sys.stdout.isatty():
        click.echo("Put this line into `crontab -e`, in place of an older one for this archive (docs/cron.md).", err=True)
    return 0
