"""A crontab line: what cron and then sh make of it is what was meant."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from crawler.errors import Misuse

LONGEST = 998  # letters of a command; Debian's cron leaves a whole crontab out in which one is longer
# What a run is told by its environment, and cron does not hand on. SAGWAN_ARCHIVE is an option of the line.
_KEPT = (
    *("SAGWAN_CONTACT", "SAGWAN_PSEUDONYM_KEY", "SAGWAN_CONNECT_TO", "SAGWAN_CLOCK", "SAGWAN_LOCK_WAIT", "SAGWAN_KEEP_FREE"),
    "PLAYWRIGHT_BROWSERS_PATH",
)
_PATHS = ("SAGWAN_PSEUDONYM_KEY", "PLAYWRIGHT_BROWSERS_PATH")


def crontab_line(words: list[str], environment: Mapping[str, str]) -> str:
    """One line that runs these words every minute with these variables. Raises Misuse where cron cannot take it."""
    quoted = [f"{name}={quote(value)}" for name, value in environment.items()] + [quote(word) for word in words]
    command = " ".join(quoted)
    for word in (*environment.values(), *words):
        if any(ord(letter) < 32 or letter == "\x7f" for letter in word):  # a line end above all
            raise Misuse(f"{word!r} cannot stand in a crontab. Rename it, or use a link with another name")
    if len(command.encode()) > LONGEST:
        raise Misuse(
            f"this line has {len(command.encode())} bytes, and cron takes {LONGEST}. Name fewer or shorter paths (topics in "
            "one folder with a short name, by links), or write the command into a script and let cron run that (docs/cron.md)"
        )
    return f"* * * * * {command}"


def quote(word: str) -> str:
    """A word for sh that has gone through cron, which turns % into a line end, and \\% back into %. What crons make of two
    backslashes differs, so none stands before another one or before a percent sign."""
    return shlex.quote(word).replace("\\", "\\''").replace("%", "\\%")


def environment() -> dict[str, str]:
    """The variables that a run needs and would not have from cron, paths absolute."""
    found = {name: value for name in _KEPT if (value := os.environ.get(name))}
    found |= {name: str(Path(found[name]).absolute()) for name in _PATHS if name in found}
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config").absolute()
    if config != Path(pwd.getpwuid(os.getuid()).pw_dir) / ".config":  # where cron's HOME leads
        found["XDG_CONFIG_HOME"] = str(config)
    return found


def program() -> str:
    """The absolute path of `sagwan`. Raises Misuse where it is not installed."""
    called = Path(sys.argv[0])
    beside = Path(sys.executable).with_name("sagwan")
    for path in (called if called.name == "sagwan" and called.parent.name else beside, beside):
        if path.is_file() and os.access(path, os.X_OK):
            return str(path.absolute())
    if (found := shutil.which("sagwan")) is not None:
        return str(Path(found).absolute())
    raise Misuse("the program `sagwan` is not found. Install it: make setup, or pip install")
