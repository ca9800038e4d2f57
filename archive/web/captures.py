"""Runs, and every exchange of one: errors and refusals too."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.exchanges import Exchanges, Run, exchanges, run, runs
from archive.web.frame import Ask, BadAsk, NotThere, Page, Words


@dataclass(frozen=True)
class Captures:
    """What the page shows: the last runs, or one run with some of its exchanges."""

    runs: list[Run]
    older: int | None
    run: Run | None = None
    exchanges: Exchanges | None = None
    which: str = "all"


def answer(db: sqlite3.Connection, ask: Ask) -> Captures:
    """The run that `run` names (its uuid), from `after` on; without one the list of runs, from `before` on."""
    uuid = ask.args.get("run", "").strip()
    if not uuid:
        some = runs(db, ask.number("before", 0, 1 << 36) or None)
        return Captures(some, some[-1].id if len(some) == 100 else None)
    found = run(db, uuid)
    if found is None:
        raise NotThere(f"the archive has no run {uuid[:60]}")
    which = ask.args.get("which", "all")
    if which not in ("all", "trouble"):
        raise BadAsk(f"which={which[:60]}: write all or trouble")
    return Captures([], None, found, exchanges(db, found, _after(ask), which), which)  # type: ignore[arg-type]


def _after(ask: Ask) -> tuple[int, int] | None:
    """TIME-ROW, as our links have it."""
    text = ask.args.get("after", "")
    if not text:
        return None
    time, dash, row = text.partition("-")
    if not (dash and all(part.isascii() and part.isdigit() and len(part) < 16 for part in (time, row))):
        raise BadAsk(f"after={text[:60]}: not a place in a run. Follow the link of the page before")
    return int(time), int(row)


WORDS: Words = {
    "captures": ("수집", "Captures"),
    "captures_runs": ("실행, 최근 것부터", "Runs, the latest first"),
    "captures_run": ("실행", "Run"),
    "captures_source": ("출처", "source"),
    "captures_topic": ("주제", "topic"),
    "captures_began": ("시작", "began"),
    "captures_ended": ("끝", "ended"),
    "captures_verdict": ("판정", "verdict"),
    "captures_trigger": ("계기", "trigger"),
    "captures_count": ("수집", "captures"),
    "captures_errors": ("오류", "errors"),
    "captures_robots": ("robots.txt를 운영자가 무시함", "robots.txt overridden by the operator"),
    "captures_all": ("모두", "all"),
    "captures_trouble": ("오류와 거절만", "errors and refusals only"),
    "captures_none": ("이 부분에는 없습니다", "None in this part"),
    "captures_next": ("다음", "Next"),
    "captures_status": ("상태 코드", "status"),
    "captures_outcome": ("결과", "outcome"),
    "captures_page": ("종류", "page"),
    "captures_what": ("요청", "request"),
    "captures_why": ("왜", "why"),
    "captures_bytes": ("바이트", "bytes"),
}
PAGE = Page("captures", answer, WORDS, menu=True)
