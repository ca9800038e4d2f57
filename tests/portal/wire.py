"""How an answer goes over the socket: well, or broken in a chosen way."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from .answers import Answer


class Wire:
    """One connection's socket, with the few things that sending well or badly needs."""

    def __init__(self, sock: socket.socket, reader: io.BufferedReader, closing: threading.Event) -> None:
        self.sock = sock
        self.reader = reader
        self.closing = closing

    def send(self, data: bytes) -> None:
        """Send it all."""
        self.sock.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Wait; false if the portal closed meanwhile."""
        return not self.closing.wait(seconds)

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.reader.close()  # the socket is closed only when nothing that was made from it is open
        self.sock.close()


def plain(wire: Wire, made: Answer, bodiless: bool, more: list[tuple[str, str]]) -> bool:
    """Head and body in one send: two would wait 40 ms for a delayed acknowledgement."""
    head = made.head([*more, ("Content-Length", str(len(made.body)))])
    wire.send(head if bodiless else head + made.body)
    return True


def _reset(wire: Wire, made: Answer, more: list[tuple[str, str]], **_: Any) -> bool:
    wire.send(made.head([*more, ("Content-Length", str(len(made.body)))]) + made.body[: len(made.body) // 2])
    wire.reset()
    return False


def _half(wire: Wire, made: Answer, more: list[tuple[str, str]], **_: Any) -> bool:
    wire.send(made.head([*more, ("Content-Length", str(len(made.body)))]) + made.body[: len(made.body) // 2])
    return False


def _wrong_length(wire: Wire, made: Answer, more: list[tuple[str, str]], by: int = -7, **_: Any) -> bool:
    """The declared length is off by so many bytes; the whole body is sent, then the connection ends."""
    wire.send(made.head([*more, ("Content-Length", str(max(0, len(made.body) + by)))]) + made.body)
    return False


def _chunked(wire: Wire, made: Answer, more: list[tuple[str, str]], **_: Any) -> bool:
    """Three chunks of odd sizes, which cut Hangul in two; one has an extension, one capital hex digits."""
    cut = min(len(made.body), len(made.body) // 2 | 1)
    wire.send(made.head([*more, ("Transfer-Encoding", "chunked")]))
    for piece, form in (
        (made.body[:1], "{:x};part=1"),
        (made.body[1:cut], "{:X}"),
        (made.body[cut:], "{:04x}"),
    ):
        if piece:
            wire.send(form.format(len(piece)).encode() + b"\r\n" + piece + b"\r\n")
    wire.send(b"0\r\n\r\n")
    return True


def _endless(wire: Wire, made: Answer, more: list[tuple[str, str]], size: int = 1024, pause: float = 0.001, **_: Any) -> bool:
    """The body, and then blanks in small chunks, until the client goes away or the portal closes."""
    wire.send(made.head([*more, ("Transfer-Encoding", "chunked")]))
    piece = made.body[:-1] or b" "  # without its last byte no JSON is whole
    while True:
        wire.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if not wire.wait(pause):
            return False
        piece = b" " * size


def _slow_body(wire: Wire, made: Answer, more: list[tuple[str, str]], seconds: float = 0.1, **_: Any) -> bool:
    """Head and half of the body at once, the rest later."""
    half = len(made.body) // 2
    wire.send(made.head([*more, ("Content-Length", str(len(made.body)))]) + made.body[:half])
    if not wire.wait(seconds):
        return False
    wire.send(made.body[half:])
    return True


WIRES: dict[str, Callable[..., bool]] = {
    "slow_body": _slow_body,
    "reset": _reset,
    "half": _half,
    "wrong_length": _wrong_length,
    "chunked": _chunked,
    "endless": _endless,
}
