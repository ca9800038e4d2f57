"""What the ten minutes must show in the portal's own log of requests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from tests.longrun.play import CRAWL_DELAY, DELAYS, MINUTE, REFUSED

Entry = dict[str, Any]
SLOP = 3000  # simulated ms between what the portal noted and what our clock read: half a real second
JITTER = 0.03  # real seconds by which two requests may come nearer on their way
REST = 30 * MINUTE  # after a first refusal


@dataclass(frozen=True)
class Checked:
    """One promise, whether it was held, and the figures."""

    promise: str
    held: bool
    figures: str


def site_of(entry: Entry) -> str:
    """The source that a request went to."""
    return "daum" if entry["host"].endswith("daum.net") else "naver"


def delays(log: list[Entry], begun: list[int]) -> Checked:
    """The delay of the topic between any two requests to a host; where a run begins between them, by the archive's clock."""
    near, least = [], defaultdict(lambda: 1e9)
    for host, entries in by_host(log).items():
        wanted = CRAWL_DELAY if host == REFUSED else DELAYS[site_of(entries[0])]
        for a, b in pairwise(entries):
            gap = (b["at"] - a["at"]) / 1000
            if any(a["now"] - SLOP <= at <= b["now"] + SLOP for at in begun):
                gap = max(gap, (b["now"] - a["now"]) / 1000)  # it began from what the archive knows, in simulated time
            elif a["path"] != "/robots.txt":
                least[host] = min(least[host], gap)
            if gap < wanted - JITTER and a["path"] != "/robots.txt":
                near.append(f"{host}: {gap:.3f} s before {b['path'][:60]}")
    told = [f"{host} {gap:.2f} s" for host, gap in sorted(least.items())]
    asked = ", ".join(f"{source} {delay:g} s" for source, delay in DELAYS.items()) + f", {REFUSED} {CRAWL_DELAY:g} s"
    return Checked(
        "delays are kept",
        len(log) > 100 and not near,
        "; ".join([f"asked: {asked}", "nearest two: " + ", ".join(told), *near[:3]]),
    )


def connections(log: list[Entry]) -> Checked:
    """One connection to a host at a time: none goes on after another one began."""
    mixed = []
    for host, entries in by_host(log).items():
        numbers = [number for number, _ in groupby(entry["connection"] for entry in entries)]
        mixed += [host] if len(numbers) != len(set(numbers)) else []
    hosts = by_host(log)
    return Checked(
        "a single connection to a host",
        bool(hosts) and not mixed,
        "; ".join([f"{len(hosts)} hosts, {len(log)} requests", *mixed]),
    )


def robots(log: list[Entry]) -> Checked:
    """Asked first at each host, once, and what it closes is not asked for."""
    bad = []
    for host, entries in by_host(log).items():
        number = sum(entry["path"] == "/robots.txt" for entry in entries)
        if entries[0]["path"] != "/robots.txt" or number != 1:
            bad.append(f"{host}: robots.txt asked {number} times")
    closed = [entry for entry in log if entry["host"] == "action.daum.net" and entry["path"] != "/robots.txt"]
    known = any(entry["host"] == "action.daum.net" for entry in log)
    figures = (
        f"asked first and once at each of {len(by_host(log))} hosts, over all runs; the closed host (action.daum.net) got "
    )
    return Checked(
        "robots.txt is obeyed", known and not bad and not closed, "; ".join([f"{figures}{len(closed)} other requests", *bad])
    )


def refusal(log: list[Entry]) -> Checked:
    """After the refusal nothing is asked of the source, then it is asked again."""
    first = next((n for n, entry in enumerate(log) if entry["status"] == 429), None)
    if first is None:
        return Checked("a refusal stops the source", False, "nothing was refused")
    refused = log[first]
    later = [entry for entry in log[first + 1 :] if site_of(entry) == "daum"]
    # What was on its way when the refusal came in is no answer to it.
    early = [entry for entry in later if entry["at"] - refused["at"] > 500 and entry["now"] < refused["now"] + REST]
    again = (later[-1]["now"] - refused["now"]) / MINUTE if later else 0
    back = next(((entry["now"] - refused["now"]) / MINUTE for entry in later if entry["now"] >= refused["now"] + REST), None)
    figures = f"{len(early)} requests to Daum in the 30 minutes after status 429 at {refused['host']}"
    figures += (
        f"; asked again after {back:.1f} minutes, {len(later)} requests until {again:.1f}" if back else "; not asked again"
    )
    return Checked("a refusal stops the source, and it comes back", not early and back is not None, figures)


def by_host(log: list[Entry]) -> dict[str, list[Entry]]:
    """The requests to each host, in their order."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in log:
        found[entry["host"]].append(entry)
    return found
