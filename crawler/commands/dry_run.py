"""What `collect --dry-run` says: what would be visited, whom it asks, how much in a day. It asks nobody and writes nothing."""

from __future__ import annotations

from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from archive import overview
from archive.archive import open_for_reading
from crawler.commands.options import plain, print_json
from crawler.forecast import forecast, hosts, most_in_a_day
from crawler.job import Job
from crawler.queries import lacking

_ROBOTS = {
    "allowed": "robots.txt allows all that is asked",
    "none": "no robots.txt: all is allowed",
    "unread": "robots.txt could not be read, nothing is asked until it can be",
    "unknown": "robots.txt was not read within a day, a run reads it first",
}


def say(root: Path, jobs: list[Job], limit: int | None, now: int, as_json: bool) -> None:
    """Prints it for each topic and source, as it is at `now` (UTC ms). Raises ArchiveError."""
    there = (root / "archive.db").exists()
    with closing(open_for_reading(root)) if there else nullcontext() as db:
        total = overview.totals(root, db, now) if db is not None else None
        a_request = total["bytes"] / total["captures"] if total is not None and total["captures"] else None
        for job in jobs:
            topic, source = job.topic, job.topic.at(job.source).here()
            line = _visited(job, limit) | {"hosts": list(hosts(root, db, topic, source, now))}
            told = forecast(db, topic, source, now)
            options, budget = topic.options(job.source), topic.budget.requests_per_day
            most = min((n for n in (budget, most_in_a_day(topic, source)) if n is not None), default=None)
            low, high = (min(n, most) if most is not None else n for n in told.all)
            line |= {
                "robots_override": options.reason if options.robots == "ignore" else None,
                "requests_per_day": {
                    "low": round(low),
                    "high": round(high),
                    "wanted": told.all[1],
                    "most": round(most) if most is not None else None,
                    "budget": budget,
                    "discovery": told.discovery,
                    "articles": told.articles,
                    "known": told.known,
                    "new_articles": round(told.new, 1) if told.new is not None else None,
                    "each_new": told.each_new,
                    "coming": told.coming,
                },
                "bytes_per_day": [round(low * a_request), round(high * a_request)] if a_request is not None else None,
            }
            if as_json:
                print_json([line])
            else:
                click.echo(plain("\n".join(_said(line, source.limits if topic.queries and not source.search else ""))))


def _visited(job: Job, limit: int | None) -> dict[str, Any]:
    topic, source = job.topic, job.topic.at(job.source)
    queries = topic.asks() if source.search else []
    summary = job.summary()
    return {
        "kind": "plan",
        "source": job.source,
        "topic": topic.title,
        "since": summary["since"],
        "until": summary["until"],
        "seeds": topic.seeds_of(job.source)[:limit],
        "lists": topic.lists_of(job.source),
        "queries": [{"query": str(query), "lacks": lacking(query, source.lacks()) or None} for query in queries],
    }


def _said(line: dict[str, Any], limits: str) -> list[str]:
    counted = [(len(line[name]), name) for name in ("seeds", "lists", "queries")]
    what = ", ".join(f"{number} {name}" for number, name in counted if number or name == "seeds")
    said = [f"{line['source']}: {line['topic']}: {what}"]
    if line["since"] or line["until"]:
        said.append(f"  published {line['since'] or ''}..{line['until'] or ''}")
    said += [f"  {url}" for url in line["seeds"]]
    said += [f"  list: {url}" for url in line["lists"]]
    said += [f"  search: {one['query']}" + (f" ({one['lacks']})" if one["lacks"] else "") for one in line["queries"]]
    said += [f"  {limits}"] if limits else []
    if line["robots_override"]:
        said.append(f"  robots.txt is not obeyed: {line['robots_override']}")
    return said + _hosts(line["hosts"]) + _a_day(line)


def _hosts(hosts: list[dict[str, Any]]) -> list[str]:
    """Those of which the same is to be said stand together."""
    together: dict[str, list[str]] = {}
    for host in hosts:
        closed = f"robots.txt closes {'all' if host['robots'] == 'closed' else ', '.join(host['closed'])}"
        delay = f", {host['delay_s']:g} s between two requests" if host["delay_s"] else ""
        together.setdefault(_ROBOTS.get(host["robots"], closed) + delay, []).append(host["host"])
    return [f"  {said}: {', '.join(names)}" for said, names in together.items()]


def _a_day(line: dict[str, Any]) -> list[str]:
    told = line["requests_per_day"]
    parts = [f"{told['discovery']:,} for searches and lists"] if told["discovery"] else []
    parts += [f"{_range(told['known'])} for {told['articles']:,} articles"] if told["articles"] else []
    each = f"{_range(told['each_new'])} on its first day for each"
    if told["new_articles"] is not None:
        parts.append(f"{_range(told['coming'])} for some {told['new_articles']:,g} new articles that come in it: {each}")
    said = [f"  requests a day: {_range(_all(told))} ({'; '.join(parts) or 'nothing to ask'})"]
    if told["discovery"] and told["new_articles"] is None:
        said.append(f"  {each} new article, not counted here: how many come nobody knows yet")
    if told["most"] is not None and told["wanted"] > told["most"]:
        why = "the budget" if told["most"] == told["budget"] else "the delay"
        said.append(f"  of these {why} lets {told['most']:,}: what is worth least waits")
    if line["bytes_per_day"] is None:
        return [*said, "  disk a day: not known before the first run"]
    size = _range([round(n / 1e6, 1) for n in line["bytes_per_day"]])
    return [*said, f"  disk a day: {size} MB, by what a request has taken so far"]


def _all(told: dict[str, Any]) -> tuple[int, int]:
    low, high = (told["discovery"] + told["known"][n] + told["coming"][n] for n in (0, 1))
    return low, high


def _range(both: Any) -> str:
    low, high = both
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
