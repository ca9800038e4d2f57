"""What the ten minutes must show, from the archive's rows and the portal's record of what happened."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from tests.longrun.log_checks import SLOP, Checked, connections, delays, refusal, robots
from tests.longrun.play import BEGINS, BUDGETS, MINUTE, SPEED, Played

FOUND_WITHIN = 15  # simulated minutes after which a deletion must have been seen: a quiet thread's walk comes every 12
GONE = {"deleted_by_user", "deleted_by_operator", "missing", "gone"}


def ms(text: str) -> int:
    """UTC ms of an ISO time."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def bursts(played: Played) -> Checked:
    """Every burst of the campaign stands in `series`: true counts, and two looks close around the rise."""
    scenario = played.scenario
    clicks: dict[tuple[str, int], list[int]] = defaultdict(list)
    for event in scenario.truth():
        if event.kind == "vote" and event.by == "campaign":
            clicks[event.article, event.comment].append(event.at)
    bad, around, within = [], [], []
    for (article, comment), moments in clicks.items():
        ref = f"{scenario.world.article(article).site}:{article}#{comment}"
        looks = played.sagwan("series", ref, "--json").lines
        times = [ms(look["seen_at"]) for look in looks]
        for look, at in zip(looks, times, strict=True):
            if (look["likes"], look["dislikes"]) not in shown(played, comment, at):
                bad.append(f"{ref} at {look['seen_at']}")
        before, after = bisect_left(times, moments[0]) - 1, bisect_right(times, moments[-1])
        if before < 0 or after >= len(times):
            bad.append(f"{ref}: no look on both sides")
            continue
        rise = sum(looks[after][key] - looks[before][key] for key in ("likes", "dislikes"))
        if rise < len(moments):
            bad.append(f"{ref}: rose by {rise} of {len(moments)}")
        around.append((times[after] - times[before]) / MINUTE)
        within.append(after - before - 1)
    most = max((len(moments) for moments in clicks.values()), default=0)
    figures = (
        f"{len(clicks)} comments were struck by up to {most} clicks in about two minutes each; looks enclose a burst within "
    )
    figures += f"{min(around, default=0):.1f} to {max(around, default=0):.1f} minutes, with {min(within, default=0)} to "
    figures += f"{max(within, default=0)} looks inside"
    held = len(clicks) >= 8 and not bad and max(around) <= 5
    return Checked("every burst is in `series`, each count true", held, "; ".join([figures, *bad[:3]]))


def shown(played: Played, comment: int, at: int) -> set[tuple[int, int]]:
    """The counts of a comment that the portal showed about that moment."""
    series = played.scenario.series(comment)
    moments = [moment for moment, _, _ in series]
    first, last = bisect_right(moments, at - SLOP) - 1, bisect_right(moments, at + SLOP)
    return {(likes, dislikes) for _, likes, dislikes in series[max(0, first) : last]}


def deletions(played: Played) -> Checked:
    """Every deletion stands in `changes`, and none that was none."""
    world, end = played.portal.world, played.portal.world.now
    truth = {str(event.comment): event.at for event in played.scenario.truth() if event.kind == "delete"}
    first, found = {}, {}
    for line in played.sagwan("changes", "--json", "--kind", "deleted,appeared,missing,gone").lines:
        number = line["ref"].partition("#")[2]
        state = line["state"][1] if line["change"] == "deleted" else line.get("state") or line["change"]
        if line["change"] == "appeared":
            first[number] = ms(line["seen_at"])
        if number and state in GONE:
            found.setdefault(number, ms(line["seen_at"]))
    watched = {
        row[0] for row in played.sagwan.rows("SELECT DISTINCT key FROM articles WHERE id IN (SELECT article FROM sightings)")
    }
    seen = {
        number for number, at in truth.items() if world.article_of(int(number)).id in watched and first.get(number, end) < at
    }
    owed = {number for number in seen if truth[number] <= end - FOUND_WITHIN * MINUTE}
    wrong = {number for number, at in found.items() if number not in truth or at < truth[number] - SLOP}
    late = [(found[number] - truth[number]) / MINUTE for number in sorted(seen & set(found))]
    figures = f"{len(owed)} comments that had been seen were deleted at least {FOUND_WITHIN} minutes before the end, "
    figures += f"{len(owed & set(found))} found; of {len(seen - owed)} later ones {len((seen - owed) & set(found))}; "
    figures += f"{max(late, default=0):.1f} minutes after the deletion at the latest, {len(wrong)} invented"
    held = len(owed) >= 4 and owed <= set(found) and not wrong
    return Checked("every deletion is in `changes`", held, figures)


