"""The server that both sides of the comparison ask: all responses lie ready in memory, so it is never the limit.

`python -m bench.server --articles 20 --pages 104 --round 0` prints its port when it is ready and serves until it is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import os

from bench.threads import Threads, on_the_wire
from bench.two_sources import Pair

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    """Answers GET requests by their path and query alone; pipelined ones too."""

    def __init__(self, ready: dict[bytes, bytes]) -> None:
        self._ready = ready
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._left = (self._left + data).split(b"\r\n\r\n")
        for request in requests:
            target = request.split(b" ", 2)[1]
            self._transport.write(self._ready.get(target, MISSING))


async def _serve(ready: dict[bytes, bytes]) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(ready), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Renders everything, then serves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--pages", type=int, default=104)
    parser.add_argument("--round", type=int, default=0)
    parser.add_argument("--two", action="store_true", help="so many at Naver and at Daum each")
    given = parser.parse_args()
    threads = Pair(given.articles, given.pages) if given.two else Threads(given.articles, given.pages, given.round)
    ready = {target.encode(): on_the_wire(body, kind) for target, body, kind in threads.responses()}
    if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > 1:
        os.sched_setaffinity(0, {cores[1]})
    asyncio.run(_serve(ready))


if __name__ == "__main__":
    main()
