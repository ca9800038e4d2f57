"""Connections that end before the answer does: noticed at once, also where bytes and a reset come together; the bytes kept."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from crawler.loop import Loop
from tests.conftest import Sagwan
from tests.rawserver import CLOSE, RESET, RawServer
from tests.test_wire import KEEP, ROBOTS, topic_of
from tests.warcs import check, exchanges

HALF = b"<!doctype html>" + b"x" * 2000
LENGTH = KEEP + b"Content-Length: 9000\r\n\r\n"
CHUNKS = KEEP + b"Transfer-Encoding: chunked\r\n\r\n2000\r\n"


def test_the_loop_tells_of_all_bytes_and_of_the_reset_behind_them() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        theirs, _ = listener.accept()
        theirs.sendall(b"x" * 25)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        told: list[bytes | type[OSError]] = []

        async def read() -> None:
            over = asyncio.Event()

            def some() -> None:
                try:
                    told.append(ours.recv(10))
                except OSError as error:
                    told.append(type(error))
                    loop.remove_reader(ours)
                    over.set()

            loop.add_reader(ours, some)
            await asyncio.wait_for(over.wait(), 20)

        with closing(Loop()) as loop:
            loop.run_until_complete(read())
    assert told == [b"x" * 10, b"x" * 10, b"x" * 5, ConnectionResetError]


def parts(head: bytes, end: bytes) -> Callable[[], Iterator[bytes]]:
    """The head, half of a body in two parts, and how the connection ends."""

    def sent() -> Iterator[bytes]:
        yield head
        yield HALF[:1000]
        yield HALF[1000:]
        yield end

    return sent


ENDS = {
    f"{name} {word}": parts(head, end)
    for name, head in (("length", LENGTH), ("chunks", CHUNKS))
    for word, end in (("reset", RESET), ("closed", CLOSE))
}


@pytest.mark.parametrize("name", ENDS)
def test_half_an_answer_is_a_failed_attempt_at_once(sagwan: Sagwan, name: str) -> None:
    keys = [f"2020020200000{i:04}" for i in range(10)]
    with RawServer(lambda target: ENDS[name]() if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, keys), "--connect-to", f"*={server.url}", "--json")
    assert (ended.code, ended.only["verdict"]) == (2, "broken"), ended
    kept = exchanges(sagwan.archive, "daum.article")
    assert Counter(one.facts.attempt for one in kept) == {1: 10, 2: 10, 3: 10}
    assert {one.facts.truncated for one in kept if one.head} == {"disconnect"}, "and none by the time of a download"
    assert all("ConnectionLost" in (one.facts.error or "") for one in kept if "reset" in name and one.head is None)
    assert all(HALF.startswith(one.body) for one in kept)
    if name.endswith("closed"):  # of what comes before a reset the network may lose some
        assert all(one.body == HALF for one in kept)
    check(sagwan.archive)
