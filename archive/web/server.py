"""Runs the application on a socket until it is told to end."""

from __future__ import annotations

import contextlib
import math
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import uvicorn

from archive.capture import Parse
from archive.errors import ArchiveError
from archive.search_index import follow
from archive.web.app import application

_PATIENCE_S = 2  # that an answer on its way gets at the end


def _follow(root: Path) -> None:
    """The index of all that was said, while the first pages are read already. What cannot be written the search says itself."""
    with contextlib.suppress(ArchiveError):
        follow(root, math.inf)


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
        uvicorn.Server(config).run(sockets=[listening])
