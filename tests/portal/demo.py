"""`make demo`: a simulated evening on a simulated portal, with a campaign; collected every two minutes, then asked.

Everything stays on this machine: the portal listens on 127.0.0.1, the archive is ./demo-archive. The story is told from the
archive alone, with the commands that anybody has; only its last lines look into the portal's own record, to compare.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.portal import Portal, Scenario
from tests.portal.demo_story import Story, clock
from tests.zygote import Zygote

ARCHIVE = Path("demo-archive").resolve()
TOPIC = ARCHIVE / "topic.toml"
TEXT = """\
title = "저녁의 캠페인"
queries = ["계획"]                                                    # what articles are searched for
seeds = ["https://news.naver.com/main/ranking/popularMemo.naver"]     # and a list that is followed: the most commented
sources = ["naver"]
"""
STEP = 2  # simulated minutes between two looks
HOURS = 3
MINUTE = 60_000


class Command:
    """`sagwan` on the demo's archive; each call is a process of its own."""

    def __init__(self) -> None:
        self._zygote = Zygote()
        contact = {"SAGWAN_CONTACT": os.environ.get("SAGWAN_CONTACT", "demo@localhost")}
        self._environment = dict(os.environ) | contact | {"SAGWAN_PSEUDONYM_KEY": str(ARCHIVE / "demo-pseudonym.key")}

    def __call__(self, *args: str) -> list[dict[str, Any]]:
        """Its stdout as JSON lines."""
        process = self._zygote.start([*args, "--archive", str(ARCHIVE), "--json"], self._environment, Path.cwd())
        out, err = process.communicate(120)
        if process.returncode:
            raise SystemExit(f"sagwan {' '.join(args)} ended with {process.returncode}:\n{out[-2000:]}{err[-2000:]}")
        return [json.loads(line) for line in out.splitlines()]

    def close(self) -> None:
        """Ends the process that forks."""
        self._zygote.close()


def evening(sagwan: Command, portal: Portal, scenario: Scenario) -> list[dict[str, Any]]:
    """Looks at the portal until the evening is over; what each run said."""
    runs = []
    for minute in range(0, HOURS * 60 + 1, STEP):
        portal.world.now = scenario.start + minute * MINUTE
        portal.catch_up()
        connect = ("--connect-to", f"*={portal.url}", "--clock", f"{portal.url}/__clock")
        runs += sagwan("collect", str(TOPIC), *connect)
        last = runs[-1]
        told = f"{clock(portal.world.now)}  {last['verdict']}: {last['articles']} articles, {last['comments']} comments"
        if sys.stdout.isatty():
            print(f"\r{told} ", end="", flush=True)
        elif minute % 30 == 0:
            print(told, flush=True)
    print(end="\r\033[K" if sys.stdout.isatty() else "")
    return runs


def compare(scenario: Scenario, story: Story) -> None:
    """The portal's own record beside what the archive told."""
    struck = [json.loads(event.note) | {"article": event.article} for event in scenario.truth() if event.kind == "campaign"]
    pushed = {f"naver:{one['article']}#{number}" for one in struck for number in one["targets"] + one["rivals"]}
    gone = [event for event in scenario.truth() if event.kind == "delete"]
    closed = {event.article: event.at for event in scenario.truth() if event.kind == "pane" and event.note == "off"}
    unseen = sum(event.at > closed.get(event.article, event.at) for event in gone)
    print("\nWhat the portal itself wrote down, which no collector can see")
    print(f"  {len(struck)} attacks with {sum(one['clicks'] for one in struck)} clicks on {len(pushed)} comments; of these "
          f"{len(pushed & story.named)} are named above, and {len(story.named - pushed)} that were not attacked")  # fmt: skip
    by = ", ".join(f"{count} by the {who}" for who, count in Counter(event.by for event in gone).items())
    print(
        f"  {len(gone)} deletions ({by}): {story.deleted} are in the archive, {unseen} came after the press had closed its pane"
    )


def main() -> None:
    """The demo."""
    began = time.monotonic()
    if ARCHIVE.exists():
        shutil.rmtree(ARCHIVE)
    ARCHIVE.mkdir()
    TOPIC.write_text(TEXT, encoding="utf-8")
    with Portal(articles=0, comments=0, gzip=True) as portal, contextlib.closing(Command()) as sagwan:
        scenario = portal.play(Scenario(portal.world, seed=3, articles=4, evening=HOURS, comments=900))
        print(
            f"A simulated portal on {portal.url}: {HOURS} hours of an evening, a look every {STEP} simulated minutes",
            flush=True,
        )
        runs = evening(sagwan, portal, scenario)
        story = Story(sagwan)
        story.tell(runs)
        compare(scenario, story)
    shown = ARCHIVE.name
    watched = urlencode({"ref": story.article, "at": story.before, "beside": story.after}, safe="/:")
    print(f"""
Watch the evening again in a browser (Ctrl-C ends it)
  .venv/bin/sagwan serve --archive {shown}
  http://127.0.0.1:8001/article?{watched}   the first burst: before and after

Look further ({time.monotonic() - began:.0f} s so far; nothing of it needs the portal any more)
  export SAGWAN_ARCHIVE={shown} SAGWAN_PSEUDONYM_KEY={shown}/demo-pseudonym.key
  .venv/bin/sagwan ls
  .venv/bin/sagwan as-of "{story.before}" --article {story.article} --sort FAVORITE | head -20
  .venv/bin/sagwan as-of "{story.after}" --article {story.article} --sort FAVORITE | head -20
  .venv/bin/sagwan series "{story.comment}" --metric likes
  .venv/bin/sagwan changes --kind deleted
  .venv/bin/sagwan replay | head
  .venv/bin/sagwan verify
  .venv/bin/sagwan rebuild
  .venv/bin/sagwan seal
  .venv/bin/sagwan verify --row "{story.comment}@{story.after}"
  .venv/bin/sagwan verify --row "{story.comment}@{story.after}" --json > {shown}/proof.json
  python3 docs/check_proof.py {shown}/proof.json {shown}""")


if __name__ == "__main__":
    main()
