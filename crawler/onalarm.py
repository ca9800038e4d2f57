"""`--on-alarm COMMAND`: tells somebody, or something, that an alarm began."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from archive.runlog import log_path
from crawler.trouble import Trouble

PATIENCE = 60.0  # seconds


def run_command(command: str, root: Path, began: list[Trouble], page: str) -> str | None:
    """Runs it by sh with the page on its stdin and facts in its environment, never in its words; what it prints goes to our
    stderr. Why it failed, None where it did not. Never raises."""
    facts = {
        "SAGWAN_ALARMS": " ".join(dict.fromkeys(f"{one.source or 'sagwan'}:{one.kind.replace(' ', '-')}" for one in began)),
        "SAGWAN_TOPICS": "\n".join(dict.fromkeys(one.topic for one in began if one.topic)),
        "SAGWAN_ARCHIVE": str(root.absolute()),
        "SAGWAN_LOG": str(log_path(root).absolute()),
    }
    sys.stderr.flush()
    try:
        process = subprocess.Popen(  # noqa: S603  (the operator's own words, and none of ours or a site's)
            ["/bin/sh", "-c", command],
            env=os.environ | facts,
            stdin=subprocess.PIPE,
            stdout=sys.stderr,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"--on-alarm: {error}"
    try:
        process.communicate(page.encode("utf-8", "replace"), timeout=PATIENCE)  # a pipe that nobody reads is no error
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"--on-alarm: not ended after {PATIENCE:.0f} s, so it was killed"
    code = process.returncode
    return f"--on-alarm: exit {code}" if code else None
