"""Answers whose length is none, or not true: each attempt is a capture, nothing hangs, and none is read as another's."""

from __future__ import annotations

import pytest

from crawler.wire import deframe
from tests.conftest import Sagwan
from tests.rawserver import RawServer
from tests.test_wire import CHUNKED, KEEP, ROBOTS, topic_of
from tests.warcs import check, exchanges

KEY = "20200101000000001"
ODD = {
    "a chunk of less than nothing": CHUNKED + b"3\r\nabc\r\n-6\r\ndefghijklmn",
    "a length of five thousand digits": KEEP + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc",
    "two lengths": KEEP + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a negative length": KEEP + b"Content-Length: -3\r\n\r\nabc",
    "a coding that nobody knows": KEEP + b"Transfer-Encoding: br, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("size", [b"-6", b"-1", b"+3", b"1_0", b"0x3", b"", b" ", b"g", b"-" + b"f" * 20])
def test_a_chunk_without_a_size_ends_the_body(size: bytes) -> None:
    assert deframe(CHUNKED, b"3\r\nabc\r\n" + size + b"\r\ndefghijklmn\r\n0\r\n\r\n")[0] == b"abc"


@pytest.mark.parametrize("name", ODD)
def test_each_attempt_is_a_capture(sagwan: Sagwan, name: str) -> None:
    with RawServer(lambda target: ODD[name] if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, [KEY]), "--connect-to", f"*={server.url}", "--json", timeout=60)
    assert (ended.code, ended.only["verdict"], ended.err) == (2, "broken", "")
    kept = exchanges(sagwan.archive, "daum.article")
    assert [one.facts.attempt for one in kept] == list(range(1, len(server.log)))
    assert all(one.facts.error and one.head and one.body.startswith(b"abc") for one in kept)
    check(sagwan.archive)
