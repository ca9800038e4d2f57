"""The sockets: accepts connections, reads requests from them, and knows which are alive."""

from __future__ import annotations

import contextlib
import itertools
import socket
import socketserver
import threading
import traceback
import urllib.parse
from typing import TYPE_CHECKING, Any

from .answers import Question
from .wire import Wire

if TYPE_CHECKING:
    from .server import Portal


class Listener(socketserver.ThreadingTCPServer):
    """Accepts connections and knows which are alive: closing leaves no socket and no thread behind."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512
    portal: Portal

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.numbers = itertools.count(1)
        self.closing = threading.Event()
        self.alive: dict[Connection, threading.Thread] = {}

    def stop(self) -> None:
        """Stop listening, end every connection, wait for their threads."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        for connection, thread in list(self.alive.items()):
            connection.hang_up()
            thread.join(5)

    def handle_error(self, *_: Any) -> None:
        """Keep what went wrong in a connection's thread for the test to see."""
        self.portal.errors.append(traceback.format_exc())


class Connection(socketserver.BaseRequestHandler):
    """One client connection, over which many requests may come."""

    server: Listener

    def setup(self) -> None:
        """Ready the socket. Nagle's algorithm off: answers are small and waited for."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.request.makefile("rb")
        self.number = next(self.server.numbers)
        self.server.alive[self] = threading.current_thread()
        self.wire = Wire(self.request, self.reader, self.server.closing)

    def handle(self) -> None:
        """Answer requests until the client, or a fault, ends it."""
        try:
            while not self.server.closing.is_set() and self._one():
                pass
        except (ConnectionError, TimeoutError):
            pass  # the client went away: its right

    def finish(self) -> None:
        """Forget the connection."""
        self.reader.close()
        self.server.alive.pop(self, None)

    def hang_up(self) -> None:
        """Wake a thread that waits for the client."""
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)

    def _one(self) -> bool:
        """Read and answer one request. Own reader: http.server's costs more than everything else together."""
        line = self.reader.readline(65_536)
        if not line.strip():
            return bool(line)
        method, target, version = line.decode("latin-1").split()
        headers: dict[str, str] = {}
        while (field := self.reader.readline(65_536)) not in (b"\r\n", b"\n", b""):
            name, _, value = field.decode("utf-8", "replace").partition(":")
            headers[name.lower()] = value.strip()
        body = self.reader.read(int(headers.get("content-length", 0)))
        path, _, query = target.partition("?")
        asked = Question(
            host=headers.get("host", "").rpartition(":")[0] or headers.get("host", ""),
            method=method,
            target=target,
            path=urllib.parse.unquote(path),
            query=dict(urllib.parse.parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
        )
        keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        return self.server.portal.respond(self.wire, asked, self.number, keep)
