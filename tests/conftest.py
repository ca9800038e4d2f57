"""Fixtures of the end-to-end tests: a portal, the real `sagwan` command in its own process, and topic files."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.portal import Portal
from tests.zygote import WARNINGS, Forked, Zygote

ZYGOTE = Zygote()
COMMAND = str(Path(sys.executable).with_name("sagwan"))
ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT.parent / "shared" / "recorded"


@dataclass
class Ended:
    """How a process ended: exit code, what it printed, and its stdout's lines as JSON (where they are)."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """stdout as NDJSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        """The one line of stdout, as JSON."""
        (line,) = self.lines
        return line


class Sagwan:
    """Runs `sagwan` as a person would: own HOME and configuration under the test's folder, loopback only by --connect-to.

    `env` may be changed before a call; a value of None takes a variable away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.env: dict[str, str | None] = {
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "SAGWAN_CONTACT": "tests@example.org",
            "SAGWAN_PSEUDONYM_KEY": str(folder / "pseudonym.key"),
            "SAGWAN_ARCHIVE": str(self.archive),
            "SAGWAN_CONNECT_TO": None,
            "PYTHONWARNINGS": ",".join(WARNINGS),
        }
        self._started: list[Forked | subprocess.Popen[str]] = []

    def environment(self) -> dict[str, str]:
        """The environment of the next process."""
        merged = os.environ | self.env
        return {name: value for name, value in merged.items() if value is not None}

    def start(self, *args: object, command: list[str] | None = None, first: str = "") -> Forked | subprocess.Popen[str]:
        """Starts `sagwan` (or another `command`) and does not wait; it is killed at the test's end if it still lives.

        `first` is Python that sagwan's process runs before: a limit, a shorter patience.
        """
        words, environment = [str(arg) for arg in args], self.environment()
        process: Forked | subprocess.Popen[str]
        if command is None:
            process = ZYGOTE.start(words, environment, self.folder, first)
        else:
            pipe, words = subprocess.PIPE, [*command, *words]
            process = subprocess.Popen(
                words, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
            )
        self._started.append(process)
        return process

    def wait(self, process: Forked | subprocess.Popen[str], timeout: float = 180) -> Ended:
        """Waits for a started command."""
        out, err = process.communicate(timeout=timeout)
        return Ended(process.returncode, out, err)

    def __call__(self, *args: object, command: list[str] | None = None, timeout: float = 180, first: str = "") -> Ended:
        """Runs a command to its end: `sagwan("collect", topic, "--json")`."""
        return self.wait(self.start(*args, command=command, first=first), timeout)

    def signalled(self, portal: Portal, number: int, what: int, *args: object) -> Ended:
        """Runs a command, and sends its process a signal while its request of that number (from 1) is on the way."""
        known, sent = threading.Event(), threading.Event()
        process: list[Forked | subprocess.Popen[str]] = []
        before = len(portal.requests)

        def hook(host: str, path: str) -> None:
            if len(portal.requests) - before >= number and not sent.is_set():
                sent.set()
                known.wait(10)
                os.kill(process[0].pid, what)

        portal.on_request(hook)
        process.append(self.start(*args))
        known.set()
        ended = self.wait(process[0])
        assert sent.is_set(), f"it ended before its request number {number}"
        return ended

    def collect(self, portal: Portal, topic: Path, *args: object) -> Ended:
        """`collect --json` from a portal into this test's archive."""
        return self("collect", topic, "--connect-to", f"*={portal.url}", "--json", *args)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the archive's database answers."""
        with contextlib.closing(sqlite3.connect(self.archive / "archive.db")) as db:
            return db.execute(sql).fetchall()

    def stop(self) -> None:
        """Ends what a test left running."""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.communicate()


@pytest.fixture(scope="session", autouse=True)
def _zygote() -> Iterator[None]:
    yield
    ZYGOTE.close()


@pytest.fixture
def sagwan(tmp_path: Path) -> Iterator[Sagwan]:
    """The command, with an archive of this test's own."""
    command = Sagwan(tmp_path)
    yield command
    command.stop()


@pytest.fixture
def portal() -> Iterator[Callable[..., Portal]]:
    """Makes portals: `portal(articles=1, comments=150)`. Each is closed at the end, and fails the test if it failed."""
    made: list[Portal] = []

    def make(seed: int = 1, articles: int = 1, comments: int = 120, gzip: bool = False, **more: Any) -> Portal:
        made.append(Portal(seed=seed, articles=articles, comments=comments, gzip=gzip, **more))
        return made[-1]

    yield make
    errors = []
    for one in made:
        one.close()
        errors += one.errors
    assert not errors, "the portal itself failed:\n" + "\n".join(errors)


def write_topic(
    folder: Path, portal: Portal | None = None, name: str = "t.toml", text: str | None = None, title: str = "시험", **daum: Any
) -> Path:
    """A topic file for all articles of a portal; keywords become `[source.daum]`; `text` is the whole file."""
    path = folder / name
    if text is None:
        assert portal is not None
        seeds = [f"https://v.daum.net/v/{article.id}" for article in portal.world.articles]
        text = f'title = {json.dumps(title, ensure_ascii=False)}\nsources = ["daum"]\nseeds = {json.dumps(seeds)}\n'
        if daum:
            text += "[source.daum]\n" + "".join(
                f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in daum.items()
            )
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def topic(tmp_path: Path) -> Callable[..., Path]:
    """Writes topic files, as `write_topic`: `topic(portal)` for all its articles."""
    return partial(write_topic, tmp_path)


@pytest.fixture
def recorded() -> Iterator[str]:
    """The server of recorded answers."""
    if not RECORDED.exists():
        pytest.skip("the recorded answers (../shared/recorded) are not here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(RECORDED / "serve.py"), "--port", str(port), "--gzip"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()  # it says when it serves
        yield f"http://127.0.0.1:{port}"
        server.terminate()
