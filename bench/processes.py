"""Starting what is measured: the server on the second core, what asks it on the first."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

SAGWAN = Path(sys.executable).with_name("sagwan")
ROOT = Path(__file__).parents[1]


class Ran(Struct):
    """A process that ended: its stdout, how long it lived, the processor seconds that it used and its most memory (bytes)."""

    out: str
    seconds: float
    cpu: float
    peak: int


def run(*command: str | Path, given: str = "", pinned: bool = True, **environment: str) -> Ran:
    """Runs a command, `pinned` to the first core. Raises SystemExit with its stderr when it fails."""
    with tempfile.TemporaryFile("w+") as into, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        into.write(given)
        into.seek(0)
        began = time.perf_counter()
        words = [str(part) for part in command]
        process = subprocess.Popen(
            words,
            stdin=into,
            stdout=out,
            stderr=err,
            env=os.environ | environment,
            cwd=ROOT,
            preexec_fn=_first_core if pinned else None,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            said = f"{out.read()[-2000:]}\n{err.read()[-4000:]}"
            raise SystemExit(f"{command[0]} failed with {process.returncode}:\n{said}")
        return Ran(out.read(), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


@contextlib.contextmanager
def server(articles: int, pages: int, turn: int = 0) -> Iterator[int]:
    """The port of a bench server with these threads; ended on leaving."""
    with serving("bench.server", "--articles", str(articles), "--pages", str(pages), "--round", str(turn)) as port:
        yield port


@contextlib.contextmanager
def serving(module: str, *words: str) -> Iterator[int]:
    """The port that a module prints when it serves; ended on leaving."""
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def collect(folder: Path, archive: Path, keys: list[str], port: int, *more: str) -> Ran:
    """One `sagwan collect` of these articles."""
    topic = folder / "topic.toml"
    seeds = ",\n".join(f'  "https://v.daum.net/v/{key}"' for key in keys)
    topic.write_text(f'title = "bench"\nsources = ["daum"]\nseeds = [\n{seeds},\n]\n[source.daum]\nreplies = false\n')
    return run(
        SAGWAN,
        "collect",
        topic,
        "--archive",
        archive,
        "--connect-to",
        f"*=http://127.0.0.1:{port}",
        "--json",
        *more,
        **key(folder),
    )


def key(folder: Path) -> dict[str, str]:
    """A pseudonym key and a configuration of this bench alone."""
    return {"SAGWAN_PSEUDONYM_KEY": str(folder / "pseudonym.key"), "XDG_CONFIG_HOME": str(folder / "config")}


def _first_core(*_: Any) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
