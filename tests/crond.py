"""A real cron daemon with a spool, a run folder and a mailbox of its own, in name spaces that end with it: nothing of it is
seen outside, and nothing that it started outlives it. Debian's `cron`; needs root."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

SPOOL = Path("/var/spool/cron/crontabs")
_ISLAND = """
set -e
mount --bind "$0/spool" /var/spool/cron/crontabs
mount --bind "$0/none" /etc/cron.d
mount --bind "$0/empty" /etc/crontab
mount --bind "$0/run" /run
mount --bind "$0/sbin" /usr/sbin
echo ready
exec /usr/sbin/cron -f
"""
# Cron gives a mail to this program. One file a mail, with its whole name only when it is whole.
_SENDMAIL = """#!/bin/sh
cat > {mail}/$$.part && mv {mail}/$$.part {mail}/$$.mail
"""


def why_not() -> str | None:
    """Why no such daemon can run here; None where it can."""
    if os.getuid() != 0:
        return "a cron daemon of our own needs root"
    if shutil.which("cron", path="/usr/sbin:/usr/bin") is None or not SPOOL.is_dir():
        return "Debian's cron is not installed (apt-get install cron)"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, text=True, check=False)
    return f"no name space of its own: {tried.stderr.strip()}" if tried.returncode else None


class Crond:
    """Runs the crontab of root while its `with` block lasts. Lines with `@reboot` run at once."""

    def __init__(self, folder: Path, *lines: str) -> None:
        self._folder = folder
        for name in ("spool", "none", "run", "sbin", "mail"):
            (folder / name).mkdir(parents=True)
        (folder / "empty").touch()
        shutil.copy2(shutil.which("cron", path="/usr/sbin:/usr/bin") or "", folder / "sbin" / "cron")
        (folder / "sbin" / "sendmail").write_text(_SENDMAIL.format(mail=folder / "mail"))
        (folder / "sbin" / "sendmail").chmod(0o755)
        crontab = folder / "spool" / "root"
        crontab.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        crontab.chmod(0o600)

    def __enter__(self) -> Self:
        # With a process name space cron is its first process: all that it started ends with it.
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ISLAND, str(self._folder)]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self._process = subprocess.Popen(command, env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def mails(self) -> list[str]:
        """The bodies of the mails so far, oldest first."""
        found = sorted((self._folder / "mail").glob("*.mail"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text(encoding="utf-8").partition("\n\n")[2] for path in found]


def read_line(line: str) -> tuple[list[str], str]:
    """The five fields of a crontab line, and its command as sh gets it: a strict reader. Raises ValueError."""
    found = re.fullmatch(r"((?:[0-9*/,-]+ ){5})(/.*|[A-Z_]+=.*)", line)
    if found is None:
        raise ValueError(f"no crontab line: {line!r}")
    if re.search(r"(?<!\\)%", found[2]):
        raise ValueError(f"cron ends the command at a percent sign: {line!r}")
    return found[1].split(), found[2].replace("\\%", "%")
