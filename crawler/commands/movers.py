"""`sagwan movers`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive import overview, times
from archive.movers import first_seen
from archive.movers import movers as moving
from crawler.commands.ask import Age, opened, show
from crawler.commands.options import archive_option, json_option
from crawler.commands.times import Time, check_window
from crawler.errors import Misuse


@click.command()
@archive_option
@click.option("--within", type=Age(), help="The window ends with the archive's last capture and is so long: 10m, 2h.")
@click.option("--from", "start", type=Time(), help="The window's beginning.")
@click.option("--to", "end", type=Time(end=True), help="The window's end.")
@click.option("--top", type=click.IntRange(1, 10_000), default=20, show_default=True, help="So many comments.")
@json_option
def movers(root: Path, within: int | None, start: int | None, end: int | None, top: int, as_json: bool) -> int:
    """Show the comments whose likes grew most in a window, over all articles, each with its evidence.

    A comment first seen inside the window has no growth since its beginning that anybody knows, and is left out: how many
    those are is said on stderr. Likes were counted before the window began at the time shown first: where looks are rare,
    part of the growth may be older than the window.

    \b
    Examples:
      sagwan movers --within 10m
      sagwan movers --from "2026-11-22 14:00" --to "2026-11-22 14:10" --top 100 --json
    Exit 2: no comment that was known when the window began grew in it.
    """
    db = opened(root)
    if within is not None:
        if start is not None or end is not None:
            raise Misuse("--within says the whole window: leave --from and --to out")
        end = overview.last_seen(db)
        start = max(0, end - within)
    elif start is None or end is None:
        raise Misuse("name a window: --within 10m, or --from and --to")
    check_window(start, end)
    shown = show(moving(db, start, end, top), as_json, _row)
    if not shown:
        click.echo(f"no comment that was known at {times.iso(start)} grew until {times.iso(end)}, as far as was seen", err=True)
    if new := first_seen(db, start, end):
        were = "1 comment was first seen after the window began, and is"
        were = were if new == 1 else f"{new:,} comments were first seen after the window began, and are"
        click.echo(f"{were} left out", err=True)
    return 0 if shown else 2


def _row(line: dict[str, Any]) -> str:
    raws = line.get("rounded", {}).get("likes", (None, None))
    before, after = (raw or number for raw, number in zip(raws, line["likes"], strict=True))
    growth = f"{'about ' if any(raws) else ''}{line['growth']:+}"
    text = " ".join((line["text"] or "").split())
    return f"{growth:>7}  {before} -> {after}  {line['not_before']} .. {line['seen_at']}  {line['ref']}  {text[:60]}"
