"""Starts `sagwan` processes by fork from one that has imported everything already: a tenth of a second each, not one.

They are processes of their own in every other way. tests/test_house.py runs the installed script itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import IO, NoReturn

from sqlite_utils.plugins import ensure_plugins_loaded

ROOT = Path(__file__).resolve().parents[1]
NOT_BEFORE = {"crawler.settings"}  # it reads the environment, which is each process's own
OURS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("archive", "crawler", "spiders")
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.stem != "__init__"
]
# What Scrapy loads by name when a crawl begins. Not the reactor: each process installs its own.
SCRAPYS = (
    "core.engine", "downloadermiddlewares.defaultheaders", "downloadermiddlewares.downloadtimeout",
    "downloadermiddlewares.redirect", "downloadermiddlewares.retry", "downloadermiddlewares.useragent", "dupefilters",
    "logformatter", "pqueues", "spidermiddlewares.depth", "spidermiddlewares.httperror", "spidermiddlewares.metacopy",
    "spidermiddlewares.start", "spidermiddlewares.urllength", "squeues", "statscollectors",
)  # fmt: skip
OTHERS = (
    "sqlite_utils", "dateparser", "tldextract", "queuelib", "uvloop", "encodings.charmap", "encodings.utf_8_sig",
    "uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.auto", "uvicorn.protocols.http.h11_impl",
)  # fmt: skip
PRELOADED = [*(name for name in OURS if name not in NOT_BEFORE), *(f"scrapy.{name}" for name in SCRAPYS), *OTHERS]

WARNINGS = ("default", "ignore:Binding:DeprecationWarning")  # the second: see filterwarnings in pyproject.toml


class Forked:
    """A started process, with the part of subprocess.Popen's face that the tests use."""

    def __init__(self, pid: int, report: socket.socket, out: int, err: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._report = report
        self.stdout: IO[str] = os.fdopen(out, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(err, encoding="utf-8")

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises TimeoutExpired."""
        if self.returncode is None:
            self._report.settimeout(timeout)
            try:
                self.returncode = int(self._report.recv(100))
            except TimeoutError:
                raise subprocess.TimeoutExpired("sagwan", timeout or 0) from None
            self._report.close()
        return self.returncode

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        try:
            return self.wait(0)
        except (subprocess.TimeoutExpired, BlockingIOError):
            return None

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it prints, when it has ended."""
        said: dict[str, str] = {}
        readers = [
            threading.Thread(target=lambda name=name, pipe=pipe: said.update({name: pipe.read()}), daemon=True)
            for name, pipe in (("out", self.stdout), ("err", self.stderr))
        ]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join()
        self.stdout.close()
        self.stderr.close()
        return said["out"], said["err"]

    def send_signal(self, number: int) -> None:
        """As Popen's: nothing happens to a process that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)


class Zygote:
    """The process that forks; begun when first needed. It ends when its control socket closes, so with us at the latest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, args: list[str], env: dict[str, str], cwd: Path, first: str = "") -> Forked:
        """Starts `sagwan` with these arguments; `first` is Python that its process runs before."""
        with self._lock:
            control = self._control or self._begin()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out_read, out = os.pipe()
        err_read, err = os.pipe()
        order = json.dumps({"args": args, "env": env, "cwd": str(cwd), "first": first}).encode()
        socket.send_fds(control, [order], [theirs.fileno(), out, err])
        theirs.close()
        os.close(out)
        os.close(err)
        return Forked(int(ours.recv(100)), ours, out_read, err_read)

    def close(self) -> None:
        """Ends it."""
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.wait(10)

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, *(f"-W{rule}" for rule in WARNINGS), "-m", "tests.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self._control = ours
        return ours


def load() -> None:
    """Imports everything."""
    for name in PRELOADED:
        importlib.import_module(name)


def serve(control: socket.socket) -> None:
    """Forks for every order, and reports each process's pid and its end, until the tests have ended."""
    load()
    ensure_plugins_loaded()  # sqlite_utils looks through all that is installed for them
    gc.freeze()  # what is there stays there: a collection in a child would copy it all
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # it wakes us
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            for pid, status in iter(ended, None):
                with running.pop(pid) as link:
                    say(link, os.waitstatus_to_exitcode(status))
        if control in ready:
            order, fds, _, _ = socket.recv_fds(control, 1 << 20, 3)
            if not order:
                for link in (control, woken, wakes):
                    link.close()
                return
            report, out, err = fds
            if (pid := os.fork()) == 0:
                become(json.loads(order), out, err)
            say(link := socket.socket(fileno=report), pid)
            running[pid] = link
            os.close(out)
            os.close(err)


def say(link: socket.socket, number: int) -> None:
    """Tells who waits for it."""
    with contextlib.suppress(OSError):  # who has gone
        link.send(str(number).encode())


def ended() -> tuple[int, int] | None:
    """The pid and the status of a process that has ended; None where all others run."""
    with contextlib.suppress(ChildProcessError):
        pid, status = os.waitpid(-1, os.WNOHANG)
        return (pid, status) if pid else None
    return None


def become(order: dict[str, object], out: int, err: int) -> NoReturn:
    """Is the process of an order. Never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, max(int(path.name) for path in Path("/dev/fd").iterdir()) + 1)
    faulthandler.enable()  # a SIGABRT says where it is
    os.chdir(str(order["cwd"]))
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]
    sys.argv = ["sagwan", *order["args"]]  # type: ignore[misc]
    from crawler.cli import main

    code: object = 0
    try:
        exec(str(order["first"]), {})  # noqa: S102
        main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)  # to take a copied interpreter apart costs more than the run


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
