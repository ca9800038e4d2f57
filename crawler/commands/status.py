"""`sagwan status`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.alarms import PROBE
from crawler.commands.ask import opened
from crawler.commands.options import archive_option, gap_line, json_option, plain, print_json, standing_line

_SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TIMES = ((86400, "d"), (3600, "h"), (60, "min"))
_SHOWN = 3  # overdue looks that are named


@click.command()
@click.argument("files", metavar="[TOPIC.toml]...", nargs=-1, type=click.Path(path_type=Path))
@archive_option
@json_option
def status(files: tuple[Path, ...], root: Path, as_json: bool) -> int:
    """Say how each topic stands on each source, the worst first: last run, what is due or overdue, gaps, alarms, budget, disk.

    Without topic files: every topic of the archive, as its last run knew it. With them: these topics as the files say it now,
    and that they are to be collected: then also what is overdue is worth exit 2.

    \b
    Examples:
      sagwan status
      sagwan status topics/*.toml --archive /data/sagwan --json
    Exit: 0 all is well; 2 a last run that was not ok, an alarm, a hung run, too little disk, or overdue with topic files.
    """
    from archive import overview
    from crawler import standing, topics
    from crawler.room import keep_free

    loaded = [topics.load(path) for path in files] if files else None
    db = opened(root)
    at = standing.now(root, db)
    total = overview.totals(root, db, at, keep_free(root))
    lines = sorted(standing.standings(root, db, loaded, at), key=lambda line: (-_badness(line), -(line["late_s"] or 0)))
    if as_json:
        runs = [{name: value for name, value in line.items() if name != "alarms"} for line in lines]
        print_json([total, *runs, *(alarm for line in lines for alarm in line["alarms"])])
    else:
        click.echo(plain(_archive(root, total)))
        for line in lines:
            click.echo(plain("\n" + "\n".join(_topic(line))))
    overdue = loaded is not None and any(line["overdue"] for line in lines)
    return 2 if overdue or total["disk_left"] < total["keep_free"] or any(_badness(line) >= _BAD for line in lines) else 0


_BAD = 2


def _badness(line: dict[str, Any]) -> int:
    """How much a person has to look at it: 2 and more is worth exit 2."""
    if line["running"] and line["running"]["hung"]:
        return 5
    if line["verdict"] == "unfinished" and not line["running"]:
        return _BAD  # it was killed
    if line["verdict"] not in ("ok", "locked", "unfinished", "never"):
        return {"failed": 4, "blocked": 3}.get(line["verdict"], _BAD + 1)
    return _BAD if line["alarms"] else 1 if line["overdue"] else 0


def _archive(root: Path, total: dict[str, Any]) -> str:
    text = f"{root}: {total['captures']} captures, {total['articles']} articles, {total['comments']} comments"
    left, mark, a_day = total["disk_left"], total["keep_free"], total["bytes_a_day"]
    text += f"\ndisk: {_size(total['bytes'])} in {total['warc_files']} WARC files and the database; {_size(left)} left"
    if left < mark:
        text += f", less than the {_size(mark)} that are kept free: nothing is collected"
    elif a_day is None:
        text += "; how fast it grows is known after a whole day"
    else:
        text += f"; {_size(a_day)} a day" + (f", full in {total['days_left']:,.0f} days" if a_day else "")
    sealed = f"{total['unsealed_days']} days not sealed, {total['unstamped_days']} sealed and not stamped"
    return f"{text}\nseals: {total['manifests'] or sealed}"


def _topic(line: dict[str, Any]) -> list[str]:
    when = line["ended_at"] or (f"begun {line['started_at']}" if line["started_at"] else "no run")
    said = [f"{line['source']}: {line['topic']}: {line['verdict']}, {when}"]
    if (running := line["running"]) is not None:
        hangs = " hangs: look at it" if running["hung"] else ""
        said.append(f"  running: process {running['pid']}{hangs}, last sign of life {_time(running['heartbeat_s'])} ago")
    said += [f"  {standing_line(alarm)}" for alarm in line["alarms"] if alarm["topic"]]  # a run that hangs is `running`
    if line["resting"] is not None:
        said.append(f"  blocked: {line['resting']['why']}")
    said += _due(line)
    if (budget := line["budget"]) is not None:
        used = f"{budget['used']:,} of {budget['requests_per_day']:,} requests used today"
        said.append(f"  budget: {used}, {budget['left']:,} left; renewed {budget['renews_at']}")
    return said + [f"  {gap_line(gap)}" for gap in line["gaps"]]


def _due(line: dict[str, Any]) -> list[str]:
    if line["topic"] == PROBE:
        return []
    if line["due"] is None:
        return ["  due: not known, the last run's settings are of another version: name the topic file"]
    said = []
    if line["overdue"]:
        named = line["overdue_looks"][:_SHOWN]
        worst = ", ".join(f"{look['what']} ({look['why']}) by {_time(look['late_s'])}" for look in named)
        more = f", and {line['overdue'] - len(named)} more" if line["overdue"] > len(named) else ""
        said.append(f"  overdue: {line['overdue']}: {worst}{more}")
    waits = "".join(f", {count} put off ({why})" for why, count in line["put_off"].items())
    latest = f", the latest by {_time(line['late_s'])}" if line["late_s"] and (line["due"] or waits) else ""
    then = f"; next {line['next_at']}" if line["next_at"] else ""
    return [*said, f"  due now: {line['due']}{waits}{latest}{then}"]


def _size(count: float) -> str:
    for size, name in _SIZES:
        if count >= size:
            return f"{count / size:.1f} {name}"
    return f"{count:.0f} bytes"


def _time(seconds: float) -> str:
    for size, name in _TIMES:
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
