"""Runs the application on a socket until it is told to end."""

from __future__ import annotations

import contextlib
import logging
import socket
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import FrameType

import uvicorn

from archive.capture import Parse
from archive.errors import ArchiveError, WriteFailed
from archive.search_index import follow
from archive.web.app import application

_STEP_S, _PAUSE_S, _IDLE_S = 1.0, 0.1, 10.0  # of the index: at work, between two steps, where all is in it
_PATIENCE_S = 2  # that an answer on its way gets at the end


def _follow(root: Path) -> None:
    """The index of all that was said, while pages are read. What cannot be written the search says itself. Again and again it
    lets go of the database: another may be put in its place."""
    while True:
        pause = _IDLE_S
        with contextlib.suppress(ArchiveError, WriteFailed, OSError, sqlite3.Error):
            pause = _IDLE_S if follow(root, _STEP_S).whole else _PAUSE_S
        time.sleep(pause)


class _Server(uvicorn.Server):
    """Says nothing of the answers that are cut short when somebody ends it."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().handle_exit(sig, frame)


def run(
    root: Path, listening: socket.socket, names: frozenset[str], token: str | None, parse: Parse, ready: Callable[[], None]
) -> None:
    """Serves until SIGINT; `ready` is called before, when the archive is open. Raises ArchiveError where there is none."""
    app = application(root, names, parse, token)
    ready()
    Thread(target=_follow, args=(root,), daemon=True).start()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=_PATIENCE_S
    )
    with contextlib.suppress(KeyboardInterrupt):  # it has ended as it should, and hands the signal on
        _Server(config).run(sockets=[listening])
