"""`make cron-test`: plays ten minutes, writes the table of docs/cron.md, exits 1 where a promise is not held."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import ROOT, ZYGOTE
from tests.crond import why_not
from tests.longrun.checks import checked
from tests.longrun.log_checks import Checked
from tests.longrun.play import SPEED, play

PAGE = ROOT / "docs" / "cron.md"
MARK = "<!-- written by `make cron-test`; everything below is replaced -->"
WHOLE = 10  # minutes


def main() -> int:
    """Plays; the exit code."""
    parser = argparse.ArgumentParser(prog="make cron-test", description=__doc__)
    parser.add_argument("--minutes", type=int, default=WHOLE, help="fewer do not show all, and write nothing")
    parser.add_argument("--keep", type=Path, help="a folder for the archive, the topics and the mails")
    given = parser.parse_args()
    if (why := why_not()) is not None:
        print(f"not run: {why}")
        return 1
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = given.keep or Path(name)
            folder.mkdir(exist_ok=True)
            made = checked(play(folder, given.minutes))
    finally:
        ZYGOTE.close()
    for one in made:
        print(f"{'held' if one.held else 'NOT held':9} {one.promise}: {one.figures}")
    if given.minutes >= WHOLE:
        head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{table(made, given.minutes)}", encoding="utf-8")
    return 0 if all(one.held for one in made) else 1


def table(made: list[Checked], minutes: int) -> str:
    """The table in Markdown."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.system()}, Python {platform.python_version()}"
    lines = [f"{when}: {minutes} real minutes, {SPEED * minutes} simulated ones; all minutes below are simulated.", ""]
    lines += ["| promise | what was seen | |", "| --- | --- | --- |"]
    lines += [
        f"| {one.promise} | {one.figures} | {'held' if one.held else '**NOT held**'} |".replace("\n", " ") for one in made
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
