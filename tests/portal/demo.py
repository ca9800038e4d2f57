"""`make demo`: collects three times from a simulated portal whose comments are voted on, edited and deleted in between.

Everything stays on this machine: the portal listens on 127.0.0.1, the archive is ./demo-archive.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.portal import Portal

ARCHIVE = Path("demo-archive")
TOPIC = ARCHIVE / "topic.toml"
COMMAND = str(Path(sys.executable).with_name("sagwan"))


def sagwan(*args: str) -> list[dict[str, Any]]:
    """Runs the command on the demo's archive; its stdout as JSON lines."""
    environment = os.environ | {"SAGWAN_PSEUDONYM_KEY": str(ARCHIVE / "demo-pseudonym.key")}
    done = subprocess.run(
        [COMMAND, *args, "--archive", str(ARCHIVE)], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        print(done.stdout + done.stderr)
        raise SystemExit(f"sagwan {args[0]} ended with {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in args else []


def collect(portal: Portal, what: str) -> None:
    """One run, told in a line."""
    (ended,) = sagwan("collect", str(TOPIC), "--connect-to", f"*={portal.url}", "--json")
    print(
        f"{what}: {ended['verdict']}: {ended['captures']} captures, {ended['comments']} comments, "
        f"{ended['observations']} new counts, {ended['walks']['complete']} complete walks, {ended['seconds']:.1f} s"
    )


def tell() -> None:
    """What the archive says changed, and how to look further."""
    print("\nWhat changed between the looks (`sagwan changes`):")
    shown = {"edited": 2, "counts": 4, "missing": 2, "gone": 2}
    for line in sagwan("changes", "--json"):
        if shown.get(line["change"], 0) <= 0 or "#" not in line["ref"]:
            continue
        shown[line["change"]] -= 1
        what = line.get("counts") or line.get("fields") or ""
        told = " ".join(f"{name}: {pair[0]!r} -> {pair[1]!r}" for name, pair in what.items()) if what else ""
        print(f"  {line['change']:<8} {line['ref']}  {' '.join(told.split())[:110]}")
        print(f"           between {line['not_before']} and {line['seen_at']}, evidence {line['evidence'][-1]}")


def main() -> None:
    """The demo."""
    if ARCHIVE.exists():
        shutil.rmtree(ARCHIVE)
    ARCHIVE.mkdir()
    with Portal(seed=7, articles=3, comments=350, gzip=True) as portal:
        articles = portal.world.articles
        seeds = ", ".join(f'"https://v.daum.net/v/{article.id}"' for article in articles)
        TOPIC.write_text(f'title = "demo"\nseeds = [{seeds}]\nsources = ["daum"]\n', encoding="utf-8")
        collect(portal, "first look ")
        top = [comment for comment in portal.world.listed(articles[0], "RECOMMEND", None) if not comment.replies]
        for comment in top[40:44]:  # a burst: four comments of the middle rise to the top
            portal.world.vote(comment.id, likes=3000)
        portal.world.edit(top[5].id, "이 글은 나중에 고쳐졌습니다")
        portal.world.delete(top[7].id)
        portal.world.delete(top[11].id)
        collect(portal, "second look")
        collect(portal, "third look ")
    tell()
    print("\nIs it whole? ", end="")
    (checked,) = sagwan("verify", "--json")
    print(f"{checked['records']} records and {checked['rows']} rows checked, {len(checked['findings'])} findings")
    ref = f"daum:{articles[0].id}"
    print(f"""
Look further:
  export SAGWAN_ARCHIVE={ARCHIVE} SAGWAN_PSEUDONYM_KEY={ARCHIVE}/demo-pseudonym.key
  .venv/bin/sagwan ls
  .venv/bin/sagwan as-of now --article {ref} | head
  .venv/bin/sagwan series "{ref}#{top[40].id}"
  .venv/bin/sagwan changes --kind missing,gone
  .venv/bin/sagwan replay | head
  .venv/bin/sagwan rebuild""")


if __name__ == "__main__":
    main()
