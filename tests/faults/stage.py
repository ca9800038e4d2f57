"""Where a scenario plays: a command, its archive, portals and topic files; and what the user saw."""

from __future__ import annotations

import re
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests import naver_runs
from tests.conftest import Ended, Sagwan, write_topic
from tests.faults import proofs
from tests.portal import Portal

# What the command's process runs before: a shorter patience for one answer than a minute.
IMPATIENT = "import crawler.settings; crawler.settings.DOWNLOAD_TIMEOUT = {}"
_VERDICT = re.compile(r"(?:daum|naver): .*: (ok|thin|empty|broken|blocked|failed|locked)(?: \(.*\))?")
_SHOWN = re.compile(r"(?:daum|naver): | *alarm: |DAMAGED |sagwan: ")
_MASKS = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"process \d+", "process PID"),
    (r"sagwan-(daum|naver)-\d{8}-", r"sagwan-\1-DAY-"),
    (r"(DAY-\d{5}-)[\w.-]*?(\.warc|\.\d+\.\d+\.torn)", r"\1HOST\2"),
)


class NotHere(Exception):
    """Raised where this machine cannot play a scenario; says why."""


@dataclass(frozen=True)
class Proven:
    """What must hold has held: the line that the user saw, the exit code, and the proof in words."""

    seen: str
    code: str
    proof: str


class Stage:
    """A folder with an archive of its own. Its portals and processes end with it."""

    def __init__(self, folder: Path, short: bool) -> None:
        self.folder, self.short = folder, short
        self.sagwan = Sagwan(folder)
        self._portals: list[Portal] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.sagwan.stop()
        for one in self._portals:
            one.close()
        errors = [line for one in self._portals for line in one.errors]
        assert kind is not None or not errors, "the portal itself failed:\n" + "\n".join(errors)

    def portal(self, **world: Any) -> Portal:
        """A portal; by default one article of Daum with twenty comments."""
        self._portals.append(Portal(**{"articles": 1, "comments": 20} | world))
        return self._portals[-1]

    def move(self, name: str) -> None:
        """Goes on with another archive of this name in the folder."""
        self.sagwan.archive = self.folder / name
        self.sagwan.env["SAGWAN_ARCHIVE"] = str(self.sagwan.archive)

    def topic(self, site: Portal, **options: Any) -> Path:
        """A topic file with all articles of a portal, of Naver where it has some."""
        if site.world.on("naver"):
            return naver_runs.write(self.folder, site, **options)
        return write_topic(self.folder, site, **options)

    def begin(self, site: Portal, file: Path, *args: object, patience: float | None = None) -> Any:
        """Starts `sagwan collect` as a person would, and does not wait. `patience`: seconds for one answer."""
        first = "" if patience is None else IMPATIENT.format(patience)
        return self.sagwan.start("collect", file, "--connect-to", f"*={site.url}", *args, first=first)

    def collect(self, site: Portal, file: Path, *args: object, patience: float | None = None) -> Shown:
        """`sagwan collect` to its end."""
        return self.shown(self.sagwan.wait(self.begin(site, file, *args, patience=patience)))

    def waits(self, happened: threading.Event, process: Any) -> None:
        """Until something has happened; fails with what the process says of itself where nothing does in a minute."""
        if not happened.wait(60):
            process.send_signal(signal.SIGABRT)
            raise AssertionError(f"nothing happened: {self.sagwan.wait(process)}")

    def killed_at(self, site: Portal, file: Path, number: int, what: int) -> Ended:
        """`sagwan collect`, and a signal to its process while its request of that number (from 1) is on the way."""
        return self.sagwan.signalled(site, number, what, "collect", file, "--connect-to", f"*={site.url}")

    def heals(self, site: Portal, file: Path, comments: int) -> str:
        """The next run, without the fault, has everything; the archive is whole. Says so."""
        ended = self.collect(site, file)
        assert (ended.code, ended.verdicts) == (0, ["ok"] * len(ended.verdicts)), ended
        assert self.sagwan.rows("SELECT count(*) FROM comments") == [(comments,)]
        return f"the next run is `ok` with all {comments} comments; {self.agree()}"

    def agree(self) -> str:
        """Files and rows are whole and say the same."""
        return proofs.agree(self.sagwan, rebuild=not self.short)

    def shown(self, ended: Ended) -> Shown:
        """What a person sees of a command's end."""
        lines = [line for line in ended.out.splitlines() + ended.err.splitlines() if _SHOWN.match(line)]
        verdicts = [found[1] for line in lines if (found := _VERDICT.fullmatch(line))]
        assert "Traceback" not in ended.err + ended.out, ended.err + ended.out
        return Shown(ended.code, verdicts, [self._masked(line.strip()) for line in lines], ended)

    def _masked(self, line: str) -> str:
        line = line.replace(str(self.sagwan.archive), "ARCHIVE").replace(str(self.folder), "FOLDER")
        for pattern, word in _MASKS:
            line = re.sub(pattern, word, line)
        return line


@dataclass(frozen=True)
class Shown:
    """How a command ended for a person: exit code, verdicts, the lines that say so."""

    code: int
    verdicts: list[str]
    lines: list[str]
    ended: Ended

    def proven(self, proof: str) -> Proven:
        """The row of the table."""
        return Proven("\n".join(self.lines), str(self.code), proof)

    def says(self, *words: str) -> None:
        """Fails unless these words are among what the user sees."""
        missing = [word for word in words if word not in "\n".join(self.lines)]
        assert not missing, (missing, self.lines)


KILLED = -signal.SIGKILL
