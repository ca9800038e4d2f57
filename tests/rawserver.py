"""A server that sends scripted bytes and remembers, to the byte, what came and what it sent."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CLOSE = b""  # as the last part of an answer: the connection ends
RESET = b"\0reset"  # the same, by a reset


@dataclass
class Exchanged:
    """One request and its answer, with the number of the connection."""

    connection: int
    request: bytes
    answer: bytes


@dataclass
class RawServer:
    """`answers` gives the bytes for a request's target; an answer may be a list of parts, sent one by one, or an
    iterator of them, which may have no end."""

    answers: Callable[[str], bytes | list[bytes] | Iterator[bytes]]
    tls: ssl.SSLContext | None = None
    log: list[Exchanged] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(5)
        for one in self._sockets:
            one.close()
        for thread in self._threads[1:]:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(link)
            self._threads.append(threading.Thread(target=self._serve, args=(link, len(self._sockets)), daemon=True))
            self._threads[-1].start()

    def _serve(self, link: socket.socket, number: int) -> None:
        try:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                link = self.tls.wrap_socket(link, server_side=True)
            with link:
                held = b""
                while True:
                    while b"\r\n\r\n" not in held:
                        data = link.recv(65536)
                        if not data:
                            return
                        held += data
                    head, _, held = held.partition(b"\r\n\r\n")
                    parts = self.answers(head.split(b" ")[1].decode())
                    parts = [parts] if isinstance(parts, bytes) else parts
                    whole = b"".join(parts) if isinstance(parts, list) else b""  # what has no end is not remembered
                    self.log.append(Exchanged(number, head + b"\r\n\r\n", whole))
                    part = CLOSE
                    for part in parts:
                        if part == RESET:
                            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                            return
                        link.sendall(part)
                    if part == CLOSE:
                        return
        except (OSError, ssl.SSLError):
            return  # the client went away, or would not trust us


def plain(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An ordinary answer."""
    lines = [b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