def overlap(played: Played) -> Checked:
    """No two runs of a source at once."""
    rows = played.sagwan.rows(
        "SELECT r.source, r.started_at, e.ended_at FROM run_begun r JOIN run_ended e ON e.run = r.id ORDER BY r.source, r.id"
    )
    begun = played.sagwan.rows("SELECT count(*) FROM run_begun")[0][0]
    both = [(a, b) for a, b in pairwise(rows) if a[0] == b[0] and b[1] < a[2]]
    return Checked(
        "no run overlaps another of its source", not both and begun == len(rows) > 0, f"{begun} runs, {len(both)} overlap"
    )


def starved(played: Played) -> Checked:
    """Each topic was looked at, at each source, as often as it wanted."""
    end, start = played.portal.world.now, played.scenario.start + BEGINS * MINUTE
    told, held = [], True
    for topic in BUDGETS:
        moments = [
            at
            for (at,) in played.sagwan.rows(
                f"SELECT c.at FROM captures c JOIN run_begun r ON r.id = c.run WHERE r.topic = '{topic}' AND r.source = 'naver'"
            )
        ]
        gap = max(b - a for a, b in pairwise(sorted([start, *moments, end]))) / MINUTE
        held = held and gap <= 2 * SPEED
        told.append(f"{topic}: {len(moments)} captures at Naver, never {gap:.1f} minutes without one")
    sql = "SELECT e.counters FROM run_ended e JOIN run_begun r ON r.id = e.run WHERE r.source = 'naver'"
    late = max(json.loads(row[0])["late_s"] for row in played.sagwan.rows(sql)) / 60
    held = held and late <= 2 * SPEED
    return Checked("neither topic starves", held, "; ".join([*told, f"the latest look there was {late:.1f} minutes late"]))


def budgets(played: Played) -> Checked:
    """No topic asked for more than it may, and what that put off was told."""
    sql = "SELECT r.topic, r.source, count(*) FROM captures c JOIN run_begun r ON r.id = c.run GROUP BY 1, 2 ORDER BY 1, 2"
    used = {(topic, source): number for topic, source, number in played.sagwan.rows(sql)}
    bitten = sum(
        1 for (counters,) in played.sagwan.rows("SELECT counters FROM run_ended") if "budget" in json.loads(counters)["put_off"]
    )
    told = [f"{topic} at {source}: {number} of {BUDGETS[topic]}" for (topic, source), number in used.items()]
    held = len(used) == 4 and all(number <= BUDGETS[topic] for (topic, _), number in used.items())
    return Checked("budgets are kept", held, "; ".join([*told, f"{bitten} runs put something off for a budget"]))


def mails(played: Played) -> Checked:
    """One page for each topic that the refusal stopped, and nothing else."""
    told = [line for mail in played.mails for line in mail.splitlines() if line.startswith("daum: ")]
    held = 0 < len(played.mails) <= len(BUDGETS) and sorted(told) >= sorted(f"daum: {topic}: blocked" for topic in BUDGETS)
    held = held and {line.rpartition(": ")[2] for line in told} == {"blocked"}
    figures = f"{played.minutes} runs of cron, {len(played.mails)} mails: {', '.join(told) or played.mails[:1]}"
    return Checked("cron mails trouble when it begins, and nothing else", held, figures)


def sound(played: Played) -> Checked:
    """The archive is what its bytes say."""
    findings = played.sagwan("verify", "--json").only["findings"]
    rebuilt = played.sagwan("rebuild", "--json").only
    rows = played.sagwan.rows("SELECT count(*) FROM captures")[0][0]
    same = rows == len(played.portal.requests)
    figures = f"{rows} captures of {len(played.portal.requests)} requests; verify {len(findings)} findings, "
    figures += f"rebuild {rebuilt['differences']} differences"
    return Checked(
        "every request is a capture, the rows are those of the bytes",
        same and not findings and not rebuilt["differences"],
        figures,
    )


def checked(played: Played) -> list[Checked]:
    """All of it."""
    log = played.portal.requests
    begun = [at for (at,) in played.sagwan.rows("SELECT started_at FROM run_begun")]
    of_play: tuple[Callable[[Played], Checked], ...] = (bursts, deletions, overlap, starved, budgets)
    made = [check(played) for check in of_play]
    return [*made, delays(log, begun), connections(log), robots(log), refusal(log), mails(played), sound(played)]
